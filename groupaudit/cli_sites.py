"""The commands about a provider list: validate, import, confirm."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupaudit.arguments import Data
from groupaudit.output import print_lines, print_result

sites_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Registry(StrEnum):
    """Registries whose public files can be read as a list."""

    FINDTREATMENT = "findtreatment"
    HRSA = "hrsa"
    SITEMAP = "sitemap"


@sites_app.command(short_help="Name every bad row of a site list.")
def validate(
    file: Annotated[Path, typer.Argument(metavar="SITES", help="The list to read.")],
) -> None:
    """Read a site list as `run` would and name every bad row by its line; exits with 2 if there is one.

    \b
    Example:
      groupaudit sites validate sites.csv
    """
    from groupaudit.site_list import validation_lines

    print_lines(validation_lines(file))


@sites_app.command("import", short_help="Make a list of a public registry's file.")
def import_(
    kind: Annotated[Registry, typer.Argument(metavar="KIND", help="findtreatment, hrsa or sitemap.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file, as you downloaded it.")],
) -> None:
    """Print a site list made of a public registry's file: those of its facilities that have a web site.

    findtreatment: the FindTreatment locator's JSON export. hrsa: the CSV of health center service delivery sites.
    sitemap: a sitemap index (each sitemap's folder is a site) or a sitemap (each host is one). Nothing is fetched.
    Survey files (N-SUMHSS, N-SSATS, N-MHSS) are refused: their terms forbid investigating single facilities.

    \b
    Example:
      groupaudit sites import findtreatment locator.json > sites.csv
    """
    from groupaudit.confirming import imported_lines

    lines, said = imported_lines(kind, file)
    print_lines(lines)
    typer.echo(said, err=True)


@sites_app.command(short_help="Say by hand that a site is the listed business.")
def confirm(
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site's key (host[:port] and path).")],
    why: Annotated[str, typer.Option("--why", metavar="WORDS", help="What you saw there; kept for good.")],
    data: Data = Path("data"),
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who looked. Without it: your account.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take an earlier confirmation back.")] = False,
) -> None:
    """Record that a person looked and found the listed business: from then on its flags can be named in public.

    Kept in DATA/confirmations.jsonl, which is only ever added to, and in the site's rows of this and every later run.
    What the crawl itself read stays beside it. A parked domain cannot be confirmed.

    \b
    Example:
      groupaudit sites confirm practice.example --who "A. Reader" --why "the imprint names the practice" --data data
    """
    from groupaudit.confirming import confirm as record

    print_result(record(data, site, who, why, withdraw=withdraw))
