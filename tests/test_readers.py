"""Readers of the publication never see an error or a half state while new ones are published and one is killed."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from synthetic_runs import GroupSpec, SiteSpec, small_run, write_run

from reports.publish import publish

# A fresh process a round, as an analyst's script or a notebook's restart is. What it sees must hold together: the
# headline's flags are those of the table, and every table speaks of the same run.
READER = """
import sys, duckdb
from pathlib import Path
data = Path(sys.argv[1])
connection = duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True)
(run_id,) = connection.execute("SELECT run_id FROM raw.publication").fetchone()
(runs,) = connection.execute("SELECT list(DISTINCT run_id) FROM groups").fetchone()
(told,) = connection.execute("SELECT value FROM headline WHERE key = 'groups'").fetchone()
(counted,) = connection.execute("SELECT count(*) FROM groups WHERE counted").fetchone()
(untrue,) = connection.execute(
    'SELECT count(*) FROM evidence WHERE substr("text", "start" + 1, "end" - "start") <> quote').fetchone()
assert runs == [run_id] and told == counted and untrue == 0, (run_id, runs, told, counted, untrue)
generation = (data / "parquet").resolve()  # a reader that opens a path twice must not meet two generations under it
rows = duckdb.read_parquet(str(generation / "groups.parquet")).fetchall()
assert len({row[0] for row in rows}) == 1 and rows, "a half Parquet generation"
print(run_id)
"""


def _run_id(number: int) -> str:
    day = datetime.datetime(2026, 11, 2, 6, tzinfo=datetime.UTC) + datetime.timedelta(days=number)
    return f"{day:%Y%m%dT%H%M%SZ}-{number:04d}"


def _write(data: Path, number: int) -> None:
    more = SiteSpec("more.example", tuple(GroupSpec(f"m{n}") for n in range(number + 1)))
    write_run(data, small_run(_run_id(number), sites=(*small_run().sites, more)))


def _publish_in_a_child(data: Path) -> subprocess.Popen[bytes]:
    code = "import sys, pathlib; from reports.publish import publish; publish(pathlib.Path(sys.argv[1]), full=True)"
    return subprocess.Popen([sys.executable, "-c", code, str(data)], stderr=subprocess.DEVNULL)


def _readers_and_publications(data: Path, publications: int, readers: int, killed: int) -> int:
    _write(data, 0)
    publish(data)
    long_lived = duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True)
    before = long_lived.execute("SELECT * FROM groups ORDER BY ALL").fetchall()
    stop = data / "stop"
    loop = f"""
import subprocess, sys
from pathlib import Path
rounds = 0
while not Path({str(stop)!r}).exists():
    subprocess.run([sys.executable, "-c", {READER!r}, {str(data)!r}], check=True, stdout=subprocess.DEVNULL)
    rounds += 1
print(rounds)
"""
    children = [
        subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(readers)
    ]
    gaps: list[str] = []
    watcher = threading.Thread(target=_watch, args=(data, stop, gaps))
    watcher.start()
    try:
        for number in range(1, publications + 1):
            _write(data, number)
            if number == killed:
                _kill_half_way(data)
            publish(data)
            assert long_lived.execute("SELECT * FROM groups ORDER BY ALL").fetchall() == before
    finally:
        stop.touch()
        watcher.join()
    assert gaps == []
    rounds = 0
    for child in children:
        output, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors[-2000:]
        rounds += int(output)
    long_lived.close()
    stop.unlink()
    assert rounds >= readers
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT run_id FROM raw.publication").fetchone() == (_run_id(publications),)
    assert sorted(path.name for path in data.iterdir()) == [".parquet-generations", "groupaudit.duckdb", "parquet", "segments"]  # fmt: skip # noqa: E501
    assert len(list((data / ".parquet-generations").iterdir())) == 2
    return rounds


def _watch(data: Path, stop: Path, gaps: list[str]) -> None:
    """Look at the two names all the time: neither may be absent for a moment, nor the file be written to in place."""
    path, last = data / "groupaudit.duckdb", None
    while not stop.exists():
        time.sleep(0.0003)
        try:
            found = path.stat()
            (data / "parquet").stat()
        except FileNotFoundError as error:
            gaps.append(str(error))
            continue
        # Against the last look only: the number of a file that was swapped out is given to a later publication.
        if (
            last
            and last.st_ino == found.st_ino
            and (last.st_size, last.st_mtime_ns) != (found.st_size, found.st_mtime_ns)
        ):
            gaps.append(f"written to in place: {found}")
        last = found


def _kill_half_way(data: Path) -> None:
    """Kill a publication after its file has begun to grow and before it is swapped in."""
    last = (data / "groupaudit.duckdb").stat()
    child = _publish_in_a_child(data)
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size > 0 for path in data.glob(".groupaudit-building-*.duckdb*")):
        assert child.poll() is None, "the publication ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert list(data.glob(".groupaudit-building-*")), "killed too late: nothing half done is left to be cleared"
    now = (data / "groupaudit.duckdb").stat()
    assert (now.st_ino, now.st_mtime_ns) == (last.st_ino, last.st_mtime_ns)


def test_readers_see_whole_publications_while_three_are_made_and_one_is_killed(tmp_path: Path) -> None:
    _readers_and_publications(tmp_path, publications=3, readers=1, killed=2)


@pytest.mark.long
def test_readers_see_whole_publications_while_twenty_are_made_and_one_is_killed(tmp_path: Path) -> None:
    assert _readers_and_publications(tmp_path, publications=20, readers=3, killed=10) > 20


def test_a_session_that_wrote_beside_the_file_spoils_nothing(tmp_path: Path) -> None:
    """A write-ahead log that somebody's writing session left must not be replayed into the next file."""
    _write(tmp_path, 0)
    publish(tmp_path)
    (tmp_path / "groupaudit.duckdb.wal").write_bytes(b"left by a session that opened the file for writing")
    publish(tmp_path)
    assert not (tmp_path / "groupaudit.duckdb.wal").exists()
    with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM flags").fetchone() == (6,)


def test_a_publication_that_fails_leaves_the_last_one(tmp_path: Path) -> None:
    _write(tmp_path, 0)
    publish(tmp_path)
    before = (tmp_path / "groupaudit.duckdb").read_bytes()
    _write(tmp_path, 1)
    broken = next((tmp_path / "segments" / "captures" / f"run={_run_id(1)}").glob("*.parquet"))
    shutil.copy(__file__, broken)
    with pytest.raises(Exception, match="captures"):
        publish(tmp_path)
    assert (tmp_path / "groupaudit.duckdb").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".parquet-generations", "groupaudit.duckdb", "parquet", "segments"]  # fmt: skip # noqa: E501
