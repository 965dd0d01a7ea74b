"""Parquet of every table of a publication: `data/parquet/`, a link to one whole generation of files.

The default schema stands as `parquet/NAME.parquet`, schema raw as `parquet/raw/NAME/run=ID.parquet`, one file a run;
files of runs that did not move are linked from the last generation, not written again. The swap is one atomic rename
of the link. The generation before stays until the next publication, for readers that are in the middle of it: a tool
that opens a file twice (DuckDB binds, then scans) should resolve the link first, or it may meet two generations under
one name.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import duckdb

from reports.statements import RAW_TABLES, VIEWS

FOLDER = "parquet"
_GENERATIONS = ".parquet-generations"


def write(connection: duckdb.DuckDBPyConnection, data: Path, runs: list[str], loaded: list[str]) -> Path:
    """Write a new generation and return its folder; nobody sees it before `swap`.

    Args:
        connection: the publication that is being built.
        data: the data folder.
        runs: every run of the publication.
        loaded: those that were read again; the others' files are linked from the last generation where it has them.
    """
    generations = data / _GENERATIONS
    generations.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="building-", dir=generations))
    last = data / FOLDER
    for name in VIEWS:
        _copy(connection, f"FROM main.{name}", folder / f"{name}.parquet")
    for table in RAW_TABLES:
        (folder / "raw" / table).mkdir(parents=True)
        for run_id in runs:
            file = Path("raw") / table / f"run={run_id}.parquet"
            if run_id not in loaded and (last / file).exists():
                _link(last / file, folder / file)
            else:
                _copy(connection, f"FROM raw.{table} WHERE run_id = {_quoted(run_id)}", folder / file)
    for table in ("publication", "current", "states"):
        _copy(connection, f"FROM raw.{table}", folder / "raw" / f"{table}.parquet")
    return folder


def swap(data: Path, folder: Path) -> None:
    """Make a generation the one that `data/parquet` names, keep the one before, take the older ones away."""
    generations, link = data / _GENERATIONS, data / FOLDER
    numbers = [int(path.name) for path in generations.iterdir() if path.name.isdigit()]
    current = generations / f"{max(numbers, default=0) + 1:06d}"
    folder.replace(current)
    current.chmod(0o755)  # a temporary folder is its owner's alone
    fresh = generations / "link"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path(_GENERATIONS) / current.name, target_is_directory=True)
    aside = generations / "building-copied"
    if link.is_dir() and not link.is_symlink():  # the data folder was copied by a tool that follows links
        link.replace(aside)
    fresh.replace(link)
    shutil.rmtree(aside, ignore_errors=True)
    for number in sorted(numbers)[:-1]:
        shutil.rmtree(generations / f"{number:06d}")


def clear_leftovers(data: Path) -> None:
    """Take away what a publication that died has left."""
    generations = data / _GENERATIONS
    if generations.is_dir():
        for path in generations.glob("building-*"):
            shutil.rmtree(path)
        (generations / "link").unlink(missing_ok=True)


def _copy(connection: duckdb.DuckDBPyConnection, source: str, path: Path) -> None:
    connection.execute(f"COPY ({source}) TO {_quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source.resolve(), target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
