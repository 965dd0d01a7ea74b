"""The crawl, called from outside: checks that it may start, runs the crawler process, tells how it ended."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from crawler.browser import NoBrowserError, find_chromium
from crawler.commit import committed_path
from crawler.from_warc import refuse_other_files
from crawler.guard import is_allowed_private, split_url
from crawler.options import Budgets, CrawlOptions, write_options
from crawler.records import Capture, Site, SiteOutcome, SiteVisit, Visit
from crawler.segments import read_segment, read_segments, segment_folder
from crawler.sites import make_site
from crawler.warc import ArchiveError

if TYPE_CHECKING:
    from crawler.extract import Page

__all__ = ["Budgets", "CrawlEnd", "CrawlOptions", "CrawlRefusedError", "FetchError", "crawl", "fetch_page"]

OnEvent = Callable[[dict[str, Any]], None]
_SHOWN = 20
_HOST = r"(?:[\w-]+\.)+[\w-]{2,}"
_MAIL = re.compile(rf"(?:mailto:)?[^\s@<>]+@{_HOST}")
_PAGE = re.compile(rf"https?://(?:{_HOST}|localhost)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


class CrawlRefusedError(ValueError):
    """A crawl that may not start: no contact, a gap too short, a shard out of range. It says what to do."""


class FetchError(Exception):
    """A page that could not be had. `outcome` is the visit's outcome."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}" if detail else outcome)
        self.outcome, self.detail = outcome, detail


@dataclasses.dataclass(frozen=True, slots=True)
class CrawlEnd:
    """How a crawl ended, counted from what is committed. `unvisited` sites are open still: the same run goes on."""

    exit_code: int
    complete: int = 0
    partial: int = 0
    blocked: int = 0
    failed: int = 0
    unvisited: int = 0
    disk_full: bool = False
    interrupted: bool = False
    crashed: bool = False
    torn: int = 0
    skipped: int = 0
    requests: int = 0
    pages: int = 0
    bytes: int = 0
    message: str = ""

    @property
    def sites(self) -> int:
        """Return the number of committed sites."""
        return self.complete + self.partial + self.blocked + self.failed


def crawl(options: CrawlOptions, on_event: OnEvent | None = None) -> CrawlEnd:
    """Crawl the sites that this run has not finished yet, in a process of its own.

    Args:
        options: what to crawl and how.
        on_event: called with each event of the crawler process, in this process.

    Raises:
        CrawlRefusedError: the crawl may not start.
    """
    opt_out = (*options.opt_out, *read_opt_out(options.data))
    options = dataclasses.replace(options, sites=sites_of_shard(options.sites, options.shard), opt_out=opt_out)
    check_may_start(options)
    left = tuple(
        site
        for site in options.sites
        if not (options.resume and committed_path(options.data, options.run_id, site.site_key).exists())
    )
    torn, stopped, code = 0, False, 0
    reasons: list[str] = []
    if left:

        def forward(event: dict[str, Any]) -> None:
            nonlocal torn, stopped
            torn += event["event"] == "torn"
            stopped = stopped or event["event"] == "stopping"
            if event["event"] == "disk":
                reasons.append(event["reason"])
            if on_event is not None:
                on_event(event)

        code, interrupted = _run_child(dataclasses.replace(options, sites=left), forward)
        stopped = stopped or interrupted
    return _end(options, len(options.sites) - len(left), code, torn, stopped, reasons)


def check_may_start(options: CrawlOptions) -> None:
    """Refuse a crawl that would be rude or anonymous.

    Raises:
        CrawlRefusedError: while a site is not on an allowed private address, no contact, one that reaches nobody, or a
            gap below one second.
    """
    try:
        allowed = options.allowed
    except ValueError as error:
        raise CrawlRefusedError(f"--allow-private {error}") from None
    if options.browser:
        try:
            find_chromium()
        except NoBrowserError as error:
            raise CrawlRefusedError(str(error)) from None
    if options.from_warc:
        if options.browser:
            raise CrawlRefusedError("--browser asks the network, --from-warc asks nobody: give one of them")
        try:
            refuse_other_files(options.from_warc)
        except ArchiveError as error:
            raise CrawlRefusedError(f"--from-warc {error}") from None
        return
    public = [site.site_key for site in options.sites if not _is_private(site, allowed)]
    if not public:
        return
    if options.contact and not is_contact(options.contact):
        raise CrawlRefusedError(
            f"contact {options.contact!r} is neither a mail address nor a page: a site's owner must be able to reach "
            "you. Give --contact you@example.org or --contact https://example.org/about-the-crawl"
        )
    first = f"{public[0]}{f' and {len(public) - 1} more' if len(public) > 1 else ''}"
    if not options.contact and "+" not in options.user_agent:
        raise CrawlRefusedError(
            f"no contact: the crawl would ask {first} without saying who asks. Give a mail address or a page that "
            "explains the crawl: --contact you@example.org, or contact in groupaudit.toml"
        )
    if options.gap_seconds < 1:
        raise CrawlRefusedError(
            f"a gap of {options.gap_seconds:g} s is for allowed private addresses only, and {first} is not on one; "
            "use 1 or more"
        )


def is_contact(contact: str) -> bool:
    """Return whether a contact can be used: a mail address with a domain, or the http(s) address of a page."""
    text = contact.strip()
    return bool(_MAIL.fullmatch(text) or _PAGE.fullmatch(text))


def read_opt_out(data: Path) -> tuple[str, ...]:
    """Return the sites, hosts and domains that asked not to be crawled: a data folder's `opt-out.txt`, one a line."""
    path = data / "opt-out.txt"
    if not path.exists():
        return ()
    lines = (line.partition("#")[0].strip().lower() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line)


def _is_private(site: Site, allowed: Any) -> bool:
    target = split_url(site.url)
    return is_allowed_private(target.host, target.port, allowed)


def sites_of_shard(sites: Sequence[Site], shard: tuple[int, int]) -> tuple[Site, ...]:
    """Return the sites of shard (I, N): those whose politeness key hashes to I of N, so that no key is in two.

    Raises:
        CrawlRefusedError: I is not in 0 to N - 1.
    """
    index, number = shard
    if not 0 <= index < number:
        raise CrawlRefusedError(f"shard {index}/{number}: the first number runs from 0 to {number - 1}")
    if number == 1:
        return tuple(sites)
    return tuple(
        site
        for site in sites
        if int.from_bytes(hashlib.sha256(site.politeness_key.encode()).digest()[:8]) % number == index
    )


def _run_child(options: CrawlOptions, on_event: OnEvent) -> tuple[int, bool]:
    """Run the crawler process; return its exit code and whether a signal asked it to stop."""
    log_folder = segment_folder(options.data, "runs", options.run_id)
    log_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="groupaudit-") as folder:
        path = Path(folder) / "options.jsonl"
        write_options(options, path)
        with (log_folder / "crawl.log").open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "crawler.child", str(path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(),
            )
            with child, _signals_to(child) as asked:
                assert child.stdout is not None  # noqa: S101 - a pipe was asked for
                for line in child.stdout:
                    on_event(json.loads(line))
                child.stdout.close()
            return child.returncode, bool(asked)


def _environment() -> dict[str, str]:
    """Return the child's environment: ours, able to import this package, without the variables that steer proxies."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    here = str(Path(__file__).resolve().parent.parent)
    kept["PYTHONPATH"] = os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)
    kept["PYTHONUNBUFFERED"] = "1"
    return kept


@contextmanager
def _signals_to(child: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """Pass SIGINT and SIGTERM on: the first asks the child to end well, the second ends it."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def pass_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        asked.append(number)
        child.send_signal(signal.SIGTERM if len(asked) == 1 else signal.SIGKILL)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tally(options: CrawlOptions) -> CrawlEnd:
    """Return what is committed of a run, of all its sites, whichever shards or processes made it."""
    return _end(options, 0, 0, 0, False, [])


def _end(options: CrawlOptions, skipped: int, code: int, torn: int, stopped: bool, reasons: list[str]) -> CrawlEnd:
    counts = dict.fromkeys(SiteOutcome, 0)
    requests = pages = size = unvisited = short = 0
    for site in options.sites:
        path = committed_path(options.data, options.run_id, site.site_key)
        if not path.exists():
            unvisited += 1
            continue
        (visit,) = read_segment(path, SiteVisit)
        counts[SiteOutcome(visit.outcome)] += 1
        requests, pages, size = requests + visit.requests, pages + visit.pages, size + visit.bytes
        # A budget and an archive are choices of the operator's: the site is partial, the run is not thereby incomplete.
        short += visit.outcome != SiteOutcome.COMPLETE and not visit.reason.startswith(("budget:", "archive:"))
    disk, crashed = bool(reasons), code not in (0, 3, 5) and not stopped
    incomplete = unvisited or (short > options.incomplete_share * max(1, len(options.sites)))
    exit_code = 4 if disk or crashed else 3 if incomplete else 0
    message = (
        reasons[0] if reasons else f"the crawler process ended with {code}; see crawl.log of the run" if crashed else ""
    )
    return CrawlEnd(
        exit_code,
        complete=counts[SiteOutcome.COMPLETE],
        partial=counts[SiteOutcome.PARTIAL],
        blocked=counts[SiteOutcome.BLOCKED],
        failed=counts[SiteOutcome.FAILED],
        unvisited=unvisited,
        disk_full=disk,
        interrupted=stopped,
        crashed=crashed,
        torn=torn,
        skipped=skipped,
        requests=requests,
        pages=pages,
        bytes=size,
        message=message,
    )


def fetch_page(url: str, *, contact: str = "", allow_private: tuple[str, ...] = ()) -> Page:
    """Return one page by one polite visit: guard and robots.txt kept, nothing else of the site asked for.

    Args:
        url: the page.
        contact: a mail address or page; needed unless the page is on an allowed private address.
        allow_private: private networks that may be connected to.

    Raises:
        BadUrlError: the address is none.
        CrawlRefusedError: no contact.
        FetchError: the page could not be had; the outcome says why.
    """
    from crawler.extract import Page
    from crawler.warc import read_payload

    site = make_site(url)
    with tempfile.TemporaryDirectory(prefix="groupaudit-") as folder:
        data = Path(folder)
        options = CrawlOptions(
            data, "check", (site,), contact, allow_private=allow_private, budgets=Budgets(pages=1, sitemaps=0)
        )
        if _is_private(site, options.allowed):
            options = dataclasses.replace(options, gap_seconds=0.0)
        end = crawl(options)
        captures = read_segments(segment_folder(data, "captures", "check"), Capture)
        if captures:
            capture = captures[0]
            response = read_payload(data / capture.archive_file, capture.archive_offset)
            return Page(
                url, response.payload, capture.media_type, capture.charset, capture.capture_id, capture.final_url
            )
        visits = read_segments(segment_folder(data, "visits", "check"), Visit)
    asked = [visit for visit in visits if not visit.url.endswith("/robots.txt")] or visits
    raise (
        FetchError(asked[-1].outcome, asked[-1].detail) if asked else FetchError("error", end.message or "nothing came")
    )
