"""A page that lists other people's groups: the provider that each entry names, with the span that says so.

A page is a directory where it says so (its title or address, or that it does not run what it lists) or labels each
entry's provider, and where its entries name two providers or more. A practice with two houses is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.sections import MAX_SAID, Section, is_label
from crawler.extract.words import any_of, plain
from crawler.records import Fact, Offering

UNKNOWN = "unknown"
"""The provider of an entry that names none; never public."""

MAX_LINE = 90
"""Longest line, in characters, that is a provider's name."""

_LABELLED = re.compile(
    r"(?:^|\n)(?:(?:provider|organi[sz]ation|agency|sponsor|host)\s?(?::[ \t]*|\n)"
    r"|(?:offered|provided|sponsored|hosted) by:?\s)(?P<v>[^\n]{3,90})"
)
_ORGANISATION = any_of(
    r"hospitals?", r"hospice", r"church", r"parish", r"temple", r"synagogue", r"mosque", r"ministr(?:y|ies)",
    r"cent(?:er|re)", r"society", r"association", r"alliance", r"foundation", r"council", r"coalition", r"network",
    r"institute", r"clinic", r"counsell?ing", r"psychotherapy", r"university", r"college", r"schools?", r"library",
    r"services", r"agency", r"healthcare", r"health", r"inc", r"llc", r"league",
)  # fmt: skip
_DIRECTORY = re.compile(
    r"\b(?:director(?:y|ies)|local|community|area|regional|county|other|outside) (?:[\w&-]+ ){0,3}?"
    r"(?:groups|resources|meetings)\b"
    r"|\bgroups? (?:directory|finder|listings?)\b|\bdirectory of\b|\bfind a (?:support )?group\b"
)
_NOT_OURS = re.compile(
    r"\b(?:do(?:es)?(?: not|n't)) (?:run|lead|endorse|recommend|sponsor|operate|screen|vouch)\b"
    r"|\bnot (?:affiliated|run by|responsible for)\b"
    r"|\b(?:run|offered|led) by other (?:providers|organi[sz]ations|agencies)\b"
)


def with_providers(page: Section, offerings: Sequence[Offering]) -> tuple[Offering, ...]:
    """Return the offerings of a directory's page with the provider of each; those of any other page as they are."""
    entries = [offering for offering in offerings if offering.scope == "group"]
    if len(entries) < 2:
        return tuple(offerings)
    stated = {offering.offering_id: _labelled(offering) for offering in entries}
    if len({fact.value for fact in stated.values() if fact}) < 2:
        if not _is_directory(page):
            return tuple(offerings)
        stated = {offering.offering_id: stated[offering.offering_id] or _line(offering) for offering in entries}
    if len({fact.value for fact in stated.values() if fact}) < 2:
        return tuple(offerings)
    return tuple(_with(offering, stated.get(offering.offering_id)) for offering in offerings)


def _with(offering: Offering, fact: Fact | None) -> Offering:
    if offering.scope != "group":
        return offering
    if fact is None:
        return replace(offering, provider=UNKNOWN)
    return replace(offering, provider=fact.value, facts=tuple(sorted((*offering.facts, fact), key=_place)))


def _place(fact: Fact) -> tuple[bool, int, int, str]:
    return fact.field != "name", fact.start, fact.end, fact.kind


def _is_directory(page: Section) -> bool:
    tops = [page.name, page.eyebrow, *(child.name for child in page.children if child.rank <= 1)]
    return any(_DIRECTORY.search(plain(top)) for top in tops) or _NOT_OURS.search(page.said()[:MAX_SAID]) is not None


def _labelled(offering: Offering) -> Fact | None:
    folded = plain(offering.text)
    match = _LABELLED.search(folded) if len(folded) == len(offering.text) else None
    return _fact(offering, *match.span("v")) if match is not None else None


def _line(offering: Offering) -> Fact | None:
    """Return the first of the entry's upper lines that is an organisation's name, or None."""
    start = 0
    for line in offering.text.split("\n")[:4]:
        if _names_organisation(line):
            return _fact(offering, start, start + len(line))
        start += len(line) + 1
    return None


def _names_organisation(line: str) -> bool:
    if len(line) > MAX_LINE or line[-1:] in (*".!?:", "") or ":" in line or is_label(line):
        return False
    words = line.split()
    capitals = sum(word[:1].isupper() for word in words)
    return capitals * 2 > len(words) and _ORGANISATION.search(plain(line)) is not None


def _fact(offering: Offering, start: int, end: int) -> Fact:
    text = offering.text
    while end > start and text[end - 1] in " ,;.":
        end -= 1
    return Fact("provider", text[start:end], "text", start, end)
