"""After a run: its health to the operator, new and fixed flags to the reader, by the webhooks of groupaudit.toml.

Two receivers, because they ask different things: an operator wants to know of every run whether it went well, a reader
only what is new, and now and then that nothing is. Nothing here fails a run or keeps it waiting: what cannot be
delivered is said, and the reader is told of it after the next run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.segments import SegmentError, read_json, write_json
from groupaudit import __version__, runs
from groupaudit.config import Settings, WebhookSettings
from groupaudit.errors import GroupauditError
from groupaudit.output import Result
from groupaudit.webhook import SECONDS, Message, deliver
from reports.notices import Key, Notice, notice

FILE_NAME = "webhook-told.json"
"""What the reader's last message that arrived told of."""

SECONDS_WHEN_FAILED = 6.0
"""Whoever pressed Ctrl-C waits for this."""


def told(settings: Settings, data: Path, work: Callable[[], Result]) -> Result:
    """Do a run, tell the receivers how it went, and return its result with what could not be delivered.

    Args:
        settings: with the webhooks; without any this only does the run.
        data: the data folder.
        work: does the run.
    """
    hooks = settings.webhook
    if not (hooks.operator or hooks.reader):
        return work()
    before = _last(data)
    try:
        result = work()
    except Exception as error:
        _send(data, hooks, _health(data, "failed", (str(error),)), None, SECONDS_WHEN_FAILED)
        raise
    if _last(data) == before:  # nothing was due
        return result
    state = "incomplete" if result.incomplete else "done"
    found = notice(data, _told(data)) if hooks.reader else None
    undelivered = _send(data, hooks, _health(data, state, result.problems), found)
    return replace(result, problems=(*result.problems, *undelivered))


def _send(
    data: Path, hooks: WebhookSettings, health: dict[str, Any], found: Notice | None, seconds: float = SECONDS
) -> list[str]:
    """Send both messages and return what was not delivered, in words."""
    messages = [Message("operator", hooks.operator, health)] if hooks.operator else []
    if hooks.reader and found is not None:
        messages.append(Message("reader", hooks.reader, {"sent_at": _now(), **found.payload}))
    ends = deliver(messages, hooks.allow_private, seconds=seconds)
    if found is not None and ends.get("reader") == "":
        write_json(
            data / FILE_NAME, {"run_id": found.run_id, "at": _now(), "flags": [list(key) for key in found.flags]}
        )
    return [f"the {to} was not told by webhook: {why}" for to, why in ends.items() if why]


def _health(data: Path, state: str, problems: tuple[str, ...]) -> dict[str, Any]:
    run = runs.last_run(data) if data.is_dir() else None
    health: dict[str, Any] = {
        "kind": "health",
        "sent_at": _now(),
        "groupaudit": __version__,
        "result": state,
        "problems": list(problems),
    }
    if run is not None:
        health |= {
            "run_id": run.run_id,
            "state": run.state,
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "sites": run.sites,
            "counts": run.counts,
        }
    return health


def _told(data: Path) -> set[Key]:
    try:
        value = read_json(data / FILE_NAME) if (data / FILE_NAME).exists() else {}
        return {(str(site), str(group)) for site, group in value.get("flags", ())}
    except (SegmentError, AttributeError, TypeError, ValueError):
        return set()  # a file that was edited by hand: the reader is told of everything once more


def _last(data: Path) -> tuple[str, str]:
    try:
        run = runs.last_run(data) if data.is_dir() else None
    except (GroupauditError, SegmentError):
        return "", ""
    return (run.run_id, run.ended_at) if run else ("", "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
