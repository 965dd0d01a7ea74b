"""A directory's own listings: CSV, JSON Lines or Parquet → captures, offerings and groups, without a crawl.

The file is archived whole in `data/archive/run=ID/` with its digest; each row is a capture that points into it, so that
every quotation can be traced to the file it came from.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from crawler.records import Block, Capture, Group, Identity, Offering, Role, Site, SiteOutcome, SiteVisit
from crawler.segments import segment_folder, segment_name, write_segment

EXTRACTOR = "listings-1"
"""Stands where an extractor's version would: rows were handed over, not extracted."""
COLUMNS = (
    "id",
    "name",
    "text",
    "headings",
    "page_title",
    "provider",
    "organisation",
    "provider_type",
    "region",
    "url",
    "category",
    "scope",
)
_HEADING_SEPARATOR = " > "
_NO_PROVIDER = "(no provider named) "


class ListingsError(Exception):
    """A listings file cannot be used: the message names file, row and what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote: how many listings, of how many named providers, which rows were left out and why.

    `unnamed` rows name no provider: each is a site of its own, since nothing says that two of them are one provider's.
    """

    listings: int
    providers: int
    left_out: tuple[str, ...]
    unnamed: int = 0

    @property
    def sites(self) -> int:
        """Return how many sites the listings came to: the providers named, and each row that names none."""
        return self.providers + self.unnamed


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a listings file with their number (from 1; in a CSV the header is row 1).

    Raises:
        ListingsError: the file is missing, of an unknown kind, not readable as what it says it is, or has no `text`.
    """
    if not path.is_file():
        raise ListingsError(f"{path}: no such file")
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            yield from _csv(path)
        elif suffix in (".jsonl", ".ndjson"):
            yield from _jsonl(path)
        elif suffix == ".parquet":
            yield from enumerate(pq.read_table(path).to_pylist(), start=1)
        else:
            raise ListingsError(f"{path}: listings are .csv, .jsonl or .parquet")
    except UnicodeDecodeError as error:
        raise ListingsError(f"{path}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error
    except (csv.Error, OSError, ValueError) as error:
        raise ListingsError(f"{path}: cannot be read as {suffix[1:]}: {error}") from error


def _csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        first = next((line for line in handle if line.strip()), "")
        handle.seek(0)
        lines = csv.reader(handle, delimiter=_delimiter(first))
        header = next((cells for cells in lines if any(cell.strip() for cell in cells)), [])
        names = [_column(cell) for cell in header]
        if "text" not in names:
            found = f"found: {', '.join(cell.strip() for cell in header[:12])}" if header else "the file is empty"
            raise ListingsError(f"{path}: no column named text ({found}); columns that are read: {', '.join(COLUMNS)}")
        for cells in lines:
            if any(cell.strip() for cell in cells):
                # The first of two columns of one name counts, as in the list of sites.
                yield lines.line_num, dict(reversed([pair for pair in zip(names, cells, strict=False) if pair[0]]))


def _delimiter(first: str) -> str:
    """Return what separates the columns: a spreadsheet set to a decimal comma writes semicolons."""
    if "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _column(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ListingsError(f"{path} line {number}: not JSON ({error.msg})") from error
            if not isinstance(row, dict):
                raise ListingsError(f"{path} line {number}: a listing is an object")
            yield number, row


def import_listings(path: Path, data: Path, run_id: str, *, now: datetime | None = None) -> Imported:
    """Write a listings file as a run's segments, and the file itself to the archive.

    Args:
        path: the listings.
        data: the data folder.
        run_id: the run that the rows belong to.
        now: when the file was taken in; default this moment.

    Raises:
        ListingsError: nothing in it can be used.
        OSError: the data folder cannot be written.
    """
    now = now or datetime.now(UTC)
    archived = data / "archive" / f"run={run_id}" / path.name
    by_site: dict[str, tuple[Site, list[Capture], list[Offering]]] = {}
    left_out: list[str] = []
    seen: set[str] = set()
    rows = list(read_rows(path))
    archived.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, archived)
    digest = hashlib.sha256(archived.read_bytes()).hexdigest()
    given = {str(row["id"]) for _, row in rows if row.get("id")}
    unnamed = 0
    for number, row in rows:
        if not any(str(value or "").strip() for value in row.values()):
            continue  # a spreadsheet's empty line
        if not str(row.get("text") or "").strip() and not str(row.get("name") or "").strip():
            left_out.append(f"row {number}: neither text nor name")
            continue
        key = str(row.get("id") or (number if str(number) not in given else f"row {number}"))
        if key in seen:
            left_out.append(f"row {number}: the id {key!r} stands twice; the first is kept")
            continue
        seen.add(key)
        provider = _provider(row)
        unnamed += not provider
        site = _site(row, provider, key)
        _, captures, offerings = by_site.setdefault(site.site_key, (site, [], []))
        capture, offering = _records(row, key, number, site, run_id, archived.relative_to(data).as_posix(), digest, now)
        captures.append(capture)
        offerings.append(offering)
    if not by_site:
        raise ListingsError(f"{path}: no listing with a text or a name" + (f" ({left_out[0]}, …)" if left_out else ""))
    for site, captures, offerings in by_site.values():
        _write(data, run_id, segment_name(site.site_key), site, captures, offerings, now)
    return Imported(len(seen), len(by_site) - unnamed, tuple(left_out), unnamed)


def _provider(row: Mapping[str, Any]) -> str:
    named = (str(row.get(column) or "").strip() for column in ("provider", "organisation", "site"))
    return next((name for name in named if name), "")


def _site(row: Mapping[str, Any], provider: str, key: str) -> Site:
    """Return the site that a row belongs to: its provider; of a row that names none, the row alone.

    One stranger's words must not speak for or against another's, so rows without a provider are never read together.
    """
    return Site(
        site_key=f"listings:{provider}" if provider else f"listings:{_NO_PROVIDER}{key}",
        url=str(row.get("url") or ""),
        politeness_key="",
        name=provider,
        organisation=str(row.get("organisation") or ""),
        provider_type=str(row.get("provider_type") or ""),
        region=str(row.get("region") or ""),
    )


def _headings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(_HEADING_SEPARATOR) if part.strip())
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else ()


def _records(
    row: Mapping[str, Any], key: str, number: int, site: Site, run_id: str, archived: str, digest: str, now: datetime
) -> tuple[Capture, Offering]:
    title, url = str(row.get("page_title") or ""), str(row.get("url") or "")
    capture = Capture(
        run_id=run_id,
        capture_id=f"{run_id}:{key}",
        site_key=site.site_key,
        url=url,
        final_url=url,
        fetched_at=now,
        status=0,
        media_type="text/x-listing",
        charset="utf-8",
        sha256=digest,
        archive_file=archived,
        archive_offset=number,
        title=title,
        language="",
    )
    text = str(row.get("text") or "")
    blocks = tuple(Block(Role.PARAGRAPH, line) for line in text.split("\n")) if text else ()
    scope = str(row.get("scope") or "group")
    offering = Offering(
        run_id=run_id,
        offering_id=f"{run_id}:{key}",
        site_key=site.site_key,
        capture_id=capture.capture_id,
        url=url,
        title=title,
        name=str(row.get("name") or ""),
        headings=_headings(row.get("headings")),
        blocks=blocks,
        scope=scope if scope in ("group", "service") else "group",
        group_key=key,
        description_id=hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()[:16],
        category=str(row.get("category") or ""),
    )
    return capture, offering


def _write(
    data: Path, run_id: str, name: str, site: Site, captures: list[Capture], offerings: list[Offering], now: datetime
) -> None:
    groups = [
        Group(
            run_id,
            site.site_key,
            each.group_key,
            each.name,
            each.scope,
            (each.offering_id,),
            each.offering_id,
            each.description_id,
            "new",
        )
        for each in offerings
    ]
    visit = SiteVisit(
        run_id=run_id,
        site=site,
        started_at=now,
        ended_at=now,
        outcome=SiteOutcome.COMPLETE,
        reason="listings handed over",
        next_action="",
        requests=0,
        pages=len(captures),
        bytes=0,
        robots="not asked",
        crawl_delay=None,
        identity=Identity.IMPORTED,
        identity_because="handed over by a directory, not read on the provider's own site",
        left_unasked=0,
    )
    version = f"extractor={EXTRACTOR}"
    write_segment(segment_folder(data, "captures", run_id) / name, captures, Capture)
    write_segment(segment_folder(data, "offerings", run_id, version) / name, offerings, Offering)
    write_segment(segment_folder(data, "groups", run_id, version) / name, groups, Group)
    write_segment(segment_folder(data, "site_visits", run_id) / name, [visit], SiteVisit)
