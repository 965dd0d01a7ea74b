"""The spider: W workers, each taking sites and driving `visit(site)`; a site's rows are committed when it ends."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from scrapy.logformatter import LogFormatter

from crawler.answer import Ask, Exchange
from crawler.archive import SiteArchive, archived_urls, kept_of
from crawler.browser import Chromium
from crawler.commit import SiteRows, commit_site, is_committed
from crawler.confirmations import as_confirmed, read_confirmations
from crawler.options import CrawlOptions
from crawler.pace import Pace
from crawler.records import Site
from crawler.rendering import SiteRenderer
from crawler.resolver import GuardedResolver
from crawler.revisit import validators_of
from crawler.robots import RobotsCache
from crawler.visit import SiteVisitor
from crawler.warc import ArchiveError

_log = logging.getLogger(__name__)
Emit = Callable[[dict[str, Any]], None]


class QuietLog(LogFormatter):
    """Makes no log entry of a response: each has a row, and Scrapy would make the entry to throw it away."""

    def crawled(self, request: Request, response: Response, spider: scrapy.Spider) -> None:  # type: ignore[override]
        """Return nothing to log."""


class ProviderSpider(scrapy.Spider):
    """Crawls a provider list. All sites of a politeness key are one worker's, one after another."""

    name = "provider"

    def __init__(self, options: CrawlOptions, emit: Emit, stopping: asyncio.Event) -> None:
        super().__init__()
        self._options, self._emit, self._stopping = options, emit, stopping
        self._pace, self._robots = Pace(), RobotsCache()
        by_key: defaultdict[str, list[Site]] = defaultdict(list)
        for site in options.sites:
            by_key[site.politeness_key].append(site)
        self._waiting = deque(by_key.values())
        self._chromium = Chromium(GuardedResolver(options.allowed).check) if options.browser else None
        self._confirmed = read_confirmations(options.data)
        self.failure: ArchiveError | None = None
        self.broken = 0
        self.done = asyncio.Event()

    async def start(self) -> AsyncIterator[Any]:
        """Run the workers until no site waits (Scrapy's entry point; yields nothing to its scheduler)."""
        workers = [asyncio.create_task(self._work()) for _ in range(min(self._options.workers, len(self._waiting)))]
        try:
            await asyncio.gather(*workers)
        except ArchiveError as error:  # a full disk: no worker can keep what it gets
            self.failure = error
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
        finally:
            if self._chromium is not None:
                await self._chromium.close()
            self.done.set()
        return
        yield  # pragma: no cover - makes this an async generator

    async def _work(self) -> None:
        while self._waiting and not self._stopping.is_set():
            for site in self._waiting.popleft():
                if self._stopping.is_set():
                    return
                if is_committed(self._options, site):
                    continue
                try:
                    await self.visit(site)
                except ArchiveError:
                    raise
                except Exception:  # noqa: BLE001 - a mistake of ours: the site stays open, the run ends with 4
                    self.broken += 1
                    _log.exception("the visit of %s broke off", site.site_key)

    async def visit(self, site: Site) -> None:
        """Visit one site and commit its rows.

        Raises:
            ArchiveError: the archive or the segments cannot be written; the site stays open.
        """
        options = self._options
        self._emit({"event": "open", "site_key": site.site_key})
        archive = SiteArchive(options.data, options.run_id, site.site_key, options.agent)
        if archive.torn_bytes:
            self._emit({"event": "torn", "site_key": site.site_key, "bytes": archive.torn_bytes})
        if archive.resumed:  # the process before this one may have asked a moment ago
            self._pace.hold(site.politeness_key, options.gap_seconds)
        try:
            visitor = SiteVisitor(
                site,
                options,
                ask=self._asker(site, archive),
                holds=archive.holds,
                pace=self._pace,
                robots=self._robots,
                validators=validators_of(options.data, options.revisit_of, site.site_key),
                archived=archived_urls(self.crawler, site.url),
                on_page=lambda url, outcome: self._emit(
                    {"event": "page", "site_key": site.site_key, "url": url, "outcome": outcome}
                ),
                renderer=SiteRenderer(options, archive, self._chromium) if self._chromium else None,
            )
            rows = await visitor.visit()
            said = as_confirmed(rows.site_visit, self._confirmed.get(site.site_key))
            rows.site_visit = dataclasses.replace(said, resumed=archive.replayed)
            await asyncio.to_thread(_finish, options, archive, rows)
        finally:
            archive.close()
        visit = rows.site_visit
        self._emit(
            {
                "event": "site",
                "site_key": site.site_key,
                "outcome": visit.outcome,
                "reason": visit.reason,
                "pages": visit.pages,
                "requests": visit.requests,
                "bytes": visit.bytes,
                "replayed": archive.replayed,
            }
        )

    def _asker(self, site: Site, archive: SiteArchive) -> Ask:
        options = self._options

        async def ask(url: str, headers: dict[str, str], seconds: float) -> Exchange:
            request = Request(
                url,
                headers={**_HEADERS, "User-Agent": options.agent, **headers},
                meta={
                    "archive": archive,
                    "download_slot": site.politeness_key,
                    "download_timeout": seconds,
                    "verbatim_url": True,
                },
                dont_filter=True,
            )
            response = await self.crawler.engine.download_async(request)
            kept = kept_of(request)
            pairs = [
                (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
                for name, values in response.headers.items()
                for value in values
            ]
            return Exchange(response.status, pairs, response.body, kept.located, kept.replayed, kept.milliseconds)

        return ask


_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    "Accept-Language": "en",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}


def _finish(options: CrawlOptions, archive: SiteArchive, rows: SiteRows) -> None:
    archive.sync()
    try:
        commit_site(options, rows)
    except OSError as error:
        raise ArchiveError(f"{options.data}: the site's rows cannot be written ({error})") from error
