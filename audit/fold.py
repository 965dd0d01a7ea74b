"""A copy of a text that cues can be matched on: same length, one code point for one.

Spaces of every kind become a space, curly quotes and dashes their ASCII forms, accents go, letters are lower case.
Because the copy is as long as the text, a span found in it is a span of the text; a newline stays a newline, since
nothing may match across a block border.
"""

from __future__ import annotations

import unicodedata

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad"
_MARKS = "\u00ae\u2122\u00a9\u2120"  # a trade mark sign stands between two words of one name
_BULLETS = "\u2022\u25cf\u25e6\u2023\u2043\u00b7\u25aa\u25cb\u2713\u2714\u27a2"


def _fold_character(char: str) -> str:
    if char in "\n\r":
        return "\n"
    if char in _SINGLE_QUOTES:
        return "'"
    if char in _DOUBLE_QUOTES:
        return '"'
    if char in _DASHES:
        return "-"
    if char in _BULLETS:
        return "*"
    if char in _MARKS or char.isspace() or unicodedata.category(char) in ("Zs", "Cc"):
        return " "
    base = unicodedata.normalize("NFKD", char)[0]
    lowered = base.lower()
    return lowered if len(lowered) == 1 else char


class _Table(dict[int, str]):
    """A translation table that fills itself: a text uses few of the million code points."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """Return the folded copy of a text; `len(fold(text)) == len(text)` for every text."""
    return text.translate(_TABLE)
