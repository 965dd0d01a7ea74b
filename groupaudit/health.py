"""Each site against its own history: do we see as much of it as we did, and did its groups go one by one or at once?

A site whose groups vanish all together while its pages are still there was not relabelled: its template changed, or our
reading broke. That is said, with what to do, before anybody reads it as news. Thresholds are the site's own figures,
never fixed numbers for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from crawler.records import Group, Site, SiteOutcome, SiteVisit
from crawler.segments import (
    SegmentError,
    read_json,
    read_segment,
    segment_folder,
    segment_name,
    write_json,
    write_segment,
)
from groupaudit import runs
from groupaudit.due import visits_of

FILE_NAME = "health.json"
VISITS = 5
"""Earlier visits that make a site's history."""
LEAST_PAGES, LEAST_GROUPS = 4, 3
"""Below these a site is too small for a fall to mean anything."""
TEMPLATE, YIELD = "groups vanished at once", "fewer pages than it used to give"
MEND = "mend the extractor"


@dataclass(frozen=True)
class Sign:
    """Something that is not as it was: `now` against `before`, the median of the site's earlier visits."""

    site_key: str
    sign: str
    now: int
    before: float
    words: str


def check_health(data: Path, run: runs.Run, sites: Sequence[Site], extractor: str) -> list[Sign]:
    """Write and return the signs of a run's sites; a site whose groups vanished at once gets its next action.

    Args:
        data: the data folder.
        run: the run, all of whose stages are done.
        sites: its sites.
        extractor: the version that its groups were read by.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    history = visits_of(data, sites, before=run.run_id)
    signs = []
    for site in sites:
        path = segment_folder(data, "site_visits", run.run_id) / segment_name(site.site_key)
        earlier = [visit for visit in history[site.site_key] if _saw_it(visit)][:VISITS]
        if not earlier or not path.exists():
            continue
        try:
            (visit,) = read_segment(path, SiteVisit)
            if not _saw_it(visit) or visit.started_at == earlier[0].started_at:  # or it was carried over
                continue
            found = _signs(data, visit, earlier, extractor)
        except SegmentError:
            continue  # `verify` names it
        if any(sign.sign == TEMPLATE for sign in found) and not visit.next_action:
            write_segment(path, [replace(visit, next_action=MEND)], SiteVisit)
        signs += found
    write_health(data, run.run_id, signs)
    return signs


def write_health(data: Path, run_id: str, signs: Sequence[Sign]) -> None:
    """Write the signs of a run's sites beside its run.json."""
    write_json(runs.run_file(data, run_id).with_name(FILE_NAME), [asdict(sign) for sign in signs])


def read_health(data: Path, run_id: str) -> list[Sign]:
    """Return the signs that were written for a run; none where none were."""
    path = runs.run_file(data, run_id).with_name(FILE_NAME)
    try:
        return [Sign(**entry) for entry in read_json(path)] if path.exists() else []
    except (SegmentError, TypeError):
        return []


def _saw_it(visit: SiteVisit) -> bool:
    """Return whether a visit ran to its end: what is missing after a failure says nothing about the site."""
    ran_out = visit.reason.startswith("budget:")
    return visit.outcome == SiteOutcome.COMPLETE or (visit.outcome == SiteOutcome.PARTIAL and ran_out)


def _signs(data: Path, visit: SiteVisit, earlier: Sequence[SiteVisit], extractor: str) -> list[Sign]:
    key, signs = visit.site.site_key, []
    pages = median(each.pages for each in earlier)
    thin = pages >= LEAST_PAGES and visit.pages < pages / 2
    if thin:
        words = f"{visit.pages} pages where it gave {pages:g}: its links may have moved behind scripts or another host"
        signs.append(Sign(key, YIELD, visit.pages, pages, words))
    before = [number for each in earlier if (number := _groups(data, each.run_id, key)) is not None]
    now = _groups(data, visit.run_id, key, extractor)
    if before and now == 0 and median(before) >= LEAST_GROUPS and not thin:
        words = (
            f"all {median(before):g} groups gone, while {visit.pages} pages are still there: a new template, or our "
            "reading broke; look at the pages before you call it a change of theirs"
        )
        signs.append(Sign(key, TEMPLATE, 0, median(before), words))
    return signs


def _groups(data: Path, run_id: str, site_key: str, extractor: str = "*") -> int | None:
    """Return how many groups a site had in a run, by the extractor version that was written last; None: not read."""
    name = segment_name(site_key)
    files = (data / "segments/groups" / f"run={run_id}").glob(f"extractor={extractor}/{name}")
    newest = max(files, key=lambda file: file.stat().st_mtime_ns, default=None)
    return None if newest is None else sum(group.scope == "group" for group in read_segment(newest, Group))
