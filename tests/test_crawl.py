"""The real crawl in a child process against a local web; judged by the server's log, the files and the exit code."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import time
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from string import ascii_letters

import brotli
import pytest
from crawling import LOOPBACK, Left, crawl_sites
from fastwarc.warc import ArchiveIterator as FastIterator
from local_web import Hit, Web, certificate, page, reply
from warcio.archiveiterator import ArchiveIterator

from crawler.command import Budgets, FetchError, fetch_page
from crawler.records import SiteVisit, Visit
from crawler.warc import read_payload

TEXT = {"content_type": "text/plain"}


# -- manners, seen from the server ------------------------------------------------------------------------------------


def gaps(web: Web) -> list[float]:
    """Seconds between the end of an answer and the next request."""
    return [after.at - before.ended for before, after in pairwise(web.log)]


def test_pauses_delays_and_back_off_are_kept_by_every_host_at_once(tmp_path: Path) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=6), usegmt=True)
    with ExitStack() as stack:
        plain, delayed, busy, dated, tired = (stack.enter_context(Web()) for _ in range(5))
        plain.pages = {"/": page("Home", *(f"/{letter}" for letter in "abc"))}
        delayed.pages = {
            "/robots.txt": reply(200, "User-agent: *\nCrawl-delay: 1.2\n", **TEXT),
            "/": page("Home", "/groups|groups"),
        }
        busy.pages = {"/": [reply(429, "slow down", retry_after="2"), page("Home")]}
        dated.pages = {"/": [reply(503, "later", retry_after=soon), page("Home")]}
        tired.pages = {"/": page("Home", "/a"), "/a": [reply(500, "broken"), page("A", text="It works again.")]}
        for web in (plain, delayed, busy, dated, tired):
            web.fallback = lambda path: page(path) if len(path) == 2 or path == "/groups" else None
        webs = (plain, delayed, busy, dated, tired)
        started = time.monotonic()
        left = crawl_sites(tmp_path, *(web.origin for web in webs), gap_seconds=0.4)
        took = time.monotonic() - started
    assert left.end.complete == 5, [(visit.outcome, visit.reason) for visit in left.site_visits]
    assert min(gaps(plain)) >= 0.4 * 0.75
    assert max(gaps(plain)) < 1.5
    assert min(gaps(delayed)[1:]) >= 1.2 * 0.75, "the first gap, after robots.txt itself, is before the delay is known"
    retried = [hit.at for hit in busy.log if hit.path == "/"]
    assert 2.0 <= retried[1] - retried[0] < 4.0
    again = [hit.at for hit in dated.log if hit.path == "/"]
    assert len(again) == 2
    assert started + 3 < again[1] < started + 9
    broken = [hit.at for hit in tired.log if hit.path == "/a"]
    assert broken[1] - broken[0] >= 0.8, "the pause after a failure is at least twice the gap"
    assert took < sum(sum(gaps(web)) for web in webs), "the hosts were asked side by side"
    assert all(hit.headers["user-agent"].startswith("groupaudit/") for web in webs for hit in web.log)
    assert not any("cookie" in hit.headers for web in webs for hit in web.log)


def test_sites_of_one_host_are_asked_one_request_at_a_time(tmp_path: Path) -> None:
    running, most = 0, 0

    def slow(hit: Hit, client: socket.socket) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.05)
        running -= 1
        client.sendall(reply(200, page(hit.path), connection="close"))

    with Web() as web:
        web.fallback = lambda path: slow if path.startswith("/practice") else None
        left = crawl_sites(tmp_path, *(f"{web.origin}/practice-{n}/" for n in range(6)), workers=6)
    assert left.end.complete == 6
    assert most == 1
    assert web.paths.count("/robots.txt") == 1, "one host's robots.txt is asked for once"


def test_a_server_that_wants_to_be_left_alone_is(tmp_path: Path) -> None:
    with Web({"/": reply(503, "down", retry_after="7200")}) as web:
        started = time.monotonic()
        left = crawl_sites(tmp_path, web.origin)
    assert time.monotonic() - started < 5
    assert web.paths == ["/robots.txt", "/"]
    assert (left.site.outcome, left.site.next_action) == ("blocked", "retry")
    assert "7200 s" in left.site.reason


def test_an_opted_out_site_is_not_asked_for_anything(tmp_path: Path) -> None:
    with Web({"/": page("Home")}) as web:
        key = web.origin.removeprefix("http://")
        (tmp_path / "opt-out.txt").write_text(f"# asked by letter\n{key}  # 2026\n")
        left = crawl_sites(tmp_path, web.origin)
    assert web.accepted == 0
    assert (left.site.outcome, left.site.reason[:9]) == ("blocked", "opted out")


# -- faults: each ends in its named outcome ---------------------------------------------------------------------------

ZEROS = b"\0" * 30_000_000


def _zstd(data: bytes) -> bytes:
    import sys

    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(data)


def _reset(_: Hit, client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def _stall(_: Hit, client: socket.socket) -> None:
    client.recv(1)


def _drip(_: Hit, client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n")
    for _byte in range(200):
        client.sendall(b"x")
        time.sleep(0.05)


def _drip_headers(_: Hit, client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        client.sendall(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def _short(_: Hit, client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<p>hello")


def _endless(_: Hit, client: socket.socket) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        client.sendall(b"<p>more</p>" * 10_000)


def _noise(_: Hit, client: socket.socket) -> None:
    client.sendall(b"\x16\x03\x01 what is this\r\n\r\n")


FAULTS: dict[str, tuple[object, str]] = {
    "reset": (_reset, "reset"),
    "stall": (_stall, "timeout"),
    "drip of a body": (_drip, "timeout"),
    "drip of headers": (_drip_headers, "timeout"),
    "shorter than said": (_short, "bad_response"),
    "longer than allowed": (reply(200, content_length="11000000"), "too_large"),
    "endless": (_endless, "too_large"),
    "no HTTP": (_noise, "bad_response"),
    "gzip bomb": (reply(200, gzip.compress(ZEROS), content_encoding="gzip"), "too_large"),
    "gzip in gzip bomb": (reply(200, gzip.compress(gzip.compress(ZEROS)), content_encoding="gzip, gzip"), "too_large"),
    "brotli bomb": (reply(200, brotli.compress(ZEROS, quality=1), content_encoding="br"), "too_large"),
    "zstd bomb": (reply(200, _zstd(ZEROS), content_encoding="zstd"), "too_large"),
    "deflate bomb": (reply(200, zlib.compress(ZEROS), content_encoding="deflate"), "too_large"),
    "gzip that is none": (reply(200, b"hello hello", content_encoding="gzip"), "bad_response"),
    "unknown coding": (reply(200, b"hello hello", content_encoding="rot13"), "bad_response"),
    "a hundred codings": (reply(200, b"hello", content_encoding=", ".join(["gzip"] * 100)), "bad_response"),
    "redirect loop": (reply(302, location="/fault?n=2"), "bad_response"),
    "redirect to itself": (reply(302, location="/fault"), "bad_response"),
    "redirect elsewhere": (reply(302, location="https://elsewhere.example/"), "off_site"),
    "redirect to a file": (reply(302, location="file:///etc/passwd"), "bad_response"),
    "404": (reply(404, "gone"), "http_4xx"),
    "410": (reply(410, "gone"), "http_4xx"),
    "500": (reply(500, "broken"), "http_5xx"),
    "challenge": (reply(403, "<title>Just a moment...</title>"), "blocked"),
    "429": (reply(429, "slow down"), "blocked"),
    "soft 404": (reply(200, "<title>Page not found</title><h1>Oops</h1>" + "<p>Nothing here.</p>" * 5), "soft_404"),
    "picture": (reply(200, b"\x89PNG....", content_type="image/png"), "not_html"),
    "empty": (reply(200, b""), "ok"),
    "header in Latin-1": (reply(200, page("Header")).replace(b"\r\n\r\n", b"\r\nX-Name: caf\xe9\r\n\r\n", 1), "ok"),
    "script only": (
        reply(200, "<body><div id=root></div><script src=a.js></script><noscript>Enable JavaScript</noscript>"),
        "needs_js",
    ),
    "Spanish": (
        reply(200, page("Grupos", text="Los grupos de apoyo para las personas que están en duelo y para su familia.")),
        "language",
    ),
    "same page again": (page("Twin", text="The same words as on the twin page, to the letter."), "duplicate"),
}  # fmt: skip


@dataclass
class Seen:
    """One faulty site of the common crawl."""

    web: Web
    site: SiteVisit
    visits: list[Visit]


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> tuple[Left, dict[str, Seen]]:
    """Every fault at /fault of a server of its own, all crawled at once."""
    with ExitStack() as stack:
        webs = {name: stack.enter_context(Web({"/fault": answer})) for name, (answer, _) in FAULTS.items()}
        for name, web in webs.items():
            twin = page("Twin", text="The same words as on the twin page, to the letter.")
            web.pages["/twin"] = twin
            links = ["/twin|support groups"] if name == "same page again" else []
            web.pages["/"] = page("Home", *links, "/fault|group therapy", "/after|groups")
            web.pages["/after"] = page("After", text=f"This page comes after the fault called {name}.")
        webs["redirect loop"].fallback = lambda path: (
            reply(302, location=f"/fault?n={int(path.partition('=')[2]) + 1}") if "?n=" in path else None
        )
        left = crawl_sites(
            tmp_path_factory.mktemp("faults"), *(web.origin for web in webs.values()), response_seconds=1.5, workers=40
        )
    by_key = {visit.site.site_key: visit for visit in left.site_visits}
    found = {}
    for name, web in webs.items():
        key = web.origin.removeprefix("http://")
        found[name] = Seen(web, by_key[key], [visit for visit in left.visits if visit.site_key == key])
    return left, found


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_its_named_outcome(name: str, faults: tuple[Left, dict[str, Seen]]) -> None:
    expected, seen = FAULTS[name][1], faults[1][name]
    outcomes = [visit.outcome for visit in seen.visits if re.search("/fault|elsewhere|file:", visit.url)]
    assert outcomes[-1] == expected, [(visit.url, visit.outcome, visit.detail) for visit in seen.visits]
    assert "/after" in seen.web.paths, "the site went on after the fault"
    transient = {"reset", "timeout", "http_5xx", "blocked"}
    assert seen.site.outcome == ("partial" if expected in transient else "complete"), seen.site.reason
    assert (seen.site.next_action == "retry") == (expected in transient)
    if expected in transient and name != "challenge":  # a wall that asks for a person is not run at twice
        assert seen.web.paths.count("/fault") == 2, "one more try, no more"


def test_the_process_survives_all_faults_with_nothing_in_its_log(faults: tuple[Left, dict[str, Seen]]) -> None:
    left, _ = faults
    assert not left.end.crashed
    assert left.end.unvisited == 0
    assert "Traceback" not in left.log, left.log


def test_every_capture_stands_in_the_archive_as_other_readers_see_it(faults: tuple[Left, dict[str, Seen]]) -> None:
    left, _ = faults
    assert left.captures
    for capture in left.captures:
        path = left.data / capture.archive_file
        response = read_payload(path, capture.archive_offset)
        assert response.digest == capture.sha256
        assert response.url == capture.url
        with path.open("rb") as stream:
            stream.seek(capture.archive_offset)
            record = next(iter(ArchiveIterator(stream)))
            assert record.rec_headers.get_header("WARC-Target-URI") == capture.url
            assert hashlib.sha256(record.raw_stream.read()).hexdigest() == capture.sha256
        with path.open("rb") as stream:
            stream.seek(capture.archive_offset)
            assert next(iter(FastIterator(stream))).headers["WARC-Target-URI"] == capture.url


# -- endings ----------------------------------------------------------------------------------------------------------


def _dead_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_what_a_whole_site_ends_with(tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{_dead_port()}"
    with ExitStack() as stack:
        gone, moved, dying, parked, big = (stack.enter_context(Web()) for _ in range(5))
        gone.pages = {"/": reply(404, "gone")}
        moved.pages = {"/": reply(301, location="/new/"), "/new/": page("New home", "/new/groups|groups")}
        moved.pages["/new/groups"] = page("Groups")
        dying.pages = {"/": page("Home", *(f"/{letter}{letter}" for letter in "abcdefgh"))}
        dying.fallback = lambda path: _reset if path != "/robots.txt" else None
        parked.pages = {"/": page("x", text="This domain is for sale. Buy this domain today, it is a good one.")}
        big.pages = {"/": page("Home", *(f"/page-{letter}" for letter in ascii_letters[:30]))}
        big.fallback = lambda path: page(path) if path.startswith("/page-") else None
        webs = {"gone": gone, "moved": moved, "dying": dying, "parked": parked, "big": big}
        left = crawl_sites(
            tmp_path, *(web.origin for web in webs.values()), dead, budgets=Budgets(pages=12), incomplete_share=0.3
        )
        by_key = {visit.site.site_key: visit for visit in left.site_visits}
        ends = {name: by_key[web.origin.removeprefix("http://")] for name, web in webs.items()}
    assert (ends["gone"].outcome, ends["gone"].next_action) == ("failed", "drop")
    assert (ends["moved"].outcome, ends["moved"].pages) == ("complete", 2)
    assert (ends["dying"].outcome, ends["dying"].next_action) == ("partial", "retry")
    assert "one after another" in ends["dying"].reason
    assert ends["dying"].left_unasked > 0
    assert (ends["parked"].identity, ends["parked"].next_action) == ("parked", "drop")
    assert (ends["big"].outcome, ends["big"].reason, ends["big"].pages) == ("partial", "budget: 12 pages", 12)
    assert ends["big"].left_unasked == 19
    rows = [visit for visit in left.visits if visit.site_key == ends["big"].site.site_key]
    assert sum(visit.outcome == "budget" for visit in rows) == 19
    assert by_key[dead.removeprefix("http://")].reason.startswith("robots unreachable: refused")
    assert left.end.exit_code == 3, "three of six sites are not complete: more than the share that is borne"


def test_a_tls_failure_is_recorded_as_such(tmp_path: Path) -> None:
    with Web({"/": page("Home")}, certificate=certificate(tmp_path)) as web, Web() as plain:
        plain.pages = {"/": page("Home", "/go|groups"), "/go": reply(301, location=f"{web.origin}/")}
        left = crawl_sites(tmp_path / "data", plain.origin)
        assert web.paths == []
        assert left.site.outcome == "complete"
        assert {visit.outcome for visit in left.visits if web.origin in visit.url} == {"off_site"}


def test_identity_rests_on_name_and_telephone_or_city(tmp_path: Path) -> None:
    listed = {"name": "Larch Hill Counseling, LLC", "city": "Norwich", "phone": "(603) 392-0142"}
    texts = {
        "confirmed": "Larch Hill Counseling offers help. Call 603.392.0142 today, we are glad to hear from you.",
        "unconfirmed": "Larch Hill Counseling offers help in another town. Call 603-392-9999 and leave a message.",
        "placeholder": "Lorem ipsum dolor sit amet. Larch Hill is a theme for practices. Call (555) 555-5555 now.",
    }
    with ExitStack() as stack:
        webs = {name: stack.enter_context(Web({"/": page("Welcome", text=text)})) for name, text in texts.items()}
        left = crawl_sites(tmp_path, *(web.origin for web in webs.values()), columns=listed)
        by_key = {visit.site.site_key: visit for visit in left.site_visits}
        found = {name: by_key[web.origin.removeprefix("http://")].identity for name, web in webs.items()}
    assert found == {name: name for name in texts}


def test_traps_are_cut_and_recorded(tmp_path: Path) -> None:
    def endless(path: str) -> object:
        if path.startswith("/calendar"):
            month = int(path.partition("month=")[2] or 0)
            return page(f"Calendar {month}", f"/calendar?month={month + 1}|next month")
        if path.startswith("/shop"):
            return page(path, *(f"/shop?sort={way}&color={n}" for way in ("up", "down") for n in range(9)))
        if path.startswith("/loop"):
            return page(path, f"{path}/loop", "/groups?utm_source=mail", "/groups?PHPSESSID=0123456789abcdef0123")
        return page(path) if path == "/groups" else None

    with Web({"/": page("Home", "/calendar|calendar", "/shop", "/loop|group loop", "/groups|groups")}) as web:
        web.fallback = endless
        left = crawl_sites(tmp_path, web.origin)
    assert left.site.outcome == "complete", left.site.reason
    assert len(web.paths) < 20, web.paths
    assert sum(path.startswith("/calendar") for path in web.paths) <= 4
    assert sum(path.startswith("/groups") for path in web.paths) == 1, "tracking and session ids make no new page"
    traps = {visit.url.removeprefix(web.origin): visit.detail for visit in left.visits if visit.outcome == "trap"}
    assert any("calendar" in why for why in traps.values())
    assert any("another view" in why for why in traps.values())
    assert any("repeats" in why for why in traps.values())


def test_a_page_of_a_hundred_thousand_links_ends_within_the_budget(tmp_path: Path) -> None:
    links = "".join(f'<a href="/x{n}/y">link {n}</a> ' for n in range(100_000))
    with Web({"/": page("Home", "/groups|groups") + links, "/groups": page("Groups")}) as web:
        web.fallback = lambda path: page(path) if path.startswith("/x") else None
        started = time.monotonic()
        left = crawl_sites(tmp_path, web.origin, budgets=Budgets(pages=10))
        assert time.monotonic() - started < 15
    assert "/groups" in web.paths[:3]
    assert left.site.reason == "budget: 10 pages"
    assert left.site.left_unasked > 2000


def test_sitemaps_are_found_nested_and_gzipped(tmp_path: Path) -> None:
    with Web() as web:
        inner = f"<urlset><url><loc>{web.origin}/only-in-the-sitemap</loc></url></urlset>".encode()
        web.pages = {
            "/robots.txt": reply(200, f"Sitemap: {web.origin}/index.xml", **TEXT),
            "/index.xml": f"<sitemapindex><sitemap><loc>{web.origin}/pages.xml.gz</loc></sitemap></sitemapindex>",
            "/pages.xml.gz": reply(200, gzip.compress(inner), content_type="application/gzip"),
            "/": page("Home"),
            "/only-in-the-sitemap": page("A group"),
        }
        left = crawl_sites(tmp_path, web.origin)
    assert left.outcomes["/only-in-the-sitemap"] == "ok"


# -- one page, and the events -----------------------------------------------------------------------------------------


def test_one_page_is_one_polite_visit() -> None:
    rules = reply(200, "User-agent: *\nDisallow: /no", **TEXT)
    with Web({"/groups": page("Groups", "/other"), "/robots.txt": rules}) as web:
        got = fetch_page(f"{web.origin}/groups", allow_private=LOOPBACK)
        assert web.paths == ["/robots.txt", "/groups"]
        assert got.body.decode() == page("Groups", "/other")
        assert (got.media_type, got.charset) == ("text/html", "utf-8")
        for path, outcome in (("/no", "robots"), ("/missing", "http_4xx")):
            with pytest.raises(FetchError) as caught:
                fetch_page(f"{web.origin}{path}", allow_private=LOOPBACK)
            assert caught.value.outcome == outcome
        assert "/no" not in web.paths


def test_events_tell_every_page_and_the_end_of_every_site(tmp_path: Path) -> None:
    with Web({"/": page("Home", "/a"), "/a": page("A")}) as web:
        left = crawl_sites(tmp_path, web.origin)
    json.dumps(left.events)
    asked = [event["url"].removeprefix(web.origin) for event in left.events if event["event"] == "page"]
    assert asked == web.paths
    (site,) = [event for event in left.events if event["event"] == "site"]
    assert (site["outcome"], site["pages"], site["requests"]) == ("complete", 2, len(web.paths))
    assert site["bytes"] == left.end.bytes > 0
