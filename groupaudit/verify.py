"""`groupaudit verify`: is what was kept still what was seen, and is every quotation still true?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from audit.records import Evidence, Finding
from crawler.records import Offering, Passage
from crawler.segments import SegmentError, read_segment, segment_files
from crawler.verify import Fault
from crawler.verify import verify as verify_archive
from groupaudit import runs
from groupaudit.errors import GroupauditError
from groupaudit.progress import count
from groupaudit.terminal import clean


def verify_lines(data: Path, run_id: str | None = None) -> Iterator[str]:
    """Yield what was checked; nothing is changed.

    Raises:
        UsageError: no such folder or run.
        GroupauditError: something is damaged; each fault was yielded before.
    """
    runs.require_folder(data)
    if run_id is not None:
        runs.read_run(data, run_id)
    kept = verify_archive(data, run_id or "")
    quotations, faults = 0, list(kept.faults)
    for folder in sorted((data / "segments/findings").glob(f"run={run_id or '*'}/audit=*")):
        checked, wrong = _check_quotations(data, folder)
        quotations += checked
        faults += wrong
    yield f"archive    {count(kept.archives, 'file')}, {count(kept.records, 'record')} hashed again"
    yield f"captures   {count(kept.captures, 'capture')} held against their records"
    yield f"segments   {count(kept.segments, 'file')} read"
    yield f"quotations {count(quotations, 'quotation')} held against their texts"
    for fault in faults:
        yield f"damaged    {fault.file}: {clean(fault.what)}"
    if faults:
        raise GroupauditError(
            f"{data}: {count(len(faults), 'fault')}; restore the files named above, or run the stage again"
        )


def _check_quotations(data: Path, folder: Path) -> tuple[int, list[Fault]]:
    checked, faults = 0, []
    for file in segment_files(folder):
        name = file.relative_to(data).as_posix()
        try:
            findings = read_segment(file, Finding)
            texts = _Texts(data, folder.parent.name, file.name)
        except SegmentError as error:
            faults.append(Fault(name, str(error)))
            continue
        for finding in findings:
            for evidence in finding.evidence:
                checked += 1
                if not texts.hold(finding, evidence):
                    faults.append(
                        Fault(name, f"group {finding.group_key}: no text holds {evidence.quote!r} at its place")
                    )
    return checked, faults


class _Texts:
    """The texts of one site in one run, of every extractor version: what its quotations may stand in."""

    def __init__(self, data: Path, run: str, segment: str) -> None:
        self._offerings: dict[str, list[Offering]] = defaultdict(list)
        self._pages: dict[str, list[str]] = defaultdict(list)
        for file in (data / "segments/offerings" / run).glob(f"extractor=*/{segment}"):
            for offering in read_segment(file, Offering):
                self._offerings[offering.offering_id].append(offering)
                self._pages[offering.capture_id].append(offering.text)
        for file in (data / "segments/passages" / run).glob(f"extractor=*/{segment}"):
            for passage in read_segment(file, Passage):
                self._pages[passage.capture_id].append(passage.text)

    def hold(self, finding: Finding, evidence: Evidence) -> bool:
        """Return whether one of the texts that the evidence may speak of has the quotation at its place."""
        return any(text[evidence.start : evidence.end] == evidence.quote for text in self._of(finding, evidence))

    def _of(self, finding: Finding, evidence: Evidence) -> Iterator[str]:
        if evidence.field == "site":
            yield from self._pages[evidence.capture_id]
            return
        for offering_id in (finding.offering_id, finding.claim_from):
            for offering in self._offerings[offering_id]:
                try:
                    yield offering.field(evidence.field)
                except KeyError:  # the claim's appearance may have more headings than the one that is judged
                    continue
