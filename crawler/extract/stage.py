"""The stage: archived pages of a run → segments of offerings, passages and groups, a file a site and kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.page import failed
from crawler.extract.results import Page, PageResult
from crawler.extract.site import SiteExtract, extract_site
from crawler.extract.worker import Pool
from crawler.records import Capture, Group, Offering, Passage, Site, SiteVisit
from crawler.segments import read_segment, read_segments, segment_folder, segment_name, write_segment
from crawler.warc import ArchiveError, read_payload

VERSION = f"extractor={EXTRACTOR_VERSION}"


@dataclass(frozen=True, slots=True)
class ExtractEnd:
    """What an extraction of a run came to; `errors` counts pages by the class of their error."""

    sites: int
    pages: int
    offerings: int
    groups: int
    errors: dict[str, int]


def extract_run(
    data: Path,
    run_id: str,
    *,
    site_keys: Iterable[str] | None = None,
    on_event: Callable[[dict[str, Any]], None] | None = None,
    pool: Pool | None = None,
) -> ExtractEnd:
    """Extract every committed site of a run from the archive; the network is not asked.

    Args:
        data: the data folder.
        run_id: the run whose captures are read.
        site_keys: only these sites; None = all.
        on_event: called with `{"event": "extracted", "site_key", "pages", "offerings", "groups", "errors"}` a site.
        pool: worker processes; None = one of our own for the time of the call.
    """
    wanted = None if site_keys is None else set(site_keys)
    sites = [visit.site for visit in read_segments(segment_folder(data, "site_visits", run_id), SiteVisit)]
    total = {"sites": 0, "pages": 0, "offerings": 0, "groups": 0}
    errors: dict[str, int] = {}
    own = Pool() if pool is None else None
    try:
        for site in sites:
            if wanted is not None and site.site_key not in wanted:
                continue
            extract = extract_site_of_run(data, run_id, site, pool or own)
            counts = {
                "pages": len(extract.pages),
                "offerings": sum(len(page.offerings) for page in extract.pages),
                "groups": len(extract.groups),
            }
            total["sites"] += 1
            for key, count in counts.items():
                total[key] += count
            failures = [page.error for page in extract.pages if page.error is not None]
            for error in failures:
                errors[error.class_] = errors.get(error.class_, 0) + 1
            if on_event is not None:
                on_event({"event": "extracted", "site_key": site.site_key, **counts, "errors": len(failures)})
    finally:
        if own is not None:
            own.close()
    return ExtractEnd(total["sites"], total["pages"], total["offerings"], total["groups"], errors)


def extract_site_of_run(data: Path, run_id: str, site: Site, pool: Pool | None) -> SiteExtract:
    """Extract one site of a run and write its three segments: passages, offerings, then groups, last of all.

    Args:
        data: the data folder.
        run_id: the run.
        site: the site; its captures segment must be there.
        pool: worker processes, or None for this process.

    Raises:
        SegmentError: the captures segment cannot be read.
        OSError: a segment cannot be written.
    """
    name = segment_name(site.site_key)
    file = segment_folder(data, "captures", run_id) / name
    captures = read_segment(file, Capture) if file.exists() else []
    pages: list[Page] = []
    unreadable: list[PageResult] = []
    for capture in captures:
        try:
            pages.append(_page(data, capture))
        except (ArchiveError, OSError, ValueError) as error:  # a broken archive record costs its page, and is said
            page = Page(
                capture.final_url, b"", capture.media_type, capture.charset, capture.capture_id, capture.final_url
            )
            unreadable.append(failed(page, "parse_error", f"archive record: {error}"))
    extract = extract_site(pages, site, run_id, previous=previous_groups(data, run_id, site.site_key), pool=pool)
    extract = SiteExtract((*extract.pages, *unreadable), extract.groups)
    rows: tuple[tuple[str, list[Any], type], ...] = (
        ("passages", [row for page in extract.pages for row in page.passages], Passage),
        ("offerings", [row for page in extract.pages for row in page.offerings], Offering),
        ("groups", list(extract.groups), Group),
    )
    for kind, records, record in rows:
        write_segment(segment_folder(data, kind, run_id, VERSION) / name, records, record)
    return extract


def _page(data: Path, capture: Capture) -> Page:
    file = Path(capture.archive_file)
    response = read_payload(file if file.is_absolute() else data / file, capture.archive_offset)
    return Page(
        source=capture.final_url,
        body=response.payload,
        media_type=capture.media_type or response.media_type,
        charset=capture.charset or response.charset,
        capture_id=capture.capture_id,
        url=capture.final_url,
    )


def previous_groups(data: Path, run_id: str, site_key: str) -> list[tuple[Group, Offering]]:
    """Return the last earlier run's groups of a site, each with its fullest offering; none where it has no such run."""
    name = segment_name(site_key)
    root = data / "segments" / "groups"
    runs = sorted((path.name.removeprefix("run=") for path in root.glob("run=*")), reverse=True)
    for earlier in runs:
        if earlier >= run_id:
            continue
        # Any extractor version will do: the newest that has this site, by the time it was written.
        files = sorted(
            segment_folder(data, "groups", earlier).glob(f"extractor=*/{name}"), key=lambda f: f.stat().st_mtime
        )
        for file in reversed(files):
            offerings = {
                o.offering_id: o for o in read_segment(Path(str(file).replace("/groups/", "/offerings/")), Offering)
            }
            pairs = [(g, offerings[g.fullest]) for g in read_segment(file, Group) if g.fullest in offerings]
            if pairs:
                return pairs
    return []
