"""The letter to a provider: what was found, in its own words, and that either side of the difference could change."""

from __future__ import annotations

import datetime
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import states
from reports.errors import ReportsError
from reports.publication import opened, publication_path
from reports.render.environment import page
from reports.render.model import Row, providers
from reports.render.words import CLAIMS_LONG, KINDS_LONG, STANCES
from reports.text import plain

DAYS_TO_REPLY = 21
"""Nothing is named in public before a letter is this old."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one provider, as text and as a page of its own, and the group keys that it is about."""

    site_key: str
    text: str
    html: str
    flags: tuple[str, ...]
    reply_by: datetime.date


def letter(
    data: Path, site_key: str, *, publisher: str, contact: str, today: datetime.date | None = None, record: bool = True
) -> Letter:
    """Return the letter to the provider of a site, and record it as sent.

    Args:
        data: the data folder.
        site_key: site whose flags the letter is about.
        publisher: who writes.
        contact: mail address or URL for the reply.
        today: the letter's day; the default is the current day, UTC.
        record: whether it is recorded as sent (the 21 days begin).

    Raises:
        ReportsError: the site has no flag to write about, or publisher or contact is missing.
    """
    missing = [name for name, value in (("publisher", publisher), ("contact", contact)) if not value.strip()]
    if missing:
        raise ReportsError(f"a letter needs {' and '.join(missing)}; set it in groupaudit.toml")
    day = today or datetime.datetime.now(datetime.UTC).date()
    reply_by = day + datetime.timedelta(days=DAYS_TO_REPLY)
    with opened(publication_path(data)) as connection:
        found = next((its for site, its in providers(connection) if site["site_key"] == site_key), [])
    flags = [flag for flag in found if flag["state"] not in ("withdrawn", "fixed", "suppressed")]
    if not flags:
        raise ReportsError(f"no flag on a site {site_key!r} to write about")
    values: dict[str, Any] = {
        "flags": flags,
        "publisher": publisher,
        "contact": contact,
        "reply_by": reply_by,
        "day_written": day,
    }
    made = Letter(
        site_key, _text(flags, publisher, contact, day, reply_by), page("letter.html", **values),
        tuple(flag["group_key"] for flag in flags), reply_by,
    )  # fmt: skip
    if record:
        states.letter_sent(data, site_key, dated=day)
    return made


def _text(flags: list[Row], publisher: str, contact: str, day: datetime.date, reply_by: datetime.date) -> str:
    parts = [
        f"{day}\n\nTo {plain(flags[0]['organisation'], 160)}",
        _wrap(
            "We compare how pages label groups with how the same pages describe them. On the pages named below, the "
            "words that call a group group therapy and the words that say what happens there differ, by the "
            "definition of an opinion article (OpenCounseling, 2021) that we quote. Other definitions, SAMHSA's TIP "
            "41 among them, may see it otherwise. We say nothing about your intent, nor about the good that the group "
            "does."
        ),
    ]
    parts += [_flag_text(number, flag) for number, flag in enumerate(flags, 1)]
    parts.append(
        _wrap(
            "Either the label or the description could change, or we may have misread the page: please tell us. Your "
            f"words will stand beside the finding. Please reply by {reply_by} to {contact}; we name nobody before then."
        )
    )
    parts.append(publisher)
    return "\n\n".join(parts) + "\n"


def _flag_text(number: int, flag: Row) -> str:
    lines = [
        f"{number}. {plain(flag['name'], 160) or 'Your group work in general'}",
        f"   Page: {plain(flag['url'], 300)}",
        f"   Seen: {flag['fetched_at']:%Y-%m-%d}",
        f'   Labelled group therapy by {CLAIMS_LONG[flag["claim"]]}: "{plain(flag["claim_quote"], 200)}"',
        f"   Reads like {KINDS_LONG[flag['kind']]}:",
    ]
    lines += [
        f'     - "{_line(hit.quote, 400)}" ({STANCES[hit.stance]}; criterion {plain(hit.criterion, 80)})'
        for hit in flag["hits"]
        if hit.part == "kind"
    ]
    lines.append(_wrap(f"What would change it: {_line(flag['would_change'], 800)}", "   "))
    return "\n".join(lines)


def _line(text: str, limit: int) -> str:
    return plain(text.replace("\n", " / "), limit)


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 78, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
