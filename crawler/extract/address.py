"""What an address says of its page: its last words, and whether it is one of a folder of groups or of articles."""

from __future__ import annotations

import re

from crawler.extract.heading_words import GROUPS_CONTEXT

_ARTICLE_PATH = re.compile(
    r"/(?:blog|news|articles?|journal|posts?|stories|press|library|20\d\d/\d\d)(?:/|[.-]\w*/)[^/]", re.IGNORECASE
)
"""The folder of an address that holds posts: one level below it stands an article."""


def is_in_article_folder(address: str) -> bool:
    """Return whether an address is one level below a folder of posts."""
    return _ARTICLE_PATH.search(address) is not None


_GROUPS = re.compile(rf"{GROUPS_CONTEXT.pattern}|\bchapters\b", re.IGNORECASE)


def in_group_folder(address: str) -> bool:
    """Return whether an address is one of several below a folder of groups: "/support-groups/loss-of-a-child.html"."""
    parts = _parts(address)
    return any(_GROUPS.search(_as_words(part)) is not None for part in parts[:-1][-2:])


def _parts(address: str) -> list[str]:
    parts = [part for part in re.split(r"[/\\\\]", address.partition("?")[0].partition("#")[0]) if part]
    while parts and re.match(r"(?:index|default|home)\.\w+$", parts[-1]):
        parts.pop()
    return parts


def _as_words(part: str) -> str:
    return re.sub(r"[-_+]+|%20", " ", re.sub(r"\.\w{2,5}$", "", part))


def slug_of(address: str) -> str:
    """Return the last telling part of an address as words: "/services/group-therapy/index.html" → "group therapy"."""
    parts = _parts(address)
    return _as_words(parts[-1]) if parts else ""
