"""The commands by which a provider is heard, and by which rows are taken elsewhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from groupaudit.arguments import AllowPrivate, Config, Contact, Data, Gap, Quiet, Rulebook
from groupaudit.options import merge
from groupaudit.output import print_result

heard_app = typer.Typer(rich_markup_mode=None)
flags_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
heard_app.add_typer(
    flags_app,
    name="flags",
    help="Say what became of a flag.\n\n\b\nExample:\n  groupaudit flags set KEY --state fixed --reason WHY",
)

Flag = Annotated[str, typer.Argument(metavar="FLAG", help="The group's key, as the report and `sql` show it.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Without it: today.")]


@heard_app.command(short_help="Write to a provider about the flags of a site.")
def letter(
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site's key (host[:port] and path).")],
    data: Data = Path("data"),
    draft: Annotated[bool, typer.Option("--draft", help="Write it without recording it as sent.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Write about flags of an earlier letter, too; its days count on.")
    ] = False,
    config: Config = None,
) -> None:
    """Write the letter to a site's provider, as text and HTML, and record it as sent: a provider is heard first.

    It quotes what was found and says that either the label or the description could change. It needs publisher and
    contact in groupaudit.toml. You send it, the same day; 21 days after it a flag may be named in public. Flags that
    a letter was about before are left out of the next; --again is a copy, and the first letter's date counts.

    \b
    Example:
      groupaudit letter practice.example --data data
    """
    from groupaudit import heard

    print_result(heard.write_letter(data, site, merge(data, config), draft=draft, again=again))


@heard_app.command(short_help="Record what a provider answered.")
def reply(
    flag: Flag,
    data: Data = Path("data"),
    text: Annotated[str, typer.Option("--text", metavar="WORDS", help="The provider's words.")] = "",
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file with these words.")] = None,
    date: Day = None,
) -> None:
    """Record a provider's words about a flag; they are shown beside it, unchanged.

    \b
    Example:
      groupaudit reply 3197e50a67f32086 --file answer.txt --data data
    """
    from groupaudit import heard

    print_result(heard.record_reply(data, flag, text, file, date))


@flags_app.command("set", short_help="Set the state of a flag.")
def set_flag(
    flag: Flag,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="answered, fixed, withdrawn, disputed or suppressed.")
    ],
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why; kept, and quoted in corrections.")],
    data: Data = Path("data"),
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], metavar="DATE", help="Until when. Without it: until the next."),
    ] = None,
) -> None:
    """Say what became of a flag. States are added, never changed, and follow the group through later runs.

    \b
    Example:
      groupaudit flags set 3197e50a67f32086 --state withdrawn --reason "the page names the group's aim elsewhere"
    """
    from groupaudit import heard

    print_result(heard.set_state(data, flag, state, reason, until))


@heard_app.command(short_help="Write the tables as CSV, XLSX, JSON and Parquet.")
def export(
    data: Data = Path("data"),
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. Without it: inside the data folder.")
    ] = None,
    form: Annotated[
        list[str] | None, typer.Option("--format", metavar="FORMAT", help="csv, xlsx, json, parquet. Repeatable.")
    ] = None,
) -> None:
    """Write every table of the database for other programs. Internal, like the database itself.

    \b
    Example:
      groupaudit export --data data --format xlsx
    """
    from groupaudit import heard

    print_result(heard.export_tables(data, out, form))


@heard_app.command(short_help="Read the page of a flag again, now.")
def recheck(
    flags: Annotated[
        list[str] | None,
        typer.Argument(metavar="FLAG", help="Keys of flags (their first characters will do).", show_default=False),
    ] = None,
    data: Data = Path("data"),
    stale: Annotated[
        bool, typer.Option("--stale", help="Instead: the flags that keep `report --public` from being written.")
    ] = False,
    contact: Contact = None,
    rulebook: Rulebook = None,
    allow_private: AllowPrivate = None,
    gap: Gap = None,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Read the pages that a flag stands on again and judge it anew: unchanged, changed, or fixed by its provider.

    One polite visit of those pages (at most five a flag) and of nothing else; what else the site says is taken as it
    was seen last. The next `publish` shows the result, and letters, replies and states stay with the group. A page
    that cannot be had is said, and its flag stays as it was (exit code 3).

    \b
    Examples:
      groupaudit recheck 3197e50a67f32086 --data data --contact audit@example.org
      groupaudit recheck --stale --data data
    """
    from groupaudit import recheck as again
    from groupaudit.progress import make_reporter

    settings = merge(data, config, contact=contact, rulebook=rulebook, allow_private=allow_private, gap_seconds=gap)
    print_result(again.recheck(data, flags or (), settings, make_reporter(quiet=quiet), stale=stale))
