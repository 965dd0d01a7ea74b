"""robots.txt: the table of what each answer means, proved by what the server was asked for."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from crawling import crawl_sites
from local_web import Hit, Web, certificate, page, reply

from crawler.records import SiteVisit, VisitOutcome
from crawler.robots import MAX_BYTES, parse, robots_of

TEXT = {"content_type": "text/plain"}
RULES = "User-agent: *\nDisallow: /private/\n"


def _reset(_: Hit, client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    client.close()


def _stall(_: Hit, client: socket.socket) -> None:
    client.recv(1)


ANSWERS: dict[str, tuple[object, str]] = {
    # name: what stands at /robots.txt, and what must come of it: rules (kept), open (all allowed), shut (nothing asked)
    "200 with rules": (reply(200, RULES, **TEXT), "rules"),
    "200 with a byte order mark": (reply(200, b"\xef\xbb\xbf" + RULES.encode(), **TEXT), "rules"),
    "200 in a wrong charset": (
        reply(200, b"# caf\xe9 \xff\n" + RULES.encode(), content_type="text/plain; charset=x-no"),
        "rules",
    ),
    "200 with old Mac line ends": (reply(200, RULES.replace("\n", "\r"), **TEXT), "rules"),
    "200 for us by name": (
        reply(200, "User-agent: GroupAudit\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n", **TEXT),
        "rules",
    ),
    "200 of 600 KiB, rules first": (reply(200, RULES + "# x\n" * 153_600, **TEXT), "rules"),
    "200 of 600 KiB, rules last": (reply(200, "# x\n" * 153_600 + RULES, **TEXT), "open"),
    "200 with an HTML page": (reply(200, f"<!doctype html><html><pre>{RULES}</pre>"), "open"),
    "200 and empty": (reply(200, "", **TEXT), "open"),
    "204": (reply(204, content_length="0"), "open"),
    "401": (reply(401, RULES), "open"),
    "403": (reply(403, RULES), "open"),
    "404": (reply(404, RULES), "open"),
    "410": (reply(410, RULES), "open"),
    "429": (reply(429, RULES, retry_after="1"), "shut"),
    "429, come back tomorrow": (reply(429, RULES, retry_after="86400"), "shut"),
    "500": (reply(500, RULES), "shut"),
    "503": (reply(503, RULES, retry_after="0"), "shut"),
    "a reset": (_reset, "shut"),
    "a stall": (_stall, "shut"),
}  # fmt: skip


@dataclass
class Seen:
    """One site of the common crawl: what its server was asked for and what was recorded."""

    paths: list[str]
    site: SiteVisit
    outcomes: dict[str, str]


def _webs() -> dict[str, Web]:
    webs = {name: Web({"/robots.txt": answer}) for name, (answer, _) in ANSWERS.items()}
    for hops in (5, 6):
        places = ["/robots.txt", *(f"/r{number}" for number in range(1, hops + 1))]
        web = Web({here: reply(301, location=there) for here, there in pairwise(places)})
        web.pages[places[-1]] = reply(200, RULES, **TEXT)
        webs[f"{hops} redirects"] = web
    for web in webs.values():
        web.pages["/"] = page("Home", "/private/x|support groups", "/groups|groups")
        web.fallback = lambda path: None if path == "/sitemap.xml" else page(path)
    return webs


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """Every answer of the table on a server of its own, all crawled at once."""
    with ExitStack() as stack:
        webs = {name: stack.enter_context(web) for name, web in _webs().items()}
        left = crawl_sites(
            tmp_path_factory.mktemp("robots"), *(web.origin for web in webs.values()), response_seconds=1.5, workers=30
        )
    by_key = {visit.site.site_key: visit for visit in left.site_visits}
    found = {}
    for name, web in webs.items():
        key = web.origin.removeprefix("http://")
        outcomes = {v.url.removeprefix(web.origin): v.outcome for v in left.visits if v.site_key == key}
        found[name] = Seen(web.paths, by_key[key], outcomes)
    return found


@pytest.mark.parametrize("name", ANSWERS)
def test_what_an_answer_means(name: str, seen: dict[str, Seen]) -> None:
    expected, one = ANSWERS[name][1], seen[name]
    asked = {path for path in one.paths if path not in ("/robots.txt", "/sitemap.xml")}
    if expected == "shut":
        assert asked == set()
        assert one.site.outcome == "blocked"
        assert one.site.reason.startswith("robots unreachable: "), one.site.reason
        assert one.site.next_action == "retry"
    else:
        assert asked == {"/", "/groups"} | ({"/private/x"} if expected == "open" else set())
        assert one.site.outcome == "complete", one.site.reason
        assert one.site.robots.startswith("rules" if "rules" in name or expected == "rules" else "no rules")
    if expected == "rules":
        assert one.outcomes["/private/x"] == "robots"


def test_five_redirects_are_followed_and_the_sixth_is_not_found(seen: dict[str, Seen]) -> None:
    assert "/private/x" not in seen["5 redirects"].paths
    assert seen["5 redirects"].site.robots == "rules"
    assert "/private/x" in seen["6 redirects"].paths
    assert "/r6" not in seen["6 redirects"].paths
    assert seen["6 redirects"].site.robots.startswith("no rules: more than five")


def test_a_server_without_a_trusted_certificate_is_not_crawled(tmp_path: Path) -> None:
    with Web({"/": page("Home")}, certificate=certificate(tmp_path)) as web:
        left = crawl_sites(tmp_path / "data", web.origin)
    assert web.paths == []
    assert left.site.outcome == "blocked"
    assert left.site.reason.startswith("robots unreachable: tls"), left.site.reason


def test_a_start_page_that_is_disallowed_blocks_the_site(tmp_path: Path) -> None:
    with Web({"/robots.txt": reply(200, "User-agent: *\nDisallow: /\n", **TEXT), "/": page("Home")}) as web:
        left = crawl_sites(tmp_path, web.origin)
    assert web.paths == ["/robots.txt"]
    assert (left.site.outcome, left.site.next_action) == ("blocked", "ask the owner")


def test_the_robots_of_the_host_that_a_redirect_leads_to_decide(tmp_path: Path) -> None:
    with (
        Web({"/robots.txt": reply(200, "User-agent: *\nDisallow: /\n", **TEXT)}, host="127.0.0.2") as other,
        Web() as web,
    ):
        other.fallback = page
        web.pages = {"/": reply(301, location=f"http://127.0.0.2:{other.port}/")}
        left = crawl_sites(tmp_path, web.origin)
    assert other.paths == ["/robots.txt"]
    assert left.site.outcome == "blocked"
    assert left.site.reason.startswith("robots: "), left.site.reason


def test_a_crawl_delay_is_kept_up_to_the_cap() -> None:
    assert parse(b"User-agent: *\nCrawl-delay: 7\n").crawl_delay == 7
    assert parse(b"User-agent: *\nCrawl-delay: 86400\n").crawl_delay == 30
    assert parse(b"User-agent: *\nCrawl-delay: soon\n").crawl_delay is None
    assert parse(b"User-agent: *\nCrawl-delay: 0\n").crawl_delay is None


def test_half_a_rule_at_the_cut_is_no_rule() -> None:
    body = (
        b"User-agent: *\n"
        + b"#" * (MAX_BYTES - 14 - len("\nDisallow: /pub"))
        + b"\nDisallow: /public-is-not-all-of-it\n"
    )
    assert body[:MAX_BYTES].endswith(b"Disallow: /pub")
    assert parse(body).allows("http://example.org/publications")


def test_a_failure_without_an_answer_disallows_everything() -> None:
    for outcome in (VisitOutcome.DNS, VisitOutcome.TIMEOUT, VisitOutcome.TLS, VisitOutcome.PRIVATE_ADDRESS):
        robots = robots_of(outcome, None, detail="why")
        assert not robots.reachable
        assert not robots.allows("http://example.org/")
