"""What a page says outside its offerings and its frame, section by section: the audit reads it before it flags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.company import Found
from crawler.extract.names import is_unspecific
from crawler.extract.sections import Section
from crawler.extract.tree import PageTree
from crawler.extract.words import any_of, plain
from crawler.records import Group, Passage, Role

MAX_PASSAGE = 4_000
"""Longest passage in characters; a longer section goes on in a second one, at a block's border."""

_WORDS = re.compile(r"[a-z0-9]+")
_AT_LARGE = any_of(r"groups", r"workshops", r"circles", r"classes")
_ABOUT_GROUPS = any_of(r"groups?", r"workshops?", r"circles?", r"class(?:es)?")


def read_passages(
    tree: PageTree,
    root: Section,
    found: Sequence[Found],
    capture_id: str,
    url: str,
    site_key: str,
    run_id: str,
) -> tuple[Passage, ...]:
    """Return every visible section outside offerings and frames, its headings outermost first."""
    taken = bytearray(len(tree.blocks))
    for item in found:
        for position in range(item.section.start, item.section.end):
            taken[position] = 1
    owner: list[Section] = [root] * len(tree.blocks)
    _own(root, owner)
    passages: list[Passage] = []
    texts: list[str] = []
    current: Section | None = None

    def close() -> None:
        if current is not None and texts:
            headings = (*current.headings, current.name) if current is not root else ()
            text = "\n".join(texts)
            about = _ABOUT_GROUPS.search(plain(text)) is not None or any(
                _ABOUT_GROUPS.search(plain(h)) for h in headings
            )
            passages.append(Passage(run_id, site_key, capture_id, url, headings, text, about))
        texts.clear()

    size = 0
    for position, block in enumerate(tree.blocks):
        if taken[position] or block.furniture:
            continue
        section = owner[position]
        if section is not current or size + len(block.text) > MAX_PASSAGE:
            close()
            current, size = section, 0
        if position == section.index and not section.lead:
            continue  # the heading itself: it stands in `headings`
        if block.role == Role.BUTTON:
            continue
        texts.append(block.text[:MAX_PASSAGE])
        size += len(block.text)
    close()
    return tuple(passages)


def tied(passages: Sequence[Passage], groups: Sequence[Group]) -> tuple[Passage, ...]:
    """Return the passages, each with the key of the one group that it names, where it names one alone.

    A heading that names a group decides; else the text must name one and speak of no groups at large: what is said to
    everybody is about every group.
    """
    names = [(words_of(g.name), g.group_key) for g in groups if g.scope == "group" and not is_unspecific(plain(g.name))]
    names = [(name, key) for name, key in names if len(name.split()) >= 2]
    if not names:
        return tuple(passages)
    return tuple(replace(passage, about=_named(passage, names)) for passage in passages)


def words_of(text: str) -> str:
    """Return the words of a text between single spaces, to find a name in it whole."""
    return " ".join(_WORDS.findall(plain(text)))


def _named(passage: Passage, names: Sequence[tuple[str, str]]) -> str:
    headings = [words_of(heading) for heading in reversed(passage.headings)]
    for place in (*headings, *(() if _AT_LARGE.search(plain(passage.text)) else (words_of(passage.text),))):
        held = [(name, key) for name, key in names if f" {name} " in f" {place} "]
        # "Young Widows Group" also holds "Widows Group": the longer is meant.
        keys = {key for name, key in held if not any(name != other and name in other for other, _ in held)}
        if len(keys) == 1:
            return keys.pop()
        if keys:
            return ""
    return ""


def _own(node: Section, owner: list[Section]) -> None:
    """Give each block the section that it stands under: headings own; items and rows belong to the section around."""
    stack = [node]
    while stack:
        section = stack.pop()
        for child in section.children:
            if child.kind in ("heading", "summary", "bold", "term"):
                owner[child.start : child.end] = [child] * (child.end - child.start)
            stack.append(child)
