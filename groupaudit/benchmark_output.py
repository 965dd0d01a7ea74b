"""What `benchmark` prints and writes: figures as counts beside shares, and one prediction a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audit.auditor import Auditor
from audit.benchmark import Prediction, Report, predict, read_rows, report, row_offering
from groupaudit.errors import UsageError
from groupaudit.finding_record import listing_record


def benchmark_lines(
    file: Path, rulebook: str, predictions: Path | None, *, as_json: bool, totals: bool
) -> Iterator[str]:
    """Predict every row of a file, write the predictions if asked, and yield the figures.

    Args:
        file: listings, one JSON object a line.
        rulebook: the rulebook that makes `verdict`.
        predictions: where to write one prediction a line; None: nowhere.
        as_json: yield the figures as one JSON object.
        totals: leave out everything that is not a total over all listings.

    Raises:
        UsageError: there is no such file.
        BenchmarkError: it cannot be read as listings.
        RulebookError: there is no such rulebook.
    """
    if not file.is_file():
        raise UsageError(f"{file}: no such file; give listings as JSON Lines")
    judged = predict(read_rows(file), Auditor(rulebook))
    if predictions is not None:
        with predictions.open("w", encoding="utf-8") as handle:
            handle.writelines(json.dumps(_record(each), ensure_ascii=False) + "\n" for each in judged)
    figures = report(judged)
    if as_json:
        values = asdict(figures)
        yield json.dumps({key: values[key] for key in values if not (totals and key in _NOT_TOTALS)}, indent=2)
    else:
        yield from _text(figures, totals=totals)


_NOT_TOTALS = ("confusion", "by_provider_type", "by_criterion")


def _record(prediction: Prediction) -> dict[str, Any]:
    offering = row_offering(prediction.row)
    return {"id": prediction.row.get("id"), **listing_record(offering, prediction.finding)}


def _text(figures: Report, *, totals: bool) -> Iterator[str]:
    of_sites = f"of {figures.sites} sites (digest {figures.digest})"
    yield f"{figures.listings} listings, {figures.scored} with labels, {of_sites}"
    if not figures.scored:
        return
    yield f"The labels: {figures.caveat}."
    yield ""
    for share in figures.shares:
        shown = "    -" if share.value is None else f"{share.value:.3f}"
        yield f"{share.name:34} {shown}  {share.hits:>4}/{share.of:<4}  [{share.low:.2f}, {share.high:.2f}]"
    yield ""
    for name, (value, low, high) in figures.kappas.items():
        yield f"{'kappa, ' + name:34} {value:.3f}             [{low:.2f}, {high:.2f}]"
    yield ""
    yield "flags at three thresholds of confidence"
    yield from _table(figures.thresholds)
    if totals:
        return
    for title, table in (
        ("kind by the readers (rows) and by the audit", figures.confusion),
        ("by type of provider", figures.by_provider_type),
        ("by criterion", figures.by_criterion),
    ):
        yield ""
        yield title
        yield from _table([{"": name, **row} for name, row in table.items()])


def _table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield rows as columns, every column as wide as what it holds; absent values are 0."""
    listed = list(rows)
    columns = list(dict.fromkeys(key for row in listed for key in row))
    cells = [columns, *([str(row.get(key, 0)) for key in columns] for row in listed)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(columns))]
    for line in cells:
        first, *rest = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        yield "  ".join(["  " + (first if columns[0] else line[0].ljust(widths[0])), *rest]).rstrip()
