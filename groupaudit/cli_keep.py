"""The commands that take things away: prune, forget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupaudit.arguments import Data
from groupaudit.options import period
from groupaudit.output import print_result

keep_app = typer.Typer(rich_markup_mode=None)


@keep_app.command(short_help="Take old runs away.")
def prune(
    keep: Annotated[str, typer.Option("--keep", metavar="PERIOD", help="How far back everything stays: 90d.")],
    data: Data = Path("data"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Take away the rows, archives and reports of old runs, except what a published finding or a letter cites.

    The newest run, the published one and the one it is compared with stay at any age, and so do the archives that a
    kept run points at: a page that did not change stands in the run that fetched it. The database is built again.

    \b
    Example:
      groupaudit prune --keep 90d --dry-run --data data
    """
    from groupaudit.prune import prune as take_away

    print_result(take_away(data, period(keep, "--keep"), dry_run=dry_run))


@keep_app.command(short_help="Take away all that is kept of a site.")
def forget(
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site's key (host[:port] and path).")],
    data: Data = Path("data"),
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who does it. Without it: your account.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="WORDS", help="Why; stands in forgotten.jsonl.")] = "",
) -> None:
    """Take a site out of archive, rows, database, Parquet, reports, exports, letters and states, for good.

    It is added to opt-out.txt, so that no crawl asks for it again, and forgotten.jsonl keeps that it was forgotten.
    An archive that other sites' pages stand in too is written again without the site's records.

    \b
    Example:
      groupaudit forget practice.example --why "asked by letter" --data data
    """
    from groupaudit.forget import forget as take_away

    print_result(take_away(data, site, who, why))
