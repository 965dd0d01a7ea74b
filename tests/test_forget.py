"""`forget SITE`: not one byte of its text is left anywhere in the folder, the others' are whole, and it stays away."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from commands import groupaudit
from local_web import Web
from provider_web import provider, words, write_list

from crawler.merged import merge_run
from crawler.records import Capture
from crawler.segments import read_segment, segment_folder, segment_name, write_segment
from crawler.warc import read_payload
from groupaudit.runs import run_ids
from groupaudit.storage import refresh_run

WORD = "zyxlarchword"


def holders(data: Path, *needles: str) -> dict[str, str]:
    """The files in which a text stands: as bytes, unpacked, or in any column of any table."""
    found = {}
    for path in sorted(data.rglob("*")):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        texts = [raw.decode("latin-1")]
        if raw[:2] == b"\x1f\x8b":
            texts.append(gzip.decompress(raw).decode("latin-1"))
        if raw[:4] == b"PAR1":
            texts.append(str(pq.read_table(path).to_pylist()))
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "SELECT schema_name || '.' || table_name FROM duckdb_tables() UNION ALL "
                    "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
                ).fetchall()
                texts += [str(connection.execute(f"FROM {table}").fetchall()) for (table,) in tables]
        for needle in needles:
            if any(needle in text for text in texts):
                found[str(path.relative_to(data))] = needle
    return found


def share_an_archive(data: Path, run_id: str, keys: dict[str, str]) -> None:
    """Put the pages of Elm into Larch's WARC of a run, as a tool that merges archives does."""
    folder = data / "archive" / f"run={run_id}"
    larch, elm = (folder / segment_name(keys[n]).replace(".parquet", ".warc.gz") for n in ("larch", "elm"))
    start = larch.stat().st_size
    larch.write_bytes(larch.read_bytes() + elm.read_bytes())
    elm.unlink()
    segment = segment_folder(data, "captures", run_id) / segment_name(keys["elm"])
    name = larch.relative_to(data).as_posix()
    moved = [
        replace(each, archive_file=name, archive_offset=each.archive_offset + start)
        for each in read_segment(segment, Capture)
    ]
    write_segment(segment, moved, Capture)
    refresh_run(data, run_id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str], Path, Web]]:
    """Three runs, two of them of both sites, with all that is written about one, and one shared archive."""
    folder = tmp_path_factory.mktemp("made")
    data, sites = folder / "data", folder / "sites.csv"
    web = Web(provider("Larch", word=WORD) | provider("Elm", word="zyxelmword"))
    with web:
        host = web.origin.removeprefix("http://")
        keys = {name: f"{host}/{name}" for name in ("larch", "elm")}
        for names in (("Elm",), ("Larch", "Elm"), ("Larch", "Elm")):  # a run before the site's first stays as it is
            write_list(sites, web, *names)
            done = groupaudit(*words("run", sites, data))
            assert done.returncode == 0, done.stderr
        (data / "groupaudit.toml").write_text('publisher = "P"\ncontact = "p@example.org"\n')
        with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
            ((flag,),) = connection.execute(
                "SELECT group_key FROM flags WHERE site_key = ?", [keys["larch"]]
            ).fetchall()
        for said in (
            ("letter", keys["larch"], "--data", data, "--config", data / "groupaudit.toml"),
            ("reply", flag, "--text", f"We disagree: {WORD}", "--data", data),
            ("flags", "set", flag, "--state", "disputed", "--reason", f"{WORD}", "--data", data),
            ("sites", "confirm", keys["larch"], "--why", f"seen {WORD}", "--data", data),
            ("publish", "--data", data),
            ("export", "--data", data, "--format", "csv"),
        ):
            done = groupaudit(*said)
            assert done.returncode == 0, (said, done.stderr)
        (data / "segments/captures" / f"run={run_ids(data)[1]}" / ".dead.tmp").write_text(WORD)
        share_an_archive(data, run_ids(data)[2], keys)
        yield data, keys, sites, web


@pytest.fixture
def folder(made: tuple[Path, dict[str, str], Path, Web], tmp_path: Path) -> tuple[Path, dict[str, str], Path, Web]:
    shutil.copytree(made[0], tmp_path / "data", symlinks=True)
    return tmp_path / "data", *made[1:]


def test_nothing_of_the_site_is_left_and_the_others_are_whole(folder: tuple[Path, dict[str, str], Path, Web]) -> None:
    data, keys, sites, web = folder
    file_word = segment_name(keys["larch"]).removesuffix(".parquet")
    assert len(holders(data, WORD)) > 15, "the search finds it where it is"
    assert groupaudit("verify", "--data", data).returncode == 0

    done = groupaudit("forget", keys["larch"], "--data", data, "--who", "A. Reader", "--why", "asked by letter")
    assert done.returncode == 0, done.stderr
    assert "1 archive shared with other sites rewritten" in done.stdout

    assert holders(data, WORD) == {}
    assert set(holders(data, keys["larch"])) == {"opt-out.txt", "forgotten.jsonl"}, "the fact stays, nothing else"
    assert holders(data, "Larch practice") == {}
    assert not [path for path in data.rglob("*") if path.name.startswith(file_word) and ".r1." not in path.name]
    checked = groupaudit("verify", "--data", data)
    assert checked.returncode == 0, checked.stdout
    for run_id in run_ids(data):
        captures = read_segment(segment_folder(data, "captures", run_id) / segment_name(keys["elm"]), Capture)
        assert len(captures) == 2
        for each in captures:
            response = read_payload(data / each.archive_file, each.archive_offset)
            assert "zyxelmword" in response.payload.decode()
            assert response.url == each.url
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT site_key FROM sites").fetchall() == [(keys["elm"],)]
    assert list((data / "reports").glob("run=*/index.html")), "the report of the newest run is written again"

    web.log.clear()
    again = groupaudit(*words("run", sites, data))
    assert again.returncode in (0, 3), again.stderr
    assert "/elm/groups" in web.paths
    assert not [path for path in web.paths if path.startswith("/larch")], "it is never asked for again"


@pytest.mark.long
def test_the_same_command_again_finishes_what_was_stopped_and_an_unknown_site_is_refused(
    folder: tuple[Path, dict[str, str], Path, Web],
) -> None:
    data, keys, _, _ = folder
    unknown = groupaudit("forget", keys["larch"] + "x", "--data", data)
    assert unknown.returncode == 2
    assert f"did you mean {keys['larch']}" in unknown.stderr
    assert not (data / "opt-out.txt").exists()
    # As if it had been stopped after the rows went and before the database was built again.
    assert groupaudit("forget", keys["larch"], "--data", data).returncode == 0
    (data / "letters").mkdir(exist_ok=True)
    (data / "letters" / segment_name(keys["larch"]).replace(".parquet", ".txt")).write_text(WORD)
    done = groupaudit("forget", keys["larch"], "--data", data)
    assert done.returncode == 0, done.stderr
    assert holders(data, WORD) == {}
    assert (data / "opt-out.txt").read_text().count(keys["larch"]) == 1
    # And the last site of a folder.
    last = groupaudit("forget", keys["elm"], "--data", data)
    assert last.returncode == 0, last.stderr
    assert "no site is left" in last.stdout
    assert holders(data, "zyxelmword") == {}


def test_a_recheck_and_merged_rows_of_the_site_go_too_and_another_sites_recheck_stays_whole(
    folder: tuple[Path, dict[str, str], Path, Web],
) -> None:
    data, keys, _, _ = folder
    config = data / "groupaudit.toml"
    config.write_text(config.read_text() + '[crawl]\ngap_seconds = 0\nallow_private = ["127.0.0.0/8"]\n')
    before = run_ids(data)
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        flags = [key for (key,) in connection.execute("SELECT group_key FROM flags").fetchall()]
    done = groupaudit("recheck", *flags, "--data", data)
    assert done.returncode == 0, done.stdout + done.stderr
    (again,) = set(run_ids(data)) - set(before)
    elm = segment_folder(data, "captures", again) / segment_name(keys["elm"])
    shared = f"archive/run={before[-1]}/{segment_name(keys['larch']).replace('.parquet', '.warc.gz')}"
    assert shared in {c.archive_file for c in read_segment(elm, Capture)}, "its other page, in the shared archive"
    for run_id in run_ids(data):
        assert merge_run(data, run_id, at_least=1) > 0
    assert any(name.startswith("merged/") for name in holders(data, WORD))

    done = groupaudit("forget", keys["larch"], "--data", data)
    assert done.returncode == 0, done.stderr
    assert holders(data, WORD) == {}
    assert set(holders(data, keys["larch"])) == {"opt-out.txt", "forgotten.jsonl"}
    captures = read_segment(elm, Capture)
    assert len(captures) == 2
    assert shared not in {c.archive_file for c in captures}
    for each in captures:
        assert "zyxelmword" in read_payload(data / each.archive_file, each.archive_offset).payload.decode()
    checked = groupaudit("verify", "--data", data)
    assert checked.returncode == 0, checked.stdout
