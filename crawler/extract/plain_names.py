"""Names that no markup marks: the short line before a longer one, again and again; tab labels apart from their panels.

Such lines are names only in a run of their like, some of which are named as groups; a page of ordinary paragraphs has
none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import accumulate

from crawler.extract.heading_words import GROUPS_CONTEXT
from crawler.extract.names import name_class
from crawler.extract.sections import MAX_NAME, RANK_BOLD, RANK_ITEM, RANK_LEAD, Section, is_label, name_end
from crawler.extract.text_words import SCHEDULE_KINDS, kinds_of_evidence
from crawler.extract.tree import Element, PageTree, TextBlock
from crawler.extract.words import any_of, is_badge, plain
from crawler.records import Role

MAX_PLAIN = 90
"""Longest unmarked name, in characters."""

MAX_UNIT = 12
"""Most blocks of a card, a row or another small container."""

_NAMED = ("group", "session", "activity", "types")
_SENTENCE = any_of(
    r"is", r"are", r"was", r"have", r"has", r"will", r"can", r"please", r"call", r"email", r"we", r"i", r"you", r"our"
)

_STATED = re.compile(r"\W*(?:\w[\w&/-]* ?){1,3}:\s")
"""One thing stated with its label ("Town: Ashby"): a line about the name above it."""

_CLAUSE = any_of(
    r"in an?",
    r"for example",
    r"if",
    r"when",
    r"as",
    r"because",
    r"note",
    r"please",
    r"also",
    r"some",
    r"there",
    r"this",
    r"these",
    r"here",
)

BULLET = re.compile(r"[•·▪‣◦●*✓✔➤►-]\s?")
"""What a paragraph that plays a list item begins with."""

Signature = tuple[str, ...]

_UNITS = frozenset(("div", "li", "article", "section", "a"))


def plain_names(tree: PageTree, found: list[Section]) -> list[Section]:
    """Return the sections whose names are unmarked lines, or unmarked leads before a colon or dash."""
    taken = {section.index for section in found}
    items = {section.index for section in found if section.kind == "item"}
    runs: dict[tuple[str, Signature], list[Section]] = defaultdict(list)
    kept: list[Section] = []
    blocks = tree.blocks
    for index, block in enumerate(blocks):
        if index in taken or block.furniture or block.level:
            continue
        section = None if _is_in_named_item(block, items) else _line(blocks, index, block) or _lead(index, block)
        spoken = _spoken(blocks, index, block) if section is None else None
        if spoken is not None:
            spoken.tree, spoken.top = tree, index
            kept.append(spoken)
        if section is not None:
            runs[section.kind, _signature(block)].append(section)
    spots = {s.index for lines in runs.values() for s in lines} | taken | {s.index for s in kept}
    for unit, index in _units(tree, spots):
        runs["plain", ("unit", *unit)].append(Section(blocks[index].text, index, RANK_BOLD, "plain"))
    tops = [tree.title, *(s.name for s in found if s.kind == "heading" and s.rank <= 2)]
    on_groups = any(GROUPS_CONTEXT.search(plain(name)) and name_class(name) not in ("no", "generic") for name in tops)
    for lines in runs.values():
        places = {section.index for section in lines}
        run = [s for s in lines if not _is_below_heading(blocks, s, places - {s.index})]
        of_groups = len(run) >= 3 and on_groups and run[0].kind == "plain"
        below_names = sum(s.index - 1 in taken or (s.index > 0 and blocks[s.index - 1].level > 0) for s in run)
        if not run or 2 * below_names >= len(run) > 1:
            continue  # the line below each name ("For adults"), not a name itself
        if (len(run) >= 2 and _mostly_groups(run)) or of_groups or _is_teaser(blocks, run):
            for section in run:
                section.tree = tree
                section.top = section.index
            kept += run
    return kept


def _is_in_named_item(block: TextBlock, items: set[int]) -> bool:
    """Whether a line stands in a small list item that begins with a name of its own."""
    node: Element | None = block.element
    while node is not None and node.end - node.start <= MAX_UNIT:
        if node.tag == "li":
            return node.start in items
        node = node.parent
    return False


def _is_teaser(blocks: list[TextBlock], run: list[Section]) -> bool:
    """Whether one lone line is a link that is named as a group, with a time, price or rhythm below it."""
    section = run[0]
    if len(run) > 1 or section.kind != "plain" or name_class(section.name) != "group":
        return False
    below = kinds_of_evidence(plain(blocks[section.index + 1].text))
    return blocks[section.index].linked * 2 > len(section.name) and not below.isdisjoint(SCHEDULE_KINDS)


def _mostly_groups(run: list[Section]) -> bool:
    kinds = [name_class(section.name) for section in run]
    return sum(kind in _NAMED for kind in kinds) * 3 >= len(run) and "group" in kinds


def _line(blocks: list[TextBlock], index: int, block: TextBlock) -> Section | None:
    """Return a short line that a longer block follows, or None."""
    if index + 1 >= len(blocks) or not _is_short(block):
        return None
    body = blocks[index + 1]
    if body.furniture or body.level or body.role == Role.BUTTON:
        return None
    timed = not kinds_of_evidence(plain(body.text)).isdisjoint(SCHEDULE_KINDS) and not is_label(body.text)
    if len(body.text) < (20 if timed else max(40, len(block.text))):
        return None
    return Section(block.text, index, RANK_BOLD, "plain")


def _units(tree: PageTree, taken: set[int]) -> Iterator[tuple[Signature, int]]:
    """Yield the first line of each small element without a name that stands beside its like, and what it looks like."""
    best: dict[int, tuple[int, Signature]] = {}
    named = list(accumulate((i in taken or b.level > 0 for i, b in enumerate(tree.blocks)), initial=0))
    for outer in tree.elements:
        units = [
            kid
            for kid in outer.kids
            if 2 <= kid.end - kid.start <= MAX_UNIT and kid.tag in _UNITS and named[kid.start] == named[kid.end]
        ]
        alike = Counter((kid.tag, kid.words) for kid in units)
        for kid in units:
            index = next((i for i in range(kid.start, kid.end - 1) if not is_badge(plain(tree.blocks[i].text))), None)
            if index is None or tree.blocks[index].furniture or not _is_short(tree.blocks[index]):
                continue
            count = alike[kid.tag, kid.words]
            if index not in best or count > best[index][0]:
                best[index] = count, (kid.tag, *sorted(kid.words), outer.tag, *sorted(outer.words))
    for index, (_, signature) in best.items():
        yield signature, index


def _is_short(block: TextBlock) -> bool:
    """Whether a line could be a name: a few words, no sentence, no label."""
    text = block.text
    if not 4 <= len(text) <= MAX_PLAIN or text[-1] in ".,;!?" or len(text.split()) > 12:
        return False
    if block.role not in (Role.PARAGRAPH, Role.BUTTON, Role.LIST_ITEM) or (block.role == Role.BUTTON and block.href):
        return False
    if _STATED.match(text) and name_class(text) == "bare":
        return False
    return not is_label(text) and not _SENTENCE.search(plain(text))


def _is_below_heading(blocks: list[TextBlock], section: Section, others: set[int]) -> bool:
    """Whether a line has a heading over it in a container that it shares with no other line of its run.

    Then it is a line about that heading's thing: the day under a card's title, not a title of its own.
    """
    node = blocks[section.index].element.parent
    for _ in range(3):
        if node is None or node.end - node.start > MAX_UNIT or any(i in others for i in range(node.start, node.end)):
            return False
        if any(other.level for other in blocks[node.start : section.index]):
            return True
        node = node.parent
    return False


_STOPPED = re.compile(r"([A-Z][\w'’&/+-]*(?: [\w'’&/+-]+){0,5})\. (?=[A-Z0-9])")
"""A name that a full stop ends, and what is said of it: "Young Widows Group. Under fifty and bereaved …"."""


def _lead(index: int, block: TextBlock) -> Section | None:
    if block.role != Role.PARAGRAPH or len(block.text) < 40 or BULLET.match(block.text):
        return None
    split = name_end(block.text) or _STOPPED.match(block.text)
    if split is not None and split.re is _STOPPED:
        name = split.group(1)
        if is_label(name) or _SENTENCE.search(plain(name)) or len(block.text) - split.end() < 20:
            return None
        return Section(name, index, RANK_LEAD, "lead", lead=split.end())
    if split is None or len(block.text) - split.end() < 20 or split.start() > MAX_NAME // 2:
        return None
    if _CLAUSE.match(plain(block.text)):
        return None
    return Section(block.text[: split.start()], index, RANK_LEAD, "lead", lead=split.end())


def _spoken(blocks: list[TextBlock], index: int, block: TextBlock) -> Section | None:
    """Return a paragraph that begins by naming its group: "Our Tuesday Grief Group meets …"."""
    if block.role not in (Role.PARAGRAPH, Role.LIST_ITEM) or len(block.text) < 40:
        return None
    match = SPOKEN_NAME.match(block.text)
    if match is not None and match.group(1)[:2] != "A " and name_class(match.group(1)) == "group":
        return Section(match.group(1), index, RANK_ITEM + 9, "spoken")
    match = SPOKEN_MEETING.match(block.text)
    beside = [*blocks[max(0, index - 2) : index], *blocks[index + 1 : index + 3]]
    if match is None or not any(SPOKEN_NAME.match(other.text) for other in beside):
        return None  # "The board meets each Monday" is no group; beside "Our Grief Group meets …" a name is one
    return Section(match.group(1), index, RANK_ITEM + 9, "spoken")


_CAPITAL = r"(?:[A-Z0-9][\w'’&/+-]*|of|for|and|in|the|with|&)"
SPOKEN_NAME = re.compile(
    rf"(?:(?:The|Our|My|Join (?:the|our)|We offer an?) )?({_CAPITAL}(?: (?:{_CAPITAL}|group)){{0,7}}?"
    r" (?:Group|group|Circle|Workshop|Group Therapy))"
    r"(?= (?:meets|is (?:an?|for|open|held)|runs|offers|will|provides|helps|focuses|welcomes|gives|explores|brings)\b)"
)


SPOKEN_MEETING = re.compile(
    rf"(?:(?:The|Our|My) )?([A-Z][\w'’&/+-]*(?: {_CAPITAL}){{1,7}}) meets (?=the |every |each |on |at |weekly|monthly)"
)


def _signature(block: TextBlock) -> Signature:
    """Return what the elements around a block look like: their tags and classes, three deep."""
    steps = []
    node: Element | None = block.element
    for _ in range(3):
        if node is None:
            break
        steps.append(f"{node.tag}.{'.'.join(sorted(node.words))}")
        node = node.parent
    linked = "a" if block.linked * 2 > len(block.text) else ""
    return (*steps, linked, "br" if block.after_break and block.element.tag == "p" else "")


def tab_names(tree: PageTree, found: list[Section]) -> list[Section]:
    """Return the panels without a name of their own that a tab or a link on the page opens, named by it."""
    targets = {element.id: element for element in tree.elements if element.id}
    if not targets:
        return []
    starts = {section.start if section.container is not None else section.index for section in found}
    tabs = []
    seen: set[int] = set()
    for position, block in enumerate(tree.blocks):
        target = targets.get(block.href[1:]) if block.href.startswith("#") else None
        if target is None or len(block.text) > MAX_NAME or target.start in starts:
            continue
        if target.end == target.start or tree.blocks[target.start].level or target.start == position + 1:
            continue  # the panel has a heading of its own, or stands right below its button
        if id(target) in seen:
            continue
        seen.add(id(target))
        words = sum(len(b.text.split()) for b in tree.blocks[target.start : target.end])
        if words >= 6 and not any(block is b for b in tree.blocks[target.start : target.end]):
            section = Section(block.text, target.start, RANK_BOLD - 1, "tab", container=target, outside=True)
            section.tree, section.top = tree, target.start
            tabs.append(section)
    return tabs if len(tabs) >= 2 else []
