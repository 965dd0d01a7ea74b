"""What goes out and what comes back: letters, replies, states of flags, the public report, exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crawler.segments import segment_name
from groupaudit import runs
from groupaudit.config import Settings
from groupaudit.errors import UsageError
from groupaudit.output import Result
from groupaudit.progress import count
from reports import states
from reports.exports import FORMATS, export
from reports.letter import letter
from reports.public import write_public


def write_letter(data: Path, site: str, settings: Settings, *, draft: bool, again: bool = False) -> Result:
    """Write the letter to a site's provider beside the data; record it as sent unless it is a draft.

    Raises:
        ReportsError: the site has no flag, all were written about before, or publisher or contact is missing.
    """
    made = letter(
        runs.require_folder(data),
        site,
        publisher=settings.publisher,
        contact=settings.contact,
        interests=settings.interests,
        record=not draft,
        again=again,
    )
    file = data / "letters" / segment_name(site).replace(".parquet", ".txt")
    file.parent.mkdir(exist_ok=True)
    file.write_text(made.text, encoding="utf-8")
    file.with_suffix(".html").write_text(made.html, encoding="utf-8")
    written = f"letter     {file} and .html: {count(len(made.flags), 'flag')}, reply by {made.reply_by}"
    if draft:
        return Result((written, "DRAFT      not recorded as sent; the 21 days do not count"))
    sent = f"recorded as sent on {made.sent}; names may be published from {made.reply_by}"
    if made.copies:
        sent += f" ({count(made.copies, 'flag')} of them written about before: the first letter's date counts)"
    return Result((written, f"SENT       {sent}. Send it today; --draft writes it unrecorded", _next(data)))


def record_reply(data: Path, flag: str, text: str, file: Path | None, date: datetime | None) -> Result:
    """Record a provider's words about a flag.

    Raises:
        UsageError: the file cannot be read.
        ReportsError: no such group, or no words.
    """
    if file is not None:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"--file {file}: cannot be read as text: {error}") from error
    states.reply(runs.require_folder(data), flag, text, dated=date and date.date())
    return Result((f"recorded   the reply about {flag}", _next(data)))


def set_state(data: Path, flag: str, state: str, reason: str, until: datetime | None) -> Result:
    """Record what became of a flag.

    Raises:
        ReportsError: no such group or state, or no reason.
    """
    states.set_state(runs.require_folder(data), flag, state, reason, until=until and until.date())
    return Result((f"recorded   {flag} is {state}", _next(data)))


def public_report(data: Path, out: Path, settings: Settings) -> Result:
    """Write what may be handed on.

    Raises:
        PublicRefusedError: the publisher's particulars are missing, or a page to be named was seen too long ago.
    """
    written = write_public(
        runs.require_folder(data),
        out,
        publisher=settings.publisher,
        contact=settings.contact,
        interests=settings.interests,
    )
    publisher, contact, interests = written.about
    held = ", ".join(f"{number} {why}" for why, number in sorted(written.kept_back.items()))
    return Result(
        (
            f"publisher  {publisher} ({contact}); interests: {interests}",
            f"named      {count(written.named, 'flag')}" + (f"; kept back: {held}" if held else ""),
            f"public     {written.index}",
        )
    )


def export_tables(data: Path, out: Path | None, formats: Sequence[str] | None) -> Result:
    """Write the tables of the database as files.

    Raises:
        ReportsError: a format is not known.
    """
    files = export(runs.require_folder(data), out, tuple(formats or FORMATS))
    return Result((f"exported   {count(len(files), 'file')} to {files[0].parent} (internal)",))


def _next(data: Path) -> str:
    return f"next: groupaudit publish --data {data}, then report: it counts from then on"
