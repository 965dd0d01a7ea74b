"""A page that an adapter knows → offerings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from crawler.adapters import Listing, adapt
from crawler.extract.decode import decode
from crawler.extract.facts import read_facts
from crawler.extract.results import Page
from crawler.records import Block, Offering, Role


def adapted_offerings(
    page: Page, site_key: str, run_id: str, title: str, adapters: Sequence[str]
) -> tuple[Offering, ...] | None:
    """Return the page's offerings as the first matching adapter reads them, or None where none matches.

    Raises:
        KeyError: there is no adapter of that name.
    """
    listings = adapt(decode(page.body, page.charset), adapters)
    if listings is None:
        return None
    return tuple(_offering(page, site_key, run_id, title, row, order) for order, row in enumerate(listings))


def _offering(page: Page, site_key: str, run_id: str, title: str, row: Listing, order: int) -> Offering:
    identity = f"{run_id}\n{site_key}\n{page.capture_id or page.source}\nadapter\n{row.name}\n{order}"
    offering = Offering(
        run_id=run_id,
        offering_id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:24],
        site_key=site_key,
        capture_id=page.capture_id,
        url=page.url,
        title=title,
        name=row.name,
        headings=row.headings,
        blocks=tuple(Block(Role.PARAGRAPH, line) for line in row.lines),
        scope="group",
        provider=row.provider,
        category=row.category,
    )
    return read_facts(offering)
