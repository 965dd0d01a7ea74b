"""`crawl --shard I/N`: any N shards, one after the other or side by side, are one run and hold what N = 1 holds."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT, command, environment, groupaudit
from local_web import Web, page, reply

from crawler.records import Capture, SiteVisit, Visit
from crawler.segments import read_segments, segment_folder
from groupaudit.lock import data_lock
from groupaudit.runs import last_run, run_ids

GROUP = "A therapy group in which members look together at what happens between them in the room."


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Web]]]:
    """Seven owners with two sites each, and their list."""
    webs = [Web() for _ in range(7)]
    for web in webs:
        web.__enter__()
        web.pages = {
            f"/{name}{rest}": page(f"{name}{rest}", f"/{name}/groups", text=f"{GROUP} {name}{rest}")
            for name in ("east", "west")
            for rest in ("", "/groups")
        } | {"/robots.txt": reply(200, "User-agent: *\nDisallow: /sitemap.xml\n", content_type="text/plain")}
    sites = tmp_path_factory.mktemp("farm") / "sites.csv"
    sites.write_text("url\n" + "".join(f"{web.origin}/{name}\n" for web in webs for name in ("east", "west")))
    yield sites, webs
    for web in webs:
        web.__exit__(None, None, None)


def words(sites: Path, data: Path, shard: str = "") -> tuple[object, ...]:
    some = ("crawl", sites, "--data", data, "--allow-private", "127.0.0.0/8", "--gap", 0)
    return (*some, "--shard", shard) if shard else some


def rows(data: Path) -> tuple[list[object], ...]:
    """What a run holds, without ids, times and places in the archive."""
    (run_id,) = run_ids(data)
    return (
        sorted(
            (v.site.site_key, v.outcome, v.requests, v.pages, v.bytes, v.identity)
            for v in read_segments(segment_folder(data, "site_visits", run_id), SiteVisit)
        ),
        sorted((v.url, v.outcome, str(v.status)) for v in read_segments(segment_folder(data, "visits", run_id), Visit)),
        sorted((c.url, c.sha256) for c in read_segments(segment_folder(data, "captures", run_id), Capture)),
    )


@pytest.fixture(scope="module")
def whole(farm: tuple[Path, list[Web]], tmp_path_factory: pytest.TempPathFactory) -> tuple[list[object], ...]:
    data = tmp_path_factory.mktemp("whole") / "data"
    assert groupaudit(*words(farm[0], data)).returncode == 0
    return rows(data)


@pytest.mark.parametrize("number", [2, pytest.param(5, marks=pytest.mark.long)])
def test_the_shards_one_after_the_other_are_one_run_with_the_rows_of_the_whole(
    number: int, farm: tuple[Path, list[Web]], whole: tuple[list[object], ...], tmp_path: Path
) -> None:
    sites, data = farm[0], tmp_path / "data"
    states = []
    for index in range(number):
        done = groupaudit(*words(sites, data, f"{index}/{number}"))
        assert done.returncode == 0, done.stderr
        run = last_run(data)
        assert run is not None
        states.append(run.state)
    assert "all shards are done; next: groupaudit extract" in done.stdout
    assert states[-1] == "finished"
    assert set(states[:-1]) <= {"interrupted", "finished"}
    assert states[0] == "interrupted"
    assert rows(data) == whole
    assert run.counts["sites_by_outcome"] == {"complete": 14}, "run.json counts what all shards made"
    assert groupaudit("verify", "--data", data).returncode == 0
    stages = [groupaudit(stage, "--data", data) for stage in ("extract", "audit", "publish")]
    assert [each.returncode for each in stages] == [0, 0, 0], [each.stderr for each in stages]
    assert " 28 pages of 14 sites" in stages[0].stdout


def test_shards_side_by_side_are_one_run_and_ask_every_owner_one_thing_at_a_time(
    farm: tuple[Path, list[Web]], whole: tuple[list[object], ...], tmp_path: Path
) -> None:
    sites, webs = farm
    data = tmp_path / "data"
    for web in webs:
        web.log.clear()
    together = [
        subprocess.Popen(
            command(*words(sites, data, f"{index}/3")), cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
        )
        for index in range(3)
    ]
    said = [process.communicate(timeout=120)[1] for process in together]
    assert [process.returncode for process in together] == [0, 0, 0], said
    assert rows(data) == whole
    run = last_run(data)
    assert run is not None
    assert run.state == "finished"
    assert all(web.paths.count("/robots.txt") == 1 for web in webs), "an owner is in one shard only"
    assert groupaudit("verify", "--data", data).returncode == 0


def test_a_shard_and_the_whole_do_not_write_at_the_same_time(farm: tuple[Path, list[Web]], tmp_path: Path) -> None:
    sites, data = farm[0], tmp_path / "data"
    with data_lock(data, "run", print):
        done = groupaudit(*words(sites, data, "0/2"))
        assert done.returncode == 4
        assert "in use by process" in done.stderr
    from groupaudit.lock import FolderInUseError, holder_of, shard_lock

    with shard_lock(data, "crawl", print, (0, 2)):
        holder = holder_of(data)
        assert holder is not None
        assert holder.command == "crawl --shard 0/2"
        with pytest.raises(FolderInUseError, match="crawl --shard 0/2"), data_lock(data, "run", print):
            pass
        with pytest.raises(FolderInUseError), shard_lock(data, "crawl", print, (0, 2)):
            pass
        with shard_lock(data, "crawl", print, (1, 2)):
            pass
    assert holder_of(data) is None


@pytest.mark.long
def test_another_number_of_shards_in_the_same_run_and_what_is_no_shard_are_refused(
    farm: tuple[Path, list[Web]], tmp_path: Path
) -> None:
    sites, data = farm[0], tmp_path / "data"
    assert groupaudit(*words(sites, data, "0/2")).returncode == 0
    done = groupaudit(*words(sites, data, "0/3"))
    assert done.returncode == 2
    assert "is crawled in 2 shards" in done.stderr
    for wrong in ("2/2", "1", "a/b", "0/0"):
        assert groupaudit(*words(sites, data, wrong)).returncode == 2
