"""Sections → offerings: which of a page's sections is a group that a reader can join, and where it ends."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from crawler.extract.company import (
    Found,
    below_categories,
    is_alone_of_its_kind,
    is_strong,
    shares_fate,
    with_timed_families,
    without_untold,
)
from crawler.extract.grouphood import context_of, is_article, is_barred, is_group, kind_of, label
from crawler.extract.heading_words import (
    BENEFIT,
    DESCRIPTOR,
    PLURAL,
    STRONG_LIST,
    TOPIC,
)
from crawler.extract.landing import whole_page
from crawler.extract.name_words import TALK_ABOUT
from crawler.extract.names import alike, is_part, is_unspecific, name_class
from crawler.extract.sections import MAX_NAME, RANK_BOLD, Section
from crawler.extract.tails import common_tail, trimmed
from crawler.extract.text_words import (
    ANY_GROUP,
    HELPERS,
    NONE_NOW,
    SCHEDULE_KINDS,
    SELF_SINGULAR,
    kinds_of_evidence,
)
from crawler.extract.words import plain

LEAST_SERVICE = 12
"""Fewest words of a description of group work in general; less is a mention or a tile."""

LEAST_TYPE = 15
"""Fewest words below "Process groups" or another kind of groups."""


MOST_REPEATS = 8
"""A name that comes more often than this on one page is a calendar's."""


def find_offerings(page: Section) -> list[Found]:
    """Return the offerings of a page in order: its named groups, else its description of group work in general."""
    page.article = page.article or is_article(page)
    groups = without_untold(_groups(page, page))
    if any(item.scope == "group" and not _is_a_kind(item.section) for item in groups):
        named = _without_common_tail(_without_teasers(groups))
        beside = [] if page.article else _services_beside_others(page, named)
        named = [_named_by_title(page, item) for item in named] if len(named) == 1 else named
        return sorted(named + beside, key=lambda item: item.section.index)
    titled = _titled(page, ("group",))
    if titled is not None:
        return [Found(titled, "group")]
    # Kinds of groups without a named group among them are one description of the provider's group work.
    service = None if page.article else _service(page) or _titled(page, ("service", "types"))
    if service is not None:
        return [Found(service, "service")]
    only = None if groups else whole_page(page)
    return [Found(trimmed(only), "group")] if only is not None else groups


def _services_beside_others(page: Section, named: list[Found]) -> list[Found]:
    """Return group work that stands as one service among others ("Individual", "Group", "Family"), with no group in it.

    On a page with named groups the general introduction is no offering; an entry of the list of services is.
    """
    found: list[Found] = []
    open_sections = list(page.children)
    while open_sections:
        node = open_sections.pop()
        if is_barred(node):
            continue
        inside = any(node.start <= item.section.index < node.end for item in named)
        if not inside and kind_of(node) in ("service", "types") and node.word_count() >= LEAST_SERVICE:
            alone = not node.beside("group work", lambda other: kind_of(other) in ("service", "types"))
            if alone and node.beside("other services", lambda other: kind_of(other) == "other"):
                found.append(Found(trimmed(node, "service"), "service", True))
        else:
            open_sections.extend(node.children)
    return found


def _without_common_tail(found: list[Found]) -> list[Found]:
    """Cut what follows the last of several groups that share one container, where it speaks to everybody."""
    usual: dict[float, int] = {}
    last: dict[float, int] = {}
    for position, item in enumerate(found):
        rank = item.section.rank
        if item.section.flat:
            if rank in last:
                usual[rank] = max(usual.get(rank, 0), len(found[last[rank]].section.blocks()))
            last[rank] = position
    kept = list(found)
    for rank, blocks in usual.items():
        item = found[last[rank]]
        kept[last[rank]] = replace(item, section=replace(item.section, end=common_tail(item.section, blocks)))
    return kept


def _groups(node: Section, page: Section) -> list[Found]:
    if node is not page and is_barred(node):
        return []
    results = with_timed_families([(child, _groups(child, page)) for child in node.children], page)
    inner = [item for _, items in results for item in items]
    declared = node is not page and _declares_itself(node)
    listed = bool(inner) and all(_is_listed_below(item.section, node, page) for item in inner)
    own = declared and not any(item.strong for item in inner)
    if not inner or (not listed and (own or _are_parts(node, inner, page))):
        if node is page or _is_frame(node) or not is_group(node, page, node.beside("all", lambda _: True)):
            return _types(node, page) or _bare_names(node, page)
        only = _only_named(node)
        if only is not None:
            return [Found(trimmed(only), "group", True)]
        return [Found(trimmed(node), "group", is_strong(node))]
    found: list[Found] = []
    results = below_categories(results)
    yes = [child for child, items in results if any(item.section.index == child.index for item in items)]
    company = Counter((child.rank, child.kind) for child in yes)
    for child, items in results:
        alike_found = company[child.rank, child.kind]
        family = 1 + child.beside("all", lambda _: True)
        if (
            not items
            and alike_found >= 2
            and shares_fate(child, 2 * alike_found >= family, 3 * alike_found >= 2 * family)
        ):
            items = [Found(child, "group")]
        found.extend(items)
    found = [
        item for item in found if not (item.section.parent is node and is_alone_of_its_kind(item.section, company))
    ]
    if not found:
        return []
    if len(found) == 1 and _is_subtitle(node, found[0].section):
        return [Found(trimmed(node), "group", True)]
    if declared and context_of(found[0].section, page) == "inside":
        first = min(item.section.start for item in found)
        whole = replace(node, end=first, children=[c for c in node.children if c.start < first])
        if whole.word_count() >= LEAST_SERVICE and is_group(whole, page):
            found.insert(0, Found(trimmed(whole), "group", True))
    return found


_SPEAKS = re.compile(r"\b(?:you|your|we|i|let's)\b")


def _named_by_title(page: Section, item: Found) -> Found:
    """Name the one group of a page by the page's title, where the main heading speaks to the reader instead."""
    section = item.section
    title = re.split(r"\s[|–—·-]\s", page.name)[0]
    if section.rank > 2 or section.parent is not page or kind_of(section) != "bare":
        return item
    if not _SPEAKS.search(plain(section.name)) or name_class(title) != "group" or is_unspecific(plain(title)):
        return item
    headings = (*section.headings, section.name)
    return replace(item, section=replace(section, name=title, eyebrow="", headings=headings))


def _only_named(node: Section) -> Section | None:
    """Return the one section with a name of its own below "Group" or "Support group" that says nothing before it."""
    named = [child for child in node.children if child.kind == "heading" and kind_of(child) != "generic"]
    if (
        not is_unspecific(plain(label(node)))
        or len(named) != 1
        or kind_of(named[0]) not in ("bare", "activity", "session")
    ):
        return None
    before = replace(node, end=named[0].top).word_count()
    return named[0] if before < LEAST_SERVICE <= named[0].word_count() else None


def _is_frame(node: Section) -> bool:
    """Whether a section without a group's name holds a description of group work in general: it is that one's frame."""
    if kind_of(node) == "group":
        return False
    return any(
        kind_of(child) in ("service", "types") and child.word_count() >= LEAST_SERVICE for child in node.children
    )


def _is_a_kind(section: Section) -> bool:
    """Whether a name without an issue, a people or a time is a kind of groups ("Process group"), not one of them."""
    name = plain(label(section))
    if not is_unspecific(name.replace("/", " ")):
        return False
    return kinds_of_evidence(f"{name}\n{section.said()}").isdisjoint({"weekday", "clock", "fee"})


def _are_parts(node: Section, inner: list[Found], page: Section) -> bool:
    """Whether what was found below an open name are parts of that one group: none named as a group, few with times."""
    if node is page or any(item.strong for item in inner) or kind_of(node) not in ("bare", "activity", "session"):
        return False
    if replace(node, end=inner[0].section.top).word_count() < 8 and len(inner) == 1:
        return False  # a category's heading: nothing of its own stands before the one name below it
    timed = sum(not kinds_of_evidence(item.section.said()).isdisjoint(SCHEDULE_KINDS) for item in inner)
    return timed <= max(1, len(inner) // 3) and node.rank > 1 and not _is_frame(node) and is_group(node, page)


def _is_listed_below(section: Section, node: Section, page: Section) -> bool:
    """Whether a heading below a section announces groups over this one ("Groups running now"), or kinds of them."""
    outer = section.parent
    if outer is None or outer is page:
        return False
    if outer is node:  # "Skills development", beside "Process groups" and "Support groups" and their lists
        return node.beside("kinds over lists", lambda other: kind_of(other) == "types" and len(other.children) > 1) >= 2
    return context_of(section, page) == "strong" and STRONG_LIST.search(plain(outer.name)) is not None


def _types(node: Section, page: Section) -> list[Found]:
    """Return a section that describes one kind of the provider's groups ("Process groups") as a service description."""
    if node is page or kind_of(node) != "types" or context_of(node, page) in ("", "inside"):
        return []
    if not any(name_class(heading) in ("service", "types") for heading in node.headings):
        return []  # under the page's title alone it is the page's description of its group work
    return [Found(node, "service", True)] if node.word_count() >= LEAST_TYPE else []


def _bare_names(node: Section, page: Section) -> list[Found]:
    """Return the items of a list that only names groups: three or more, unlinked, under words that announce groups."""
    names = [c for c in node.children if not c.text() and c.kind in ("item", "row", "bold", "heading", "term", "lead")]
    if len(names) < 3 or len({c.rank for c in names}) > 1:
        return []
    if any(c.is_linked() or len(c.name.split()) > 12 or BENEFIT.match(plain(c.name)) for c in names):
        return []
    contexts = {context_of(c, page) for c in names[:3]}
    kinds = [kind_of(child) for child in names]
    named = sum(kind in ("group", "session") for kind in kinds)
    told = sum(
        kind in ("group", "session", "activity") or TOPIC.search(plain(c.name)) is not None
        for c, kind in zip(names, kinds, strict=True)
    )
    announced = f"{node.name}\n{names[0].lead_in}"
    if contexts == {"strong"} and STRONG_LIST.search(plain(announced)):
        enough = told >= 0.75 * len(names)  # "Groups we offer:" makes groups of "Anger management" and "Parenting"
    else:
        enough = contexts <= {"strong", "weak"} and named >= max(2, 0.6 * len(names)) and told >= 0.9 * len(names)
    if not enough:
        return []
    return [
        Found(c, "group")
        for c, kind in zip(names, kinds, strict=True)
        if kind in ("group", "session", "activity", "bare")
    ]


def _is_subtitle(node: Section, only: Section) -> bool:
    """Whether the one group below a group's or workshop's heading is that same one: its subtitle, or its name again."""
    name = plain(node.name)
    kind = kind_of(node)
    described = DESCRIPTOR.match(plain(only.name)) is not None
    if kind == "bare" and node.rank <= 2 and described:
        return True  # "A group for women who …" below the group's own, telling name
    if node.parent is None or kind not in ("group", "session") or node.rank > RANK_BOLD:
        return False
    if is_unspecific(name) or PLURAL.search(name):
        return False
    if not is_part(only.name, node.name) and not described:
        return False
    return replace(node, end=only.top).word_count() < 40


def _declares_itself(node: Section) -> bool:
    """Whether a section says in its first words that it is about one group."""
    kind = kind_of(node)
    if kind in ("no", "event", "generic", "service", "other", "types") or PLURAL.search(plain(node.name)):
        return False
    return kind == "group" or SELF_SINGULAR.search(_opening(node)) is not None


def _opening(node: Section) -> str:
    """Return the first words of a section that are its own: above its subsections, or in those that are mere parts."""
    text = node.own_text()
    for child in node.children:
        if len(text) >= 300 or not (kind_of(child) == "generic" or alike(child.name, node.name)):
            break
        text += "\n" + child.own_text()
    return plain(text[:300])


def _titled(page: Section, kinds: tuple[str, ...]) -> Section | None:
    """Return the section of a page whose title or address names the group while its headings are slogans."""
    for name in (*re.split(r"\s[|–—·:-]\s", page.name), page.eyebrow):
        if name_class(name) in kinds and len(name) <= MAX_NAME:
            break
    else:
        return None
    main = next((c for c in page.children if c.rank <= 2 and kind_of(c) in ("bare", "generic", "activity")), None)
    if main is None or page.article or is_barred(main):
        return None
    text = main.said()
    if len(text.split()) < 50 or len(ANY_GROUP.findall(text)) < 3:
        return None
    if "group" in kinds and len(kinds_of_evidence(text)) < 4:
        return None
    named = replace(main, name=name, eyebrow="", headings=(*main.headings, main.name))
    return trimmed(named, "group" if "group" in kinds else "service")


def _without_teasers(found: list[Found]) -> list[Found]:
    """Leave out a short mention of a group that the same page describes in full elsewhere under the same name."""
    named: dict[str, list[Section]] = {}
    for item in found:
        named.setdefault(plain(item.section.name), []).append(item.section)
    return [item for item in found if not _is_teaser(item.section, named[plain(item.section.name)][:MOST_REPEATS])]


def _is_teaser(section: Section, others: list[Section]) -> bool:
    times = kinds_of_evidence(section.said()) & SCHEDULE_KINDS
    return any(
        other.parent is not section.parent
        and other.word_count() > 2 * section.word_count()
        and times <= kinds_of_evidence(other.said())
        for other in others
        if other is not section
    )


def _service(page: Section) -> Section | None:
    """Return the fullest section that describes the provider's group work in general, or None."""
    options: list[Section] = []
    open_sections = list(page.children)
    while open_sections:
        node = open_sections.pop()
        if is_barred(node):
            continue
        if NONE_NOW.search(node.said()[:300]):
            continue
        if kind_of(node) in ("service", "types") and _own_words(node) >= LEAST_SERVICE and _is_of_people(node):
            options.append(node)
        else:
            open_sections.extend(node.children)
    best = max(options, key=Section.word_count, default=None)
    return trimmed(best, "service") if best is not None else None


def _is_of_people(node: Section) -> bool:
    """Whether a description of "Classes" or "Workshops" speaks of a group or of care; a studio's does not."""
    text = f"{plain(label(node))}\n{node.said()}"
    return ANY_GROUP.search(text) is not None or HELPERS.search(text) is not None


def _own_words(node: Section) -> int:
    """Return how many words of a section describe it: not those in its answers, myths and voices, nor in a section
    below it that describes the same by itself."""
    inside = [c for c in node.children if is_barred(c) or TALK_ABOUT.search(plain(c.name)) or kind_of(c) == "service"]
    return node.word_count() - sum(child.word_count() for child in inside)
