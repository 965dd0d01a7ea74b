"""`prune`: old runs are taken away, except what a published finding cites.

Kept whole: every run that began within the period, the two newest finished ones over the list (the one that the
publication speaks of, and the one that it is compared with), and every run after them. Of an older run a site's rows
and archive stay where a public report named one of its flags, or a letter quoted them, at any time after that run:
whoever was told "your page said this" can still be shown the page. Archives that a kept capture points at stay too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.records import Finding, Verdict
from crawler.merged import FOLDER as MERGED
from crawler.segments import read_segment, segment_name
from groupaudit import runs
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import count, make_reporter
from groupaudit.storage import (
    archives_cited,
    capture_files,
    in_words,
    refresh_run,
    remove,
    remove_empty,
    size_of,
)
from reports.publish import publish
from reports.states import rows as states


@dataclass
class Plan:
    """What would go. `cited` are the files of older runs that stay because a published finding cites them."""

    runs: list[runs.Run] = field(default_factory=list)
    segments: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    cited: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    merged: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the bytes that would be freed."""
        return sum(size_of(path) for paths in (*self.segments.values(), self.merged, self.others) for path in paths)


def prune(data: Path, keep: timedelta, *, dry_run: bool) -> Result:
    """Take away what is older than the period and cited by nothing that was published.

    Args:
        data: the data folder.
        keep: how far back everything stays.
        dry_run: only say what would go.

    Raises:
        UsageError: no such folder.
        SegmentError: a segment cannot be read, so that what it cites is not known; nothing was taken away.
        PublishError: the database could not be built again; the last one stays, and holds the old runs still.
    """
    runs.require_folder(data)
    if dry_run:
        plan = plan_of(data, keep)
        return Result((*_lines(plan, "would free"), "nothing was taken away"))
    with data_lock(data, "prune", make_reporter(quiet=True).warn):
        plan = plan_of(data, keep)
        freed = plan.size
        lines = tuple(_lines(plan, "freed", freed))
        _carry_out(data, plan)
        if plan.runs and runs.database(data).exists():
            publish(data, full=True)
    return Result(lines)


def plan_of(data: Path, keep: timedelta) -> Plan:
    """Return what would go; nothing is changed."""
    edge, plan = datetime.now(UTC) - keep, Plan()
    known = [runs.read_run(data, run_id) for run_id in runs.run_ids(data)]
    whole = [run.run_id for run in known if run.state == runs.FINISHED and run.config.get("scope") == "list"]
    newer = [
        run.run_id for run in known if run.run_id > max(whole, default="")
    ]  # unfinished, or rechecks of single pages
    stay = {*whole[-2:], *newer}
    for run in known:
        if run.run_id not in stay and datetime.fromisoformat(run.started_at) < edge and "pruned" not in run.config:
            plan.runs.append(run)
    for run in plan.runs:
        plan.cited[run.run_id] = _cited_segments(data, run)
        for file in sorted((data / "segments").glob(f"*/run={run.run_id}/**/*.parquet")):
            if file.name not in plan.cited[run.run_id]:
                plan.segments[run.run_id].append(file)
        plan.merged += sorted((data / MERGED).glob(f"*/run={run.run_id}"))
        plan.others.append(data / "reports" / f"run={run.run_id}")
        if not plan.cited[run.run_id]:
            plan.others.append(data / "segments/runs" / f"run={run.run_id}")
    going = {path for paths in plan.segments.values() for path in paths}
    needed = archives_cited(file for file in capture_files(data) if file not in going)
    for run in plan.runs:
        kept_names = {name.replace(".parquet", ".warc.gz") for name in plan.cited[run.run_id]}
        for path in sorted((data / "archive" / f"run={run.run_id}").glob("*")):
            if path.name not in kept_names and path.relative_to(data).as_posix() not in needed:
                plan.others.append(path)
    plan.others = [path for path in plan.others if path.exists()]
    return plan


def _cited_segments(data: Path, run: runs.Run) -> set[str]:
    """Return the segment names of the sites of a run whose findings were named in public, or quoted in a letter."""
    began = datetime.fromisoformat(run.started_at)
    cited = set()
    for entry in states(data):
        if (
            entry["event"] not in ("published", "letter", "letter_copy")
            or datetime.fromisoformat(str(entry["at"])) < began
        ):
            continue
        name = segment_name(entry["site_key"])
        for file in (data / "segments/findings" / f"run={run.run_id}").glob(f"audit=*/{name}"):
            for finding in read_segment(file, Finding):
                named = finding.group_key == entry["group_key"] if entry["group_key"] else _is_flag(finding)
                if named:
                    cited.add(name)
    return cited


def _is_flag(finding: Finding) -> bool:
    return finding.verdict == Verdict.MISLABELED or any(
        verdict.verdict == Verdict.MISLABELED for verdict in finding.verdicts
    )


def _carry_out(data: Path, plan: Plan) -> None:
    for path in plan.merged:  # while the run is known still: what is left of a run that is not, nobody would look for
        remove(path)
    for run in plan.runs:  # run.json first: whatever happens after, `verify` misses nothing that it lists
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        refresh_run(data, run.run_id, plan.segments[run.run_id])
        for path in sorted(plan.segments[run.run_id], key=lambda path: "site_visits" not in path.parts):
            remove(path)
        if plan.cited[run.run_id]:
            refresh_run(data, run.run_id, pruned=moment)
    for path in plan.others:
        remove(path)
    for run in plan.runs:
        for folder in (*(data / "segments").glob(f"*/run={run.run_id}"), data / "archive" / f"run={run.run_id}"):
            remove_empty(folder)


def _lines(plan: Plan, verb: str, freed: int | None = None) -> Iterator[str]:
    if not plan.runs:
        yield "nothing is old enough"
        return
    size = in_words(plan.size if freed is None else freed)
    yield f"{verb:<10} {size} of {count(len(plan.runs), 'run')}: {', '.join(run.run_id for run in plan.runs)}"
    kept = {run_id: names for run_id, names in plan.cited.items() if names}
    if kept:
        sites = sum(len(names) for names in kept.values())
        of = count(len(kept), "run")
        yield f"kept       {count(sites, 'site')} of {of}: a published finding or a letter cites them"
