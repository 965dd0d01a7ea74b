"""What a reader is told after a run: flags that are new, flags that were fixed, and how many are there no more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reports.headline import summary_of
from reports.publication import opened, publication_path
from reports.statements import statement

SHOWN = 500
"""Flags of one kind in one message; the rest is a number, and stands in the report."""

Key = tuple[str, str]
"""Site key and group key."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for the reader; `changed` is false where it is only a sign of life. `flags` are all that stand now."""

    payload: dict[str, Any]
    changed: bool
    run_id: str
    flags: tuple[Key, ...]


def notice(data: Path, told: set[Key]) -> Notice:
    """Return what there is to tell a reader who was told of some flags before.

    Args:
        data: the data folder.
        told: the flags of the last message that arrived.

    Raises:
        NoPublicationError: nothing was published yet.
    """
    with opened(publication_path(data)) as connection:
        summary = summary_of(connection)
        flags = _rows(connection, "meta/notice_flags")
        fixed = {(row["site_key"], row["group_key"]): row for row in _rows(connection, "meta/notice_fixed")}
    now = tuple((str(row["site_key"]), str(row["group_key"])) for row in flags)
    new = [row for row, key in zip(flags, now, strict=True) if key not in told]
    over = sorted(told - set(now))
    mended = [fixed[key] for key in over if key in fixed]
    gone = len(over) - len(mended)
    payload = {
        "kind": "flags" if new or over else "heartbeat",
        "run_id": summary.run_id,
        "internal": summary.internal,
        "flags": len(now),
        "numbers": summary.numbers,
        "new": new[:SHOWN],
        "new_in_all": len(new),
        "fixed": mended[:SHOWN],
        "fixed_in_all": len(mended),
        "no_longer_flagged_otherwise": gone,
    }
    return Notice(payload, bool(new or over), summary.run_id, now)


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    cursor = connection.execute(statement(name))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
