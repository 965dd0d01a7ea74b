"""The list view of a common WordPress event-calendar plugin (classes that begin with `tribe-events`)."""

from __future__ import annotations

from bs4 import BeautifulSoup

from crawler.adapters.listing import Listing, lines_of, text_of
from crawler.extract.names import name_class

NAME = "event-calendar"

_PARTS = ("datetime", "venue", "description", "cost")


def matches(soup: BeautifulSoup) -> bool:
    """Whether the page shows the plugin's list of events."""
    return soup.select_one('[class*="tribe-events"] [class*="tribe-events-calendar-list__event-title"]') is not None


def listings(soup: BeautifulSoup) -> list[Listing]:
    """Return the events that are named as groups, workshops or classes; other events are left out."""
    heading = text_of(soup.select_one("h1"))
    found = []
    for event in soup.select('article[class*="tribe-events-calendar-list__event"]'):
        name = text_of(event.select_one('[class*="__event-title"]'))
        if name_class(name) not in ("group", "session", "activity"):
            continue
        parts = event.select(", ".join(f'[class*="__event-{part}"]' for part in _PARTS))
        whole = [part for part in parts if not any(other in part.parents for other in parts)]
        found.append(Listing(name, lines_of(whole), (heading,) if heading else ()))
    return found
