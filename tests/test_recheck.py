"""A flag is read again: letter, reply, recheck, fixed, by the real commands against a real server."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from commands import groupaudit
from local_web import Web, reply
from synthetic_runs import RUN_1, RUN_2, RUN_3, GroupSpec, RunSpec, SiteSpec, write_run

from crawler.records import Capture, SiteVisit
from crawler.segments import read_segment, segment_files, segment_folder, write_segment
from reports import states
from reports.publish import publish
from reports.render.site import render

HOME = """<!doctype html><html lang="en"><head><title>Lantern House</title></head><body><h1>Lantern House</h1>
<p>Lantern House is a counselling practice in Leeds. We work with adults, one to one and in groups.</p>
<p><a href="/groups.html">Groups</a></p><footer>Lantern House, Leeds, telephone 0113 496 0100</footer></body></html>"""
SUPPORT = (
    "<p>A weekly support group for people who have lost somebody they loved.</p>"
    "<p>Members share their stories, and support one another with what they have learned about living on.</p>"
    "<p>You may simply listen. Tea is served, and everybody in grief is welcome.</p>"
)
OTHER = (
    "<h2>Walking Group</h2><p>We walk five gentle miles along the canal on Sundays, with a flask of tea at the lock."
    "</p><p>Dogs are welcome, and nobody needs to talk about anything.</p>"
)


def groups(name: str = "Grief Group Therapy", text: str = SUPPORT) -> str:
    return (
        '<!doctype html><html lang="en"><head><title>Groups at Lantern House</title></head><body><h1>Our groups</h1>'
        f"<h2>{name}</h2>{text}{OTHER}<p><a href='/'>Home</a></p></body></html>"
    )


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web() as served:
        yield served


@pytest.fixture(scope="module")
def crawled(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recheck")
    web.pages = {"/": HOME, "/groups.html": groups(), "/robots.txt": reply(404)}
    sites = folder / "sites.csv"
    sites.write_text(f"url,name,city\n{web.origin}/,Lantern House,Leeds\n", encoding="utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "groupaudit.toml").write_text(
        'contact = "desk@example.org"\npublisher = "The Desk"\ninterests = "none"\n'
        '[crawl]\ngap_seconds = 0\nallow_private = ["127.0.0.0/8"]\n'
    )
    done = groupaudit("run", sites, "--data", folder / "data")
    assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def data(web: Web, crawled: Path, tmp_path: Path) -> Path:
    web.pages["/groups.html"], web.pages["/robots.txt"] = groups(), reply(404)
    web.log.clear()
    return Path(shutil.copytree(crawled, tmp_path / "data", symlinks=True))


def ask(data: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def flag_of(data: Path) -> str:
    ((key,),) = ask(data, "SELECT group_key FROM flags")
    return str(key)


def did(data: Path, *arguments: object, code: int = 0) -> str:
    done = groupaudit(*arguments, "--data", data)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_letter_reply_recheck_fixed(web: Web, data: Path, tmp_path: Path) -> None:
    key, site = flag_of(data), web.origin.removeprefix("http://")
    did(data, "letter", site)
    did(data, "reply", key, "--text", "You are right, we will rename it.")
    did(data, "publish")
    web.log.clear()
    assert "unchanged: labelled group therapy" in did(data, "recheck", key[:8])
    assert web.paths == ["/robots.txt", "/groups.html"], "that page, and nothing else of the site"
    (before,) = ask(data, "SELECT letter_sent, reply, fetched_at FROM flags")
    did(data, "publish")
    (after,) = ask(data, "SELECT letter_sent, reply, fetched_at FROM flags")
    seen = ask(data, "SELECT count(*) FROM raw.captures JOIN raw.current USING (run_id, site_key)")
    assert seen == [(2,)], "the site's other page is read with it, as it was seen"
    assert after[:2] == before[:2]
    assert after[2] > before[2]
    assert ask(data, "FROM changes") == [], "a page that did not change is no change"
    states.published(data, [(site, key)])
    web.pages["/groups.html"] = groups("Grief Support Group")
    said = did(data, "recheck", key)
    assert f"{key}  Grief Group Therapy: fixed: " in said
    did(data, "publish")
    assert ask(data, "FROM flags") == []
    assert ask(data, "SELECT group_key, change, cause, fixed, name_before, name FROM changes") == [
        (key, "relabelled", "page", True, "Grief Group Therapy", "Grief Support Group")
    ]
    assert ask(data, "SELECT name FROM groups WHERE name LIKE '%Walking%'"), "its neighbours stay"
    page = render(data).with_name("changes.html").read_text(encoding="utf-8")
    assert "Grief Support Group" in page
    assert ">fixed<" in page
    did(data, "report", "--public", tmp_path / "public")
    corrections = (tmp_path / "public" / "corrections.html").read_text(encoding="utf-8")
    assert "Grief Support Group" in corrections, "it was named once, so its mending is told"
    did(data, "verify")
    kept = {str(row) for row in ask(data, "FROM changes")}
    did(data, "publish", "--full")
    assert {str(row) for row in ask(data, "FROM changes")} == kept
    assert f"last run   {ask(data, 'SELECT run_id FROM raw.publication')[0][0]}" in did(data, "status")


def test_a_flag_whose_page_changed_is_followed(web: Web, data: Path) -> None:
    key = flag_of(data)
    web.pages["/groups.html"] = groups("Bereavement Group Therapy", SUPPORT + "<p>We meet on Mondays at six.</p>")
    assert "changed, and still described as something else: Bereavement Group Therapy" in did(data, "recheck", key)
    did(data, "publish")
    assert ask(data, "SELECT group_key, name FROM flags") == [(key, "Bereavement Group Therapy")]


def test_what_is_not_on_its_page_any_more_is_not_said_to_be_gone(web: Web, data: Path) -> None:
    key = flag_of(data)
    web.pages["/groups.html"] = groups().replace("<h2>Grief Group Therapy</h2>" + SUPPORT, "")
    assert "stands on its page no more" in did(data, "recheck", key)
    did(data, "publish")
    assert ask(data, "FROM flags") == []
    assert ask(data, "SELECT group_key, change, fixed FROM changes") == [(key, "not_seen", False)]


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/groups.html", reply(404, "<h1>Not found</h1>"), "http_4xx (404)"),
        ("/groups.html", reply(500), "http_5xx (500)"),
        ("/robots.txt", reply(200, "User-agent: *\nDisallow: /groups", content_type="text/plain"), "robots"),
    ],
    ids=["missing", "broken", "forbidden"],
)
def test_a_page_that_cannot_be_had_is_said_and_its_flag_stays(
    web: Web, data: Path, path: str, answer: bytes, why: str
) -> None:
    key = flag_of(data)
    before = ask(data, "FROM flags")
    web.pages[path] = answer
    said = did(data, "recheck", key, code=3)
    assert "not read again" in said
    assert why in said
    did(data, "publish")
    assert ask(data, "FROM flags") == before
    assert not list(data.glob(".recheck-*"))
    assert len(list((data / "segments/runs").iterdir())) == 1, "a recheck that read nothing leaves no run"


def age(data: Path, days: int) -> None:
    """Make every capture older."""
    for folder in (data / "segments/captures").iterdir():
        for file in segment_files(folder):
            rows = [replace(row, fetched_at=row.fetched_at - datetime.timedelta(days=days))
                    for row in read_segment(file, Capture)]  # fmt: skip
            write_segment(file, rows, Capture)


def test_the_public_report_refuses_old_captures_and_names_the_way_out(web: Web, data: Path, tmp_path: Path) -> None:
    age(data, 15)
    letter = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=22)
    states.letter_sent(data, web.origin.removeprefix("http://"), dated=letter)
    did(data, "publish")
    refused = did(data, "report", "--public", tmp_path / "public", code=2)
    assert "`groupaudit recheck --stale`" in refused
    assert f"{web.origin}/groups.html" in refused
    assert not (tmp_path / "public").exists()
    assert "unchanged" in did(data, "recheck", "--stale")
    did(data, "publish")
    assert "named      1 flag" in did(data, "report", "--public", tmp_path / "public")
    assert "nothing to read again" in did(data, "recheck", "--stale")


def test_a_flag_whose_letter_is_young_is_not_stale(web: Web, data: Path) -> None:
    age(data, 15)
    states.letter_sent(data, web.origin.removeprefix("http://"))
    did(data, "publish")
    web.log.clear()
    assert "nothing to read again" in did(data, "recheck", "--stale")
    assert web.paths == []


def test_who_asked_not_to_be_crawled_is_not_asked(web: Web, data: Path) -> None:
    (data / "opt-out.txt").write_text(web.origin.removeprefix("http://") + "\n")
    web.log.clear()
    assert "opted out" in did(data, "recheck", flag_of(data), code=3)
    assert web.paths == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give the keys of flags, or --stale"),
        (("nobody",), "no flags 'nobody'"),
        (("nobody", "--stale"), "give the keys of flags, or --stale"),
    ],
)
def test_what_cannot_be_read_again_is_a_usage_error(data: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in did(data, "recheck", *arguments, code=2)


def test_a_recheck_holds_until_its_site_is_visited_again(tmp_path: Path) -> None:
    """A run that carries over what was not due must not bring back what a recheck has seen mended."""
    flagged = SiteSpec("alder.example", (GroupSpec("a1"),))
    changed: dict[str, Any] = {
        "claim": "none",
        "own_label": "support",
        "verdict": "not_claimed",
        "tip41": "not_claimed",
    }
    group = replace(GroupSpec("a1"), name="Grief Support Group", hits=GroupSpec("x").hits[1:], counter=2, **changed)
    mended = SiteSpec("alder.example", (group,), outcome="partial")
    write_run(tmp_path, RunSpec(RUN_1, (flagged,)))
    publish(tmp_path)
    write_run(tmp_path, RunSpec(RUN_2, (mended,), config={"scope": "recheck"}))
    write_run(tmp_path, RunSpec(RUN_3, (flagged,)))
    (file,) = segment_files(segment_folder(tmp_path, "site_visits", RUN_3))
    (first,) = read_segment(next(iter(segment_files(segment_folder(tmp_path, "site_visits", RUN_1)))), SiteVisit)
    write_segment(file, [replace(first, run_id=RUN_3)], SiteVisit)
    for full in (False, True):
        publish(tmp_path, full=full)
        assert ask(tmp_path, "FROM flags") == []
        assert ask(tmp_path, "SELECT run_id, change, fixed FROM changes") == [(RUN_2, "relabelled", True)]
