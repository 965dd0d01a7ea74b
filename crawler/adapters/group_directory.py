"""A directory's page of other people's groups: each card names its provider and stands under the directory's filing.

Directories of this sort mark a card with schema.org's `PsychologicalTreatment` or `Event` and its provider with
`itemprop="provider"` or `"organizer"`; the filing is the page's own heading and becomes the claim `listed`.
"""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from crawler.adapters.listing import Listing, lines_of, text_of

NAME = "group-directory"

_CARD = '[itemscope][itemtype$="PsychologicalTreatment"], [itemscope][itemtype$="/Event"]'
_PROVIDER = '[itemprop="provider"], [itemprop="organizer"]'


def matches(soup: BeautifulSoup) -> bool:
    """Whether the page lists groups of at least two different providers."""
    return len({text_of(card.select_one(_PROVIDER)) for card in soup.select(_CARD)} - {""}) >= 2


def listings(soup: BeautifulSoup) -> list[Listing]:
    """Return every card with the provider that it names; `unknown` where it names none."""
    category = text_of(soup.select_one("h1"))
    return [_listing(card, category) for card in soup.select(_CARD) if text_of(card.select_one('[itemprop="name"]'))]


def _listing(card: Tag, category: str) -> Listing:
    # The provider's own name is marked inside the provider's element; the group's name is the first outside of it.
    provider = card.select_one(_PROVIDER)
    names = [tag for tag in card.select('[itemprop="name"]') if provider is None or provider not in tag.parents]
    lines = lines_of(
        card.select('[itemprop="description"], [itemprop="startDate"], [itemprop="location"], .schedule, .fee')
    )
    owner = text_of(provider.select_one('[itemprop="name"]') or provider) if provider is not None else "unknown"
    return Listing(text_of(names[0]) if names else "", lines, (category,) if category else (), owner, category)
