"""End to end on the listings: HTML to `check` must say what the benchmark says of the listing itself.

    python -m benchmarks.audit_pages                  counts by template and by field, and where the loss comes from
    python -m benchmarks.audit_pages --differences    also each listing that comes out differently, and why

Each open listing is set into a page of ten markup families, between two listings of other sites, and read by the code
of `check`. A description of a provider's group work in general stands between two other services instead: beside named
groups the codebook (its unit) makes it their introduction, which is no listing. A difference has one cause: not
extracted; cut differently (another name, heading or text reached the audit: both of them extraction); or other context
(the same words, judged beside what else the page says).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.auditor import Auditor, SiteText
from audit.benchmark import judge_row, read_rows
from audit.fold import fold
from audit.records import Finding
from benchmarks.audit_markup import FAMILIES, Entry, Sheet, page
from crawler.extract import Page, extract_site
from crawler.records import Offering, Site

OPEN = Path(__file__).parent / "listings" / "open.jsonl"
FIELDS = ("claim", "kind", "verdict")
BAR = 0.97
_WORD = re.compile(r"\w+")
_ENOUGH = 0.3
"""Share of the listing's words that an offering must hold (and of its own) to be taken for it."""

_SERVICES = (
    Entry(
        "Individual Counseling",
        "Fifty minutes, one to one, weekly at first. In person or by video.",
    ),
    Entry("Couples Work", "For two people who want to talk with a third in the room. Ninety minutes, evenings only."),
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One listing in one template: the fields that came out differently, and the cause where any did."""

    row: Row
    family: str
    differs: tuple[str, ...]
    cause: str
    detail: str


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--differences", action="store_true", help="print each listing that comes out differently")
    ask.add_argument("--every", type=int, default=1, help="only every n-th listing")
    args = ask.parse_args()
    rows = read_rows(OPEN)
    fit, apart = usable(rows)
    print(f"{len(rows)} listings; set apart: " + ", ".join(f"{count} with {why}" for why, count in apart.items()))
    outcomes = list(measure(fit[:: args.every], rows, Auditor()))
    print_counts(outcomes)
    if args.differences:
        for each in outcomes:
            if each.differs:
                print(f"{each.row['id']} {each.family}: {', '.join(each.differs)}; {each.cause}: {each.detail}")


def usable(rows: Sequence[Row]) -> tuple[list[Row], Counter[str]]:
    """Return the listings that make an unambiguous page, and how many do not, by reason."""
    apart: Counter[str] = Counter()
    out = []
    for row in rows:
        if not row["text"].strip():
            apart["no text"] += 1
        elif not row["name"] and not row["headings"]:
            apart["neither name nor heading"] += 1
        else:
            out.append(row)
    return out, apart


def measure(rows: Sequence[Row], neighbours: Sequence[Row], auditor: Auditor) -> Iterator[Outcome]:
    """Yield the outcome of every listing in every template."""
    for row in rows:
        alone = judge_row(row, auditor)
        for family in FAMILIES:
            yield outcome(row, family, alone, neighbours, auditor)


def sheet_of(row: Row, rows: Sequence[Row]) -> Sheet:
    """Return a listing's page: between two others, under its own headings."""
    before, after = _SERVICES if row["scope"] == "service" else _neighbours(row, rows)
    headings, name = list(row["headings"]), row["name"]
    if not name:  # the nearest heading is what a page would have over the words
        name = headings.pop()
    return Sheet(row["page_title"] or "", tuple(headings), (before, Entry(name, row["text"]), after))


def _neighbours(row: Row, rows: Sequence[Row]) -> tuple[Entry, Entry]:
    """Two short listings of other sites: the same two for the same listing, whatever else is in the file's order."""
    others = [
        Entry(each["name"], each["text"])
        for each in rows
        if each["site"] != row["site"] and each["name"] and each["scope"] == "group" and 200 < len(each["text"]) < 900
    ]
    start = sum(map(ord, row["id"])) % (len(others) - 1)
    return others[start], others[start + 1]


def outcome(row: Row, family: str, alone: Finding, rows: Sequence[Row], auditor: Auditor) -> Outcome:
    """Return how a listing comes out of one template, read as `check` reads a page."""
    source = "groups.html"
    made = page(sheet_of(row, rows), family)
    extract = extract_site([Page(source, made, capture_id=source)], Site("site", "", "site"), run_id="")
    result = extract.pages[0]
    offering = the_listing(row, result.offerings)
    if offering is None:
        return Outcome(row, family, FIELDS, "not extracted", f"{len(result.offerings)} offerings on the page")
    context = SiteText(result.passages, result.offerings, (source,))
    differs = _differences(auditor.judge(offering, context), alone)
    if not differs:
        return Outcome(row, family, (), "", "")
    if not _differences(auditor.judge(offering), alone):
        return Outcome(row, family, differs, "other context", "judged alone it comes out the same")
    return Outcome(row, family, differs, "cut differently", _how_cut(row, offering))


def _differences(finding: Finding, alone: Finding) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(finding, name) != getattr(alone, name))


def the_listing(row: Row, offerings: Sequence[Offering]) -> Offering | None:
    """Return the offering that holds the listing's words, or None."""
    wanted = Counter(_WORD.findall(fold(row["text"])))

    def likeness(offering: Offering) -> float:
        got = Counter(_WORD.findall(fold(f"{offering.name} {offering.text}")))
        return 2 * (wanted & got).total() / max(1, wanted.total() + got.total())

    best = max(offerings, key=likeness, default=None)
    return best if best is not None and likeness(best) >= _ENOUGH else None


def _how_cut(row: Row, offering: Offering) -> str:
    out = []
    if fold(offering.name) != fold(row["name"]):
        out.append(f"name {offering.name[:50]!r} for {row['name'][:50]!r}")
    if [fold(each) for each in offering.headings] != [fold(each) for each in row["headings"]]:
        out.append(f"headings {list(offering.headings)} for {row['headings']}")
    wanted, got = (Counter(_WORD.findall(fold(text))) for text in (row["text"], offering.text))
    lost, added = (wanted - got).total(), (got - wanted).total()
    if lost or added:
        out.append(f"{lost} words lost and {added} added of {wanted.total()}")
    return "; ".join(out) or "the same words in other blocks"


def print_counts(outcomes: Sequence[Outcome]) -> None:
    """Print the agreement by template and by field, and the causes of the loss."""
    print(f"{'template':20} {'all three':>16}  " + "  ".join(f"{name:>10}" for name in FIELDS) + "   causes")
    for family in FAMILIES:
        _print_line(family, [each for each in outcomes if each.family == family])
    for scope in ("group", "service"):
        _print_line(f"scope {scope}", [each for each in outcomes if each.row["scope"] == scope])
    _print_line("unnamed listings", [each for each in outcomes if not each.row["name"]])
    _print_line("all", outcomes)
    lost = [each for each in outcomes if each.differs]
    by_extraction = sum(each.cause != "other context" for each in lost)
    print(f"lost: {len(lost)}, of which to extraction {by_extraction}, to other context {len(lost) - by_extraction}")
    right = len(outcomes) - len(lost)
    print(f"bar: {BAR} of claim, kind and verdict together: {'met' if right >= BAR * len(outcomes) else 'not met'}")


def _print_line(label: str, outcomes: Sequence[Outcome]) -> None:
    right = sum(not each.differs for each in outcomes)
    causes = Counter(each.cause for each in outcomes if each.differs)
    by_field = "  ".join(f"{sum(name not in each.differs for each in outcomes):>10}" for name in FIELDS)
    said = ", ".join(f"{cause} {count}" for cause, count in causes.most_common())
    print(f"{label:20} {right:5}/{len(outcomes):<5} {right / max(1, len(outcomes)):.3f}  {by_field}   {said}")


if __name__ == "__main__":
    main()
