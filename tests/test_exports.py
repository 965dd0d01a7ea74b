"""Exports: the same rows in every format, harmless in a spreadsheet, true in JSON and Parquet."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hostile import FORMULAS, hostile_run
from synthetic_runs import small_run, write_run

from reports import exports
from reports.errors import ReportsError
from reports.exports import export
from reports.publish import publish
from reports.statements import VIEWS


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        note = handle.readline()
        assert note.startswith("# INTERNAL")
        assert "apostrophe" in note
        csv.field_size_limit(10_000_000)
        return list(csv.DictReader(handle))


def test_every_format_holds_the_same_rows(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    counts = publish(tmp_path).counts
    folder = export(tmp_path)[0].parent
    document = json.loads((folder / "groupaudit.json").read_text())
    book = openpyxl.load_workbook(folder / "groupaudit.xlsx", read_only=True)
    for table in VIEWS:
        assert len(csv_rows(folder / f"{table}.csv")) == counts[table], table
        assert len(document[table]) == counts[table], table
        assert duckdb.read_parquet(str(folder / f"{table}.parquet")).shape[0] == counts[table], table
        assert len(list(book[table].iter_rows())) == counts[table] + 1, table
    book.close()
    numbers = {row["key"]: row["value"] for row in document["headline"]}
    assert numbers == {row["key"]: int(row["value"]) for row in csv_rows(folder / "headline.csv")}
    assert document["note"].startswith("INTERNAL")


def test_json_keeps_to_its_schema(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    folder = export(tmp_path, formats=["json"])[0].parent
    schema = json.loads((folder / "groupaudit.schema.json").read_text())
    document = json.loads((folder / "groupaudit.json").read_text())
    assert _errors(document, schema, "$") == []
    document["flags"][0]["confidence"] = "very"
    document["groups"][0].pop("name")
    document["sites"][0]["mood"] = "fine"
    assert len(_errors(document, schema, "$")) == 3


def _errors(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    """A validator for the part of JSON Schema that the export's schema uses."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    python = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "null": type(None),
    }
    if not any(
        isinstance(value, python[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in kinds
    ):
        return [f"{at}: not {kinds}"]
    if isinstance(value, dict):
        wrong = [f"{at}: lacks {name}" for name in schema["required"] if name not in value]
        wrong += [f"{at}: knows no {name}" for name in value if name not in schema["properties"]]
        inner = [(name, value[name], schema["properties"][name]) for name in value if name in schema["properties"]]
        return wrong + [error for name, found, its in inner for error in _errors(found, its, f"{at}.{name}")]
    if isinstance(value, list) and "items" in schema:
        return [error for n, found in enumerate(value) for error in _errors(found, schema["items"], f"{at}[{n}]")]
    return []


def test_no_cell_becomes_a_formula_and_quotations_stay_true(tmp_path: Path) -> None:
    run = hostile_run()
    write_run(tmp_path, run)
    publish(tmp_path)
    folder = export(tmp_path)[0].parent
    cells = [cell for table in VIEWS for row in csv_rows(folder / f"{table}.csv") for cell in row.values()]
    book = openpyxl.load_workbook(folder / "groupaudit.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            cells += [str(cell.value) for cell in row if isinstance(cell.value, str)]
    for cell in cells:
        numeric = cell.lstrip("-").replace(".", "", 1).replace("e-", "", 1).isdigit()
        assert numeric or not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%")), cell[:80]
        assert not any(char < " " and char not in "\n\t\r" for char in cell), cell[:80]
    assert any(cell.startswith("'" + FORMULAS[0]) for cell in cells)
    document = json.loads((folder / "groupaudit.json").read_text())
    assert document["evidence"]
    for row in document["evidence"]:
        assert row["text"][row["start"] : row["end"]] == row["quote"]
    assert {row["name"] for row in document["groups"]} == {group.name for group in run.sites[0].groups}


def test_a_long_sheet_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    monkeypatch.setattr(exports, "XLSX_ROWS", 2)
    book = openpyxl.load_workbook(export(tmp_path, formats=["xlsx"])[0])
    assert len(list(book["groups"].iter_rows())) == 3
    assert "groups: the first 2 rows" in " ".join(str(row[0].value) for row in book["about"].iter_rows())


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    with pytest.raises(ReportsError, match="docx"):
        export(tmp_path, formats=["docx"])
