"""Where one statement ends and the next begins: sentences, list items and lines of a text.

`grounds` counts statements, not hits, and no scope reaches over a statement's end. Statements never cross a newline,
which is a block border.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|e\.g|i\.e|etc|vs|approx|no|ph\.d|psy\.d|m\.a|m\.s|b\.a|a\.m|p\.m|incl|min|hrs?|jr|sr)|\b[a-z])\.$"
)
_END = re.compile(r"[.!?\u2026]+[\"')\]]*[ ]+|\n+|[ ]+[*|][ ]+|;[ ]+")


def split(folded: str) -> list[tuple[int, int]]:
    """Return the spans of a folded text's statements, in order, without the white space around them.

    Letter case plays no part (a page in capitals has the same statements), so abbreviations are listed instead.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(folded):
        if folded[match.start()] == "." and _ABBREVIATION.search(folded, max(0, match.start() - 6), match.start() + 1):
            continue
        _append(spans, folded, start, match.end())
        start = match.end()
    _append(spans, folded, start, len(folded))
    return spans


def _append(spans: list[tuple[int, int]], folded: str, start: int, end: int) -> None:
    while start < end and folded[start] in " \n*|":
        start += 1
    while end > start and folded[end - 1] in " \n*|":
        end -= 1
    if start < end:
        spans.append((start, end))


def index_of(spans: Sequence[tuple[int, int]], position: int) -> int:
    """Return the number of the statement that a position stands in (or that begins nearest before it), from 0."""
    return max(0, bisect_right(spans, (position, float("inf"))) - 1)
