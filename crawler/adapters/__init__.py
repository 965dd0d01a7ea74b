"""Adapters: what a person teaches the extractor about one platform's or directory's markup, in BeautifulSoup.

An adapter is a module with a `NAME`, a `matches(soup)` that recognises the platform by its own marks, and a
`listings(soup)` that returns its `Listing`s. It is used only where it is asked for by name, and where it matches, its
listings take the place of what the general extractor finds on that page. To write one: copy the shorter of the two
here, add it to `ADAPTERS`, and add a page and its JSON to `tests/pages/adapters`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bs4 import BeautifulSoup

from crawler.adapters import event_calendar, group_directory
from crawler.adapters.listing import Adapter, Listing

ADAPTERS: dict[str, Adapter] = {
    event_calendar.NAME: Adapter(event_calendar.matches, event_calendar.listings),
    group_directory.NAME: Adapter(group_directory.matches, group_directory.listings),
}


def known_adapters(names: Sequence[str]) -> None:
    """Check the names of adapters.

    Raises:
        KeyError: there is no adapter of one of the names.
    """
    unknown = [name for name in names if name not in ADAPTERS]
    if unknown:
        raise KeyError(f"no adapter {unknown[0]!r}: {', '.join(sorted(ADAPTERS))}")


def adapt(html: str, names: Sequence[str]) -> list[Listing] | None:
    """Return the listings of the first adapter among `names` that knows the page, or None.

    Raises:
        KeyError: there is no adapter of that name.
    """
    known_adapters(names)
    if not names:
        return None
    soup = BeautifulSoup(html, "lxml")
    for name in names:
        if ADAPTERS[name].matches(soup):
            return ADAPTERS[name].listings(soup)
    return None


__all__ = ["ADAPTERS", "Adapter", "Listing", "adapt", "known_adapters"]
