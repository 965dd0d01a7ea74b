"""The report: a static site of a publication, without a server, a remote asset or a request of any kind."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from audit.catalogue import Dispute
from reports.disk import full_disk_named
from reports.headline import summary_of
from reports.publication import opened, publication_path
from reports.render import criteria as catalogue
from reports.render.environment import asset, page
from reports.render.model import Row, batched, charts, completeness, flag_row, providers, rows
from reports.text import anchor, page_name, plain

FLAGS_ON_INDEX = 150
"""The first page stays below 500 KB; more flags go on pages of their own."""

FLAGS_A_PAGE = 500
GROUPS_A_PAGE = 300
GROUPS_SHOWN = 12_000
"""Beyond it the listing is cut, those labelled group therapy first; the database and the exports hold every group."""

INLINE_STYLES = 1000
"""Provider pages that carry their own style, so that one can be sent alone; more of them share a file."""

SITES_SHOWN = 1000
CHANGES_SHOWN = 1000
OTHERS_SHOWN = 60


def render(
    data: Path,
    out: Path | None = None,
    *,
    criteria: Mapping[str, str] | None = None,
    disputes: Mapping[str, Sequence[Dispute]] | None = None,
) -> Path:
    """Write the internal report of the publication and return its first page.

    Args:
        data: the data folder.
        out: folder to write, replaced whole; the default is `DATA/reports/run=ID`.
        criteria: criterion id → what it means; the default is the audit's catalogue.
        disputes: criterion id → who sees it otherwise, and our answer; the default is the audit's catalogue.

    Raises:
        NoPublicationError: nothing was published yet.
        BrokenPublicationError: the database is damaged.
        DiskFullError: there is no room for the report.
    """
    stays = "the report was not written, the last one stays. Make room, then run `groupaudit report` again"
    place = out.parent if out is not None and out.parent.is_dir() else data
    with full_disk_named(place, stays), opened(publication_path(data)) as connection:
        (run,) = rows(connection, "run")
        folder = out or data / "reports" / f"run={run['run_id']}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            building.chmod(0o755)
            known = {
                "criteria": criteria if criteria is not None else catalogue.statements(),
                "disputes": disputes if disputes is not None else catalogue.disputes(),
            }
            _write(connection, building, run, known)
            _swap(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return folder / "index.html"


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, run: Row, known: Mapping[str, Any]) -> None:
    summary = summary_of(connection)
    flags = [flag_row(row) for row in rows(connection, "flags_listed")]
    flag_pages = _numbered("flags", len(flags), FLAGS_A_PAGE) if len(flags) > FLAGS_ON_INDEX else []
    (number_of_groups,) = connection.execute("SELECT count(*) FROM main.groups").fetchone() or (0,)
    group_pages = _numbered("groups", min(number_of_groups, GROUPS_SHOWN), GROUPS_A_PAGE) or ["groups.html"]
    bars, coverage_note, coverage = completeness(connection)
    common = {
        "run": run,
        "summary": summary,
        "internal": summary.internal,
        "root": "",
        **known,
        "navigation": (
            ("index.html", "Summary"),
            (group_pages[0], "All groups"),
            ("sites.html", "Sites"),
            ("changes.html", "Changes"),
            ("criteria.html", "Criteria"),
            ("limits.html", "Limits"),
        ),
        "pages": {"sites.html", "criteria.html"},
        "flag_pages": flag_pages,
        "group_pages": group_pages,
        "groups_cut": max(number_of_groups - GROUPS_SHOWN, 0),
    }
    shown = flags[:FLAGS_ON_INDEX]
    _page(
        folder, "index.html", "index.html", common, interactive=True, flags=shown, completeness=bars,
        coverage_note=coverage_note, flags_sentence=_flags_sentence(len(flags), len(shown)),
        pages_sentence=next(s.text for s in summary.sentences if s.key == "pages"), **charts(connection, summary),
    )  # fmt: skip
    for number, (name, chunk) in enumerate(zip(flag_pages, batched(flags, FLAGS_A_PAGE), strict=False), 1):
        _page(folder, name, "flags.html", common, interactive=True, flags=chunk, number=number)
    _group_pages(folder, common, rows(connection, "groups", {"shown": GROUPS_SHOWN}))
    shared_style = len({flag["site_key"] for flag in flags}) > INLINE_STYLES
    if shared_style:
        (folder / "report.css").write_text(asset("report.css"), encoding="utf-8")
    _provider_pages(folder, common, connection, shared_style=shared_style)
    _small_pages(folder, common, connection, coverage)


def _group_pages(folder: Path, common: Row, source: Iterator[Row]) -> None:
    chunks = batched(source, GROUPS_A_PAGE)
    for number, name in enumerate(common["group_pages"], 1):
        chunk = next(chunks, ())
        groups = [row | _place(row) for row in chunk]
        _page(folder, name, "groups.html", common, interactive=True, groups=groups, number=number)


def _place(row: Row) -> Row:
    if not row["flagged"]:
        return {"page": "", "provider": ""}
    return {"page": f"provider/{page_name(row['site_key'])}", "anchor": anchor(row["group_key"]), "provider": ""}


def _provider_pages(folder: Path, common: Row, connection: duckdb.DuckDBPyConnection, *, shared_style: bool) -> None:
    others = itertools.groupby(rows(connection, "others"), lambda row: row["site_key"])
    key, waiting = next(others, (None, iter(())))
    for site, flags in providers(connection):
        neighbours: list[Row] = []
        if key == site["site_key"]:
            neighbours = list(waiting)
            key, waiting = next(others, (None, iter(())))
        _page(
            folder, f"provider/{page_name(site['site_key'])}", "provider.html", common | {"root": "../"},
            shared_style=shared_style, site=site,
            flags=flags, others=neighbours[:OTHERS_SHOWN], others_cut=max(len(neighbours) - OTHERS_SHOWN, 0),
        )  # fmt: skip


def _small_pages(folder: Path, common: Row, connection: duckdb.DuckDBPyConnection, coverage: list[Row]) -> None:
    sites = list(rows(connection, "sites"))
    keys = (
        "sites",
        "complete",
        "partial",
        "blocked",
        "failed",
        "not_visited",
        "confirmed",
        "pages",
        "groups",
        "labelled",
    )
    coverage_rows = [
        [plain(row["value"], 80) or "all sites", *(row[key] for key in keys), row["bounds"]] for row in coverage[:100]
    ]
    _page(
        folder, "sites.html", "sites.html", common, sites=sites[:SITES_SHOWN],
        sites_cut=max(len(sites) - SITES_SHOWN, 0), coverage_rows=coverage_rows,
    )  # fmt: skip
    changes = list(rows(connection, "changes"))
    withdrawals = [
        [plain(row["organisation"], 120), plain(row["name"], 160), row["state"], plain(row["reason"], 600), row["day"]]
        for row in rows(connection, "withdrawals")
    ]
    _page(
        folder, "changes.html", "changes.html", common, changes=changes[:CHANGES_SHOWN],
        changes_cut=max(len(changes) - CHANGES_SHOWN, 0), withdrawals=withdrawals,
    )  # fmt: skip
    used = list(rows(connection, "criteria_used"))
    groups = [
        ("Who calls it therapy", [row for row in used if row["part"] == "claim"]),
        ("What happens there", [row for row in used if row["part"] == "kind"]),
        ("What its name states", [row for row in used if row["part"] == "label"]),
        ("Leader and members", [row for row in used if row["part"] == "facts"]),
    ]
    _page(folder, "criteria.html", "criteria.html", common, criteria_groups=[group for group in groups if group[1]])
    _page(folder, "limits.html", "limits.html", common)


def _page(folder: Path, name: str, template: str, common: Row, **values: Any) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(page(template, here=name, **(common | values)), encoding="utf-8")


def _numbered(stem: str, total: int, each: int) -> list[str]:
    number = -(-total // each)
    return [f"{stem}.html"] if number == 1 else [f"{stem}-{page}.html" for page in range(1, number + 1)]


def _flags_sentence(total: int, shown: int) -> str:
    if shown == total:
        return f"All {total:,} are in this table."
    return (
        f"The first {shown:,} of {total:,} are in this table; all of them are on the pages below it and in the exports."
    )


def _swap(building: Path, folder: Path) -> None:
    """Put a finished folder in the place of the last one: two renames, nothing is ever half written."""
    if folder.exists():
        old = folder.with_name(f".{folder.name}-old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        building.rename(folder)
        shutil.rmtree(old)
    else:
        building.rename(folder)
