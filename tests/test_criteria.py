"""Every example of every criterion, one id each: what must count counts, what must not does not."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from audit.catalogue import CatalogueError, Criterion, load, read
from audit.reading import Found, Reader

READER = Reader(load())
COUNTS = [(c, text) for c in load().criteria for text in c.counts]
EXCLUDED = [(c, example) for c in load().criteria for example in c.excluded]


def finds(criterion: Criterion, text: str) -> list[Found]:
    field = READER.read_field(criterion.fields[0], text)
    return [found for found in field.found if found.criterion.id == criterion.id]


@pytest.mark.parametrize(("criterion", "text"), COUNTS, ids=[f"{c.id}-{i}" for i, (c, _) in enumerate(COUNTS)])
def test_an_example_that_counts(criterion: Criterion, text: str) -> None:
    assert any(found.counts for found in finds(criterion, text))


@pytest.mark.parametrize(
    ("criterion", "example"), EXCLUDED, ids=[f"{c.id}-{e.why}-{i}" for i, (c, e) in enumerate(EXCLUDED)]
)
def test_an_example_that_does_not_count(criterion: Criterion, example) -> None:
    found = finds(criterion, example.text)
    assert not [each for each in found if each.counts]
    if example.why == "homonym":
        assert not found


@pytest.mark.parametrize("criterion", load().criteria, ids=lambda c: c.id)
def test_examples_are_whole_sentences_with_words_of_their_own(criterion: Criterion) -> None:
    matched: list[str] = []
    for text in criterion.counts:
        assert 8 <= len(text.split()) <= 40, text
        field = READER.read_field(criterion.fields[0], text)
        matched.append(
            next(field.folded[f.start : f.end] for f in field.found if f.criterion.id == criterion.id and f.counts)
        )
    for example in criterion.excluded:
        assert 8 <= len(example.text.split()) <= 40, example.text
    assert len(set(matched)) == len(matched), f"two examples share their matched words: {matched}"


def test_every_id_says_its_kind_and_every_kind_has_criteria() -> None:
    for criterion in load().criteria:
        head = criterion.id.partition(".")[0]
        assert head in ("label", criterion.kind), criterion.id
    assert {c.kind for c in load().criteria} >= {
        "therapy",
        "support",
        "coaching",
        "psychoeducation",
        "education",
        "activity",
        "other",
        "claim",
        "facts",
    }


def test_every_shipped_cue_compiles_and_none_looks_around() -> None:
    assert read(files("audit") / "criteria") == load()


GOOD = """
kind = "support"
[[criterion]]
id = "support.x"
strength = "substantial"
statement = "s"
source = "s"
cues = ["hello"]
counts = ["a", "b", "c"]
excluded = [{ text = "a", why = "negated" }, { text = "b", why = "another" }, { text = "c", why = "homonym" }]
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("cues = ", "cuse = "), "unknown key 'cuse'"),
        (('counts = ["a", "b", "c"]', 'counts = ["a", "b"]'), "needs 3 examples"),
        (('strength = "substantial"', 'strength = "strong"'), "strength 'strong'"),
        (('cues = ["hello"]', 'cues = ["{nobody} here"]'), "no word set {nobody}"),
        (('cues = ["hello"]', 'cues = ["(hello"]'), "does not compile"),
        (('source = "s"', ""), "source is missing"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_by_name(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    (tmp_path / "support.toml").write_text(GOOD.replace(*change))
    with pytest.raises(CatalogueError) as error:
        read(tmp_path)
    assert message in str(error.value)
    assert "support" in str(error.value) or "nobody" in str(error.value)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "support.toml").write_text(GOOD + GOOD.replace('kind = "support"', ""))
    with pytest.raises(CatalogueError, match="the id stands twice"):
        read(tmp_path)
