"""From cues to spans: the words of a text say which cues can match and where, `re` says what they match.

The prefilter is an index of words and pairs of neighbouring words (`needs`): a text that lacks one of those that a cue
needs cannot hold it. Both run on the folded copy. A google-re2 `Set` over the same cues was measured first and is
slower by far: its automaton has a state for every mix of half-matched cues, more than a processor's cache can hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from audit.catalogue import expand
from audit.fold import fold
from audit.needs import CueReader, Item, Needs

_PIECE = 1500
"""Code points after which a long text is cut at the next line's end."""
_WORD = re.compile(r"(\w+)", re.ASCII)


class Hit(NamedTuple):
    """A cue's match: the index of its owner (criterion or modifier) and the span in the folded text."""

    owner: int
    start: int
    end: int


class _Words:
    """A text's words: what can be asked of it, and where its words begin."""

    def __init__(self, folded: str, beginnings: _Beginnings) -> None:
        self._parts = _WORD.split(folded)
        self._beginnings = beginnings
        words = self._parts[1::2]
        self.items: set[Item] = set(words)
        self.items.update(*map(beginnings.of, set(words)))
        self.items.update(pairwise(words))
        self._where: dict[str, list[int]] | None = None
        self._starts: dict[frozenset[str], list[int]] = {}

    def starts(self, first: frozenset[str]) -> list[int]:
        """Return in order where any of these words (or words with these beginnings) stands."""
        where = self._where
        if where is None:
            where = self._where = {}
            starts = list(accumulate(map(len, self._parts)))[::2]
            for word, start in zip(self._parts[1::2], starts, strict=False):
                where.setdefault(word, []).append(start)
                for beginning in self._beginnings.of(word):
                    where.setdefault(beginning, []).append(start)
        known = self._starts.get(first)
        if known is None:
            found = [where[word] for word in self.items & first if isinstance(word, str)]
            known = found[0] if len(found) == 1 else sorted({start for starts in found for start in starts})
            self._starts[first] = known
        return known


class _Beginnings:
    """The beginnings of words that cues ask for (`breath*`), and for each word met those that fit it."""

    def __init__(self, items: set[str]) -> None:
        self._all = items
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        """Return the beginnings that a word has."""
        known = self._known.get(word)
        if known is None:
            known = tuple(
                item for length in range(1, min(len(word), 40) + 1) if (item := word[:length] + "*") in self._all
            )
            if len(self._known) < _MOST_KNOWN:
                self._known[word] = known
        return known


_MOST_KNOWN = 200_000


class _Cue(NamedTuple):
    """A cue ready to be looked for: its owner, the cue, and the words it begins with (None: any)."""

    owner: int
    cue: str
    first: frozenset[str] | None


_ROUNDS = 5
"""Sets of items that are asked for, the most telling first; more would admit hardly fewer cues."""


class _Index:
    """Which cues can match a text, as arithmetic on long numbers: a cue has one bit in each of the rounds.

    Args:
        asked: for each cue the sets of which a text must hold one item each.
    """

    def __init__(self, asked: Sequence[Sequence[frozenset[Item]]]) -> None:
        self._size = len(asked)
        self._bits: dict[Item, list[int]] = {}
        self._masks: dict[Item, int] = {}
        nothing_asked = 0
        for cue, sets in enumerate(asked):
            for number in range(_ROUNDS):
                bit = number * self._size + cue
                if number < len(sets):
                    for item in sets[number]:
                        self._bits.setdefault(item, []).append(bit)
                else:
                    nothing_asked |= 1 << bit
        self._nothing_asked = nothing_asked
        self._items = frozenset(self._bits)
        self._all = (1 << self._size) - 1

    def admitted(self, items: set[Item]) -> list[int]:
        """Return the numbers of the cues that have an item in every round, in order."""
        met = self._nothing_asked
        for item in self._items & items:
            met |= self._masks.get(item) or self._mask(item)
        every = self._all
        for _ in range(_ROUNDS):
            every &= met
            met >>= self._size
        bits = bin(every)[:1:-1]
        out = []
        at = bits.find("1")
        while at >= 0:
            out.append(at)
            at = bits.find("1", at + 1)
        return out

    def _mask(self, item: Item) -> int:
        """An item's bits as one number, made when a text first holds it."""
        mask = self._masks[item] = sum(1 << bit for bit in set(self._bits[item]))
        return mask


class Matcher:
    """Finds the spans of many cues in a text.

    Args:
        owners: for each owner its cues; a hit names the owner by its index.
        words: the word sets of the catalogue.
        sample: sentences that show which words are common; they change the speed and nothing else.

    Raises:
        CatalogueError: a cue is not of the cue language.
    """

    def __init__(self, owners: Sequence[Sequence[str]], words: Mapping[str, str], sample: Iterable[str] = ()) -> None:
        reader = CueReader(words)
        read = [(owner, cue, reader.needs(cue)) for owner, cues in enumerate(owners) for cue in cues]
        self._cues = [_Cue(owner, cue, needs.first) for owner, cue, needs in read]
        self._words = words
        self._patterns: dict[int, re.Pattern[str]] = {}
        self._beginnings = _Beginnings({item for _, _, needs in read for item in _beginnings_of(needs)})
        rarity = _Rarity(sample, self._beginnings)
        self._index = _Index([rarity.ask(needs) for _, _, needs in read])

    def admitted(self, folded: str) -> list[int]:
        """Return the numbers of the cues that can match in a text: never fewer than those that do."""
        return self._index.admitted(_Words(folded, self._beginnings).items)

    def find(self, folded: str) -> list[Hit]:
        """Return the hits in order of their start; of one owner's overlapping hits the longest stays.

        A long text is read in pieces of whole lines, which no cue crosses: a piece admits few cues, a book would admit
        all of them, everywhere.
        """
        found: list[Hit] = []
        for offset, piece in _pieces(folded):
            words = _Words(piece, self._beginnings)
            for index in self._index.admitted(words.items):
                owner, _, first = self._cues[index]
                compiled = self._patterns.get(index) or self._pattern(index)
                if first is None:
                    matches: Iterator[re.Match[str]] = compiled.finditer(piece)
                else:
                    matches = _matches_at(compiled, piece, words.starts(first))
                for match in matches:
                    if match.group().strip():
                        begin, end = _trimmed(match)
                        found.append(Hit(owner, offset + begin, offset + end))
        return _longest(found)

    def find_one_by_one(self, folded: str) -> list[Hit]:
        """Return what `find` returns, without the prefilter: the yardstick of its tests and benchmark."""
        found = [
            Hit(cue.owner, *_trimmed(match))
            for index, cue in enumerate(self._cues)
            for match in self._pattern(index).finditer(folded)
            if match.group().strip()
        ]
        return _longest(found)

    def _pattern(self, index: int) -> re.Pattern[str]:
        """Compiled when first needed: a listing meets few of the cues, and compiling all of them takes seconds."""
        if index not in self._patterns:
            written_out = expand(self._cues[index].cue, self._words)
            self._patterns[index] = re.compile(written_out.replace("[^", "[^\\n"), re.ASCII)  # no cue crosses a line
        return self._patterns[index]


class _Rarity:
    """How rare an item is in a sample of sentences: the rarer, the fewer texts hold it by chance."""

    def __init__(self, sample: Iterable[str], beginnings: _Beginnings) -> None:
        self._two: dict[frozenset[Item], list[Item]] = {}
        self._counts = Counter(item for text in sample for item in _Words(fold(text), beginnings).items)

    def _of(self, item: Item) -> float:
        return self._counts[item] + (0.2 if isinstance(item, str) else 0.1)

    def _ranked(self, items: frozenset[Item]) -> list[Item]:
        """The two rarest of some items, of one item that alone."""
        known = self._two.get(items)
        if known is None:
            known = self._two[items] = sorted(items, key=lambda item: (self._of(item), str(item)))[:2]
        return known

    def ask(self, needs: Needs) -> list[frozenset[Item]]:
        """Return the sets of which a text must hold one item each, the most telling first."""
        asked: dict[frozenset[Item], float] = {}
        for group in needs.groups:
            ranked = [self._ranked(items) for items in group]
            for rank in (0, -1):
                chosen = frozenset([each[rank] for each in ranked])
                asked.setdefault(chosen, sum(map(self._of, chosen)))
        if needs.first:
            asked.setdefault(frozenset[Item](needs.first), sum(map(self._of, needs.first)))
        return sorted(asked, key=lambda items: asked[items])


def _beginnings_of(needs: Needs) -> Iterator[str]:
    for item in (*(needs.first or ()), *(item for group in needs.groups for items in group for item in items)):
        if isinstance(item, str) and item[-1] == "*":
            yield item


def _matches_at(pattern: re.Pattern[str], text: str, starts: Sequence[int]) -> Iterator[re.Match[str]]:
    """Yield what `finditer` would, given every place where a match can begin."""
    end = 0
    for start in starts:
        if start >= end and (match := pattern.match(text, start)):
            yield match
            end = match.end()


def _pieces(folded: str) -> Iterator[tuple[int, str]]:
    """Yield a text whole, or a long one in pieces of whole lines, each with the offset of its start."""
    start = 0
    while len(folded) - start > _PIECE:
        end = folded.find("\n", start + _PIECE) + 1
        if not end:
            break
        yield start, folded[start:end]
        start = end
    if start < len(folded):
        yield start, folded[start:] if start else folded


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    """The span without the space that an optional last word of a cue may have left: a quotation has no padding."""
    words = match.group()
    start = match.start() + len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _longest(found: list[Hit]) -> list[Hit]:
    found.sort(key=lambda hit: (hit.owner, hit.start, -hit.end))
    kept: list[Hit] = []
    for hit in found:
        last = kept[-1] if kept and kept[-1].owner == hit.owner else None
        if last is None or hit.start >= last.end:
            kept.append(hit)
        elif hit.end - hit.start > last.end - last.start:
            kept[-1] = hit
    kept.sort(key=lambda hit: (hit.start, hit.end, hit.owner))
    return kept
