"""A visit's time runs out, or our own code breaks in it: both are outcomes of that site and of no other."""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import groupaudit
from crawling import RUN, crawl_sites
from local_web import Hit, Web, page, reply
from test_revisit import with_validators

from crawler.command import Budgets, CrawlOptions
from crawler.pace import Pace
from crawler.records import Capture, SiteVisit
from crawler.robots import RobotsCache
from crawler.segments import read_segment, segment_files, segment_folder, write_segment
from crawler.sites import make_site
from crawler.visit import SiteVisitor
from crawler.warc import ArchiveError

LATER = "20260201T000000Z-test"


def slowly(seconds: float, body: str) -> object:
    """An answer that comes in drops, whole after so many seconds."""

    def answer(_: Hit, client: socket.socket) -> None:
        data = reply(200, body, connection="close")
        for at in range(0, len(data), len(data) // 8 + 1):
            client.sendall(data[at : at + len(data) // 8 + 1])
            time.sleep(seconds / 8)

    return answer


def for_ever(_: Hit, client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1000000\r\n\r\n")
    for _n in itertools.count():
        client.sendall(b"x")
        time.sleep(0.2)


def test_a_site_that_drips_page_after_page_ends_when_its_time_is_up_and_others_are_not_held(tmp_path: Path) -> None:
    with Web() as slow, Web({"/": page("Quick", "/groups"), "/groups": page("Groups")}) as quick:
        slow.pages = {"/": page("Slow", *(f"/groups-{n}" for n in range(40)))}
        slow.fallback = lambda path: slowly(0.7, page(path, text=f"Only {path}.")) if "groups" in path else None
        started = time.monotonic()
        left = crawl_sites(tmp_path, slow.origin, quick.origin, budgets=Budgets(seconds=3))
        took = time.monotonic() - started
    sites = {visit.site.url: visit for visit in left.site_visits}
    visit = sites[f"{slow.origin}/"]
    assert (visit.outcome, visit.reason) == ("partial", "budget: 0.05 minutes")
    assert 3 <= (visit.ended_at - visit.started_at).total_seconds() < 15
    assert took < 28, "forty pages of 0.7 s would take longer"
    assert 1 <= visit.pages < 20
    assert visit.left_unasked >= 20
    assert sites[f"{quick.origin}/"].outcome == "complete"
    assert left.end.exit_code == 0, "a budget is the operator's choice"


@pytest.mark.parametrize("where", ["the start page", "a page", "robots.txt"])
def test_one_answer_that_never_ends_takes_no_more_than_the_site_has_left(where: str, tmp_path: Path) -> None:
    with Web({"/": page("Home", "/groups"), "/groups": page("Groups")}) as web:
        web.pages[{"the start page": "/", "a page": "/groups", "robots.txt": "/robots.txt"}[where]] = for_ever
        left = crawl_sites(tmp_path, web.origin, budgets=Budgets(seconds=2), response_seconds=30.0)
    seconds = (left.site.ended_at - left.site.started_at).total_seconds()
    assert seconds < 20, "not the thirty seconds that an answer may take"
    assert left.site.outcome == {"the start page": "failed", "a page": "partial", "robots.txt": "blocked"}[where]
    assert "timeout" in {visit.outcome for visit in left.visits}
    assert left.site.next_action in ("retry", "")


def test_an_exception_of_ours_in_a_visit_is_that_sites_outcome_and_the_run_goes_on(tmp_path: Path) -> None:
    with with_validators({"/": page("Home", "/groups"), "/groups": page("Groups")}) as web, Web() as other:
        other.pages = {"/": page("Other")}
        crawl_sites(tmp_path, web.origin)
        # What an earlier run kept of the start page names a file that no system can open.
        (file,) = segment_files(segment_folder(tmp_path, "captures", RUN))
        rows = [replace(row, archive_file="archive/\0") for row in read_segment(file, Capture)]
        write_segment(file, rows, Capture)
        left = crawl_sites(tmp_path, web.origin, other.origin, run_id=LATER, revisit_of=RUN)
        visits = {
            row.site.url: row
            for path in segment_files(segment_folder(tmp_path, "site_visits", LATER))
            for row in read_segment(path, SiteVisit)
        }
    broken = visits[f"{web.origin}/"]
    assert broken.outcome == "failed"
    assert broken.reason.startswith("error: a mistake of ours: ")
    assert ".py:" in broken.reason
    assert broken.next_action == "report it"
    assert visits[f"{other.origin}/"].outcome == "complete"
    assert (left.end.exit_code, left.end.unvisited, left.end.crashed) == (3, 0, False)
    log = (segment_folder(tmp_path, "runs", LATER) / "crawl.log").read_text()
    assert "Traceback" in log, "whoever mends it finds where"


class BrokenError(Exception):
    """What a mistake of ours raises in these tests."""


@pytest.mark.parametrize(("error", "passes"), [(BrokenError("odd"), False), (ArchiveError("disk full"), True)])
def test_only_what_must_end_the_whole_crawl_leaves_a_visit(error: Exception, passes: bool, tmp_path: Path) -> None:
    def on_page(_url: str, _outcome: str) -> None:
        raise error

    async def ask(_url: str, _headers: dict[str, str], _seconds: float) -> object:
        raise TimeoutError("nothing comes")

    site = make_site("http://127.0.0.1:9999/")
    options = CrawlOptions(tmp_path, "r", (site,), allow_private=("127.0.0.0/8",), gap_seconds=0)
    visitor = SiteVisitor(
        site, options, ask=ask, holds=lambda _url: False, pace=Pace(), robots=RobotsCache(), on_page=on_page
    )  # type: ignore[arg-type]
    if passes:
        with pytest.raises(ArchiveError):
            asyncio.run(visitor.visit())
        return
    visit = asyncio.run(visitor.visit()).site_visit
    assert (visit.outcome, visit.next_action) == ("failed", "report it")
    assert "BrokenError: odd (test_visit_limits.py:" in visit.reason


def test_the_command_ends_a_slow_site_by_its_settings(tmp_path: Path) -> None:
    with Web() as slow:
        slow.pages = {"/": page("Slow", *(f"/groups-{n}" for n in range(30)))}
        slow.fallback = lambda path: slowly(0.5, page(path, text=f"Only {path}.")) if "groups" in path else None
        (tmp_path / "sites.csv").write_text(f"url\n{slow.origin}/\n")
        (tmp_path / "set.toml").write_text("[crawl]\nminutes = 0.04\ngap_seconds = 0\n")
        words = ("crawl", tmp_path / "sites.csv", "--data", tmp_path / "data", "--config", tmp_path / "set.toml")
        done = groupaudit(*words, "--allow-private", "127.0.0.0/8")
    assert done.returncode == 0, done.stderr
    assert "1 partial" in done.stderr
    status = groupaudit("status", "--data", tmp_path / "data")
    assert "partial, budget: 0.04 minutes" in status.stdout
