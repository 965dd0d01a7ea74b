"""The provider list: CSV, XLSX, JSON Lines or plain addresses, row by row, every bad row named with its line and why.

A row becomes a `Site`: host[:port] + path prefix, with the columns that travel to every group. Only identical sites
are duplicates; equal registrable domains are counted apart (`SiteList.shared`), since many practices share a platform.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import tldextract
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawler.guard import BadUrlError, literal_address, split_url
from crawler.records import Site

csv.field_size_limit(1_000_000)  # a quote that is never closed must not swallow the file into one field

_ALIASES = {
    "url": ("url", "website", "web", "web_site", "homepage", "home_page", "site", "link", "address_web", "websiteurl"),
    "name": ("name", "provider", "provider_name", "practice", "facility", "facility_name", "title", "name1"),
    "organisation": ("organisation", "organization", "org", "parent", "parent_organisation", "parent_organization"),
    "provider_type": ("provider_type", "type", "kind"),
    "region": ("region", "state", "province", "county", "country"),
    "city": ("city", "town"),
    "phone": ("phone", "telephone", "tel", "phone_number", "intake_phone"),
    "stratum": ("stratum",),
    "weight": ("weight",),
}
_COLUMN = {alias: column for column, aliases in _ALIASES.items() for alias in aliases}
# Variables of the N-SUMHSS and N-SSATS public use files (SAMHSA codebooks, 2010 to 2023).
_SURVEY_COLUMNS = {
    "caseid", "stfips", "detox", "treatmt", "lst", "ownershp", "focus", "assessment", "testing", "inpatien", "mhintake",
    "mhdiageval", "mhreferral", "treatpsychothrpy", "treatgrpthrpy", "grpcounsel",
    "t_clihi_x", "t_clioc_x", "opioidtmt",
}  # fmt: skip
_SURVEY_NAME = re.compile(r"n[-_ ]?(sumhss|ssats|mhss)\b|n[-_](sumhss|ssats|mhss)", re.IGNORECASE)
_SURVEY_REFUSAL = (
    "this looks like a public use file of N-SUMHSS, N-SSATS or N-MHSS: its terms forbid using it to investigate single "
    "facilities, so it is not read. Use a list of sites that are public as such, e.g. a locator's export"
)
_NAMED_ROWS = 20


class SiteListError(ValueError):
    """A provider list that cannot be used as it is. The message says what is wrong, where, and what to do."""

    def __init__(self, message: str, bad: tuple[BadRow, ...] = ()):
        super().__init__(message)
        self.bad = bad


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that names no site: its line in the file (a sheet's row), what stood there and why it is refused."""

    line: int
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that names a site which an earlier row named; the earlier row is kept."""

    line: int
    site_key: str
    first_line: int


@dataclass(frozen=True, slots=True)
class SiteList:
    """What a list holds. `shared` counts the sites of each registrable domain that has more than one."""

    sites: tuple[Site, ...]
    bad: tuple[BadRow, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    shared: tuple[tuple[str, int], ...] = ()


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True)

    url: str = Field(min_length=1, max_length=2083)
    name: str = Field(default="", max_length=500)
    organisation: str = Field(default="", max_length=500)
    provider_type: str = Field(default="", max_length=200)
    region: str = Field(default="", max_length=200)
    city: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=100)
    stratum: str = Field(default="", max_length=200)
    weight: float | None = Field(default=None, ge=0, allow_inf_nan=False)

    @field_validator("weight", mode="before")
    @classmethod
    def _no_weight(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value


@cache
def _domains() -> tldextract.TLDExtract:
    # The snapshot in the package: no network, no cache folder. Private suffixes are left out on purpose: all sites of a
    # platform stand on the platform's machines, so they share one turn.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)


def politeness_key(host: str, port: int) -> str:
    """Return what has one request at a time: the registrable domain; host:port for addresses and bare names."""
    if literal_address(host) is not None:
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    known = _domains().extract_str(host).top_domain_under_public_suffix
    if known:
        return known
    labels = host.split(".")  # a suffix that the list does not know counts as one label (publicsuffix.org, rule "*")
    return ".".join(labels[-2:]) if len(labels) > 1 else f"{host}:{port}"


def path_prefix(path: str) -> str:
    """Return the part of a path that every page of the site shares, without a slash at its end.

    A page (`/groups/list.html`, `/index`) stands for its folder; anything else is a folder already.
    """
    head, _, last = path.rpartition("/")
    if re.search(r"\.[A-Za-z][A-Za-z0-9]{1,4}$", last) or last.lower() in ("index", "default", "home"):
        path = head
    return path.rstrip("/")


def make_site(url: str, **columns: Any) -> Site:
    """Return the site that an address names, with the list's other columns.

    Args:
        url: its start page; `http://` or `https://` may be missing (https is taken).
        columns: name, organisation, provider_type, region, city, phone, stratum, weight.

    Raises:
        BadUrlError: the address names no site.
    """
    text = url.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        if re.match(r"(?:mailto|javascript|data|file|ftp|tel):", text, re.IGNORECASE):
            raise BadUrlError(f"{text[:60]!r} is no web address")
        text = f"https://{text}"
    target = split_url(text)
    if "." not in target.host and ":" not in target.host and target.host != "localhost":
        raise BadUrlError(f"{target.host!r} has no domain")
    path = target.url.split(target.netloc, 1)[1].partition("?")[0]
    key = f"{target.netloc}{path_prefix(path)}"
    return Site(site_key=key, url=target.url, politeness_key=politeness_key(target.host, target.port), **columns)


def is_opted_out(site: Site, opt_out: Collection[str]) -> bool:
    """Return whether a site, its host or its registrable domain is on the opt-out list."""
    host = split_url(site.url).netloc
    return bool({site.site_key, host, host.removeprefix("www."), site.politeness_key} & set(opt_out))


def read_sites(path: Path, *, skip_bad: bool = False) -> SiteList:
    """Return the sites of a list; its form is known by the file's name, else by its first line.

    Args:
        path: .csv, .tsv, .xlsx, .jsonl or a text file of addresses, UTF-8.
        skip_bad: use the good rows where others are bad, instead of refusing the list.

    Raises:
        SiteListError: the file is missing, empty, unreadable, a survey file whose terms forbid this, or has bad rows.
    """
    sites: dict[str, Site] = {}
    lines: dict[str, int] = {}
    bad: list[BadRow] = []
    duplicates: list[Duplicate] = []
    domains: Counter[str] = Counter()
    try:
        for line, row in _rows(path):
            site = row if isinstance(row, BadRow) else _site(line, row)
            if isinstance(site, BadRow):
                bad.append(site)
            elif site.site_key in sites:
                duplicates.append(Duplicate(line, site.site_key, lines[site.site_key]))
            else:
                sites[site.site_key] = site
                lines[site.site_key] = line
                domains[site.politeness_key] += 1
    except FileNotFoundError:
        raise SiteListError(f"{path}: there is no such file; give a list of sites (CSV, XLSX, JSON Lines)") from None
    except (OSError, csv.Error, UnicodeError) as error:
        raise SiteListError(f"{path}: cannot be read as a list of sites ({error})") from error
    if bad and not skip_bad:
        raise SiteListError(_bad_rows(path, bad, len(sites)), tuple(bad))
    if not sites:
        why = f"all {len(bad)} rows are bad" if bad else "the list is empty"
        raise SiteListError(f"{path}: names no site: {why}", tuple(bad))
    shared = tuple((domain, count) for domain, count in domains.most_common() if count > 1)
    return SiteList(tuple(sites.values()), tuple(bad), tuple(duplicates), shared)


def refuse_survey(path: Path, columns: Collection[str]) -> None:
    """Refuse a survey's public use file, known by its columns.

    Raises:
        SiteListError: three or more of them are the survey's own; the message says why it is not read.
    """
    if len({name.strip().lower() for name in columns} & _SURVEY_COLUMNS) >= 3:
        raise SiteListError(f"{path}: {_SURVEY_REFUSAL}")


def _site(line: int, row: Mapping[str, Any]) -> Site | BadRow:
    value = str(row.get("url") or "")[:200]
    try:
        checked = _Row.model_validate(row)
        fields = checked.model_dump()
        return make_site(fields.pop("url"), **fields)
    except BadUrlError as error:
        return BadRow(line, value, str(error))
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0])
        why = "no address" if column == "url" and not value.strip() else f"{column}: {first['msg']}"
        return BadRow(line, value, why)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    if _SURVEY_NAME.search(path.name):
        raise SiteListError(f"{path}: {_SURVEY_REFUSAL}")
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        return _xlsx_rows(path)
    if suffix in (".jsonl", ".ndjson", ".json"):
        return _json_rows(path)
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        first = next((line for line in handle if line.strip()), "")
    if first.lstrip().startswith("{"):
        return _json_rows(path)
    delimiter = "\t" if suffix == ".tsv" or "\t" in first else ";" if first.count(";") > first.count(",") else ","
    if suffix in (".csv", ".tsv") or _headings(first.rstrip("\r\n").split(delimiter)):
        return _csv_rows(path, delimiter)
    return _plain_rows(path)


def _headings(cells: list[Any]) -> dict[int, str]:
    """Map the place of each known column; empty where no column holds addresses. The first of two aliases counts."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = _COLUMN.get(re.sub(r"[^a-z0-9]+", "_", str(cell or "").strip().strip('"').lower()).strip("_"))
        if column and column not in found.values():
            found[place] = column
    return found if "url" in found.values() else {}


def _table_rows(path: Path, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    for line, cells in rows:
        if not any(str(cell or "").strip() for cell in cells):
            continue
        refuse_survey(path, {str(cell or "") for cell in cells})
        columns = _headings(cells)
        if columns:
            break
        if len([cell for cell in cells if cell]) == 1 and "." in str(cells[0]):  # a list of addresses named .csv
            columns = {0: "url"}
            yield line, {"url": str(cells[0])}
            break
        raise SiteListError(
            f"{path}, line {line}: no column of addresses; name one of them url or website "
            f"(found: {', '.join(str(cell) for cell in cells[:12])})"
        )
    else:
        return
    width = max(columns) + 1
    for line, cells in rows:
        if not any(str(cell or "").strip() for cell in cells):
            continue
        if len(cells) < width and columns[min(columns)] == "url" and len(cells) <= min(columns):
            yield line, BadRow(line, str(cells)[:200], "too few columns")
            continue
        yield line, {name: cells[place] for place, name in columns.items() if place < len(cells) and cells[place] != ""}


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    def rows() -> Iterator[tuple[int, list[Any]]]:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            reader = csv.reader((text.replace("\0", "\ufffd") for text in handle), delimiter=delimiter)
            start = 1
            for cells in reader:
                yield start, list(cells)
                start = reader.line_num + 1

    return _table_rows(path, rows())


def _xlsx_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    # Here, since every crawler process would load it to make nothing of it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise SiteListError(f"{path}: not an Excel workbook ({error})") from error
    except Exception as error:  # openpyxl lets zipfile's and the XML parser's own errors through
        raise SiteListError(f"{path}: not an Excel workbook ({error})") from error
    try:
        sheet = book.worksheets[0]
        rows = ((line, list(cells)) for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1))
        yield from _table_rows(path, rows)
    finally:
        book.close()


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        for line, text in enumerate(handle, start=1):
            if not text.strip():
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                yield line, BadRow(line, text.strip()[:200], f"not JSON ({error})")
                continue
            if isinstance(value, str):
                value = {"url": value}
            if not isinstance(value, dict):
                yield line, BadRow(line, text.strip()[:200], "not an object with a url")
                continue
            refuse_survey(path, set(value))
            columns = _headings(list(value))
            cells = list(value.values())
            yield line, {name: cells[place] for place, name in columns.items() if cells[place] not in ("", None)}


def _plain_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    with path.open(encoding="utf-8-sig", errors="replace") as handle:
        for line, text in enumerate(handle, start=1):
            value = text.strip()
            if value and not value.startswith("#"):
                yield line, {"url": value}


def _bad_rows(path: Path, bad: list[BadRow], good: int) -> str:
    named = "\n".join(f"  line {row.line}: {row.value!r}: {row.why}" for row in bad[:_NAMED_ROWS])
    rest = f"\n  and lines {line_ranges([row.line for row in bad[_NAMED_ROWS:]])}" if len(bad) > _NAMED_ROWS else ""
    return (
        f"{path}: {len(bad)} of {len(bad) + good} rows name no site:\n{named}{rest}\n"
        f"Mend them, or use --skip-bad to go on with the {good} good ones."
    )


def line_ranges(lines: list[int]) -> str:
    """Return line numbers, ascending, in a short form that still names each: `3, 7-9`."""
    if not lines:
        return ""
    starts = [lines[0], *(after for before, after in pairwise(lines) if after != before + 1)]
    ends = [*(before for before, after in pairwise(lines) if after != before + 1), lines[-1]]
    return ", ".join(str(start) if start == end else f"{start}-{end}" for start, end in zip(starts, ends, strict=True))
