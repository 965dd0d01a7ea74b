"""Verify a data folder: every record of the archive is hashed again, every capture is held against its record.

Quotations are checked by the stages that made them; this covers what the crawl wrote, and reads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crawler.records import Capture, SiteVisit, Visit
from crawler.segments import SegmentError, digest, read_json, read_segment, segment_files
from crawler.warc import ArchiveError, TornRecordError, read_payload, read_records


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the file (relative to the data folder) and what is wrong with it."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was checked. The folder is sound where `faults` is empty."""

    archives: int
    records: int
    captures: int
    segments: int
    faults: tuple[Fault, ...]


def verify(data: Path, run_id: str = "", on_file: Callable[[str], None] | None = None) -> Verified:
    """Return what of a data folder is damaged; nothing is changed.

    Args:
        data: the data folder.
        run_id: only this run; every run where empty.
        on_file: called with each file's name before it is read.

    A site whose crawl was killed has a torn last record and no site_visits segment: that is no fault, the run goes on
    from there. The same tear in a committed site is one.
    """
    faults: list[Fault] = []
    archives = records = captures = segments = 0

    def looking(path: Path) -> str:
        name = path.relative_to(data).as_posix()
        if on_file is not None:
            on_file(name)
        return name

    for folder in sorted((data / "archive").glob(f"run={run_id or '*'}")):
        for path in sorted(folder.glob("*.warc.gz")):
            archives += 1
            name = looking(path)
            count, fault = _check_archive(data, path)
            records += count
            faults += [Fault(name, fault)] if fault else []
    for kind, record in (("captures", Capture), ("visits", Visit), ("site_visits", SiteVisit)):
        for folder in sorted((data / "segments" / kind).glob(f"run={run_id or '*'}")):
            for path in segment_files(folder):
                segments += 1
                name = looking(path)
                try:
                    rows = read_segment(path, record)
                except SegmentError as error:
                    faults.append(Fault(name, str(error)))
                    continue
                for row in rows:
                    if isinstance(row, Capture):
                        captures += 1
                        fault = _check_capture(data, row)
                        faults += [Fault(name, fault)] if fault else []
    for path in sorted((data / "segments" / "runs").glob(f"run={run_id or '*'}/run.json")):
        faults += _check_run(data, path)
    return Verified(archives, records, captures, segments, tuple(faults))


def _check_archive(data: Path, path: Path) -> tuple[int, str]:
    count = 0
    try:
        for record in read_records(path):
            count += 1
            if record.kind in ("response", "resource"):
                read_payload(path, record.offset)
    except TornRecordError as error:
        segment = path.name.replace(".warc.gz", ".parquet")
        committed = data / "segments" / "site_visits" / path.parent.name / segment
        return count, str(error) if committed.exists() else ""
    except ArchiveError as error:
        return count, str(error)
    return count, ""


def _check_capture(data: Path, capture: Capture) -> str:
    if capture.media_type == "text/x-listing":  # a row of a directory's own file, which is archived as it came
        file = data / capture.archive_file
        same = file.exists() and digest(file) == capture.sha256
        return "" if same else f"capture {capture.capture_id}: {capture.archive_file} is gone or its digest differs"
    try:
        response = read_payload(data / capture.archive_file, capture.archive_offset)
    except ArchiveError as error:
        return f"capture {capture.capture_id} of {capture.url}: {error}"
    if response.digest != capture.sha256:
        differs = f"says {capture.sha256}, its record hashes to {response.digest}"
        return f"capture {capture.capture_id} of {capture.url} {differs}"
    if response.url != capture.url:
        return f"capture {capture.capture_id} of {capture.url} points at the record of {response.url}"
    return ""


def _check_run(data: Path, path: Path) -> list[Fault]:
    """Check the segment digests that a finished run's run.json lists."""
    name = path.relative_to(data).as_posix()
    try:
        run = read_json(path)
    except SegmentError as error:
        return [Fault(name, str(error))]
    faults = []
    listed = run.get("segments") if isinstance(run, dict) else None
    for relative, expected in (listed or {}).items():
        file = data / relative
        if not file.exists():
            faults.append(Fault(relative, "listed in run.json, but the file is gone"))
        elif digest(file) != expected:
            faults.append(Fault(relative, "changed since run.json was written: its digest differs"))
    return faults
