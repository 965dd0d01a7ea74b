"""Words of strangers on a terminal: no control character, no escape sequence, no invisible or reordering mark."""

from __future__ import annotations

import unicodedata

_TO_SPACE = {"Zl", "Zp", "Zs"}
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Return the text on one line, with white space as spaces and without control and format characters.

    A page's words may hold escape sequences that recolour or retitle a terminal, or marks that reorder what is read.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char in "\t\n\r\v\f":
        return " "
    category = unicodedata.category(char)
    if category in _TO_SPACE:
        return " "
    return "" if category in _DROPPED else char
