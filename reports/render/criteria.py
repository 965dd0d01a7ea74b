"""What each criterion means, from the audit's catalogue."""

from __future__ import annotations

from audit.catalogue import Dispute, load


def statements() -> dict[str, str]:
    """Return criterion id → its statement."""
    return {criterion.id: criterion.statement for criterion in load().criteria}


def disputes() -> dict[str, tuple[Dispute, ...]]:
    """Return criterion id → who disputes it, and our answer; criteria that nobody disputes are not in it."""
    return {criterion.id: criterion.disputed for criterion in load().criteria if criterion.disputed}
