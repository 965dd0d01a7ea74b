"""`groupaudit status`: how a data folder stands, without touching it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.records import SiteOutcome, SiteVisit
from crawler.segments import read_segments, segment_folder
from groupaudit import runs
from groupaudit.health import read_health
from groupaudit.lock import holder_of
from groupaudit.progress import count
from groupaudit.terminal import clean
from reports.errors import BrokenPublicationError
from reports.headline import summary

DUE_AFTER = timedelta(days=7)
"""A site is due when its last whole visit is older than this: the README's weekly run."""

_SHOWN = 10


def status_lines(data: Path) -> Iterator[str]:
    """Yield what a person asks first: the last run, who writes, completeness, what is due, flags, disk.

    Raises:
        UsageError: no such folder.
    """
    holder = holder_of(runs.require_folder(data))
    yield f"folder     {data}"
    yield f"writing    {holder or 'nobody'}"
    run = runs.last_run(data)
    if run is None:
        yield "last run   none yet"
    else:
        yield from _run_lines(data, run, alive=holder is not None)
        yield from _flag_lines(data)
    yield f"disk       {_disk(data)}"


def _run_lines(data: Path, run: runs.Run, *, alive: bool) -> Iterator[str]:
    visits = read_segments(segment_folder(data, "site_visits", run.run_id), SiteVisit)
    outcomes = Counter(visit.outcome for visit in visits)
    state = "died; the same command goes on with it" if run.state == runs.RUNNING and not alive else run.state
    ended = f", ended {run.ended_at}" if run.ended_at else ""
    yield f"last run   {run.run_id}, {state}, began {run.started_at}{ended}"
    others = "".join(f", {number} {name}" for name, number in sorted(outcomes.items()) if name != SiteOutcome.COMPLETE)
    unvisited = f", {run.sites - len(visits)} not visited" if run.sites > len(visits) else ""
    yield f"sites      {outcomes[SiteOutcome.COMPLETE]} of {run.sites} seen whole{others}{unvisited}"
    unwell = [visit for visit in visits if visit.outcome != SiteOutcome.COMPLETE]
    for visit in unwell[:_SHOWN]:
        action = f"; {visit.next_action}" if visit.next_action else ""
        yield f"           {clean(visit.site.site_key)}: {visit.outcome}, {clean(visit.reason)}{clean(action)}"
    if len(unwell) > _SHOWN:
        yield f"           … and {len(unwell) - _SHOWN} more: groupaudit sql sites_not_read --data {data}"
    signs = read_health(data, run.run_id)
    for sign in signs[:_SHOWN]:
        yield f"health     {clean(sign.site_key)}: {clean(sign.words)}"
    if len(signs) > _SHOWN:
        yield f"           … and {len(signs) - _SHOWN} more: health.json of the run"
    edge = datetime.now(UTC) - DUE_AFTER
    due = run.sites - sum(visit.outcome == SiteOutcome.COMPLETE and visit.ended_at > edge for visit in visits)
    yield f"due        {count(due, 'site')} not seen whole in the last {DUE_AFTER.days} days"


def _flag_lines(data: Path) -> Iterator[str]:
    if not runs.database(data).exists():
        yield f"flags      not published yet; next: groupaudit publish --data {data}"
        return
    try:
        published = summary(runs.database(data))
    except BrokenPublicationError as error:
        yield f"flags      {clean(str(error))}"
        return
    numbers = published.numbers
    flagged = f"{numbers['flags_both']} by both definitions, {numbers['flags_article']} by the article's only"
    labelled = count(numbers["labelled"], "description")
    yield f"flags      {flagged}, of {labelled} labelled group therapy (published: run {published.run_id})"


def _disk(data: Path) -> str:
    parts = [
        f"{name} {_size(sum(path.stat().st_size for path in (data / name).rglob('*') if path.is_file()))}"
        for name in ("archive", "segments", "merged", "parquet", "reports")
        if (data / name).is_dir()
    ]
    free = f"{_size(shutil.disk_usage(data).free)} free"
    return ", ".join([*parts, free])


def _size(size: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
