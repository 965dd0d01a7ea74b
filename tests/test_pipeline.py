"""The whole path on the sample web, from HTTP to SQL: every group once, verdicts of the truth, quotations true.

The expectations are the sample web's own truth, which was written with its pages, before there was an extractor.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest

from audit.records import Finding
from crawler.records import Capture, Group, Offering, Passage, SiteVisit
from crawler.segments import read_segments, segment_folder
from groupaudit.runs import Run, last_run
from groupaudit.sample_web import load_truth, sample_sites

Appearances = dict[tuple[str, str], set[str]]


def fold(text: str) -> str:
    """Words and digits only: the truth was typed by hand, a page may have other quotes, dashes and spaces."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


class Published:
    """What one run on the sample web came to, with the names of the sites in place of their ports."""

    def __init__(self, data: Path) -> None:
        run = last_run(data)
        assert run is not None
        self.data, self.run = data, run
        extractor, audit = f"extractor={run.versions['extractor']}", f"audit={run.versions['audit']}"
        visits = read_segments(segment_folder(data, "site_visits", run.run_id), SiteVisit)
        by_provider = {site.provider: site.key for site in sample_sites()}
        self.visits = {by_provider[visit.site.name]: visit for visit in visits}
        self.names = {visit.site.site_key: by_provider[visit.site.name] for visit in visits}
        self.captures = read_segments(segment_folder(data, "captures", run.run_id), Capture)
        self.offerings = read_segments(segment_folder(data, "offerings", run.run_id, extractor), Offering)
        self.passages = read_segments(segment_folder(data, "passages", run.run_id, extractor), Passage)
        self.groups = read_segments(segment_folder(data, "groups", run.run_id, extractor), Group)
        self.findings = read_segments(segment_folder(data, "findings", run.run_id, audit), Finding)

    def matched(self) -> tuple[Appearances, dict[tuple[str, str], str]]:
        """Return the found groups of each true group, and the found groups that are in the truth nowhere."""
        found: Appearances = defaultdict(set)
        strangers: dict[tuple[str, str], str] = {}
        truth = {(page["site"], page["path"]): page for page in load_truth()}
        for offering in self.offerings:
            site, path = self.names[offering.site_key], urlsplit(offering.url).path
            page = truth.get((site, path), {"offerings": [], "ambiguous": []})
            same = [true for true in page["offerings"] if is_same(true, offering)]
            if same:
                found[site, same[0]["group"]].add(offering.group_key)
            elif fold(offering.name) not in {fold(name) for name in page["ambiguous"]}:
                strangers[site, offering.group_key] = f"{site}{path}: {offering.name!r}"
        known = {(site, key) for (site, _), keys in found.items() for key in keys}
        return found, {who: where for who, where in strangers.items() if who not in known}


def is_same(true: dict[str, Any], offering: Offering) -> bool:
    """Same name, and the truth's first words where a page has several groups of that name."""
    if fold(true["name"]) != fold(offering.name):
        return False
    return not true["starts"] or fold(true["starts"]) in fold(f"{offering.name} {offering.text}")


@pytest.fixture(scope="module")
def published(sample_data: Path) -> Published:
    return Published(sample_data)


def true_groups() -> dict[tuple[str, str], dict[str, Any]]:
    return {(page["site"], true["group"]): true for page in load_truth() for true in page["offerings"]}


def test_every_site_was_seen_whole_and_is_who_it_says(published: Published) -> None:
    assert {name: visit.outcome for name, visit in published.visits.items()} == {
        site.key: "complete" for site in sample_sites()
    }
    assert {name: visit.identity for name, visit in published.visits.items()} == {
        site.key: "confirmed" for site in sample_sites()
    }


def test_every_group_of_the_truth_is_found_once(published: Published) -> None:
    found, _ = published.matched()
    wrong = {who: keys for who in true_groups() if len(keys := found.get(who, set())) != 1}
    assert not wrong, f"not found, or in several groups: {wrong}"


def test_no_two_groups_of_the_truth_became_one(published: Published) -> None:
    found, _ = published.matched()
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (site, slug), keys in found.items():
        for key in keys:
            owners[site, key].add(slug)
    assert not {who: slugs for who, slugs in owners.items() if len(slugs) > 1}


def test_no_other_group_is_found(published: Published) -> None:
    _, strangers = published.matched()
    assert not strangers


@pytest.mark.parametrize("what", ["claim", "kind", "verdict"])
def test_the_findings_are_those_of_the_truth(published: Published, what: str) -> None:
    found, _ = published.matched()
    findings = {(published.names[finding.site_key], finding.group_key): finding for finding in published.findings}
    wrong = {}
    for who, true in true_groups().items():
        for key in found.get(who, set()):
            said = getattr(findings[who[0], key], what)
            if said != true[what]:
                wrong[who] = f"{true[what]}, found {said} ({', '.join(findings[who[0], key].decided_by)})"
    named = {f"{site}/{slug}": words for (site, slug), words in wrong.items()}
    assert not named, json.dumps(named, indent=2)


def test_every_quotation_is_true_in_the_segments(published: Published) -> None:
    offerings = {offering.offering_id: offering for offering in published.offerings}
    elsewhere: dict[str, list[str]] = defaultdict(list)
    for passage in published.passages:
        elsewhere[passage.capture_id].append(passage.text)
    for offering in published.offerings:
        elsewhere[offering.capture_id].append(offering.text)
    checked = 0
    for finding in published.findings:
        homes = [offerings[finding.offering_id]]
        if finding.claim_from and finding.claim_from != finding.offering_id:
            homes.append(offerings[finding.claim_from])
        for evidence in finding.evidence:
            if evidence.field == "site":
                texts = elsewhere[evidence.capture_id]
            else:
                texts = [home.field(evidence.field) for home in homes if has_field(home, evidence.field)]
            assert any(text[evidence.start : evidence.end] == evidence.quote for text in texts), evidence
            assert evidence.quote.strip() == evidence.quote != ""
            checked += 1
    assert checked > len(published.findings)


def has_field(offering: Offering, name: str) -> bool:
    return not name.startswith("headings.") or int(name.removeprefix("headings.")) < len(offering.headings)


def test_every_flag_has_two_statements_and_says_what_was_searched(published: Published) -> None:
    flags = [finding for finding in published.findings if finding.verdict == "mislabeled"]
    assert flags
    for finding in flags:
        assert finding.grounds == 2
        assert finding.site_searched
        assert finding.searched
        assert finding.would_change
        assert {rulebook.rulebook for rulebook in finding.verdicts} >= {"opencounseling-2021", "tip41"}


def test_every_quotation_is_true_in_sql(published: Published) -> None:
    with duckdb.connect(str(published.data / "groupaudit.duckdb"), read_only=True) as connection:
        checked = connection.execute(
            'SELECT count(*), count(*) FILTER (substr("text", "start" + 1, "end" - "start") = quote) FROM evidence'
        ).fetchone()
    assert checked is not None
    assert checked[0] == checked[1] > 0


def test_sql_has_the_same_groups_and_verdicts_as_the_segments(published: Published) -> None:
    with duckdb.connect(str(published.data / "groupaudit.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT site_key, group_key, claim, kind, verdict FROM groups").fetchall()
    assert sorted(rows) == sorted(
        (finding.site_key, finding.group_key, finding.claim, finding.kind, finding.verdict)
        for finding in published.findings
    )
    assert len(rows) == len(published.groups)


def test_run_json_says_what_the_run_is(published: Published) -> None:
    run: Run = published.run
    assert run.state == "finished"
    assert run.sites == len(sample_sites())
    assert run.versions["groupaudit"]
    assert run.config["rulebook"] == "opencounseling-2021"
    assert run.counts["sites_by_outcome"] == {"complete": len(sample_sites())}
    files = {path.relative_to(published.data).as_posix() for path in (published.data / "segments").rglob("*.parquet")}
    assert set(run.segments) == files


def test_the_command_says_where_things_are_and_what_was_found(published: Published, sample_said: str) -> None:
    out, _, err = sample_said.partition("\n--- stderr\n")
    assert str(published.data / "groupaudit.duckdb") in out
    report = published.data / "reports" / f"run={published.run.run_id}" / "index.html"
    assert str(report) in out
    assert report.exists()
    with duckdb.connect(str(published.data / "groupaudit.duckdb"), read_only=True) as connection:
        sentences = [row[0] for row in connection.execute("SELECT sentence FROM headline").fetchall()]
    said = " ".join(out.split())
    assert all(" ".join(sentence.split()) in said for sentence in sentences)
    assert "[12/12]" in err
    assert "\x1b" not in sample_said
