"""Is a section one group that a reader can join? Its name, what it stands under, and what its text says of itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import cast

from crawler.extract.heading_words import (
    ATTENDED,
    BENEFIT,
    CALENDAR,
    GROUPS_CONTEXT,
    PAST,
    PLURAL,
    SLOGAN,
    STRONG_LIST,
    THEMES,
    TOPIC,
)
from crawler.extract.name_words import ARTICLE, CALL, PROFESSIONALS
from crawler.extract.names import alike, is_part, is_unspecific, name_class
from crawler.extract.sections import MAX_SAID, RANK_BOLD, Section
from crawler.extract.text_words import (
    ANY_GROUP,
    BIOGRAPHY,
    DEFINES,
    GENERAL_TALK,
    INTRODUCES,
    POSTED,
    SCHEDULE_KINDS,
    SELF,
    SELF_SINGULAR,
    SESSION_WORDS,
    TOGETHER,
    kinds_of_evidence,
)
from crawler.extract.tree import Element
from crawler.extract.words import plain

_NOT_TOGETHER = frozenset(("weekday", "rhythm", "for", "fee"))
"""What is said of a day camp as of a class: nobody leads it, meets in it or joins it."""

PROGRAM = re.compile(r"\bprogram(?:me)?s?\b")

LEAST_DESCRIBED = 15
"""Fewest words that describe an item below "Topics of our groups include" as more than a topic."""

BARRED = re.compile("|".join((
    "faq", "frequently asked", "testimonial", "reviews", "our team", "meet the", "meet our", "staff", "blog",
    "articles", "resources", "past groups", "past events", "benefits", "in the past", "previous groups",
    "the journal", "stories", "reading",
    "clients say", "members say", "people say", "participants say", "are saying", "what others say",
)))  # fmt: skip


def label(node: Section) -> str:
    """Return the name of a section: its heading, or the line above it where the heading is a slogan."""
    telling = name_class(node.eyebrow) if node.eyebrow else ""
    if telling == "bare" and node.name[-1:] in (".", "!") and len(node.eyebrow.split()) >= 2:
        return node.eyebrow  # a name over a slogan: "The Long Table" over "Sit down. Stay a while."
    if telling not in ("service", "group", "other", "no") or name_class(node.name) not in ("bare", "generic"):
        return node.name
    if telling == "service" and name_class(node.name) == "bare" and INTRODUCES.match(node.said()[:300]):
        return node.name  # "Group therapy" over "Good Enough", "an eight-week group for …"
    return node.eyebrow


def kind_of(node: Section) -> str:
    """Return the class of a section's name; a heading under "Format & schedule" or "Who this is for" is a detail."""
    kind = name_class(label(node))
    if node.eyebrow and kind in ("bare", "session", "activity") and name_class(node.eyebrow) == "generic":
        eyebrow = plain(node.eyebrow)
        return kind if CALENDAR.search(eyebrow) and "schedule" not in eyebrow else "generic"
    return kind


def is_barred(node: Section) -> bool:
    """Whether a section is one of answers, testimonials, people, articles, resources or what was."""
    name = plain(node.name)
    if name_class(node.name) in ("service", "types") or (STRONG_LIST.search(name) and "past" not in name):
        return PAST.search(name) is not None  # "Resources and support groups" is a list of groups all the same
    return BARRED.search(name) is not None or PAST.search(name) is not None


def context_of(node: Section, page: Section) -> str:
    """Return what a section stands under: `strong` or `weak` list of groups, `inside` a named group, or nothing."""
    if node.lead_in and STRONG_LIST.search(plain(node.lead_in)):
        if not THEMES.search(plain(node.lead_in)):
            return "strong"
        if node.word_count() < LEAST_DESCRIBED:
            return ""  # what groups talk about, not groups
    for heading in reversed(node.headings):
        text = plain(heading)
        kind = name_class(heading)
        if kind == "no":
            return "barred"
        if kind == "other":
            return ""
        if STRONG_LIST.search(text) and not THEMES.search(text) and (kind != "generic" or len(text.split()) > 6):
            return "weak" if _list_beside(node) else "strong"
        if kind == "group" and not PLURAL.search(text):
            if is_unspecific(text):
                return "weak"  # "Group", "Support group": what the page is about, not one group's name
            return "strong" if _one_of_several(node, heading) else "inside"
        if kind != "generic" and GROUPS_CONTEXT.search(text):
            return "strong" if PLURAL.search(text) and not _list_beside(node) else "weak"
        if kind == "generic" and CALL.match(text) and ANY_GROUP.search(text):
            return "weak"
        if kind == "generic" and not CALENDAR.search(text):
            return ""
    if node.parent is not None and _list_heading_before(node):
        return "weak"
    own = page.listed and not node.headings and node.kind == "heading"
    if own and (alike(node.name, page.eyebrow) or is_part(node.name, page.name)):
        return "strong"  # the title of a page in a folder of groups
    for name in (page.name, page.eyebrow):  # its title and its address
        if name_class(name) != "no" and GROUPS_CONTEXT.search(plain(name)):
            return "weak"
    return ""


def _one_of_several(node: Section, heading: str) -> bool:
    """Whether a group's name stands over several groups of their own ("Recovery Night" over its three places).

    Two sections of one rank that are named as groups and each state a time are no parts of one group.
    """
    outer = node.parent
    while outer is not None and outer.name != heading:
        outer = outer.parent
    if outer is None:
        return False
    if "of several" not in outer.cache:
        timed = Counter(
            (c.rank, c.kind)
            for c in outer.children
            if kind_of(c) == "group" and not kinds_of_evidence(c.said()).isdisjoint(SCHEDULE_KINDS)
        )
        outer.cache["of several"] = max(timed.values(), default=0) >= 2
    return cast(bool, outer.cache["of several"])


def _list_beside(node: Section) -> bool:
    """Whether a heading beside this one has the page's groups under it: then this one is another part of the page."""
    return node.kind == "heading" and node.beside("lists", _is_list) > 0


def _is_list(node: Section) -> bool:
    named = sum(child.kind in ("heading", "toggle", "summary", "bold") for child in node.children)
    return named >= 2 and name_class(node.name) in ("service", "types")


def _list_heading_before(node: Section) -> bool:
    """Whether a heading of the same level before this one announces groups: some pages use one level for all."""
    parent = node.parent
    if parent is None or node.kind != "heading":
        return False
    key = f"announced {node.rank}"
    if key not in parent.cache:
        announcing = [
            c.index
            for c in parent.children
            if c.rank == node.rank
            and STRONG_LIST.search(plain(c.name))
            and c.word_count() <= 60
            and kind_of(c) != "group"
        ]
        parent.cache[key] = min(announcing, default=None)
    first = parent.cache[key]
    return first is not None and node.index > first


def is_group(node: Section, page: Section, siblings: int = 0) -> bool:
    """Whether a section without groups of its own is one named group.

    Args:
        node: the section.
        page: the page it stands on.
        siblings: how many sections of its kind stand beside it.
    """
    kind = kind_of(node)
    if kind in ("no", "event", "generic", "service", "other", "types"):
        return False
    text = said_of(node)
    words = len(text.split())
    context = context_of(node, page)
    listed = context in ("strong", "weak")
    if words == 0:
        return node.kind == "cell" and kind == "group"
    kinds = kinds_of_evidence(text)
    defined = DEFINES.search(_without_name(text[:500], label(node))) is not None
    attended = page.tree is not None and plain(label(node)) in page.tree.structured.attended
    joining = len(kinds) + attended + 2 * (defined or SELF.search(text[:200]) is not None)
    if PROFESSIONALS.search(text) and kind != "group":
        return False
    if context == "barred":
        return False
    if kind == "group" and page.article:
        return len(kinds & SCHEDULE_KINDS) >= 2
    if context == "inside":
        return kind == "group" and joining >= 4 and not _repeats_heading(node)
    if is_part_of_page(node):
        return False
    if kind == "session" and _is_mere_program(node, text, kinds):
        return False
    timed = not kinds.isdisjoint(SCHEDULE_KINDS)
    if node.kind == "spoken" and timed:
        return True
    if kind == "group":
        told = joining >= 1 or listed
        return (
            words >= 20 or (words >= 8 and told) or (words >= 3 and (_among_groups(node, timed) or (listed and timed)))
        )
    if page.article:
        return kind == "session" and joining >= 4 and len(kinds & SCHEDULE_KINDS) >= 2
    if kind == "session" and not listed and kinds <= _NOT_TOGETHER and TOGETHER.search(text) is None:
        return ATTENDED.search(plain(label(node))) is not None and joining >= 1 and words >= 15
    if kind == "session" and joining >= (1 if listed else 2 if _in_calendar(node) else 3):
        return True
    if (
        kind == "session"
        and words >= 15
        and joining >= 1
        and ATTENDED.search(plain(label(node)))
        and node.rank <= RANK_BOLD
    ):
        return True
    declared = defined or SELF_SINGULAR.search(text[:300]) is not None
    slogan = SLOGAN.match(plain(label(node))) is not None
    if slogan and (kinds.isdisjoint(SCHEDULE_KINDS) or not node.beside("all", lambda _: True)):
        return False
    if listed:
        return in_list(node, text, kinds, declared + defined, context, siblings) >= 4
    if kind == "activity" and joining >= 4:
        return True
    return defined and joining >= 3 and node.rank <= RANK_BOLD


def _is_mere_program(node: Section, text: str, kinds: frozenset[str]) -> bool:
    """Whether a program has no day, no hour and nobody who comes together: mentors, stays, help of all sorts."""
    if PROGRAM.search(plain(label(node))) is None or not kinds.isdisjoint(("weekday", "clock")):
        return False
    return ANY_GROUP.search(text) is None and TOGETHER.search(text) is None


def is_part_of_page(node: Section) -> bool:
    """Whether an open name is plainly none of a group: a frame of cards, a person, a step, a voice.

    A frame has no words of its own above several named sections; a person's text soon says "she leads"; steps are
    numbered by the markup; voices stand in quotation blocks.
    """
    if kind_of(node) != "bare":
        return False
    key = "part of page"
    if key not in node.cache:
        details = _details_beside(node)
        named = [
            c for c in node.children if c.kind == "heading" and kind_of(c) != "generic" and plain(c.name) not in details
        ]
        frame = len(named) >= 2 and 2 * len(named) >= len(node.children) and _words_above(node, named[0]) < 3
        person = BIOGRAPHY.search(node.said()[:160]) is not None and DEFINES.search(node.said()[:300]) is None
        node.cache[key] = frame or person or _stands_in(node, "ol") or _is_quoted(node)
    return cast(bool, node.cache[key])


def _words_above(node: Section, child: Section) -> int:
    """Return how many words of a section stand above one of its subsections."""
    return replace(node, end=max(node.start, child.top)).word_count()


def _details_beside(node: Section) -> frozenset[str]:
    """Return the names that stand below more than one of the sections beside this one: "Who comes", "Our focus"."""
    if node.parent is None:
        return frozenset()
    if "details" not in node.parent.cache:
        counts = Counter(name for c in node.parent.children for name in {plain(each.name) for each in c.children})
        node.parent.cache["details"] = frozenset(name for name, count in counts.items() if count >= 2)
    return cast("frozenset[str]", node.parent.cache["details"])


def _stands_in(node: Section, tag: str) -> bool:
    if node.tree is None or node.kind not in ("item", "lead", "bold"):
        return False
    element: Element | None = node.tree.blocks[node.index].element
    for _ in range(6):
        if element is None or element.tag == tag:
            return element is not None
        element = element.parent
    return False


def _is_quoted(node: Section) -> bool:
    """Whether half of a section's words are quotations or numbered steps."""
    quoted = 0
    for block, text in node.blocks():
        element: Element | None = block.element
        for _ in range(4):
            if element is not None and element.tag in ("blockquote", "q", "ol"):
                quoted += len(text.split())
                break
            element = element.parent if element is not None else None
    return 2 * quoted >= max(1, node.word_count())


def _without_name(text: str, name: str) -> str:
    """Return a text's first words with "it" for the name they begin with: "The Harbor is a group" → "it is a group"."""
    short = re.sub(r"^the |[^a-z0-9]+$", "", plain(name))
    match = re.match(rf"(?:the |our )?{re.escape(short)}(?= is\b)", text) if short else None
    return "it" + text[match.end() :] if match is not None else text


def _repeats_heading(node: Section) -> bool:
    """Whether a name inside a named group's section is that group again ("Join our men's group", "Online group")."""
    name = CALL.sub("", plain(label(node))).strip()
    return is_unspecific(name) or any(is_part(name, heading) for heading in node.headings[-2:])


def said_of(node: Section) -> str:
    """Return what a section says of its own subject: without its subsections on other services and events."""
    if any(kind_of(child) in ("no", "event", "other") for child in node.children):
        return plain(node.own_text()[:MAX_SAID])
    return node.said()


def _in_calendar(node: Section) -> bool:
    return bool(node.headings) and CALENDAR.search(plain(node.headings[-1])) is not None


def is_article(page: Section) -> bool:
    """Whether a page is a blog post or a guide: a title of that sort, or a line that says who posted it when."""
    if ARTICLE.search(plain(page.name)):
        return True
    if page.tree is None:
        return False
    shown = [block for block in page.tree.blocks if not block.furniture]
    if any(ARTICLE.search(plain(block.text)) for block in shown[:8] if block.level == 1):
        return True
    posted = [i for i, b in enumerate(shown) if not b.level and len(b.text) < 120 and POSTED.search(plain(b.text))]
    return len(posted) == 1 and posted[0] < 8  # more than one is a list of posts, each under its own name


def _among_groups(node: Section, timed: bool) -> bool:
    """Whether sections beside this one are named as groups too, and described: two, or one where times are given."""
    count = node.beside("described groups", lambda other: kind_of(other) == "group" and bool(other.text()))
    return count >= (1 if timed else 2)


def in_list(node: Section, text: str, kinds: frozenset[str], declared: int, context: str, siblings: int) -> int:
    """Return how much speaks for an open name under a heading of groups; 4 is enough."""
    name = plain(label(node)).strip(" :.-")
    score = 2 if context == "strong" else 1
    score += declared
    score += 2 * (not kinds.isdisjoint(SCHEDULE_KINDS))
    score += min(2, len(kinds - SCHEDULE_KINDS))
    score += TOPIC.search(name) is not None
    score += SESSION_WORDS.search(text) is not None
    score += siblings >= 2 and context == "strong"
    score += 2 * node.leads_to_groups()
    score += 2 * (f"{name} group" in text.replace('"', ""))
    score -= 3 * (GENERAL_TALK.search(text) is not None)
    score -= 3 * (BENEFIT.match(name) is not None)
    open_kind = kinds.isdisjoint(SCHEDULE_KINDS) and not declared
    score -= open_kind and len(text.split()) < 8
    score -= open_kind and context == "weak" and TOPIC.search(name) is None
    return score
