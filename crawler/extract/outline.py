"""Names → nested sections: how far each name reaches, what it stands under, and what stands under it."""

from __future__ import annotations

from itertools import pairwise

from crawler.extract.marked_names import marked_names
from crawler.extract.name_words import GENERIC
from crawler.extract.names import alike, is_unspecific, name_class
from crawler.extract.plain_names import plain_names, tab_names
from crawler.extract.sections import RANK_BOLD, RANK_ITEM, RANK_SUMMARY, RANK_TERM, Section
from crawler.extract.tree import Element, PageTree
from crawler.extract.words import plain
from crawler.records import Role


def read_sections(tree: PageTree) -> Section:
    """Return the page as one section with its sections nested in it."""
    found = marked_names(tree)
    found = sorted(found + plain_names(tree, found) + tab_names(tree, found), key=lambda s: s.index)
    found = _without_doubles(found)
    _demote_labels(found)
    _set_lead_ins(tree, found)
    _rank_toggles(tree, found)
    _set_extents(tree, found)
    _set_headings(found)
    found = [s for s in found if s.kind != "spoken" or _stands_alone(s)]
    page = Section(tree.title, -1, 0, "page", 0, len(tree.blocks), tree=tree)
    return _nest(page, found)


def _without_doubles(found: list[Section]) -> list[Section]:
    """Leave out the bold or titled name that is its table row's name too: the row is what it names."""
    rows = {section.index for section in found if section.kind == "row"}
    return [s for s in found if s.kind == "row" or s.index not in rows or s.kind == "heading"]


def _set_lead_ins(tree: PageTree, found: list[Section]) -> None:
    """Note the sentence that announces a list ("We offer the following groups:") on each of its items and rows."""
    starts: dict[int, str] = {}
    for section in found:
        if section.rank < RANK_TERM:
            continue
        node: Element | None = tree.blocks[section.index].element
        for _ in range(6):
            if node is None or node.tag in ("ul", "ol", "table", "dl"):
                break
            node = node.parent
        if node is None or node.tag not in ("ul", "ol", "table", "dl"):
            continue
        if node.start not in starts:
            above = node.start - 1
            while above >= 0 and tree.blocks[above].furniture:
                above -= 1
            block = tree.blocks[above] if above >= 0 else None
            plausible = block is not None and not block.level and block.role == Role.PARAGRAPH
            starts[node.start] = block.text[-300:] if plausible and block is not None else ""
        section.lead_in = starts[node.start]


def _demote_labels(found: list[Section]) -> None:
    """Rank headings that come again and again between others ("When", "Who it is for") below what they detail."""
    places: dict[tuple[float, str, str], list[int]] = {}
    for position, section in enumerate(found):
        if section.kind in ("heading", "bold", "plain"):
            places.setdefault((section.rank, section.kind, plain(section.name).strip(" :")), []).append(position)
    again = {position for same in places.values() if len(same) > 1 for position in same}
    for (rank, kind, name), same in places.items():
        if len(same) < 2 or name_class(name) not in ("bare", "generic"):
            continue
        if not GENERIC.match(name) and not all(
            any(s.rank == rank and s.kind == kind and i not in again for i, s in enumerate(found[a + 1 : b], a + 1))
            for a, b in pairwise(same)
        ):
            continue  # a calendar's: the same thing on another day
        if same[0] == 0 or not any(s.rank == rank and s.kind == kind for s in found[: same[0]]):
            continue
        for position in same:
            found[position].rank += 0.4


def _rank_toggles(tree: PageTree, found: list[Section]) -> None:
    """Rank each accordion button just above the headings inside its panel, and all buttons of an accordion alike."""
    toggles = [section for section in found if section.kind in ("toggle", "summary")]
    levels = [(section.index, section.rank) for section in found if section.kind == "heading"]
    accordions: dict[int, list[Section]] = {}
    ranks: dict[int, float] = {}
    for position, section in enumerate(toggles):
        prev = toggles[position - 1].index if position else -1
        following = toggles[position + 1].index if position + 1 < len(toggles) else len(tree.blocks)
        node = tree.blocks[section.index].element
        while node.parent is not None and node.parent.start > prev and node.parent.end <= following:
            node = node.parent
            if node.tag == "details" or node.end > section.index + 1:
                break
        inside = [level for index, level in levels if section.index < index < node.end]
        key = id(node.parent)
        accordions.setdefault(key, []).append(section)
        ranks[key] = min([ranks.get(key, RANK_SUMMARY), section.rank, *inside])
    for key, members in accordions.items():
        for section in members:
            section.rank = ranks[key] - 0.5


def _set_extents(tree: PageTree, found: list[Section]) -> None:
    before: list[Section] = []
    previous: list[int] = []
    for section in found:
        while before and before[-1].rank > section.rank:
            before.pop()
        previous.append(before[-1].index if before else -1)
        before.append(section)
    after: list[Section] = []
    for section, prev in zip(reversed(found), reversed(previous), strict=True):
        while after and after[-1].rank > section.rank:
            after.pop()
        following = after[-1].top if after else len(tree.blocks)
        after.append(section)
        _set_extent(tree, section, prev, following)


def _set_extent(tree: PageTree, section: Section, prev: int, following: int) -> None:
    if section.container is not None:
        section.start, section.end = section.container.start, section.container.end
        return
    index = section.index
    if section.kind == "spoken":
        section.start, section.end, section.outside = index, index + 1, True
        return
    node = tree.blocks[index].element
    if not (node.start > prev and node.end <= following):
        section.flat = True
        section.start, section.end = index, min(following, node.end)
        return
    while node.parent is not None and node.parent.start > prev and node.parent.end <= following:
        node = node.parent
    section.container = node
    if section.rank <= 1 and section.kind == "heading" and node.tag in ("ul", "ol", "li", "header"):
        section.start, section.end, section.flat = index, following, True  # a title with its facts, above the text
        return
    if node.end > index + 1 or section.lead:
        section.start, section.end = index, max(node.end, index + 1)
        if node.end == index + 1 and section.kind in ("lead",):
            section.end = min(following, node.parent.end if node.parent is not None else node.end)
            section.flat = True
        return
    section.container = None
    section.flat = True
    if section.rank >= RANK_ITEM:  # an item that says no more than its name does not reach out of its list
        section.start, section.end = index, index + 1
        return
    outer = node.parent
    while outer is not None and min(following, outer.end) <= index + 1 and following > index + 1:
        outer = outer.parent
    section.start, section.end = index, min(following, outer.end if outer is not None else following)


def _set_headings(found: list[Section]) -> None:
    outline: list[Section] = []
    for section in found:
        while outline and outline[-1].rank >= section.rank:
            outline.pop()
        section.headings = tuple(above.name for above in outline)
        if section.rank <= RANK_BOLD:
            outline.append(section)


def _stands_alone(section: Section) -> bool:
    """Whether a group named in a paragraph is not the one that its heading names already."""
    kinds = [name_class(heading) for heading in section.headings[-1:]]
    if kinds == ["bare"] and is_unspecific(plain(section.name)):
        return False  # "The support group meets …" below "Open Voices" is that one
    return not kinds or (
        kinds[0] in ("service", "types", "bare", "generic") and not alike(section.headings[-1], section.name)
    )


def _nest(page: Section, found: list[Section]) -> Section:
    open_sections = [page]
    for section in sorted(found, key=lambda s: (s.start, s.rank)):
        while section.start >= open_sections[-1].end:
            open_sections.pop()
        outer = open_sections[-1]
        section.end = min(section.end, outer.end)
        section.parent = outer
        outer.children.append(section)
        open_sections.append(section)
    return page
