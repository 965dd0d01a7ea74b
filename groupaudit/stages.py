"""Each stage alone, on what the stage before it left: extract, audit, publish, report; and listings without a crawl."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from audit.auditor import Auditor
from audit.listings import EXTRACTOR, Imported, ListingsError, import_listings
from audit.records import Verdict
from audit.stage import audit_run
from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.stage import extract_run
from crawler.records import SiteVisit
from crawler.segments import read_segments, segment_folder
from groupaudit import __version__, runs
from groupaudit.closing import publish_and_report
from groupaudit.errors import UsageError
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import Reporter, count, make_reporter
from reports.publish import publish as publish_database
from reports.render.site import render


def extract(data: Path, run_id: str | None, only: Sequence[str], reporter: Reporter) -> Result:
    """Find the groups on the archived pages of a run.

    Raises:
        UsageError: no such run, or a site that is not in it.
    """
    with data_lock(runs.require_folder(data), "extract", reporter.warn):
        current = runs.require_run(data, run_id)
        keys = _site_keys(data, current.run_id, only)
        with reporter.showing(len(keys), last_event="extracted"):
            end = extract_run(data, current.run_id, site_keys=keys, on_event=reporter.event)
        runs.finish(data, current, current.state, {}, {"extractor": EXTRACTOR_VERSION})
    wrong = ", ".join(f"{count(number, 'page')} {name}" for name, number in sorted(end.errors.items()))
    where = f"{count(end.pages, 'page')} of {count(end.sites, 'site')}"
    line = f"run {current.run_id}: {count(end.groups, 'group')} on {where}"
    return Result(
        (line, f"next: groupaudit audit --data {data}"),
        (f"not read: {wrong}",) if wrong else (),
        incomplete=bool(wrong),
    )


def audit(data: Path, run_id: str | None, only: Sequence[str], rulebook: str, reporter: Reporter) -> Result:
    """Judge the groups of a run.

    Raises:
        UsageError: no such run, or a site that is not in it.
        RulebookError: there is no such rulebook.
    """
    with data_lock(runs.require_folder(data), "audit", reporter.warn):
        current = runs.require_run(data, run_id)
        keys = _site_keys(data, current.run_id, only)
        extractor = current.versions["extractor"]
        with reporter.showing(len(keys)):
            end = audit_run(
                data,
                current.run_id,
                extractor=extractor,
                rulebook=rulebook,
                site_keys=keys,
                on_event=reporter.event,
            )
        runs.finish(data, current, current.state, {}, {"audit": end.version, "rulebook": rulebook})
    found = ", ".join(f"{end.verdicts[verdict]} {verdict}" for verdict in Verdict if verdict in end.verdicts)
    line = f"run {current.run_id}: {count(end.groups, 'group')} of {count(end.sites, 'site')} audited: {found}"
    return Result((line, f"next: groupaudit publish --data {data}"))


def audit_listings(file: Path, data: Path, rulebook: str, reporter: Reporter) -> Result:
    """Audit a directory's own listings as a run of their own, publish and report them; incomplete if a row is left out.

    Raises:
        ListingsError: the file cannot be read as listings; nothing is left behind.
        RulebookError: there is no such rulebook.
    """
    version = Auditor(rulebook).version
    runs.refuse_newer(data)
    with data_lock(data, "audit", reporter.warn):
        config = {"command": "audit", "scope": "list", "rulebook": rulebook, "listings": file.name}
        versions = {"groupaudit": __version__, "extractor": EXTRACTOR, "audit": version, "rulebook": rulebook}
        current = runs.new_run(data, (), config, versions)
        try:
            imported = import_listings(file, data, current.run_id)
        except ListingsError:
            runs.discard(data, current)
            raise
        with reporter.showing(imported.sites, noun="source" if imported.unnamed else "provider"):
            audit_run(data, current.run_id, extractor=EXTRACTOR, rulebook=rulebook, on_event=reporter.event)
        runs.finish(data, replace(current, sites=imported.sites), runs.FINISHED, {"listings": imported.listings})
        first, problems = _listings_read(file, imported)
        return Result((first, "", *publish_and_report(data)), problems, incomplete=bool(problems))


def _listings_read(file: Path, imported: Imported) -> tuple[str, tuple[str, ...]]:
    """Return what was read of a file of listings, and each row that was left out, with their number first."""
    of = [f"{count(imported.providers, 'provider')}"] if imported.providers else []
    of += [f"{count(imported.unnamed, 'row')} without a provider, each read alone"] if imported.unnamed else []
    read = f"{file.name}: {count(imported.listings, 'listing')} of {' and '.join(of)}"
    if not imported.left_out:
        return read, ()
    number = count(len(imported.left_out), "row was", "rows were")
    shown = (f"{file.name}, {row}: left out" for row in imported.left_out)
    return f"{read}; {number} left out", (f"{number} left out, not audited:", *shown)


def publish(data: Path, *, full: bool) -> Result:
    """Build the database from the segments and swap it in."""
    with data_lock(runs.require_folder(data), "publish", make_reporter(quiet=True).warn):
        publication = publish_database(data, full=full)
    return Result((f"database   {publication.path}", f"next: groupaudit report --data {data}"))


def report(data: Path, out: Path | None) -> Result:
    """Write the internal report from the database."""
    return Result((f"report     {render(runs.require_folder(data), out)}",))


def _site_keys(data: Path, run_id: str, only: Sequence[str]) -> list[str]:
    known = [visit.site.site_key for visit in read_segments(segment_folder(data, "site_visits", run_id), SiteVisit)]
    for key in only:
        if key not in known:
            raise UsageError(f"--site {key}: not in run {run_id}; it has {', '.join(known[:5])}")
    return [key for key in known if not only or key in only]
