"""One audited listing as lines of text: its words with the evidence underlined, and what the audit makes of them.

Used by `check` (a page before it is published) and `explain` (a group that was crawled). Words that count are
underlined by `^`, the strongest words against the verdict by `=`, words that were found and set aside by `~`.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from audit.records import ClaimLabel, Evidence, Finding, Kind, Stance, Verdict
from crawler.records import Offering
from groupaudit.terminal import clean

HEADLINES: dict[str, str] = {
    Verdict.MISLABELED: "labelled therapy, described as something else",
    Verdict.REVIEW: "a person should look: two careful readers could differ",
    Verdict.MIXED: "therapy mixed with something else",
    Verdict.HEADING_DIFFERS: "its heading says therapy, its name something else",
    Verdict.INSUFFICIENT: "the page says too little to tell",
    Verdict.CONSISTENT: "described as group therapy (no mark of quality)",
    Verdict.NOT_CLAIMED: "not labelled group therapy",
}
"""The words for each verdict: what the text says, never what the provider intends."""

_CLAIMS: dict[str, str] = {
    ClaimLabel.OWN: "its own words call it therapy",
    ClaimLabel.SECTION: "it stands under a heading or title that says therapy",
    ClaimLabel.MODALITY: "therapy only in the name of a method",
    ClaimLabel.COUNSELING: "it is called counseling",
    ClaimLabel.LISTED: "filed under group therapy by the directory",
    ClaimLabel.NONE: "nothing labels it therapy",
}

_WIDTH = 84
"""Columns of a line of the listing, beside a margin that says where it stands."""

_MARGIN = 10


@dataclass(frozen=True)
class Mark:
    """A span of a field, the sign that underlines it and what is said beside it."""

    start: int
    end: int
    sign: str
    label: str


def describe(finding: Finding) -> str:
    """Return in one line what it is labelled and what it reads like."""
    others = f", also {', '.join(finding.secondary)}" if finding.secondary else ""
    reads = "what happens there is unclear" if finding.kind == Kind.UNCLEAR else f"reads like {finding.kind}{others}"
    return f"{_CLAIMS[finding.claim]}; {reads}"


def verdict_lines(finding: Finding) -> Iterator[str]:
    """Yield what each rulebook concludes, by which rules, and what would change it."""
    yield from _wrapped("verdict", ", ".join(f"{each.verdict} ({each.rulebook})" for each in finding.verdicts))
    yield from _wrapped("rules", ", ".join(finding.decided_by))
    if finding.would_change:
        yield from _wrapped("to change", clean(finding.would_change))


def what_decides(finding: Finding) -> list[Evidence]:
    """Return the evidence that bears on the verdict: of the claim, of its kind, of therapy, and what was set aside."""
    kinds = {finding.kind, Kind.THERAPY}
    return [
        evidence
        for index, evidence in enumerate(finding.evidence)
        if evidence.kind in kinds or evidence.criterion.startswith("claim") or index == finding.counter
    ]


def listing_lines(
    offering: Offering, finding: Finding, evidence: Collection[Evidence], *, every: bool
) -> Iterator[str]:
    """Yield the listing line by line, as far as there is evidence in it, with the evidence underlined.

    Args:
        offering: the listing.
        finding: what the audit says of it.
        evidence: the pieces to underline.
        every: yield the lines without evidence, too.
    """
    marks: dict[str, list[Mark]] = defaultdict(list)
    strongest = finding.evidence[finding.counter] if finding.counter >= 0 else None
    for each in evidence:
        if each.field != "site":
            marks[each.field].append(_mark(each, strongest))
    for field in ("title", *(f"headings.{number}" for number in range(len(offering.headings))), "name", "text"):
        shown = every and field != "title"
        yield from marked(offering.field(field), marks[field], field.partition(".")[0], every=shown)
    for each in evidence:
        if each.field == "site":
            yield from marked(each.quote, [_mark(each, strongest, shift=each.start)], "elsewhere", every=True)
            yield f"{'':{_MARGIN}}on {clean(each.url or each.capture_id)}"


def marked(text: str, marks: Iterable[Mark], place: str, *, every: bool) -> Iterator[str]:
    """Yield a text in lines that fit, each followed by the marks that begin or go on in it."""
    by_span: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        if mark.label not in by_span[mark.start, mark.end, mark.sign]:
            by_span[mark.start, mark.end, mark.sign].append(mark.label)
    for row, start, end in _rows(text):
        here = [(span, labels) for span, labels in by_span.items() if span[0] < end and span[1] > start]
        if not here and not every:
            continue
        where = f"{place}:{row}" if place == "text" else place
        yield f"{where:{_MARGIN}}{clean(text[start:end])}".rstrip()
        for (first, last, sign), labels in here:
            before = cell_len(clean(text[start : max(first, start)]))
            width = max(1, cell_len(clean(text[max(first, start) : min(last, end)])))
            said = f"  {', '.join(labels)}" if first >= start else ""
            yield f"{'':{_MARGIN}}{'':{before}}{sign * width}{said}"


def _rows(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield each line of a text, cut at spaces to what fits: its number from 1, its first and its last offset."""
    at = 0
    for number, line in enumerate(text.split("\n"), start=1):
        start, end = at, at + len(line)
        while end - start > _WIDTH:
            cut = text.rfind(" ", start, start + _WIDTH)
            cut = cut + 1 if cut > start else start + _WIDTH
            yield number, start, cut
            start = cut
        if end > start:
            yield number, start, end
        at = end + 1


def _mark(evidence: Evidence, strongest: Evidence | None, shift: int = 0) -> Mark:
    start, end = evidence.start - shift, evidence.end - shift
    if evidence.stance == Stance.SET_ASIDE:
        words = f": “{clean(evidence.modifier_quote)}”" if evidence.modifier_quote else ""
        return Mark(start, end, "~", f"{evidence.criterion} set aside, {evidence.reason}{words}")
    return Mark(start, end, "=" if evidence is strongest else "^", evidence.criterion)


def _wrapped(name: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, _WIDTH) or [""]
    for number, line in enumerate(lines):
        yield f"{name if number == 0 else '':{_MARGIN}}{line}"
