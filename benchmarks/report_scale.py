# ruff: noqa: E501 - rows of records read better a line each
"""How publishing and the report grow: synthetic runs of many sites, the last one as a crawl leaves it.

    python -m benchmarks.report_scale --sites 20000 --offerings 10 --runs 10

Prints one JSON line a publication (seconds, processor seconds, peak memory of the process in MB, sizes in MB), then the
ready questions' times and the report's. Bars (issue 6): the tenth run published in 60 s and 2 GB, each ready question
in 0.5 s, the report in 3 minutes and 100 MB, its first page below 500 KB.

Only the last run is written in a segment a site and kind (140,000 files) and then merged, as the end of a run does;
`--unmerged` leaves it as it is. Earlier runs are written in a file per 500 sites at once, because writing 140,000 files
takes five minutes a run: an incremental publication does not open them. All of such a run is loaded by one statement,
which takes more memory and time than a run of the program's own making (2,000 sites a statement).

Measured 2026-11-24, 20,000 sites, 200,000 offerings a run, 2 cores shared with other jobs (load 6 to 9):

- The run of 140,000 segments: 427 s before segments were merged. Merged, as the *sixth* run: publishing 39 s of
  processor time, 113 s by the clock at load 8, 1.5 GB. Merging before it: 42 s of processor time, 79 s by the clock,
  0.13 GB (`groupaudit run` spreads it over the crawl), 28 MB for all kinds. Whether the tenth keeps to 60 s by the
  clock on a machine of its own has still to be measured.
- 2,000 sites, second run: 21.5 s unmerged, 5.4 s merged (load 6 to 7); merging 7.0 s.
- Runs 1 to 4: 104, 38, 44, 33 s, 1.5 GB; 161, 223, 284, 351 MB, the sixth 450. The fifth ran out of its 1.4 GB in
  `changes` until that looked up only the runs and sites that groups were last seen in.
- Ready questions over five runs: 0.03 to 0.62 s at load 8; `shared_descriptions` 0.62 s (its processor time was not
  measured); `words_that_decide` 0.11 to 0.16 s alone.
- Report of five runs: 77 s at load 8, 0.6 GB, 95 MB with 12,000 groups listed, first page 168 KB.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from audit.records import Evidence, Finding, RulebookVerdict
from crawler.records import Block, Capture, Group, Offering, Passage, Role, Site, SiteVisit, Visit
from crawler.segments import encoded, segment_folder, segment_name, to_table, write_json
from reports.sql import list_questions, run_sql
from reports.statements import statement

PAGES_A_SITE = 12
MERGED = 500
RECORDS: dict[str, tuple[type, str]] = {
    "visits": (Visit, ""),
    "captures": (Capture, ""),
    "site_visits": (SiteVisit, ""),
    "offerings": (Offering, "extractor=1"),
    "passages": (Passage, "extractor=1"),
    "groups": (Group, "extractor=1"),
    "findings": (Finding, "audit=a"),
}
PUBLISH = "import sys, pathlib; from reports.publish import publish; publish(pathlib.Path(sys.argv[1]))"
MERGE = "import sys, pathlib; from crawler.merged import merge_run; merge_run(pathlib.Path(sys.argv[1]), sys.argv[2])"
RENDER = (
    "import sys, pathlib; from reports.render.site import render; print(render(pathlib.Path(sys.argv[1]), criteria={}))"
)


def site_rows(run_id: str, day: datetime.datetime, number: int, offerings: int, turn: int) -> dict[str, list[Any]]:
    """Return the rows of one site in one run; one description in twenty changes from run to run."""
    key = f"site{number:06d}.example"
    site = Site(key, f"https://{key}/", key, organisation=f"Practice {number}", provider_type=f"type {number % 7}",
                region=f"region {number % 50}")  # fmt: skip
    captures = [
        Capture(run_id, f"{number}-{page}", key, f"https://{key}/p{page}", f"https://{key}/p{page}", day, 200, "text/html",
                "utf-8", f"{number:032x}{page:032x}", f"archive/run={run_id}/{key}.warc.gz", page * 20_000, "Groups", "en")
        for page in range(PAGES_A_SITE)
    ]  # fmt: skip
    visits = [Visit(run_id, key, c.url, f"https://{key}/", 1, day, "ok", 200, "", 80_000, 300) for c in captures]
    visit = SiteVisit(run_id, site, day, day, "complete" if number % 20 else "partial", "", "", PAGES_A_SITE, PAGES_A_SITE,
                      960_000, "allowed", None, "confirmed", "name on the page", 0)  # fmt: skip
    made: list[Offering] = []
    groups: list[Group] = []
    findings: list[Finding] = []
    for place in range(offerings):
        edition = turn if (number + place) % 20 == 0 else 0
        lines = (f"A weekly support group for people with concern {number}-{place}, edition {edition}.",
                 "Members share their stories, and support one another through what they have in common. " * 4,
                 "We meet in a quiet room near the station; tea is served and everybody is welcome to stay. " * 3)  # fmt: skip
        capture = captures[place % PAGES_A_SITE]
        offering = Offering(run_id, f"o{number}-{place}", key, capture.capture_id, capture.url, "Groups",
                            f"Concern {place} Group Therapy", ("Group therapy",),
                            tuple(Block(Role.PARAGRAPH, line.strip()) for line in lines), "group", (), "main", f"g{number}-{place}",
                            f"{number}-{place}-{edition}")  # fmt: skip
        made.append(offering)
        groups.append(Group(run_id, key, offering.group_key, offering.name, "group", (offering.offering_id,),
                            offering.offering_id, offering.description_id, "name"))  # fmt: skip
        findings.append(_finding(offering, flag=(number * 10 + place) % 25 == 0))
    passages = [
        Passage(
            run_id, key, captures[n].capture_id, captures[n].url, ("FAQ",), f"What to expect at {key}, {n}. " * 20, True
        )
        for n in range(4)
    ]
    return {"visits": visits, "captures": captures, "site_visits": [visit], "offerings": made, "passages": passages,
            "groups": groups, "findings": findings}  # fmt: skip


def _finding(offering: Offering, *, flag: bool) -> Finding:
    quotes = (("claim.group_therapy", "claim", "name", "Group Therapy"), ("support.purpose", "support", "text", "support group"),
              ("support.stories", "support", "text", "share their stories"), ("support.mutual", "support", "text", "support one another"))  # fmt: skip
    evidence = []
    for criterion, kind, field, quote in quotes:
        start = offering.field(field).index(quote)
        evidence.append(
            Evidence(criterion, kind, field, start, start + len(quote), quote, "for", capture_id=offering.capture_id)
        )
    verdict = "mislabeled" if flag else "review"
    return Finding(
        offering.run_id, offering.site_key, offering.group_key, offering.offering_id, "a", "own", offering.offering_id,
        "none", "support", (), False, 2, False, "unstated", 0.9, verdict,
        (RulebookVerdict("opencounseling-2021", verdict), RulebookVerdict("tip41", "review")), ("rule",), tuple(evidence),
        (offering.capture_id,), True, -1, "Words that say what members find out.",
    )  # fmt: skip


def write_run(data: Path, turn: int, sites: int, offerings: int, *, merged: bool) -> str:
    """Write one run; merged into a file per 500 sites, or one segment a site."""
    day = datetime.datetime(2026, 1, 5, 6, tzinfo=datetime.UTC) + datetime.timedelta(weeks=turn)
    run_id = f"{day:%Y%m%dT%H%M%SZ}-{turn:04x}"
    for kind, (_, version) in RECORDS.items():
        segment_folder(data, kind, run_id, version).mkdir(parents=True)
    for first in range(0, sites, MERGED):
        batch = [site_rows(run_id, day, n, offerings, turn) for n in range(first, min(first + MERGED, sites))]
        for kind, (record, version) in RECORDS.items():
            folder = segment_folder(data, kind, run_id, version)
            tables = [to_table(rows[kind], record) for rows in batch]
            if merged:
                pq.write_table(pa.concat_tables(tables), folder / f"{first:06d}.parquet", compression="zstd")
            else:
                for number, table in enumerate(tables, first):
                    (folder / segment_name(f"site{number:06d}.example")).write_bytes(encoded(table))
    write_json(segment_folder(data, "runs", run_id) / "run.json", {
        "run_id": run_id, "state": "finished", "schema_version": 1, "started_at": day.isoformat(),
        "ended_at": (day + datetime.timedelta(hours=9)).isoformat(), "versions": {"extractor": "1", "audit": "a"},
        "config": {}, "sites": sites})  # fmt: skip
    return run_id


def measured(code: str, *words: object) -> tuple[float, float, float]:
    """Run code in a process of its own; return seconds, processor seconds and its peak memory in MB."""
    started = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", code, *map(str, words)]) as child:
        _, status, usage = _wait(child.pid)
        child.returncode = status
    if status:
        raise SystemExit(f"the measured process failed with status {status}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _wait(pid: int) -> tuple[int, int, resource.struct_rusage]:
    import os

    return os.wait4(pid, 0)


def megabytes(path: Path) -> float:
    """Return the size of a file or folder in MB."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def main() -> None:
    """Write the runs, publish each, time the questions and the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=20_000)
    parser.add_argument("--offerings", type=int, default=10, help="a site and run")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="work in this folder and keep it")
    parser.add_argument("--unmerged", action="store_true", help="publish the last run as if nobody had merged it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = options.keep or Path(temporary)
        for turn in range(options.runs):
            for line in publication(data, turn, options):
                print(json.dumps(line), flush=True)
        for line in (*questions(data), report(data)):
            print(json.dumps(line), flush=True)


def publication(data: Path, turn: int, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Write and publish one run."""
    last = turn == options.runs - 1
    started = time.monotonic()
    run_id = write_run(data, turn, options.sites, options.offerings, merged=not last)
    wrote = time.monotonic() - started
    merge_s, _, merge_mb = measured(MERGE, data, run_id) if last and not options.unmerged else (0.0, 0.0, 0.0)
    seconds, processor, peak = measured(PUBLISH, data)
    yield {"run": turn + 1, "wrote_s": round(wrote, 1), "merge_s": round(merge_s, 1), "merge_mb": round(merge_mb), "publish_s": round(seconds, 1), "publish_cpu_s": round(processor, 1), "peak_mb": round(peak),
           "database_mb": round(megabytes(data / "groupaudit.duckdb"), 1)}  # fmt: skip


def questions(data: Path) -> Iterator[dict[str, Any]]:
    """Answer every ready question once, the file already in the cache."""
    run_sql(data / "groupaudit.duckdb", statement("meta/run_id"))
    for question in list_questions():
        started = time.monotonic()
        run_sql(data / "groupaudit.duckdb", question.name)
        yield {"question": question.name, "s": round(time.monotonic() - started, 3)}


def report(data: Path) -> dict[str, Any]:
    """Render the report."""
    seconds, _, peak = measured(RENDER, data)
    (folder,) = (data / "reports").glob("run=*")
    return {"report_s": round(seconds, 1), "peak_mb": round(peak), "report_mb": round(megabytes(folder), 1),
            "files": sum(1 for _ in folder.rglob("*.html")), "first_page_kb": round((folder / "index.html").stat().st_size / 1e3)}  # fmt: skip


if __name__ == "__main__":
    main()
