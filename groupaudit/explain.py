"""`groupaudit explain`: one group's listing with the evidence marked in it, and why the verdict is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.records import Finding, Verdict
from crawler.records import Capture, Group, Offering
from crawler.segments import read_segments, segment_folder
from groupaudit import runs
from groupaudit.errors import UsageError
from groupaudit.listing import HEADLINES, describe, listing_lines, verdict_lines
from groupaudit.progress import count
from groupaudit.terminal import clean


@dataclass(frozen=True)
class Audited:
    """A group of a run with its finding, the appearance that was audited, and where and when that was seen."""

    group: Group
    finding: Finding
    offering: Offering
    capture: Capture | None


def explanation(data: Path, wanted: str, run_id: str | None = None) -> Iterator[str]:
    """Yield the lines that explain one group.

    Raises:
        UsageError: no such group, or several; the message names those that are near.
    """
    run = runs.require_run(runs.require_folder(data), run_id)
    audited = find_group(data, run, wanted)
    offering, finding = audited.offering, audited.finding
    yield f"{clean(offering.name) or '(a group without a name)'}   {audited.group.group_key}"
    yield f"  {clean(offering.url)}"
    if audited.capture is not None:
        seen = f"{audited.capture.fetched_at:%Y-%m-%d %H:%M} UTC"
        yield f"  seen {seen}, archived in {audited.capture.archive_file} (sha256 {audited.capture.sha256[:16]}…)"
    yield f"  {finding.verdict}: {HEADLINES[Verdict(finding.verdict)]}"
    yield f"  {describe(finding)}"
    yield ""
    yield "The listing, as found: ^ counts, = the strongest words against the verdict, ~ set aside"
    yield from (f"  {line}" for line in listing_lines(offering, finding, finding.evidence, every=True))
    yield ""
    yield from (f"  {line}" for line in verdict_lines(finding))
    searched = f"{count(len(finding.searched), 'page')} of the site"
    yield f"  searched  {searched} for words against it; the group stands on {len(audited.group.offering_ids)}"


def find_group(data: Path, run: runs.Run, wanted: str) -> Audited:
    """Return the group whose key begins with, or whose name is, what is wanted.

    Raises:
        UsageError: none, or more than one.
    """
    extractor, version = f"extractor={run.versions.get('extractor')}", f"audit={run.versions.get('audit')}"
    findings = read_segments(segment_folder(data, "findings", run.run_id, version), Finding)
    if not findings:
        raise UsageError(f"run {run.run_id} has no findings yet; next: groupaudit audit --data {data}")
    groups = {g.group_key: g for g in read_segments(segment_folder(data, "groups", run.run_id, extractor), Group)}
    hits = [f for f in findings if f.group_key.startswith(wanted)]
    hits = hits or [f for f in findings if groups[f.group_key].name.casefold() == wanted.casefold()]
    hits = hits or [f for f in findings if wanted.casefold() in groups[f.group_key].name.casefold()]
    if not hits:
        raise UsageError(
            f"no group {wanted!r} in run {run.run_id}; the report and `groupaudit sql` show names and keys"
        )
    if len(hits) > 1:
        some = "; ".join(f"{f.group_key} {clean(groups[f.group_key].name)}" for f in hits[:8])
        raise UsageError(f"{len(hits)} groups answer to {wanted!r}: {some}. Give a key")
    finding = hits[0]
    offerings = read_segments(segment_folder(data, "offerings", run.run_id, extractor), Offering)
    offering = next(offering for offering in offerings if offering.offering_id == finding.offering_id)
    captures = read_segments(segment_folder(data, "captures", run.run_id), Capture)
    capture = next((capture for capture in captures if capture.capture_id == offering.capture_id), None)
    return Audited(groups[finding.group_key], finding, offering, capture)
