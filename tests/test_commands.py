"""explain, status, sql, listings, benchmark and settings: what each prints, on the sample web and on files."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import duckdb
import pytest
from commands import groupaudit

from groupaudit.runs import last_run


def flagged(data: Path) -> tuple[str, str]:
    """A flag of the sample web: its key and its name."""
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        row = connection.execute("SELECT group_key, name FROM groups WHERE flagged <> '' ORDER BY name").fetchone()
    assert row is not None
    return row


def test_explain_marks_every_quotation_in_the_whole_listing(sample_data: Path) -> None:
    key, name = flagged(sample_data)
    said = groupaudit("explain", key, "--data", sample_data)
    assert said.returncode == 0, said.stderr
    with duckdb.connect(str(sample_data / "groupaudit.duckdb"), read_only=True) as connection:
        (text, sha256, rules), *_ = connection.execute(
            "SELECT text, sha256, decided_by FROM groups WHERE group_key = ?", [key]
        ).fetchall()
        criteria = connection.execute("SELECT criterion FROM evidence WHERE group_key = ?", [key]).fetchall()
    assert said.stdout.startswith(name)
    assert sha256[:16] in said.stdout
    shown = " ".join(re.findall(r"^  text:\d+ +(.*)$", said.stdout, re.MULTILINE))
    assert shown.split() == text.split()
    assert all(criterion in said.stdout for (criterion,) in criteria)
    assert all(rule in said.stdout for rule in rules)
    assert "to change " in said.stdout


def test_explain_takes_the_beginning_of_a_key_or_a_name(sample_data: Path) -> None:
    key, name = flagged(sample_data)
    whole = groupaudit("explain", key, "--data", sample_data).stdout
    assert groupaudit("explain", key[:10], "--data", sample_data).stdout == whole
    assert groupaudit("explain", name.lower(), "--data", sample_data).stdout == whole


@pytest.mark.parametrize(("wanted", "words"), [("no such group at all", "no group"), ("group", "groups answer to")])
def test_explain_says_when_there_is_none_or_more_than_one(sample_data: Path, wanted: str, words: str) -> None:
    done = groupaudit("explain", wanted, "--data", sample_data)
    assert done.returncode == 2
    assert words in done.stderr


def test_status_says_what_a_person_asks_first(sample_data: Path) -> None:
    done = groupaudit("status", "--data", sample_data)
    run = last_run(sample_data)
    assert run is not None
    with duckdb.connect(str(sample_data / "groupaudit.duckdb"), read_only=True) as connection:
        numbers = dict(connection.execute("SELECT key, value FROM headline").fetchall())
    for words in (
        "writing    nobody",
        f"last run   {run.run_id}, finished",
        "sites      12 of 12 seen whole",
        "due        0 sites",
        f"flags      {numbers['flags_both']} by both definitions, {numbers['flags_article']} by the article's only",
        "disk       archive ",
    ):
        assert words in done.stdout


def test_status_counts_what_is_due(sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from groupaudit import status

    monkeypatch.setattr(status, "DUE_AFTER", -status.DUE_AFTER)
    assert "due        12 sites" in "\n".join(status.status_lines(sample_data))


def test_sql_answers_a_question_and_a_query(sample_data: Path) -> None:
    listed = groupaudit("sql", "--list").stdout
    names = [line.split()[0] for line in listed.splitlines()]
    assert len(names) >= 12
    assert groupaudit("sql", names[0], "--data", sample_data).returncode == 0
    done = groupaudit("sql", "SELECT count(*) AS n FROM groups", "--data", sample_data, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert int(row["n"]) > 45


@pytest.mark.parametrize("query", ["SELECT nothing", "DROP TABLE groups", "SELECT * FROM '/etc/passwd'"])
def test_sql_that_fails_or_may_not_be_asked_is_a_usage_error(sample_data: Path, query: str) -> None:
    done = groupaudit("sql", query, "--data", sample_data)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


LISTINGS = [
    {
        "id": "a",
        "name": "Mood Skills Group Therapy",
        "text": "A class. You learn coping skills from a workbook each week.",
    },
    {"id": "b", "name": "Tuesday Circle", "text": "A support group to share stories.", "category": "Group therapy"},
    {"id": "c", "name": "", "text": ""},
]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_directory_audits_its_own_listings(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"listings.{kind}"
    if kind == "csv":
        with file.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, ["id", "name", "text", "category"])
            writer.writeheader()
            writer.writerows(LISTINGS)
    elif kind == "jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in LISTINGS), encoding="utf-8")
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([{"category": "", **row} for row in LISTINGS]), file)
    done = groupaudit("audit", "--listings", file, "--data", tmp_path / "data")
    assert done.returncode == 3, done.stderr
    assert re.search(r"listings\.\w+, row \d: neither text nor name: left out", done.stderr)
    assert "2 listings of 2 rows without a provider, each read alone; 1 row was left out" in done.stdout
    with duckdb.connect(str(tmp_path / "data/groupaudit.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT name, claim, kind, verdict FROM groups ORDER BY name").fetchall()
    assert rows[0][:3] == ("Mood Skills Group Therapy", "own", "psychoeducation")
    assert rows[1][1:] == ("listed", "support", "not_claimed")
    assert len(rows) == 2
    assert list((tmp_path / "data/reports").glob("run=*/index.html"))
    again = groupaudit("audit", "--listings", file, "--data", tmp_path / "data")
    assert again.returncode == 3, again.stderr


def test_a_row_whose_id_stands_twice_is_left_out_aloud(tmp_path: Path) -> None:
    file = tmp_path / "listings.jsonl"
    rows = [{**LISTINGS[0], "provider": "Elm House"}, {**LISTINGS[1], "id": "a", "provider": "Elm House"}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = groupaudit("audit", "--listings", file, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert "listings.jsonl: 1 listing of 1 provider; 1 row was left out" in done.stdout
    assert "1 row was left out, not audited" in done.stderr
    assert "row 2: the id 'a' stands twice; the first is kept: left out" in done.stderr


def test_listings_that_cannot_be_read_leave_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "listings.csv"
    file.write_text("id,words\n1,hello\n", encoding="utf-8")
    done = groupaudit("audit", "--listings", file, "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "no column named text" in done.stderr
    assert not list((tmp_path / "data").rglob("run.json"))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    label = {"claim": "own", "own_label": "therapy", "kind": "psychoeducation", "secondary": [], "mixed": False,
             "grounds": 2, "exempt": False, "leader": "unstated", "verdict": "mislabeled", "sure": 3}  # fmt: skip
    rows = [
        {"id": "a", "site": "s1", **LISTINGS[0], **label},
        {
            "id": "b",
            "site": "s2",
            **LISTINGS[1],
            "site_text": ["In our groups members give each other honest feedback."],
        },
    ]
    file = tmp_path_factory.mktemp("labelled") / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_benchmark_prints_counts_and_says_who_labelled(labelled: Path) -> None:
    done = groupaudit("benchmark", labelled)
    assert done.returncode == 0, done.stderr
    assert "2 listings, 1 with labels, of 1 sites" in done.stdout
    assert "no human has checked" in done.stdout
    assert re.search(r"^claim right +1\.000 +1/1 ", done.stdout, re.MULTILINE)
    assert "by criterion" in done.stdout
    totals = groupaudit("benchmark", labelled, "--totals").stdout
    assert "by criterion" not in totals
    assert "psychoeducation" not in totals


def test_benchmark_writes_the_predictions_in_the_format_of_check(labelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "predicted.jsonl"
    done = groupaudit("benchmark", labelled, "--json", "--predictions", out)
    figures = json.loads(done.stdout)
    assert (figures["listings"], figures["scored"]) == (2, 1)
    first, second = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (first["id"], first["claim"], first["kind"]) == ("a", "own", "psychoeducation")
    assert first["searched"] == 0
    assert second["searched"] == 1
    for row in (first, second):
        for evidence in row["evidence"]:
            assert row[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["quote"]


def test_benchmark_names_a_line_that_is_no_listing(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "a", "text": "A text."}\nnot json\n', encoding="utf-8")
    done = groupaudit("benchmark", file)
    assert done.returncode == 2
    assert "bad.jsonl line 2" in done.stderr
