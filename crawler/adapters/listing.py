"""What an adapter returns, and how it reads text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from crawler.extract.decode import squeeze


@dataclass(frozen=True, slots=True)
class Listing:
    """One group as an adapter reads it; `provider` and `category` only where the platform lists others' groups."""

    name: str
    lines: tuple[str, ...]
    headings: tuple[str, ...] = ()
    provider: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Adapter:
    """The two functions of an adapter."""

    matches: Callable[[BeautifulSoup], bool]
    listings: Callable[[BeautifulSoup], list[Listing]]


def text_of(tag: Tag | None) -> str:
    """Return an element's visible words, or nothing where there is none."""
    return squeeze(tag.get_text(" ")) if tag is not None else ""


def lines_of(tags: list[Tag]) -> tuple[str, ...]:
    """Return the words of several elements, one line each, without empty ones."""
    return tuple(line for line in (text_of(tag) for tag in tags) if line)
