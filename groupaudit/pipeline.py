"""A run: crawl → extract → audit → publish → report, site by site, resumable, in one command.

The crawl is a child process. Each site that it commits is extracted and audited here while the next ones are crawled.
Whatever ends the run early, the same command finds the run unfinished and goes on with the sites that are missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from audit.auditor import Auditor
from crawler.command import CrawlEnd, CrawlOptions, crawl
from reports.render.site import render

from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.worker import Pool
from crawler.records import Site, SiteOutcome, SiteVisit
from crawler.segments import read_segments, segment_folder
from groupaudit import __version__, runs
from groupaudit.config import CrawlSettings
from groupaudit.errors import GroupauditError
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import Reporter, count
from groupaudit.site_list import ChosenSites, choose_sites
from groupaudit.site_stages import SiteStages
from reports.publish import publish


@dataclass(frozen=True)
class RunOptions:
    """What to run on. Without `sites`, the bundled sample web; `only` names the sites of the list to take."""

    data: Path
    sites: Path | None = None
    contact: str = ""
    rulebook: str = "opencounseling-2021"
    only: tuple[str, ...] = ()
    skip_bad: bool = False
    new: bool = False
    crawl: CrawlSettings = field(default_factory=CrawlSettings)


def run(options: RunOptions, reporter: Reporter) -> Result:
    """Do a whole run, or what is missing of the last unfinished one with the same site list.

    Raises:
        UsageError: the input is wrong; nothing was started.
        FolderInUseError: another process writes this data folder.
        GroupauditError: the crawl could not be run, or the disk is full.
    """
    with _opened(options, "run", reporter) as (chosen, current):
        auditor = Auditor(options.rulebook)
        versions = {"audit": auditor.version}
        todo = _unaudited(options.data, current, chosen.sites, auditor)
        reporter.begin(len(chosen.sites), len(chosen.sites) - len(todo))
        with (
            _stopped_on_error(options.data, current),
            Pool() as pool,
            SiteStages(options.data, current.run_id, auditor, pool, reporter) as stages,
        ):
            crawled = _committed(options.data, current, todo)
            for site in crawled:
                stages.put(site)
            end = _crawl(options, chosen, current, _SiteFeed(todo, stages, reporter), len(todo) > len(crawled))
        reporter.end()
        if stages.disk_full is not None:
            raise GroupauditError(_disk_full(options.data))
        return _settle(options, current, chosen.sites, end, stages.failures, versions)


def crawl_only(options: RunOptions, reporter: Reporter) -> Result:
    """Crawl and archive, and leave the other stages to their own commands."""
    with _opened(options, "crawl", reporter) as (chosen, current):
        missing = [site for site in chosen.sites if site not in _committed(options.data, current, chosen.sites)]
        reporter.begin(len(chosen.sites), len(chosen.sites) - len(missing), last_event="site")
        with _stopped_on_error(options.data, current):
            end = _crawl(options, chosen, current, reporter.event, bool(missing))
        reporter.end()
        return _finish(options.data, current, chosen.sites, end, {}, {})


class _SiteFeed:
    """Shows the crawl's events and hands each site that it commits to the stages."""

    def __init__(self, sites: Sequence[Site], stages: SiteStages, reporter: Reporter) -> None:
        self._sites = {site.site_key: site for site in sites}
        self._stages, self._reporter = stages, reporter

    def __call__(self, event: dict[str, Any]) -> None:
        self._reporter.event(event)
        if self._stages.disk_full is not None:
            raise GroupauditError(str(self._stages.disk_full))
        if event.get("event") == "site" and event["site_key"] in self._sites:
            self._stages.put(self._sites[event["site_key"]])


@contextmanager
def _opened(options: RunOptions, command: str, reporter: Reporter) -> Iterator[tuple[ChosenSites, runs.Run]]:
    """Hold the data folder and give the sites with the run to fill: the unfinished one of these sites, or a new one."""
    runs.refuse_newer(options.data)
    with (
        data_lock(options.data, command, reporter.warn),
        choose_sites(
            options.sites,
            options.data,
            contact=options.contact,
            allow_private=options.crawl.allow_private,
            gap_seconds=options.crawl.gap_seconds,
            only=options.only,
            skip_bad=options.skip_bad,
            tell=reporter.note,
        ) as chosen,
    ):
        yield chosen, _run_to_fill(options, chosen, command, reporter)


def _run_to_fill(options: RunOptions, chosen: ChosenSites, command: str, reporter: Reporter) -> runs.Run:
    unfinished = None if options.new else runs.unfinished_run(options.data, chosen.sites)
    if unfinished is None:
        last = runs.last_run(options.data)
        if last is not None and not runs.is_whole(options.data, last) and not options.new:
            reporter.note(f"run {last.run_id} did not finish, but had another site list: beginning a new run")
        config = {
            "command": command,
            "rulebook": options.rulebook,
            "contact": chosen.contact,
            "crawl": options.crawl.model_dump(),
        }
        versions = {"groupaudit": __version__, "extractor": EXTRACTOR_VERSION}
        current = runs.new_run(options.data, chosen.sites, config, versions)
        reporter.note(f"run {current.run_id}: {count(len(chosen.sites), 'site')}, data in {options.data}")
        return current
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


def _crawl(options: RunOptions, chosen: ChosenSites, current: runs.Run, on_event: Any, needed: bool) -> CrawlEnd | None:
    """Crawl what is missing. None where nothing was."""
    if not needed:
        return None
    return crawl(
        CrawlOptions(
            data=options.data,
            run_id=current.run_id,
            sites=chosen.sites,
            contact=chosen.contact,
            gap_seconds=chosen.gap_seconds,
            allow_private=chosen.allow_private,
        ),
        on_event,
    )


def _settle(
    options: RunOptions,
    current: runs.Run,
    sites: Sequence[Site],
    end: CrawlEnd | None,
    failures: dict[str, str],
    versions: dict[str, str],
) -> Result:
    """Finish run.json, then publish and report what there is: a partial run has a report that says so."""
    ended = _finish(options.data, current, sites, end, failures, versions)
    database = publish(options.data).path
    report = render(options.data)
    return Result((*summary_lines(database), f"report     {report}", f"database   {database}"), ended.problems)


def _finish(
    data: Path,
    current: runs.Run,
    sites: Sequence[Site],
    end: CrawlEnd | None,
    failures: dict[str, str],
    versions: dict[str, str],
) -> Result:
    outcomes = Counter(
        visit.outcome for visit in read_segments(segment_folder(data, "site_visits", current.run_id), SiteVisit)
    )
    missing = len(sites) - sum(outcomes.values())
    problems = []
    if missing:
        problems.append(f"{count(missing, 'site')} not visited yet: the same command goes on with them")
    if failures:
        problems.append(f"{count(len(failures), 'site')} not extracted or audited: {', '.join(sorted(failures)[:5])}")
    unwell = {name: number for name, number in sorted(outcomes.items()) if name != SiteOutcome.COMPLETE}
    if unwell:
        problems.append(
            "not seen whole: " + ", ".join(f"{count(number, 'site')} {name}" for name, number in unwell.items())
        )
    counts = {"sites_by_outcome": dict(sorted(outcomes.items())), "stage_failures": failures}
    runs.finish(data, current, runs.INTERRUPTED if missing or failures else runs.FINISHED, counts, versions)
    if end is not None and end.disk_full:
        raise GroupauditError(_disk_full(data))
    return Result((f"run {current.run_id}: {count(sum(outcomes.values()), 'site')} crawled",), tuple(problems))


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
