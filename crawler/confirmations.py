"""Sites confirmed by hand: `DATA/confirmations.jsonl`, append-only: who said when, and why, that it is the business.

What the crawl reads of a site's identity is never lost: a row that was confirmed by hand keeps it in its own words, so
that a confirmation can be taken back. The last line about a site holds, for every later visit too.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from crawler.records import Identity, SiteVisit
from crawler.segments import SegmentError

FILE_NAME = "confirmations.jsonl"
_READ = re.compile(r" \[read: (?P<identity>\w+): (?P<because>.*)\]\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One line: `confirmed` is False where an earlier one is taken back; `at` is UTC, ISO 8601."""

    at: str
    site_key: str
    confirmed: bool
    who: str
    why: str


def read_confirmations(data: Path) -> dict[str, Confirmation]:
    """Return what holds of each site that a person spoke about.

    Raises:
        SegmentError: a line is none of ours; named with its number.
    """
    path = data / FILE_NAME
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = Confirmation(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise SegmentError(f"{path}, line {number}: no confirmation ({error}); mend that line") from error
        found[entry.site_key] = entry
    return found


def append_confirmation(data: Path, entry: Confirmation) -> None:
    """Write one line, whole: a crash leaves it there or not."""
    append_line(data / FILE_NAME, asdict(entry))


def append_line(path: Path, entry: dict[str, object]) -> None:
    """Append one JSON object to a file and have it on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, (json.dumps(entry, ensure_ascii=False) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def as_confirmed(visit: SiteVisit, entry: Confirmation | None) -> SiteVisit:
    """Return a site's row with what a person said about its identity.

    A parked domain stays parked: what is for sale now is not what somebody looked at then. What the crawl itself
    confirmed needs no hand.
    """
    visit = as_read(visit)
    if entry is None or not entry.confirmed or visit.identity in (Identity.CONFIRMED, Identity.PARKED):
        return visit
    said = f"confirmed by hand by {entry.who} on {entry.at[:10]}: {entry.why}"
    because = f"{said} [read: {visit.identity}: {visit.identity_because}]"
    return replace(visit, identity=str(Identity.CONFIRMED), identity_because=because)


def as_read(visit: SiteVisit) -> SiteVisit:
    """Return a site's row with the identity that the crawl read."""
    found = _READ.search(visit.identity_because)
    if found is None:
        return visit
    return replace(visit, identity=found["identity"], identity_because=found["because"])
