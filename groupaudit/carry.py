"""Sites that are not due: their rows of the last visit become rows of this run, so that a run is always the whole list.

The times stay those of the visit that was made, and captures go on pointing at the archive that has the bytes. Rows of
extract and audit come along where they are of the versions that this run has; else those stages make them again from
the archive, without the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.records import Finding
from crawler.extract import EXTRACTOR_VERSION
from crawler.records import Capture, Group, Offering, Passage, Site, SiteVisit, Visit
from crawler.segments import SegmentError, read_segment, segment_folder, segment_name, write_segment
from groupaudit import runs
from groupaudit.due import due_times


def carry_over(data: Path, run: runs.Run, sites: Sequence[Site], every: timedelta, audit_version: str) -> list[Site]:
    """Bring the sites that are not due into a run; the others are left for the crawl. Returns those carried.

    Args:
        data: the data folder.
        run: the run to fill.
        sites: the whole list.
        every: the period after a visit that saw what there is to see.
        audit_version: the version of the audit that this run has.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    there, moment = runs.committed_sites(data, run.run_id, "site_visits"), datetime.now(UTC)
    carried = []
    for due in due_times(data, [site for site in sites if not runs.is_committed(site, there)], every):
        if due.last is None or due.now(moment):
            continue
        if _carry(data, due.site, due.last.run_id, run.run_id, audit_version):
            carried.append(due.site)
    return carried


def _carry(data: Path, site: Site, earlier: str, run_id: str, audit_version: str) -> bool:
    """Copy a site's rows of an earlier run; what says that the site is whole comes last. False where one is damaged."""
    extractor, audit = f"extractor={EXTRACTOR_VERSION}", f"audit={audit_version}"
    name = segment_name(site.site_key)
    kinds: tuple[tuple[str, str, Any], ...] = (
        ("visits", "", Visit),
        ("captures", "", Capture),
        ("passages", extractor, Passage),
        ("offerings", extractor, Offering),
        ("groups", extractor, Group),
        ("findings", audit, Finding),
        ("site_visits", "", SiteVisit),
    )
    try:
        rows = {}
        for kind, version, record in kinds:
            file = segment_folder(data, kind, earlier, version) / name
            if file.exists():
                rows[kind, version] = ([replace(row, run_id=run_id) for row in read_segment(file, record)], record)
    except SegmentError:
        return False  # the site is crawled again; `verify` names the file
    if ("visits", "") not in rows or ("captures", "") not in rows or ("groups", extractor) not in rows:
        rows = {key: value for key, value in rows.items() if key[0] in ("visits", "captures", "site_visits")}
    for (kind, version), (found, record) in rows.items():
        if kind == "site_visits":  # the list's columns are this run's
            found = [replace(row, site=site) for row in found]
        write_segment(segment_folder(data, kind, run_id, version) / name, found, record)
    return True
