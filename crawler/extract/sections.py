"""Blocks → nested sections: what each name on a page has below it.

A name is a heading, a summary or accordion button, a term, a bold line, the bold lead of a paragraph, a list item or a
table row. Its section reaches to the next name of its rank or above, and never out of the container that holds it
alone: the tail of a page is not swallowed by the last card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.extract.tree import Element, PageTree, TextBlock
from crawler.extract.words import BADGE, GENERIC, TRAILING, plain
from crawler.records import Role

RANK_SUMMARY, RANK_TERM, RANK_BOLD, RANK_LEAD, RANK_ITEM = 7, 8, 9, 10, 11
MAX_NAME = 160
"""Longest text, in characters, that is taken for a name."""

_LABEL_END = re.compile(r"[\s:–—.|-]+$")
_SPLIT = re.compile(r"\s[–—-]\s|:\s|\s\|\s")


@dataclass(slots=True, eq=False)
class Section:
    """A name and the blocks that stand under it: `start` to `end` (exclusive); `index` is the name's own block."""

    name: str
    index: int
    rank: float
    kind: str
    start: int = 0
    end: int = 0
    lead: int = 0
    headings: tuple[str, ...] = ()
    children: list[Section] = field(default_factory=list)
    parent: Section | None = None
    container: Element | None = None
    tree: PageTree | None = None
    eyebrow: str = ""
    top: int = 0

    def blocks(self) -> list[tuple[TextBlock, str]]:
        """Return the section's blocks below the name, each with the text that is left of it."""
        assert self.tree is not None
        rest = []
        for position in range(self.start, self.end):
            block = self.tree.blocks[position]
            if block.furniture:
                continue
            text = block.text
            if position == self.index:
                text = text[self.lead :].lstrip(" :–—-|.") if self.lead else ""
            if text:
                rest.append((block, text))
        while rest and _is_link(rest[-1][0]):
            rest.pop()  # "Learn more" ends many a card and is no part of the description
        return rest

    def last(self) -> int:
        """Return where the section ends without the frame of the site below it."""
        assert self.tree is not None
        end = self.end
        while end > self.index + 1 and self.tree.blocks[end - 1].furniture:
            end -= 1
        return end

    def ends_in_button(self) -> bool:
        """Whether the section holds a button or a line that is all link."""
        assert self.tree is not None
        return any(_is_link(block) for block in self.tree.blocks[self.start : self.end] if not block.furniture)

    def text(self) -> str:
        """Return the words below the name, one block a line."""
        return "\n".join(text for _, text in self.blocks())

    def own_text(self) -> str:
        """Return the words below the name and before its first subsection."""
        first = min((child.start for child in self.children), default=self.end)
        assert self.tree is not None
        texts = [b.text for b in self.tree.blocks[self.index + 1 : first] if not b.furniture]
        if self.lead:
            texts.insert(0, self.tree.blocks[self.index].text[self.lead :])
        return "\n".join(texts)


def read_sections(tree: PageTree) -> Section:
    """Return the page as one section with its sections nested in it."""
    found = _names(tree)
    _rank_toggles(tree, found)
    _set_extents(tree, found)
    _set_headings(found)
    page = Section(tree.title, -1, 0, "page", 0, len(tree.blocks), tree=tree)
    return _nest(page, found)


def _is_link(block: TextBlock) -> bool:
    return (
        block.role == Role.BUTTON
        or TRAILING.match(plain(block.text)) is not None
        or (block.linked >= len(block.text) - 2 and len(block.text) < 40 and not block.level)
    )


def _names(tree: PageTree) -> list[Section]:
    found = []
    for index, block in enumerate(tree.blocks):
        if not block.furniture:
            section = _name_of(tree, index, block)
            if section is not None:
                section.tree = tree
                section.eyebrow = _eyebrow(tree, section)
                section.top = section.index - bool(section.eyebrow)
                found.append(section)
    return found


def _name_of(tree: PageTree, index: int, block: TextBlock) -> Section | None:
    text = block.text
    if block.level:
        if len(text) > 2 * MAX_NAME or BADGE.match(plain(text)):
            return None
        return Section(text, index, block.level, "toggle" if _in_toggle(block.element) else "heading")
    if block.role == Role.BUTTON:
        return None
    if block.role == Role.SUMMARY:
        return Section(text, index, RANK_SUMMARY, "summary") if len(text) <= 2 * MAX_NAME else None
    short = len(text) <= MAX_NAME
    if block.role == Role.TERM:
        return Section(text, index, RANK_TERM, "term") if short else None
    row = _first_in(tree, index, block, "tr")
    if row is not None and row.kids and _cells(row) > 1:
        return _row(tree, index, row)
    if block.lead and block.lead >= len(text) - 1 and short and not text.endswith((".", "!")):
        return None if _is_label(text) else Section(_LABEL_END.sub("", text), index, RANK_BOLD, "bold")
    if block.title_class and short and len(text.split()) <= 14 and not _is_label(text):
        return Section(text, index, RANK_BOLD, "bold")
    if 3 <= block.lead < len(text) and block.lead <= 120:
        name = text[: block.lead]
        if not _is_label(name) and len(name.split()) <= 14:
            item = _first_in(tree, index, block, "li")
            rank = RANK_ITEM + _depth(item) if item is not None else RANK_LEAD
            return Section(_LABEL_END.sub("", name), index, rank, "lead", lead=block.lead)
        return None
    item = _first_in(tree, index, block, "li")
    if item is not None:
        return _item(index, block, item)
    return None


def _in_toggle(element: Element) -> bool:
    node: Element | None = element
    for _ in range(3):
        if node is None:
            return False
        if node.role == "toggle" or node.tag == "summary":
            return True
        node = node.parent
    return False


def _eyebrow(tree: PageTree, section: Section) -> str:
    """Return the short line set above a heading in the same container ("Group therapy" over a slogan), or nothing."""
    if section.kind != "heading" or section.index == 0:
        return ""
    above = tree.blocks[section.index - 1]
    text = above.text
    if above.furniture or above.level or above.role != Role.PARAGRAPH or len(text) > 40 or text[-1] in ".!,;:":
        return ""
    node: Element | None = tree.blocks[section.index].element
    while node is not None and node.start == section.index:
        node = node.parent
    if node is None or node.start != section.index - 1 or BADGE.match(plain(text)):
        return ""
    return text


def _is_label(text: str) -> bool:
    name = plain(text).strip(" :.-|")
    return not name or GENERIC.match(name) is not None or BADGE.match(name) is not None


def _first_in(tree: PageTree, index: int, block: TextBlock, tag: str) -> Element | None:
    """Return the nearest element of a tag that begins with this block, or None."""
    node: Element | None = block.element
    for _ in range(8):
        if node is None or node.start != index and any(not b.furniture for b in tree.blocks[node.start : index]):
            return None
        if node.tag == tag:
            return node
        node = node.parent
    return None


def _depth(item: Element) -> int:
    depth, node = 0, item.parent
    while node is not None:
        depth += node.tag == "li" or node.tag == "tr"
        node = node.parent
    return depth


def _cells(row: Element) -> int:
    return sum(kid.tag in ("td", "th") for kid in row.kids)


def _row(tree: PageTree, index: int, row: Element) -> Section | None:
    if all(kid.tag == "th" for kid in row.kids):
        return None
    cells = [tree.blocks[kid.start] for kid in row.kids]
    texts = [cell.text for cell in cells]
    if any(cell.level for cell in cells) or len(texts[0]) > MAX_NAME:
        return None
    choice = next((i for i, t in enumerate(texts) if not BADGE.match(plain(t))), 0)
    name_block = row.kids[choice].start
    text = tree.blocks[name_block].text
    if len(text) > MAX_NAME:
        return None
    return Section(text, name_block, RANK_ITEM + _depth(row), "row", container=row)


def _item(index: int, block: TextBlock, item: Element) -> Section | None:
    text = block.text
    rank = RANK_ITEM + _depth(item)
    if len(text) <= 90 and not text.endswith(".") and item.end > index + 1:
        return Section(text, index, rank, "item")
    split = _SPLIT.search(text[:MAX_NAME])
    if split is not None and split.start() >= 3 and not _is_label(text[: split.start()]):
        return Section(text[: split.start()], index, rank, "item", lead=split.end())
    if len(text) <= 90 and not text.endswith("."):
        return Section(text, index, rank, "item")
    return None


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
    node = tree.blocks[index].element
    if not (node.start > prev and node.end <= following):
        section.start, section.end = index, min(following, node.end)
        return
    while node.parent is not None and node.parent.start > prev and node.parent.end <= following:
        node = node.parent
    section.container = node
    if node.end > index + 1 or section.lead:
        section.start, section.end = index, max(node.end, index + 1)
        if node.end == index + 1 and section.kind in ("lead",):
            section.end = min(following, node.parent.end if node.parent is not None else node.end)
        return
    section.container = None
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
