"""Listings set into pages: ten families of markup hold every word, and `check`'s code says what the benchmark says."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from audit.auditor import Auditor
from audit.benchmark import judge_row, read_rows
from benchmarks import audit_pages
from benchmarks.audit_markup import FAMILIES, page
from benchmarks.audit_pages import measure, outcome, sheet_of, usable
from crawler.extract.site import SiteExtract

ROWS = read_rows(Path(__file__).parent.parent / "benchmarks" / "listings" / "open.jsonl")
AUDITOR = Auditor()
FLOOR = 0.6
"""Below what the sample reaches as extraction stands; the whole is measured by `python -m benchmarks.audit_pages`."""
CLEAR = {
    "id": "clear",
    "site": "nowhere",
    "page_title": "Groups | Fenwick House",
    "headings": ["Our groups"],
    "name": "Panic Group Therapy",
    "text": "This ten-week group is a class for panic & worry. Each week has a handout and homework.\n\n"
    "\u2022 You will learn breathing techniques and coping skills.\n\u2022 We teach one module a session.",
    "scope": "group",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_template_holds_every_word(family: str) -> None:
    html = unescape(page(sheet_of(CLEAR, ROWS), family).decode())
    for words in (CLEAR["page_title"], *CLEAR["headings"], CLEAR["name"], "panic & worry", "one module a session."):
        assert words in html


@pytest.mark.parametrize("family", FAMILIES)
def test_a_clear_listing_comes_out_the_same_in_every_family(family: str) -> None:
    alone = judge_row(CLEAR, AUDITOR)
    assert (alone.claim, alone.kind) == ("own", "psychoeducation")
    found = outcome(CLEAR, family, alone, ROWS, AUDITOR)
    assert found.differs == (), found


def test_listings_without_text_or_without_name_and_heading_are_set_apart() -> None:
    fit, apart = usable([CLEAR, {**CLEAR, "text": " \n"}, {**CLEAR, "name": "", "headings": []}])
    assert fit == [CLEAR]
    assert dict(apart) == {"no text": 1, "neither name nor heading": 1}


def test_a_sample_of_the_listings_agrees_and_each_loss_has_a_cause() -> None:
    fit, _ = usable(ROWS)
    outcomes = list(measure(fit[::12], ROWS, AUDITOR))
    right = sum(not each.differs for each in outcomes)
    print(f"\n{right} of {len(outcomes)} agree")
    assert right >= FLOOR * len(outcomes)
    causes = {"not extracted", "cut differently", "other context"}
    assert all((each.cause in causes) == bool(each.differs) for each in outcomes)


def test_what_extraction_loses_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    real = audit_pages.extract_site

    def lose(*args: object, **named: object) -> SiteExtract:
        extract = real(*args, **named)  # type: ignore[arg-type]
        return replace(extract, pages=tuple(replace(each, offerings=()) for each in extract.pages))

    monkeypatch.setattr(audit_pages, "extract_site", lose)
    lost = outcome(CLEAR, "details", judge_row(CLEAR, AUDITOR), ROWS, AUDITOR)
    assert (lost.cause, lost.differs) == ("not extracted", audit_pages.FIELDS)
