"""The command line: one function a command, each of which only hands its options on.

Stages are imported inside the commands: `groupaudit --help` must not wait for a crawler to load.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from groupaudit import __version__
from groupaudit.arguments import (
    AllocationOption,
    AllowPrivate,
    Browser,
    Config,
    Contact,
    Data,
    DryRun,
    Due,
    Every,
    FailOn,
    Format,
    FromWarc,
    Gap,
    New,
    Quiet,
    Rulebook,
    RunId,
    SampleSize,
    Seed,
    Shard,
    SiteKeys,
    SitesFile,
    SkipBad,
    StratumColumn,
)
from groupaudit.cli_ask import ask_app
from groupaudit.cli_heard import heard_app
from groupaudit.cli_keep import keep_app
from groupaudit.cli_sites import sites_app
from groupaudit.errors import EXIT_CODES
from groupaudit.options import merge, period, run_options, sample_of
from groupaudit.output import guarded, print_lines, print_result
from groupaudit.progress import make_reporter

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: the same on a terminal, in a pipe and in docs/cli.md
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.add_typer(ask_app)
app.add_typer(heard_app)
app.add_typer(keep_app)
app.add_typer(
    sites_app,
    name="sites",
    help="Look after a list of provider sites.\n\n\b\nExample:\n  groupaudit sites validate sites.csv",
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"groupaudit {__version__}")
        raise typer.Exit


@app.callback(epilog="\b\nExit codes:\n" + "\n".join(f"  {code.value}  {words}" for code, words in EXIT_CODES.items()))
def groupaudit(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_print_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure (works anywhere).")] = False,
) -> None:
    """Which groups on provider web sites are labelled therapy but described as something else, with their own words.

    \b
    First steps:
      groupaudit run                                      the whole path on the bundled sample web, offline
      groupaudit run sites.csv --contact me@example.org   the same on your own list
      groupaudit check page.html                          a page before it is published
    """
    del version, debug  # the one ends before this, the other is taken off the command line by `main`


@app.command(short_help="The whole path: crawl, extract, audit, publish, report.")
def run(
    sites: SitesFile = None,
    data: Data = Path("data"),
    contact: Contact = None,
    rulebook: Rulebook = None,
    site: SiteKeys = None,
    skip_bad: SkipBad = False,
    allow_private: AllowPrivate = None,
    gap: Gap = None,
    new: New = False,
    due: Due = False,
    every: Every = "7d",
    sample: SampleSize = None,
    seed: Seed = None,
    stratum: StratumColumn = None,
    allocation: AllocationOption = None,
    browser: Browser = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Crawl the sites, extract their groups, audit the labels, publish the database and write the report.

    A run that was interrupted or killed goes on where it stopped when you give the same command again; a finished one
    is followed by a new run, and the report then says what changed. Crawling is polite: robots.txt, two seconds
    between requests to one owner, at most 60 pages a site, and a contact with every request.

    \b
    Examples:
      groupaudit run --data data/sample
      groupaudit run sites.csv --data data --contact audit@example.org
      groupaudit run sites.csv --data data --site practice.example --new
      groupaudit run sites.csv --data data --due --every 7d --quiet    (from cron, every hour)
      groupaudit run sites.csv --data data/survey --sample 200 --seed 7 --stratum provider_type
      groupaudit run sites.csv --data data --due --dry-run
    """
    from groupaudit import notify, pipeline
    from groupaudit.plan import plan_lines

    said = {"allow_private": allow_private, "gap_seconds": gap, "browser": browser or None}
    settings = merge(data, config, contact=contact, rulebook=rulebook, **said)
    drawn = sample_of(sample, seed, stratum, allocation)
    options, reporter = run_options(settings, data, sites, site, skip_bad, new, drawn), make_reporter(quiet=quiet)
    if dry_run:
        print_lines(plan_lines(options, period(every) if due else None))
    else:
        spell = period(every)
        print_result(
            notify.told(
                settings,
                data,
                lambda: pipeline.run_if_due(options, spell, reporter) if due else pipeline.run(options, reporter),
            )
        )


@app.command(short_help="Visit the sites and archive what they answer.")
def crawl(
    sites: SitesFile = None,
    data: Data = Path("data"),
    contact: Contact = None,
    site: SiteKeys = None,
    skip_bad: SkipBad = False,
    allow_private: AllowPrivate = None,
    gap: Gap = None,
    new: New = False,
    sample: SampleSize = None,
    seed: Seed = None,
    stratum: StratumColumn = None,
    allocation: AllocationOption = None,
    shard: Shard = "",
    from_warc: FromWarc = None,
    browser: Browser = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Visit the sites and archive what they answered; nothing is judged yet.

    Parts of a long list can be crawled side by side: give every process (or machine, on shared storage) the same list
    and data folder and a --shard of its own. `extract`, `audit`, `publish` and `report` go on from the archive without
    the network, as often as you like.

    \b
    Examples:
      groupaudit crawl sites.csv --data data --contact audit@example.org
      groupaudit crawl sites.csv --data data --dry-run
      groupaudit crawl sites.csv --data data --sample 50 --stratum region --allocation equal
      groupaudit crawl sites.csv --data data --shard 0/4      (and 1/4, 2/4, 3/4 beside it)
      groupaudit crawl sites.csv --data data --from-warc crawl-0.warc.gz --from-warc crawl-1.warc.gz
      groupaudit crawl sites.csv --data data --contact audit@example.org --browser
    """
    from groupaudit import pipeline
    from groupaudit.plan import plan_lines

    said = {"allow_private": allow_private, "gap_seconds": gap, "browser": browser or None}
    settings = merge(data, config, contact=contact, **said)
    drawn = sample_of(sample, seed, stratum, allocation)
    options = run_options(settings, data, sites, site, skip_bad, new, drawn, shard, from_warc)
    if dry_run:
        print_lines(plan_lines(options))
    else:
        print_result(pipeline.crawl_only(options, make_reporter(quiet=quiet)))


@app.command(short_help="Find the groups on the archived pages.")
def extract(
    data: Data = Path("data"),
    run_id: RunId = None,
    site: SiteKeys = None,
    quiet: Quiet = False,
) -> None:
    """Find the groups on the archived pages of a run: name, words, headings, facts. Needs no network.

    \b
    Example:
      groupaudit extract --data data
    """
    from groupaudit import stages

    print_result(stages.extract(data, run_id, site or (), make_reporter(quiet=quiet)))


@app.command(short_help="Judge each group, or your own listings.")
def audit(
    data: Data = Path("data"),
    run_id: RunId = None,
    listings: Annotated[
        Path | None,
        typer.Option(
            "--listings",
            metavar="FILE",
            help="Audit your own listings instead: CSV, JSON Lines or Parquet. Only `text` is needed; id, name, "
            "headings, page_title, provider, organisation, provider_type, region, url and category help.",
        ),
    ] = None,
    rulebook: Rulebook = None,
    site: SiteKeys = None,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Judge each group: what it is labelled, what its words say happens there, and the words that say so.

    With --listings a directory audits its own listings without a crawl; they are published and reported like a run.
    A `category` column becomes the claim `listed`: the directory's label, never a flag on the provider.

    \b
    Examples:
      groupaudit audit --data data --rulebook tip41
      groupaudit audit --listings listings.csv --data data/listings
    """
    from groupaudit import stages

    book = merge(data, config, rulebook=rulebook).rulebook
    if listings is not None:
        print_result(stages.audit_listings(listings, data, book, make_reporter(quiet=quiet)))
    else:
        print_result(stages.audit(data, run_id, site or (), book, make_reporter(quiet=quiet)))


@app.command(short_help="Build the DuckDB file and swap it in.")
def publish(
    data: Data = Path("data"),
    full: Annotated[bool, typer.Option("--full", help="Build the database from every segment again.")] = False,
) -> None:
    """Build the DuckDB file and its Parquet from the segments, check them, and swap them in at once.

    Readers never see half a database: open data/groupaudit.duckdb with anything, at any time.

    \b
    Example:
      groupaudit publish --data data
    """
    from groupaudit import stages

    print_result(stages.publish(data, full=full))


@app.command(short_help="Write the report.")
def report(
    data: Data = Path("data"),
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write. Without it: inside the data folder.")
    ] = None,
    public: Annotated[
        Path | None,
        typer.Option("--public", metavar="DIR", help="Write instead what may be handed on."),
    ] = None,
    config: Config = None,
) -> None:
    """Write the report: a folder of pages that opens from the disk, every flag with its quotations. It is internal.

    --public writes the only thing made to be handed on. It needs publisher, contact and interests in groupaudit.toml,
    names only flags whose providers were written to 21 days ago, and says how many others are not yet heard.

    \b
    Examples:
      groupaudit report --data data
      groupaudit report --data data --public public/
    """
    from groupaudit import heard, stages

    if public is not None:
        print_result(heard.public_report(data, public, merge(data, config)))
    else:
        print_result(stages.report(data, out))


@app.command(short_help="Check pages before they are published.")
def check(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH|URL", help="Pages, folders of pages, addresses.", show_default=False),
    ] = None,
    site_root: Annotated[
        Path | None,
        typer.Option("--site-root", metavar="DIR", help="Each first-level folder of DIR is one site, read together."),
    ] = None,
    one_site: Annotated[
        bool, typer.Option("--one-site", help="Read all the pages given as pages of one site.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.TEXT,
    fail_on: Annotated[FailOn | None, typer.Option("--fail-on", help="Exit with 1 if there is one.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show the evidence of every group, not only of the doubtful.")
    ] = False,
    rulebook: Rulebook = None,
    contact: Contact = None,
    allow_private: AllowPrivate = None,
    config: Config = None,
) -> None:
    """Check pages before they are published: which group's label and description differ, and by which words.

    A folder means every .html, .htm and .php under it. Each page is judged by itself unless --site-root or --one-site
    says which pages belong together; what else a site says can clear a flag, so give it where you can. A URL is one
    ordinary polite visit of that page and needs a contact.

    \b
    Examples:
      groupaudit check groups.html
      groupaudit check public/ --one-site --fail-on flag
      groupaudit check --site-root sites/ --format jsonl > found.jsonl
      groupaudit check https://practice.example/groups --contact me@example.org
    """
    from groupaudit import check as pages
    from groupaudit import check_output

    settings = merge(Path("data"), config, contact=contact, rulebook=rulebook, allow_private=allow_private)
    options = pages.CheckOptions(
        targets=tuple(targets or ()),
        site_root=site_root,
        one_site=one_site,
        rulebook=settings.rulebook,
        contact=settings.contact,
        allow_private=settings.crawl.allow_private,
    )
    raise typer.Exit(check_output.print_check(options, form, fail_on, every=every))


@app.command(short_help="Measure the audit on labelled listings.")
def benchmark(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Labelled listings, one JSON object a line.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the metrics as JSON.")] = False,
    totals: Annotated[bool, typer.Option("--totals", help="Totals only: no listing, no id.")] = False,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", metavar="OUT", help="Write one prediction a line to this file.")
    ] = None,
    rulebook: Rulebook = None,
    config: Config = None,
) -> None:
    """Measure the audit on labelled listings; rows without labels are predicted and not scored.

    \b
    Example:
      groupaudit benchmark listings.jsonl --totals --predictions predicted.jsonl
    """
    from groupaudit.benchmark_output import benchmark_lines

    book = merge(Path("data"), config, rulebook=rulebook).rulebook
    print_lines(benchmark_lines(file, book, predictions, as_json=as_json, totals=totals))


def main() -> None:
    """Run the command line: a failure is one clear line and its exit code; `--debug` shows the traceback."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    sys.exit(guarded(lambda: app(arguments, prog_name="groupaudit"), debug=debug))
