"""Runs of which little or nothing is counted: they say what was found, and why it is not in the count."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
from bs4 import BeautifulSoup
from commands import groupaudit
from synthetic_runs import RUN_1, RUN_2, RunSpec, small_run, write_run

from groupaudit.closing import headline_lines
from reports.headline import summary
from reports.public import write_public
from reports.publish import publish
from reports.render.site import render


def unconfirmed_run(run_id: str = RUN_1) -> RunSpec:
    run = small_run(run_id)
    return replace(run, sites=tuple(replace(site, identity="unconfirmed") for site in run.sites))


def words(path: Path) -> str:
    return re.sub(r"\s+", " ", BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").get_text())


def test_a_run_without_a_confirmed_site_says_what_was_found_and_why_it_is_not_counted(tmp_path: Path) -> None:
    write_run(tmp_path, unconfirmed_run())
    database = publish(tmp_path).path
    page = words(render(tmp_path, criteria={}))
    closing = re.sub(r"\s+", " ", " ".join(headline_lines(database)))
    for said in (page, closing):
        assert "Nothing is counted, because no site could be confirmed as the business on the list." in said
        assert "5 of them are labelled group therapy and described as something else." in said
        assert "5 flags on 4 sites whose identity is not confirmed" in said
        assert "`groupaudit sites confirm SITE --why WORDS`" in said
        assert "0 of the 0" not in said
        assert "0 named groups" not in said
        assert "How 0 providers" not in said
    soup = BeautifulSoup((tmp_path / "reports" / f"run={RUN_1}" / "index.html").read_text(), "lxml")
    assert not soup.select("ul.numbers"), "three cards of zero say nothing"
    assert len(soup.select("#flags ~ div tbody tr")) == 5


def test_the_command_that_the_headline_names_exists() -> None:
    done = groupaudit("sites", "--help")
    assert " confirm " in done.stdout


def test_where_sites_are_confirmed_the_others_are_only_named_beside(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    found = summary(publish(tmp_path).path)
    assert found.part("uncounted") == ()
    (todo,) = found.part("todo")
    assert todo.text.startswith("1 flag on 1 site whose identity is not confirmed")
    assert BeautifulSoup(render(tmp_path, criteria={}).read_text(), "lxml").select("ul.numbers")


def test_the_public_report_says_so_too_and_names_no_command(tmp_path: Path) -> None:
    write_run(tmp_path / "data", unconfirmed_run())
    publish(tmp_path / "data")
    write_public(tmp_path / "data", tmp_path / "out", publisher="p", contact="c", interests="none")
    page = words(tmp_path / "out" / "index.html")
    assert "Nothing is counted, because no site could be confirmed" in page
    assert "groupaudit sites" not in page


def test_imported_listings_are_counted_as_what_they_are(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "name": "Grief Group Therapy", "provider": "Elm House", "region": "Ohio",
         "text": "A weekly support group for people in grief.\nMembers share their stories and support one another."},
    ]  # fmt: skip
    file = tmp_path / "listings.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = groupaudit("audit", "--listings", file, "--data", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "Nothing is counted" not in done.stdout
    assert "1 named group in listings handed in was found" in done.stdout
    assert "1 listing of 1 provider was handed in; no site was visited." in done.stdout
    assert "1 listing was read as handed in on" in done.stdout
    assert "Providers with at least one group described as something else: 1 of the 1" in done.stdout
    for wrong in ("pages", "read completely", "at random"):
        assert wrong not in done.stdout
    assert re.search(r"^1 of 1 provider, 1 listing, 1 flag in ", done.stderr, re.MULTILINE)
    (report,) = (tmp_path / "data/reports").glob("run=*/index.html")
    assert "handed in as listings" in words(report)
    assert "read completely" not in words(report)
    with duckdb.connect(str(tmp_path / "data/groupaudit.duckdb"), read_only=True) as connection:
        (site,) = connection.execute("SELECT identity, outcome FROM sites").fetchall()
        (group,) = connection.execute("SELECT identity, counted, flagged <> '' FROM groups").fetchall()
        (withheld,) = connection.execute("SELECT withheld FROM flags").fetchall()
    assert site == ("imported", "imported")
    assert group == ("imported", True, True)
    assert withheld == ("not yet heard: no letter sent",)


def test_a_folder_copied_with_its_links_followed_is_published_again(tmp_path: Path) -> None:
    write_run(tmp_path / "data", small_run())
    publish(tmp_path / "data")
    copy = shutil.copytree(tmp_path / "data", tmp_path / "copy", symlinks=False)
    assert not (copy / "parquet").is_symlink()
    write_run(copy, small_run(RUN_2))
    for _ in range(2):
        publish(copy)
        assert (copy / "parquet").is_symlink()
        files = list((copy / "parquet/raw/findings").iterdir())
        assert len(files) == 2
    assert not list((copy / ".parquet-generations").glob("building-*"))
