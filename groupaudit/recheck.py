"""`groupaudit recheck`: the pages of a flag read again, now, and the flag judged anew.

What is found becomes a small run of scope `recheck`: the fresh captures, and beside them the site's other pages as they
were seen last, so that the flag is judged by all that the site says, as it was before. The next publication shows it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from audit.auditor import Auditor
from audit.records import Finding, Verdict
from audit.stage import audit_site_of_run
from crawler.again import Again, Asked, fetch_again
from crawler.command import check_may_start
from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.stage import extract_site_of_run
from crawler.extract.worker import Pool
from crawler.options import CrawlOptions
from crawler.records import Capture, Offering, SiteOutcome, SiteVisit, Visit
from crawler.segments import read_segment, segment_folder, segment_name, write_segment
from groupaudit import __version__, runs
from groupaudit.config import Settings
from groupaudit.errors import UsageError
from groupaudit.listing import HEADLINES
from groupaudit.lock import data_lock
from groupaudit.output import Result
from groupaudit.progress import Reporter, count
from groupaudit.terminal import clean
from reports.rechecks import Standing, flags_named, stale_flags

PAGES_A_FLAG = 5
"""Pages read again for one flag: the judged one, the claim's, further appearances. More is a crawl, not a look."""


@dataclass(frozen=True)
class _Site:
    """A site of the recheck: its last visit, its flags, and what came of the pages that were asked for again."""

    visit: SiteVisit
    flags: tuple[Standing, ...]
    again: dict[str, Again]

    def failure(self, flag: Standing) -> str:
        """Return why a flag's own page could not be read again; empty where it was."""
        return self.again[flag.urls[0]].failure

    @property
    def fresh(self) -> list[Capture]:
        """The captures of this recheck."""
        return [again.capture for again in self.again.values() if again.capture is not None]


def recheck(data: Path, keys: Sequence[str], settings: Settings, reporter: Reporter, *, stale: bool) -> Result:
    """Read the pages of flags again and judge the flags anew.

    Args:
        data: the data folder.
        keys: group keys of flags.
        settings: contact, rulebook and manners.
        reporter: told of the progress.
        stale: take the flags that keep the public report from being written instead.

    Raises:
        UsageError: neither keys nor `stale`, or both; a flag whose listing was handed in without a site.
        ReportsError: there is no such flag.
        NoPublicationError: nothing was published yet.
        CrawlRefusedError: no contact.
    """
    if bool(keys) == stale:
        raise UsageError("give the keys of flags, or --stale for those that keep the public report from being written")
    with data_lock(runs.require_folder(data), "recheck", reporter.warn):
        flags = stale_flags(data) if stale else flags_named(data, keys)
        if not flags:
            return Result(("nothing to read again: no flag to be named was seen more than 14 days ago",))
        auditor = Auditor(settings.rulebook)
        visits = _last_visits(data, flags)
        asked = [Asked(visits[f.site_key].site, url) for f in flags for url in f.urls[:PAGES_A_FLAG]]
        options = _options(data, settings, visits)
        check_may_start(options)
        current = _begin(data, len(visits), settings)
        try:
            came = fetch_again(asked, replace(options, run_id=current.run_id), reporter.event)
            sites = _by_site(flags, visits, came)
            read = [site for site in sites if site.fresh]
            findings = _judge(data, current.run_id, read, auditor)
        except BaseException:
            runs.save(data, replace(current, state=runs.INTERRUPTED))
            raise
        if read:
            versions = {"audit": auditor.version}
            runs.finish(data, current, runs.FINISHED, {"pages": sum(len(site.fresh) for site in read)}, versions)
        else:
            runs.discard(data, current)
    return _result(data, current.run_id, sites, findings)


def _last_visits(data: Path, flags: Sequence[Standing]) -> dict[str, SiteVisit]:
    """Return the visit that each flag's site was last read in."""
    visits = {}
    for flag in flags:
        if flag.site_key.startswith("listings:") or not flag.urls[0]:
            raise UsageError(f"{flag.group_key}: its listing was handed in as a file; hand in a newer one")
        path = segment_folder(data, "site_visits", flag.run_id) / segment_name(flag.site_key)
        (visits[flag.site_key],) = read_segment(path, SiteVisit)
    return visits


def _options(data: Path, settings: Settings, visits: dict[str, SiteVisit]) -> CrawlOptions:
    crawl = settings.crawl
    made = CrawlOptions(
        data=data,
        run_id="",
        sites=tuple(visit.site for visit in visits.values()),
        contact=settings.contact,
        allow_private=crawl.allow_private,
        opt_out=crawl.opt_out,
        browser=crawl.browser,
    )
    return made if crawl.gap_seconds is None else replace(made, gap_seconds=crawl.gap_seconds)


def _begin(data: Path, sites: int, settings: Settings) -> runs.Run:
    config = {"command": "recheck", "scope": "recheck", "rulebook": settings.rulebook, "contact": settings.contact}
    versions = {"groupaudit": __version__, "extractor": EXTRACTOR_VERSION, "rulebook": settings.rulebook}
    current = replace(runs.new_run(data, (), config, versions), sites=sites)
    runs.save(data, current)
    return current


def _by_site(flags: Sequence[Standing], visits: dict[str, SiteVisit], came: dict[Asked, Again]) -> list[_Site]:
    ordered = sorted(flags, key=lambda flag: flag.site_key)
    return [
        _Site(
            visits[key], tuple(its), {asked.url: again for asked, again in came.items() if asked.site.site_key == key}
        )
        for key, its in groupby(ordered, key=lambda flag: flag.site_key)
    ]


def _judge(data: Path, run_id: str, sites: Sequence[_Site], auditor: Auditor) -> dict[tuple[str, str], Finding]:
    """Write the rows of each site, read its pages and judge its groups; return the findings by site and group."""
    findings = {}
    with Pool() as pool:
        for site in sites:
            _write(data, run_id, site)
            key = site.visit.site.site_key
            extract_site_of_run(data, run_id, site.visit.site, pool)
            for finding in audit_site_of_run(data, run_id, key, EXTRACTOR_VERSION, auditor):
                findings[key, finding.group_key] = finding
    return findings


def _write(data: Path, run_id: str, site: _Site) -> None:
    """Write a site's crawl rows: the fresh pages in the place of the old ones, the others as they were seen."""
    key, name, before = site.visit.site.site_key, segment_name(site.visit.site.site_key), site.visit.run_id
    # A page that answers for two addresses (a redirect) is one page.
    fresh = list({capture.final_url: capture for capture in site.fresh}.values())
    replaced = {capture.final_url for capture in fresh}
    replaced |= {url for url, again in site.again.items() if again.capture is not None}
    old = read_segment(segment_folder(data, "captures", before) / name, Capture)
    kept = [replace(capture, run_id=run_id) for capture in old if capture.final_url not in replaced]
    visits = [visit for again in site.again.values() for visit in again.visits if visit.asked_at is not None]
    now = datetime.datetime.now(datetime.UTC)
    visit = replace(
        site.visit,
        run_id=run_id,
        started_at=min((v.asked_at for v in visits if v.asked_at), default=now),
        ended_at=now,
        outcome=str(SiteOutcome.PARTIAL),  # what is missing on these pages is not gone from the site
        reason=f"recheck: {count(len(fresh), 'page')} read again, the others as run {before} saw them",
        next_action="",
        requests=len(visits),
        pages=len(fresh),
        bytes=sum(v.bytes for v in visits),
        left_unasked=0,
        resumed=0,
    )
    assert visit.site.site_key == key  # noqa: S101 - rows of one site
    write_segment(segment_folder(data, "visits", run_id) / name, visits, Visit)
    write_segment(segment_folder(data, "captures", run_id) / name, [*fresh, *kept], Capture)
    write_segment(segment_folder(data, "site_visits", run_id) / name, [visit], SiteVisit)


def _result(data: Path, run_id: str, sites: Sequence[_Site], findings: dict[tuple[str, str], Finding]) -> Result:
    lines, problems = [], []
    for site in sites:
        offerings = _offerings(data, run_id, site) if site.fresh else {}
        for flag in site.flags:
            label = f"{flag.group_key}  {clean(flag.name) or '(group work in general)'}"
            if why := site.failure(flag):
                problems.append(f"{label}: not read again: {clean(flag.urls[0])}: {clean(why)}")
                continue
            finding = findings.get((flag.site_key, flag.group_key))
            lines.append(f"{label}: {_became(flag, finding, site, offerings)}")
            lines += [f"  also not read again: {clean(url)}: {clean(why)}" for url, why in _unread(flag, site)]
    if findings:
        lines.append(f"next: groupaudit publish --data {data}, then report: it counts from then on")
    return Result(tuple(lines), tuple(problems), incomplete=bool(problems))


def _offerings(data: Path, run_id: str, site: _Site) -> dict[str, Offering]:
    folder = segment_folder(data, "offerings", run_id, f"extractor={EXTRACTOR_VERSION}")
    return {o.offering_id: o for o in read_segment(folder / segment_name(site.visit.site.site_key), Offering)}


def _unread(flag: Standing, site: _Site) -> Iterator[tuple[str, str]]:
    for url in flag.urls[1:PAGES_A_FLAG]:
        if why := site.again[url].failure:
            yield url, why


def _became(flag: Standing, finding: Finding | None, site: _Site, offerings: dict[str, Offering]) -> str:
    """Return what became of a flag, in words: by the page's doing or, where its bytes are the same, by ours."""
    capture = site.again[flag.urls[0]].capture
    same_bytes = capture is not None and capture.sha256 == flag.sha256
    if finding is None:
        if same_bytes:
            return "our extractor does not find the group on the same page any more; the page did not change"
        return "stands on its page no more; a crawl of the site tells whether it moved"
    offering = offerings[finding.offering_id]
    if finding.verdict == Verdict.MISLABELED:
        if offering.name == flag.name and offering.text == flag.text:
            return "unchanged: labelled group therapy, described as something else"
        return f"changed, and still described as something else: {clean(offering.name)}"
    now = HEADLINES[Verdict(finding.verdict)]
    if same_bytes:
        return f"{now}; the page did not change, our reading did"
    return f"fixed: {now}"
