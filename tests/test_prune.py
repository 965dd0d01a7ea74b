"""`prune`: old runs go, what a published finding cites stays, and what is left is whole."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from commands import groupaudit
from local_web import Web, reply
from provider_web import FLAGGED, provider, words, write_list

from audit.records import Finding
from crawler.merged import merge_run
from crawler.records import Capture
from crawler.segments import read_segments, segment_folder, segment_name
from crawler.warc import read_payload
from groupaudit.runs import read_run, run_ids


def tree(data: Path) -> dict[str, int]:
    return {str(path.relative_to(data)): path.lstat().st_size for path in data.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Three runs of two sites; Larch's pages never change and carry validators, Elm's change every time."""
    folder = tmp_path_factory.mktemp("three")
    data, sites = folder / "data", folder / "sites.csv"
    with Web() as web:
        write_list(sites, web, "Larch", "Elm")
        for number in range(3):
            larch = {path: reply(200, str(body), etag='"1"') for path, body in provider("Larch").items()}
            web.pages = {
                path: reply(304, b"") if number and path.startswith("/larch") else body
                for path, body in (larch | provider("Elm", word=f"Edition {number}.")).items()
            }
            done = groupaudit(*words("run", sites, data))
            assert done.returncode == 0, done.stderr
        host = web.origin.removeprefix("http://")
    return data, {name: f"{host}/{name}" for name in ("larch", "elm")}


@pytest.fixture
def three_runs(made: tuple[Path, dict[str, str]], tmp_path: Path) -> tuple[Path, dict[str, str]]:
    shutil.copytree(made[0], tmp_path / "data", symlinks=True)
    return tmp_path / "data", made[1]


def test_an_old_run_goes_and_everything_that_is_needed_of_it_stays(three_runs: tuple[Path, dict[str, str]]) -> None:
    data, keys = three_runs
    first, second, third = run_ids(data)
    before = tree(data)
    tried = groupaudit("prune", "--keep", "0d", "--dry-run", "--data", data)
    assert tried.returncode == 0, tried.stderr
    assert f"of 1 run: {first}" in tried.stdout
    assert "nothing was taken away" in tried.stdout
    assert tree(data) == before
    assert "nothing is old enough" in groupaudit("prune", "--keep", "90d", "--data", data).stdout
    assert tree(data) == before

    done = groupaudit("prune", "--keep", "0d", "--data", data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("freed")
    after = tree(data)
    assert run_ids(data) == [second, third]
    left = {name for name in after if f"run={first}" in name and not name.startswith(".parquet-generations")}
    larch_archive = f"archive/run={first}/{segment_name(keys['larch']).replace('.parquet', '.warc.gz')}"
    assert left == {larch_archive}, "later captures of pages that did not change point at it"
    captures = read_segments(segment_folder(data, "captures", third), Capture)
    assert {c.archive_file for c in captures if c.site_key == keys["larch"]} == {larch_archive}
    checked = groupaudit("verify", "--data", data)
    assert checked.returncode == 0, checked.stdout
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        assert {run for (run,) in connection.execute("SELECT run_id FROM raw.runs").fetchall()} == {second, third}
        texts = str(connection.execute('SELECT "text" FROM raw.texts').fetchall())
    assert "Edition 0." not in texts
    assert "Edition 2." in texts
    assert groupaudit("report", "--data", data).returncode == 0


def test_what_a_public_report_named_or_a_letter_quoted_stays_and_can_be_shown(
    three_runs: tuple[Path, dict[str, str]],
) -> None:
    data, keys = three_runs
    first, *_ = run_ids(data)
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        ((flag,),) = connection.execute(
            "SELECT DISTINCT group_key FROM raw.findings "
            "WHERE run_id = $1 AND site_key = $2 AND verdict = 'mislabeled'",
            [first, keys["elm"]],
        ).fetchall()
    event = {"at": "2199-01-01T00:00:00+00:00", "event": "published", "site_key": keys["elm"], "group_key": flag}
    (data / "states.jsonl").write_text(json.dumps(event | {"dated": "2199-01-01"}) + "\n")
    done = groupaudit("prune", "--keep", "0d", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "kept       1 site of 1 run: a published finding" in done.stdout
    name = segment_name(keys["elm"])
    left = list((data / "segments").glob(f"*/run={first}/**/*.parquet"))
    assert {path.name for path in left} == {name}
    assert {path.relative_to(data / "segments").parts[0] for path in left} >= {"captures", "offerings", "findings"}
    assert (data / "archive" / f"run={first}" / name.replace(".parquet", ".warc.gz")).exists()
    assert read_run(data, first).config["pruned"]
    assert groupaudit("verify", "--data", data).returncode == 0
    assert groupaudit("publish", "--data", data, "--full").returncode == 0
    assert "nothing is old enough" in groupaudit("prune", "--keep", "0d", "--data", data).stdout


@pytest.mark.long
def test_a_group_that_was_named_before_the_run_began_does_not_keep_it(three_runs: tuple[Path, dict[str, str]]) -> None:
    data, keys = three_runs
    event = {"at": "2001-01-01T00:00:00+00:00", "event": "letter", "site_key": keys["elm"], "dated": "2001-01-01"}
    (data / "states.jsonl").write_text(json.dumps(event) + "\n")
    done = groupaudit("prune", "--keep", "0d", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "kept" not in done.stdout


def test_a_damaged_segment_stops_it_before_anything_is_taken_away(three_runs: tuple[Path, dict[str, str]]) -> None:
    data, keys = three_runs
    third = run_ids(data)[-1]
    (segment_folder(data, "captures", third) / segment_name(keys["elm"])).write_bytes(b"torn")
    before = tree(data)
    done = groupaudit("prune", "--keep", "0d", "--data", data)
    assert done.returncode == 4
    assert "not a whole Parquet file" in done.stderr
    assert tree(data) == before
    assert groupaudit("prune", "--keep", "soon", "--data", data).returncode == 2


@pytest.mark.long
def test_a_recheck_that_was_cited_keeps_the_pages_that_it_took_over_from_an_earlier_run(tmp_path: Path) -> None:
    data, sites = tmp_path / "data", tmp_path / "sites.csv"
    with Web(provider("Larch", word="Edition 0.")) as web:
        write_list(sites, web, "Larch")
        assert groupaudit(*words("run", sites, data)).returncode == 0
        key = f"{web.origin.removeprefix('http://')}/larch"
        config = data / "groupaudit.toml"
        config.write_text('contact = "p@example.org"\n[crawl]\ngap_seconds = 0\nallow_private = ["127.0.0.0/8"]\n')
        (first,) = run_ids(data)
        flag = flag_of(data)
        coping = f"<h2>Sleep Nights: Insomnia Therapy Group</h2><p>{FLAGGED} {FLAGGED}</p></main>"
        web.pages["/larch/groups"] = str(web.pages["/larch/groups"]).replace("</main>", coping)
        done = groupaudit("recheck", flag, "--data", data)
        assert done.returncode == 0, done.stdout + done.stderr
        _, again = run_ids(data)
        web.pages = provider("Larch", word="Edition 1.")
        for _ in range(2):
            assert groupaudit(*words("run", sites, data)).returncode == 0
    seen_then_only = groups_of(data, again) - groups_of(data, first)
    assert seen_then_only, "a flag that the recheck was the first to see: no earlier run is cited for it"
    event = {"at": "2199-01-01T00:00:00+00:00", "event": "published", "site_key": key, "dated": "2199-01-01"}
    lines = [json.dumps(event | {"group_key": group}) + "\n" for group in seen_then_only]
    (data / "states.jsonl").write_text("".join(lines))
    for run_id in (first, again):
        assert merge_run(data, run_id, at_least=1) > 0

    done = groupaudit("prune", "--keep", "0d", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "kept       1 site of 1 run: a published finding" in done.stdout
    assert again in run_ids(data)
    assert first not in run_ids(data)
    assert not list((data / "merged").glob(f"*/run={first}")), "merged rows of a run that went go with it"
    name = segment_name(key)
    captures = read_segments(segment_folder(data, "captures", again), Capture)
    old = f"archive/run={first}/{name.replace('.parquet', '.warc.gz')}"
    assert old in {each.archive_file for each in captures}, "its home page, as the run before it saw it"
    assert "Edition 0." in "".join(
        read_payload(data / each.archive_file, each.archive_offset).payload.decode() for each in captures
    )
    checked = groupaudit("verify", "--data", data)
    assert checked.returncode == 0, checked.stdout


def flag_of(data: Path) -> str:
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        ((flag,),) = connection.execute("SELECT group_key FROM flags").fetchall()
    return str(flag)


def groups_of(data: Path, run_id: str) -> set[str]:
    """The groups that a run flagged."""
    folder = segment_folder(data, "findings", run_id)
    found = [finding for path in folder.glob("*") for finding in read_segments(path, Finding)]
    return {finding.group_key for finding in found if finding.verdict == "mislabeled"}
