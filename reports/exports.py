"""Exports of the publication's default schema: CSV, XLSX, JSON with its JSON Schema, Parquet. The same rows everywhere.

CSV and XLSX are opened in spreadsheets: cells that begin like a formula get an apostrophe in front and characters that
cannot be seen are named; the first line (the first sheet) says so. JSON and Parquet hold every text as it is.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from openpyxl import Workbook

from reports.errors import ReportsError
from reports.headline import summary_of
from reports.publication import publication_path
from reports.sql import connect, json_value
from reports.statements import VIEWS, statement
from reports.text import neutral

FORMATS = ("csv", "xlsx", "json", "parquet")
XLSX_ROWS = 50_000
"""Rows of a sheet; a longer table is cut, which the first sheet says. The other formats hold every row."""

NOTE = (
    "Cells that begin like a formula have an apostrophe in front, and characters that cannot be seen are named; "
    "the JSON and Parquet exports hold every text as it is."
)


def export(data: Path, out: Path | None = None, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the tables of the default schema as files and return them. Internal, like the publication.

    Args:
        data: the data folder.
        out: folder to write, replaced whole; the default is `DATA/exports/run=ID`.
        formats: any of csv, xlsx, json, parquet.

    Raises:
        NoPublicationError: nothing was published yet.
        ReportsError: a format is not known.
    """
    if unknown := set(formats) - set(FORMATS):
        raise ReportsError(f"no such format: {', '.join(sorted(unknown))}; there are {', '.join(FORMATS)}")
    with connect(publication_path(data)) as connection:
        summary = summary_of(connection)
        folder = out or data / "exports" / f"run={summary.run_id}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            building.chmod(0o755)
            write_tables(connection, building, VIEWS, summary.internal, formats)
            if folder.exists():
                shutil.rmtree(folder)
            building.rename(folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return sorted(folder.iterdir())


def write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[str], note: str, formats: Sequence[str]
) -> None:
    """Write tables of an open publication into a folder, in every format asked for."""
    if "csv" in formats:
        for table in tables:
            _csv(connection, table, folder / f"{table}.csv", note)
    if "xlsx" in formats:
        _xlsx(connection, tables, folder / "groupaudit.xlsx", note)
    if "json" in formats:
        _json(connection, tables, folder / "groupaudit.json", note)
        schema = json.dumps(json_schema(connection, tables), indent=1)
        (folder / "groupaudit.schema.json").write_text(schema + "\n", encoding="utf-8")
    if "parquet" in formats:
        for table in tables:
            pq.write_table(connection.sql(f"FROM main.{table}").to_arrow_table(), folder / f"{table}.parquet")


def json_schema(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of the JSON export, made from the tables' types and comments."""
    properties: dict[str, Any] = {"note": {"type": "string"}}
    for table in tables:
        found = connection.execute(statement("meta/table_columns"), {"name": table}).fetchall()
        comments = connection.execute(statement("meta/table_comment"), {"name": table}).fetchall()
        about = comments[0][0] if comments else ""
        columns = {name: {"type": _json_type(kind), "description": comment or ""} for name, kind, comment in found}
        properties[table] = {
            "type": "array",
            "description": about or "",
            "items": {
                "type": "object",
                "properties": columns,
                "required": list(columns),
                "additionalProperties": False,
            },
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "groupaudit export",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _json_type(kind: str) -> list[str]:
    if kind.endswith("[]"):
        return ["array", "null"]
    numbers = {"BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean"}
    return [numbers.get(kind, "string"), "null"]


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    cursor = connection.cursor()
    cursor.execute(f"FROM main.{table}")

    def found() -> Iterator[tuple[Any, ...]]:
        while batch := cursor.fetchmany(2000):
            yield from batch

    return [column[0] for column in cursor.description or []], found()


def _csv(connection: duckdb.DuckDBPyConnection, table: str, path: Path, note: str) -> None:
    columns, rows = _rows(connection, table)
    with path.open("w", encoding="utf-8", newline="") as handle:
        handle.write(f"# {note} {NOTE}\r\n")
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows([neutral(json_value(value)) for value in row] for row in rows)


def _xlsx(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], path: Path, note: str) -> None:
    book = Workbook(write_only=True)
    about = book.create_sheet("about")
    about.append([note])
    about.append([NOTE])
    for table in tables:
        columns, rows = _rows(connection, table)
        sheet = book.create_sheet(table)
        sheet.append(columns)
        cut = False
        for number, row in enumerate(rows):
            if number >= XLSX_ROWS:
                cut = True
                break
            sheet.append([neutral(json_value(value)) for value in row])
        if cut:
            about.append([f"{table}: the first {XLSX_ROWS:,} rows; the CSV, JSON and Parquet exports hold every row"])
    book.save(path)


def _json(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], path: Path, note: str) -> None:
    """One row at a time: the largest table need not fit in memory."""
    with path.open("w", encoding="utf-8") as handle:
        handle.write('{"note": ' + json.dumps(note))
        for table in tables:
            columns, rows = _rows(connection, table)
            handle.write(f',\n"{table}": [')
            for number, row in enumerate(rows):
                found = dict(zip(columns, map(json_value, row), strict=True))
                handle.write((",\n" if number else "\n") + json.dumps(found))
            handle.write("\n]")
        handle.write("}\n")
