"""The public pages as people meet them: from a file, on a phone, without scripts; nothing asked, nothing said."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import axe_source, chromium
from hostile import hostile_run
from playwright.sync_api import Browser
from synthetic_runs import RUN_1, small_run, write_run
from test_report_in_browser import Watched, watch

from reports import states
from reports.public import write_public
from reports.publish import publish

pytestmark = pytest.mark.browser
TODAY, LETTER = datetime.date(2026, 11, 12), datetime.date(2026, 10, 1)
KINDS = ("index.html", "corrections.html", "limits.html", "provider")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    data, out = folder / "data", folder / "out"
    write_run(data, small_run(RUN_1))
    publish(data, today=TODAY)
    for site in ("alder.example", "birch.example"):
        states.letter_sent(data, site, dated=LETTER)
    states.reply(data, "a1", "We see it otherwise, and say why on our page.")
    publish(data, today=TODAY)
    who = {"publisher": "The Gazette", "contact": "desk@gazette.example", "interests": "none"}
    assert write_public(data, out, **who, today=TODAY).named == 3
    states.set_state(data, "b1", "withdrawn", "We misread the page.")
    publish(data, today=TODAY)
    assert write_public(data, out, **who, today=TODAY).named == 2
    return out


def files(public: Path, kind: str) -> list[Path]:
    found = sorted((public / "provider").glob("*.html")) if kind == "provider" else [public / kind]
    assert found
    return found


def opened(browser: Browser, file: Path, **options: Any) -> Watched:
    watched = watch(browser, file, **options)
    assert watched.said == [], file
    assert watched.asked == [file.as_uri()]
    return watched


@pytest.mark.parametrize("kind", KINDS)
def test_a_public_page_loads_without_a_message_or_a_request(browser: Browser, public: Path, kind: str) -> None:
    for file in files(public, kind):
        page = opened(browser, file).page
        assert "INTERNAL" not in page.locator("body").inner_text()
        page.context.close()


@pytest.mark.parametrize(("kind", "scheme"), [*((kind, "light") for kind in KINDS), ("provider", "dark")])
def test_axe_finds_nothing_on_a_public_page(browser: Browser, public: Path, kind: str, scheme: str) -> None:
    page = opened(browser, files(public, kind)[0], color_scheme=scheme, bypass_csp=True).page
    page.add_script_tag(content=axe_source())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    assert [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]] == []
    assert found["passes"]
    page.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_public_page_fits_a_phone(browser: Browser, public: Path, kind: str) -> None:
    page = opened(browser, files(public, kind)[0], viewport={"width": 360, "height": 740}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_without_scripts_every_named_flag_and_quotation_is_there(browser: Browser, public: Path) -> None:
    tables = json.loads((public / "groupaudit.json").read_text(encoding="utf-8"))
    assert len(tables["flags"]) == 2
    page = opened(browser, public / "index.html", java_script_enabled=False).page
    text = page.locator("main").inner_text()
    for flag in tables["flags"]:
        assert flag["name"] in text
        assert flag["quote"] in text
    links = [str(link.get_attribute("href")) for link in page.locator("tbody a[href^=provider]").all()]
    page.context.close()
    assert links
    seen = ""
    for link in dict.fromkeys(link.partition("#")[0] for link in links):
        page = opened(browser, public / link, java_script_enabled=False).page
        seen += page.locator("main").inner_text()
        page.context.close()
    for hit in tables["evidence"]:
        assert hit["quote"] in seen
    assert "We see it otherwise, and say why on our page." in seen


def test_a_withdrawn_flag_stands_in_the_corrections_a_reader_sees(browser: Browser, public: Path) -> None:
    page = opened(browser, public / "corrections.html", java_script_enabled=False).page
    text = page.locator("main").inner_text()
    assert "We misread the page." in text
    page.context.close()


def test_a_hostile_page_does_nothing_in_public_either(browser: Browser, tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    write_run(data, hostile_run())
    publish(data, today=TODAY)
    states.letter_sent(data, "evil.example", dated=LETTER)
    publish(data, today=TODAY)
    write_public(data, out, publisher="p", contact="c", interests="none", today=TODAY)
    for kind in KINDS:
        for file in files(out, kind):
            page = opened(browser, file).page
            assert page.locator("main").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth") <= 1200
            page.context.close()
