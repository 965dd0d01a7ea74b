"""What each criterion means, from the audit's catalogue."""

from __future__ import annotations

from audit.catalogue import load


def statements() -> dict[str, str]:
    """Return criterion id → its statement."""
    return {criterion.id: criterion.statement for criterion in load().criteria}
