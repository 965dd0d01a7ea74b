"""From cues to spans: one pass of a prefilter says which cues can match, `re` says where.

The prefilter is a google-re2 `Set` over the parts of every cue between its gaps: without gaps the automaton stays
small, and a text that lacks one part of a cue cannot match the whole of it. Both run on the folded copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import re2

from audit.catalogue import CatalogueError, expand

_TOP_LEVEL_GAP = re.compile(r"~+")
_MEMORY = 256 << 20
_PIECE = 1500
"""Code points after which a long text is cut at the next line's end."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue's match: the index of its owner (criterion or modifier) and the span in the folded text."""

    owner: int
    start: int
    end: int


class Matcher:
    """Finds the spans of many cues in a text.

    Args:
        owners: for each owner its cues; a hit names the owner by its index.
        words: the word sets of the catalogue.
    """

    def __init__(self, owners: Sequence[Sequence[str]], words: dict[str, str]) -> None:
        self._owner_of: list[int] = []
        self._patterns: list[str] = []
        self._needs: list[int] = []
        self._cues_of_part: list[list[int]] = []
        parts: dict[str, int] = {}
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        for owner, cues in enumerate(owners):
            for cue in cues:
                index = len(self._patterns)
                self._owner_of.append(owner)
                self._patterns.append(expand(cue, words))
                needed = {expand(part, words) for part in split_at_gaps(cue)}
                self._needs.append(len(needed))
                for part in needed:
                    if part not in parts:
                        parts[part] = len(parts)
                        self._add(part, cue)
                        self._cues_of_part.append([])
                    self._cues_of_part[parts[part]].append(index)
        self._set.Compile()

    def _add(self, part: str, cue: str) -> None:
        try:
            self._set.Add(part)
        except re2.error as error:
            raise CatalogueError(f"the cue {cue[:120]!r} does not compile: {error}") from error

    def admitted(self, folded: str) -> list[int]:
        """Return the numbers of the cues whose every part occurs in the text: never fewer than those that match."""
        counts: dict[int, int] = {}
        for part in self._set.Match(folded) or ():
            for cue in self._cues_of_part[part]:
                counts[cue] = counts.get(cue, 0) + 1
        return sorted(cue for cue, count in counts.items() if count == self._needs[cue])

    def find(self, folded: str) -> list[Hit]:
        """Return the hits in order of their start; of one owner's overlapping hits the longest stays.

        A long text is read in pieces of whole lines, which no cue crosses: a piece admits few cues, a book would admit
        all of them, everywhere.
        """
        found: list[Hit] = []
        for start, piece in _pieces(folded):
            for cue in self.admitted(piece):
                owner = self._owner_of[cue]
                for match in _compiled(self._patterns[cue]).finditer(piece):
                    if match.group().strip():
                        begin, end = _trimmed(match)
                        found.append(Hit(owner, start + begin, start + end))
        return _longest(found)

    def find_one_by_one(self, folded: str) -> list[Hit]:
        """Return what `find` returns, without the prefilter: the yardstick of its tests and benchmark."""
        found = [
            Hit(owner, *_trimmed(match))
            for owner, pattern in zip(self._owner_of, self._patterns, strict=True)
            for match in _compiled(pattern).finditer(folded)
            if match.group().strip()
        ]
        return _longest(found)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled at its first hit: a listing meets few of the cues, and compiling all of them takes a second."""
    return re.compile(pattern, re.ASCII)


def split_at_gaps(cue: str) -> list[str]:
    """Return the parts of a cue between the gaps that stand outside every group: each must occur for it to match."""
    depth, start, parts = 0, 0, []
    index = 0
    while index < len(cue):
        char = cue[index]
        if char == "\\":
            index += 2
            continue
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "~" and depth == 0:
            gap = _TOP_LEVEL_GAP.match(cue, index)
            assert gap is not None  # noqa: S101 - the character at index is a tilde
            parts.append(cue[start:index])
            index = start = gap.end()
            continue
        index += 1
    parts.append(cue[start:])
    return [part.strip(" ") for part in parts if part.strip(" ")]


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
