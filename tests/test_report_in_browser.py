"""The report as people meet it: opened from a file in a browser, at a desk, on a phone, printed, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import axe_source, chromium
from hostile import hostile_run
from playwright.sync_api import Browser, Page, expect
from synthetic_runs import RUN_1, RUN_2, small_run, write_run

from reports.publish import publish
from reports.render.site import render

pytestmark = pytest.mark.browser
FOCUSED = """(() => {
  const found = document.activeElement;
  return found.tagName + ":" + (found.name || found.textContent.trim().slice(0, 30));
})()"""
KINDS = ("index.html", "groups.html", "sites.html", "changes.html", "criteria.html", "limits.html", "provider")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_run(folder, small_run(RUN_1))
    write_run(folder, small_run(RUN_2, sites=small_run().sites[:4]))
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def report(data: Path) -> Path:
    return render(data, criteria={}).parent


@dataclass
class Watched:
    """A page and everything that it said and asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def watch(browser: Browser, file: Path, **options: Any) -> Watched:
    context = browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
    watched = Watched(context.new_page())
    watched.page.on("console", lambda message: watched.said.append(message.text))
    watched.page.on("pageerror", lambda error: watched.said.append(str(error)))
    watched.page.on("dialog", lambda dialog: (watched.said.append(dialog.message), dialog.dismiss()))
    watched.page.on("request", lambda request: watched.asked.append(request.url))
    watched.page.goto(file.as_uri())
    return watched


def files(report: Path, kind: str) -> list[Path]:
    return sorted((report / "provider").glob("*.html")) if kind == "provider" else [report / kind]


@pytest.mark.parametrize("kind", KINDS)
def test_it_loads_from_a_file_without_a_message_or_a_request(browser: Browser, report: Path, kind: str) -> None:
    for file in files(report, kind):
        watched = watch(browser, file)
        assert watched.said == []
        assert watched.asked == [file.as_uri()]
        watched.page.context.close()


@pytest.mark.parametrize(
    ("kind", "scheme"), [*((kind, "light") for kind in KINDS), ("index.html", "dark"), ("provider", "dark")]
)
def test_axe_finds_nothing(browser: Browser, report: Path, kind: str, scheme: str) -> None:
    watched = watch(browser, files(report, kind)[0], color_scheme=scheme, bypass_csp=True)
    watched.page.add_script_tag(content=axe_source())
    found = watched.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    wrong = [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]]
    assert wrong == []
    assert found["passes"]
    watched.page.context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_does_not_scroll_sideways(browser: Browser, report: Path, kind: str) -> None:
    watched = watch(browser, files(report, kind)[0], viewport={"width": 360, "height": 740})
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 360
    watched.page.context.close()


def shown(page: Page) -> list[str]:
    return page.locator("#flags ~ div table tbody tr:visible th").all_inner_texts()


def test_the_flags_sort(browser: Browser, report: Path) -> None:
    page = watch(browser, report / "index.html").page
    heading = page.locator("th[role=columnheader]", has_text="Provider").first
    heading.get_by_role("button").click()
    ascending = shown(page)
    assert len(ascending) == 5
    assert ascending == sorted(ascending, key=str.lower)
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.get_by_role("button").click()
    assert shown(page) == ascending[::-1]
    assert heading.get_attribute("aria-sort") == "descending"
    page.context.close()


def test_the_flags_filter(browser: Browser, report: Path) -> None:
    page = watch(browser, report / "index.html").page
    status = page.locator("#flags-status")
    assert status.inner_text() == "All 5 shown."
    page.get_by_label("Find words").fill("birch grief")
    assert shown(page) == ["Birch Hospital"]
    assert status.inner_text() == "1 of 5 shown."
    page.get_by_role("button", name="Show all").click()
    expect(status).to_have_text("All 5 shown.")
    page.get_by_label("Something else by").first.select_option("article")
    assert shown(page) == ["Alder Practice", "Cedar Centre"]
    page.get_by_label("Find words").fill("no such words")
    assert shown(page) == []
    page.context.close()


def test_the_keyboard_is_enough(browser: Browser, report: Path) -> None:
    page = watch(browser, report / "index.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = []
    for _ in range(120):
        page.keyboard.press("Tab")
        label = page.evaluate(FOCUSED)
        reached.append(label)
        if label == "BUTTON:Provider":
            break
    assert "INPUT:words" in reached
    assert reached[-1] == "BUTTON:Provider"
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").count() == 1
    while page.evaluate("document.activeElement.closest('tbody') === null"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"provider/.*#g-"))
    page.context.close()


def test_every_focus_can_be_seen(browser: Browser, report: Path) -> None:
    page = watch(browser, report / "index.html").page
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.context.close()


def test_without_scripts_every_flag_and_quotation_is_there(browser: Browser, data: Path, report: Path) -> None:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        flags = connection.execute("SELECT site_key, group_key, name, quote FROM flags").fetchall()
        quotes = connection.execute(
            "SELECT site_key, quote FROM evidence SEMI JOIN flags USING (site_key, group_key)"
        ).fetchall()
    page = watch(browser, report / "index.html", java_script_enabled=False).page
    text = page.locator("main").inner_text()
    assert not page.locator("form.filter").first.is_visible()
    assert page.locator("tbody tr[role=row]").count() == len(flags) == 5
    for _, _, name, quote in flags:
        assert name in text
        assert quote in text
    page.context.close()
    seen = {}
    for file in files(report, "provider"):
        page = watch(browser, file, java_script_enabled=False).page
        seen[page.locator("dd").first.inner_text()] = page.locator("main").inner_text()
        page.context.close()
    for site_key, quote in quotes:
        assert quote in seen[f"https://{site_key}/"], (site_key, quote)


def test_it_prints_whole(browser: Browser, report: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    for kind in ("index.html", "provider"):
        page = watch(browser, files(report, kind)[0]).page
        page.emulate_media(media="print")
        assert not page.locator("nav").first.is_visible()
        if kind == "index.html":
            assert not page.locator("form.filter").first.is_visible()
        page.pdf(path=tmp_path / "page.pdf", format="A4")
        text = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages))
        assert "INTERNAL" in text
        quoted = "share their stories and" if kind == "index.html" else "support group for people in grief"
        assert quoted in text
        assert "Don’t leave a group because of this list." in text
        page.context.close()


def test_a_hostile_page_does_nothing(browser: Browser, tmp_path: Path) -> None:
    write_run(tmp_path, hostile_run())
    publish(tmp_path)
    report = render(tmp_path, criteria={}).parent
    for kind in ("index.html", "groups.html", "provider"):
        for file in files(report, kind):
            watched = watch(browser, file)
            assert watched.said == []
            assert watched.asked == [file.as_uri()]
            assert "owned" not in watched.page.title().split("–")[-1]
            assert watched.page.locator("main").is_visible()
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= 1200
            watched.page.context.close()
