"""What `check` prints: text for people, JSON and JSON lines for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from audit.records import Evidence, Finding, Verdict
from crawler.records import Offering
from groupaudit.check import CheckedPage
from groupaudit.listing import HEADLINES, describe, evidence_lines, verdict_lines
from groupaudit.progress import count
from groupaudit.terminal import clean

_LOUD = {Verdict.MISLABELED, Verdict.REVIEW, Verdict.MIXED, Verdict.HEADING_DIFFERS}


def json_line(page: CheckedPage) -> str:
    """Return a checked page as one line of JSON."""
    return json.dumps(page_record(page), ensure_ascii=False)


def page_record(page: CheckedPage) -> dict[str, Any]:
    """Return a checked page as plain values: the format of `check --format json` and `jsonl`."""
    return {
        "source": page.source,
        "title": page.title,
        "error": None if page.error is None else {"class": page.error.class_, "message": page.error.message},
        "offerings": [_offering_record(offering, finding) for offering, finding in page.judged],
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
        yield f"  {clean(offering.name) or '(a group without a name)'}: {finding.verdict}"
        yield f"    {HEADLINES[Verdict(finding.verdict)]}"
        yield f"    {describe(finding)}"
        if every or finding.verdict in _LOUD:
            yield from (f"      {line}" for line in evidence_lines(offering, finding))
            yield from (f"    {line}" for line in verdict_lines(finding))
            yield f"    searched   {count(len(finding.searched), 'page')} for words against it"
    yield ""


def totals(pages: int, verdicts: Counter[str], errors: int) -> str:
    """Return the last line: what was checked and what was found."""
    found = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict if verdicts[verdict])
    parts = [count(pages, "page"), count(sum(verdicts.values()), "group") + (f" ({found})" if found else "")]
    return ", ".join(parts + ([count(errors, "error")] if errors else []))


def _offering_record(offering: Offering, finding: Finding) -> dict[str, Any]:
    # Evidence of field `site` stands in another page's text: it goes apart, so that every span of `evidence` holds.
    return {
        "group_key": offering.group_key,
        "title": offering.title,
        "name": offering.name,
        "text": offering.text,
        "headings": list(offering.headings),
        "scope": offering.scope,
        "facts": [asdict(fact) for fact in offering.facts],
        "claim": finding.claim,
        "own_label": finding.own_label,
        "kind": finding.kind,
        "secondary": list(finding.secondary),
        "mixed": finding.mixed,
        "grounds": finding.grounds,
        "exempt": finding.exempt,
        "leader": finding.leader,
        "confidence": finding.confidence,
        "verdict": finding.verdict,
        "verdicts": {verdict.rulebook: verdict.verdict for verdict in finding.verdicts},
        "decided_by": list(finding.decided_by),
        "searched": len(finding.searched),
        "evidence": [_evidence_record(evidence) for evidence in finding.evidence if evidence.field != "site"],
        "elsewhere": [
            {**_evidence_record(evidence), "source": evidence.url or evidence.capture_id}
            for evidence in finding.evidence
            if evidence.field == "site"
        ],
        "would_change": finding.would_change,
    }


def _evidence_record(evidence: Evidence) -> dict[str, Any]:
    return {
        "criterion": evidence.criterion,
        "kind": evidence.kind,
        "field": evidence.field,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
        "stance": evidence.stance,
        "reason": evidence.reason,
    }
