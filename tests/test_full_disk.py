"""A full disk and a damaged database: what was published stays, and one line says what to do."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from commands import command, environment, groupaudit
from synthetic_runs import RUN_1, GroupSpec, RunSpec, SiteSpec, small_run, write_run

from groupaudit.status import status_lines
from reports import publish as publishing
from reports.disk import is_disk_full
from reports.errors import BrokenPublicationError, DiskFullError, PublishError
from reports.publish import publish
from reports.render.site import render
from reports.sql import run_sql

SIZE = 40 << 20
SAY = r"^[^\n]*run `groupaudit publish[^\n]*$"
COUNT = "SELECT (SELECT count(*) FROM groups), (SELECT count(*) FROM raw.captures)"


def counted(data: Path) -> tuple[int, ...]:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        return connection.execute(COUNT).fetchall()[0]


def leftovers(data: Path) -> list[str]:
    left = [path.name for path in data.glob(".groupaudit-building*")]
    return left + [path.name for path in data.glob(".parquet-generations/building-*")]


def said_in_one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 4, (done.stdout, done.stderr)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("published")
    sites = (
        SiteSpec(f"s{number}.example", tuple(GroupSpec(f"g{number}-{at}") for at in range(4))) for number in range(20)
    )
    write_run(data, RunSpec(RUN_1, (*small_run().sites, *sites)))
    publish(data)
    return data


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 40 MB, for those who may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("no mount command here; the limited files below stand in for the full disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here ({made.stderr.strip()}); the limited files below stand in")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def leave_free(disk: Path, kilobytes: int) -> None:
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    size = shutil.disk_usage(disk).free - (kilobytes << 10)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def refusal(data: Path) -> str:
    try:
        publish(data, full=True)
    except DiskFullError as error:
        return str(error)
    return ""


def test_on_a_full_disk_the_last_publication_stays(small_disk: Path, published: Path) -> None:
    data = small_disk / "data"
    shutil.copytree(published, data, symlinks=True)
    before, refused = counted(data), []
    assert min(before) > 0
    for kilobytes in (200, 700, 1400, 1800, 2200, 2600, 3500):
        leave_free(small_disk, kilobytes)
        if error := refusal(data):
            refused.append(kilobytes)
            assert error.startswith(f"disk full: the disk that holds {data} has ")
            assert "\n" not in error
            assert "groupaudit publish" in error
        assert counted(data) == before, kilobytes
        assert not leftovers(data)
    assert len(refused) >= 3, "the disk was never full enough to try anything"
    leave_free(small_disk, min(refused))
    assert "disk full" in said_in_one_line(groupaudit("publish", "--full", "--data", data))
    (small_disk / "filler").unlink()
    publish(data, full=True)
    assert counted(data) == before


@pytest.mark.parametrize("kilobytes", [40, 1300])
def test_a_file_that_may_not_grow_leaves_the_last_publication(published: Path, tmp_path: Path, kilobytes: int) -> None:
    """A limit on the size of files stands in for the disk where none can be mounted."""
    data = tmp_path / "data"
    shutil.copytree(published, data, symlinks=True)
    before = counted(data)
    done = subprocess.run(
        command("publish", "--full", "--data", data),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes << 10, kilobytes << 10)),
    )
    assert "disk full" in said_in_one_line(done)
    assert counted(data) == before
    assert not leftovers(data)


@pytest.mark.parametrize("harm", ["log", "rows", "file"])
def test_a_database_that_is_not_whole_on_the_disk_is_refused(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(published, data, symlinks=True)
    before, verify = counted(data), publishing._verify

    def harmed(building: Path, counts: dict[str, int]) -> None:
        if harm == "log":
            building.with_name(building.name + ".wal").write_bytes(b"rows that the file does not hold")
        elif harm == "rows":
            with duckdb.connect(str(building)) as connection:
                connection.execute("DELETE FROM raw.captures WHERE rowid = 0")
        else:
            os.truncate(building, 5000)
        verify(building, counts)

    monkeypatch.setattr(publishing, "_verify", harmed)
    with pytest.raises(PublishError, match="not written whole"):
        publish(data, full=True)
    assert counted(data) == before
    assert not leftovers(data)


def test_an_answer_that_does_not_fit_is_taken_away_and_the_disk_is_named(small_disk: Path, published: Path) -> None:
    database = published / "groupaudit.duckdb"
    query = "SELECT i, hash(i) AS h FROM range(40000) t(i)"
    leave_free(small_disk, 100)
    for form in ("csv", "json", "parquet"):
        out = small_disk / f"answer.{form}"
        with pytest.raises(
            DiskFullError, match=rf"^disk full: the disk that holds {small_disk} has \d+ KB left; [^\n]*$"
        ):
            run_sql(database, query, form, out=out)
        assert not out.exists(), form
    leave_free(small_disk, 20)
    with pytest.raises(DiskFullError, match="the report was not written"):
        render(published, small_disk / "report")
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_device_without_room_is_told_and_stays(published: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    out.symlink_to("/dev/full")  # what a mistake takes away is then this link, not the device of the machine
    query = "SELECT i, hash(i) AS h FROM range(40000) t(i)"
    done = groupaudit("sql", query, "--data", published, "--format", form, "--out", out)
    assert "disk full" in said_in_one_line(done)
    assert out.is_char_device()


def _noise(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1000)


def _short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def _nothing(path: Path) -> None:
    path.write_bytes(b"")


def _without_tables(path: Path) -> None:
    path.unlink()
    duckdb.connect(str(path)).close()


@pytest.mark.parametrize("harm", [_noise, _short, _nothing, _without_tables])
def test_a_damaged_database_says_publish(published: Path, tmp_path: Path, harm: object) -> None:
    data = tmp_path / "data"
    shutil.copytree(published, data, symlinks=True)
    path = data / "groupaudit.duckdb"
    path.chmod(0o644)
    assert callable(harm)
    harm(path)
    with pytest.raises(BrokenPublicationError, match=SAY):
        render(data)
    with pytest.raises(BrokenPublicationError, match=SAY):
        run_sql(path, "flags_with_quotes")
    lines = list(status_lines(data))
    assert "run `groupaudit publish" in lines[-2]
    assert lines[-1].startswith("disk "), "the rest is told all the same"
    publish(data)
    assert counted(data) == counted(published), "and publishing mends it"


def test_the_commands_say_it_in_one_line(published: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(published, data, symlinks=True)
    (data / "groupaudit.duckdb").chmod(0o644)
    _noise(data / "groupaudit.duckdb")
    for words in (("report",), ("sql", "flags_with_quotes")):
        assert "run `groupaudit publish" in said_in_one_line(groupaudit(*words, "--data", data))


def test_a_block_that_was_overwritten_is_the_files_fault(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "groupaudit.duckdb"
    shutil.copy(published / "groupaudit.duckdb", path)
    path.chmod(0o644)
    with path.open("r+b") as file:
        for at in range(3 * 4096 + 100, path.stat().st_size, 1 << 14):
            file.seek(at)
            file.write(b"overwritten")
    with pytest.raises(BrokenPublicationError, match=SAY):
        run_sql(path, "FROM raw.captures", "json")


def test_other_errors_are_not_a_full_disk(tmp_path: Path) -> None:
    assert not is_disk_full(ValueError("No space left on device"))
    assert not is_disk_full(PermissionError(13, "Permission denied"))
    with suppress(duckdb.Error), duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path / 'none' / 'a.parquet'}'")
    with pytest.raises(duckdb.Error) as caught, duckdb.connect() as connection:
        connection.execute("FROM nowhere")
    assert not is_disk_full(caught.value)
