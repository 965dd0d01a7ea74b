"""Download handlers around Scrapy's own: what a site answered is in its archive before anything else sees it.

`ArchivingHandler` first looks into the site's own archive (a resumed site is answered from there), else asks its
source: the network behind the guard, or WARC files (`--from-warc`). It writes what came, a failure too, and raises
where it cannot write: a full disk must end the crawl, and a signal listener's exception would be swallowed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from crawler.from_warc import NotArchivedError, archived_response, index_files
from crawler.guard import Allowed, PrivateAddressError, is_public, split_url
from crawler.options import VERSION, CrawlOptions
from crawler.outcomes import ReplayedFailureError, failure_of
from crawler.records import VisitOutcome
from crawler.resolver import GuardedResolver
from crawler.segments import segment_name
from crawler.warc import ArchiveError, Entry, Located, Writer, cut_torn, read_record, split_response

_IDLE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Kept:
    """What the handler leaves in the request's meta: where the response stands, and whether it stood there before."""

    located: Located
    replayed: bool
    milliseconds: int


def archive_path(data: Path, run_id: str, site_key: str) -> Path:
    """Return a site's WARC of a run: named like its segments."""
    return data / "archive" / f"run={run_id}" / segment_name(site_key).replace(".parquet", ".warc.gz")


class SiteArchive:
    """A site's WARC, open for one visit: answers what it holds, keeps what is new.

    Raises:
        ArchiveError: on opening, where a record before the file's end is damaged.
    """

    def __init__(self, data: Path, run_id: str, site_key: str, agent: str) -> None:
        self.path = archive_path(data, run_id, site_key)
        self.torn_bytes = 0
        self.replayed = 0
        self._held: defaultdict[str, deque[Entry]] = defaultdict(deque)
        self._rendered: defaultdict[str, deque[Entry]] = defaultdict(deque)
        if self.path.exists():
            entries, self.torn_bytes = cut_torn(self.path)
            for entry in entries:
                if entry.kind == "resource":
                    self._rendered[entry.url].append(entry)
                elif entry.kind in ("response", "metadata"):
                    self._held[entry.url].append(entry)
        info = {"software": f"groupaudit/{VERSION}", "format": "WARC File Format 1.1", "isPartOf": run_id}
        try:
            self._writer = Writer(self.path, {**info, "http-header-user-agent": agent})
        except OSError as error:
            raise ArchiveError(f"{self.path}: cannot be opened ({error})") from error

    @property
    def resumed(self) -> bool:
        """Return whether the archive holds answers of an earlier process that were not given yet."""
        return bool(self._held)

    def holds(self, url: str) -> bool:
        """Return whether the next answer for a URL stands in the archive: no request is made for it."""
        return url in self._held

    def take(self, url: str) -> Entry | None:
        """Return and use up the next answer for a URL."""
        waiting = self._held.get(url)
        if not waiting:
            return None
        entry = waiting.popleft()
        if not waiting:
            del self._held[url]
        self.replayed += 1
        return entry

    def holds_rendered(self, url: str) -> bool:
        """Return whether the archive holds a page's rendered DOM that was not given yet."""
        return url in self._rendered

    def take_rendered(self, url: str) -> Entry | None:
        """Return and use up a page's rendered DOM."""
        waiting = self._rendered.get(url)
        if not waiting:
            return None
        entry = waiting.popleft()
        if not waiting:
            del self._rendered[url]
        return entry

    def keep_rendered(self, url: str, dom: bytes, notes: str) -> Located:
        """Write a page's rendered DOM. Raises ArchiveError where that fails."""
        return self._writer.rendered(url, dom, notes)

    def keep(self, url: str, response: Response) -> Located:
        """Write a response. Raises ArchiveError where that fails."""
        pairs = [
            (name.decode("latin-1"), value.decode("utf-8", "surrogateescape"))
            for name, values in response.headers.items()
            for value in values
        ]
        return self._writer.response(
            url,
            response.status,
            pairs,
            response.body,
            address=str(response.ip_address or ""),
            version=_version(response),
        )

    def keep_failure(self, url: str, outcome: VisitOutcome, detail: str) -> Located:
        """Write what came of a request that got no response. Raises ArchiveError where that fails."""
        return self._writer.failure(url, {"outcome": str(outcome), "detail": detail})

    def sync(self) -> None:
        """Have everything on the disk. Raises ArchiveError where that fails."""
        self._writer.sync()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


def _version(response: Response) -> str:
    return response.protocol if response.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"


class ArchivingHandler:
    """Scrapy's download handler for http and https. One instance serves both schemes' requests the same way."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        if crawler not in _SOURCES:  # one pool of connections and one index for both schemes
            options: CrawlOptions = crawler.settings["CRAWL_OPTIONS"]
            network = not options.from_warc
            _SOURCES[crawler] = NetworkSource(crawler, options) if network else WarcSource(options.from_warc)
        self._source = _SOURCES[crawler]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the handler of a crawler (Scrapy's way of making one)."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Answer from the site's archive, else ask and archive.

        Raises:
            ArchiveError: what came cannot be kept.
            Exception: whatever the source raises, after it was recorded.
        """
        archive: SiteArchive = request.meta["archive"]
        held = archive.take(request.url)
        if held is not None:
            return _replay(archive, held, request)
        started = time.monotonic()
        try:
            response = await self._source.ask(request)
        except Exception as error:
            archive.keep_failure(request.url, *failure_of(error))
            raise
        elapsed = int((time.monotonic() - started) * 1000)
        request.meta["kept"] = Kept(archive.keep(request.url, response), replayed=False, milliseconds=elapsed)
        return response

    async def close(self) -> None:
        """Close the source's connections."""
        await self._source.close()


def _replay(archive: SiteArchive, held: Entry, request: Request) -> Response:
    record = read_record(archive.path, held.offset)
    if record.kind == "metadata":
        fields = dict(
            line.split(": ", 1) for line in record.block.decode("utf-8", "replace").splitlines() if ": " in line
        )
        raise ReplayedFailureError(VisitOutcome(fields.get("outcome", "error")), fields.get("detail", ""))
    status, headers, body = split_response(record.block)
    digest = record.headers.get("warc-payload-digest", "").removeprefix("sha256:")
    request.meta["kept"] = Kept(Located(archive.path.name, record.offset, digest, record.date), True, 0)
    return Response(request.url, status=status, headers=_headers(headers), body=body, request=request)


def _headers(pairs: Sequence[tuple[str, str]]) -> Headers:
    headers = Headers()
    for name, value in pairs:
        headers.appendlist(name, value.encode("utf-8", "surrogateescape"))
    return headers


class NetworkSource:
    """The network: the host's addresses are checked before the connection and the peer's once more after it."""

    def __init__(self, crawler: Crawler, options: CrawlOptions) -> None:
        from twisted.internet import reactor

        self._allow: tuple[Allowed, ...] = options.allowed
        self._may_answer = lru_cache(maxsize=10_000)(self._is_fit_peer)
        self._resolver = GuardedResolver(self._allow)
        reactor.installNameResolver(self._resolver)
        self._http = HTTP11DownloadHandler.from_crawler(crawler)
        self._http._pool.cachedConnectionTimeout = _IDLE_SECONDS  # thousands of sites must not hold a socket each
        self._http._pool.retryAutomatically = False  # a second request without a pause, and without a row

    async def ask(self, request: Request) -> Response:
        """Make one request.

        Raises:
            PrivateAddressError: the host, or the peer that answered, is not on the public internet.
            UnknownHostError: the host has no address.
            Exception: Scrapy's own, as the download fails.
        """
        target = split_url(request.url)
        await self._resolver.check(target.host, target.port)
        response: Response = await self._http.download_request(request)
        peer = response.ip_address
        if peer is not None and not self._may_answer(str(peer), target.port):
            raise PrivateAddressError(f"{target.host} was answered by {peer}, which is not on the public internet")
        return response

    def _is_fit_peer(self, peer: str, port: int) -> bool:
        address = ipaddress.ip_address(peer)
        return is_public(address) or any(rule.covers(address, port) for rule in self._allow)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


class WarcSource:
    """WARC files as the network: ours, Browsertrix's, Common Crawl's."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.index = index_files(files)

    async def ask(self, request: Request) -> Response:
        """Return the archived response of a URL.

        Raises:
            NotArchivedError: no file holds the URL.
            ArchiveError: the file changed under the index.
        """
        await asyncio.sleep(0)
        found = archived_response(self.index, request.url)
        if found is None:
            raise NotArchivedError("not in the archive that is crawled")
        status, headers, body = found
        return Response(request.url, status=status, headers=_headers(headers), body=body, request=request)

    async def close(self) -> None:
        """Nothing is open."""


def archived_urls(crawler: Crawler, url: str) -> Sequence[str]:
    """Return what the WARC files that are crawled hold of the host of a URL; nothing where the network is crawled."""
    source = _SOURCES.get(crawler)
    return source.index.urls_of(url) if isinstance(source, WarcSource) else ()


def kept_of(request: Request) -> Kept:
    """Return what the handler noted about a request that was answered."""
    kept: Any = request.meta["kept"]
    assert isinstance(kept, Kept)  # noqa: S101 - the handler sets it before it returns
    return kept


_SOURCES: WeakKeyDictionary[Crawler, NetworkSource | WarcSource] = WeakKeyDictionary()
