"""An audited listing as plain values: the one format of `check` and of the benchmark's predictions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from audit.records import Evidence, Finding
from crawler.records import Offering


def listing_record(offering: Offering, finding: Finding) -> dict[str, Any]:
    """Return a listing and its finding as plain values: `offering[field][start:end] == quote` for all of `evidence`."""
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
