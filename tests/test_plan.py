"""`--dry-run`: says what would be asked of whom, asks nobody, writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands import groupaudit
from local_web import Web, page

from crawler.records import SiteVisit
from crawler.segments import read_segment, segment_files, segment_folder, write_segment
from groupaudit.runs import last_run

LOOPBACK = ("--allow-private", "127.0.0.0/8", "--gap", 0)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_dry_run_names_whom_it_would_ask_and_asks_nobody(tmp_path: Path) -> None:
    with Web() as web:
        host = web.origin.removeprefix("http://")
        (tmp_path / "sites.csv").write_text(f"url\n{web.origin}/a/\n{web.origin}/b/\nhttps://elm.example/\n")
        data = tmp_path / "data"
        words = ("run", tmp_path / "sites.csv", "--data", data, "--dry-run", "--contact", "you@example.org")
        done = groupaudit(*words)
        assert done.returncode == 0, done.stderr
        assert web.accepted == 0
        assert not data.exists(), "nothing is written, not even a folder"
    assert "would ask  3 sites of 2 owners, in a new run; nobody was asked" in done.stdout
    assert f"{host}: 2 sites, about 40 requests: {host}/a, {host}/b" in done.stdout
    assert "elm.example: 1 site, about 20 requests: elm.example" in done.stdout
    assert "60 pages, 150 requests, 50 MB, 15 minutes; 2 s between two requests" in done.stdout
    assert "expected   about 60 requests, at most 450" in done.stdout
    assert "time       about 0:01:40 with 16 sites" in done.stdout, "the longest turn: 40 requests of 2.5 s"


def test_what_would_be_refused_is_refused_after_the_plan(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("url\nhttps://elm.example/\n")
    done = groupaudit("crawl", tmp_path / "sites.csv", "--data", tmp_path / "data", "--dry-run")
    assert done.returncode == 2
    assert "elm.example: 1 site" in done.stdout
    assert "no contact" in done.stderr
    assert groupaudit("crawl", "--dry-run", "--data", tmp_path / "data").returncode == 2


def test_opted_out_done_and_not_due_sites_are_told_apart_from_those_that_would_be_asked(tmp_path: Path) -> None:
    with Web() as web:
        host = web.origin.removeprefix("http://")
        web.fallback = lambda path: page(path) if path in ("/a", "/b", "/c", "/d") else None
        data, sites = tmp_path / "data", tmp_path / "sites.csv"
        sites.write_text("url\n" + "".join(f"{web.origin}/{name}\n" for name in "abc"))
        assert groupaudit("crawl", sites, "--data", data, *LOOPBACK).returncode == 0
        run = last_run(data)
        assert run is not None
        known = 0
        # b was seen eight days ago, the others now; d is new; c asked to be left alone.
        for file in segment_files(segment_folder(data, "site_visits", run.run_id)):
            (visit,) = read_segment(file, SiteVisit)
            if visit.site.site_key == f"{host}/b":
                old = datetime.now(UTC) - timedelta(days=8)
                known = visit.requests
                write_segment(file, [replace(visit, started_at=old, ended_at=old)], SiteVisit)
        sites.write_text("url\n" + "".join(f"{web.origin}/{name}\n" for name in "abcd"))
        (data / "opt-out.txt").write_text(f"{host}/c\n")
        before, asked = tree(data), web.accepted
        done = groupaudit("run", sites, "--data", data, *LOOPBACK, "--due", "--every", "7d", "--dry-run")
        assert done.returncode == 0, done.stderr
        assert (tree(data), web.accepted) == (before, asked)
    assert "would ask  2 sites of 1 owner" in done.stdout
    assert f"opted out  1 site, not asked: {host}/c" in done.stdout
    assert "not due    1 site" in done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith(f"{host}:"))
    assert line.endswith(f"{host}/b, {host}/d")
    assert f"about {known + 20} requests" in line, "b by its last visit, d by what is usual"
