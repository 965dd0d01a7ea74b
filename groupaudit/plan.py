"""`--dry-run`: what a crawl would ask of whom. Reads the list and the data folder; asks nobody, writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.command import check_may_start, read_opt_out, sites_of_shard
from crawler.options import CrawlOptions
from crawler.records import Site, SiteVisit
from crawler.sites import is_opted_out
from groupaudit import runs
from groupaudit.due import due_times, visits_of
from groupaudit.errors import UsageError
from groupaudit.progress import count
from groupaudit.terminal import clean

if TYPE_CHECKING:
    from groupaudit.pipeline import RunOptions

USUAL_REQUESTS = 20
"""Requests of a site that was never visited: the figure that docs/operations.md reckons with."""
ANSWER_SECONDS = 0.5
"""What an answer itself takes; the pause counts from its end."""
_NAMED = 6


@dataclass(frozen=True)
class Owner:
    """What one politeness key would be asked: its sites, the requests of their last visits or the usual number."""

    key: str
    sites: tuple[Site, ...]
    requests: int


def plan_lines(options: RunOptions, every: timedelta | None = None) -> Iterator[str]:
    """Yield what the same command without `--dry-run` would ask of whom.

    Args:
        options: the run's options.
        every: with `--due`, the period; sites that are not due are left out.

    Raises:
        UsageError: the list is missing, or its options are wrong.
        CrawlRefusedError: the crawl could not start (no contact, too short a gap); said after the plan.
    """
    from groupaudit.pipeline import chosen_sites, crawl_options

    if options.sites is None:
        raise UsageError("--dry-run needs a site list: without one the sample web on this machine is crawled")
    said: list[str] = []
    with chosen_sites(options, said.append) as chosen:
        crawl = crawl_options(options, chosen, run_id="")
        yield from said
        listed = sites_of_shard(chosen.sites, options.shard)
        unfinished = None if options.new else runs.unfinished_run(options.data, chosen.sites)
        there = runs.committed_sites(options.data, unfinished.run_id, "site_visits") if unfinished else set()
        left = [site for site in listed if not runs.is_committed(site, there)]
        opted_out = (*crawl.opt_out, *read_opt_out(options.data))
        out = [site for site in left if is_opted_out(site, opted_out)]
        asked = [site for site in left if not is_opted_out(site, opted_out)]
        later = _not_due(options.data, asked, every)
        asked = [site for site in asked if site.site_key not in later]
        owners = owners_of(asked, visits_of(options.data, asked))
        run = f"going on with run {unfinished.run_id}" if unfinished else "in a new run"
        yield f"would ask  {count(len(asked), 'site')} of {count(len(owners), 'owner')}, {run}; nobody was asked now"
        if there:
            yield f"done       {count(len(listed) - len(left), 'site')} of that run already"
        if options.shard[1] > 1:
            index, number = options.shard
            yield f"shard      {index}/{number}: {len(listed)} of {count(len(chosen.sites), 'site')}"
        if out:
            yield f"opted out  {count(len(out), 'site')}, not asked: {_named([site.site_key for site in out])}"
        if later:
            first = min(later.values())
            yield f"not due    {count(len(later), 'site')}, the first at {first:%Y-%m-%d %H:%M} UTC"
        yield from _cost_lines(crawl, owners)
        for owner in owners:
            keys = _named([site.site_key for site in owner.sites])
            yield f"{clean(owner.key)}: {count(len(owner.sites), 'site')}, about {owner.requests} requests: {keys}"
        check_may_start(crawl)


def owners_of(sites: Sequence[Site], history: dict[str, list[SiteVisit]]) -> list[Owner]:
    """Return what each politeness key would be asked, the most asked first."""
    by_key: defaultdict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_key[site.politeness_key].append(site)
    owners = []
    for key, members in by_key.items():
        lasts = (next((v.requests for v in history[m.site_key] if v.requests), USUAL_REQUESTS) for m in members)
        owners.append(Owner(key, tuple(members), sum(lasts)))
    return sorted(owners, key=lambda owner: (-owner.requests, owner.key))


def _not_due(data: Path, sites: Sequence[Site], every: timedelta | None) -> dict[str, datetime]:
    if every is None:
        return {}
    moment = datetime.now(UTC)
    times = due_times(data, sites, every)
    return {due.site.site_key: due.at for due in times if due.at is not None and not due.now(moment)}


def _cost_lines(crawl: CrawlOptions, owners: Sequence[Owner]) -> Iterator[str]:
    budgets, sites = crawl.budgets, sum(len(owner.sites) for owner in owners)
    expected = sum(owner.requests for owner in owners)
    minutes = budgets.seconds / 60
    yield (
        f"budgets    a site: {budgets.pages} pages, {budgets.requests} requests, {budgets.bytes / 1_000_000:g} MB, "
        f"{minutes:g} minutes; {crawl.gap_seconds:g} s between two requests to an owner"
    )
    if crawl.from_warc:
        yield f"source     {', '.join(map(str, crawl.from_warc))}: nobody is asked over the network"
        return
    yield f"expected   about {expected} requests, at most {sites * budgets.requests}"
    if owners:
        each = crawl.gap_seconds + ANSWER_SECONDS
        longest = max(owner.requests for owner in owners) * each
        seconds = max(longest, expected * each / crawl.workers)
        yield f"time       about {timedelta(seconds=round(seconds))} with {crawl.workers} sites at once"


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return clean(", ".join(keys[:_NAMED])) + more
