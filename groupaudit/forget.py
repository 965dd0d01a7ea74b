"""`forget SITE`: everything that was kept of a site is taken away, and it is never asked for again.

What stays is the fact: an entry in `opt-out.txt`, so that no crawl asks again, and a line in `forgotten.jsonl`: which
site, when, by whom, why. Both are written first; whatever stops the command then, the same command goes on.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.command import read_opt_out
from crawler.confirmations import FILE_NAME as CONFIRMATIONS
from crawler.confirmations import append_line
from crawler.merged import drop_site, merge_run
from crawler.records import Capture
from crawler.rewrite import rewrite_without
from crawler.segments import read_segment, segment_name, write_segment
from crawler.warc import Record
from groupaudit import runs, storage
from groupaudit.confirming import visited
from groupaudit.errors import UsageError
from groupaudit.health import read_health, write_health
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import count, make_reporter
from reports.parquet import FOLDER as PARQUET
from reports.publish import publish
from reports.render.site import render
from reports.states import FILE_NAME as STATES

TOMBSTONES = "forgotten.jsonl"
GENERATIONS = ".parquet-generations"


@dataclass(frozen=True)
class Shared:
    """An archive file that other sites' captures point into too: those captures, by segment file."""

    file: Path
    theirs: dict[Path, list[Capture]]


def forget(data: Path, site_key: str, who: str, why: str) -> Result:
    """Take away all that is kept of a site: archive, rows, database, Parquet, reports, letters, states.

    Args:
        data: the data folder.
        site_key: the site's key.
        who: who asked for it; empty = the name of the account.
        why: why, for the tombstone.

    Raises:
        UsageError: no run of the folder has the site, and it was not forgotten before.
        SegmentError: another site's captures cannot be read, so it is not known what they need.
        ArchiveError: a shared archive is damaged and cannot be rewritten.
    """
    with data_lock(runs.require_folder(data), "forget", make_reporter(quiet=True).warn):
        began = _known_since(data, site_key)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        if site_key not in read_opt_out(data):
            _opt_out(data, site_key, moment)
        said = {"site_key": site_key, "at": moment, "who": who.strip() or getpass.getuser(), "why": why}
        append_line(data / TOMBSTONES, dict(said))
        freed, rewritten = _take_archives(data, site_key)
        freed += _take_rows(data, site_key)
        freed += _take_words(data, site_key, began)
        lines = _publish_again(data)
    shared = f"; {count(rewritten, 'archive')} shared with other sites rewritten" if rewritten else ""
    return Result(
        (
            f"forgotten  {site_key}: {storage.in_words(freed)} freed{shared}",
            f"opted out  {data / 'opt-out.txt'} has it now; {data / TOMBSTONES} says that it was forgotten",
            *lines,
            "yours      reports, exports and public pages that were written elsewhere, backups, and your list of sites",
        )
    )


def _known_since(data: Path, site_key: str) -> str:
    """Return the first run that has the site; empty where nothing is left of it but its tombstone."""
    if (data / TOMBSTONES).exists():
        lines = (data / TOMBSTONES).read_text(encoding="utf-8").splitlines()
        if any(map(storage.is_about(site_key), lines)):
            return ""
    files = [*storage.segments_of_site(data, site_key), *storage.archives_of_site(data, site_key)]
    if not files:
        visited(data, site_key)  # says which keys are near
        raise UsageError(f"{site_key}: nothing is kept of it; to keep it from being crawled, add it to opt-out.txt")
    return min(part for file in files for part in file.parts if part.startswith("run=")).removeprefix("run=")


def _opt_out(data: Path, site_key: str, moment: str) -> None:
    path = data / "opt-out.txt"
    there = path.read_text(encoding="utf-8") if path.exists() else ""
    start = "" if not there or there.endswith("\n") else "\n"
    with path.open("a", encoding="utf-8") as handle:
        handle.write(f"{start}{site_key}  # forgotten on {moment[:10]}\n")


def _take_archives(data: Path, site_key: str) -> tuple[int, int]:
    """Take away the site's records: whole files, or out of the files that other sites' captures point into."""
    mine = [
        capture
        for file in storage.capture_files(data)
        if file.name == segment_name(site_key)
        for capture in read_segment(file, Capture)
    ]
    files = {*(data / capture.archive_file for capture in mine), *storage.archives_of_site(data, site_key)}
    freed = rewritten = 0
    for shared in _sharing(data, site_key, {file for file in files if file.exists()}):
        before = storage.size_of(shared.file)
        if shared.theirs:
            offsets = {c.archive_offset for c in mine if data / c.archive_file == shared.file}
            freed -= _rewrite(data, site_key, shared, offsets)
            rewritten += 1
        storage.remove(shared.file)
        freed += before
    return freed, rewritten


def _sharing(data: Path, site_key: str, files: set[Path]) -> Iterator[Shared]:
    theirs: dict[Path, dict[Path, list[Capture]]] = {file: {} for file in files}
    for segment in storage.capture_files(data):
        if segment.name == segment_name(site_key):
            continue
        for capture in read_segment(segment, Capture):
            if (file := data / capture.archive_file) in files:
                theirs[file].setdefault(segment, []).append(capture)
    for file, segments in sorted(theirs.items()):
        if segments and not file.name.endswith(".warc.gz"):
            raise UsageError(
                f"{file}: a directory's own file, which holds other providers' listings too and is kept as it came; "
                "take the provider out of your file, audit it as a new run, and prune this one"
            )
        yield Shared(file, segments)


def _rewrite(data: Path, site_key: str, shared: Shared, mine: set[int]) -> int:
    """Copy a shared archive without the site's records, point the others' captures at the copy; return its size."""
    theirs = {capture.archive_offset for captures in shared.theirs.values() for capture in captures}

    def dropped(record: Record) -> bool:
        ours = record.offset in mine or (bool(record.url) and _is_of(site_key, record.url))
        return ours and record.offset not in theirs

    target, places = rewrite_without(shared.file, dropped)
    name = target.relative_to(data).as_posix()
    old = shared.file.relative_to(data).as_posix()
    for segment in shared.theirs:
        moved = [
            replace(each, archive_file=name, archive_offset=places[each.archive_offset])
            if each.archive_file == old
            else each
            for each in read_segment(segment, Capture)
        ]
        write_segment(segment, moved, Capture)
        storage.refresh_run(data, segment.parent.name.removeprefix("run="))
    return storage.size_of(target)


def _is_of(site_key: str, url: str) -> bool:
    """Return whether an address is one of the site's: same host and port, path below its prefix."""
    parts = urlsplit(url)
    host, _, prefix = site_key.partition("/")
    path = parts.path.strip("/")
    return parts.netloc.lower() == host and (not prefix or path == prefix or path.startswith(f"{prefix}/"))


def _take_rows(data: Path, site_key: str) -> int:
    freed, merged = drop_site(data, site_key)
    files = storage.segments_of_site(data, site_key)
    for run_id in sorted({part[4:] for file in files for part in file.parts if part.startswith("run=")}):
        storage.refresh_run(data, run_id, files)  # first, so that `verify` never misses what is listed
    freed += sum(storage.remove(file) for file in files)
    for run_id in sorted(merged):
        merge_run(data, run_id)  # the other sites' rows, for the publication that follows
    for leftover in (*(data / "segments").rglob(".*.tmp"), *(data / "archive").rglob(".*.tmp")):
        freed += storage.remove(leftover)  # of a writer that was killed: nobody writes now, and it may hold anything
    return freed


def _take_words(data: Path, site_key: str, began: str) -> int:
    """Take away what was written about the site: states, letters, confirmations, reports, exports, logs."""
    for name in (STATES, CONFIRMATIONS):
        storage.drop_lines(data / name, storage.is_about(site_key))
    for run_id in runs.run_ids(data):
        run = runs.read_run(data, run_id)
        failures = run.counts.get("stage_failures") or {}
        if site_key in failures:
            left = {key: value for key, value in failures.items() if key != site_key}
            runs.save(data, replace(run, counts={**run.counts, "stage_failures": left}))
        signs = read_health(data, run_id)
        if any(sign.site_key == site_key for sign in signs):
            write_health(data, run_id, [sign for sign in signs if sign.site_key != site_key])
        storage.drop_lines(runs.run_file(data, run_id).with_name("crawl.log"), lambda line: site_key in line)
    letters = (data / "letters").glob(f"{segment_name(site_key).removesuffix('.parquet')}.*")
    reports = [path for path in (data / "reports").glob("run=*") if path.name[4:] >= began]
    return sum(storage.remove(path) for path in (*letters, *reports, data / "exports"))


def _publish_again(data: Path) -> tuple[str, ...]:
    """Build the database from what is left; no earlier generation of it stays."""
    if not runs.database(data).exists():
        return ()
    if any((data / "segments/site_visits").glob("run=*/*.parquet")):
        publish(data, full=True)
        render(data)
        current = (data / PARQUET).resolve()
        for generation in (data / GENERATIONS).iterdir():
            if generation.resolve() != current:  # what readers may be in the middle of holds the site still
                storage.remove(generation)
        return ("published  the database, its Parquet and the report of the newest run, without it",)
    for path in (runs.database(data), data / PARQUET, data / GENERATIONS):
        storage.remove(path)
    return ("published  nothing: no site is left",)
