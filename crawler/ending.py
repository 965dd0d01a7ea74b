"""How a visit that ran to its end ended: the site's outcome, the reason, and what to do about it."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path

from crawler.outcomes import TRANSIENT
from crawler.records import Capture, SiteOutcome, Visit, VisitOutcome


def ending_of(visits: Sequence[Visit], captures: Sequence[Capture], beyond: int) -> tuple[SiteOutcome, str, str]:
    """Return outcome, reason and next action.

    Args:
        visits: the rows of what was asked for; of several for an address the last counts.
        captures: the pages that were kept.
        beyond: addresses that had no room in the queue.
    """
    last = {visit.url: visit.outcome for visit in visits}
    asked = [outcome for url, outcome in last.items() if not url.endswith(("/robots.txt", ".xml"))]
    failed = sum(outcome in TRANSIENT or outcome == VisitOutcome.BLOCKED for outcome in asked)
    if failed:
        return SiteOutcome.PARTIAL, f"{failed} of {len(asked)} pages failed", "retry"
    missing = sum(outcome == VisitOutcome.NOT_ARCHIVED for outcome in asked)
    if missing:
        return SiteOutcome.PARTIAL, f"archive: {missing} of {len(asked)} pages are not in it", ""
    if captures and all(last.get(capture.url) == VisitOutcome.NEEDS_JS for capture in captures):
        return SiteOutcome.PARTIAL, "needs_js: the pages are written by scripts", "render it in a browser"
    if beyond:
        return SiteOutcome.PARTIAL, f"{beyond} addresses beyond the queue's bound", ""
    return SiteOutcome.COMPLETE, "", ""


def in_words(error: Exception) -> str:
    """Return an exception with the place in our code where it came from."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said} ({Path(where.filename).name}:{where.lineno})"
