"""Merged segments: a publication made of them is the one made of the sites' own, whatever happened in between."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from commands import ROOT, environment
from synthetic_runs import RUN_1, RUN_2, RUN_3, GroupSpec, RunSpec, SiteSpec, small_run, write_run, write_site

from crawler.merged import FEW, drop_site, files_of_run, merge_run, merge_sites, merged_folder
from crawler.records import SiteVisit
from crawler.segments import read_segment, read_segments, segment_files, segment_folder, segment_name, write_segment
from groupaudit import runs, site_stages
from reports.errors import PublishError
from reports.publish import publish
from reports.statements import RAW_TABLES, VIEWS

TODAY = datetime.date(2026, 11, 24)
KINDS = (
    ("visits", ""), ("captures", ""), ("site_visits", ""), ("offerings", "extractor=1"), ("passages", "extractor=1"),
    ("groups", "extractor=1"), ("findings", "audit=aaaa"),
)  # fmt: skip
SEVERAL = 3
"""Sites of a merged file here, so that the five of the small run make two files a kind."""


def merge(data: Path, run_id: str = RUN_1) -> int:
    return merge_run(data, run_id, at_least=1, sites_a_file=SEVERAL)


def rows(paths: list[Path]) -> Counter[str]:
    return Counter(repr(row) for path in paths for row in pq.ParquetFile(path).read().to_pylist())


def assert_each_row_once(data: Path, run_id: str = RUN_1) -> None:
    for kind, version in KINDS:
        own = segment_files(segment_folder(data, kind, run_id, version))
        assert rows([file.path for file in files_of_run(data, kind, run_id, version)]) == rows(own), kind


def merged_files(data: Path) -> list[Path]:
    return sorted(path for path in (data / "merged").rglob("*") if path.is_file())


def read_from(data: Path, kind: str = "site_visits", version: str = "", run_id: str = RUN_1) -> Counter[str]:
    """How many files of each sort a publication would open."""
    files = files_of_run(data, kind, run_id, version)
    return Counter("merged" if data / "merged" in file.path.parents else "own" for file in files)


def published(data: Path, *, full: bool = True) -> dict[str, list[str]]:
    publish(data, full=full, today=TODAY)
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        tables = [f"main.{name}" for name in VIEWS] + [
            f"raw.{name}" for name in (*RAW_TABLES, "publication", "current")
        ]
        return {name: sorted(map(repr, connection.execute(f"FROM {name}").fetchall())) for name in tables}


def moved_by_a_copy(tables: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without raw.runs, whose fingerprint tells a run's folders apart from a copy's."""
    return {name: found for name, found in tables.items() if name != "raw.runs"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_run(tmp_path / "data", small_run())
    return tmp_path / "data"


def test_a_publication_of_merged_segments_is_that_of_the_sites_own_row_by_row(data: Path) -> None:
    plain = published(data)
    assert merge(data) == 2 * len(KINDS)
    for kind, version in KINDS:
        assert read_from(data, kind, version) == {"merged": 2}, kind
    assert published(data) == plain
    assert merge(data) == 0, "what is merged is not merged again"


def test_publishing_run_by_run_from_merged_segments_equals_a_full_one_of_the_sites_own(data: Path) -> None:
    merge(data)
    publish(data, today=TODAY)
    write_run(data, small_run(RUN_2, audit="bbbb"))
    merge(data, RUN_2)
    publish(data, today=TODAY)
    write_run(data, small_run(RUN_3))
    merge(data, RUN_3)
    assert publish(data, today=TODAY).loaded_runs == (RUN_3,), "merging makes no run one that must be read again"
    step_by_step = published(data, full=False)
    assert published(data) == step_by_step
    shutil.rmtree(data / "merged")
    assert published(data) == step_by_step


def test_a_segment_written_again_is_read_in_the_place_of_what_was_merged(data: Path) -> None:
    merge(data)
    path = segment_folder(data, "site_visits", RUN_1) / segment_name("alder.example")
    (visit,) = read_segment(path, SiteVisit)
    times = path.stat()
    write_segment(path, [replace(visit, robots="refused")], SiteVisit)  # as long as "allowed": of the same size
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert read_from(data) == {"merged": 1, "own": 3}
    assert_each_row_once(data)
    publish(data)
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        found = connection.execute("SELECT robots FROM raw.site_visits WHERE site_key = 'alder.example'").fetchall()
    assert found == [("refused",)]
    assert merge(data) == 1
    assert read_from(data) == {"merged": 2}
    assert len(merged_files(data)) == 2 * len(KINDS), "the one that is out of date is gone"
    assert_each_row_once(data)


def test_a_segment_taken_away_takes_its_rows_along_and_a_new_one_brings_its_own(data: Path) -> None:
    merge(data)
    for kind, version in KINDS:
        (segment_folder(data, kind, RUN_1, version) / segment_name("alder.example")).unlink(missing_ok=True)
    write_site(data, RunSpec(RUN_1, ()), SiteSpec("zelkova.example", (GroupSpec("z1"),)))
    assert_each_row_once(data)
    keys = {
        row["site_key"]
        for file in files_of_run(data, "groups", RUN_1, "extractor=1")
        for row in pq.ParquetFile(file.path).read().to_pylist()
    }
    assert "alder.example" not in keys
    assert "zelkova.example" in keys


def test_a_merged_file_that_is_damaged_is_not_read_and_goes_with_the_next_merge(data: Path) -> None:
    plain = published(data)
    merge(data)
    for path in merged_files(data):
        content = bytearray(path.read_bytes())
        content[len(content) // 3] ^= 0x10
        path.write_bytes(content)
    assert read_from(data) == {"own": 5}
    assert published(data) == plain
    assert merge(data) == 2 * len(KINDS)
    assert len(merged_files(data)) == 2 * len(KINDS)


def test_merged_files_that_overlap_are_not_both_read(data: Path) -> None:
    merge(data)
    shutil.copytree(data / "merged", data.parent / "backup")
    shutil.rmtree(data / "merged")
    merge_run(data, RUN_1, at_least=1, sites_a_file=2)
    shutil.copytree(data.parent / "backup", data / "merged", dirs_exist_ok=True)
    assert_each_row_once(data)
    merge(data)
    assert_each_row_once(data)


def test_a_damaged_segment_is_left_for_the_publication_to_name(data: Path) -> None:
    path = segment_folder(data, "groups", RUN_1, "extractor=1") / segment_name("alder.example")
    path.write_bytes(path.read_bytes()[:-9])
    merge(data)
    with pytest.raises(PublishError, match=r"a segment cannot be read.*alder\.example"):
        publish(data)


KILLED = """
import os, signal, sys
from pathlib import Path
from crawler import merged, segments
step, last = 0, int(sys.argv[2])
def dies_at(call):
    def counted(*words, **named):
        global step
        for when in ("before", "after"):
            step += 1
            if step == last:
                os.kill(os.getpid(), signal.SIGKILL)
            if when == "before":
                answer = call(*words, **named)
        return answer
    return counted
os.replace, Path.unlink = dies_at(os.replace), dies_at(Path.unlink)
merged.merge_run(Path(sys.argv[1]), sys.argv[3], at_least=1, sites_a_file=3)
"""


def killed_at(data: Path, step: int) -> bool:
    """Merge in a process that kills itself before or after its n-th rename or removal; whether it came so far."""
    words = [sys.executable, "-c", KILLED, str(data), str(step), RUN_1]
    code = subprocess.run(words, env=environment(), cwd=ROOT, check=False, timeout=60).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


def out_of_date(data: Path) -> None:
    """Merge, then write one site's rows again in every kind: half of the merged files hold no longer."""
    merge(data)
    for kind, version in KINDS:
        path = segment_folder(data, kind, RUN_1, version) / segment_name("alder.example")
        table = pq.ParquetFile(path).read()
        pq.write_table(table, path, compression="gzip", store_schema=False)


@pytest.mark.parametrize("step", [1, 2, 3, 15, 16])
def test_a_merge_that_is_killed_loses_and_doubles_nothing(data: Path, step: int) -> None:
    out_of_date(data)
    plain = moved_by_a_copy(published(data))
    assert killed_at(data, step)
    assert_each_row_once(data)
    assert moved_by_a_copy(published(data)) == plain
    assert not killed_at(data, 999)
    assert_each_row_once(data)
    assert not [path for path in merged_files(data) if path.suffix != ".parquet"]
    assert read_from(data) == {"merged": 2}


@pytest.mark.long
def test_a_merge_killed_at_every_step_loses_and_doubles_nothing(data: Path) -> None:
    out_of_date(data)
    step = 1
    while killed_at(copied := Path(shutil.copytree(data, data.parent / str(step))), step):
        assert_each_row_once(copied)
        step += 1
    assert step == 1 + 4 * len(KINDS), "before and after each removal and each rename"


def test_forgetting_takes_every_merged_file_that_has_the_site(data: Path) -> None:
    merge(data)
    damaged = next(path for path in merged_files(data) if b"alder.example" in path.read_bytes())
    damaged.write_bytes(b"alder.example, once")
    freed, touched = drop_site(data, "alder.example")
    assert freed > 0
    assert touched == {RUN_1}
    for path in merged_files(data):
        assert b"alder.example" not in path.read_bytes()
        assert "alder.example" not in str(pq.ParquetFile(path).read().to_pylist())
    assert len(merged_files(data)) == len(KINDS), "those of the other sites stay"


def many(data: Path, number: int = FEW + 10) -> list[str]:
    keys = [f"site{n:03d}.example" for n in range(number)]
    run = RunSpec(RUN_1, tuple(SiteSpec(key, (GroupSpec(f"g-{key}"),)) for key in keys))
    write_run(data, run)
    return keys


def test_a_run_that_ends_finished_is_merged_and_one_that_was_interrupted_is_not(tmp_path: Path) -> None:
    many(tmp_path)
    current = runs.read_run(tmp_path, RUN_1)
    runs.finish(tmp_path, current, runs.INTERRUPTED, {})
    assert not merged_files(tmp_path)
    runs.finish(tmp_path, current, runs.FINISHED, {})
    assert [read_from(tmp_path, *kind) for kind in KINDS] == [{"merged": 1}] * len(KINDS)
    assert not [name for name in runs.read_run(tmp_path, RUN_1).segments if not name.startswith("segments/")]


def test_sites_are_merged_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = many(tmp_path)
    monkeypatch.setattr(site_stages, "SITES_A_FILE", FEW)
    stages = site_stages.SiteStages(tmp_path, RUN_1, None, None, None)  # type: ignore[arg-type]  # merging asks none
    for visit in read_segments(segment_folder(tmp_path, "site_visits", RUN_1), SiteVisit):
        stages._merge_with(visit.site)
    assert read_from(tmp_path) == {"merged": 1, "own": len(keys) - FEW}
    assert_each_row_once(tmp_path)
    assert merge_sites(tmp_path, RUN_1, keys[FEW:]) == 0, "so few are left as they are"


def test_merged_segments_stand_apart_from_those_that_run_json_lists(data: Path) -> None:
    before = runs.segment_digests(data, RUN_1)
    merge(data)
    assert runs.segment_digests(data, RUN_1) == before
    assert merged_folder(data, "groups", RUN_1, "extractor=1").is_dir()
