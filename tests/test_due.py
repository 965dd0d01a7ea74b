"""`run --due`: every site by its own last visit; a failed one sooner; the others' rows come along unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from commands import groupaudit
from local_web import Web, reply
from provider_web import provider, words, write_list

from crawler.records import SiteVisit
from crawler.segments import read_segment, segment_folder, segment_name, write_segment
from crawler.sites import make_site
from groupaudit.due import Due, due_times
from groupaudit.runs import last_run, run_ids
from groupaudit.storage import refresh_run

WEEK = timedelta(days=7)
NAMES = ("Larch", "Elm", "Fir")


def visit(run: str, ago: timedelta, now: datetime, *, retry: bool = False) -> SiteVisit:
    site = make_site("https://larch.example/")
    action, outcome = ("retry", "failed") if retry else ("", "complete")
    return SiteVisit(
        run, site, now - ago, now - ago, outcome, "", action, 1, 1, 1, "", None, "confirmed", "", 0
    )  # fmt: skip


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("visits", "every", "after"),
    [
        ([], WEEK, None),
        ([(2 * DAY, False)], WEEK, 5 * DAY),
        ([(8 * DAY, False)], WEEK, -DAY),
        ([(HOUR, True)], WEEK, DAY - HOUR),
        ([(HOUR, True), (2 * DAY, True)], WEEK, 2 * DAY - HOUR),
        ([(HOUR, True), (2 * DAY, True), (4 * DAY, True)], WEEK, 4 * DAY - HOUR),
        ([(HOUR, True), *((n * DAY, True) for n in range(2, 9))], WEEK, WEEK - HOUR),
        ([(HOUR, True), (2 * DAY, False), (3 * DAY, True)], WEEK, DAY - HOUR),
        ([(0 * HOUR, True)], 3 * HOUR, HOUR),
        ([(0 * HOUR, True)], HOUR / 2, HOUR / 2),
    ],
    ids=[
        "never visited: at once", "after the period", "overdue", "failed: after a seventh", "failed twice: twice that",
        "three times: four times that", "never later than the period", "an older failure is over",
        "an hour at least", "but not after the period",
    ],
)  # fmt: skip
def test_when_a_site_is_due(
    visits: list[tuple[timedelta, bool]], every: timedelta, after: timedelta | None, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    for number, (ago, retry) in enumerate(visits):
        run = f"2026010{9 - number}T000000Z-0000"
        file = segment_folder(tmp_path, "site_visits", run) / segment_name("larch.example")
        write_segment(file, [visit(run, ago, now, retry=retry)], SiteVisit)
    (due,) = due_times(tmp_path, [make_site("https://larch.example/")], every)
    if after is None:
        assert due == Due(due.site, None, None)
        assert due.now(now)
    else:
        assert due.at is not None
        assert abs(due.at - now - after) < timedelta(seconds=1)
        assert due.now(now) == (after <= timedelta())


def aged(data: Path, key: str, ago: timedelta) -> None:
    """Make a site's visits older, in every run that has them."""
    for run_id in run_ids(data):
        file = segment_folder(data, "site_visits", run_id) / segment_name(key)
        (row,) = read_segment(file, SiteVisit)
        write_segment(file, [replace(row, started_at=row.started_at - ago, ended_at=row.ended_at - ago)], SiteVisit)
        refresh_run(data, run_id)


def asked(web: Web) -> set[str]:
    return {path.split("/")[1] for path in web.paths} - {"robots.txt", "sitemap.xml"}


def published(data: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


GROUPS = "SELECT site_key, group_key, name, verdict, text, fetched_at, sha256, archive_file FROM groups ORDER BY ALL"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web({path: body for name in NAMES for path, body in provider(name).items()}) as web:
        yield web


def test_only_the_due_and_new_sites_are_asked_and_the_run_is_still_the_whole_list(web: Web, tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    host = web.origin.removeprefix("http://")
    write_list(sites, web, *NAMES)
    web.pages["/fir"] = reply(500, "broken")
    due = words("run", sites, data, "--due", "--every", "7d")
    first = groupaudit(*due)
    assert first.returncode == 3, first.stderr
    assert asked(web) == {"larch", "elm", "fir"}

    web.log.clear()
    idle = groupaudit(*due)
    assert idle.returncode == 0, idle.stderr
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert f"nothing due before {tomorrow:%Y-%m-%d}" in idle.stdout, "the failed site comes after a seventh of the week"
    assert web.accepted
    assert not web.log

    before = published(data, GROUPS)
    aged(data, f"{host}/fir", timedelta(hours=25))
    aged(data, f"{host}/elm", timedelta(days=6))
    web.pages["/fir"] = provider("Fir")["/fir"]
    second = groupaudit(*due)
    assert second.returncode == 0, second.stderr
    assert "2 sites not due: carried over from their last visit" in second.stderr
    assert asked(web) == {"fir"}
    carried = [row for row in published(data, GROUPS) if not str(row[0]).endswith("/fir")]
    assert carried == before, "verdicts, texts, keys, times and the archive's place are those of the visit"
    assert len(published(data, GROUPS)) == 6
    assert {row[0] for row in published(data, "SELECT change FROM changes")} <= {"new"}
    assert groupaudit("verify", "--data", data).returncode == 0

    # Elm was carried into the second run with its own time, six days old: two days later it is due, Larch and Fir
    # are not. Oak is new on the list.
    web.log.clear()
    aged(data, f"{host}/elm", timedelta(days=2))
    web.pages.update(provider("Oak"))
    write_list(sites, web, *NAMES, "Oak")
    third = groupaudit(*due)
    assert third.returncode == 0, third.stderr
    assert "2 sites not due" in third.stderr
    assert asked(web) == {"elm", "oak"}
    assert len(published(data, GROUPS)) == 8
    assert len(run_ids(data)) == 3
    assert groupaudit("prune", "--keep", "0d", "--data", data).returncode == 0
    assert groupaudit("verify", "--data", data).returncode == 0
    assert {key for (key,) in published(data, "SELECT DISTINCT site_key FROM groups")} == {
        f"{host}/{name.lower()}" for name in (*NAMES, "Oak")
    }


@pytest.mark.long
def test_a_site_whose_rows_are_damaged_is_crawled_again_instead_of_carried_over(web: Web, tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    write_list(sites, web, "Larch", "Elm")
    due = words("run", sites, data, "--due", "--every", "7d")
    assert groupaudit(*due).returncode == 0
    run = last_run(data)
    assert run is not None
    host = web.origin.removeprefix("http://")
    (segment_folder(data, "captures", run.run_id) / segment_name(f"{host}/elm")).write_bytes(b"torn")
    write_list(sites, web, *NAMES)
    web.log.clear()
    done = groupaudit(*due)
    assert done.returncode == 0, done.stderr
    assert "1 site not due" in done.stderr
    assert asked(web) == {"elm", "fir"}
