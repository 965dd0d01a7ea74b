# ruff: noqa: E501 - tables of values read better a line each
"""`groupaudit sql`: the ready questions, and what a query may not do."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from synthetic_runs import RUN_1, RUN_2, GroupSpec, RunSpec, SiteSpec, small_run, write_run

from reports.errors import NoPublicationError, QueryError
from reports.publish import publish
from reports.sql import list_questions, run_sql
from reports.statements import names


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    run = small_run()
    twin = SiteSpec("fir.example", (GroupSpec("f1"), GroupSpec("f2", text="Come.", kind="unclear", grounds=0, verdict="insufficient", tip41="insufficient", hits=(), counter=-1)))  # fmt: skip
    write_run(data, RunSpec(RUN_1, (*run.sites, twin)))
    fixed = GroupSpec("f1", name="Grief Support", claim="none", verdict="not_claimed", tip41="not_claimed", hits=GroupSpec("x").hits[1:], counter=2)  # fmt: skip
    write_run(data, RunSpec(RUN_2, (*run.sites, SiteSpec("fir.example", (fixed,)))))
    return publish(data).path


ANSWERS = {  # question → rows, first row's value of a column
    "flags_with_quotes": (3, "name", "Grief Group Therapy"),
    "flags_by_kind": (2, "by_the_article_only", 1),
    "flags_by_provider_type": (2, "labelled_group_therapy", 4),
    "flags_by_region": (2, "region", "Iowa"),
    "claim_and_kind": (8, "claim", "counseling"),
    "how_much_was_seen": (5, "complete", 5),
    "sites_not_read": (1, "outcome", "failed"),
    "not_yet_heard": (5, "withheld", "not yet heard: no letter sent"),
    "read_next": (2, "question", "Is this site the listed business? (unconfirmed)"),
    "what_changed": (2, "change", "gone"),
    "fixed": (1, "name", "Grief Support"),
    "words_that_decide": (6, "kind", "support"),
    "counseling_and_modality": (1, "name", "Grief Counseling Group"),
    "service_descriptions": (1, "flagged", "article"),
    "shared_descriptions": (1, "sites", 3),
    "leaders": (7, "leader", "clinician"),
    "where_is_the_page": (5, "archive_offset", 0),
}


def test_there_are_enough_questions_and_each_is_answered_here() -> None:
    assert len(list_questions()) >= 12
    assert set(names("questions")) == set(ANSWERS)
    assert all(question.question for question in list_questions())


@pytest.mark.parametrize("name", ANSWERS)
def test_each_ready_question_is_answered_right(database: Path, name: str) -> None:
    rows = json.loads(run_sql(database, name, "json"))
    number, column, value = ANSWERS[name]
    assert (len(rows), rows[0][column]) == (number, value)


REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT content FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "COPY groups TO 'out.csv'",
    "ATTACH 'other.duckdb'",
    "EXPORT DATABASE 'dump'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "PRAGMA enable_profiling",
    "DROP TABLE groups",
    "DELETE FROM flags",
    "CREATE TEMP TABLE copy AS FROM flags",
    "SELECT 1; SELECT 2",
    "",
    "SELEC 1",
]


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_touches_nothing_but_the_publication(
    database: Path, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError):
        run_sql(database, query)
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_never_ends_is_interrupted(database: Path) -> None:
    with pytest.raises(QueryError, match="interrupted after 1 seconds"):
        run_sql(database, "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b", seconds=1)


def test_every_format_holds_the_same_rows(database: Path, tmp_path: Path) -> None:
    query = "SELECT group_key, fetched_at, secondary, confidence FROM groups ORDER BY group_key"
    rows = json.loads(run_sql(database, query, "json"))
    assert run_sql(database, query, "csv").count("\n") == len(rows) + 1
    assert f"({len(rows)} rows)" in run_sql(database, query)
    file = tmp_path / "o'ut.parquet"
    run_sql(database, query, "parquet", out=file)
    assert duckdb.read_parquet(str(file)).fetchall()[0][0] == rows[0]["group_key"]
    run_sql(database, query, "json", out=tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == rows


def test_a_terminal_gets_no_control_character(database: Path) -> None:
    shown = run_sql(
        database, "SELECT chr(27) || '[2J' || chr(10) || 'x' || chr(8238) AS t, repeat('y', 1000000) AS long"
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[U+001B][2J / x[U+202E]" in shown
    assert len(shown) < 1000


def test_csv_cells_are_no_formulas(database: Path) -> None:
    assert run_sql(database, "SELECT '=1+1' AS a, ' @x' AS b, -1 AS c", "csv").splitlines()[1] == "'=1+1,' @x,-1"


def test_what_is_wrong_with_the_call_is_said(database: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="--out"):
        run_sql(database, "SELECT 1", "parquet")
    with pytest.raises(QueryError, match="table, csv, json, parquet"):
        run_sql(database, "SELECT 1", "xml")
    with pytest.raises(NoPublicationError, match="groupaudit publish"):
        run_sql(tmp_path / "none.duckdb", "SELECT 1")
