"""The contract of the audit: what it says about one group and the words that made it say so.

`offering.field(evidence.field)[evidence.start:evidence.end] == evidence.quote`, always; offsets are Unicode code
points. Evidence found elsewhere on the site has field `site` and counts in the passage that `capture_id` and `where`
name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClaimLabel(StrEnum):
    """Who calls the group therapy (codebook section 1; `listed` is a directory's label)."""

    OWN = "own"
    SECTION = "section"
    MODALITY = "modality"
    COUNSELING = "counseling"
    LISTED = "listed"
    NONE = "none"


class Kind(StrEnum):
    """What the text says happens there (codebook section 2)."""

    THERAPY = "therapy"
    SUPPORT = "support"
    COACHING = "coaching"
    PSYCHOEDUCATION = "psychoeducation"
    EDUCATION = "education"
    ACTIVITY = "activity"
    OTHER = "other"
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    """The codebook's verdicts (section 3). Only `mislabeled` is a flag."""

    NOT_CLAIMED = "not_claimed"
    INSUFFICIENT = "insufficient"
    MIXED = "mixed"
    REVIEW = "review"
    CONSISTENT = "consistent"
    HEADING_DIFFERS = "heading_differs"
    MISLABELED = "mislabeled"


class Stance(StrEnum):
    """Whether evidence counts, or was found and set aside with a reason."""

    FOR = "for"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that a criterion matched. `reason` and the modifier's span say why words were set aside, else empty, -1.

    `statement` numbers the statement (sentence, list item) that the words stand in, from 0 in its field: `grounds`
    counts statements, not hits.
    """

    criterion: str
    kind: str
    field: str
    start: int
    end: int
    quote: str
    stance: str
    reason: str = ""
    modifier_start: int = -1
    modifier_end: int = -1
    modifier_quote: str = ""
    statement: int = 0
    capture_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RulebookVerdict:
    """The verdict of one rulebook over the same evidence."""

    rulebook: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one group (its fullest appearance, `offering_id`) claims, what it reads like and what follows.

    `claim_from` is the offering the claim stands in (another appearance may carry it). `confidence` is in 0..1: how
    sure the program is that a careful reader would give the same verdict. `searched` are the captures whose text was
    read before a flag; `site_searched` is false where nothing but the listing itself was at hand. `counter` is the
    index in `evidence` of the strongest counter-quotation, -1 where there is none. `would_change` says in words what
    would change the verdict.
    """

    run_id: str
    site_key: str
    group_key: str
    offering_id: str
    audit_version: str
    claim: str
    claim_from: str
    own_label: str
    kind: str
    secondary: tuple[str, ...]
    mixed: bool
    grounds: int
    exempt: bool
    leader: str
    confidence: float
    verdict: str
    verdicts: tuple[RulebookVerdict, ...]
    decided_by: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    searched: tuple[str, ...]
    site_searched: bool
    counter: int
    would_change: str
