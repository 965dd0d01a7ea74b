"""One audited listing as lines of text: its words with the evidence underlined, and what the audit makes of them.

Used by `check` (a page before it is published) and `explain` (a group that was crawled).
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from audit.records import ClaimLabel, Evidence, Finding, Stance, Verdict
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

_ROOM = 76
"""Characters of a quotation's surroundings that fit on a line of a narrow terminal beside the margin."""


def describe(finding: Finding) -> str:
    """Return in one line what it is labelled and what it reads like."""
    others = f", also {', '.join(finding.secondary)}" if finding.secondary else ""
    reads = "what happens there is unclear" if finding.kind == "unclear" else f"reads like {finding.kind}{others}"
    return f"{_CLAIMS[finding.claim]}; {reads}"


def verdict_lines(finding: Finding) -> list[str]:
    """Return what each rulebook concludes, by which rules, and what would change it."""
    by_book = ", ".join(f"{verdict.rulebook}: {verdict.verdict}" for verdict in finding.verdicts)
    lines = [f"verdict    {by_book}", f"rules      {', '.join(finding.decided_by)}"]
    if finding.would_change:
        lines.append(f"to change  {clean(finding.would_change)}")
    return lines


def evidence_lines(offering: Offering, finding: Finding) -> Iterator[str]:
    """Yield each piece of evidence: where it stands, by which criterion, and its words underlined in their line."""
    for index, evidence in enumerate(finding.evidence):
        counter = ", the strongest words against the flag" if index == finding.counter else ""
        yield f"{_place(offering, evidence)}  {_stance(evidence)}{counter}"
        yield from underline(_field(offering, evidence), evidence.start, evidence.end, evidence.quote)


def underline(text: str, start: int, end: int, quote: str) -> tuple[str, str]:
    """Return the line of `text` around a span, and a line of carets under the span.

    The line is cut to what fits, at spaces, and cleaned; without a text (evidence from elsewhere) it is the quote.
    """
    if not text:
        text, start, end = quote, 0, len(quote)
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    spare = max(0, _ROOM - (end - start))
    left = max(first, start - spare // 2)
    right = min(last, max(end, left + _ROOM))
    if left > first:
        left = min(start, text.find(" ", left, start) + 1 or left)
    if right < last:
        cut = text.rfind(" ", end, right)
        right = cut if cut > 0 else right
    before = ("… " if left > first else "") + clean(text[left:start])
    middle, after = clean(text[start:end]), clean(text[end:right]) + (" …" if right < last else "")
    return before + middle + after, " " * cell_len(before) + "^" * max(1, cell_len(middle))


def _field(offering: Offering, evidence: Evidence) -> str:
    return "" if evidence.field == "site" else offering.field(evidence.field)


def _place(offering: Offering, evidence: Evidence) -> str:
    if evidence.field == "site":
        return f"elsewhere ({clean(evidence.url or evidence.capture_id)})"
    if evidence.field == "text":
        return f"text:{offering.text.count(chr(10), 0, evidence.start) + 1}"
    if evidence.field.startswith("headings."):
        return "heading"
    return evidence.field


def _stance(evidence: Evidence) -> str:
    if evidence.stance == Stance.FOR:
        return f"{evidence.criterion}"
    because = f"{evidence.reason}: “{clean(evidence.modifier_quote)}”" if evidence.modifier_quote else evidence.reason
    return f"{evidence.criterion} set aside ({because})"
