# ruff: noqa: E501 - tables of what is written and what is expected read better a line each
"""Publishing: what is in the file is what the segments say, and nothing half done is ever to be seen."""

from __future__ import annotations

import dataclasses
import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from synthetic_runs import (
    RUN_1,
    RUN_2,
    RUN_3,
    SUPPORT_TEXT,
    GroupSpec,
    Hit,
    RunSpec,
    SiteSpec,
    small_run,
    therapy_group,
    write_run,
    write_site,
)

from audit.records import Finding
from crawler.records import Capture, Group, Offering, Passage, SiteVisit, Visit
from crawler.segments import read_segments, segment_folder, segment_name, write_segment
from reports.errors import PublishError
from reports.publish import publish
from reports.schema_page import schema_page
from reports.statements import RAW_TABLES, VIEWS, names, statement

TODAY = datetime.date(2026, 11, 24)
RECORDS = {
    "visits": Visit,
    "captures": Capture,
    "passages": Passage,
    "groups": Group,
    "offerings": Offering,
    "site_visits": SiteVisit,
}


def ask(data: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def every_row(data: Path) -> dict[str, list[str]]:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        tables = [f"main.{name}" for name in VIEWS] + [
            f"raw.{name}" for name in (*RAW_TABLES, "states", "publication", "current")
        ]
        return {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for name in tables}


def test_every_segment_row_is_published(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publication = publish(tmp_path)
    for kind, record in RECORDS.items():
        version = "extractor=1" if kind in ("offerings", "groups", "passages") else ""
        rows = read_segments(segment_folder(tmp_path, kind, RUN_1, version), record)
        assert publication.counts[f"raw.{kind}"] == len(rows) > 0, kind
    findings = read_segments(segment_folder(tmp_path, "findings", RUN_1, "audit=aaaa"), Finding)
    assert publication.counts["raw.findings"] == len(findings)
    assert publication.counts["raw.evidence"] == sum(len(finding.evidence) for finding in findings)
    assert publication.run_id == RUN_1


def test_every_quotation_is_a_substring_in_sql(tmp_path: Path) -> None:
    odd = "Grüße 👨‍👩‍👧 é\u0301: a support group for people in grief.\nMembers share their stories and support one another. 𝔘"
    hits = (Hit("Group Therapy", "name", "claim", "claim.own"), Hit("support group for people in grief"),
            Hit("share their stories and support one another"), Hit("we meet in a circle", "site"))  # fmt: skip
    write_run(tmp_path, RunSpec(RUN_1, (SiteSpec("a.example", (GroupSpec("g", text=odd, hits=hits, counter=-1),)),)))
    publish(tmp_path)
    rows = ask(tmp_path, 'SELECT quote, substr("text", "start" + 1, "end" - "start"), field FROM evidence')
    assert len(rows) == 4
    assert all(quote == found for quote, found, _ in rows)
    assert {field for _, _, field in rows} == {"name", "text", "site"}


def test_a_quotation_that_is_not_there_stops_the_publication(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    before = (tmp_path / "groupaudit.duckdb").read_bytes()
    folder = segment_folder(tmp_path, "findings", RUN_1, "audit=aaaa")
    path = folder / segment_name("alder.example")
    findings = read_segments(folder, Finding)
    wrong = [
        replace(f, evidence=tuple(replace(e, start=e.start + 1, end=e.end + 1) for e in f.evidence))
        for f in findings
        if f.site_key == "alder.example"
    ]
    write_segment(path, wrong, Finding)
    with pytest.raises(PublishError, match="quotations_true") as caught:
        publish(tmp_path)
    assert "alder.example" in str(caught.value)
    assert (tmp_path / "groupaudit.duckdb").read_bytes() == before
    assert not list(tmp_path.glob(".groupaudit-building*"))


BROKEN = {
    "flags_proven": lambda g: replace(g, grounds=1),
    "words_known": lambda g: replace(g, verdict="fake"),
}


@pytest.mark.parametrize("check", BROKEN)
def test_checks_refuse_what_the_codebook_does_not_allow(tmp_path: Path, check: str) -> None:
    write_run(tmp_path, RunSpec(RUN_1, (SiteSpec("a.example", (BROKEN[check](GroupSpec("g")),)),)))
    with pytest.raises(PublishError, match=check):
        publish(tmp_path)


def test_a_group_that_was_not_judged_stops_the_publication(tmp_path: Path) -> None:
    run = small_run()
    write_run(tmp_path, run)
    write_site(tmp_path, run, SiteSpec("late.example", (GroupSpec("l1"),)), audit=False)
    with pytest.raises(PublishError, match=r"groups_audited(.|\n)*late.example"):
        publish(tmp_path)


def test_two_rows_for_one_group_stop_the_publication(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    folder = segment_folder(tmp_path, "groups", RUN_1, "extractor=1")
    shutil.copy(folder / segment_name("alder.example"), folder / "again.parquet")
    with pytest.raises(PublishError, match="keys_unique"):
        publish(tmp_path)


def test_a_broken_segment_is_named(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    path = segment_folder(tmp_path, "captures", RUN_1) / segment_name("alder.example")
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(PublishError, match="captures"):
        publish(tmp_path)
    assert not (tmp_path / "groupaudit.duckdb").exists()


def test_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="no run to publish"):
        publish(tmp_path)


def three_runs() -> list[RunSpec]:
    """A first run, one with a group relabelled, one read with another extractor and another audit."""
    first = small_run()
    alder, *others = first.sites
    flag, *rest = alder.groups
    renamed = replace(
        flag, name="Grief Support", claim="none", verdict="not_claimed", tip41="not_claimed",
        hits=flag.hits[1:], counter=2,
    )  # fmt: skip
    second = small_run(RUN_2, sites=(replace(alder, groups=(renamed, *rest)), *others))
    return [first, second, small_run(RUN_3, extractor="2", audit="bbbb")]


def test_incremental_and_full_hold_the_same_rows(tmp_path: Path) -> None:
    step, whole = tmp_path / "step", tmp_path / "whole"
    loaded = []
    for run in three_runs():
        write_run(step, run)
        loaded.append(publish(step, today=TODAY).loaded_runs)
    assert loaded == [(RUN_1,), (RUN_2,), (RUN_3,)]
    shutil.copytree(step / "segments", whole / "segments", copy_function=shutil.copy2)
    assert publish(whole, full=True, today=TODAY).loaded_runs == (RUN_1, RUN_2, RUN_3)
    left, right = every_row(step), every_row(whole)
    for rows in (left, right):
        rows["raw.runs"] = [row[: row.rindex(", ")] for row in rows["raw.runs"]]  # folder times: not in the copy
    for name in left:
        assert left[name] == right[name], name
    again = every_row(step)
    assert publish(step, full=True, today=TODAY).loaded_runs == (RUN_1, RUN_2, RUN_3)
    assert every_row(step) == again


def test_an_old_run_audited_again_is_read_again(tmp_path: Path) -> None:
    for run in three_runs():
        write_run(tmp_path, run)
    publish(tmp_path, today=TODAY)
    assert publish(tmp_path, today=TODAY).loaded_runs == ()
    write_run(tmp_path, small_run(RUN_2, audit="cccc"))
    assert publish(tmp_path, today=TODAY).loaded_runs == (RUN_2, RUN_3)
    step = every_row(tmp_path)
    publish(tmp_path, full=True, today=TODAY)
    assert every_row(tmp_path) == step


def test_a_run_that_is_gone_is_gone(tmp_path: Path) -> None:
    for run in three_runs():
        write_run(tmp_path, run)
    publish(tmp_path)
    for folder in (tmp_path / "segments").glob(f"*/run={RUN_1}"):
        shutil.rmtree(folder)
    publish(tmp_path)
    assert ask(tmp_path, "SELECT run_id FROM raw.runs ORDER BY ALL") == [(RUN_2,), (RUN_3,)]
    assert {run_id for (run_id,) in ask(tmp_path, "SELECT DISTINCT run_id FROM raw.texts")} <= {RUN_2, RUN_3}


def test_the_newest_audit_of_the_newest_extractor_counts(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    write_run(tmp_path, small_run(audit="later", extractor="2"))
    write_run(tmp_path, small_run(audit="last"))  # extractor 1 again: its offerings are the newest segments now
    publish(tmp_path)
    assert ask(tmp_path, "SELECT extractor, audit_version FROM raw.runs") == [("1", "last")]
    assert ask(tmp_path, "SELECT count(DISTINCT audit_version) FROM raw.findings") == [(3,)]
    assert ask(tmp_path, "SELECT DISTINCT run_id FROM groups") == [(RUN_1,)]


def test_an_unfinished_run_does_not_take_the_place_of_a_finished_one(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    write_run(tmp_path, small_run(RUN_2, state="interrupted", sites=small_run().sites[:1], listed=5))
    assert publish(tmp_path).run_id == RUN_1
    for folder in (tmp_path / "segments").glob(f"*/run={RUN_1}"):
        shutil.rmtree(folder)
    assert publish(tmp_path).run_id == RUN_2
    assert ask(tmp_path, "SELECT sites, not_visited FROM coverage WHERE slice = 'all'") == [(5, 4)]


def test_only_who_refused_us_is_said_to_have(tmp_path: Path) -> None:
    causes = {
        "refused": ("robots: the start page is disallowed", "blocked: HTTP 403: asks for a person", "opted out: it asked",
                    "HTTP 503: come back in 7200 s", "robots unreachable: HTTP 429"),
        "unreachable": ("robots unreachable: dns (no such host)", "robots unreachable: refused (Connection refused)",
                        "robots unreachable: HTTP 503", "6 requests failed one after another"),
        "private_address": ("robots unreachable: private_address (a.example is at 10.0.0.1)",),
    }  # fmt: skip
    reasons = [reason for its in causes.values() for reason in its]
    sites = [SiteSpec(f"{n}.example", outcome="blocked", reason=reason) for n, reason in enumerate(reasons)]
    write_run(tmp_path, RunSpec(RUN_1, tuple(sites)))
    publish(tmp_path)
    query = "SELECT blocked, refused, unreachable, private_address FROM coverage WHERE slice = 'all'"
    assert ask(tmp_path, query) == [(10, *(len(its) for its in causes.values()))]


def test_every_table_and_column_says_what_it_holds(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    mute = "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    assert ask(tmp_path, mute) == []
    tables = ask(tmp_path, "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal")
    tables += ask(tmp_path, "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal")
    assert {(schema, name) for schema, name, _ in tables} == {("main", name) for name in VIEWS} | {
        ("raw", name) for name in (*RAW_TABLES, "states", "publication", "current")
    }
    for schema, name, comment in tables:
        assert ("One row per " if schema == "raw" else "?") in str(comment), name
    page = schema_page()
    for _, name, _ in tables:
        assert f"### {name}\n" in page or f"### raw.{name}\n" in page


def test_parquet_holds_every_table(tmp_path: Path) -> None:
    for run in three_runs()[:2]:
        write_run(tmp_path, run)
        publish(tmp_path)
    folder = tmp_path / "parquet"
    for name in VIEWS:
        assert (
            ask(tmp_path, f"SELECT count(*) FROM main.{name}")
            == duckdb.sql(f"SELECT count(*) FROM '{folder}/{name}.parquet'").fetchall()
        )
    for name in RAW_TABLES:
        assert (
            ask(tmp_path, f"SELECT count(*) FROM raw.{name}")
            == duckdb.sql(f"SELECT count(*) FROM '{folder}/raw/{name}/*.parquet'").fetchall()
        )
    first = folder / "raw" / "findings" / f"run={RUN_1}.parquet"
    assert first.stat().st_nlink == 2  # linked from the generation before, not written again


def test_no_stale_file_is_left(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    (tmp_path / ".groupaudit-building-99.duckdb").write_bytes(b"a publication that died")
    (tmp_path / ".groupaudit-building-99.duckdb.wal").write_bytes(b"")
    for _ in range(4):
        publish(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".parquet-generations",
        "groupaudit.duckdb",
        "parquet",
        "segments",
    ]
    assert len(list((tmp_path / ".parquet-generations").iterdir())) == 2


def test_a_file_that_is_no_publication_is_replaced(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    (tmp_path / "groupaudit.duckdb").write_bytes(b"not a database")
    assert publish(tmp_path).loaded_runs == (RUN_1,)


def test_values_of_personal_facts_stay_out(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    facts = ask(tmp_path, "SELECT DISTINCT unnest(facts).kind, unnest(facts).value FROM raw.offerings ORDER BY 1")
    assert facts == [("leader", ""), ("schedule", "Mondays")]


def test_the_headline_adds_up_and_says_two_numbers(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    numbers = dict(ask(tmp_path, 'SELECT "key", "value" FROM headline'))
    assert numbers == {
        "sites_complete": 4, "pages": 4, "flagged_sites": 3, "groups": 10, "labelled": 7, "flags_both": 1,
        "flags_article": 1, "consistent": 1, "mixed": 1, "insufficient": 1, "heading_differs": 1, "review": 1,
        "services": 1, "counseling": 1, "modality": 1, "unconfirmed": 1, "confirm": 1, "unasked": 5,
    }  # fmt: skip
    sentences = " ".join(str(text) for (text,) in ask(tmp_path, "SELECT sentence FROM headline"))
    assert "%" not in sentences
    for word in ("fake", "deceiv", "mislabel"):
        assert word not in sentences.lower()
    order = [key for (key,) in ask(tmp_path, 'SELECT "key" FROM headline ORDER BY "position"')]
    assert order.index("flags_both") < order.index("flags_article")


def test_a_description_is_counted_once(tmp_path: Path) -> None:
    city = [SiteSpec(f"{name}.example", (GroupSpec(f"g-{name}"),)) for name in ("alder", "birch", "cedar")]
    write_run(tmp_path, RunSpec(RUN_1, tuple(city)))
    publish(tmp_path)
    assert dict(ask(tmp_path, 'SELECT "key", "value" FROM headline'))["flags_both"] == 1
    assert ask(tmp_path, "SELECT count(*) FROM flags") == [(3,)]


def test_a_run_without_any_group_is_published(tmp_path: Path) -> None:
    write_run(tmp_path, RunSpec(RUN_1, (SiteSpec("elm.example", outcome="failed"),)))
    publish(tmp_path)
    assert dict(ask(tmp_path, 'SELECT "key", "value" FROM headline'))["sites_complete"] == 0


def test_listings_without_a_crawl_are_published(tmp_path: Path) -> None:
    run = RunSpec(
        RUN_1,
        (
            SiteSpec(
                "directory.example",
                (GroupSpec("g1"), therapy_group("g2", claim="listed", verdict="not_claimed", tip41="not_claimed")),
            ),
        ),
    )
    write_run(tmp_path, run)
    for kind in ("site_visits", "visits"):
        shutil.rmtree(segment_folder(tmp_path, kind, RUN_1))
    publish(tmp_path)
    numbers = dict(ask(tmp_path, 'SELECT "key", "value" FROM headline'))
    assert (numbers["flags_both"], numbers["listed"], numbers["sites_complete"]) == (1, 1, 1)


def test_checks_and_views_begin_with_their_question() -> None:
    for folder in ("views", "checks", "questions"):
        for name in names(folder):
            first = statement(f"{folder}/{name}").splitlines()[0]
            assert first.startswith("-- "), name
            assert folder == "checks" or first.endswith("?"), name


def test_rows_are_those_of_the_record_classes() -> None:
    """A field added to a record is added to its raw table, or said here to be left out."""
    left_out = {"site_visits": {"site"}, "offerings": {"blocks"}, "passages": {"text"}, "findings": {"evidence"}}
    with duckdb.connect() as connection:
        connection.execute(statement("schema"))
        for kind, record in (RECORDS | {"findings": Finding}).items():
            query = f"SELECT column_name FROM duckdb_columns() WHERE schema_name = 'raw' AND table_name = '{kind}'"
            columns = {name for (name,) in connection.execute(query).fetchall()}
            fields = {field.name for field in dataclasses.fields(record)} - left_out.get(kind, set())
            assert fields <= columns, kind


def test_states_are_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    letter = {
        "at": "2026-11-03T00:00:00+00:00",
        "event": "letter",
        "site_key": "alder.example",
        "group_key": "",
        "dated": "2026-11-01",
    }
    (tmp_path / "states.jsonl").write_text(json.dumps(letter) + "\n")
    publish(tmp_path, today=TODAY)
    heard = dict(ask(tmp_path, "SELECT group_key, withheld FROM flags"))
    assert heard == {
        "a1": "",
        "a3": "",
        "b1": "not yet heard: no letter sent",
        "c0": "not yet heard: no letter sent",
        "d1": "site not confirmed",
    }
    publish(tmp_path, today=datetime.date(2026, 11, 21))
    assert "younger than 21 days" in str(dict(ask(tmp_path, "SELECT group_key, withheld FROM flags"))["a1"])
    with (tmp_path / "states.jsonl").open("a") as handle:
        handle.write("{half a li")
    with pytest.raises(PublishError, match="line 2"):
        publish(tmp_path)


def test_text_is_stored_once(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    write_run(tmp_path, small_run(RUN_2))
    publish(tmp_path)
    assert ask(tmp_path, f"SELECT count(*) FROM raw.texts WHERE \"text\" = '{SUPPORT_TEXT}'") == [(1,)]
