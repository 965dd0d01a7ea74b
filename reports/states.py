"""Letters, replies and dispositions: `data/states.jsonl`, append-only, apart from the findings.

Nothing is ever changed or taken out: what holds now is what the last line about a group says. Lines name a group by
its `group_key`, which follows the group through relabelling, rewording and moving; a line without one is about every
flag of its site. A line counts from the next publication on.
"""

from __future__ import annotations

import datetime
import difflib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.errors import PublishError, ReportsError
from reports.publication import opened, publication_path
from reports.statements import statement

FILE_NAME = "states.jsonl"
STATES = ("answered", "fixed", "withdrawn", "disputed", "suppressed")
"""What can be said of a flag. `withdrawn`, `fixed` and `suppressed` ones are never named in public."""

_FIELDS = ("at", "event", "site_key", "group_key", "state", "until", "reason", "text", "dated")
_EMPTY = {"at": None, "until": None, "dated": None}


def rows(data: Path) -> list[dict[str, Any]]:
    """Return every entry, oldest first, each with its line as `number`.

    Raises:
        PublishError: a line is not a JSON object; named with its number.
    """
    path = data / FILE_NAME
    if not path.exists():
        return []
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
        except json.JSONDecodeError as error:
            raise PublishError(f"{path}, line {number}: not JSON ({error}); mend that line") from error
        if not isinstance(entry, dict):
            raise PublishError(f"{path}, line {number}: not an object; mend that line")
        entries.append({"number": number} | {name: entry.get(name, _EMPTY.get(name, "")) for name in _FIELDS})
    return entries


def letter_sent(
    data: Path,
    site_key: str,
    group_keys: Sequence[str] = (),
    *,
    dated: datetime.date | None = None,
    again: bool = False,
) -> None:
    """Record that the provider of a site was written to; the 21 days count from `dated` (default: today, UTC).

    Args:
        data: the data folder.
        site_key: the site.
        group_keys: the flags that the letter is about; empty: all that the site has.
        dated: day of the letter.
        again: whether it is a copy of a letter that was sent before: kept, and the first one's days count on.

    Raises:
        ReportsError: the site has no flag.
    """
    _known_site(data, site_key)
    event = "letter_copy" if again else "letter"
    for group_key in group_keys or ("",):
        _append(data, {"event": event, "site_key": site_key, "group_key": group_key, "dated": dated or _today()})


def letters(data: Path, site_key: str) -> dict[str, datetime.date]:
    """Return the day of the first letter about each flag of a site; under the empty key, about all of them."""
    found: dict[str, datetime.date] = {}
    for row in rows(data):
        if row["event"] == "letter" and row["site_key"] == site_key and row["dated"]:
            day = datetime.date.fromisoformat(row["dated"])
            found[row["group_key"]] = min(day, found.get(row["group_key"], day))
    return found


def reply(data: Path, flag: str, text: str, *, dated: datetime.date | None = None) -> None:
    """Record the provider's words about a flag (its group key); they are shown beside it.

    Raises:
        ReportsError: there is no such group, or no words.
    """
    if not text.strip():
        raise ReportsError("a reply needs its words; give them with --text or --file")
    _append(data, {"event": "reply", **_known_group(data, flag), "text": text, "dated": dated or _today()})


def set_state(data: Path, flag: str, state: str, reason: str, *, until: datetime.date | None = None) -> None:
    """Record a disposition of a flag (its group key).

    Args:
        data: the data folder.
        flag: group key.
        state: answered, fixed, withdrawn, disputed or suppressed.
        reason: why, for whoever reads it later; corrections quote it.
        until: day after which the state no longer holds; the default is until another is set.

    Raises:
        ReportsError: no such group or state, or no reason.
    """
    if state not in STATES:
        raise ReportsError(f"--state {state}: one of {', '.join(STATES)}")
    if not reason.strip():
        raise ReportsError("a state needs a reason: it is kept for good, and corrections quote it")
    _append(data, {"event": "state", **_known_group(data, flag), "state": state, "reason": reason, "until": until})


def published(data: Path, flags: list[tuple[str, str]]) -> None:
    """Record which flags a public report names (site key, group key): a later withdrawal is listed as a correction."""
    for site_key, group_key in flags:
        _append(data, {"event": "published", "site_key": site_key, "group_key": group_key, "dated": _today()})


def _append(data: Path, entry: dict[str, Any]) -> None:
    """One write of one line to a file opened for appending: a crash leaves it whole or absent."""
    line = {"at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")} | entry
    encoded = (json.dumps({k: v for k, v in line.items() if v is not None}, default=str) + "\n").encode()
    handle = os.open(data / FILE_NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, encoded)
        os.fsync(handle)
    finally:
        os.close(handle)


def _known_group(data: Path, group_key: str) -> dict[str, str]:
    with opened(publication_path(data)) as connection:
        known = connection.execute(statement("meta/group_keys")).fetchall()
    sites = [site_key for site_key, key in known if key == group_key]
    if not sites:
        near = difflib.get_close_matches(group_key, sorted({key for _, key in known}), 3)
        raise ReportsError(f"no group {group_key!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    return {"site_key": sites[0], "group_key": group_key}


def _known_site(data: Path, site_key: str) -> None:
    with opened(publication_path(data)) as connection:
        known = {site for (site,) in connection.execute(statement("meta/flagged_sites")).fetchall()}
    if site_key not in known:
        near = difflib.get_close_matches(site_key, sorted(known), 3)
        raise ReportsError(f"no flag on a site {site_key!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
