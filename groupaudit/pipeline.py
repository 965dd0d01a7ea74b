"""A run: crawl → extract → audit → publish → report, site by site, resumable, in one command.

The crawl is a child process. Each site that it commits is extracted and audited here while the next ones are crawled.
Whatever ends the run early, the same command finds the run unfinished and goes on with the sites that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.auditor import Auditor
from crawler.command import CrawlEnd, check_may_start, crawl, tally
from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.worker import Pool
from crawler.options import Budgets, CrawlOptions
from crawler.records import Site, SiteOutcome
from groupaudit import __version__, runs
from groupaudit.carry import carry_over
from groupaudit.closing import publish_and_report
from groupaudit.config import CrawlSettings
from groupaudit.due import due_times
from groupaudit.errors import GroupauditError, UsageError
from groupaudit.health import check_health
from groupaudit.lock import FolderInUseError, data_lock, runs_lock, shard_lock
from groupaudit.output import Result
from groupaudit.progress import Reporter, count
from groupaudit.sampling import Sample, draw
from groupaudit.site_list import ChosenSites, choose_sites
from groupaudit.site_stages import SiteStages

_SIGNS_SAID = 5


@dataclass(frozen=True)
class RunOptions:
    """What to run on. Without `sites`, the bundled sample web; `only` names the sites of the list to take.

    `sample` draws from them; `shard` is (I, N), I from 0; with `from_warc` these files answer in place of the network;
    with `every` only sites whose last visit is older are asked, the others' rows are carried over.
    """

    data: Path
    sites: Path | None = None
    contact: str = ""
    rulebook: str = "opencounseling-2021"
    only: tuple[str, ...] = ()
    skip_bad: bool = False
    new: bool = False
    crawl: CrawlSettings = field(default_factory=CrawlSettings)
    sample: Sample | None = None
    shard: tuple[int, int] = (0, 1)
    from_warc: tuple[Path, ...] = ()
    every: timedelta | None = None


def run(options: RunOptions, reporter: Reporter) -> Result:
    """Do a whole run, or what is missing of the last unfinished one with the same site list.

    Raises:
        UsageError: the input is wrong; nothing was started.
        FolderInUseError: another process writes this data folder.
        GroupauditError: the crawl could not be run, or the disk is full.
    """
    auditor = Auditor(options.rulebook)
    with _opened(options, "run", reporter) as (chosen, current):
        with _stopped_on_error(options.data, current):
            _carry_over(options, current, chosen.sites, auditor, reporter)
        todo = _unaudited(options.data, current, chosen.sites, auditor)
        with (
            _stopped_on_error(options.data, current),
            reporter.showing(len(chosen.sites), len(chosen.sites) - len(todo)),
            Pool() as pool,
            SiteStages(options.data, current.run_id, auditor, pool, reporter) as stages,
        ):
            for site in _committed(options.data, current, todo):
                stages.put(site)
            end = crawl(crawl_options(options, chosen, current.run_id), _SiteFeed(todo, stages, reporter))
        if stages.disk_full is not None:
            raise GroupauditError(_disk_full(options.data))
        signs = check_health(options.data, current, chosen.sites, EXTRACTOR_VERSION)
        ended = _finish(options.data, current, end, stages, {"audit": auditor.version})
        said = tuple(f"{sign.site_key}: {sign.words}" for sign in signs[:_SIGNS_SAID])
        more = (f"{len(signs) - _SIGNS_SAID} more such sites: groupaudit status",) if len(signs) > _SIGNS_SAID else ()
        return replace(ended, lines=publish_and_report(options.data), problems=(*ended.problems, *said, *more))


def run_if_due(options: RunOptions, every: timedelta, reporter: Reporter) -> Result:
    """Do a run if a site of the list is due, each by its own last visit; an unfinished run is gone on with at any time.

    Meant to be called often, from cron: a folder in use or nothing due is a good end.
    """
    last = runs.last_run(options.data)
    if last is not None and runs.is_whole(options.data, last):
        with chosen_sites(options, _say_nothing) as chosen:
            times = due_times(options.data, chosen.sites, every)
        first = min(times, key=lambda due: due.at or datetime.min.replace(tzinfo=UTC))
        if first.at is not None and not first.now(datetime.now(UTC)):
            return Result((f"nothing due before {first.at:%Y-%m-%d %H:%M} UTC; the last run is {last.run_id}",))
    try:
        return run(replace(options, every=every), reporter)
    except FolderInUseError as error:
        return Result((f"nothing to do: {error}",))


def _say_nothing(_line: str) -> None:
    """What the list has to say is said by the run that follows."""


def crawl_only(options: RunOptions, reporter: Reporter) -> Result:
    """Crawl and archive, and leave the other stages to their own commands."""
    with _opened(options, "crawl", reporter) as (chosen, current):
        there = _committed(options.data, current, chosen.sites)
        with (
            _stopped_on_error(options.data, current),
            reporter.showing(len(chosen.sites), len(there), last_event="site"),
        ):
            asked = crawl_options(options, chosen, current.run_id)
            end = crawl(asked, reporter.event)
        if options.shard[1] == 1:
            return _finish(options.data, current, end)
        with runs_lock(options.data):  # the run is what all shards have made of it so far
            whole = tally(replace(asked, shard=(0, 1)))
            _finish(options.data, runs.read_run(options.data, current.run_id), whole)
        return _shard_result(options, current, end, whole)


def _carry_over(
    options: RunOptions, current: runs.Run, sites: Sequence[Site], auditor: Auditor, reporter: Reporter
) -> None:
    if options.every is None:
        return
    carried = carry_over(options.data, current, sites, options.every, auditor.version)
    if carried:
        reporter.note(f"{count(len(carried), 'site')} not due: carried over from their last visit")


class _SiteFeed:
    """Shows the crawl's events and hands each site that it commits to the stages."""

    def __init__(self, sites: Sequence[Site], stages: SiteStages, reporter: Reporter) -> None:
        self._sites = {site.site_key: site for site in sites}
        self._stages, self._reporter = stages, reporter

    def __call__(self, event: dict[str, Any]) -> None:
        site = self._sites.get(event.get("site_key", ""))
        self._reporter.event({**event, "name": site.name} if site else event)
        if self._stages.disk_full is not None:
            raise GroupauditError(str(self._stages.disk_full))
        if site is not None and event.get("event") == "site" and not event.get("open"):
            self._stages.put(site)


@contextmanager
def _opened(options: RunOptions, command: str, reporter: Reporter) -> Iterator[tuple[ChosenSites, runs.Run]]:
    """Hold the data folder and give the sites with the run to fill: the unfinished one of these sites, or a new one."""
    runs.refuse_newer(options.data)
    with (
        _writing(options, command, reporter),
        chosen_sites(options, reporter.note) as chosen,
    ):
        check_may_start(crawl_options(options, chosen, run_id=""))
        with runs_lock(options.data):
            current = _run_to_fill(options, chosen, command, reporter)
        yield chosen, current


def _writing(options: RunOptions, command: str, reporter: Reporter) -> AbstractContextManager[None]:
    if options.shard[1] == 1:
        return data_lock(options.data, command, reporter.warn)
    return shard_lock(options.data, command, reporter.warn, options.shard)


@contextmanager
def chosen_sites(options: RunOptions, tell: Callable[[str], None]) -> Iterator[ChosenSites]:
    """Give the sites of the list, or the sample drawn from it; without a list the sample web, served meanwhile.

    Raises:
        UsageError: the list is missing or empty, a `--site` is not in it, or the sample cannot be drawn.
        SiteListError: the list cannot be read, or has bad rows.
    """
    with choose_sites(
        options.sites,
        options.data,
        contact=options.contact,
        allow_private=options.crawl.allow_private,
        gap_seconds=options.crawl.gap_seconds,
        only=options.only,
        skip_bad=options.skip_bad,
        tell=tell,
    ) as chosen:
        if options.sample is None:
            yield chosen
            return
        drawn = draw(chosen.sites, options.sample)
        strata = ", ".join(f"{part.value or 'all'} {part.drawn} of {part.sites}" for part in drawn.strata)
        tell(f"sample of {len(drawn.sites)} sites by seed {options.sample.seed}: {strata}")
        yield replace(chosen, sites=drawn.sites)


def _run_to_fill(options: RunOptions, chosen: ChosenSites, command: str, reporter: Reporter) -> runs.Run:
    unfinished = None if options.new else runs.unfinished_run(options.data, chosen.sites)
    if unfinished is None:
        last = runs.last_run(options.data)
        if last is not None and not runs.is_whole(options.data, last) and not options.new:
            reporter.note(f"run {last.run_id} did not finish, but had another site list: beginning a new run")
        config = {
            "command": command,
            "scope": "site" if options.only else "list",
            "rulebook": options.rulebook,
            "contact": chosen.contact,
            "crawl": options.crawl.model_dump(),
            **({"sample": options.sample.as_config()} if options.sample else {}),
            **({"due_every": str(options.every)} if options.every else {}),
            **({"shards": options.shard[1]} if options.shard[1] > 1 else {}),
            **({"from_warc": [file.name for file in options.from_warc]} if options.from_warc else {}),
        }
        versions = {"groupaudit": __version__, "extractor": EXTRACTOR_VERSION, "rulebook": options.rulebook}
        current = runs.new_run(options.data, chosen.sites, config, versions)
        reporter.note(f"run {current.run_id}: {count(len(chosen.sites), 'site')}, data in {options.data}")
        return current
    shards = unfinished.config.get("shards", 1)
    if options.shard[1] not in (1, shards):
        raise UsageError(
            f"--shard {options.shard[0]}/{options.shard[1]}: run {unfinished.run_id} is crawled in {shards} shards; "
            f"give --shard I/{shards}, or --new for a run of its own"
        )
    there = len(_committed(options.data, unfinished, chosen.sites))
    reporter.note(f"resuming run {unfinished.run_id}: {there} of {count(len(chosen.sites), 'site')} already there")
    current = replace(unfinished, state=runs.RUNNING, config={**unfinished.config, "command": command})
    runs.save(options.data, current)
    return current


@contextmanager
def _stopped_on_error(data: Path, current: runs.Run) -> Iterator[None]:
    """Write `interrupted` when the block is left by an exception, Ctrl-C included; the same command resumes it."""
    try:
        yield
    except BaseException:
        runs.save(data, replace(current, state=runs.INTERRUPTED))
        raise


def crawl_options(options: RunOptions, chosen: ChosenSites, run_id: str) -> CrawlOptions:
    """Return the options of the crawl; what nobody set keeps the crawler's own default."""
    settings, default = options.crawl, Budgets()
    budgets = replace(
        default,
        pages=settings.pages or default.pages,
        bytes=round(settings.megabytes * 1_000_000) if settings.megabytes else default.bytes,
        seconds=settings.minutes * 60 if settings.minutes else default.seconds,
    )
    said = {"gap_seconds": chosen.gap_seconds, "workers": settings.sites_at_once}
    earlier = runs.last_finished(options.data, before=run_id)
    return CrawlOptions(
        data=options.data,
        run_id=run_id,
        sites=chosen.sites,
        contact=chosen.contact,
        budgets=budgets,
        allow_private=chosen.allow_private,
        opt_out=settings.opt_out,
        browser=settings.browser,
        revisit_of=earlier.run_id if earlier and not options.from_warc else "",
        shard=options.shard,
        from_warc=tuple(file.resolve() for file in options.from_warc),
        **{name: value for name, value in said.items() if value is not None},  # type: ignore[arg-type]  # by name
    )


def _finish(
    data: Path,
    current: runs.Run,
    end: CrawlEnd,
    stages: SiteStages | None = None,
    versions: dict[str, str] | None = None,
) -> Result:
    """Write how the run ended, and say what is missing.

    Raises:
        GroupauditError: the disk is full, or the crawler process died.
    """
    failures = stages.failures if stages else {}
    counts = {
        "sites_by_outcome": {str(name): number for name in SiteOutcome if (number := getattr(end, name))},
        "pages": end.pages,
        "requests": end.requests,
        "bytes": end.bytes,
        "page_errors": dict(stages.page_errors) if stages else {},
        "stage_failures": failures,
    }
    state = runs.INTERRUPTED if end.unvisited or failures else runs.FINISHED
    runs.finish(data, current, state, counts, versions)
    if end.disk_full:
        raise GroupauditError(_disk_full(data))
    if end.crashed:
        raise GroupauditError(f"{end.message}; the same command goes on from here")
    incomplete = bool(end.exit_code or failures or (stages and stages.too_many_errors))
    line = f"run {current.run_id}: {count(end.sites, 'site')} crawled; next: groupaudit extract --data {data}"
    return Result((line,), tuple(_problems(end, stages)), incomplete)


def _shard_result(options: RunOptions, current: runs.Run, end: CrawlEnd, whole: CrawlEnd) -> Result:
    if end.disk_full:
        raise GroupauditError(_disk_full(options.data))
    if end.crashed:
        raise GroupauditError(f"{end.message}; the same command goes on from here")
    index, number = options.shard
    lines = [f"run {current.run_id}, shard {index}/{number}: {count(end.sites, 'site')} crawled"]
    if whole.unvisited:
        lines.append(f"{count(whole.unvisited, 'site')} of the run not crawled yet, by this shard or the others")
    else:
        lines.append(f"all shards are done; next: groupaudit extract --data {options.data}")
    return Result(tuple(lines), tuple(_problems(end, None)), bool(end.exit_code))


def _problems(end: CrawlEnd, stages: SiteStages | None) -> Iterator[str]:
    """Yield what is not whole, each with what to do about it."""
    if end.unvisited:
        yield f"{count(end.unvisited, 'site')} not visited yet: the same command goes on with them"
    unwell = [f"{number} {name}" for name in SiteOutcome if name != "complete" and (number := getattr(end, name))]
    if unwell:
        yield f"not every site was seen whole: {', '.join(unwell)}; `groupaudit status` says why"
    if stages is not None and stages.failures:
        failed = ", ".join(sorted(stages.failures)[:5])
        yield f"{count(len(stages.failures), 'site')} not extracted or audited: {failed}; the same command tries again"
    if stages is not None and stages.page_errors:
        kinds = ", ".join(f"{number} {name}" for name, number in sorted(stages.page_errors.items()))
        yield f"{count(stages.page_errors.total(), 'page')} could not be read: {kinds}"


def _disk_full(data: Path) -> str:
    return f"the disk that holds {data} is full; what was committed is safe. Make room, then run the same command again"


def _committed(data: Path, current: runs.Run, sites: Sequence[Site]) -> list[Site]:
    """Return the sites whose crawl is whole in this run."""
    names = runs.committed_sites(data, current.run_id, "site_visits")
    return [site for site in sites if runs.is_committed(site, names)]


def _unaudited(data: Path, current: runs.Run, sites: Sequence[Site], auditor: Auditor) -> list[Site]:
    """Return the sites without findings of this audit version over this extractor's offerings."""
    groups = runs.committed_sites(data, current.run_id, "groups", f"extractor={EXTRACTOR_VERSION}")
    findings = runs.committed_sites(data, current.run_id, "findings", f"audit={auditor.version}")
    return [site for site in sites if not runs.is_committed(site, groups & findings)]
