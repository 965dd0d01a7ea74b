"""The verdict table, restated here row by row from the codebook, and the rulebooks over it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from audit.records import Verdict
from audit.verdict import Labels, RulebookError, decide, read_rulebook, rulebook, rulebooks


def labels(
    claim="own", own_label="none", kind="support", mixed=False, grounds=2, exempt=False, leader="clinician"
) -> Labels:
    return Labels(claim, own_label, kind, mixed, grounds, exempt, leader)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (labels(claim="none"), "not_claimed"),
        (labels(claim="modality"), "not_claimed"),
        (labels(claim="counseling", kind="unclear"), "not_claimed"),
        (labels(claim="listed"), "not_claimed"),
        (labels(kind="unclear"), "insufficient"),
        (labels(kind="therapy", mixed=True), "mixed"),
        (labels(kind="therapy", mixed=True, leader="peer"), "mixed"),
        (labels(kind="therapy", leader="coach"), "review"),
        (labels(kind="therapy"), "consistent"),
        (labels(kind="other"), "review"),
        (labels(exempt=True), "review"),
        (labels(claim="section", own_label="support"), "heading_differs"),
        (labels(claim="section", own_label="support", exempt=True), "review"),
        (labels(claim="section", own_label="therapy"), "mislabeled"),
        (labels(claim="own", own_label="support"), "mislabeled"),
        (labels(grounds=1), "insufficient"),
        (labels(claim="section", own_label="support", grounds=1), "heading_differs"),
        (labels(), "mislabeled"),
    ],
)
def test_the_table(given: Labels, verdict: str) -> None:
    assert decide(given)[0] == verdict


def restated(x: Labels) -> str:
    """The table once more, written as nested questions instead of rows."""
    if x.claim in ("none", "counseling", "modality", "listed"):
        return "not_claimed"
    if x.kind == "therapy":
        return "mixed" if x.mixed else "review" if x.leader in ("peer", "coach", "instructor") else "consistent"
    if x.kind == "unclear":
        return "insufficient"
    if x.kind == "other" or x.exempt:
        return "review"
    if x.claim == "section" and x.own_label in ("support", "coaching", "psychoeducation", "education", "activity"):
        return "heading_differs"
    return "mislabeled" if x.grounds >= 2 else "insufficient"


def test_the_table_and_its_restatement_agree_everywhere() -> None:
    for values in itertools.product(
        ("own", "section", "modality", "counseling", "listed", "none"),
        ("none", "therapy", "support", "activity"),
        ("therapy", "support", "coaching", "psychoeducation", "education", "activity", "other", "unclear"),
        (True, False),
        (0, 1, 2),
        (True, False),
        ("clinician", "trainee", "peer", "coach", "instructor", "unstated"),
    ):
        given = Labels(*values)
        assert decide(given)[0] == restated(given), given


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (labels(), "consistent"),
        (labels(leader="trainee"), "consistent"),
        (labels(leader="peer"), "mislabeled"),
        (labels(leader="unstated"), "review"),
        (labels(kind="activity", leader="clinician"), "consistent"),
        (labels(kind="activity", leader="instructor"), "mislabeled"),
        (labels(kind="coaching"), "mislabeled"),
        (labels(kind="education"), "mislabeled"),
        (labels(claim="none"), "not_claimed"),
        (labels(kind="unclear"), "insufficient"),
    ],
)
def test_tip41(given: Labels, verdict: str) -> None:
    assert rulebook("tip41").verdict(given, decide(given)[0]) == verdict


def test_the_default_rulebook_is_the_table_itself() -> None:
    book = rulebooks()["opencounseling-2021"]
    assert all(
        book.verdict(labels(kind=kind), verdict) == verdict for kind in ("support", "other") for verdict in Verdict
    )


def test_a_users_own_rulebook_is_read_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name="mine"\ntitle="t"\nsource="s"\nunstated_review=false\n[consistent]\nsupport=["peer"]\n')
    assert rulebook(str(path)).verdict(labels(leader="peer"), Verdict.MISLABELED) == "consistent"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name=", "not TOML"),
        ('name="x"', "missing or unknown"),
        ('name="x"\ntitle="t"\nsource="s"\nunstated_review=false\n[consistent]\nyoga=["peer"]', "yoga is no kind"),
    ],
)
def test_a_rulebook_that_is_not_whole_is_refused(text: str, message: str) -> None:
    with pytest.raises(RulebookError, match=message):
        read_rulebook(text, "mine.toml")


def test_an_unknown_rulebook_names_the_known_ones() -> None:
    with pytest.raises(RulebookError, match="opencounseling-2021, tip41"):
        rulebook("nobody-1999")
