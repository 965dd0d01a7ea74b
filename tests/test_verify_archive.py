"""`verify` names what was changed behind the program's back, and is quiet where nothing was."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest
from crawling import RUN, crawl_sites
from local_web import Web, page

from crawler.records import Capture
from crawler.segments import digest, read_segment, write_json, write_segment
from crawler.verify import verify
from crawler.warc import read_record


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Web({"/": page("Home", "/groups|groups"), "/groups": page("Groups")}) as web:
        crawl_sites(tmp_path, web.origin)
    segments = {str(path.relative_to(tmp_path)): digest(path) for path in tmp_path.glob("segments/*/*/*.parquet")}
    write_json(tmp_path / f"segments/runs/run={RUN}/run.json", {"run_id": RUN, "segments": segments})
    return tmp_path


def _only(data: Path, pattern: str) -> Path:
    (path,) = data.glob(pattern)
    return path


def test_an_untouched_folder_is_sound(data: Path) -> None:
    found = verify(data)
    assert found.faults == ()
    assert (found.archives, found.captures, found.segments) == (1, 2, 3)
    assert found.records >= 5, "robots.txt and the sitemap are in the archive too"
    assert verify(data, "another-run").archives == 0


def test_a_flipped_byte_of_the_archive_is_named(data: Path) -> None:
    archive = _only(data, "archive/*/*.warc.gz")
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 1
    archive.write_bytes(raw)
    assert archive.relative_to(data).as_posix() in {fault.file for fault in verify(data).faults}


def test_an_edited_page_is_named_even_with_a_digest_to_match(data: Path) -> None:
    """Somebody rewrites a record with a fitting digest of its own: the capture's digest tells."""
    archive = _only(data, "archive/*/*.warc.gz")
    segment = _only(data, "segments/captures/*/*.parquet")
    capture = read_segment(segment, Capture)[-1]
    record = read_record(archive, capture.archive_offset)
    raw = archive.read_bytes()
    member = gzip.decompress(raw[record.offset : record.end]).replace(b"say about Groups", b"say about Nobody")
    edited = "\r\n".join(
        line for line in member.decode().split("\r\n") if not line.startswith("WARC-Payload-Digest")
    ).encode()
    packed = gzip.compress(edited, compresslevel=9)
    archive.write_bytes(raw[: record.offset] + packed + raw[record.end :])
    faults = verify(data).faults
    assert any(capture.url in fault.what and "hashes to" in fault.what for fault in faults), faults


def test_a_changed_or_lost_segment_is_named(data: Path) -> None:
    segment = _only(data, "segments/captures/*/*.parquet")
    rows = read_segment(segment, Capture)
    write_segment(segment, [dataclasses.replace(rows[0], title="Other")], Capture)
    assert [fault.what for fault in verify(data).faults] == ["changed since run.json was written: its digest differs"]
    segment.unlink()
    assert ["gone" in fault.what for fault in verify(data).faults] == [True]
    segment.write_bytes(b"PAR1 no more")
    assert any("not a whole Parquet file" in fault.what for fault in verify(data).faults)


def test_a_torn_end_is_a_fault_only_where_the_site_was_committed(data: Path) -> None:
    archive = _only(data, "archive/*/*.warc.gz")
    archive.write_bytes(archive.read_bytes()[:-5])
    assert any("ends inside" in fault.what for fault in verify(data).faults)
    for kind in ("site_visits", "visits", "captures"):
        _only(data, f"segments/{kind}/*/*.parquet").unlink()
    assert not any("ends inside" in fault.what for fault in verify(data).faults)
