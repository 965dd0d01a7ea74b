"""Segments of one run into the raw tables of a publication that is being built.

Every extractor and audit version of a run is loaded; `raw.runs` says which of them counts. "Newest" is by the time at
which the last segment of a version was written; versions written at the same moment (a copied folder may have lost its
times) are ordered as run.json names one of them, then by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from crawler.merged import Rows, files_of_run
from crawler.records import SCHEMA_VERSION
from crawler.segments import SegmentError, read_json, segment_files, segment_folder
from reports.disk import is_disk_full
from reports.errors import PublishError
from reports.statements import statement

CRAWL_KINDS = ("site_visits", "visits", "captures")
EXTRACT_KINDS = ("offerings", "passages", "groups")
SITES_AT_A_TIME = 2000
"""Sites whose rows are read by one statement: every open file, and every row, costs memory until the statement ends."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """What stands in the data folder of one run; `fingerprint` moves whenever a segment comes, goes or is replaced."""

    run_id: str
    manifest: dict[str, Any]
    extractors: tuple[str, ...]
    audits: tuple[str, ...]
    fingerprint: str


def run_folders(data: Path) -> list[RunFolder]:
    """Return every run of a data folder, oldest first.

    Raises:
        PublishError: a run.json cannot be read, or was written by a newer version of this program.
    """
    root = data / "segments"
    ids = {path.name.removeprefix("run=") for path in root.glob("*/run=*") if path.is_dir()}
    return [_run_folder(data, run_id) for run_id in sorted(ids)]


def _run_folder(data: Path, run_id: str) -> RunFolder:
    path = segment_folder(data, "runs", run_id) / "run.json"
    try:
        manifest = read_json(path) if path.exists() else {}
    except SegmentError as error:
        raise PublishError(str(error)) from error
    if not isinstance(manifest, dict):
        raise PublishError(f"{path}: not a run's manifest; delete it and run the stages of {run_id} again")
    if int(manifest.get("schema_version", SCHEMA_VERSION)) > SCHEMA_VERSION:
        raise PublishError(f"{path}: written by a newer groupaudit (schema {manifest['schema_version']}); update it")
    versions = manifest.get("versions") or {}
    return RunFolder(
        run_id=run_id,
        manifest=manifest,
        extractors=_by_age(data, "offerings", run_id, "extractor=", str(versions.get("extractor", ""))),
        audits=_by_age(data, "findings", run_id, "audit=", str(versions.get("audit", ""))),
        fingerprint=_fingerprint(data, run_id, path),
    )


def _by_age(data: Path, kind: str, run_id: str, prefix: str, named: str) -> tuple[str, ...]:
    """Return the versions that have a segment, oldest first."""
    aged = []
    for folder in segment_folder(data, kind, run_id).glob(f"{prefix}*"):
        version = folder.name.removeprefix(prefix)
        if times := [path.stat().st_mtime_ns for path in segment_files(folder)]:
            aged.append((max(times), version == named, version))
    return tuple(version for _, _, version in sorted(aged))


def _fingerprint(data: Path, run_id: str, manifest: Path) -> str:
    """A segment only ever comes by a rename into its folder, which moves the folder's time: files need no look."""
    seen = [manifest.read_bytes() if manifest.exists() else b""]
    for kind in (*CRAWL_KINDS, *EXTRACT_KINDS, "findings"):
        here = segment_folder(data, kind, run_id)
        for folder in sorted((here, *here.glob("*="), *here.glob("*=*"))):
            if folder.is_dir():
                state = (str(folder.relative_to(data)), folder.stat().st_mtime_ns, sum(1 for _ in folder.iterdir()))
                seen.append(repr(state).encode())
    return hashlib.sha256(b"\0".join(seen)).hexdigest()[:32]


def load_run(connection: duckdb.DuckDBPyConnection, data: Path, run: RunFolder) -> None:
    """Load every row of a run, of every version, and mark which versions count.

    Raises:
        PublishError: a segment is not a whole Parquet file or is not the record's; named in the message.
    """
    manifest, versions, config = run.manifest, run.manifest.get("versions") or {}, run.manifest.get("config") or {}
    connection.execute(
        statement("load/runs"),
        {
            "run_id": run.run_id,
            "state": str(manifest.get("state", "interrupted")),
            "scope": str(config.get("scope", "list")),
            "started_at": manifest.get("started_at"),
            "ended_at": manifest.get("ended_at"),
            "listed_sites": manifest.get("sites"),
            "rulebooks": str(versions.get("rulebook", versions.get("rulebooks", ""))),
            "versions": json.dumps(versions, sort_keys=True),
            "config": json.dumps(config, sort_keys=True),
            "fingerprint": run.fingerprint,
        },
    )
    _set(connection, run_id=run.run_id, extractors=list(run.extractors), audits=list(run.audits))
    for kind in CRAWL_KINDS:
        _load(connection, data, run.run_id, kind)
    for extractor in run.extractors:
        for kind in EXTRACT_KINDS:
            _load(connection, data, run.run_id, kind, "extractor", extractor)
    for audit in run.audits:
        _load(connection, data, run.run_id, "findings", "audit", audit)
    connection.execute(statement("load/counted"))


def _load(
    connection: duckdb.DuckDBPyConnection, data: Path, run_id: str, kind: str, by: str = "", version: str = ""
) -> None:
    subfolder = f"{by}={version}" if by else ""
    folder = segment_folder(data, kind, run_id, subfolder)
    for paths in _batches(files_of_run(data, kind, run_id, subfolder)):
        _set(connection, files=[str(path) for path in paths], version=version)
        try:
            connection.execute(statement(f"load/{kind}"))
        except duckdb.Error as error:
            if is_disk_full(error):
                raise
            if not isinstance(error, duckdb.OutOfMemoryException):
                raise PublishError(f"{folder}: a segment cannot be read ({error}); run the stage again") from error
            raise PublishError(f"{folder}: not enough memory to load it ({error})") from error


def _batches(files: Iterable[Rows]) -> Iterator[list[Path]]:
    """Yield the files in groups that hold so many sites, a whole file at the least."""
    batch: list[Path] = []
    sites = 0
    for file in files:
        if batch and sites + file.sites > SITES_AT_A_TIME:
            yield batch
            batch, sites = [], 0
        batch.append(file.path)
        sites += file.sites
    if batch:
        yield batch


def _set(connection: duckdb.DuckDBPyConnection, **variables: Any) -> None:
    for name, value in variables.items():
        kind = "VARCHAR[]" if isinstance(value, list) else "VARCHAR"
        connection.execute(f"SET VARIABLE {name} = $1::{kind}", [value])
