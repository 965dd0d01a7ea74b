"""Letters, replies and dispositions: `data/states.jsonl`, append-only, apart from the findings.

Nothing is ever changed or taken out: what holds now is what the last line about a group says. Lines name a group by
its `group_key`, which follows the group through relabelling, rewording and moving.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reports.errors import PublishError

FILE_NAME = "states.jsonl"
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
