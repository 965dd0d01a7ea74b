"""Read-only SQL over the publication, hardened: a query can read these tables and nothing else of the machine.

As DuckDB's page on securing it advises: the file is opened read-only, external access (files, network, other
databases, extensions) is off, and the configuration is locked before the query is seen. Limits keep a runaway query
from taking the machine along.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow.parquet as pq

from reports import publication
from reports.disk import full_disk_named, is_disk_full
from reports.errors import QueryError
from reports.statements import header, names, statement
from reports.text import neutral, plain

FORMATS = ("table", "csv", "json", "parquet")
ROWS_SHOWN = 200
"""Rows of a table on a terminal; the other formats hold every row."""

CELL = 60
_READS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question: `groupaudit sql NAME` answers it."""

    name: str
    question: str


def list_questions() -> list[Question]:
    """Return the ready questions, by name."""
    return [Question(name, " ".join(header(f"questions/{name}"))) for name in names("questions")]


def connect(db: Path) -> duckdb.DuckDBPyConnection:
    """Return a hardened read-only connection.

    Raises:
        NoPublicationError: there is no such file.
        BrokenPublicationError: it is damaged, or is not a publication of this program.
    """
    connection = publication.connect(db)
    connection.execute(statement("meta/harden"))
    return connection


def run_sql(
    db: Path, sql_or_question: str, fmt: str = "table", *, out: Path | None = None, seconds: int = SECONDS
) -> str:
    """Answer a query, or a ready question by its name, and return what is to be printed.

    Args:
        db: the published DuckDB file.
        sql_or_question: one SQL statement that reads, or the name of a ready question.
        fmt: table, csv, json or parquet.
        out: file to write instead of returning the rows; Parquet needs one.
        seconds: time after which the query is interrupted.

    Raises:
        NoPublicationError: there is no such file.
        BrokenPublicationError: it is damaged, or is not a publication of this program.
        QueryError: the query is not one statement, is not allowed, fails, or takes too long.
    """
    if fmt not in FORMATS:
        raise QueryError(f"--format {fmt}: one of {', '.join(FORMATS)}")
    if fmt == "parquet" and out is None:
        raise QueryError("--format parquet needs --out FILE.parquet")
    question = sql_or_question.strip()
    query = statement(f"questions/{question}") if question in names("questions") else sql_or_question
    with connect(db) as connection, _interrupted_after(db, connection, seconds):
        _refuse_writes(connection, query)
        if fmt == "parquet" and out is not None:
            table = connection.sql(query).to_arrow_table()
            return _written(out, lambda file: pq.write_table(table, file))
        connection.execute(query)
        columns = [column[0] for column in connection.description or []]
        rows = connection.fetchmany(ROWS_SHOWN + 1) if fmt == "table" else connection.fetchall()
    text = {"table": as_table, "csv": as_csv, "json": as_json}[fmt](columns, rows)
    if out is None:
        return text
    return _written(out, lambda file: file.write(text.encode()))


def _written(out: Path, write: Callable[[BinaryIO], object]) -> str:
    with full_disk_named(out.parent, f"{out} was not written. Make room, or choose another disk with --out"):
        try:
            with out.open("wb") as file:  # by its name, pyarrow would take away what it could not write: a device too
                write(file)
        except OSError as error:
            if is_disk_full(error) and out.is_file():  # not a device
                out.unlink()  # half a table would be taken for a whole one
            raise
    return f"{out}\n"


@contextmanager
def _interrupted_after(db: Path, connection: duckdb.DuckDBPyConnection, seconds: int) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryError(f"interrupted after {seconds} seconds; narrow the query") from error
    except publication.DAMAGE as error:
        raise publication.broken(db, error) from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    finally:
        timer.cancel()


def _refuse_writes(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise QueryError("one statement at a time; separate questions with separate calls")
    if statements[0].type not in _READS:
        raise QueryError("only statements that read are answered: SELECT, FROM, DESCRIBE, EXPLAIN")


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as lines in columns for a terminal: no control character gets through, long values are cut."""
    shown = [[_cell(value) for value in row] for row in rows[:ROWS_SHOWN]]
    widths = [max([len(name), *(len(row[at]) for row in shown)]) for at, name in enumerate(columns)]
    lines = ["  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True)).rstrip()]
    lines.append("  ".join("-" * width for width in widths))
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]
    more = len(rows) > ROWS_SHOWN
    lines.append(f"(the first {ROWS_SHOWN} rows; --format csv has them all)" if more else f"({len(rows)} rows)")
    return "\n".join(lines) + "\n"


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as CSV whose cells no spreadsheet takes for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([neutral(json_value(value)) for value in row] for row in rows)
    return buffer.getvalue()


def as_json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows as a JSON array of objects, every text as it is in the database."""
    found = [dict(zip(columns, map(json_value, row), strict=True)) for row in rows]
    return json.dumps(found, ensure_ascii=True, indent=1) + "\n"


def json_value(value: Any) -> Any:
    """Return a value of DuckDB's as JSON can hold it: times in ISO format, nested values as they are."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, dict):
        return {str(key): json_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(json_value(value))
    line = plain(text[: CELL + 1].replace("\n", " / ").replace("\t", " "))
    return line if len(text) <= CELL and len(line) <= CELL else line[: CELL - 1] + "…"
