"""`sites confirm` and `sites import`: what a person says of a site, and lists made of public registries."""

from __future__ import annotations

import csv
import difflib
import getpass
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.confirmations import Confirmation, append_confirmation, as_confirmed, as_read, read_confirmations
from crawler.importers import COLUMNS, import_list
from crawler.records import Identity, SiteVisit
from crawler.segments import digest, read_segment, segment_folder, segment_name, write_segment
from groupaudit import runs
from groupaudit.errors import UsageError
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import count, make_reporter
from groupaudit.terminal import clean


def confirm(data: Path, site_key: str, who: str, why: str, *, withdraw: bool) -> Result:
    """Record that a site is the listed business, or take that back; the rows of its visits say so from now on.

    Args:
        data: the data folder.
        site_key: the site's key.
        who: who looked; empty = the name of the account.
        why: what that person saw.
        withdraw: take an earlier confirmation back.

    Raises:
        UsageError: no such site, no reason, a parked domain, or nothing to take back.
    """
    if not why.strip():
        raise UsageError("--why: say what you saw there; it is kept for good and stands beside the site's identity")
    with data_lock(runs.require_folder(data), "sites confirm", make_reporter(quiet=True).warn):
        visits = visited(data, site_key)
        before = read_confirmations(data).get(site_key)
        if withdraw and (before is None or not before.confirmed):
            raise UsageError(f"{site_key}: nobody has confirmed it by hand; there is nothing to take back")
        newest = max(visits)
        if not withdraw and as_read(visits[newest]).identity == Identity.PARKED:
            raise UsageError(f"{site_key}: parked, as run {newest} saw it: nothing stands there to confirm")
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Confirmation(moment, site_key, not withdraw, who.strip() or getpass.getuser(), " ".join(why.split()))
        append_confirmation(data, entry)
        for run_id, visit in visits.items():
            _rewrite(data, run_id, as_confirmed(visit, entry))
        now = as_confirmed(visits[newest], entry)
    said = "taken back" if withdraw else "confirmed by hand"
    return Result(
        (
            f"recorded   {site_key}: {said} by {clean(entry.who)}",
            f"identity   {now.identity}: {clean(now.identity_because)}",
            f"next: groupaudit publish --data {data}, then report: it counts from then on",
        )
    )


def visited(data: Path, site_key: str) -> dict[str, SiteVisit]:
    """Return the visits of a site by run.

    Raises:
        UsageError: no run of the folder has it; the message names the nearest keys.
        SegmentError: its row cannot be read.
    """
    name = segment_name(site_key)
    files = sorted((data / "segments/site_visits").glob(f"run=*/{name}"))
    if not files:
        known = {visit.site.site_key for visit in _newest_visits(data)}
        near = difflib.get_close_matches(site_key, sorted(known), 3, cutoff=0.5)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise UsageError(f"{site_key}: no run of {data} visited it{hint} A key is host[:port] and path")
    return {file.parent.name.removeprefix("run="): read_segment(file, SiteVisit)[0] for file in files}


def _newest_visits(data: Path) -> Iterator[SiteVisit]:
    last = runs.last_run(data)
    for file in sorted(segment_folder(data, "site_visits", last.run_id).glob("*.parquet")) if last else ():
        yield from read_segment(file, SiteVisit)


def _rewrite(data: Path, run_id: str, visit: SiteVisit) -> None:
    """Write a site's row again, and its digest in run.json: `verify` must go on trusting both."""
    path = segment_folder(data, "site_visits", run_id) / segment_name(visit.site.site_key)
    write_segment(path, [visit], SiteVisit)
    if runs.run_file(data, run_id).exists():
        run = runs.read_run(data, run_id)
        name = path.relative_to(data).as_posix()
        if name in run.segments:
            runs.save(data, replace(run, segments={**run.segments, name: digest(path)}))


def imported_lines(kind: str, file: Path) -> tuple[Iterator[str], str]:
    """Return the lines of a site list as CSV, and what was left out in one sentence.

    Raises:
        SiteListError: the file is not of this kind, a survey file, or names no site.
    """
    found = import_list(kind, file)
    left_out = ", ".join(f"{number} with {why}" for why, number in found.left_out.items())
    said = f"{count(len(found.rows), 'site')} from {file.name}" + (f"; left out: {left_out}" if left_out else "")
    return _csv_lines(found.rows), said


def _csv_lines(rows: tuple[dict[str, str], ...]) -> Iterator[str]:
    yield ",".join(COLUMNS)
    for row in rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([clean(row[name]) for name in COLUMNS])
        yield text.getvalue()
