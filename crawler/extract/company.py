"""What a section's company says: among groups, among none, among categories."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from crawler.extract.grouphood import context_of, is_part_of_page, kind_of, label
from crawler.extract.heading_words import BENEFIT, GROUPS_CONTEXT, METHOD_NAME, TOPIC
from crawler.extract.sections import Section
from crawler.extract.text_words import (
    ANY_GROUP,
    INTRODUCES,
    OPENING_HOURS,
    SCHEDULE_KINDS,
    SUPPORTIVE,
    TOGETHER,
    kinds_of_evidence,
)
from crawler.extract.words import plain

LEAST_OWN = 12
"""Fewest words of its own, above what stands below it, that make a heading more than a category's."""


@dataclass(frozen=True, slots=True)
class Found:
    """A section that is an offering, and of which scope."""

    section: Section
    scope: str
    strong: bool = False


def without_untold(found: list[Found]) -> list[Found]:
    """Leave out families of open names, none with a day or a definition, on a page with a family of groups that has.

    Cards on how the provider works look like the cards of groups; their texts tell of no meeting.
    """
    told: dict[tuple[int, float], bool] = {}
    for item in found:
        family = id(item.section.parent), item.section.rank
        told[family] = told.get(family, False) or _is_told(item)
    if not any(told.values()):
        return found
    return [item for item in found if told[id(item.section.parent), item.section.rank]]


def _is_told(item: Found) -> bool:
    """Whether a section is surely about something people attend: by its name, by a definition, or by its days."""
    if item.strong or item.scope == "service" or kind_of(item.section) in ("group", "session"):
        return True
    evidence = kinds_of_evidence(f"{plain(item.section.name)}\n{item.section.said()}")
    return not evidence.isdisjoint(("weekday", "clock", "rhythm"))


def below_categories(results: list[tuple[Section, list[Found]]]) -> list[tuple[Section, list[Found]]]:
    """Give the open headings beside two categories ("Grief", "Addiction", each over groups) what stands below them.

    A category with one group in it looks like a group with one part; the headings beside it tell.
    """
    below: dict[tuple[float, str], set[tuple[float, str]]] = {}
    counts: Counter[tuple[float, str]] = Counter()
    for child, items in results:
        inside = {(i.section.rank, i.section.kind) for i in items if i.section.index != child.index}
        if inside and kind_of(child) in ("bare", "activity"):
            counts[child.rank, child.kind] += 1
            below.setdefault((child.rank, child.kind), set()).update(inside)
    given = []
    for child, items in results:
        itself = not items or any(item.section.index == child.index for item in items)
        kinds = below.get((child.rank, child.kind), set()) if counts[child.rank, child.kind] >= 2 else set()
        inner = [c for c in child.children if (c.rank, c.kind) in kinds and shares_fate(c, most=True, nearly_all=True)]
        if itself and inner and kind_of(child) in ("bare", "activity") and len(child.own_text().split()) < LEAST_OWN:
            items = [Found(c, "group", True) for c in inner]
        given.append((child, items))
    return given


def with_timed_families(results: list[tuple[Section, list[Found]]], page: Section) -> list[tuple[Section, list[Found]]]:
    """Give themselves to the open names of a list that has a day and an hour for most, and speaks of support.

    A list of meetings may name each by its place or by a figure of speech, on a page without a heading.
    """
    families: dict[tuple[float, str], list[Section]] = {}
    for child, _ in results:
        families.setdefault((child.rank, child.kind), []).append(child)
    meetings: set[int] = set()
    said = page.said()
    is_about_groups = ANY_GROUP.search(said) is not None and (
        GROUPS_CONTEXT.search(plain(page.name)) is not None or "support group" in said
    )
    for family in families.values():
        timed = [c for c in family if kind_of(c) not in ("no", "event", "other", "generic") and _is_dated(c)]
        if len(timed) < LEAST_ROWS or 5 * len(timed) < 3 * len(family):
            continue
        if timed[0].kind in ("row", "item") and is_about_groups:
            meetings.update(c.index for c in timed)
            continue
        spoken = [c for c in timed if SUPPORTIVE.search(f"{plain(c.name)}\n{c.said()}")]
        if len(timed) >= LEAST_FAMILY and 3 * len(spoken) >= 2 * len(timed):
            meetings.update(c.index for c in timed)
    return [
        (child, items if items or child.index not in meetings else [Found(child, "group")]) for child, items in results
    ]


LEAST_ROWS = 3
"""Fewest dated rows of a table of meetings, on a page whose title says so."""

LEAST_FAMILY = 5
"""Fewest dated entries of a list that is one of meetings by its days and its words of support alone."""


def _is_dated(section: Section) -> bool:
    text = f"{plain(section.name)}\n{section.said()}"
    kinds = kinds_of_evidence(text)
    if OPENING_HOURS.search(text) is not None:
        return False
    return "weekday" in kinds and not kinds.isdisjoint(("clock", "rhythm")) and not is_part_of_page(section)


def is_alone_of_its_kind(section: Section, company: Counter[tuple[float, str]]) -> bool:
    """Whether an open name without a time of its own stands among others of its kind that are no groups.

    One card of four that speaks of a leader or of members tells how groups go; it is no group.
    """
    beside = section.beside("all", lambda _: True)
    if not beside or 3 * company[section.rank, section.kind] > beside + 1:
        return False
    return (
        kind_of(section) in ("bare", "activity")
        and not is_strong(section)
        and kinds_of_evidence(section.said()).isdisjoint(SCHEDULE_KINDS - {"fee"})
    )


def shares_fate(child: Section, most: bool, nearly_all: bool) -> bool:
    """Whether a section among groups of its very kind is a group by its company.

    Args:
        child: the section.
        most: at least half of the sections of its rank and kind beside it are groups.
        nearly_all: at least two of three are.
    """
    kind, name = kind_of(child), plain(label(child))
    text = child.said()
    evidence = kinds_of_evidence(text)
    if kind == "other":  # "For families and friends" is one of the groups where it has its own time
        return most and METHOD_NAME.search(name) is None and not evidence.isdisjoint(SCHEDULE_KINDS)
    if kind in ("no", "event", "generic", "service", "types") or is_part_of_page(child):
        return False
    if kind in ("group", "session", "activity"):
        return len(text.split()) >= 4
    apart = not nearly_all and not _is_of_groups(child)
    if apart and TOGETHER.search(text) is None and ANY_GROUP.search(f"{name} {text}") is None:
        return False  # the food pantry beside two groups has days and hours too
    if len(evidence) >= 2 or (len(text.split()) >= 4 and ANY_GROUP.search(text) is not None):
        return True
    return most and len(text.split()) >= 3 and not BENEFIT.match(name)


def _is_of_groups(child: Section) -> bool:
    """Whether a section stands below a heading, or on a page, of groups; or by its name or leader could be one."""
    named = child.beside("named groups", lambda other: kind_of(other) == "group")
    if 3 * named >= 1 + child.beside("all", lambda _: True):
        return True
    page = child
    while page.parent is not None:
        page = page.parent
    if context_of(child, page) or TOPIC.search(plain(label(child))) is not None:
        return True
    return not kinds_of_evidence(child.said()).isdisjoint(("leader", "this", "members"))


def is_strong(node: Section) -> bool:
    """Whether a section is a group by its own name or by saying what it is, not merely by speaking of "this group"."""
    return kind_of(node) == "group" or INTRODUCES.search(node.said()[:300]) is not None
