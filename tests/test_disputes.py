"""A criterion that others see otherwise says so, with our answer, wherever it bears a finding."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from synthetic_runs import SKILLS_HITS, SKILLS_TEXT, GroupSpec, Hit, RunSpec, SiteSpec, small_run, write_run

from audit.catalogue import CatalogueError, Dispute, load, read
from audit.criteria_page import criteria_page
from reports import states
from reports.public import write_public
from reports.publish import publish
from reports.render.site import render

SAID = "SAMHSA, Treatment Improvement Protocol 41"
CRITERION = """[[criterion]]
id = "support.words"
kind = "support"
strength = "substantial"
statement = "Words."
source = "codebook 2"
cues = ["words"]
counts = ["a", "b", "c"]
excluded = [{text = "a", why = "homonym"}, {text = "b", why = "homonym"}, {text = "c", why = "homonym"}]
"""


def words(path: Path) -> str:
    return re.sub(r"\s+", " ", BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").get_text())


def test_a_dispute_is_read_whole_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "support.toml"
    file.write_text(CRITERION + 'disputed = [{by = "A", says = "No.", answer = "Yes."}]\n')
    assert read(tmp_path).criteria[0].disputed == (Dispute("A", "No.", "Yes."),)
    file.write_text(CRITERION)
    assert read(tmp_path).criteria[0].disputed == ()
    for wrong, why in (
        ('{by = "A", says = "No."}', "answer is missing"),
        ('{by = " ", says = "No.", answer = "Yes."}', "by is missing"),
        ('{by = "A", says = "No.", answer = "Yes.", when = "now"}', "unknown key 'when'"),
    ):
        file.write_text(CRITERION + f"disputed = [{wrong}]\n")
        with pytest.raises(CatalogueError, match=why):
            read(tmp_path)


def test_the_criteria_page_of_the_docs_says_it() -> None:
    page = criteria_page()
    disputed = [criterion for criterion in load().criteria if criterion.disputed]
    assert {"support.outright", "psychoeducation.outright_class"} <= {criterion.id for criterion in disputed}
    for criterion in disputed:
        section = page.partition(f"### `{criterion.id}`")[2].partition("\n### ")[0]
        for dispute in criterion.disputed:
            assert f"**Disputed by {dispute.by}:** {dispute.says}" in section
            assert f"Our answer: {dispute.answer}" in section


def test_the_report_says_it_beside_the_flags_that_rest_on_it_and_no_others(tmp_path: Path) -> None:
    disputes = {
        "support.stories": (Dispute("A Reader", "Stories are told in therapy too.", "They decide nothing alone."),)
    }
    write_run(tmp_path, small_run())
    publish(tmp_path)
    report = render(tmp_path, criteria={}, disputes=disputes).parent
    said = "Disputed by A Reader: Stories are told in therapy too. Our answer: They decide nothing alone."
    assert said in words(report / "criteria.html")
    (alder,) = (report / "provider").glob("alder*.html")
    soup = BeautifulSoup(alder.read_text(), "lxml")
    sections = {s.h2.get_text(): re.sub(r"\s+", " ", s.get_text()) for s in soup.select("section.flag")}
    assert said in sections["Grief Group Therapy"]
    assert said not in sections["DBT Group Therapy"]
    assert said not in words(render(tmp_path, criteria={}, disputes={}).with_name("criteria.html"))


def test_what_was_set_aside_bears_nothing(tmp_path: Path) -> None:
    disputes = {"therapy.notice": (Dispute("A Reader", "So.", "No."),)}
    write_run(tmp_path, small_run())
    publish(tmp_path)
    report = render(tmp_path, criteria={}, disputes=disputes).parent
    (birch,) = (report / "provider").glob("birch*.html")
    assert "Disputed by" not in words(birch)


def test_the_shipped_disputes_stand_on_public_pages(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 12)
    hits = (SKILLS_HITS[0], Hit("you learn skills", kind="psychoeducation", criterion="psychoeducation.outright_class"))
    group = GroupSpec("a", name="DBT Group Therapy", text=SKILLS_TEXT, kind="psychoeducation", hits=hits, counter=-1)
    write_run(tmp_path / "data", RunSpec("20261102T060000Z-aaaa", (SiteSpec("a.example", (group,)),)))
    publish(tmp_path / "data", today=day)
    states.letter_sent(tmp_path / "data", "a.example", dated=datetime.date(2026, 10, 1))
    publish(tmp_path / "data", today=day)
    write_public(tmp_path / "data", tmp_path / "out", publisher="p", contact="c", interests="none", today=day)
    (page,) = (tmp_path / "out" / "provider").iterdir()
    assert f"Disputed by {SAID}:" in words(page)
