"""Names that the markup marks: headings, summaries, terms, bold lines and leads, titled lines, items, table rows."""

from __future__ import annotations

import re

from crawler.extract.names import is_unspecific, name_class
from crawler.extract.sections import (
    LABEL_END,
    MAX_NAME,
    RANK_BOLD,
    RANK_ITEM,
    RANK_LEAD,
    RANK_SUMMARY,
    RANK_TERM,
    Section,
    is_label,
    name_end,
)
from crawler.extract.text_words import BACK, TRAILING
from crawler.extract.tree import Element, PageTree, TextBlock
from crawler.extract.words import is_badge, is_tagline, plain
from crawler.records import Role

MAX_CELL = 12
"""A cell of more blocks than this is a column of the page's layout, not of a table."""


def marked_names(tree: PageTree) -> list[Section]:
    """Return a section for every marked name of the page, in order; their extents are not set yet."""
    found = []
    titled = _titled_line(tree)
    for index, block in enumerate(tree.blocks):
        if not block.furniture:
            section = _name_of(tree, index, block)
            if index == titled:
                section = Section(block.text, index, 1, "heading")
            if section is not None:
                section.tree = tree
                section.eyebrow = _eyebrow(tree, section)
                section.top = section.index - bool(section.eyebrow)
                if section.kind == "row" and section.container is not None:
                    section.top = section.container.start
                found.append(section)
    return found


def _titled_line(tree: PageTree) -> int:
    """Return the line that repeats the first part of the page's title, where no main heading is marked, or -1."""
    title = plain(re.split(r"\s[|–—·-]\s", tree.title)[0]).strip()
    if len(title) < 4 or any(block.level and not block.furniture for block in tree.blocks):
        return -1
    lines = (i for i, b in enumerate(tree.blocks) if not b.furniture and b.role == Role.PARAGRAPH)
    return next((i for i in lines if plain(tree.blocks[i].text).strip() == title), -1)


def _name_of(tree: PageTree, index: int, block: TextBlock) -> Section | None:
    text = block.text
    if block.level:
        if index and _is_subtitle(tree.blocks[index - 1], block):
            return None
        if len(text) > 2 * MAX_NAME or is_badge(plain(text)):
            return None
        return Section(text, index, block.level, "toggle" if _in_toggle(block.element) else "heading")
    if block.role == Role.BUTTON or block.element.tag == "label":
        return _opener(tree, index, block)
    if block.role == Role.SUMMARY:
        return Section(text, index, RANK_SUMMARY, "summary") if len(text) <= 2 * MAX_NAME else None
    short = len(text) <= MAX_NAME
    if block.role == Role.TERM:
        return Section(text, index, RANK_TERM, "term") if short else None
    cell = _first_in(tree, index, block, "td")
    if cell is not None and cell.parent is not None and _is_timetable(tree, cell.parent):
        group = short and name_class(text) == "group"
        return Section(text, index, RANK_ITEM, "cell", container=cell) if group else None
    row = _first_in(tree, index, block, "tr")
    if row is not None and row.kids and _cells(row) > 1:
        return _row(tree, row)
    if row is not None and block.element.tag == "th" and short and not is_label(text):
        return Section(LABEL_END.sub("", text), index, RANK_BOLD, "bold")
    if block.lead and block.lead >= len(text) - 1 and short and not text.endswith((".", "!")):
        return None if is_label(text) else Section(LABEL_END.sub("", text), index, RANK_BOLD, "bold")
    if (
        block.title_class
        and short
        and not (index and tree.blocks[index - 1].level)
        and len(text.split()) <= 14
        and not is_label(text)
    ):
        return Section(text, index, RANK_BOLD, "bold")
    if 3 <= block.lead < len(text) and block.lead <= 120:
        name = text[: block.lead]
        if not is_label(name) and len(name.split()) <= 14:
            item = _first_in(tree, index, block, "li")
            rank = RANK_ITEM + _depth(item) if item is not None else RANK_LEAD
            return Section(LABEL_END.sub("", name), index, rank, "lead", lead=block.lead)
        return None
    item = _first_in(tree, index, block, "li")
    if item is not None:
        return _item(index, block, item)
    return None


def _opener(tree: PageTree, index: int, block: TextBlock) -> Section | None:
    """Return a button or label that opens the text right below it: no link, no call to act, and a paragraph follows."""
    text = block.text
    if block.href or index + 1 >= len(tree.blocks) or len(text) > MAX_NAME or TRAILING.match(plain(text)):
        return None
    below = tree.blocks[index + 1]
    if below.role == Role.BUTTON or below.furniture or below.level or len(below.text) < 40:
        return None
    alike = [
        b for b in tree.blocks[max(0, index - 60) : index + 60] if b.element.tag == block.element.tag and not b.href
    ]
    same = sum(b.element.words == block.element.words and b.role == block.role for b in alike)
    if same < 2 or _opens_more(tree, index, block):
        return None
    return Section(text, index, RANK_SUMMARY, "summary")


def _opens_more(tree: PageTree, index: int, block: TextBlock) -> bool:
    """Whether a button stands alone below a heading in its card: it shows more of that heading's thing."""
    node = block.element.parent
    for _ in range(3):
        if node is None or node.end - node.start > MAX_CELL:
            return False
        inside = tree.blocks[node.start : node.end]
        if sum(b.role == block.role and b.element.tag == block.element.tag for b in inside) > 1:
            return False
        if any(b.level for b in tree.blocks[node.start : index]):
            return True
        node = node.parent
    return False


def _is_subtitle(above: TextBlock, block: TextBlock) -> bool:
    """Whether a heading right below a higher one only says when, for whom or by whom."""
    if not above.level or above.furniture or above.level >= block.level:
        return False
    return is_tagline(plain(block.text)) and name_class(block.text) not in ("group", "service", "types")


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
    if (
        above.furniture
        or above.level
        or above.role != Role.PARAGRAPH
        or len(text) > 40
        or text[-1] in ".!,;:"
        or BACK.match(plain(text))
    ):
        return ""
    node: Element | None = tree.blocks[section.index].element
    while node is not None and node.start == section.index:
        node = node.parent
    if node is None or node.start != section.index - 1 or is_badge(plain(text)):
        return ""
    return text


def _first_in(tree: PageTree, index: int, block: TextBlock, tag: str) -> Element | None:
    """Return the nearest element of a tag that begins with this block, or None."""
    node: Element | None = block.element
    for _ in range(8):
        if node is None or not _only_frame(tree, node.start, index):
            return None
        if node.tag == tag:
            return node
        node = node.parent
    return None


def _only_frame(tree: PageTree, start: int, end: int) -> bool:
    """Whether the few blocks before a name in its element are frames (an icon's label, a hidden link)."""
    return end - start <= 3 and all(block.furniture for block in tree.blocks[start:end])


def _is_timetable(tree: PageTree, row: Element) -> bool:
    """Whether a row's cells are of several days or hours, each cell a thing of its own.

    Two cells name groups of their own, or one does below a row of weekdays.
    """
    if row.tag != "tr":
        return False
    firsts = [
        tree.blocks[kid.start].text for kid in row.kids if kid.start < kid.end and kid.end - kid.start <= MAX_CELL
    ]
    groups = [t for t in firsts if len(t) <= MAX_NAME and name_class(t) == "group" and not is_unspecific(plain(t))]
    if len(groups) >= 2:
        return True
    table = row.parent
    while table is not None and table.tag in ("tbody", "thead", "tfoot"):
        table = table.parent
    if table is None or table.tag != "table" or table.start >= table.end or not groups:
        return False
    head = [b.text for b in tree.blocks[table.start : table.start + 8] if _DAY.match(b.text)]
    return len(head) >= 3


_DAY = re.compile(r"\W*(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\W*$", re.IGNORECASE)


def _depth(item: Element) -> int:
    depth, node = 0, item.parent
    while node is not None:
        depth += node.tag in ("li", "tr")
        node = node.parent
    return depth


def _cells(row: Element) -> int:
    return sum(kid.tag in ("td", "th") for kid in row.kids)


def _row(tree: PageTree, row: Element) -> Section | None:
    if all(kid.tag == "th" for kid in row.kids) or any(kid.end - kid.start > MAX_CELL for kid in row.kids):
        return None
    cells = [tree.blocks[kid.start] for kid in row.kids]
    texts = [cell.text for cell in cells]
    if any(cell.level for cell in cells) or len(texts[0]) > MAX_NAME:
        return None
    choice = next((i for i, t in enumerate(texts) if not is_badge(plain(t))), 0)
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
    split = name_end(text)
    if split is not None:
        return Section(text[: split.start()], index, rank, "item", lead=split.end())
    if len(text) <= 90 and not text.endswith("."):
        return Section(text, index, rank, "item")
    return None
