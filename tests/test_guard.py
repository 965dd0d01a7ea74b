"""The guard: a table of addresses and their encodings, and a private server that must not be connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from crawling import crawl_sites
from hypothesis import given
from hypothesis import strategies as st
from local_web import Web, page, reply

from crawler.command import CrawlRefusedError, is_contact
from crawler.guard import (
    BadUrlError,
    PrivateAddressError,
    UnknownHostError,
    checked_addresses,
    is_public,
    parse_allowed,
    split_url,
)
from crawler.resolver import GuardedResolver

PRIVATE = [
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255",  # RFC 1918
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "0.1.2.3", "::1", "::",  # loopback, this network
    "169.254.0.1", "169.254.169.254", "fe80::1", "fd00::1", "fc00::1", "fec0::1",  # link-local, unique and site local
    "100.64.0.1", "100.127.255.255",  # carrier-grade NAT
    "224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1", "240.0.0.1", "255.255.255.255",  # multicast, reserved
    "192.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255", "192.88.99.1",  # special
    "2001:db8::1", "3fff::1", "5f00::1", "100::1",  # documentation, discard
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",  # IPv4-mapped
    "::127.0.0.1", "::10.0.0.1", "::192.168.1.1",  # IPv4-compatible
    "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "2002:a9fe:a9fe::1",  # 6to4
    "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:0:a00:1:0:0:f5ff:fffe",  # Teredo
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::c0a8:101", "64:ff9b:1::7f00:1", "64:ff9b:1::1",  # NAT64
    "2607:f8b0::5efe:7f00:1", "2607:f8b0::200:5efe:a00:1",  # ISATAP inside a public prefix
]  # fmt: skip
PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2607:f8b0:4005:805::200e", "2002:808:808::1"]
ENCODED = [
    "http://127.0.0.1:{port}/", "http://127.1:{port}/", "http://127.0.1:{port}/", "http://2130706433:{port}/",
    "http://0x7f000001:{port}/", "http://0x7f.1:{port}/", "http://0177.0.0.1:{port}/", "http://017700000001:{port}/",
    "http://127.0.0.1.:{port}/", "http://0:{port}/", "http://0.0.0.0:{port}/", "http://localhost:{port}/",
    "http://localhost.:{port}/", "http://LOCALHOST:{port}/", "http://[::1]:{port}/", "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[::127.0.0.1]:{port}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/", "http://\uff11\uff12\uff17.0.0.1:{port}/",
    "http://127\u30020\u30020\u30021:{port}/", "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3:{port}/",
    "http://example.org@127.0.0.1:{port}/", "http://example.org:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@example.org/",
    "http://example.org\\@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@example.org/", "http:\\\\127.0.0.1:{port}\\",
    "http://[::1%25lo]:{port}/", "http://127.0.0.1%00.example.org:{port}/", "http://127.0.0.1\t:{port}/",
    "https://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/",
    "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/",
    "data:text/html,x", "javascript:alert(1)",
]  # fmt: skip


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(set(PRIVATE) | set(ENCODED)) >= 60


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(PrivateAddressError, match="not on the public internet"):
        checked_addresses("somewhere.example", 80, resolve=lambda *_: [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_given(address: str) -> None:
    assert checked_addresses("somewhere.example", 443, resolve=lambda *_: [address]) == (address,)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(PrivateAddressError):
        checked_addresses("mixed.example", 80, resolve=lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_a_host_without_an_address_is_unknown() -> None:
    def none(*_: object) -> Sequence[str]:
        raise OSError("no such host")

    for resolve in (none, lambda *_: []):
        with pytest.raises(UnknownHostError):
            checked_addresses("nowhere.example", 80, resolve=resolve)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_every_wrapping_of_a_private_address_is_refused(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for wrapped in (
        (0xFFFF << 32) | number,
        number | 0x64FF9B << 96,
        (0x2002 << 112) | (number << 80),
        (0x20010000 << 96) | (0x8080808 << 64) | (number ^ 0xFFFFFFFF),
    ):
        assert not is_public(ipaddress.IPv6Address(wrapped))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("127.0.0.0/8", ("127.9.9.9", 80), ("10.0.0.1", 80)),
        ("10.1.2.3:8080", ("10.1.2.3", 8080), ("10.1.2.3", 80)),
        ("[fd00::/8]:8080", ("fd12::1", 8080), ("fd12::1", 80)),
        ("::1", ("::1", 9), ("::2", 9)),
        ("[::1]", ("::1", 9), ("127.0.0.1", 9)),
    ],
)
def test_an_allowed_network_covers_itself_and_its_port_only(
    text: str, inside: tuple[str, int], outside: tuple[str, int]
) -> None:
    rule = parse_allowed(text)
    assert rule.covers(ipaddress.ip_address(inside[0]), inside[1])
    assert not rule.covers(ipaddress.ip_address(outside[0]), outside[1])


@pytest.mark.parametrize("text", ["", "everything", "10.0.0.0/99", "10.0.0.1:99999", "10.0.0.1:http"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"CIDR|port"):
        parse_allowed(text)


@pytest.mark.parametrize(
    "url",
    ["", "x", "http://", "http:///a", "http://a b/", "http://u@h/", "http://h\\x/", "http://h:22/", "http://h:0/",
     "http://h:x/", "http://-h-/", "http://h..example/", "http://[::1%1]/", "http://h/" + "a" * 2100],
)  # fmt: skip
def test_an_address_with_two_readings_is_no_address(url: str) -> None:
    with pytest.raises(BadUrlError):
        split_url(url)


@given(st.text(max_size=60))
def test_an_address_that_is_accepted_reads_the_same_twice(text: str) -> None:
    try:
        target = split_url(f"http://example.org/{text}")
    except BadUrlError:
        return
    assert target.host == "example.org"
    assert split_url(target.url) == target


def test_a_resolver_that_changes_its_answer_is_asked_once_and_the_checked_address_is_used() -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, *_: object) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked) - 1, 1)]

    class Receiver:
        def __init__(self) -> None:
            self.addresses: list[str] = []
            self.done = asyncio.Event()

        def resolutionBegan(self, resolution: object) -> None: ...  # noqa: N802

        def addressResolved(self, address: object) -> None:  # noqa: N802
            self.addresses.append(address.host)  # type: ignore[attr-defined]

        def resolutionComplete(self) -> None:  # noqa: N802
            self.done.set()

    async def both() -> tuple[tuple[str, ...], list[str]]:
        resolver = GuardedResolver((), rebinding)
        checked = await resolver.check("rebinding.example", 80)
        receiver = Receiver()
        resolver.resolveHostName(receiver, "rebinding.example", 80)
        await receiver.done.wait()
        return checked, receiver.addresses

    checked, connected = asyncio.run(both())
    assert checked == ("8.8.8.8",)
    assert connected == ["8.8.8.8"]
    assert asked == ["rebinding.example"]


def test_a_resolver_that_gives_a_private_address_leaves_nothing_to_connect_to() -> None:
    async def check() -> None:
        resolver = GuardedResolver((), lambda *_: ["127.0.0.1"])
        with pytest.raises(PrivateAddressError):
            await resolver.check("private.example", 80)

    asyncio.run(check())


# -- the real crawl against a private server that stands beside the one that is allowed -------------------------------


def test_no_fetch_path_connects_to_a_private_server(tmp_path: Path) -> None:
    """Start rows, links, redirects, sitemaps, canonicals, frames, refreshes and robots all lead to a private server."""
    with Web({}, host="127.0.0.2") as private, Web({}) as allowed:
        private.fallback = lambda _: page("Secret")
        encoded = [text.format(port=private.port).replace("127.0.0.1", "127.0.0.2") for text in ENCODED]
        target = f"http://127.0.0.2:{private.port}"
        home = page("Home", *(f"/go/{number}|support groups" for number in range(len(encoded))), "/framed", "/refresh")
        framed = f'<link rel="canonical" href="{target}/c">' + page("Framed") + f'<iframe src="{target}/f"></iframe>'
        allowed.pages = {
            "/robots.txt": reply(200, f"Sitemap: {target}/a.xml\nSitemap: /ours.xml\n", content_type="text/plain"),
            "/ours.xml": f"<sitemapindex><sitemap><loc>{target}/x.xml</loc></sitemap></sitemapindex>",
            "/": home + "".join(f'<a href="{url}">support groups</a>' for url in encoded),
            "/framed": framed,
            "/refresh": f'<meta http-equiv="refresh" content="0; url={target}/r">' + page("Refreshed"),
        }
        for number, url in enumerate(encoded):
            allowed.pages[f"/go/{number}"] = reply(302, location=url.encode("unicode_escape").decode())
        old = dict(os.environ)
        os.environ.update(http_proxy=target, https_proxy=target, HTTP_PROXY=target, ALL_PROXY=target)
        try:
            left = crawl_sites(tmp_path, allowed.origin, allow_private=(f"127.0.0.1:{allowed.port}",))
        finally:
            os.environ.clear()
            os.environ.update(old)
        assert left.end.complete + left.end.partial == 1, left.log
        assert {"/", "/framed", "/refresh", "/go/0"} <= set(allowed.paths)
        assert private.accepted == 0, private.paths


def test_a_start_page_that_redirects_to_a_private_server_is_named(tmp_path: Path) -> None:
    with Web({}, host="127.0.0.2") as private, Web({}) as allowed:
        allowed.pages = {"/": reply(301, location=f"http://127.0.0.2:{private.port}/")}
        left = crawl_sites(tmp_path, allowed.origin, allow_private=(f"127.0.0.1:{allowed.port}",))
        assert private.accepted == 0
        assert left.site.outcome == "failed"
        assert left.site.reason.startswith("private_address"), left.site.reason
        assert "--allow-private" in left.site.next_action
        assert "private_address" in {visit.outcome for visit in left.visits}


def test_a_private_site_of_the_list_is_blocked_and_never_connected_to(tmp_path: Path) -> None:
    with Web({}) as private:
        left = crawl_sites(tmp_path, private.origin, allow_private=(), gap_seconds=1.0, contact="test@example.org")
        assert private.accepted == 0
        assert left.site.outcome == "blocked"
        assert "private_address" in left.site.reason
        assert left.site.next_action.startswith("drop it from the list, or allow"), "another try meets the same guard"


def test_a_redirect_to_a_private_robots_txt_is_not_followed(tmp_path: Path) -> None:
    with Web({}, host="127.0.0.2") as private, Web({}) as allowed:
        allowed.pages = {
            "/robots.txt": reply(301, location=f"http://127.0.0.2:{private.port}/robots.txt"),
            "/": page("Home"),
        }
        left = crawl_sites(tmp_path, allowed.origin, allow_private=(f"127.0.0.1:{allowed.port}",))
        assert private.accepted == 0
        assert left.site.outcome == "blocked"


@pytest.mark.parametrize(
    ("contact", "good"),
    [
        ("me@example.org", True),
        ("mailto:desk@news.example.co.uk", True),
        ("https://example.org/about-the-crawl", True),
        ("notamail", False),
        ("me@", False),
        ("me@host", False),
        ("@example.org", False),
        ("https://", False),
        ("ftp://example.org", False),
    ],
)
def test_a_contact_is_an_address_that_reaches_somebody(contact: str, good: bool) -> None:
    assert is_contact(contact) is good


def test_a_crawl_without_a_contact_or_with_a_short_gap_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(CrawlRefusedError, match="no contact"):
        crawl_sites(tmp_path, "https://example.org/", gap_seconds=2.0)
    with pytest.raises(CrawlRefusedError, match="gap of 0"):
        crawl_sites(tmp_path, "https://example.org/", contact="a@example.org")
    with pytest.raises(CrawlRefusedError, match="allow-private"):
        crawl_sites(tmp_path, "https://example.org/", allow_private=("nonsense",))
    with pytest.raises(CrawlRefusedError, match="'notamail' is neither a mail address nor a page"):
        crawl_sites(tmp_path, "https://example.org/", contact="notamail", gap_seconds=2.0)
    assert not list(tmp_path.iterdir())
