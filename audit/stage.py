"""The audit as a stage: a run's offerings, groups and passages → findings, site by site, again whenever one likes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.auditor import DEFAULT_RULEBOOK, Auditor
from audit.records import Finding, Verdict
from crawler.records import Group, Offering, Passage, SiteVisit
from crawler.segments import read_segment, read_segments, segment_folder, segment_name, write_segment


@dataclass(frozen=True, slots=True)
class AuditEnd:
    """What an audit of a run wrote: sites, groups and the count of each verdict."""

    sites: int
    groups: int
    verdicts: dict[str, int]
    version: str


def audit_site_of_run(data: Path, run_id: str, site_key: str, extractor: str, auditor: Auditor) -> list[Finding]:
    """Judge one site's groups, write its findings segment and return them.

    Args:
        data: the data folder.
        run_id: the run.
        site_key: the site.
        extractor: the version of the extractor whose offerings are read.
        auditor: judges; its version names the findings' folder.

    Raises:
        SegmentError: a segment of the site is damaged.
    """
    version, segment = f"extractor={extractor}", segment_name(site_key)
    offerings = _read(data, "offerings", run_id, version, segment, Offering)
    passages = _read(data, "passages", run_id, version, segment, Passage)
    groups = _read(data, "groups", run_id, version, segment, Group)
    captures = sorted({each.capture_id for each in offerings} | {each.capture_id for each in passages})
    findings = auditor.judge_site(groups, offerings, passages, captures)
    write_segment(segment_folder(data, "findings", run_id, f"audit={auditor.version}") / segment, findings, Finding)
    return findings


def _read(data: Path, kind: str, run_id: str, version: str, segment: str, record: type[Any]) -> list[Any]:
    path = segment_folder(data, kind, run_id, version) / segment
    return read_segment(path, record) if path.exists() else []


def audit_run(
    data: Path,
    run_id: str,
    *,
    extractor: str,
    rulebook: str = DEFAULT_RULEBOOK,
    site_keys: Collection[str] | None = None,
    on_event: Callable[[dict[str, Any]], None] | None = None,
) -> AuditEnd:
    """Judge every site of a run (or those named) and return the counts.

    Args:
        data: the data folder.
        run_id: the run.
        extractor: the version of the extractor whose offerings are read.
        rulebook: a shipped rulebook's name or the path of one.
        site_keys: the sites; None means all that the run has committed.
        on_event: called after every site with `{"event": "audited", "site_key", "groups", "flags"}`.

    Raises:
        RulebookError: there is no such rulebook.
        SegmentError: a segment is damaged.
    """
    auditor = Auditor(rulebook)
    verdicts: Counter[str] = Counter()
    visits = read_segments(segment_folder(data, "site_visits", run_id), SiteVisit)
    keys = sorted(visit.site.site_key for visit in visits if site_keys is None or visit.site.site_key in site_keys)
    for key in keys:
        findings = audit_site_of_run(data, run_id, key, extractor, auditor)
        verdicts.update(str(finding.verdict) for finding in findings)
        if on_event:
            flags = sum(finding.verdict == Verdict.MISLABELED for finding in findings)
            on_event({"event": "audited", "site_key": key, "groups": len(findings), "flags": flags})
    return AuditEnd(len(keys), sum(verdicts.values()), dict(verdicts), auditor.version)
