"""Sections → offerings: which of a page's sections is a group that a reader can join, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extract.sections import Section
from crawler.extract.words import (
    ACTIVITY,
    GENERIC,
    GROUP_HEAD,
    GROUPS_CONTEXT,
    NOT_A_GROUP,
    OTHER_THERAPY,
    PAST,
    PROFESSIONALS,
    QUESTION,
    SERVICE_NAME,
    SESSION_HEAD,
    evidence_of_joining,
    plain,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A section that is an offering, and of which scope."""

    section: Section
    scope: str


def find_offerings(page: Section) -> list[Found]:
    """Return the offerings of a page in order: its named groups, else its description of group work in general."""
    groups = _groups(page, page)
    if groups:
        return groups
    service = _service(page)
    return [Found(service, "service")] if service is not None else []


def _groups(node: Section, page: Section) -> list[Found]:
    found: list[Found] = []
    if node is not page and _barred(node):
        return []
    results = [(child, _groups(child, page)) for child in node.children]
    inner = [item for _, items in results for item in items]
    if inner:
        yes = {child for child, items in results if any(item.section is child for item in items)}
        for child, items in results:
            if not items and len(yes) >= 2 and _shares_fate(child, yes):
                items = [Found(child, "group")]
            found.extend(items)
        return found
    if node is not page and is_group(node, page):
        return [Found(node, "group")]
    return []


def _shares_fate(child: Section, yes: set[Section]) -> bool:
    like = [other for other in yes if other.rank == child.rank and other.kind == child.kind]
    if len(like) < 2 or name_class(child.name) in ("no", "generic", "service", "other"):
        return False
    return evidence_of_joining(plain(child.text())) >= 2


def name_class(name: str) -> str:
    """Return what a name is by itself: no, generic, service, group, session, activity, other or bare."""
    text = plain(name).strip(" :.-|*")
    if not text or NOT_A_GROUP.search(text) or PROFESSIONALS.search(text):
        return "no"
    if SERVICE_NAME.match(text):
        return "service"
    if text.endswith("?") or QUESTION.match(text) or GENERIC.match(text) or len(text.split()) > 16:
        return "generic"
    if GROUP_HEAD.search(text):
        return "group"
    if OTHER_THERAPY.search(text):
        return "other"
    if SESSION_HEAD.search(text):
        return "session"
    if ACTIVITY.search(text):
        return "activity"
    return "bare"


_BARRED = (
    "faq",
    "frequently asked",
    "testimonial",
    "reviews",
    "our team",
    "meet the",
    "meet our",
    "staff",
    "blog",
    "articles",
    "resources",
    "past groups",
    "past events",
    "benefits",
)


def _barred(node: Section) -> bool:
    return any(word in plain(node.name) for word in _BARRED) or PAST.search(plain(node.name)) is not None


def in_groups_context(node: Section, page: Section) -> bool:
    """Whether the nearest heading that says anything, or the page's title, speaks of groups in general."""
    for heading in reversed(node.headings):
        kind = name_class(heading)
        if GROUPS_CONTEXT.search(plain(heading)) and kind != "no":
            return True
        if kind in ("other", "no"):
            return False
    return GROUPS_CONTEXT.search(plain(page.name)) is not None


def is_group(node: Section, page: Section) -> bool:
    """Whether a section without groups of its own is one named group."""
    kind = name_class(node.name)
    if kind in ("no", "generic", "service", "other"):
        return False
    text = plain(node.text())
    words = len(text.split())
    joining = evidence_of_joining(text)
    if PROFESSIONALS.search(text) and not GROUP_HEAD.search(plain(node.name)):
        return False
    context = in_groups_context(node, page)
    if kind == "group":
        return words >= 8 and (joining >= 1 or context)
    if kind == "session":
        return joining >= (1 if context else 3)
    if kind == "activity":
        return joining >= (2 if context else 4)
    return context and joining >= 3


def _service(page: Section) -> Section | None:
    options = []

    def visit(node: Section) -> None:
        for child in node.children:
            if _barred(child):
                continue
            if name_class(child.name) == "service":
                text = child.text()
                if len(text.split()) >= 25 and GROUP_HEAD.search(plain(text)):
                    options.append(child)
                    continue
            visit(child)

    visit(page)
    return max(options, key=lambda node: len(node.text()), default=None)
