"""Doubt: what turns a flag into `review` (codebook section 3, below the table), and what would change a verdict.

Better quiet and right than loud: a flag stands only where the listing itself holds no therapy element, the scorecard
is sure, and nothing that the site says about its groups, not tied to another group, speaks for therapy.
"""

from __future__ import annotations

import re
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

MOST_DOUBT = 0.25
"""Above this probability of therapy, of too little being said, or of `other` together, a flag waits for a person. Which
honest kind it is matters less. Cross-validated by site among 0.1 to 0.4 (`benchmarks/audit_fit.py`)."""
MOST_DOUBT_SERVICE = 0.125
"""The same for a description of a provider's group work in general, where stock phrases take much of the room."""
_COUNTERS = 3
_PARENTS = re.compile(r"\b(?:parent|caregiver|carer|mother|mom|mum|father|dad|famil|grandparent)")
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
    doubt = sum(decision.probabilities.get(kind, 0.0) for kind in (Kind.THERAPY, Kind.UNCLEAR, Kind.OTHER))
    if doubt > (MOST_DOUBT_SERVICE if reading.offering.scope == "service" else MOST_DOUBT):
        rules.append("not_sure")
    if _may_be_children(reading):
        rules.append("members_may_be_children")
    counter = site_counter(reading, site, reader) if site else ()
    if counter:
        rules.append("therapy_element_elsewhere")
    return Doubt(tuple(rules), counter)


def _may_be_children(reading: Reading) -> bool:
    """True where children of no stated age take part; a group that its name gives to parents is theirs."""
    if _PARENTS.search(reading.fields["name"].folded):
        return False
    return any(reading.found("facts.members_children", fields=("name", "text", "headings")))


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
    if "members_may_be_children" in rules:
        parts.append("Saying how old the members are would help: the criteria were written for adults who talk.")
    if labels.exempt and verdict is Verdict.REVIEW:
        parts.append("The criteria were written for adults who talk; for these members they may not fit.")
    return " ".join(parts)
