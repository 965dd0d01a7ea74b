"""Single pages of known sites, asked for again by one polite visit each: for `recheck`.

Each page is visited as a site of one page (robots.txt, guard, opt-outs, gaps between requests to one owner as in every
crawl) in a folder of its own; its archive then becomes part of the data folder. Nothing else of a site is asked for.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.command import OnEvent, crawl, read_opt_out
from crawler.guard import is_allowed_private, split_url
from crawler.options import Budgets, CrawlOptions
from crawler.records import Capture, Site, Visit, VisitOutcome
from crawler.segments import read_segments, segment_folder
from crawler.sites import is_opted_out, make_site

_WORKING = ".recheck-"


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a site that is asked for again."""

    site: Site
    url: str


@dataclass(frozen=True, slots=True)
class Again:
    """What came of it: the capture, or why there is none, and a row for every address asked for."""

    capture: Capture | None
    failure: str
    visits: tuple[Visit, ...] = field(default=())


def fetch_again(pages: Iterable[Asked], options: CrawlOptions, on_event: OnEvent | None = None) -> dict[Asked, Again]:
    """Ask for pages again and return what came of each; their archive stands in the data folder afterwards.

    Args:
        pages: the pages.
        options: data folder, run id and manners of a crawl; `sites` and `budgets` are replaced.
        on_event: called with each event of the crawler process.

    Raises:
        CrawlRefusedError: no contact, or too short a gap.
        OSError: the data folder cannot be written.
    """
    asked = list(dict.fromkeys(pages))
    opt_out = (*options.opt_out, *read_opt_out(options.data))
    # A page's own key may be another page's as well (both in one folder): a number tells their segments apart.
    visited = [
        replace(make_site(page.url), site_key=f"{page.site.site_key}#{number}")
        for number, page in enumerate(asked)
        if not is_opted_out(page.site, opt_out)
    ]
    clear_leftovers(options.data)
    working = Path(tempfile.mkdtemp(prefix=_WORKING, dir=options.data))
    try:
        gap = 0.0 if visited and all(_private(site, options) for site in visited) else options.gap_seconds
        crawl(
            replace(
                options, data=working, sites=tuple(visited), opt_out=opt_out, gap_seconds=gap, revisit_of="",
                budgets=Budgets(pages=1, sitemaps=0), incomplete_share=1.0,
            ),
            on_event,
        )  # fmt: skip
        captures = read_segments(segment_folder(working, "captures", options.run_id), Capture)
        visits = read_segments(segment_folder(working, "visits", options.run_id), Visit)
        archive = working / "archive" / f"run={options.run_id}"
        if archive.is_dir():
            (options.data / "archive").mkdir(exist_ok=True)
            archive.rename(options.data / "archive" / archive.name)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return {page: _again(page, f"{page.site.site_key}#{n}", captures, visits) for n, page in enumerate(asked)}


def clear_leftovers(data: Path) -> None:
    """Take away what a recheck that died has left."""
    for path in data.glob(f"{_WORKING}*"):
        shutil.rmtree(path)


def _private(site: Site, options: CrawlOptions) -> bool:
    target = split_url(site.url)
    return is_allowed_private(target.host, target.port, options.allowed)


def _again(page: Asked, key: str, captures: list[Capture], visits: list[Visit]) -> Again:
    mine = tuple(replace(visit, site_key=page.site.site_key) for visit in visits if visit.site_key == key)
    if not mine:
        return Again(None, "opted out: its site asked not to be crawled, or the visit did not come to an end")
    # Links that the page has were noted and left; the page is what was asked last, after robots.txt.
    last = [visit for visit in mine if visit.asked_at is not None][-1:] or list(mine[-1:])
    (end,) = last
    capture = next((capture for capture in captures if capture.site_key == key), None)
    if capture is None or end.outcome not in (VisitOutcome.OK, VisitOutcome.RENDERED):
        if end.url.endswith("/robots.txt") and end.outcome == VisitOutcome.OK:
            return Again(None, "robots.txt disallows it now", mine)
        status = f" ({end.status})" if end.status else ""
        return Again(None, f"{end.outcome}{status}{f': {end.detail}' if end.detail else ''}", mine)
    if urlsplit(capture.final_url).netloc != urlsplit(page.url).netloc:
        return Again(None, f"leads to another site now: {capture.final_url}", mine)
    return Again(replace(capture, site_key=page.site.site_key), "", mine)
