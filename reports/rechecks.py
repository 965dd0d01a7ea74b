"""Which flags are to be read again, and on which pages they stand."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.errors import ReportsError
from reports.publication import opened, publication_path
from reports.statements import statement


@dataclass(frozen=True, slots=True)
class Standing:
    """A flag as it is published: its group, the run that holds it, its page's digest and the pages it stands on.

    `urls` begins with the page that was judged; the others hold its claim and its further appearances.
    """

    site_key: str
    group_key: str
    run_id: str
    name: str
    text: str
    sha256: str
    fetched_at: datetime.datetime
    urls: tuple[str, ...]


def flags_named(data: Path, keys: Sequence[str]) -> list[Standing]:
    """Return the flags of these group keys (their first characters will do).

    Raises:
        NoPublicationError: nothing was published yet.
        ReportsError: no flag, or more than one, has a key like that; the message names the nearest.
    """
    flags = _standing(data)
    found = []
    for key in keys:
        hits = [flag for flag in flags if flag.group_key == key] or [f for f in flags if f.group_key.startswith(key)]
        if len(hits) != 1:
            near = [flag.group_key for flag in hits[:3]] or difflib.get_close_matches(
                key, [flag.group_key for flag in flags], 3
            )
            hint = f"; did you mean {', '.join(near)}?" if near else "; `groupaudit sql flags_with_quotes` shows them"
            raise ReportsError(f"{len(hits) or 'no'} flags {key!r}{hint}")
        found += hits
    return list({(flag.site_key, flag.group_key): flag for flag in found}.values())


def stale_flags(data: Path, today: datetime.date | None = None) -> list[Standing]:
    """Return the flags that keep `report --public` from being written: to be named, and seen too long ago.

    Raises:
        NoPublicationError: nothing was published yet.
    """
    day = today or datetime.datetime.now(datetime.UTC).date()
    with opened(publication_path(data)) as connection:
        cursor = connection.execute(statement("public/flags"), {"today": day})
        columns = [column[0] for column in cursor.description or []]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    stale = {(row["site_key"], row["group_key"]) for row in rows if row["stale"] and not row["kept_back"]}
    return [flag for flag in _standing(data) if (flag.site_key, flag.group_key) in stale]


def _standing(data: Path) -> list[Standing]:
    with opened(publication_path(data)) as connection:
        rows = connection.execute(statement("public/standing")).fetchall()
    return [
        Standing(site_key, group_key, run_id, name, text, sha256, fetched_at, tuple(dict.fromkeys(urls)))
        for site_key, group_key, run_id, name, text, sha256, fetched_at, urls in rows
    ]
