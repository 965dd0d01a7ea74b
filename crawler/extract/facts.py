"""What an offering states beside its description, each with the span that says so."""

from __future__ import annotations

from crawler.records import Offering


def read_facts(offering: Offering) -> Offering:
    """Return the offering with its facts."""
    return offering
