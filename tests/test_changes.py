# ruff: noqa: E501 - a story of runs reads better a line each
"""What changed between runs, and was it the page or was it us: exactly those rows, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from synthetic_runs import RUN_1, RUN_2, RUN_3, SUPPORT_TEXT, GroupSpec, RunSpec, SiteSpec, therapy_group, write_run

from reports.publish import publish

NO_CLAIM = {"claim": "none", "verdict": "not_claimed", "tip41": "not_claimed"}
FLAG = GroupSpec("flag")
RENAMED = replace(FLAG, name="Grief Support Group", own_label="support", hits=FLAG.hits[1:], counter=2, **NO_CLAIM)
REWORDED = replace(FLAG, text=SUPPORT_TEXT + "\nNew: on Tuesdays.")


def run(
    run_id: str, *groups: GroupSpec, outcome: str = "complete", extractor: str = "1", audit: str = "aaaa"
) -> RunSpec:
    return RunSpec(run_id, (SiteSpec("a.example", groups, outcome=outcome),), extractor, audit)


def changes(data: Path, *runs: RunSpec) -> list[tuple[str, str, str, str, bool, bool]]:
    for spec in runs:
        write_run(data, spec)
    publish(data)
    query = "SELECT left(run_id, 8), group_key, change, cause, fixed, moved FROM changes ORDER BY ALL"
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


SECOND: dict[str, tuple[RunSpec, list[tuple[str, str, str, bool, bool]]]] = {
    "nothing": (run(RUN_2, FLAG), []),
    "relabelled in its name": (run(RUN_2, RENAMED), [("flag", "relabelled", "page", True, False)]),
    "relabelled in name and text": (run(RUN_2, replace(RENAMED, text=REWORDED.text)), [("flag", "relabelled", "page", True, False)]),
    "relabelled and moved": (run(RUN_2, replace(RENAMED, page="moved.html")), [("flag", "relabelled", "page", True, True)]),
    "moved": (run(RUN_2, replace(FLAG, page="moved.html")), []),
    "gone": (run(RUN_2), [("flag", "gone", "page", False, False)]),
    "new": (run(RUN_2, FLAG, therapy_group("n")), [("n", "new", "page", False, False)]),
    "reworded": (run(RUN_2, REWORDED), [("flag", "reworded", "page", False, False)]),
    "site down": (run(RUN_2, FLAG, outcome="failed"), [("flag", "not_seen", "page", False, False)]),
    "site read in part": (run(RUN_2, therapy_group("n"), outcome="partial"), [("flag", "not_seen", "page", False, False), ("n", "new", "page", False, False)]),
    "template redesigned": (run(RUN_2, replace(FLAG, markup="<div>")), []),
    "extractor that reads the same": (run(RUN_2, FLAG, extractor="2"), []),
    "extractor that reads more": (run(RUN_2, replace(REWORDED, markup=SUPPORT_TEXT), extractor="2"), [("flag", "reworded", "page or extractor", False, False)]),
    "criteria": (run(RUN_2, replace(FLAG, grounds=1, verdict="insufficient", tip41="insufficient"), audit="bbbb"), [("flag", "rejudged", "criteria", False, False)]),
    "rulebook": (run(RUN_2, replace(FLAG, tip41="consistent"), audit="bbbb"), [("flag", "rejudged", "rulebook", False, False)]),
    "criteria that change nothing": (run(RUN_2, FLAG, audit="bbbb"), []),
    "claim read anew by other criteria": (run(RUN_2, replace(FLAG, hits=FLAG.hits[1:], counter=2, **NO_CLAIM), audit="bbbb"), [("flag", "rejudged", "criteria", False, False)]),
    "reworded under other criteria": (run(RUN_2, replace(REWORDED, grounds=1, verdict="insufficient", tip41="insufficient"), audit="bbbb"), [("flag", "reworded", "page+criteria", True, False)]),
    "doubt found elsewhere on the site": (run(RUN_2, replace(FLAG, verdict="review", tip41="review", decided_by=("site_therapy",))), [("flag", "rejudged", "page", True, False)]),
}  # fmt: skip


@pytest.mark.parametrize("story", SECOND)
def test_a_second_run_yields_its_changes_and_nothing_else(tmp_path: Path, story: str) -> None:
    second, expected = SECOND[story]
    assert changes(tmp_path, run(RUN_1, FLAG), second) == [("20261109", *row) for row in expected]


def test_an_extractor_that_reads_the_same_page_otherwise_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import synthetic_runs

    same_bytes: Callable[..., object] = lambda *args: replace(capture(*args), sha256="0" * 64)  # noqa: E731
    capture = synthetic_runs._capture
    monkeypatch.setattr(synthetic_runs, "_capture", same_bytes)
    rows = changes(tmp_path, run(RUN_1, FLAG), run(RUN_2, RENAMED, therapy_group("n"), extractor="2"))
    assert rows == [
        ("20261109", "flag", "relabelled", "extractor", False, False),
        ("20261109", "n", "new", "extractor", False, False),
    ]


THIRD = {
    "gone and back": (run(RUN_2), run(RUN_3, FLAG), [("20261109", "gone"), ("20261116", "reopened")]),
    "down and back": (run(RUN_2, outcome="failed"), run(RUN_3, FLAG), [("20261109", "not_seen")]),
    "down twice": (run(RUN_2, outcome="failed"), run(RUN_3, outcome="blocked"), [("20261109", "not_seen")]),
    "down, then gone": (run(RUN_2, outcome="failed"), run(RUN_3), [("20261109", "not_seen"), ("20261116", "gone")]),
    "down, back and reworded": (
        run(RUN_2, outcome="failed"),
        run(RUN_3, REWORDED),
        [("20261109", "not_seen"), ("20261116", "reworded")],
    ),
    "gone for good": (run(RUN_2), run(RUN_3), [("20261109", "gone")]),
}


@pytest.mark.parametrize("story", THIRD)
def test_a_third_run_goes_on_from_the_last_sighting(tmp_path: Path, story: str) -> None:
    second, third, expected = THIRD[story]
    for spec in (run(RUN_1, FLAG), second, third):
        rows = changes(tmp_path, spec)  # published step by step, each going on from the last
    assert [(day, change) for day, _, change, *_ in rows] == expected
    publish(tmp_path, full=True)
    assert changes(tmp_path) == rows


def test_a_site_seen_for_the_first_time_has_no_changes(tmp_path: Path) -> None:
    other = SiteSpec("b.example", (GroupSpec("b"),))
    first = run(RUN_1, FLAG)
    assert changes(tmp_path, first, replace(run(RUN_2, FLAG), sites=(*first.sites, other))) == []


def test_a_whole_story_in_one_pair_of_runs(tmp_path: Path) -> None:
    """Several sites at once, each with its own change: the rows are theirs and nobody else's."""
    first, second, expected = [], [], []
    for number, (story, (spec, rows)) in enumerate(SECOND.items()):
        if spec.extractor != "1" or spec.audit != "aaaa":
            continue
        key = f"s{number}.example"
        first.append(SiteSpec(key, (replace(FLAG, key=f"{number}-flag"),)))
        site = spec.sites[0]
        second.append(replace(site, key=key, groups=tuple(replace(g, key=f"{number}-{g.key}") for g in site.groups)))
        expected += [("20261109", f"{number}-{row[0]}", *row[1:]) for row in rows]
        assert story
    assert len(expected) >= 9
    assert changes(tmp_path, RunSpec(RUN_1, tuple(first)), RunSpec(RUN_2, tuple(second))) == sorted(expected)


def test_the_words_before_and_after_are_kept(tmp_path: Path) -> None:
    changes(tmp_path, run(RUN_1, FLAG), run(RUN_2, RENAMED))
    with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
        row = connection.execute(
            "SELECT name_before, name, verdict_before, verdict, flagged_before, flagged FROM changes"
        ).fetchone()
    assert row == ("Grief Group Therapy", "Grief Support Group", "mislabeled", "not_claimed", "both", "")
