"""The benchmark's arithmetic against figures worked out by hand, and the gate that never lowers a floor."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from audit.auditor import Auditor
from audit.benchmark import BenchmarkError, Prediction, judge_row, kappa, predict, read_rows, report
from benchmarks import floors

AUDITOR = Auditor()


def prediction(
    site: str, gold: tuple[str, str, str], said: tuple[str, str, str], sure: int = 3, confidence: float = 0.9
) -> Prediction:
    row = {
        "id": site,
        "site": site,
        "claim": gold[0],
        "kind": gold[1],
        "verdict": gold[2],
        "sure": sure,
        "provider_type": "x",
    }
    finding = SimpleNamespace(claim=said[0], kind=said[1], verdict=said[2], confidence=confidence, evidence=())
    return Prediction(row, finding)  # type: ignore[arg-type]


FLAG, REVIEW = ("own", "support", "mislabeled"), ("own", "support", "review")
FINE, QUIET = ("own", "therapy", "consistent"), ("none", "support", "not_claimed")
ITEMS = [
    prediction("a", FLAG, FLAG),
    prediction("b", FLAG, REVIEW),
    prediction("c", REVIEW, FLAG, sure=1),
    prediction("d", FINE, FLAG, confidence=0.6),
    prediction("e", FINE, FINE),
    prediction("f", QUIET, QUIET),
]


@pytest.mark.parametrize(
    ("name", "hits", "of"),
    [
        ("claim right", 6, 6),
        ("kind right", 5, 6),
        ("kind right where sure", 4, 5),
        ("verdict right", 3, 6),
        ("verdict right of claimed", 2, 5),
        ("flag precision strict", 1, 3),
        ("flag precision lenient", 2, 3),
        ("flag recall", 1, 2),
        ("flags covered by flag or review", 2, 2),
        ("to review of claimed", 1, 5),
        ("review by the readers of claimed", 1, 5),
    ],
)
def test_shares_are_counts_over_counts(name: str, hits: int, of: int) -> None:
    share = report(ITEMS, resamples=20).share(name)
    assert (share.hits, share.of) == (hits, of)
    assert 0 <= share.low <= share.high <= 1


def test_thresholds_move_flags_to_review() -> None:
    low, _, high = report(ITEMS, resamples=2).thresholds
    assert (low["said"], low["true"], low["on review"], low["to review"]) == (3, 1, 1, 1)
    assert (high["said"], high["to review"]) == (2, 2)


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], 0.0),
        ([("a", "a")] * 3 + [("b", "b")] * 3 + [("a", "b"), ("b", "a")], 0.5),
        ([("a", "a")], 1.0),
        ([], 0.0),
    ],
)
def test_kappa(pairs: list[tuple[str, str]], value: float) -> None:
    assert kappa(pairs) == pytest.approx(value)


def test_unlabelled_rows_are_predicted_and_not_scored() -> None:
    rows = [{"id": "1", "text": "A support group for widowers."}, {"id": "2", "name": "Yoga"}]
    predictions = predict(rows, AUDITOR)
    figures = report(predictions, resamples=2)
    assert (figures.listings, figures.scored) == (2, 0)
    assert predictions[0].finding.kind == "support"


def test_the_order_of_rows_and_what_else_is_in_the_file_move_nothing() -> None:
    rows = read_rows(Path(__file__).parent.parent / "benchmarks" / "listings" / "open.jsonl")[:40]
    there = {row["id"]: judge_row(row, AUDITOR) for row in rows}
    back = {row["id"]: judge_row(row, AUDITOR) for row in reversed(rows)}
    assert there == back


def test_site_text_absent_is_said() -> None:
    row = {"id": "1", "name": "Group Therapy", "text": "Bring a mat."}
    assert not judge_row(row, AUDITOR).site_searched
    assert judge_row({**row, "site_text": []}, AUDITOR).site_searched


@pytest.mark.parametrize(
    ("line", "message"), [("{", "line 2: not JSON"), ("[]", "line 2: a listing is an object"), ('{"id": 1}', "line 2")]
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "fine"}\n' + line + "\n")
    with pytest.raises(BenchmarkError, match=message):
        read_rows(path)


def test_the_gate_raises_floors_and_refuses_to_lower_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors, "FLOORS", tmp_path / "floors.json")
    measured = report(ITEMS, resamples=2)
    floors.repin(measured, {"corpus": measured.digest, "floors": {}})
    pinned = json.loads((tmp_path / "floors.json").read_text())
    assert pinned["corpus"] == measured.digest
    assert floors.shortfalls(measured, pinned) == []
    pinned["floors"]["flag recall"] = 0.9
    assert floors.shortfalls(measured, pinned) == ["flag recall: 0.500 is below its floor 0.900"]
    with pytest.raises(SystemExit, match="refused: flag recall would fall"):
        floors.repin(measured, pinned)
    other = report(ITEMS[:3], resamples=2)
    assert "the corpus is" in floors.shortfalls(other, pinned)[0]
