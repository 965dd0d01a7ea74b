"""What is refused before the parser sees it: size, number of tags and depth, counted by one linear scan of the bytes.

lexbor builds a tree in one C call that no limit of ours can stop: half a minute for 100,000 nested divs, 800 MB of
memory for five million tags. A page is therefore measured first, and refused by name.
"""

from __future__ import annotations

import re

MAX_BYTES = 8_000_000
"""Largest page that is parsed, in bytes after decoding the transfer."""

MAX_TAGS = 500_000
"""Most start tags of a page that is parsed: five million need 800 MB."""

MAX_DEPTH = 3_000
"""Deepest nesting that is parsed. Real pages stay below 100; the parser's time grows with the square of the depth."""

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")

_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())

# Start tags that close an open one of their kind by themselves: they never nest without a container between them.
_SELF_CLOSING = frozenset(b"p li dt dd option tr td th thead tbody tfoot".split())


class TooLarge(Exception):  # noqa: N818 - named after the outcome it becomes
    """A page is above one of the limits. Raised by `check_limits`, before any parsing."""


def check_limits(body: bytes) -> None:
    """Refuse a page that would stall the parser.

    Args:
        body: the page's bytes in an ASCII-compatible encoding.

    Raises:
        TooLarge: more than MAX_BYTES bytes, MAX_TAGS start tags or MAX_DEPTH open elements.
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"{len(body):,} bytes, the limit is {MAX_BYTES:,}")
    if body.count(b"<") <= MAX_DEPTH:
        return
    starts = depth = deepest = 0
    for closing, name in _TAG.findall(body):
        name = name.lower()
        if closing:
            depth -= name not in _SELF_CLOSING and depth > 0
            continue
        starts += 1
        if name not in _VOID and name not in _SELF_CLOSING:
            depth += 1
            deepest = max(deepest, depth)
    if starts > MAX_TAGS:
        raise TooLarge(f"{starts:,} tags, the limit is {MAX_TAGS:,}")
    if deepest > MAX_DEPTH:
        raise TooLarge(f"elements nested {deepest:,} deep, the limit is {MAX_DEPTH:,}")
