"""Where the publication of a data folder stands, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from reports.disk import is_disk_full
from reports.errors import BrokenPublicationError, NoPublicationError
from reports.statements import RAW_TABLES, VIEWS

FILE_NAME = "groupaudit.duckdb"

DAMAGE = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
"""What DuckDB raises where a file is not a database of its own, or a block of it is not what was written."""

_OTHER_LAYOUT = (duckdb.CatalogException, duckdb.BinderException)


def publication_path(data: Path) -> Path:
    """Return where the publication of a data folder stands.

    Raises:
        NoPublicationError: nothing was published yet.
    """
    return _there(data / FILE_NAME)


def _there(db: Path) -> Path:
    if not db.exists():
        raise NoPublicationError(f"{db}: nothing is published there yet; run `groupaudit publish --data {db.parent}`")
    return db


def connect(db: Path) -> duckdb.DuckDBPyConnection:
    """Open a publication read-only and see that its tables are there.

    Raises:
        NoPublicationError: there is no such file.
        BrokenPublicationError: it is damaged, or is not a publication of this program.
    """
    try:
        connection = duckdb.connect(str(_there(db)), read_only=True)
    except duckdb.Error as error:
        raise broken(db, error) from error
    try:
        there = {f"{schema}.{name}" for schema, name in connection.execute(_RELATIONS).fetchall()}
    except duckdb.Error as error:
        connection.close()
        raise broken(db, error) from error
    missing = [name for name in _EXPECTED if name not in there]
    if missing:
        connection.close()
        raise broken(db, f"{len(missing)} of its {len(_EXPECTED)} tables are missing, {missing[0]} first")
    return connection


_RELATIONS = "SELECT table_schema, table_name FROM information_schema.tables"
_EXPECTED = [f"main.{name}" for name in VIEWS] + [f"raw.{name}" for name in (*RAW_TABLES, "publication")]


@contextmanager
def opened(db: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a publication for our own questions: one that cannot be answered is the file's fault, and is told so.

    Raises:
        NoPublicationError: there is no such file.
        BrokenPublicationError: it is damaged, or of another layout than this program's.
    """
    with connect(db) as connection:
        try:
            yield connection
        except (*DAMAGE, *_OTHER_LAYOUT) as error:
            if is_disk_full(error):
                raise
            raise broken(db, error) from error


def broken(db: Path, why: object) -> BrokenPublicationError:
    """Return the error that says, in one line, that a publication cannot be read and how to make it again."""
    said = str(why).strip().splitlines()[0][:200]
    return BrokenPublicationError(
        f"{db}: not a whole publication ({said}); run `groupaudit publish --full --data {db.parent}`, "
        "which builds it again from the segments"
    )
