"""Folding keeps the length, statements keep to their lines, the prefilter admits whatever `re` finds."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.catalogue import CatalogueError, expand, load
from audit.cues import Matcher
from audit.fold import fold
from audit.needs import CueReader
from audit.statements import index_of, split

MATCHER = Matcher([c.cues for c in load().criteria], dict(load().words))
SOME = Matcher([c.cues[::6] for c in load().criteria], dict(load().words))
"""A sixth of the cues: tried one by one all of them take long; `test_audit_properties` tries all."""
SENTENCES = [text for c in load().criteria for text in (*c.counts, *(e.text for e in c.excluded))]


@given(st.text(max_size=300))
def test_the_folded_copy_is_as_long_as_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Group\u00a0Therapy", "group therapy"),
        ("“Don’t” — naïve", '"don\'t" - naive'),
        ("LEGO® club", "lego  club"),
        ("İstanbul ﬁ", "istanbul f"),
        ("a\r\nb", "a\n\nb"),
        ("• one", "* one"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Led by Dr. Ames, e.g. on Mondays. Free.", ["Led by Dr. Ames, e.g. on Mondays.", "Free."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("• sharing\n• caring", ["sharing", "caring"]),
        ("Costs $3.50 a time. Bring 2.", ["Costs $3.50 a time.", "Bring 2."]),
        ("", []),
    ],
)
def test_statements(text: str, statements: list[str]) -> None:
    assert [text[a:b] for a, b in split(fold(text))] == statements


@given(st.text(max_size=200))
def test_statements_are_in_order_and_never_cross_a_line(text: str) -> None:
    spans = split(fold(text))
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert not any("\n" in fold(text)[a:b] for a, b in spans)
    for number, (start, _) in enumerate(spans):
        assert index_of(spans, start) == number


@pytest.mark.parametrize(
    ("cue", "yes", "no"),
    [
        ("self-help", ["self help", "self-help", "selfhelp"], ["self or help"]),
        ("group therapy", ["group therapy", "group-therapy", "group  therapy"], ["group and therapy", "grouptherapy"]),
        ("d ?& ?d", ["d&d", "d & d"], ["dd"]),
        (
            "give ~ feedback",
            ["give feedback", "give each other honest feedback"],
            ["give one two three four five six feedback"],
        ),
        ("give ~~ feedback", ["give one two three four five six feedback"], ["give. feedback"]),
    ],
)
def test_the_cue_language(cue: str, yes: list[str], no: list[str]) -> None:
    pattern = re.compile(expand(cue, {}), re.ASCII)
    assert all(pattern.search(text) for text in yes)
    assert not any(pattern.search(text) for text in no)


def test_word_sets_that_go_round_are_refused() -> None:
    with pytest.raises(CatalogueError, match="circle"):
        expand("{a}", {"a": "{b}", "b": "{a}"})


@pytest.mark.parametrize(
    ("cue", "sets"),
    [
        ("give ~ feedback", [{"give"}, {"feedback"}]),
        ("group therapy", [{("group", "therapy")}, {"group", "therapy"}]),
        ("(?:a ~ b|cat) dog", [{"a", "b", "dog"}, {("cat", "dog")}]),
        ("breath\\w* slowly", [{"breath*"}, {"slowly"}]),
        ("feel(?:ing)?s?", [{"feel"}, {"feeling"}, {"feelings"}]),
    ],
)
def test_what_a_cue_needs(cue: str, sets: list[set]) -> None:
    needs = CueReader({}).needs(cue)
    asked = {frozenset(items) for group in needs.groups for items in group}
    for each in sets:
        assert any(each <= items or items <= each for items in asked), (each, asked)


@pytest.mark.parametrize("cue", ["(group", "group)", "a **", "[ab", "(a|b) c", "x{2}{3}"])
def test_what_is_not_of_the_cue_language_is_refused(cue: str) -> None:
    with pytest.raises(CatalogueError, match="does not compile"):
        Matcher([[cue]], {})


@pytest.mark.parametrize("cue", ["fear[^.]{0,40}of groups", "some .{0,9} groups"])
def test_no_cue_crosses_a_line(cue: str) -> None:
    matcher = Matcher([[cue]], {})
    text = "fear of groups, some good groups"
    assert matcher.find(text) == matcher.find_one_by_one(text) != []
    assert matcher.find("fear\nof groups some\n good groups") == []


@pytest.mark.parametrize("text", SENTENCES[::25])
def test_the_prefilter_admits_whatever_is_found_one_by_one(text: str) -> None:
    folded = fold(text)
    assert SOME.find(folded) == SOME.find_one_by_one(folded)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    st.sampled_from([" ", "\n", "\u00a0", " — ", "\u200b"]),
)
def test_the_prefilter_loses_nothing_in_joined_texts(sentences: list[str], joint: str) -> None:
    folded = fold(joint.join(sentences))
    assert SOME.find(folded) == SOME.find_one_by_one(folded)


def test_spans_are_captured_without_padding() -> None:
    for text in SENTENCES:
        folded = fold(text)
        for hit in MATCHER.find(folded):
            assert folded[hit.start : hit.end] == folded[hit.start : hit.end].strip()
