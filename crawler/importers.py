"""Public registries as provider lists: files that a person downloaded, read into the rows of a site list.

Nothing is fetched here. Only facilities that give a web site become rows; the others are counted. The survey files
whose terms forbid investigating single facilities are refused as everywhere else (`crawler.sites`).
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from crawler.guard import BadUrlError
from crawler.sitemaps import read_sitemap
from crawler.sites import SiteListError, make_site, refuse_survey

COLUMNS = ("url", "name", "organisation", "provider_type", "region", "city", "phone")
KINDS = ("findtreatment", "hrsa", "sitemap")
_MOST = 1_000_000
"""Addresses taken from one file: twenty times what the sitemap protocol lets it hold."""
_TYPES = {"SA": "substance use facility", "MH": "mental health facility"}


@dataclass(frozen=True, slots=True)
class ImportedList:
    """The rows of a site list, and why others are not among them (reason and number)."""

    rows: tuple[dict[str, str], ...]
    left_out: dict[str, int]


def import_list(kind: str, path: Path) -> ImportedList:
    """Return the site list that a registry's file holds; facilities with one address are one row, the first.

    Args:
        kind: findtreatment (the locator's JSON export), hrsa (the health centre sites' CSV) or sitemap (an index or a
            sitemap, XML or gzipped XML).
        path: the file.

    Raises:
        SiteListError: it is missing, not of this kind, a survey file, or names no site.
    """
    readers = {"findtreatment": _findtreatment, "hrsa": _hrsa, "sitemap": _sitemap}
    try:
        return _gathered(path, readers[kind](path))
    except FileNotFoundError:
        raise SiteListError(f"{path}: there is no such file") from None
    except (OSError, ValueError, csv.Error) as error:
        if isinstance(error, SiteListError):
            raise
        raise SiteListError(f"{path}: cannot be read as {kind} ({error})") from error


def _gathered(path: Path, rows: Iterable[dict[str, str]]) -> ImportedList:
    kept: dict[str, dict[str, str]] = {}
    left_out = {"no web site": 0, "no usable web address": 0, "the address of an earlier row": 0}
    for row in rows:
        if not row["url"]:
            left_out["no web site"] += 1
            continue
        try:
            site = make_site(row["url"])
        except BadUrlError:
            left_out["no usable web address"] += 1
            continue
        if site.site_key in kept:
            left_out["the address of an earlier row"] += 1
            continue
        kept[site.site_key] = {**row, "url": site.url}
    if not kept:
        raise SiteListError(f"{path}: no row of it has a web site")
    return ImportedList(tuple(kept.values()), {why: number for why, number in left_out.items() if number})


def _row(**columns: Any) -> dict[str, str]:
    return {name: " ".join(str(columns.get(name) or "").split()) for name in COLUMNS}


def _findtreatment(path: Path) -> Iterator[dict[str, str]]:
    """The locator's export: `{"rows": [{"name1", "city", "state", "website", …}]}`, one page or a list of them."""
    value = json.loads(path.read_text(encoding="utf-8-sig"))
    pages = value if isinstance(value, list) else [value]
    facilities: list[Any] = []
    for page in pages:
        rows = page.get("rows") if isinstance(page, dict) else None
        facilities += rows if isinstance(rows, list) else [page]
    known = [each for each in facilities if isinstance(each, dict)]
    refuse_survey(path, {str(name) for each in known[:50] for name in each})
    if not any("name1" in each for each in known):
        raise SiteListError(f"{path}: not the locator's export: no `rows` with `name1` and `website` in it")
    for each in known:
        yield _row(
            url=each.get("website"),
            name=each.get("name1"),  # the second line names the branch, which its web site seldom does
            organisation=each.get("name1"),
            provider_type=_facility_type(each),
            region=each.get("state"),
            city=each.get("city"),
            phone=each.get("phone") or each.get("intake1"),
        )


def _facility_type(facility: Mapping[str, Any]) -> str:
    kind = str(facility.get("typeFacility") or "").strip()
    return _TYPES.get(kind.upper(), kind)


def _hrsa(path: Path) -> Iterator[dict[str, str]]:
    """The health centre service delivery sites' CSV; closed sites are left out by their status."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        reader = csv.DictReader(handle)
        names = {_plain(name): name for name in reader.fieldnames or () if name}
        refuse_survey(path, set(reader.fieldnames or ()))
        missing = [name for name in ("site name", "site web address") if name not in names]
        if missing:
            raise SiteListError(f"{path}: not HRSA's list of health centre sites: no column {' or '.join(missing)}")

        def cell(row: Mapping[str, str | None], *wanted: str) -> str:
            return next((value for name in wanted if (value := row.get(names.get(name, ""), ""))), "") or ""

        for row in reader:
            status = cell(row, "site status description").strip().lower()
            if status and status != "active":
                continue
            yield _row(
                url=cell(row, "site web address"),
                name=cell(row, "site name"),
                organisation=cell(row, "health center name"),
                provider_type=cell(row, "health center type") or "health center",
                region=cell(row, "site state abbreviation"),
                city=cell(row, "site city"),
                phone=cell(row, "site telephone number"),
            )


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())


def _sitemap(path: Path) -> Iterator[dict[str, str]]:
    """A sitemap index: the folder of each sitemap is a site. A sitemap alone: the host of each address is one."""
    body = path.read_bytes()
    if body[:2] == b"\x1f\x8b":
        with gzip.open(path) as handle:
            body = handle.read(50_000_000)
    found = read_sitemap(body, _MOST)
    sites: Sequence[str] = [urljoin(url, ".") for url in found.sitemaps] or [urljoin(url, "/") for url in found.pages]
    if not sites:
        raise SiteListError(f"{path}: no sitemap index and no sitemap: it names no address")
    for url in sites:
        yield _row(url=url)
