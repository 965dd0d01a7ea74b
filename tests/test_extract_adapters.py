"""Adapters: each reads its own platform's page, none touches another's, and none is used unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.adapters import ADAPTERS
from crawler.extract import Page, extract_site
from crawler.extract.structured import read_structured
from crawler.extract.walk import parse
from crawler.records import Offering, Site

FOLDER = Path(__file__).parent / "pages" / "adapters"
SITE = Site("site", "http://site.example/", "site.example")


def offerings(page: str, *adapters: str) -> tuple[Offering, ...]:
    body = (FOLDER / f"{page}.html").read_bytes()
    return extract_site([Page(page, body)], SITE, "run", adapters=adapters).pages[0].offerings


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_an_adapter_reads_its_page(name: str) -> None:
    wanted = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["offerings"]
    found = offerings(name, *ADAPTERS)
    assert [
        {
            "name": o.name,
            "headings": list(o.headings),
            "lines": o.text.split("\n"),
            "provider": o.provider,
            "category": o.category,
        }
        for o in found
    ] == [{"provider": "", "category": ""} | row for row in wanted]
    assert all(o.group_key for o in found)


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_an_adapter_leaves_other_pages_alone(name: str) -> None:
    for other in sorted(set(ADAPTERS) - {name}):
        assert [o.name for o in offerings(other, name)] == [o.name for o in offerings(other)]


def test_no_adapter_is_used_unasked() -> None:
    assert all(o.provider == "" and o.category == "" for o in offerings("group-directory"))


def test_an_unknown_adapter_is_named() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        offerings("event-calendar", "nowhere")


@pytest.mark.parametrize(
    ("html", "attended", "post"),
    [
        (
            '<script type="application/ld+json">{"@type": "Event", "name": "Grief <b>Group</b>"}</script>',
            {"grief group"},
            False,
        ),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": ["Thing", "Course"], "name": "Calm"}]}</script>',
            {"calm"},
            False,
        ),
        ('<script type="application/ld+json">{"@type": "Service", "name": "Group Therapy"}</script>', set(), False),
        ('<script type="application/ld+json">{"@type": "BlogPosting"}</script>', set(), True),
        ('<script type="application/ld+json">{"@type": "Event", "name": </script>', set(), False),
        ('<script type="application/ld+json">' + "[" * 90_000 + "</script>", set(), False),
        (
            '<div itemscope itemtype="https://schema.org/Event"><b itemprop="name">Men’s Group</b></div>',
            {"men's group"},
            False,
        ),
    ],
)
def test_structured_data_name_what_is_attended(html: str, attended: set[str], post: bool) -> None:
    found = read_structured(parse(html))
    assert (set(found.attended), found.post) == (attended, post)


def test_data_alone_are_no_proof_that_something_is_seen() -> None:
    data = b'{"@type":"Event","name":"Secret Group","description":"A weekly group."}'
    body = b'<h1>Hello</h1><script type="application/ld+json">' + data + b"</script>"
    assert extract_site([Page("p", body)], SITE, "run").pages[0].offerings == ()


@pytest.mark.parametrize(("kind", "found"), [("Event", ["Fire and Clay Workshop"]), ("Offer", [])])
def test_an_event_of_the_data_that_is_shown_is_more_surely_a_group(kind: str, found: list[str]) -> None:
    data = f'<script type="application/ld+json">{{"@type":"{kind}","name":"Fire and Clay Workshop"}}</script>'
    shown = (
        "<h1>Studio</h1><h2>Fire and Clay Workshop</h2><p>Saturday, March 7 at 10 am. Bring an apron and old shoes.</p>"
    )
    page = Page("p", f"{data}<main>{shown}</main>".encode())
    assert [o.name for o in extract_site([page], SITE, "run").pages[0].offerings] == found
