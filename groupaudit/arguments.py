"""Options and arguments that several commands share, each explained once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[Path, typer.Option("--data", metavar="DIR", help="The data folder; made if it is not there.")]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings; else groupaudit.toml here or in the data folder."),
]
Contact = Annotated[
    str | None,
    typer.Option(
        "--contact", metavar="MAIL_OR_URL", help="Where a site's owner can reach you; goes with every request."
    ),
]
Rulebook = Annotated[
    str | None,
    typer.Option("--rulebook", metavar="NAME", help="opencounseling-2021 (default), tip41, or your own TOML file."),
]
SiteKeys = Annotated[
    list[str] | None,
    typer.Option("--site", metavar="KEY", help="Only this site of the list (host[:port] and path). Repeatable."),
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows of the list out instead of refusing it.")]
AllowPrivate = Annotated[
    list[str] | None,
    typer.Option("--allow-private", metavar="CIDR[:PORT]", help="Private addresses that may be visited. Repeatable."),
]
Gap = Annotated[
    float | None,
    typer.Option(
        "--gap", metavar="SECONDS", help="Between two requests to one owner's sites; below 1 only in private."
    ),
]
New = Annotated[bool, typer.Option("--new", help="Begin a new run even if the last one did not finish.")]
Due = Annotated[
    bool, typer.Option("--due", help="Only the sites whose own last visit is older than --every; failed ones sooner.")
]
Every = Annotated[str, typer.Option("--every", metavar="PERIOD", help="With --due: 30m, 12h, 7d.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be asked of whom, and end: nobody is asked, nothing written.")
]
SampleSize = Annotated[
    int | None, typer.Option("--sample", metavar="N", help="Only a random sample of N sites, each with its weight.")
]
Shard = Annotated[
    str,
    typer.Option(
        "--shard", metavar="I/N", help="Only the owners that fall to part I (from 0) of N; all parts, one run."
    ),
]
FromWarc = Annotated[
    list[Path] | None,
    typer.Option(
        "--from-warc",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Answer from this WARC file in place of the network. Repeatable.",
    ),
]
Browser = Annotated[
    bool, typer.Option("--browser", help="Render pages that scripts write in the installed Chromium (extra `browser`).")
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="S", help="Draws the same sample again. Without it: 0.")]
StratumColumn = Annotated[
    str | None,
    typer.Option(
        "--stratum",
        metavar="COLUMN",
        help="Stratify the sample: stratum, provider_type, region, city or organisation.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong, and the result.")]
RunId = Annotated[str | None, typer.Option("--run", metavar="ID", help="The run to work on. Without it: the last one.")]
SitesFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="SITES",
        help="The list: CSV, XLSX or JSON Lines with a column `url`, or one address a line. "
        "Without it: the bundled sample web.",
        show_default=False,
    ),
]


class Format(StrEnum):
    """How `check` prints."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class TableFormat(StrEnum):
    """How `sql` prints."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class AllocationName(StrEnum):
    """How a stratified sample is shared among the strata."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"


AllocationOption = Annotated[
    AllocationName | None,
    typer.Option(
        "--allocation",
        help="Each stratum's share of the sample: by its size (default; one site at least), or the same for all.",
    ),
]


class FailOn(StrEnum):
    """What makes `check` exit with 1."""

    FLAG = "flag"
    REVIEW = "review"
