"""The frontier: what a link is worth, which addresses are one, what is a trap, what belongs to a site."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.crawl_farm import make_farm
from benchmarks.crawl_finding import MARKS, REQUESTS, measure
from crawler.frontier import Frontier, worth_of
from crawler.guard import BadUrlError
from crawler.identity import IdentityCheck, digits_of
from crawler.language import language_of
from crawler.limits import TooSlowError, time_limit
from crawler.look import Link, look_at
from crawler.sitemaps import read_sitemap
from crawler.sites import make_site
from crawler.urls import Scope, Traps, join, place_of

HOME = "https://larch.example/"


def test_the_frontier_finds_groups_earlier_than_breadth_first_on_the_farm() -> None:
    shares = measure(make_farm(40))
    areas = {name: sum(curve) / REQUESTS for name, curve in shares.items()}
    assert areas["frontier"] >= 1.3 * areas["breadth-first"]
    for mark in MARKS:
        assert shares["frontier"][mark - 1] >= shares["breadth-first"][mark - 1]
    assert shares["frontier"][29] >= 0.85, "within 30 requests"


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("Support Groups", "/a"), ("Services", "/services")),
        (("Groups", "/groups"), ("Group photo gallery", "/news/photos")),
        (("", "/group-therapy.html"), ("", "/individual-therapy.html")),
        (("Workshops", "/workshops"), ("Our Team", "/team")),
        (("Events", "/events"), ("Careers", "/careers")),
        (("Learn more", "/groups/grief"), ("Learn more", "/blog/grief")),
        (("What we offer", "/x"), ("Privacy policy", "/privacy")),
        (("Grief", "/grief"), ("Contact", "/contact")),
    ],
)
def test_what_promises_groups_is_worth_more(better: tuple[str, str], worse: tuple[str, str]) -> None:
    def worth(link: tuple[str, str]) -> float:
        return worth_of(link[0], place_of(f"https://larch.example{link[1]}"))

    assert worth(better) > worth(worse)


@pytest.mark.parametrize(
    "same",
    [
        ["/a", "/a/", "/a#x", "/a?utm_source=x&fbclid=y", "/a;jsessionid=0123456789", "//larch.example/a", "/b/../a"],
        ["/", "/index.html", "/default.aspx", "https://www.larch.example", "http://larch.example/?gclid=1"],
        ["/a?x=1&y=2", "/a?y=2&x=1", "/a/?x=1&y=2&PHPSESSID=0123456789abcdef"],
    ],
)  # fmt: skip
def test_addresses_of_one_page_have_one_key(same: list[str]) -> None:
    assert len({place_of(join(HOME, address)).key for address in same}) == 1


@pytest.mark.parametrize(
    "pair", [("/a", "/A"), ("/a", "/b"), ("/a?id=1", "/a?id=2"), ("/a?s=group", "/a"), ("/a/b", "/a")]
)
def test_addresses_of_two_pages_have_two_keys(pair: tuple[str, str]) -> None:
    assert place_of(join(HOME, pair[0])).key != place_of(join(HOME, pair[1])).key


@given(st.text(max_size=60))
def test_a_canonical_address_is_its_own_canonical_address(text: str) -> None:
    try:
        place = place_of(join(HOME, text) or HOME)
    except BadUrlError:
        return
    assert place_of(place.url) == place


@pytest.mark.parametrize(
    "reference", ["#top", "mailto:a@b.example", "javascript:void(0)", "tel:1", "data:text/html,x", "", "  "]
)
def test_what_is_no_link_to_a_page_is_none(reference: str) -> None:
    assert join(HOME, reference) == ""


@pytest.mark.parametrize(
    ("site", "inside", "outside"),
    [
        ("https://larch.example/", "https://www.larch.example/x", "https://groups.larch.example/x"),
        ("https://www.larch.example/", "http://larch.example/x", "https://larch.example:8080/x"),
        ("https://host.example/ann/", "https://host.example/ann/groups", "https://host.example/annabel"),
        ("https://host.example/ann", "https://host.example/ann", "https://host.example/"),
    ],
)
def test_what_belongs_to_a_site(site: str, inside: str, outside: str) -> None:
    scope = Scope(site, site.split("example", 1)[1])
    assert scope.contains(place_of(inside))
    assert not scope.contains(place_of(outside))


TRAPS = {
    "calendar by path": [f"/events/{year}/{month:02}/" for year in range(2020, 2030) for month in range(1, 13)],
    "calendar by day": [f"/calendar/2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)],
    "calendar by query": [f"/events?month={month}" for month in range(200)],
    "facets": [f"/groups?sort={way}&filter[]={n}" for way in "ab" for n in range(50)],
    "growing path": ["/a" + "/a" * n for n in range(1, 60)],
    "growing pair": ["/x" + "/a/b" * n for n in range(2, 60)],
    "numbered pages": [f"/item/{n}" for n in range(500)],
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_entered_a_few_times_at_most(name: str) -> None:
    traps = Traps()
    asked = [path for path in TRAPS[name] if not traps.why(place_of(join(HOME, path)))]
    assert len(asked) <= 25, asked


@pytest.mark.parametrize(
    "paths",
    [
        [f"/events/{name}-support-group-2026" for name in ("grief", "loss", "hope", "anger")],
        [f"/groups/{n}/" for n in range(20)],
        ["/2024/05/a-post-about-groups/", "/2024/05/another-post/"],
        ["/events/", "/events/?page=2", "/events/?page=3"],
        ["/en/groups/", "/groups/en/"],
    ],
)
def test_what_real_sites_have_is_no_trap(paths: list[str]) -> None:
    traps = Traps()
    assert [traps.why(place_of(join(HOME, path))) for path in paths] == [""] * len(paths)


def test_what_is_cut_is_noted_once_and_counted_beyond_the_bound() -> None:
    frontier = Frontier(Scope(HOME, ""))
    links = [Link(f"{HOME}events?month={n}", "calendar") for n in range(1000)]
    frontier.add_links(links + links, HOME, 1, 0.0)
    assert frontier.unasked == 997
    assert len(frontier.notes) == 300
    assert len(frontier) == 3


def test_groups_on_another_host_and_in_documents_are_noted() -> None:
    frontier = Frontier(Scope(HOME, ""))
    links = [
        Link("https://booking.example/g", "Our support groups"),
        Link(f"{HOME}house-rules.pdf", "flyer"),
        Link("https://x.example", "x"),
    ]
    frontier.add_links(links, HOME, 1, 0.0)
    assert [(note.url, note.outcome) for note in frontier.notes] == [
        ("https://booking.example/g", "off_site"),
        (f"{HOME}house-rules.pdf", "not_html"),
    ]
    assert frontier.next() is None


def test_a_folder_whose_pages_held_groups_earns_trust() -> None:
    frontier = Frontier(Scope(HOME, ""))
    frontier.add_links(
        [Link(f"{HOME}{folder}/{n}x", "more") for folder in ("dull", "rich") for n in range(4)], HOME, 1, 0.0
    )
    order = []
    while (candidate := frontier.next()) is not None:
        order.append(candidate.folder)
        frontier.learn(candidate, 1.0 if candidate.folder == "/rich" else 0.0)
    assert order[-3:] == ["/dull"] * 3


@pytest.mark.parametrize(
    ("body", "pages", "sitemaps", "wrong"),
    [
        (b"<urlset><url><loc> https://a.example/x </loc></url></urlset>", 1, 0, False),
        (b"<?xml version='1.0'?>\n<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap>"
         b"<loc>https://a.example/s</loc></sitemap></sitemapindex>", 0, 1, False),
        (b"https://a.example/x\nhttps://a.example/y\nnot one\n", 2, 0, False),
        (b"<urlset><url><loc>https://a.example/x</loc></url><url><loc>cut off", 1, 0, False),
        (b"<!doctype html><p>Not here</p>", 0, 0, True),
        (b"\x1f\x8bbroken", 0, 0, True),
        (b"", 0, 0, False),
        (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset><loc>&a;</loc></urlset>", 0, 0, False),
        (b"<!DOCTYPE x [<!ENTITY a 'a'><!ENTITY b '&a;'>]><urlset><url><loc>https://a.example/&b;</loc></url></urlset>",
         1, 0, False),
        (b"<urlset>" + b"<url><loc>https://a.example/x</loc></url>" * 9000 + b"</urlset>", 5000, 0, False),
    ],
)  # fmt: skip
def test_sitemaps_are_read_and_bounded(body: bytes, pages: int, sitemaps: int, wrong: bool) -> None:
    found = read_sitemap(body)
    assert (len(found.pages), len(found.sitemaps), bool(found.why_not)) == (pages, sitemaps, wrong)
    assert not any("root:" in page for page in found.pages)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_and_a_sitemap_of_sorts(body: bytes) -> None:
    look_at(body, "utf-8", HOME)
    read_sitemap(body)


HOSTILE = [
    "a" * 60 + "%20",
    "a-" * 40 + "!",
    "a/" * 60 + "%",
    "a." * 60 + "%",
    "1" * 2000,
    "support group " * 140,
    " " * 2000,
    "a@" * 900,
    "2026-" * 300,
    "%" * 600,
    "(555" * 400,
    "x=1&" * 400,
    "5" * 2000 + "-555-",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_no_text_of_a_stranger_takes_long_to_read(text: str) -> None:
    """The crawl reads what strangers wrote in one thread: an expression that explodes would stop every site."""
    with time_limit(3.0):
        read_everything(text)


def read_everything(text: str) -> None:
    for reference in (f"/{text}", f"/{text}/x", f"/x?{text}", text, f"//{text}", f"https://larch.example/{text}"):
        try:
            place = place_of(join(HOME, reference) or HOME)
        except BadUrlError:
            continue
        Traps().why(place)
        worth_of(text[:200], place)
    look_at(f"<title>{text}</title><h1>{text}</h1><a href='/{text}'>{text}</a><p>{text * 20}".encode(), "", HOME)
    check = IdentityCheck(make_site("larch.example", name=text[:300], phone="603-392-0142", city=text[:50]))
    check.read(text, f"lorem ipsum 555 0000 7890 @example. name here 123 0142 {text * 20}", home=True)
    language_of(text * 3, text)
    read_sitemap(f"<urlset><url><loc>{text}</loc></url></urlset>".encode())


def test_what_takes_too_long_is_stopped_and_nothing_is_left_behind() -> None:
    with pytest.raises(TooSlowError), time_limit(0.05):
        re.fullmatch(r"(a|a?)+b", "a" * 60)
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def test_a_look_at_a_page() -> None:
    look = look_at(
        b"<html lang='en-US'><head><base href='/sub/'><title> A  title </title><link rel=canonical href='/c'></head>"
        b"<body><nav><a href='x'>Groups</a></nav><p>Text<br>here</p><a href='y' title='More'><img></a>"
        b"<footer><a href='/z'>z</a></footer><script>var not_text</script></body></html>",
        "latin-1",
        HOME,
    )
    assert (look.title, look.canonical) == ("A title", f"{HOME}c")
    assert [(link.url, link.words, link.place) for link in look.links] == [
        (f"{HOME}sub/x", "Groups", "edge"),
        (f"{HOME}sub/y", "More", "main"),
        (f"{HOME}z", "z", "foot"),
    ]
    assert "Text here" in look.text
    assert "not_text" not in look.text
    for charset, word in (
        ("utf-8", "caf\u00e9"),
        ("iso-8859-1", "caf\u00e9"),
        ("no-such-charset", "caf"),
        ("", "caf\u00e9"),
    ):
        encoded = f"<title>{word}</title>".encode("utf-8" if charset != "iso-8859-1" else charset)
        assert look_at(encoded, charset, HOME).title.startswith("caf")


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("We offer groups for people who are grieving and for their families in the city and the county.", "", "en"),
        ("Ofrecemos grupos de apoyo para las personas que est\u00e1n de duelo y su familia en la ciudad.", "en", "es"),
        ("Nous proposons des groupes de soutien pour les personnes en deuil et leur famille.", "en", "fr"),
        ("Wir bieten Gruppen f\u00fcr Menschen an, die trauern, und f\u00fcr ihre Familien in der Stadt.", "", "de"),
        ("\u6211\u4eec\u4e3a\u60b2\u4f24\u7684\u4eba\u63d0\u4f9b\u652f\u6301\u5c0f\u7ec4" * 5, "en", "zh"),
        ("Call 603 392 0142", "en-GB", "en"),
        ("Call 603 392 0142", "", ""),
    ],
)  # fmt: skip
def test_the_language_is_what_the_words_say(text: str, declared: str, language: str) -> None:
    assert language_of(text, declared) == language


@pytest.mark.parametrize(
    ("written", "found"),
    [("603.392.0142", True), ("(603) 392-0142", True), ("+1 603 392 0142", True), ("6033920142", True),
     ("603-392-0143", False), ("16033920142999", False)],
)  # fmt: skip
def test_a_telephone_number_is_found_however_it_is_written(written: str, found: bool) -> None:
    check = IdentityCheck(make_site("larch.example", name="Larch", phone="603-392-0142 ext. 5"))
    check.read("Larch", f"Call us: {written} any day.")
    assert check.phone == found


def test_too_short_a_number_confirms_nothing() -> None:
    assert digits_of("911") == ""
