"""Blocks → nested sections: what each name on a page has below it.

A name is a heading, a summary or accordion button, a term, a bold line, the bold lead of a paragraph, a list item or a
table row. Its section reaches to the next name of its rank or above, and never out of the container that holds it
alone: the tail of a page is not swallowed by the last card.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from crawler.extract.address import in_group_folder
from crawler.extract.name_words import GENERIC
from crawler.extract.text_words import TRAILING
from crawler.extract.tree import Element, PageTree, TextBlock
from crawler.extract.words import CONTACT, is_badge, plain
from crawler.records import Role

RANK_SUMMARY, RANK_TERM, RANK_BOLD, RANK_LEAD, RANK_ITEM = 7, 8, 9, 10, 11
MAX_NAME = 160
"""Longest text, in characters, that is taken for a name."""

MAX_SAID = 20_000
"""How much of a section, in characters, the rules of language read: a group says what it is long before."""

MAX_LINKED = 8
"""Most blocks of a card that is one link."""

LABEL_END = re.compile(r"[\s:–—.|-]+$")
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
    lead_in: str = ""
    outside: bool = False
    flat: bool = False
    article: bool = False
    listed: bool = False
    top: int = 0
    cache: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def blocks(self) -> list[tuple[TextBlock, str]]:
        """Return the section's blocks below the name, each with the text that is left of it."""
        if "blocks" not in self.cache:
            self.cache["blocks"] = self._read_blocks()
        return cast("list[tuple[TextBlock, str]]", self.cache["blocks"])

    def _read_blocks(self) -> list[tuple[TextBlock, str]]:
        if self.tree is None:
            return []
        rest = []
        for position in range(self.start, self.end):
            block = self.tree.blocks[position]
            if block.furniture:
                continue
            text = block.text
            if position == self.index and not self.outside:
                text = text[self.lead :].lstrip(" :–—-|.") if self.lead else ""
            if text:
                rest.append((block, text))
        while rest and _is_link(rest[-1][0]) and not self._is_in_link(rest[-1][0]):
            rest.pop()  # "Learn more" ends many a card and is no part of the description
        return rest

    def _is_in_link(self, block: TextBlock) -> bool:
        """Whether a line stands in the same link as the name: the whole card is one link, and the line describes it."""
        if block.role == Role.BUTTON or TRAILING.match(plain(block.text)) or not self.is_linked():
            return False
        node: Element | None = block.element
        while node is not None and node.end - node.start <= MAX_LINKED:
            if node.tag == "a":
                return node.start <= self.index < node.end
            node = node.parent
        return False

    def last(self) -> int:
        """Return where the section ends without the frame of the site below it."""
        if self.tree is None:
            return self.end
        end = self.end
        while end > self.index + 1 and self.tree.blocks[end - 1].furniture:
            end -= 1
        return end

    def ends_in_button(self) -> bool:
        """Whether the section holds a button or a line that is all link."""
        if self.tree is None:
            return False
        return any(_is_link(block) for block in self.tree.blocks[self.start : self.end] if not block.furniture)

    def is_linked(self) -> bool:
        """Whether the name is a link."""
        if self.tree is None or self.index < 0:
            return False
        block = self.tree.blocks[self.index]
        return block.linked * 2 > len(block.text)

    def leads_to_groups(self) -> bool:
        """Whether the name is a link to a page in a folder of groups ("/groups/steady-ground")."""
        return self.tree is not None and self.is_linked() and in_group_folder(self.tree.blocks[self.index].href)

    def text(self) -> str:
        """Return the words below the name, one block a line."""
        if "text" not in self.cache:
            self.cache["text"] = "\n".join(text for _, text in self.blocks())
        return cast(str, self.cache["text"])

    def said(self) -> str:
        """Return the first words below the name as `plain` text: all that rules of language look at."""
        if "said" not in self.cache:
            self.cache["said"] = plain(self.text()[:MAX_SAID])
        return cast(str, self.cache["said"])

    def word_count(self) -> int:
        """Return how many words stand below the name."""
        if "words" not in self.cache:
            self.cache["words"] = sum(len(text.split()) for _, text in self.blocks())
        return cast(int, self.cache["words"])

    def beside(self, key: str, counted: Callable[[Section], bool]) -> int:
        """Return how many sections of this one's rank and kind beside it are counted; one pass for all of a parent's.

        Args:
            key: names what is counted.
            counted: whether a section counts.
        """
        if self.parent is None:
            return 0
        counts = self.parent.cache.get(key)
        if counts is None:
            counts = self.parent.cache[key] = Counter((c.rank, c.kind) for c in self.parent.children if counted(c))
        return cast(int, counts[self.rank, self.kind]) - counted(self)

    def own_text(self) -> str:
        """Return the words below the name and before its first subsection."""
        first = min((child.start for child in self.children), default=self.end)
        if self.tree is None:
            return ""
        texts = [b.text for b in self.tree.blocks[self.index + 1 : first] if not b.furniture]
        if self.lead:
            texts.insert(0, self.tree.blocks[self.index].text[self.lead :])
        return "\n".join(texts)


def _is_link(block: TextBlock) -> bool:
    return (
        block.role == Role.BUTTON
        or TRAILING.match(plain(block.text)) is not None
        or (block.linked >= len(block.text) - 2 and len(block.text) < 40 and not block.level)
    )


_EDGES = re.compile(r"^[^\w$£€(]+|[\s:.|-]+$")


@lru_cache(maxsize=8192)
def is_label(text: str) -> bool:
    """Whether a text is a part of any page, a date, a price or an address: a label of what follows, no name."""
    name = _EDGES.sub("", plain(text))
    return not name or GENERIC.match(name) is not None or is_badge(name) or CONTACT.search(name) is not None


def name_end(text: str) -> re.Match[str] | None:
    """Return the colon or dash that ends the name a text begins with, or None: the last that leaves a short name."""
    best = None
    for split in _SPLIT.finditer(text[:MAX_NAME]):
        name = text[: split.start()]
        if (
            len(name) < 3
            or name.count("(") != name.count(")")
            or len(name.split()) > 9
            or is_label(name)
            or "." in name[:-2]
        ):
            break
        if best is not None and (
            is_badge(plain(text[best.end() : split.start()])) or not text[split.end() :][:1].isupper()
        ):
            break
        best = split
    return best
