"""The auditor: one offering and what else its site says → one finding, with the words that made it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files

from audit import claim as claims
from audit import kind as kinds
from audit import verdict as verdicts
from audit.catalogue import load
from audit.doubt import Doubt, doubts, what_would_change
from audit.facts import exempt, leader, own_label
from audit.reading import Found, Reader, Reading
from audit.records import ClaimLabel, Evidence, Finding, Kind, RulebookVerdict, Stance, Verdict
from audit.verdict import Labels, rulebook, rulebooks
from audit.weighing import scorecard
from crawler.records import Block, Group, Offering, Passage

DEFAULT_RULEBOOK = "opencounseling-2021"
CODE_VERSION = "1"
"""Raised with every change of the weighing rules that can move a verdict."""


@dataclass(frozen=True, slots=True)
class SiteText:
    """What else a site says: passages outside every offering, its other offerings, and the captures these stand in."""

    passages: tuple[Passage, ...] = ()
    offerings: tuple[Offering, ...] = ()
    captures: tuple[str, ...] = ()


class Auditor:
    """Judges offerings by the codebook under a rulebook.

    Args:
        rulebook_name: a shipped rulebook's name or the path of one; `verdict` is its verdict.
        cards: scorecards to use instead of the shipped ones (cross-validation).

    Raises:
        RulebookError: there is no such rulebook.
    """

    def __init__(self, rulebook_name: str = DEFAULT_RULEBOOK, *, cards: kinds.Cards | None = None) -> None:
        self._rulebook = rulebook(rulebook_name)
        self._rulebooks = {**rulebooks(), self._rulebook.name: self._rulebook}
        self._reader = Reader(load())
        self._cards = cards or kinds.Cards(scorecard("kinds"), scorecard("mixed"))

    @cached_property
    def version(self) -> str:
        """Digest of criteria, rulebooks, weights and code version: it stands on every finding."""
        total = hashlib.sha256(CODE_VERSION.encode())
        for folder in ("criteria", "rulebooks", "weights"):
            for entry in sorted((files("audit") / folder).iterdir(), key=lambda entry: entry.name):
                if entry.name.endswith((".toml", ".json")):
                    total.update(entry.name.encode() + b"\0" + entry.read_bytes())
        total.update(repr(self._rulebook).encode())
        return total.hexdigest()[:12]

    def read(self, offering: Offering) -> Reading:
        """Return the reading of an offering: what each criterion found in it."""
        return self._reader.read(offering)

    def judge(self, offering: Offering, site: SiteText | None = None) -> Finding:
        """Return the finding of one appearance.

        Args:
            offering: the appearance.
            site: what else its site says; None where nothing is known of it, which the finding then says.
        """
        reading = self._reader.read(offering)
        return self._finding(reading, claims.decide(reading), offering.offering_id, site)

    def judge_site(
        self,
        groups: Sequence[Group],
        offerings: Sequence[Offering],
        passages: Sequence[Passage],
        captures: Sequence[str],
    ) -> list[Finding]:
        """Return one finding a group: the fullest appearance is judged, the claim may come from any appearance.

        Appearances that come out differently make a flag a `review` (codebook section 3).
        """
        by_id = {offering.offering_id: offering for offering in offerings}
        site = SiteText(tuple(passages), tuple(offerings), tuple(captures))
        return [
            self._judge_group([by_id[name] for name in group.offering_ids], by_id[group.fullest], site)
            for group in groups
        ]

    def _judge_group(self, appearances: Sequence[Offering], fullest: Offering, site: SiteText) -> Finding:
        reading = self._reader.read(fullest)
        claim, claim_from = claims.decide(reading), fullest
        readings = [self._reader.read(each) for each in appearances if each.offering_id != fullest.offering_id]
        for other in readings:
            theirs = claims.decide(other)
            if _outranks(theirs, claim):
                claim, claim_from = theirs, other.offering
        finding = self._finding(reading, claim, claim_from.offering_id, site)
        if finding.verdict == Verdict.MISLABELED and any(self._differs(other, finding) for other in readings):
            finding = self._to_review(finding, "appearances_differ")
        return finding

    def _differs(self, other: Reading, finding: Finding) -> bool:
        decision = kinds.decide(other, ClaimLabel(finding.claim), self._cards)
        return decision.kind is Kind.THERAPY

    def _to_review(self, finding: Finding, rule: str) -> Finding:
        labels = Labels(
            finding.claim,
            finding.own_label,
            finding.kind,
            finding.mixed,
            finding.grounds,
            finding.exempt,
            finding.leader,
        )
        return replace(
            finding,
            verdict=self._rulebook.verdict(labels, Verdict.REVIEW),
            verdicts=self._verdicts(labels, Verdict.REVIEW),
            decided_by=(*finding.decided_by, rule),
        )

    def _verdicts(self, labels: Labels, article: Verdict) -> tuple[RulebookVerdict, ...]:
        return tuple(
            RulebookVerdict(name, book.verdict(labels, article)) for name, book in sorted(self._rulebooks.items())
        )

    def _finding(
        self,
        reading: Reading,
        claim: claims.Claim,
        claim_from: str,
        site: SiteText | None,
    ) -> Finding:
        offering = reading.offering
        decision = kinds.decide(reading, claim.label, self._cards)
        label, label_found = own_label(reading)
        is_exempt, exempt_found = exempt(reading)
        who, leader_found = leader(reading)
        labels = Labels(claim.label, label, decision.kind, decision.mixed, decision.grounds, is_exempt, who)
        article, row = verdicts.decide(labels)
        doubt = Doubt((), ())
        if article is Verdict.MISLABELED:
            doubt = doubts(reading, decision, site, self._reader)
            if doubt.rules:
                article = Verdict.REVIEW
        claim_evidence = [reading.evidence(found) for found in claim.found if claim_from == offering.offering_id]
        evidence = [*claim_evidence, *self._evidence(reading, label_found, leader_found, exempt_found), *doubt.counter]
        evidence = _unique(evidence)
        return Finding(
            run_id=offering.run_id,
            site_key=offering.site_key,
            group_key=offering.group_key,
            offering_id=offering.offering_id,
            audit_version=self.version,
            claim=claim.label,
            claim_from=claim_from,
            own_label=label,
            kind=decision.kind,
            secondary=tuple(decision.secondary),
            mixed=decision.mixed,
            grounds=decision.grounds,
            exempt=is_exempt,
            leader=who,
            confidence=round(decision.probabilities.get(decision.kind, 0.0), 4),
            verdict=self._rulebook.verdict(labels, article),
            verdicts=self._verdicts(labels, article),
            decided_by=(claim.rule, *decision.rules, row, *doubt.rules),
            evidence=tuple(evidence),
            searched=site.captures if site else (),
            site_searched=site is not None,
            counter=_counter(evidence, offering.name),
            would_change=what_would_change(labels, article, doubt.rules),
        )

    def _evidence(self, reading: Reading, *facts: Sequence[Found]) -> list[Evidence]:
        """What was found in the text for or against any kind, and the finds that claim, label and facts rest on."""
        used = {id(found) for group in facts for found in group}
        return [
            reading.evidence(found)
            for found in reading.found(fields=("name", "text", "headings", "title"), aside=True)
            if id(found) in used or (found.field == "text" and _speaks(found))
        ]


def _speaks(found: Found) -> bool:
    if found.criterion.id.startswith("claim."):
        return not found.counts
    return not found.criterion.id.startswith(("label.", "facts."))


def _outranks(theirs: claims.Claim, ours: claims.Claim) -> bool:
    order = [
        ClaimLabel.OWN,
        ClaimLabel.SECTION,
        ClaimLabel.LISTED,
        ClaimLabel.MODALITY,
        ClaimLabel.COUNSELING,
        ClaimLabel.NONE,
    ]
    if "claim_denied" in (ours.rule, theirs.rule):
        return theirs.rule == "claim_denied" != ours.rule
    return order.index(theirs.label) < order.index(ours.label)


def _unique(evidence: Sequence[Evidence]) -> list[Evidence]:
    seen: set[tuple[str, str, int, int, str]] = set()
    out = []
    for item in evidence:
        key = (item.criterion, item.field, item.start, item.end, item.capture_id)
        if key not in seen:
            seen.add(key)
            out.append(item)
    return out


def _counter(evidence: Sequence[Evidence], name: str) -> int:
    """The strongest counter-quotation: words for therapy that count, then on the site, then those set aside.

    The group's own name, wherever it is said again, comes last: it is what is in question, and says nothing of what
    happens there.
    """
    own = name.casefold()
    ranked = [
        (item.quote.casefold() in own, item.stance == Stance.SET_ASIDE, item.field == "site", index)
        for index, item in enumerate(evidence)
        if item.kind == Kind.THERAPY
    ]
    return min(ranked)[-1] if ranked else -1


def listing_offering(
    *,
    name: str,
    text: str,
    headings: Sequence[str],
    title: str,
    scope: str = "group",
    key: str = "",
    category: str = "",
) -> Offering:
    """Return an offering for a listing that stands in no page: its text's lines are its blocks."""
    blocks = tuple(Block("paragraph", line) for line in text.split("\n")) if text else ()
    return Offering(
        run_id="",
        offering_id=key,
        site_key="",
        capture_id="",
        url="",
        title=title,
        name=name,
        headings=tuple(headings),
        blocks=blocks,
        scope=scope,
        group_key=key,
        category=category,
    )
