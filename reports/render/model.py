"""Rows of the publication as the pages show them."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from reports.headline import Summary
from reports.render import words
from reports.render.marks import Hit, Piece, paragraphs, shown_stance
from reports.statements import statement
from reports.text import anchor, page_name

Row = dict[str, Any]


def rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[Row]:
    """Yield the rows of one of the report's queries (`sql/render/NAME.sql`), without holding them all."""
    cursor = connection.cursor()
    cursor.execute(statement(f"render/{name}"), parameters)
    columns = [column[0] for column in cursor.description or []]
    while batch := cursor.fetchmany(1000):
        for values in batch:
            yield dict(zip(columns, values, strict=True))


def batched(source: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    """Yield rows in tuples of a size, the last one shorter (itertools.batched came with Python 3.12)."""
    iterator = iter(source)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch


def heard(flag: Mapping[str, Any]) -> str:
    """Return in words whether the provider of a flag was asked, and answered."""
    if flag["replied"]:
        return f"replied {_date(flag['replied'])}"
    if flag["letter_sent"]:
        return f"asked {_date(flag['letter_sent'])}"
    return "not asked"


def flag_row(flag: Row) -> Row:
    """Return a flag with what its line in a table needs: its page, its place there, whether the provider was asked."""
    return flag | {
        "page": f"provider/{page_name(flag['site_key'])}",
        "anchor": anchor(flag["group_key"]),
        "heard": heard(flag),
    }


def providers(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Row, list[Row]]]:
    """Yield every site that has a flag, with its flags, their evidence marked in the text it stands in."""
    flags = itertools.groupby(rows(connection, "flags"), lambda row: row["site_key"])
    evidence = _Ahead(rows(connection, "evidence"))
    for site, (_, its_flags) in zip(rows(connection, "sites_flagged"), flags, strict=True):
        hits = evidence.of(site["site_key"])
        yield site, [_with_evidence(flag_row(flag), hits.get(flag["group_key"], [])) for flag in its_flags]


class _Ahead:
    """Rows sorted by site, handed out a site at a time."""

    def __init__(self, source: Iterator[Row]) -> None:
        self._groups = itertools.groupby(source, lambda row: row["site_key"])

    def of(self, site_key: str) -> dict[str, list[Row]]:
        for key, group in self._groups:
            if key == site_key:
                found: dict[str, list[Row]] = {}
                for row in group:
                    found.setdefault(row["group_key"], []).append(row)
                return found
        return {}


def _with_evidence(flag: Row, evidence: list[Row]) -> Row:
    hits = [
        Hit(
            number=number,
            part=row["part"],
            criterion=row["criterion"],
            kind=row["kind"],
            stance=shown_stance(row["part"], row["criterion"], row["stance"]),
            reason=row["reason"],
            quote=row["quote"],
            field=row["field"],
            start=row["start"],
            end=row["end"],
            text=row["text"],
            modifier_quote=row["modifier_quote"],
            url=row["url"] or "",
        )
        for number, row in enumerate(evidence, 1)
    ]

    def blocks(field: str, value: str) -> list[list[Piece]]:
        return paragraphs(value, [hit for hit in hits if hit.field == field and hit.text == value])

    shown = {("title", flag["title"]), ("name", flag["name"]), ("text", flag["text"])}
    shown |= {(f"headings.{number}", heading) for number, heading in enumerate(flag["headings"])}
    beyond = {(hit.text, hit.url) for hit in hits if (hit.field, hit.text) not in shown}
    return flag | {
        "hits": hits,
        "title_blocks": blocks("title", flag["title"]),
        "name_blocks": blocks("name", flag["name"]),
        "heading_blocks": [blocks(f"headings.{n}", heading) for n, heading in enumerate(flag["headings"])],
        "text_blocks": blocks("text", flag["text"]),
        "elsewhere": [
            {"url": url, "blocks": paragraphs(found, [hit for hit in hits if hit.text == found and hit.url == url])}
            for found, url in sorted(beyond)
        ],
    }


def bar_rows(source: Iterator[Row], parts: tuple[str, ...], extra: tuple[str, ...] = ()) -> list[Row]:
    """Return rows for a bar chart: label, numbers of the parts, their total, and the cells of its table."""
    made = []
    for row in source:
        numbers = [row[part] for part in parts]
        label = words.KINDS.get(row["label"], row["label"])
        made.append(
            {
                "label": label,
                "numbers": numbers,
                "total": sum(numbers),
                "cells": [label, *numbers, *(row[e] for e in extra)],
            }
        )
    return made


def charts(connection: duckdb.DuckDBPyConnection, summary: Summary) -> dict[str, list[Row]]:
    """Return the rows of every chart of the first page."""
    numbers = summary.numbers
    findings = [{"label": label, "n": numbers[key]} for key, label in words.HEADLINE_FINDINGS]
    both = ("both", "article")
    return {
        "findings": bar_rows(iter(findings), ("n",)),
        "kinds_chart": bar_rows(rows(connection, "chart_kinds"), ("labelled", "others")),
        "types_chart": _few(bar_rows(rows(connection, "chart_flags", {"slice": "provider_type"}), both, ("labelled",))),
        "regions_chart": _few(bar_rows(rows(connection, "chart_flags", {"slice": "region"}), both, ("labelled",))),
        "runs_chart": bar_rows(_runs(connection), both, ("labelled", "moved")),
    }


def completeness(connection: duckdb.DuckDBPyConnection) -> tuple[list[Row], str, list[Row]]:
    """Return the rows of the completeness chart, its note, and every slice of the coverage."""
    coverage = list(rows(connection, "coverage"))
    whole = next((row for row in coverage if row["slice"] == "all"), None)
    if whole is None:
        return [], "No site was visited.", coverage
    (handed,) = rows(connection, "handed_in")
    if handed["handed_in"]:
        return (
            bar_rows(iter([{"label": "handed in as listings", "sites": whole["sites"]}]), ("sites",)),
            "Handed in as listings: no site was visited to confirm them.",
            coverage,
        )
    found = [{"label": label, "sites": whole[key]} for key, label in words.OUTCOMES]
    note = f"Confirmed as the listed business: {whole['confirmed']:,} of {whole['sites']:,} sites."
    return bar_rows(iter(found), ("sites",)), note, coverage


def _few(found: list[Row], most: int = 12) -> list[Row]:
    """A chart holds a dozen bars; the published table `groups` holds them all."""
    return found[:most]


def _runs(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    before: Row | None = None
    for row in list(rows(connection, "chart_runs"))[-12:]:
        moved = []
        if before and row["extractor"] != before["extractor"]:
            moved.append("extractor")
        if before and row["audit_version"] != before["audit_version"]:
            moved.append("criteria or rulebook")
        before = row
        yield row | {"label": _date(row["day"]), "moved": " and ".join(moved) or "nothing"}


def _date(value: datetime.date | None) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"
