"""Shared by the crawl's tests: one crawl of some addresses, and what it left on the disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.command import CrawlEnd, CrawlOptions, crawl
from crawler.records import Capture, SiteVisit, Visit
from crawler.segments import read_segments, segment_folder
from crawler.sites import make_site

RUN = "20260101T000000Z-test"
LOOPBACK = ("127.0.0.0/8", "::1")


@dataclass
class Left:
    """What a crawl left: its end, its events and its rows."""

    end: CrawlEnd
    data: Path
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def site_visits(self) -> list[SiteVisit]:
        return read_segments(segment_folder(self.data, "site_visits", RUN), SiteVisit)

    @property
    def site(self) -> SiteVisit:
        (visit,) = self.site_visits
        return visit

    @property
    def visits(self) -> list[Visit]:
        return read_segments(segment_folder(self.data, "visits", RUN), Visit)

    @property
    def captures(self) -> list[Capture]:
        return read_segments(segment_folder(self.data, "captures", RUN), Capture)

    @property
    def outcomes(self) -> dict[str, str]:
        """Path (with query) of each address and its last outcome."""
        return {"/" + visit.url.split("/", 3)[3]: visit.outcome for visit in self.visits if visit.url.count("/") >= 3}

    @property
    def log(self) -> str:
        return (segment_folder(self.data, "runs", RUN) / "crawl.log").read_text()


def crawl_sites(data: Path, *urls: str, **options: Any) -> Left:
    """Crawl addresses in a child process: loopback allowed and no gap, unless told otherwise."""
    columns = options.pop("columns", {})
    given = {"run_id": RUN, "allow_private": LOOPBACK, "gap_seconds": 0.0, **options}
    events: list[dict[str, Any]] = []
    sites = tuple(make_site(url, **columns) for url in urls)
    end = crawl(CrawlOptions(data=data, sites=sites, **given), events.append)
    return Left(end, data, events)
