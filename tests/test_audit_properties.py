"""Properties of the matcher and of quotations: nothing lost before `re`, no cue without end, true words."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import needs
from audit.auditor import Auditor, SiteText, listing_offering
from audit.benchmark import read_rows
from audit.catalogue import expand, load
from audit.cues import Matcher
from audit.fold import fold
from crawler.records import Passage

CATALOGUE = load()
CUES = [cue for each in (*CATALOGUE.criteria, *CATALOGUE.modifiers) for cue in each.cues]
SENTENCES = [text for c in CATALOGUE.criteria for text in (*c.counts, *(e.text for e in c.excluded))]
ROWS = read_rows(Path(__file__).parent.parent / "benchmarks" / "listings" / "open.jsonl")
READER = needs.CueReader(dict(CATALOGUE.words))
SOME = Matcher([[cue] for cue in CUES[::8]], dict(CATALOGUE.words), SENTENCES[::20])
"""An eighth of the cues: tried one by one all of them take a second a text. The long tests take all."""
AUDITOR = Auditor()
SLOW = 1.0
"""Seconds of processor time that one cue may take over kilobytes of its own words; a sound one takes a hundredth."""
MARKS = st.sampled_from(
    [
        "\u0301",
        "\u200d",
        "\u200f",
        "\u202e",
        "\u202c",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\ufb01",
        "\u0130",
        "\u0645\u062c\u0645\u0648\u0639\u0629",
        "\u00ad",
        "\ud55c",
    ]
)


def wholes(row: dict) -> str:
    return fold("\n".join([row["page_title"] or "", row["name"] or "", *row["headings"], row["text"]]))


def own_words(cue: str) -> list[str]:
    """Words of a cue, for texts that come near it again and again."""
    items = sorted(
        {
            str(item).rstrip("*")
            for group in READER.needs(cue).groups
            for each in group
            for item in each
            if isinstance(item, str)
        }
    )
    return items[:: max(1, len(items) // 12)] or ["group"]


def assert_no_runaway(cue: str) -> None:
    pattern = re.compile(expand(cue, CATALOGUE.words), re.ASCII)
    words = own_words(cue)
    texts = [
        " ".join(words) * 40,
        " ".join(f"{word} a, a a, a" for word in words * 12),
        (words[0] + " ") * 800,
        (words[-1] + ", " + words[0] + " ") * 400,
    ]
    before = time.thread_time()
    for text in texts:
        for _ in pattern.finditer(text[:4000]):
            pass
    spent = time.thread_time() - before
    assert spent < SLOW, f"{spent:.2f} s: {cue}"


@pytest.mark.parametrize("row", ROWS[::20], ids=lambda row: row["id"])
def test_the_index_loses_nothing_in_a_listing(row: dict) -> None:
    assert SOME.find(wholes(row)) == SOME.find_one_by_one(wholes(row))


@pytest.mark.long
def test_the_index_loses_nothing_in_any_listing_or_example() -> None:
    every = Matcher([[cue] for cue in CUES], dict(CATALOGUE.words), SENTENCES)
    for text in [*map(wholes, ROWS), *map(fold, SENTENCES)]:
        assert every.find(text) == every.find_one_by_one(text), text[:80]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SENTENCES), MARKS, st.text(max_size=8)), min_size=1, max_size=8))
def test_the_index_admits_whatever_a_cue_finds_among_odd_characters(parts: list[str]) -> None:
    folded = fold("".join(parts))
    assert SOME.find(folded) == SOME.find_one_by_one(folded)


def test_an_index_that_asks_for_a_word_too_many_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation: were pairs of words asked for across a gap, the property above would fail."""
    real = needs._Parser._element

    def without_gaps(self: needs._Parser) -> needs.Language:
        return needs._literal(" ") if self._next("~~", "~") else real(self)

    monkeypatch.setattr("audit.needs._Parser._element", without_gaps)
    wrong = Matcher([["give ~ feedback"]], {})
    assert wrong.find("give honest feedback") != wrong.find_one_by_one("give honest feedback") != []


@pytest.mark.parametrize("number", range(0, len(CUES), 40))
def test_no_cue_backtracks_without_end(number: int) -> None:
    assert_no_runaway(CUES[number])


@pytest.mark.long
def test_none_of_the_cues_backtracks_without_end() -> None:
    for cue in CUES:
        assert_no_runaway(cue)


def test_a_cue_that_backtracks_without_end_is_found_out() -> None:
    with pytest.raises(AssertionError, match="group"):
        assert_no_runaway(r"(?:group ?)*(?:group ?)*therapist")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SENTENCES), MARKS), max_size=10), st.lists(MARKS, max_size=3))
def test_quotations_are_true_among_marks_emoji_and_right_to_left(parts: list[str], name: list[str]) -> None:
    text, label = "".join(parts), "".join(name) + "Group Therapy" + "".join(name)
    listing = listing_offering(
        name=label, text=f"You will learn coping skills.\n{text}", headings=(label,), title=label
    )
    passage = Passage(
        "", "", "there", "", (), f"{''.join(name)} Members tell one another how they come across.", about_groups=True
    )
    for item in AUDITOR.judge(listing, SiteText((passage,), (), ("there",))).evidence:
        where = passage.text if item.field == "site" else listing.field(item.field)
        assert where[item.start : item.end] == item.quote != ""
        if item.modifier_start >= 0:
            assert where[item.modifier_start : item.modifier_end] == item.modifier_quote


def test_time_grows_with_length_alone() -> None:
    text = "\n".join(row["text"] for row in ROWS)
    spent = []
    for length in (60_000, 240_000):
        listing = listing_offering(name="", text=text[:length], headings=(), title="")
        AUDITOR.read(listing)
        before = time.thread_time()
        AUDITOR.read(listing)
        spent.append(time.thread_time() - before)
    assert spent[1] < 10 * spent[0], spent
