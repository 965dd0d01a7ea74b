"""Doubt: what turns a flag into `review` (codebook section 3, below the table), and what would change a verdict.

Better quiet and right than loud: a flag stands only where the listing itself holds no therapy element, the scorecard
is sure, and nothing that the site says about its groups, not tied to another group, speaks for therapy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audit.fold import fold
from audit.kind import KindDecision
from audit.reading import FieldReading, Found, Reader, Reading
from audit.records import Evidence, Kind, Verdict
from audit.verdict import Labels
from audit.weighing import STRONG
from crawler.records import Offering, Passage

if TYPE_CHECKING:
    from audit.auditor import SiteText

MOST_THERAPY = 0.20
"""Above this probability of therapy a careful reader could see it otherwise: no flag."""
MOST_UNCLEAR = 0.35
"""Above this probability that the page says too little: no flag."""
_COUNTERS = 3
_NAME_WORDS = 2
"""Words: a shorter name ("Voices") would be met in running text that does not mean the group."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """The rules that doubt a flag, and the counter-quotations found on the site."""

    rules: tuple[str, ...]
    counter: tuple[Evidence, ...]


def doubts(reading: Reading, decision: KindDecision, site: SiteText | None, reader: Reader) -> Doubt:
    """Return what speaks against a flag.

    Args:
        reading: the listing that would be flagged.
        decision: its kind.
        site: what else the site says, or None.
        reader: reads the site's passages with the same criteria.
    """
    rules = []
    if any(found.criterion.strength in STRONG for found in reading.found("therapy.")):
        rules.append("therapy_element_in_listing")
    if decision.probabilities.get(Kind.THERAPY, 0.0) > MOST_THERAPY:
        rules.append("not_sure_therapy")
    if decision.probabilities.get(Kind.UNCLEAR, 0.0) > MOST_UNCLEAR:
        rules.append("not_sure_unclear")
    counter = site_counter(reading, site, reader) if site else ()
    if counter:
        rules.append("therapy_element_elsewhere")
    return Doubt(tuple(rules), counter)


def site_counter(reading: Reading, site: SiteText, reader: Reader) -> tuple[Evidence, ...]:
    """Return the therapy elements in what the site says about its groups, not tied to another group."""
    others = _other_names(reading.offering, site)
    out: list[Evidence] = []
    for passage in (*site.passages, *_service_passages(reading.offering, site)):
        if not passage.about_groups or (passage.about and passage.about != reading.offering.group_key):
            continue
        if any(name in fold(heading) for heading in passage.headings for name in others):
            continue
        field = reader.read_field("text", passage.text)
        for found in field.found:
            if _element(found) and not _tied(field, found, others):
                out.append(_site_evidence(passage, found))
                break
        if len(out) >= _COUNTERS:
            break
    return tuple(out)


def _other_names(offering: Offering, site: SiteText) -> tuple[str, ...]:
    """The names of the site's other groups, folded, that are long enough to be told from running text."""
    own = fold(offering.name)
    names = {
        fold(each.name) for each in site.offerings if each.scope == "group" and each.group_key != offering.group_key
    }
    return tuple(sorted(name for name in names if len(name.split()) >= _NAME_WORDS and name not in own))


def _tied(field: FieldReading, found: Found, others: tuple[str, ...]) -> bool:
    """True where the statement, or the one before it, names another group."""
    start = field.statements[max(0, found.statement - 1)][0]
    near = field.folded[start : field.statements[found.statement][1]]
    return any(name in near for name in others)


def _service_passages(offering: Offering, site: SiteText) -> list[Passage]:
    """What the provider says of its group work in general belongs to every group of its site."""
    return [
        Passage(
            other.run_id, other.site_key, other.capture_id, other.url, other.headings, other.text, about_groups=True
        )
        for other in site.offerings
        if other.scope == "service" and other.group_key != offering.group_key and other.text
    ]


def _element(found: Found) -> bool:
    return found.criterion.id.startswith("therapy.") and found.criterion.strength in STRONG and found.counts


def _site_evidence(passage: Passage, found: Found) -> Evidence:
    return replace(
        Evidence(
            criterion=found.criterion.id,
            kind=found.criterion.kind,
            field="site",
            start=found.start,
            end=found.end,
            quote=passage.text[found.start : found.end],
            stance="for",
            statement=found.statement,
        ),
        capture_id=passage.capture_id,
        url=passage.url,
    )


_CHANGES = {
    Verdict.NOT_CLAIMED: "A name, description or heading that calls it group therapy would make it a claim.",
    Verdict.INSUFFICIENT: "Two statements of what members do there, or what the group is for, would decide it.",
    Verdict.MIXED: "Saying that the therapy is the purpose, or giving it most of the room, would make it consistent.",
    Verdict.REVIEW: "A person has to read it: the page can be seen both ways.",
    Verdict.CONSISTENT: "Statements of teaching, support or activity with more room than the therapy would mix it.",
    Verdict.HEADING_DIFFERS: "Listing it under a heading of its own kind would settle it; its name is honest.",
    Verdict.MISLABELED: "Either would clear it: another label for the group, or a statement of what members work on "
    "between themselves there, if that is what happens.",
}


def what_would_change(labels: Labels, verdict: Verdict, rules: tuple[str, ...]) -> str:
    """Return in a sentence or two what would change the verdict."""
    parts = [_CHANGES[verdict]]
    if "therapy_element_elsewhere" in rules:
        parts.append("The site says elsewhere what could belong to this group; said on its own page it would count.")
    if labels.exempt and verdict is Verdict.REVIEW:
        parts.append("The criteria were written for adults who talk; for these members they may not fit.")
    return " ".join(parts)
