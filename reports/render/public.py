"""The public pages, made from the public database and nothing else."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import duckdb

from reports.headline import Sentence, Summary
from reports.render.criteria import disputes
from reports.render.environment import page
from reports.render.marks import Hit, Piece, paragraphs, shown_stance
from reports.render.model import Row, heard
from reports.statements import statement
from reports.text import page_name

FLAGS_A_PAGE = 500


def write_pages(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the public report's pages from an open public database."""
    (about,) = _rows(connection, "about")
    sentences = tuple(
        Sentence(r["part"], r["key"], r["value"], r["out_of"], r["sentence"])
        for r in _rows(connection, "page_headline")
    )
    flags = [_flag(row) for row in _rows(connection, "page_flags")]
    evidence: dict[str, list[Row]] = {}
    for row in _rows(connection, "page_evidence"):
        evidence.setdefault(row["flag"], []).append(row)
    common = {
        "run": about,
        "about": about,
        "internal": "",
        "root": "",
        "criteria": {},
        "disputes": disputes(),
        "pages": set(),
        "navigation": (("index.html", "Summary"), ("corrections.html", "Corrections"), ("limits.html", "Limits")),
        "summary": Summary(about["run_id"], sentences, ""),
    }
    _page(folder, "index.html", "public_index.html", common, interactive=True, flags=flags)
    for _, group in itertools.groupby(flags, lambda flag: flag["page"]):
        its = [flag | _marked(flag, evidence.get(flag["flag"], [])) for flag in group]
        _page(folder, its[0]["page"], "public_provider.html", common | {"root": "../"}, flags=its)
    _page(folder, "corrections.html", "corrections.html", common, corrections=_rows(connection, "page_corrections"))
    _page(folder, "limits.html", "limits.html", common)


def _flag(row: Row) -> Row:
    return row | {
        "anchor": row["flag"],
        "page": f"provider/{page_name(row['organisation'])}",
        "heard": heard(row),
        "fetched_at": row["seen_on"],
        "provider": "",
        "scope": "group",
    }


def _marked(flag: Row, evidence: list[Row]) -> Row:
    hits = [
        Hit(number, row["part"], row["criterion"], row["kind"],
            shown_stance(row["part"], row["criterion"], row["stance"]), row["reason"], row["quote"],
            row["field"], row["start"], row["end"], row["text"], row["modifier_quote"], row["url"] or "")
        for number, row in enumerate(evidence, 1)
    ]  # fmt: skip

    def blocks(field: str, value: str) -> list[list[Piece]]:
        return paragraphs(value, [hit for hit in hits if hit.field == field and hit.text == value])

    return {
        "hits": hits,
        "title_blocks": blocks("title", flag["title"]),
        "name_blocks": blocks("name", flag["name"]),
        "heading_blocks": [blocks(f"headings.{n}", heading) for n, heading in enumerate(flag["headings"])],
        "text_blocks": blocks("text", flag["text"]),
    }


def _page(folder: Path, name: str, template: str, common: Row, **values: Any) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(page(template, here=name, **(common | values)), encoding="utf-8")


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[Row]:
    cursor = connection.cursor()
    cursor.execute(statement(f"public/{name}"))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
