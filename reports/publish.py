"""Publish: segments into a new DuckDB file, checked, then swapped in by one atomic rename.

No reader's file is ever written to: who has the old one open goes on reading it, who opens the name afterwards reads
the new one. A publication that dies on the way leaves a temporary file, which the next one takes away. Publishing is
deterministic: a full rebuild and a chain of incremental publications hold the same rows (tests/test_publish.py).
"""

from __future__ import annotations

import datetime
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crawler.records import SCHEMA_VERSION
from reports import parquet, states
from reports.disk import full_disk_named
from reports.errors import PublishError
from reports.load import RunFolder, load_run, run_folders
from reports.publication import FILE_NAME
from reports.statements import RAW_TABLES, VIEWS, header, names, schema_comments, statement, version, view_comments

STORAGE_VERSION = "v1.5.0"
"""The file must open in DuckDB 1.5, which analysts have; the default of DuckDB 2 does not."""

_BUILDING = ".groupaudit-building"


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published: the file, the run it speaks of, rows per relation, and how many runs were read again."""

    path: Path
    run_id: str
    counts: dict[str, int]
    loaded_runs: tuple[str, ...]


def publish(data: Path, *, full: bool = False, today: datetime.date | None = None) -> Publication:
    """Publish every run of a data folder as `groupaudit.duckdb`, with Parquet of every table beside it.

    Args:
        data: the data folder; its lock is the caller's business.
        full: read every run again instead of only those whose segments moved since the last publication.
        today: the day that letters and dated states are counted from; the default is the current day, UTC.

    Raises:
        PublishError: there is no run, a segment cannot be read, or a check returned rows. The last publication stays.
        DiskFullError: there is no room for the new file beside the last publication, which stays.
    """
    runs = run_folders(data)
    if not runs:
        raise PublishError(f"{data}: no run to publish; `groupaudit run SITES.csv --data {data}` makes one")
    stays = f"not published, what was published before stays. Make room, then run `groupaudit publish --data {data}`"
    with full_disk_named(data, stays):
        return _build(data, runs, full=full, today=today or datetime.datetime.now(datetime.UTC).date())


def _build(data: Path, runs: list[RunFolder], *, full: bool, today: datetime.date) -> Publication:
    _clear_leftovers(data)
    final, building = data / FILE_NAME, data / f"{_BUILDING}-{os.getpid()}.duckdb"
    try:
        kept = [] if full else _reusable(final, runs)
        if kept:
            shutil.copyfile(final, building)
        with _open(building, data) as connection:
            loaded = _fill(connection, data, runs, kept)
            _derive(connection, today, data, kept)
            _check(connection)
            counts = _counts(connection)
            (run_id,) = connection.execute(statement("meta/run_id")).fetchone() or ("",)
            tables = parquet.write(connection, data, [run.run_id for run in runs], loaded)
            connection.execute("CHECKPOINT publication")  # closing would do it, and keep quiet where it fails
        _verify(building, counts)
        with building.open("rb") as written:
            os.fsync(written.fileno())
        building.chmod(0o444)  # a session that opens it for writing would leave a write-ahead log beside the next file
        final.with_name(FILE_NAME + ".wal").unlink(missing_ok=True)
        building.replace(final)
        parquet.swap(data, tables)
    except BaseException:
        _clear_leftovers(data)
        raise
    return Publication(final, run_id, counts, tuple(loaded))


def _open(path: Path, data: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"preserve_insertion_order": "true"})
    connection.execute(statement("meta/session"))
    spill = str(data / f"{_BUILDING}-spill").replace("'", "''")
    connection.execute(f"SET temp_directory = '{spill}'")
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS publication (STORAGE_VERSION '{STORAGE_VERSION}')")
    connection.execute("USE publication")
    return connection


def _reusable(final: Path, runs: list[RunFolder]) -> list[str]:
    """Return the runs whose rows of the last publication still hold: the unmoved ones before the first that moved."""
    if not final.exists():
        return []
    try:
        with duckdb.connect(str(final), read_only=True) as last:
            made_by = last.execute(statement("meta/made_by")).fetchone()
            fingerprints = dict(last.execute(statement("meta/fingerprints")).fetchall())
    except duckdb.Error:
        return []  # not a publication of ours, or of an older layout: everything is read again
    if made_by != (version(), SCHEMA_VERSION):
        return []
    kept = []
    for run in runs:
        if fingerprints.get(run.run_id) != run.fingerprint:
            break
        kept.append(run.run_id)
    # A run that vanished may have been the oldest to hold a text: only rebuilding tells who holds it now.
    return kept if set(fingerprints) <= {run.run_id for run in runs} else []


def _fill(connection: duckdb.DuckDBPyConnection, data: Path, runs: list[RunFolder], kept: list[str]) -> list[str]:
    connection.execute("SET VARIABLE kept_until = $1::VARCHAR", [kept[-1] if kept else ""])
    if kept:
        connection.execute(statement("meta/clear_derived"))
        for table in RAW_TABLES:
            connection.execute(f"DELETE FROM raw.{table} WHERE run_id > $1", [kept[-1]])  # noqa: S608 - our own names
    else:
        connection.execute(statement("schema"))
        for comment in schema_comments():
            connection.execute(comment.statement())
    fresh = runs[len(kept) :]
    for run in fresh:
        load_run(connection, data, run)
    connection.execute(statement("load/publication"), {"sql_version": version(), "schema_version": SCHEMA_VERSION})
    connection.execute(statement("load/current"))
    return [run.run_id for run in fresh]


def _derive(connection: duckdb.DuckDBPyConnection, today: datetime.date, data: Path, kept: list[str]) -> None:
    connection.execute("SET VARIABLE today = $1::DATE", [today])
    for row in states.rows(data):
        connection.execute(statement("load/states"), row)
    for name in VIEWS:
        connection.execute(statement(f"views/{name}"))
        for comment in view_comments(name):
            connection.execute(comment.statement())
        if name == "changes" and kept:
            connection.execute(statement("meta/keep_changes"))


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Run every check, so that one message names all that is wrong."""
    failed = []
    for name in names("checks"):
        rows = connection.execute(statement(f"checks/{name}")).fetchmany(6)
        if rows:
            columns = [column[0] for column in connection.description or []]
            shown = "\n".join(f"  {dict(zip(columns, row, strict=True))}" for row in rows[:5])
            more = "\n  ..." if len(rows) > 5 else ""
            failed.append(f"check {name} failed. {' '.join(header(f'checks/{name}'))}\n{shown}{more}")
    if failed:
        raise PublishError("not published; the last publication stays.\n" + "\n".join(failed))


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = {}
    for schema, relations in (("main", VIEWS), ("raw", RAW_TABLES)):
        for name in relations:
            (number,) = connection.execute(f"SELECT count(*) FROM {schema}.{name}").fetchone() or (0,)  # noqa: S608
            counts[name if schema == "main" else f"raw.{name}"] = number
    return counts


def _verify(building: Path, counts: dict[str, int]) -> None:
    """See that the file by itself holds what was counted: its write-ahead log would not go along with the rename."""
    why = ""
    if building.with_name(building.name + ".wal").exists():
        why = "its write-ahead log was not taken in"
    else:
        try:
            with duckdb.connect(str(building), read_only=True) as written:
                written.execute(statement("meta/session"))
                found = _counts(written)
        except duckdb.Error as error:
            raise PublishError(_not_whole(building, str(error))) from error
        wrong = (f"{name} {found[name]} of {number} rows" for name, number in counts.items() if found[name] != number)
        why = ", ".join(wrong)
    if why:
        raise PublishError(_not_whole(building, why))


def _not_whole(building: Path, why: str) -> str:
    said = why.strip().splitlines()[0]
    return f"{building.parent}: the new database was not written whole ({said}), is its disk full? The last one stays"


def _clear_leftovers(data: Path) -> None:
    for path in data.glob(f"{_BUILDING}-*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    parquet.clear_leftovers(data)
