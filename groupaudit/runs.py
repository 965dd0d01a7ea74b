"""run.json: what a run is, how far it came, and by which versions. Written whole at every change of state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.merged import merge_run
from crawler.records import SCHEMA_VERSION, Site
from crawler.segments import digest, read_json, segment_folder, segment_name, write_json
from groupaudit.errors import GroupauditError, UsageError

RUNNING, FINISHED, INTERRUPTED = "running", "finished", "interrupted"


@dataclass(frozen=True)
class Run:
    """One run.json. `config["site_list"]` is the digest of the site list: the same command finds its unfinished run."""

    run_id: str
    state: str
    schema_version: int
    started_at: str
    ended_at: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    sites: int = 0
    counts: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)


def new_run(data: Path, sites: Iterable[Site], config: dict[str, Any], versions: dict[str, str]) -> Run:
    """Write and return the run.json of a run that begins now."""
    listed = tuple(sites)
    moment = datetime.now(UTC)
    # The fraction of the second, so that ids sort in time order within a second too.
    run_id = f"{moment:%Y%m%dT%H%M%SZ}-{moment.microsecond * 65536 // 1_000_000:04x}"
    run = Run(
        run_id,
        RUNNING,
        SCHEMA_VERSION,
        moment.isoformat(timespec="seconds"),
        versions=versions,
        config={**config, "site_list": site_list_digest(listed)},
        sites=len(listed),
    )
    save(data, run)
    return run


def discard(data: Path, run: Run) -> None:
    """Take back the run.json of a run that wrote nothing."""
    run_file(data, run.run_id).unlink()
    run_file(data, run.run_id).parent.rmdir()


def finish(data: Path, run: Run, state: str, counts: dict[str, Any], versions: dict[str, str] | None = None) -> Run:
    """Write how a run ended (or what a later stage added to it), with the digest of each of its segments.

    The segments of a finished run are merged for the publication, which need not open each of them then.
    """
    ended = replace(
        run,
        state=state,
        ended_at=_now(),
        counts={**run.counts, **counts},
        versions={**run.versions, **(versions or {})},
        segments=segment_digests(data, run.run_id),
    )
    save(data, ended)
    if state == FINISHED:
        merge_run(data, run.run_id)
    return ended


def save(data: Path, run: Run) -> None:
    """Write the run.json of a run, whole."""
    write_json(run_file(data, run.run_id), asdict(run))


def run_file(data: Path, run_id: str) -> Path:
    """Return where the run.json of a run stands."""
    return segment_folder(data, "runs", run_id) / "run.json"


def read_run(data: Path, run_id: str) -> Run:
    """Return one run of a data folder.

    Raises:
        UsageError: there is no such run; the message names the last one.
        GroupauditError: a newer groupaudit wrote it.
        SegmentError: its run.json is not JSON.
    """
    if not run_file(data, run_id).exists():
        known = run_ids(data)
        last = f"the last one is {known[-1]}" if known else "it has none"
        raise UsageError(f"no run {run_id} in {data}; {last}")
    return _read(run_file(data, run_id))


def database(data: Path) -> Path:
    """Return where the publication of a data folder stands."""
    return data / "groupaudit.duckdb"


def run_ids(data: Path) -> list[str]:
    """Return the ids of the runs of a data folder, oldest first."""
    return sorted(path.parent.name.removeprefix("run=") for path in (data / "segments/runs").glob("run=*/run.json"))


def last_run(data: Path) -> Run | None:
    """Return the newest run of a data folder, or None; rechecks of single pages are not among them."""
    for run_id in reversed(run_ids(data)):
        if (run := read_run(data, run_id)).config.get("scope") != "recheck":
            return run
    return None


def refuse_newer(data: Path) -> None:
    """Refuse a data folder that a newer groupaudit wrote.

    Raises:
        GroupauditError: a run of it has a newer schema; the message names it and says what to do.
    """
    for run_id in run_ids(data):
        read_run(data, run_id)


def require_folder(data: Path) -> Path:
    """Return the data folder.

    Raises:
        UsageError: it is not there.
    """
    if not data.is_dir():
        raise UsageError(f"--data {data}: no such folder; start with: groupaudit run SITES --data {data}")
    return data


def require_run(data: Path, run_id: str | None) -> Run:
    """Return the run asked for, or the last one.

    Raises:
        UsageError: there is none.
    """
    if run_id:
        return read_run(data, run_id)
    run = last_run(data)
    if run is None:
        raise UsageError(f"no run in {data}; start with: groupaudit run SITES --data {data}")
    return run


def unfinished_run(data: Path, sites: Iterable[Site]) -> Run | None:
    """Return the last run if it did not come to its end and had this very site list, else None."""
    run = last_run(data)
    if run is None or is_whole(data, run) or run.config.get("site_list") != site_list_digest(sites):
        return None
    return run


def last_finished(data: Path, before: str = "~") -> Run | None:
    """Return the newest finished run over a whole list, older than the run named."""
    for run_id in reversed(run_ids(data)):
        if run_id < before and (run := read_run(data, run_id)).state == FINISHED and run.config.get("scope") == "list":
            return run
    return None


def is_whole(data: Path, run: Run) -> bool:
    """Return whether a run came to its end. That of `groupaudit run` is the report, which is written after run.json."""
    reported = (data / "reports" / f"run={run.run_id}" / "index.html").exists()
    return run.state == FINISHED and (reported or run.config.get("command") != "run")


def committed_sites(data: Path, run_id: str, kind: str, version: str = "") -> set[str]:
    """Return the names of the site segments of a kind that stand whole in this run."""
    return {path.name for path in segment_folder(data, kind, run_id, version).glob("*.parquet")}


def is_committed(site: Site, names: set[str]) -> bool:
    """Return whether a site's segment is among these."""
    return segment_name(site.site_key) in names


def site_list_digest(sites: Iterable[Site]) -> str:
    """Return a digest of the site list, whatever its order: the same sites with the same columns are the same list."""
    rows = sorted(json.dumps(asdict(site), sort_keys=True) for site in sites)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def segment_digests(data: Path, run_id: str) -> dict[str, str]:
    """Return the SHA-256 of every segment of a run, by its path within the data folder."""
    files = sorted((data / "segments").glob(f"*/run={run_id}/**/*.parquet"))
    return {path.relative_to(data).as_posix(): digest(path) for path in files if not path.name.startswith(".")}


def _read(path: Path) -> Run:
    values = read_json(path)
    version = values.get("schema_version", 0)
    if version > SCHEMA_VERSION:
        raise GroupauditError(
            f"{path} was written by a newer groupaudit (data schema {version}; this one knows {SCHEMA_VERSION}); "
            "upgrade groupaudit, or give another folder with --data"
        )
    return Run(**values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
