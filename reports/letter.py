"""The letter to a provider: what was found, in its own words, and that either side of the difference could change."""

from __future__ import annotations

import datetime
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reports import states
from reports.errors import ReportsError
from reports.publication import opened, publication_path
from reports.render.environment import page
from reports.render.marks import Hit, paragraphs
from reports.render.model import Row, providers
from reports.render.words import CLAIMS_LONG, KINDS_LONG, STANCES
from reports.text import plain

DAYS_TO_REPLY = 21
"""Nothing is named in public before a letter is this old."""
QUOTATIONS = 5
"""Quotations of one flag in a letter; the report holds them all."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one provider, as text and as a page of its own, and the group keys that it is about.

    `copies` of these were written about before; `reply_by` is the day from which all of them may be named.
    """

    site_key: str
    text: str
    html: str
    flags: tuple[str, ...]
    reply_by: datetime.date
    sent: datetime.date
    copies: int = 0


def letter(
    data: Path,
    site_key: str,
    *,
    publisher: str,
    contact: str,
    interests: str = "",
    today: datetime.date | None = None,
    record: bool = True,
    again: bool = False,
) -> Letter:
    """Return the letter to the provider of a site, and record it as sent.

    Flags that a letter was about before are left out, unless it is `again` or a draft about nothing else: then it is a
    copy, and the days of the first letter count on.

    Args:
        data: the data folder.
        site_key: site whose flags the letter is about.
        publisher: who writes.
        contact: mail address or URL for the reply.
        interests: the publisher's interests in the matter; empty: not said.
        today: the letter's day; the default is the current day, UTC.
        record: whether it is recorded as sent (the 21 days begin).
        again: whether flags that were written about before are written about again.

    Raises:
        ReportsError: the site has no flag to write about, all were written about before and it is not `again`, or
            publisher or contact is missing.
    """
    missing = [name for name, value in (("publisher", publisher), ("contact", contact)) if not value.strip()]
    if missing:
        raise ReportsError(f"a letter needs {' and '.join(missing)}; set it in groupaudit.toml")
    day = today or datetime.datetime.now(datetime.UTC).date()
    with opened(publication_path(data)) as connection:
        found = next((its for site, its in providers(connection) if site["site_key"] == site_key), [])
    open_flags = [flag for flag in found if flag["state"] not in ("withdrawn", "fixed", "suppressed")]
    if not open_flags:
        raise ReportsError(f"no flag on a site {site_key!r} to write about")
    told = _told(data, site_key, open_flags)
    fresh = [flag for flag in open_flags if flag["group_key"] not in told]
    if not fresh and record and not again:
        raise ReportsError(
            f"{site_key} was written to about all its flags, on {max(told.values())}; --again writes a copy (the first "
            "date counts), --draft one that is not recorded"
        )
    flags = open_flags if again or not fresh else fresh
    copies = [flag["group_key"] for flag in flags if flag["group_key"] in told]
    flags = [_ready(flag, told.get(flag["group_key"], day)) for flag in flags]
    values: dict[str, Any] = {
        "flags": flags,
        "publisher": publisher,
        "contact": contact,
        "interests": interests.strip() or "not stated",
        "reply_by": max(flag["named_from"] for flag in flags),
        "day_written": day,
    }
    html = page("letter.html", **values) + "\n"
    keys = tuple(flag["group_key"] for flag in flags)
    made = Letter(site_key, _text(**values), html, keys, values["reply_by"], day, len(copies))
    if record:
        if new := [key for key in keys if key not in told]:
            states.letter_sent(data, site_key, new, dated=day)
        if copies:
            states.letter_sent(data, site_key, copies, dated=day, again=True)
    return made


def _told(data: Path, site_key: str, flags: list[Row]) -> dict[str, datetime.date]:
    """Return the day of the first letter about each flag that a letter was about."""
    letters = states.letters(data, site_key)
    days = {flag["group_key"]: [letters[key] for key in ("", flag["group_key"]) if key in letters] for flag in flags}
    return {key: min(its) for key, its in days.items() if its}


def _ready(flag: Row, sent: datetime.date) -> Row:
    """Return a flag with the words that the letter quotes, numbered anew, marked in its text."""
    quoted = [replace(hit, number=number) for number, hit in enumerate(_quoted(flag), 1)]
    marked = paragraphs(flag["text"], [hit for hit in quoted if hit.field == "text" and hit.text == flag["text"]])
    named_from = sent + datetime.timedelta(days=DAYS_TO_REPLY)
    return flag | {"quoted": quoted, "text_blocks": marked, "named_from": named_from}


def _quoted(flag: Row) -> list[Hit]:
    """Return the words that count for the finding, at most five: the flag's own kind first, then the longest.

    Of words that lie within or across others, or say the same again, the longest stand.
    """
    kinds = {flag["kind"], *flag["secondary"]} - {"therapy"}
    counting = [hit for hit in flag["hits"] if hit.part == "kind" and hit.stance == "for" and hit.kind in kinds]
    kept: list[Hit] = []
    for hit in sorted(counting, key=lambda hit: (-len(hit.quote), hit.kind != flag["kind"], hit.number)):
        if not any(_repeats(hit, other) for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.kind != flag["kind"])[:QUOTATIONS]


def _repeats(hit: Hit, longer: Hit) -> bool:
    same_place = (hit.field, hit.text, hit.url) == (longer.field, longer.text, longer.url)
    return (same_place and hit.start < longer.end and longer.start < hit.end) or (
        hit.quote.casefold() in longer.quote.casefold()
    )


def _text(
    *,
    flags: list[Row],
    publisher: str,
    contact: str,
    interests: str,
    reply_by: datetime.date,
    day_written: datetime.date,
) -> str:
    parts = [
        f"{day_written}\n\nTo {plain(flags[0]['organisation'], 160)}",
        _wrap(
            "We compare how pages label groups with how the same pages describe them. On the pages named below, the "
            "words that call a group group therapy and the words that say what happens there differ, by the "
            "definition of an opinion article. We say nothing about your intent or the good that the group does."
        ),
        _wrap(
            'Where the criteria come from: "What Exactly Is Group Therapy?" (OpenCounseling, 2021), an opinion article '
            "published by a directory that earns commissions. Its definition is contested: SAMHSA's Treatment "
            "Improvement Protocol 41 counts skills, psychoeducational and support groups among group treatment. The "
            "reading is a program's. The labels behind our figures on how well it reads were made by language models; "
            "no human has checked them yet."
        ),
    ]
    parts += [_flag_text(number, flag) for number, flag in enumerate(flags, 1)]
    parts.append(
        _wrap(
            "Either the label or the description could change, or we may have misread the page: please tell us. Your "
            f"words will stand beside the finding. Please reply by {reply_by} to {contact}. {DAYS_TO_REPLY} days after "
            "the first letter about it, on the day that stands with it, a flag may be published by name, with its "
            "quotations; we name nobody before then."
        )
    )
    parts.append(_wrap(f"Who publishes: {plain(publisher, 200)}. Interests in the matter: {plain(interests, 1000)}"))
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
        for hit in flag["quoted"]
    ]
    lines.append(f"   May be named in public from: {flag['named_from']}")
    lines.append(_wrap(f"What would change it: {_line(flag['would_change'], 800)}", "   "))
    return "\n".join(lines)


def _line(text: str, limit: int) -> str:
    return plain(text.replace("\n", " / "), limit)


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 78, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
