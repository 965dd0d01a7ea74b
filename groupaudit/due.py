"""Which sites are due: each by its own last visit, wherever the run that made it stands in the data folder.

A site that was seen as far as it can be is due again after the period. One whose visit failed in a way that another
try may change is due sooner: after a seventh of the period (at least an hour), after twice that when it failed again,
and so on up to the whole period, so that a server that is gone is not asked every hour for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.records import Site, SiteVisit
from crawler.segments import SegmentError, read_segment, segment_name
from groupaudit import runs

SOONER = 7
"""A failed site is due after this part of the period."""
LEAST = timedelta(hours=1)
MOST_READ = 12
"""Rows read of a site: the last one, copies of it in later runs, and the failures before it that still matter."""


@dataclass(frozen=True)
class Due:
    """When a site is due. `last` is its newest visit, or None where it has none; then it is due at once."""

    site: Site
    at: datetime | None
    last: SiteVisit | None
    failures: int = 0

    def now(self, moment: datetime) -> bool:
        """Return whether the site is due at a moment."""
        return self.at is None or self.at <= moment


def due_times(data: Path, sites: Sequence[Site], every: timedelta) -> list[Due]:
    """Return when each site of a list is due, in the list's order.

    Args:
        data: the data folder; nothing is written.
        sites: the list.
        every: the period after a visit that saw what there is to see.
    """
    history = visits_of(data, sites)
    return [_due(site, history[site.site_key], every) for site in sites]


def visits_of(data: Path, sites: Iterable[Site], *, before: str = "~") -> dict[str, list[SiteVisit]]:
    """Return the newest visits of each site, newest first. A damaged segment counts as no visit; `verify` names it.

    Args:
        data: the data folder.
        sites: the sites.
        before: only of runs older than this one.
    """
    names = {segment_name(site.site_key): site.site_key for site in sites}
    found: dict[str, list[SiteVisit]] = defaultdict(list)
    for file in _newest_first(data, before):
        key = names.get(file.name, "")
        if key and len(found[key]) < MOST_READ:
            try:
                found[key] += read_segment(file, SiteVisit)
            except SegmentError:
                continue
    return defaultdict(list, {key: _once(visits) for key, visits in found.items()})


def _newest_first(data: Path, before: str) -> Iterator[Path]:
    for folder in sorted((data / "segments/site_visits").glob("run=*"), reverse=True):
        if folder.name.removeprefix("run=") < before and not _is_recheck(data, folder.name.removeprefix("run=")):
            yield from folder.glob("*.parquet")


def _is_recheck(data: Path, run_id: str) -> bool:
    """Return whether a run read single pages again: that is no visit of their sites."""
    try:
        return runs.run_file(data, run_id).exists() and runs.read_run(data, run_id).config.get("scope") == "recheck"
    except SegmentError:
        return False


def _once(visits: Sequence[SiteVisit]) -> list[SiteVisit]:
    """Return the visits newest first; one that was carried into later runs stands there once."""
    by_time = {visit.started_at: visit for visit in reversed(visits)}
    return [by_time[time] for time in sorted(by_time, reverse=True)]


def is_to_be_retried(visit: SiteVisit) -> bool:
    """Return whether a visit ended in a way that another try may change."""
    return visit.next_action.startswith("retry")


def _due(site: Site, visits: Sequence[SiteVisit], every: timedelta) -> Due:
    if not visits:
        return Due(site, None, None)
    failures = 0
    for visit in visits:
        if not is_to_be_retried(visit):
            break
        failures += 1
    wait = every
    if failures:
        wait = min(every, max(LEAST, every / SOONER) * 2 ** min(failures - 1, 10))
    return Due(site, visits[0].ended_at + wait, visits[0], failures)
