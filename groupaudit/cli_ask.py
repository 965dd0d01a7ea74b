"""The commands that only read: explain, sql, verify, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaudit.arguments import Data, RunId, TableFormat
from groupaudit.output import print_lines

ask_app = typer.Typer(rich_markup_mode=None)


@ask_app.command(short_help="Show why a group got its verdict.")
def explain(
    group: Annotated[
        str, typer.Argument(metavar="GROUP", help="A group's key (its first characters will do) or name.")
    ],
    data: Data = Path("data"),
    run_id: RunId = None,
) -> None:
    """Show one group's listing, the evidence marked in it, the rules that decided, and what would change the verdict.

    \b
    Example:
      groupaudit explain "Anxiety Group Therapy" --data data
    """
    from groupaudit.explain import explanation

    print_lines(explanation(data, group, run_id))


@ask_app.command(short_help="Ask the database, read-only.")
def sql(
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUERY", help="One SELECT, or the name of a ready question.", show_default=False),
    ] = None,
    data: Data = Path("data"),
    form: Annotated[TableFormat, typer.Option("--format", help="How to print the rows.")] = TableFormat.TABLE,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the rows to this file.")] = None,
    questions: Annotated[bool, typer.Option("--list", help="List the ready questions.")] = False,
) -> None:
    """Answer a question from the published database; nothing can be changed or read beside it.

    docs/schema.md says what each table and column holds. The file is plain DuckDB: any other client reads it as well.

    \b
    Examples:
      groupaudit sql --list
      groupaudit sql flags_with_quotes --data data
      groupaudit sql "SELECT kind, count(*) FROM groups GROUP BY kind" --format csv
    """
    from groupaudit.questions import answer, question_lines

    print_lines(question_lines() if questions or query is None else answer(data, query, form, out))


@ask_app.command(short_help="Check that what was kept is whole and every quotation true.")
def verify(data: Data = Path("data"), run_id: RunId = None) -> None:
    """Hash the archive again, hold each capture against its record and each quotation against its text.

    Nothing is changed. A flipped byte or an edited quotation is named, and the exit code is 4.

    \b
    Example:
      groupaudit verify --data data
    """
    from groupaudit.verify import verify_lines

    print_lines(verify_lines(data, run_id))


@ask_app.command(short_help="Say how a data folder stands.")
def status(data: Data = Path("data")) -> None:
    """Say how a data folder stands: last run, who writes, completeness, what is due, flags, disk.

    \b
    Example:
      groupaudit status --data data
    """
    from groupaudit.status import status_lines

    print_lines(status_lines(data))
