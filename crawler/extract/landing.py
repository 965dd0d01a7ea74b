"""A page that is all about one group, whose name and headings do not say "group"."""

from __future__ import annotations

import re

from crawler.extract.grouphood import is_barred, kind_of
from crawler.extract.sections import RANK_BOLD, Section
from crawler.extract.text_words import (
    BIOGRAPHY,
    HELPERS,
    OPENING_HOURS,
    SCHEDULE_KINDS,
    TOGETHER,
    kinds_of_evidence,
)

_ABOUT = re.compile(r"(?:about|our|the history|welcome)\b", re.IGNORECASE)

LEAST_SIGNS = 2
"""Fewest different words of people who come together, where the day and the hour are not both given."""

MOST_TIMES = 3
"""Most sections of a page about one group that give a day or an hour: more are a list of events."""


def whole_page(page: Section) -> Section | None:
    """Return the main section of a page whose text tells of people who come together at a time, or None.

    Its title is open; its other sections are parts of any page ("Who comes", "Investment") or slogans, none another
    service or event.
    """
    tops = [child for child in page.children if child.kind == "heading" and child.rank <= 2]
    if page.article or not tops or len({child.rank for child in tops}) < len(tops):
        return None
    main = min(tops, key=lambda child: child.rank)
    if (
        kind_of(main) not in ("bare", "session", "activity")
        or is_barred(main)
        or _ABOUT.match(main.name)
        or BIOGRAPHY.search(main.said()[:160])
    ):
        return None
    parts = [child for child in _below(main) if child.rank <= RANK_BOLD]
    if any(kind_of(child) in ("other", "no", "event", "service", "types", "group") for child in parts):
        return None
    if sum(not kinds_of_evidence(child.said()).isdisjoint(("weekday", "clock")) for child in parts) > MOST_TIMES:
        return None
    text = main.said()
    kinds = kinds_of_evidence(text)
    if len(kinds & SCHEDULE_KINDS) < 2 or kinds.isdisjoint(("weekday", "clock")):
        return None
    if HELPERS.search(text) is None or OPENING_HOURS.search(text) is not None:
        return None
    signs = {match.group(0) for match in TOGETHER.finditer(text)}
    least = 1 if {"weekday", "clock"} <= kinds and len(kinds) >= 3 else LEAST_SIGNS
    return main if len(signs) >= least else None


def _below(node: Section) -> list[Section]:
    """Return the sections below a section, at any depth."""
    found = []
    for child in node.children:
        found += [child, *_below(child)]
    return found
