"""A run that was killed or interrupted, and the same command again: it resumes, says so, and ends as if undisturbed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

import duckdb
import pytest
from commands import ROOT, command, environment, groupaudit

from groupaudit.lock import data_lock
from groupaudit.runs import last_run, run_ids

Row = tuple[object, ...]


def groups(data: Path) -> list[Row]:
    """What a run found, without what must differ between two runs: ids, times, ports."""
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT v.name, g.name, g.scope, g.claim, g.kind, g.verdict, g.verdict_tip41, g.appearances, g.text, "
            "g.searched_pages, g.would_change FROM groups g JOIN raw.site_visits v USING (run_id, site_key)"
        ).fetchall()
        quotes = connection.execute(
            'SELECT v.name, e.criterion, e.field, e.start, e."end", e.quote, e.stance FROM evidence e '
            "JOIN raw.publication p ON true JOIN raw.site_visits v ON v.run_id = p.run_id AND v.site_key = e.site_key"
        ).fetchall()
        visits = connection.execute(
            "SELECT name, outcome, pages, identity FROM raw.site_visits JOIN raw.publication USING (run_id)"
        ).fetchall()
        headline = connection.execute("SELECT key, value, out_of FROM headline").fetchall()
    return [*sorted(rows), *sorted(quotes), *sorted(visits), *sorted(headline, key=str)]


def start_and_stop(data: Path, marker: str, number: int, *, whole_group: bool) -> str:
    """Start a run, send it a signal when a line with the marker comes, and return what it said until its end."""
    words, said = command("run", "--data", data), []
    with subprocess.Popen(
        words, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if re.search(marker, line):
                break
        else:
            pytest.fail(f"no line with {marker!r}: {said}")
        if whole_group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        said.append(process.stderr.read())
    return "".join(said)


@pytest.mark.parametrize(
    ("marker", "whole_group"),
    [
        pytest.param(r"\[1/12\]", True, id="the whole group while crawling"),
        pytest.param(r"\[1/12\]", False, id="the parent alone while crawling", marks=pytest.mark.long),
        pytest.param(r"\[11/12\]", True, id="while the last site is crawled", marks=pytest.mark.long),
    ],
)
def test_a_killed_run_is_resumed_by_the_same_command_and_ends_as_if_undisturbed(
    sample_data: Path, tmp_path: Path, marker: str, whole_group: bool
) -> None:
    data = tmp_path / "data"
    start_and_stop(data, marker, signal.SIGKILL, whole_group=whole_group)
    killed = last_run(data)
    assert killed is not None
    assert killed.state == "running"
    assert "died; the same command goes on with it" in groupaudit("status", "--data", data).stdout

    again = groupaudit("run", "--data", data)
    assert again.returncode == 0, again.stderr
    assert "died without letting go of it" in again.stderr
    said = re.search(rf"resuming run {killed.run_id}: (\d+) of 12 sites already there", again.stderr)
    assert said, again.stderr
    assert int(said[1]) >= 1
    assert run_ids(data) == [killed.run_id]
    ended = last_run(data)
    assert ended is not None
    assert ended.state == "finished"
    assert groups(data) == groups(sample_data)


@pytest.mark.parametrize(
    "marker",
    [
        pytest.param("run 2", id="at the very beginning"),
        pytest.param(r"\[3/12\]", id="while auditing", marks=pytest.mark.long),
    ],
)
def test_ctrl_c_ends_well_with_a_partial_report_and_is_resumed(sample_data: Path, tmp_path: Path, marker: str) -> None:
    data = tmp_path / "data"
    said = start_and_stop(data, marker, signal.SIGINT, whole_group=True)
    stopped = last_run(data)
    assert stopped is not None
    assert "Traceback" not in said
    if stopped.state == "interrupted":  # else every site was open already and ended within the grace time
        assert "not visited yet: the same command goes on" in said or "goes on from here" in said

    again = groupaudit("run", "--data", data)
    assert again.returncode == 0, again.stderr
    assert groups(data) == groups(sample_data)


def test_after_a_finished_run_the_same_command_begins_a_new_one(sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = groupaudit("run", "--data", data, "--quiet")
    second = groupaudit("run", "--data", data, "--quiet")
    assert first.returncode == second.returncode == 0
    assert first.stderr == second.stderr == ""
    assert len(run_ids(data)) == 2
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        changes = connection.execute("SELECT * FROM changes").fetchall()
        (unchanged,) = connection.execute(
            "SELECT count(*) FROM raw.visits WHERE outcome = 'not_modified' AND run_id = ?", [run_ids(data)[1]]
        ).fetchone() or (0,)
    assert changes == []
    assert groups(data) == groups(sample_data)
    assert unchanged > 70  # pages that the servers did not have to send again
    due = groupaudit("run", "--data", data, "--due", "--every", "1d")
    assert due.returncode == 0
    assert "nothing due before" in due.stdout
    assert len(run_ids(data)) == 2
    with data_lock(data, "run", print):
        held = groupaudit("run", "--data", data, "--due", "--every", "0m")
    assert held.returncode == 0
    assert "nothing to do" in held.stdout


def test_each_stage_alone_comes_to_the_same_end(sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for stage in ("crawl", "extract", "audit", "publish", "report"):
        done = groupaudit(stage, "--data", data)
        assert done.returncode == 0, done.stderr
    assert groups(data) == groups(sample_data)
