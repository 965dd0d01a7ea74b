"""What `check` prints: text for people, JSON and JSON lines for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.records import Verdict
from groupaudit.check import CheckedPage, CheckOptions, check, fails
from groupaudit.errors import ExitCode
from groupaudit.finding_record import listing_record
from groupaudit.listing import HEADLINES, describe, listing_lines, verdict_lines, what_decides
from groupaudit.output import print_lines
from groupaudit.progress import count
from groupaudit.terminal import clean

_LOUD = {Verdict.MISLABELED, Verdict.REVIEW, Verdict.MIXED, Verdict.HEADING_DIFFERS}


@dataclass
class _Sum:
    """What the pages printed so far came to."""

    pages: int = 0
    errors: int = 0
    asked_for: bool = False
    verdicts: Counter[str] = field(default_factory=Counter)

    def add(self, page: CheckedPage, fail_on: str | None) -> None:
        self.pages += 1
        self.errors += page.error is not None
        self.verdicts.update(finding.verdict for _, finding in page.judged)
        self.asked_for = self.asked_for or (fail_on is not None and fails(page, fail_on))


def print_check(options: CheckOptions, form: str, fail_on: str | None, *, every: bool) -> ExitCode:
    """Check, print page by page as they come, and return the exit code: 3 for an error on any page, else 1 or 0.

    Args:
        options: what to check.
        form: `text`, `json` or `jsonl`.
        fail_on: `flag` or `review`: return 1 where there is one; None: never.
        every: show the evidence of every group, in `text`.
    """
    so_far = _Sum()
    print_lines(_lines(options, form, fail_on, so_far, every=every))
    if so_far.errors:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if so_far.asked_for else ExitCode.DONE


def _lines(options: CheckOptions, form: str, fail_on: str | None, so_far: _Sum, *, every: bool) -> Iterator[str]:
    for page in check(options):
        if form == "json":
            yield ("[" if so_far.pages == 0 else ",") + json.dumps(page_record(page), ensure_ascii=False, indent=2)
        elif form == "jsonl":
            yield json_line(page)
        else:
            yield from text_lines(page, every=every)
        so_far.add(page, fail_on)
    if form == "json":
        yield "]" if so_far.pages else "[]"
    elif form == "text":
        yield totals(so_far.pages, so_far.verdicts, so_far.errors)


def json_line(page: CheckedPage) -> str:
    """Return a checked page as one line of JSON."""
    return json.dumps(page_record(page), ensure_ascii=False)


def page_record(page: CheckedPage) -> dict[str, Any]:
    """Return a checked page as plain values: the format of `check --format json` and `jsonl`."""
    return {
        "source": page.source,
        "title": page.title,
        "error": None if page.error is None else {"class": page.error.class_, "message": page.error.message},
        "offerings": [listing_record(offering, finding) for offering, finding in page.judged],
    }


def text_lines(page: CheckedPage, *, every: bool) -> Iterator[str]:
    """Yield a checked page for a person: the source, then each group with the words that decided.

    Args:
        every: show the evidence of groups that nothing is wrong with, too.
    """
    yield clean(page.source)
    if page.error is not None:
        yield f"  error: {page.error.class_}: {clean(page.error.message)}"
    elif not page.judged:
        yield "  no group found on this page"
    for offering, finding in page.judged:
        yield ""
        yield f"  {clean(offering.name) or '(a group without a name)'}: {finding.verdict}"
        yield f"  {HEADLINES[Verdict(finding.verdict)]}: {describe(finding)}"
        if every or finding.verdict in _LOUD:
            shown = finding.evidence if every else what_decides(finding)
            yield from (f"    {line}" for line in listing_lines(offering, finding, shown, every=False))
            yield from (f"    {line}" for line in verdict_lines(finding))
            yield f"    searched  {count(len(finding.searched), 'page')} for words against it"
    yield ""


def totals(pages: int, verdicts: Counter[str], errors: int) -> str:
    """Return the last line: what was checked and what was found."""
    found = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict if verdicts[verdict])
    parts = [count(pages, "page"), count(sum(verdicts.values()), "group") + (f" ({found})" if found else "")]
    return ", ".join(parts + ([count(errors, "error")] if errors else []))
