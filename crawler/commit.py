"""The commit of a site: visits, captures, and its site_visits segment last. That one is there iff the site is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from crawler.options import CrawlOptions
from crawler.records import Capture, Site, SiteVisit, Visit
from crawler.segments import segment_folder, segment_name, write_segment


@dataclass(slots=True)
class SiteRows:
    """What a visit leaves: the rows of the three segments."""

    site_visit: SiteVisit
    visits: list[Visit] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)


def committed_path(data: Path, run_id: str, site_key: str) -> Path:
    """Return the segment whose presence says that a site of a run is whole."""
    return segment_folder(data, "site_visits", run_id) / segment_name(site_key)


def is_committed(options: CrawlOptions, site: Site) -> bool:
    """Return whether an earlier process of this run finished the site."""
    return options.resume and committed_path(options.data, options.run_id, site.site_key).exists()


def commit_site(options: CrawlOptions, rows: SiteRows) -> None:
    """Write a site's three segments, each whole or absent, the deciding one last.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    data, run_id, key = options.data, options.run_id, rows.site_visit.site.site_key
    name = segment_name(key)
    write_segment(segment_folder(data, "visits", run_id) / name, rows.visits, Visit)
    write_segment(segment_folder(data, "captures", run_id) / name, rows.captures, Capture)
    write_segment(committed_path(data, run_id, key), [rows.site_visit], SiteVisit)
