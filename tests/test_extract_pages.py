"""Every page of tests/pages comes out as its JSON says; what the JSON does not name is asserted absent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from benchmarks import extract_gate
from crawler.extract.page import extract_page
from crawler.extract.results import Page, PageResult

FOLDER = Path(__file__).parent / "pages"
CASES = sorted(path.stem for path in FOLDER.glob("*.html"))


def extract(case: str) -> PageResult:
    return extract_page(Page(f"{case}.html", (FOLDER / f"{case}.html").read_bytes()), "site", "run")


def expected(case: str) -> list[dict[str, Any]]:
    return json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))["offerings"]


@pytest.mark.parametrize("case", CASES)
def test_page(case: str) -> None:
    result = extract(case)
    assert result.error is None
    wanted = expected(case)
    assert [offering.name for offering in result.offerings] == [row["name"] for row in wanted]
    for offering, row in zip(result.offerings, wanted, strict=True):
        words = offering.text.split()
        facts: dict[str, list[str]] = {}
        for fact in offering.facts:
            facts.setdefault(fact.kind, []).append(fact.value)
        found = {"scope": offering.scope, "headings": list(offering.headings), "facts": facts}
        assert found == {"scope": row["scope"], "headings": row["headings"], "facts": row.get("facts", {})}
        assert (" ".join(words[:5]), " ".join(words[-5:])) == (row["starts"], row["ends"])


LOSS = (
    b"<title>Loss of a Child | Lantern</title><h1>Loss of a Child</h1><p>Parents, grown brothers and sisters meet on "
    b"the second Monday at 7 pm in the library. They tell of whom they lost, or only listen.</p>"
)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("/groups/loss-of-a-child.html", ["Loss of a Child"]),
        ("/support-groups/loss-of-a-child/index.html", ["Loss of a Child"]),
        ("/chapters/loss-of-a-child", ["Loss of a Child"]),
        ("/books/loss-of-a-child.html", []),
        ("/groups/index.html", ["Loss of a Child"]),
    ],
)
def test_the_folder_of_an_address_tells_a_group_without_the_word(source: str, names: list[str]) -> None:
    result = extract_page(Page(source, LOSS), "site", "run")
    assert [offering.name for offering in result.offerings] == names


def test_the_gate_holds() -> None:
    """The pages are those that the floors were pinned for, and no figure is below its floor."""
    pinned = json.loads(extract_gate.FLOORS.read_text(encoding="utf-8"))
    assert extract_gate.shortfalls(extract_gate.measure(), extract_gate.corpus_digest(), pinned) == []
    assert pinned["floors"]["pages"] >= 130
    assert pinned["floors"]["recall"] == pinned["floors"]["precision"] == 1.0


def test_the_gate_tells_another_corpus_and_refuses_to_lower(tmp_path: Path) -> None:
    figures = {"pages": 3.0, "recall": 1.0}
    pinned = {"corpus": "a", "floors": figures}
    assert "pinned for a" in extract_gate.shortfalls(figures, "b", pinned)[0]
    assert extract_gate.shortfalls({"pages": 3.0, "recall": 0.9}, "a", pinned) == ["recall: 0.9 is below its floor 1"]
    file = tmp_path / "floors.json"
    assert extract_gate.repin(figures, "a", file) == []
    assert extract_gate.repin({"pages": 2.0, "recall": 1.0}, "b", file) == ["pages: 2 is below its floor 3"]
    assert json.loads(file.read_text(encoding="utf-8")) == pinned
    (tmp_path / "page.html").write_text("one", encoding="utf-8")
    before = extract_gate.corpus_digest(tmp_path)
    (tmp_path / "page.html").write_text("two", encoding="utf-8")
    assert extract_gate.corpus_digest(tmp_path) != before


def test_every_page_differs() -> None:
    digests = {hashlib.sha256((FOLDER / f"{case}.html").read_bytes()).hexdigest() for case in CASES}
    assert len(digests) == len(CASES)


@pytest.mark.parametrize("case", CASES)
def test_a_path_finds_its_block_again(case: str) -> None:
    page = LexborHTMLParser((FOLDER / f"{case}.html").read_text(encoding="utf-8"))
    for offering in extract(case).offerings:
        for block in offering.blocks:
            node = page.css_first(block.path)
            assert node is not None, block.path
            assert "".join(block.text.split()) in "".join(node.text().split())


@pytest.mark.parametrize("case", CASES)
def test_no_word_stands_in_an_offering_and_in_a_passage(case: str) -> None:
    result = extract(case)
    described = {block.text for offering in result.offerings for block in offering.blocks if len(block.text) > 60}
    told = {line for passage in result.passages for line in passage.text.split("\n")}
    assert not described & told
