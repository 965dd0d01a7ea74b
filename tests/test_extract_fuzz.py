"""Hostile and broken pages end in offerings or a named outcome, and every row they give is sound."""

from __future__ import annotations

import time
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.extract import Page, extract_site
from crawler.extract.page import extract_page
from crawler.records import Site

SITE = Site("site", "http://site.example/", "site.example")
TAGS = [
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "dl",
    "dt",
    "dd",
    "b",
    "strong",
    "span",
    "a",
    "details",
]
TAGS += [
    "summary",
    "button",
    "section",
    "nav",
    "footer",
    "br",
    "hr",
    "form",
    "label",
    "script",
    "style",
    "template",
    "svg",
    "select",
]
TEXTS = [
    "Grief Support Group",
    "Meets Mondays at 5 pm for adults.",
    "Groups",
    "FAQ",
    "$40",
    "<<<<<<< HEAD",
    "\x00",
    "\u200b\u202e",
    "&nbsp;",
    "İ",
    "ﬀ",
]
TEXTS += [
    "Our groups include:",
    "When:",
    "A weekly group for men.",
    "10:00",
    "\ud83d",
    "]]>",
    "<!--",
    "-->",
    "<",
    "&#0;",
    "&#x110000;",
]

piece = st.one_of(
    st.builds(lambda tag, close: f"<{'/' if close else ''}{tag}>", st.sampled_from(TAGS), st.booleans()),
    st.sampled_from(TEXTS),
    st.text(max_size=12),
    st.builds(
        lambda tag, value: f'<{tag} class="{value}" id="x" aria-expanded="false">',
        st.sampled_from(TAGS),
        st.text(max_size=8),
    ),
)


def sound(body: bytes) -> None:
    result = extract_page(Page("page", body, url="http://site.example/page"), "site", "run")
    assert result.error is None or result.error.class_ in ("too_large", "not_html")
    for offering in result.offerings:
        assert offering.scope in ("group", "service")
        assert offering.name.strip() == offering.name != ""
        assert all(block.text and "\n" not in block.text for block in offering.blocks)
        for fact in offering.facts:
            quoted = offering.field(fact.field)[fact.start : fact.end]
            assert quoted
            assert quoted == quoted.strip()
    assert all(passage.text for passage in result.passages)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(piece, max_size=60))
def test_any_heap_of_markup_gives_sound_rows(pieces: list[str]) -> None:
    sound("".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_sound_rows(body: bytes) -> None:
    sound(body)


@pytest.mark.long
@settings(max_examples=4000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(piece, max_size=200))
def test_long_heaps_of_markup_give_sound_rows(pieces: list[str]) -> None:
    sound("".join(pieces).encode("utf-8", "surrogatepass"))


GROUP = "<h3>Grief Group</h3><p>Meets weekly on Mondays at 5 pm for adults.</p>"
HOSTILE = {
    "nothing": "",
    "only a script": "<script>document.write('x')</script>",
    "deep but allowed": "<ul><li>" * 2900,
    "a million-character attribute": f'<p title="{"a" * 1_000_000}">Hi</p>' + GROUP,
    "a heading without an end": "<h3>" + "grief group " * 60_000,
    "dates in a row": "<h3>" + "mar" * 90 + "x</h3><h3>" + "1" * 90 + "x</h3>",
    "links to one panel": '<a href="#a">a group</a>' * 3000 + "<div id=a><p>long text here for you</p></div>",
    "merge conflict marks": f"<<<<<<< HEAD\n{GROUP}\n=======\n{GROUP}\n>>>>>>> main",
    "duplicate ids": '<div id="a">x</div>' * 2000 + GROUP,
    "nested data": '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + GROUP,
    "HTML in data": '<script type="application/ld+json">{"@type":"Event","name":"<b>x</b></p>"}</script>' + GROUP,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_soon(name: str) -> None:
    started = time.perf_counter()
    sound(HOSTILE[name].encode())
    assert time.perf_counter() - started < 5


def test_a_hostile_page_does_not_disturb_another() -> None:
    pages = [
        Page("bad", ("<div>" * 100_000).encode()),
        Page("good", GROUP.encode()),
        Page("pdf", b"%PDF-1.7", "application/pdf"),
    ]
    extract = extract_site(pages, SITE, "run")
    broken = "parse_error" if find_spec("pypdf") else "not_html"  # without the extra `pdf` nobody looks into one
    assert [page.error.class_ if page.error else "" for page in extract.pages] == ["too_large", "", broken]
    assert [offering.name for offering in extract.pages[1].offerings] == ["Grief Group"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"<div>" * 100_000, "deep", id="divs"),
        pytest.param(b"<table><tr><td>" * 10_000, "deep", id="nested tables"),
        pytest.param(b"<b>" * 20_000, "deep", id="unclosed bold"),
        pytest.param(b"<br>" * 500_001, "tags", id="a million tags"),
        pytest.param(b"x" * 8_000_001, "bytes", id="size"),
    ],
)
def test_what_would_stall_the_parser_is_refused_before_it(body: bytes, words: str) -> None:
    started = time.perf_counter()
    result = extract_page(Page("page", body), "site", "run")
    assert result.error is not None
    assert result.error.class_ == "too_large"
    assert words in result.error.message
    assert time.perf_counter() - started < 2
