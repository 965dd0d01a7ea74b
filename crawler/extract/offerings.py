"""Sections → offerings: which of a page's sections is a group that a reader can join, and where it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crawler.extract.sections import RANK_BOLD, Section
from crawler.extract.words import (
    ACTIVITY,
    ARTICLE,
    DEFINES,
    GENERAL_CORE,
    GENERAL_SUFFIX,
    GENERAL_WORDS,
    GENERIC,
    GROUP_HEAD,
    GROUPS_CONTEXT,
    NOT_A_GROUP,
    OTHER_THERAPY,
    PAST,
    PROFESSIONALS,
    QUESTION,
    SCHEDULE_KINDS,
    SELF,
    SELF_SINGULAR,
    SESSION_HEAD,
    TAIL,
    evidence_of_joining,
    kinds_of_evidence,
    plain,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A section that is an offering, and of which scope."""

    section: Section
    scope: str
    strong: bool = False


def find_offerings(page: Section) -> list[Found]:
    """Return the offerings of a page in order: its named groups, else its description of group work in general."""
    groups = _groups(page, page)
    if groups:
        return groups
    service = _service(page)
    return [Found(service, "service")] if service is not None else []


def label(node: Section) -> str:
    """Return the name of a section: its heading, or the line above it where the heading is a slogan."""
    if node.eyebrow and name_class(node.eyebrow) in ("service", "group", "other", "no"):
        if name_class(node.name) in ("bare", "generic"):
            return node.eyebrow
    return node.name


def kind_of(node: Section) -> str:
    """Return the class of a section's name; a heading under "Format & schedule" or "Who this is for" is a detail."""
    kind = name_class(label(node))
    if node.eyebrow and kind in ("bare", "session", "activity") and name_class(node.eyebrow) == "generic":
        return "generic" if not CALENDAR.search(plain(node.eyebrow)) or SCHEDULED.search(plain(node.eyebrow)) else kind
    return kind


SCHEDULED = re.compile(r"\bformat|schedule\b")


def _groups(node: Section, page: Section) -> list[Found]:
    if node is not page and _barred(node):
        return []
    results = [(child, _groups(child, page)) for child in node.children]
    inner = [item for _, items in results for item in items]
    declared = node is not page and _declares_itself(node)
    if inner and not (declared and not any(item.strong for item in inner)):
        found: list[Found] = []
        yes = {child for child, items in results if any(item.section.index == child.index for item in items)}
        for child, items in results:
            if not items and len(yes) >= 2 and _shares_fate(child, yes):
                items = [Found(child, "group")]
            found.extend(items)
        if len(found) == 1 and _is_subtitle(node, found[0].section):
            return [Found(trimmed(node), "group", True)]
        if declared and context_of(found[0].section, page) == "inside":
            first = min(item.section.start for item in found)
            whole = replace(node, end=first, children=[c for c in node.children if c.end <= first])
            if len(whole.text().split()) >= 25 and is_group(whole, page):
                found.insert(0, Found(whole, "group", True))
        return found
    if node is not page and is_group(node, page):
        strong = kind_of(node) == "group" or SELF_SINGULAR.search(plain(node.text()[:300])) is not None
        return [Found(trimmed(node), "group", strong)]
    return []


def _is_subtitle(node: Section, only: Section) -> bool:
    """Whether the one group below a group's or workshop's heading is that same one: its subtitle, or its name again."""
    if node.parent is None or kind_of(node) not in ("group", "session") or PLURAL.search(plain(node.name)):
        return False
    if node.rank > RANK_BOLD or is_unspecific(plain(node.name)) or GROUPS_PLURAL.search(plain(node.name)):
        return False
    before = sum(len(text.split()) for _, text in replace(node, end=only.top).blocks())
    return before < 40


GROUPS_PLURAL = re.compile(r"\b(?:groups|workshops|classes|courses|programs|programmes|circles|retreats)\b")


def _declares_itself(node: Section) -> bool:
    """Whether a section says in its first words that it is about one group."""
    kind = kind_of(node)
    if kind in ("no", "generic", "service", "other") or PLURAL.search(plain(node.name)):
        return False
    return kind == "group" or SELF_SINGULAR.search(plain(node.text()[:300])) is not None


def trimmed(node: Section, scope: str = "group") -> Section:
    """Return the section without the tail that belongs to the page: answers, contact, calls to act, what others say."""
    end = node.last()
    for child in node.children:
        if child.rank > RANK_BOLD or not _begins_tail(child, scope):
            continue
        if _words(replace(node, end=child.top)) >= 20:
            end = child.top
            break
    kept = [child for child in node.children if child.start < end]
    while kept and kept[-1].end >= end - 3 and kept[-1].rank <= RANK_BOLD and _calls_to_act(kept[-1]):
        if _words(replace(node, end=kept[-1].top)) < 20:
            break
        end = kept.pop().top
    return replace(node, end=end, children=kept)


def _begins_tail(child: Section, scope: str) -> bool:
    if TAIL.search(plain(f"{child.eyebrow} {child.name}")):
        return True
    return child.name.rstrip().endswith("?") and (scope == "service" or child.kind in ("toggle", "summary"))


def _words(node: Section) -> int:
    return sum(len(text.split()) for _, text in node.blocks())


def _calls_to_act(node: Section) -> bool:
    """Whether a section is a short call with a button and says nothing of when or what for."""
    text = plain(node.text())
    if len(text.split()) > 70 or not kinds_of_evidence(text).isdisjoint(SCHEDULE_KINDS):
        return False
    return node.ends_in_button()


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
    if ARTICLE.search(text) or (name.rstrip().endswith((".", "!")) and len(text.split()) >= 6):
        return "generic"
    if is_general(text):
        return "service"
    if text.endswith("?") or QUESTION.match(text) or GENERIC.match(text) or len(text.split()) > 16:
        return "generic"
    if GROUP_HEAD.search(text):
        return "generic" if CALL.match(text) and is_unspecific(text) else "group"
    if OTHER_THERAPY.search(text):
        return "other"
    if SESSION_HEAD.search(text):
        return "session"
    if ACTIVITY.search(text):
        return "activity"
    return "bare"


CALENDAR = re.compile(r"\b(?:events?|calendar|schedules?|offerings?|services?|programs?|upcoming|current)\b")
PLURAL = re.compile(r"\bgroups\b")


CALL = re.compile(
    r"^(?:join|find|choose|start|try|explore|begin|about|looking for|interested in|finding|choosing|starting|joining)\b"
)


def is_unspecific(text: str) -> bool:
    """Whether every word is one of group work in general."""
    return all(word in GENERAL_WORDS for word in re.findall(r"[a-z&+]+", GENERAL_SUFFIX.sub("", text)))


def is_general(text: str) -> bool:
    """Whether a name is group work in general, without an issue, a people or a method of its own."""
    core = GENERAL_SUFFIX.sub("", text)
    if GENERAL_CORE.search(core) is None:
        return False
    return is_unspecific(core)


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


def context_of(node: Section, page: Section) -> str:
    """Return what a section stands under: `list` (groups in general), `inside` a named group, or nothing of these."""
    for heading in reversed(node.headings):
        kind = name_class(heading)
        if kind in ("other", "no"):
            return ""
        if kind == "group" and not PLURAL.search(plain(heading)):
            return "inside"
        if kind != "generic" and GROUPS_CONTEXT.search(plain(heading)):
            return "list"
        if kind == "generic" and not CALENDAR.search(plain(heading)):
            return ""
    return "list" if GROUPS_CONTEXT.search(plain(page.name)) and name_class(page.name) != "no" else ""


def is_group(node: Section, page: Section) -> bool:
    """Whether a section without groups of its own is one named group."""
    kind = kind_of(node)
    if kind in ("no", "generic", "service", "other"):
        return False
    text = plain(node.text())
    words = len(text.split())
    kinds = kinds_of_evidence(text)
    joining = len(kinds)
    if PROFESSIONALS.search(text) and not GROUP_HEAD.search(plain(node.name)):
        return False
    context = context_of(node, page)
    defined = DEFINES.search(text[:500]) is not None
    joining += 2 * (defined or SELF.search(text[:200]) is not None)
    if context == "inside":
        return kind == "group" and joining >= 4
    listed = context == "list"
    if kind == "group":
        return words >= 8 and (joining >= 1 or listed)
    if kind == "session":
        return joining >= (1 if listed else 3)
    if kind == "activity":
        return joining >= (2 if listed else 4)
    declared = defined or SELF_SINGULAR.search(text[:300]) is not None
    if not listed:
        return (declared and joining >= 5 and node.rank <= 2) or (defined and joining >= 3 and node.rank <= RANK_BOLD)
    return joining >= 3 and (declared or not kinds.isdisjoint(SCHEDULE_KINDS))


def _service(page: Section) -> Section | None:
    options = []

    def visit(node: Section) -> None:
        for child in node.children:
            if _barred(child):
                continue
            if kind_of(child) == "service":
                text = child.text()
                if len(text.split()) >= 25 and GROUP_HEAD.search(plain(text)):
                    options.append(child)
                    continue
            visit(child)

    visit(page)
    best = max(options, key=lambda node: len(node.text()), default=None)
    return trimmed(best, "service") if best is not None else None
