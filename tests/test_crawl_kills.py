"""A crawl that is killed: the same command again ends with what an undisturbed crawl ends with."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from crawling import RUN, Left, crawl_sites
from local_web import Hit, Web, page, reply

from crawler.archive import archive_path
from crawler.command import Budgets
from crawler.warc import read_payload, read_records

ROOT = Path(__file__).parents[1]


def farm(number: int, *, slow: float = 0.0) -> Web:
    """A site of eighteen pages with everything that a resumed visit must answer the same way again."""
    groups = [f"/groups/{name}|{name} group" for name in ("grief", "anger", "dbt")]
    links = [f"/page-{letter}|page {letter}" for letter in "abcdefghijkl"]
    web = Web(
        {
            "/robots.txt": reply(200, "User-agent: *\nDisallow: /private\n", content_type="text/plain"),
            "/": page(f"Site {number}", *links, "/groups|our groups", "/old", "/gone", "/private", "/twin", "/busy"),
            "/groups": page("Groups", *groups),
            "/old": reply(301, location="/groups/grief"),
            "/twin": page("Groups", *groups),
            "/busy": [reply(503, "busy", retry_after="0"), page("Busy", text="It answers at the second try.")],
            "/reset": lambda _, client: client.close(),
            "/page-a": reply(200, gzip.compress(page("A", "/reset").encode(), mtime=0), content_encoding="gzip"),
        }
    )  # fmt: skip

    def other(path: str) -> object:
        if path.startswith(("/page-", "/groups/")):
            return page(path)
        return None

    web.fallback = other
    if slow:
        answer = web._answer

        def slowly(hit: Hit, client: Any) -> bool:
            time.sleep(slow)
            return answer(hit, client)

        web._answer = slowly  # type: ignore[method-assign]
    return web


def comparable(left: Left, webs: list[Web]) -> dict[str, Any]:
    """Everything that was written, without times, places in the archive and how often it was resumed."""
    names = {web.origin.removeprefix("http://"): f"site-{number}" for number, web in enumerate(webs)}

    def named(value: Any) -> Any:
        text = json.dumps(value, default=str, sort_keys=True)
        for real, name in names.items():
            text = text.replace(real, name)
        return json.loads(text)

    out: dict[str, Any] = {}
    for kind, rows in (("site_visits", left.site_visits), ("visits", left.visits), ("captures", left.captures)):
        plain = []
        for row in rows:
            fields = dataclasses.asdict(row)
            for name in ("started_at", "ended_at", "asked_at", "fetched_at", "milliseconds", "resumed"):
                fields.pop(name, None)
            if kind == "captures":
                stored = read_payload(left.data / fields.pop("archive_file"), fields.pop("archive_offset"))
                assert stored.digest == fields["sha256"]
                fields["payload"] = stored.payload.decode()
                fields.pop("capture_id")
            plain.append(named(fields))
        out[kind] = sorted(plain, key=json.dumps)
    return out


def start(data: Path, webs: list[Web], **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "tests" / "crawl_driver.py"),
            str(data),
            json.dumps(options),
            *(web.origin for web in webs),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )


def wait_for(web: Web, requests: int, child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while len(web.log) < requests and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)


def kill_group(child: subprocess.Popen[str]) -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with ExitStack() as stack:
        webs = [stack.enter_context(farm(number)) for number in range(3)]
        left = crawl_sites(tmp_path_factory.mktemp("undisturbed"), *(web.origin for web in webs))
        return comparable(left, webs)


def test_the_farm_has_every_kind_of_answer(undisturbed: dict[str, Any]) -> None:
    outcomes = Counter(visit["outcome"] for visit in undisturbed["visits"])
    assert {"ok", "redirect", "duplicate", "http_4xx", "http_5xx", "reset", "robots"} <= set(outcomes)


def run_with_kills(data: Path, webs: list[Web], kills: list[int], undisturbed: dict[str, Any]) -> None:
    for number, requests in enumerate(kills):
        child = start(data, webs, workers=3)
        wait_for(webs[0], requests, child)
        kill_group(child)
        if number == len(kills) - 1:  # a record that was being written when the machine went down
            for web in webs:
                path = archive_path(data, RUN, web.origin.removeprefix("http://"))
                committed = data / "segments/site_visits" / f"run={RUN}" / path.name.replace(".warc.gz", ".parquet")
                if path.exists() and not committed.exists():
                    with path.open("ab") as handle:
                        handle.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n" + os.urandom(3000))[:-900])
    left = crawl_sites(data, *(web.origin for web in webs), workers=3)
    assert left.end.exit_code in (0, 3)
    assert left.end.unvisited == 0
    assert comparable(left, webs) == undisturbed
    for web in webs:
        path = archive_path(data, RUN, web.origin.removeprefix("http://"))
        assert next(read_records(path)).kind == "warcinfo"
        once = {"/busy": 2, "/reset": 2}  # the second try of these is the crawl's own
        for path_asked, times in Counter(web.paths).items():
            assert times <= once.get(path_asked, 1) + len(kills), (path_asked, times)
        asked_again = sum(times - once.get(name, 1) for name, times in Counter(web.paths).items())
        assert asked_again <= len(kills), Counter(web.paths)  # one in flight a site and kill at most


def test_a_killed_crawl_goes_on_where_it_was(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(farm(number, slow=0.01)) for number in range(3)]
        run_with_kills(tmp_path, webs, [6, 14], undisturbed)


@pytest.mark.long
def test_twenty_kills_in_one_crawl(tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(farm(number, slow=0.02)) for number in range(3)]
        run_with_kills(tmp_path, webs, list(range(1, 21)), undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_one_kill_at_a_random_moment(seed: int, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(farm(number, slow=0.01)) for number in range(3)]
        child = start(tmp_path, webs, workers=3)
        wait_for(webs[0], 1, child)
        time.sleep(random.Random(seed).uniform(0, 0.8))
        kill_group(child)
        left = crawl_sites(tmp_path, *(web.origin for web in webs), workers=3)
        assert comparable(left, webs) == undisturbed


def test_only_the_parent_killed_ends_the_child_too(tmp_path: Path) -> None:
    """The child is waiting out a pause when its parent dies: it must not ask again after it."""
    with farm(0) as web:
        child = start(tmp_path, [web], gap_seconds=0.8)
        wait_for(web, 2, child)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert child.stdout is not None
        child.stdout.close()
        before = len(web.log)
        time.sleep(1.3)
        assert len(web.log) == before, "the crawler process went on without its parent"
        left = crawl_sites(tmp_path, web.origin)
        assert left.end.unvisited == 0


def test_ctrl_c_finishes_open_sites_and_takes_no_new_ones(tmp_path: Path) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(farm(number, slow=0.02)) for number in range(3)]
        child = start(tmp_path, webs, workers=1, grace_seconds=20)
        wait_for(webs[0], 4, child)
        os.killpg(child.pid, signal.SIGINT)  # as a terminal does: the whole group gets it
        out, _ = child.communicate(timeout=30)
        end = json.loads(out.splitlines()[-1])
        assert child.returncode == 3
        assert end["interrupted"]
        assert end["unvisited"] == 2
        assert not webs[1].log
        left = crawl_sites(tmp_path, *(web.origin for web in webs))
        assert (left.end.unvisited, left.end.skipped) == (0, 1)


def test_the_grace_time_ends_a_site_that_does_not_and_the_run_goes_on_from_its_archive(tmp_path: Path) -> None:
    with farm(0, slow=0.08) as web:
        child = start(tmp_path, [web], grace_seconds=0.3)
        wait_for(web, 4, child)
        started = time.monotonic()
        os.kill(child.pid, signal.SIGTERM)
        out, _ = child.communicate(timeout=20)
        assert time.monotonic() - started < 5
        assert json.loads(out.splitlines()[-1])["unvisited"] == 1
        left = crawl_sites(tmp_path, web.origin)
        assert left.end.unvisited == 0
        assert Counter(web.paths)["/"] == 1, "the home page was answered from the site's own archive"


def test_a_full_disk_stops_the_run_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    with farm(0) as web, farm(1) as other:
        path = archive_path(tmp_path, RUN, web.origin.removeprefix("http://"))
        path.parent.mkdir(parents=True)
        path.symlink_to("/dev/full")  # every write says: no space left on device
        left = crawl_sites(tmp_path, web.origin, workers=1)
        assert left.end.exit_code == 4
        assert left.end.disk_full
        assert "No space left" in left.end.message
        assert left.site_visits == []
        assert left.end.unvisited == 1
        path.unlink()
        again = crawl_sites(tmp_path, web.origin, other.origin)
        assert again.end.unvisited == 0
        assert not again.end.disk_full


def test_a_disk_that_fills_up_in_the_middle_of_a_site(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the archive's write fails after some pages."""
    noise = random.Random(1)
    pages = {f"/page-{letter}": page(letter, text=noise.randbytes(9000).hex()) for letter in "abcdefghij"}
    with Web({"/": page("Home", *pages), **pages}) as web:
        child = start(tmp_path, [web], file_limit=40_000)
        out, _ = child.communicate(timeout=30)
        end = json.loads(out.splitlines()[-1])
        assert (child.returncode, end["disk_full"], end["unvisited"]) == (4, True, 1)
        asked = len(web.log)
        assert 3 < asked < 9, "it stopped at the first record that did not fit"
        archive = archive_path(tmp_path, RUN, web.origin.removeprefix("http://"))
        whole = [record.kind for record in read_records(archive)]
        assert whole.count("response") == asked - 1, "the record that did not fit was taken back"
        left = crawl_sites(tmp_path, web.origin)
        assert (left.site.outcome, left.site.pages) == ("complete", 11)
        assert max(Counter(web.paths).values()) == 2, "only the page that could not be kept is asked for again"
        assert sum(times - 1 for times in Counter(web.paths).values()) == 1


def test_a_damaged_archive_of_an_open_site_is_named(tmp_path: Path) -> None:
    with farm(0) as web:
        path = archive_path(tmp_path, RUN, web.origin.removeprefix("http://"))
        path.parent.mkdir(parents=True)
        path.write_bytes(b"this is no WARC file at all")
        left = crawl_sites(tmp_path, web.origin)
        assert left.end.exit_code == 4
        assert str(path) in left.end.message
        assert path.read_bytes() == b"this is no WARC file at all"


def test_a_second_crawl_of_a_finished_run_asks_for_nothing(tmp_path: Path) -> None:
    with farm(0) as web:
        crawl_sites(tmp_path, web.origin, budgets=Budgets(pages=5))
        before = len(web.log)
        left = crawl_sites(tmp_path, web.origin, budgets=Budgets(pages=5))
        assert len(web.log) == before
        assert left.end.skipped == 1
        assert left.site.outcome == "partial"
        assert left.site.reason == "budget: 5 pages"
        assert left.end.exit_code == 0, "a budget is the operator's choice"
