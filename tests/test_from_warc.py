"""`crawl --from-warc`: other tools' archives, with everything that they do differently, and not one connection."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from pathlib import Path

import pytest
from commands import groupaudit
from local_web import page

from crawler.from_warc import archived_response, index_files
from crawler.records import Capture, SiteVisit, Visit
from crawler.segments import read_segments, segment_folder
from crawler.warc import ArchiveError, read_payload
from groupaudit.runs import last_run

SITE = "https://larch.example"
DAY = "2026-03-0{}T10:00:00Z"


def digest(body: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(body).digest()).decode()}"


def record(kind: str, url: str, block: bytes, day: int = 1, **headers: str) -> bytes:
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DAY.format(day)}\r\n"
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(block + url.encode()).hexdigest()}>\r\n{named}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


def http(body: bytes | str, first: str = "HTTP/1.1 200 OK", *lines: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return "\r\n".join([first, "content-type: text/html; charset=utf-8", *lines, "", ""]).encode() + data


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(f"{len(part):x};ext=1\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


GROUPS = page("Grief group", text="A support group in which members share how they grieve, every Tuesday evening.")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """What a browser's crawler and a search engine's leave: no robots.txt, other hosts, all their habits."""
    home = page("Larch", "/groups", "/h2", "/chunked", "/said", "/packed", "/lies", "/same", "/again", "/gone").encode()
    raw = page("Chunked", text="It came in pieces and must be put together.").encode()
    packed = page("Packed", text="It came packed and is kept packed.").encode()
    same = page("Unchanged", text="It said the same on both days.").encode()
    file = tmp_path / "theirs.warc.gz"
    file.write_bytes(
        record("warcinfo", "", b"software: another\r\n")
        + record("request", f"{SITE}/", b"GET / HTTP/1.1\r\nHost: larch.example\r\n\r\n")
        + record("response", "dns:larch.example", b"20260301 larch.example. 60 IN A 192.0.2.1")
        + record("response", f"{SITE}/", http(page("An older start page"), "HTTP/1.1 200 OK"), day=1)
        + record("response", "https://ads.example/frame", http(page("Another host"), "HTTP/1.1 200 OK"))
        + record("response", f"{SITE}/groups", http(GROUPS, "HTTP/1.1 200 OK", "Content-Length: 9999"))
        + record("response", f"{SITE}/h2", http(page("Two"), "HTTP/2 200", ":status: 200", "server: x"))
        + record("response", f"{SITE}/chunked", http(chunked(raw), "HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
        + record("response", f"{SITE}/said", http(page("Whole"), "HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
        + record("response", f"{SITE}/packed", http(gzip.compress(packed), "HTTP/1.1 200 OK", "content-encoding: gzip"))
        + record("response", f"{SITE}/lies", http(page("Plain"), "HTTP/1.1 200 OK", "content-encoding: br"))
        + record("response", f"{SITE}/old", http(same, "HTTP/1.1 200 OK"), WARC_Payload_Digest=digest(same))
        + record(
            "revisit", f"{SITE}/same", http(b"", "HTTP/1.1 200 OK"), day=2, WARC_Payload_Digest=digest(same),
            WARC_Profile="http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
        )
        + record("response", f"{SITE}/again", http(page("Once more"), "HTTP/1.1 200 OK"))
        + record(
            "revisit", f"{SITE}/again", b"HTTP/1.1 304 Not Modified\r\nEtag: x\r\n\r\n", day=3,
            WARC_Profile="http://netpreserve.org/warc/1.0/revisit/server-not-modified",
            WARC_Refers_To_Target_URI=f"{SITE}/again",
        )
        + record("revisit", f"{SITE}/nowhere", b"", day=3, WARC_Payload_Digest="sha1:AAAA")
        + record("response", f"{SITE}/", http(home, "HTTP/1.1 200 OK"), day=4)
        + record("response", f"{SITE}/unlinked", http(page("Unlinked", text="Nothing links here.")))
    )  # fmt: skip
    return file


def test_other_tools_archives_are_crawled_whole_without_a_contact_a_pause_or_a_connection(
    archive: Path, tmp_path: Path
) -> None:
    (tmp_path / "sites.csv").write_text(f"url\n{SITE}/\n")
    data = tmp_path / "data"
    done = groupaudit("crawl", tmp_path / "sites.csv", "--data", data, "--from-warc", archive, timeout=30)
    assert done.returncode == 0, done.stderr
    run = last_run(data)
    assert run is not None
    assert run.config["from_warc"] == ["theirs.warc.gz"]
    visits = read_segments(segment_folder(data, "visits", run.run_id), Visit)
    outcomes = {visit.url.removeprefix(SITE): visit.outcome for visit in visits if visit.url.startswith(SITE)}
    read = ("/", "/groups", "/h2", "/chunked", "/said", "/packed", "/lies", "/same", "/again", "/unlinked")
    assert {path: outcomes[path] for path in read} == dict.fromkeys(read, "ok")
    assert outcomes["/gone"] == "not_archived"
    assert "/old" in outcomes, "the archive's own pages are candidates, linked or not"
    asked = [visit.asked_at for visit in visits if visit.asked_at]
    assert (max(asked) - min(asked)).total_seconds() < 8, "no pause is made where nobody is asked"
    captures = read_segments(segment_folder(data, "captures", run.run_id), Capture)
    texts = {c.url: read_payload(data / c.archive_file, c.archive_offset).payload.decode() for c in captures}
    for path, words in (
        ("/", "/gone"),
        ("/groups", "share how they grieve"),
        ("/chunked", "</h1><p>It came in pieces and must be put together.</p>"),
        ("/packed", "It came packed"),
        ("/same", "the same on both days"),
        ("/again", "Once more"),
    ):
        assert words in texts[f"{SITE}{path}"]
    (site,) = read_segments(segment_folder(data, "site_visits", run.run_id), SiteVisit)
    assert site.robots.startswith("no rules: robots.txt is not in the archive")
    assert (site.outcome, site.next_action) == ("partial", "")
    assert site.reason.startswith("archive: ")
    assert groupaudit("verify", "--data", data).returncode == 0


def test_a_site_without_its_start_page_is_read_from_the_pages_that_are_there(tmp_path: Path) -> None:
    file, data = tmp_path / "slice.warc.gz", tmp_path / "data"
    file.write_bytes(record("response", f"{SITE}/deep/groups", http(GROUPS)))
    (tmp_path / "sites.csv").write_text(f"url\n{SITE}/\nhttps://absent.example/\n")
    done = groupaudit("crawl", tmp_path / "sites.csv", "--data", data, "--from-warc", file)
    assert done.returncode == 3, "half of the sites are not in the archive at all"
    run = last_run(data)
    assert run is not None
    visits = read_segments(segment_folder(data, "site_visits", run.run_id), SiteVisit)
    assert {visit.site.site_key: (visit.outcome, visit.pages) for visit in visits} == {
        "larch.example": ("partial", 1),
        "absent.example": ("failed", 0),
    }


def test_a_robots_txt_of_the_archive_is_kept(tmp_path: Path) -> None:
    file, data = tmp_path / "with.warc.gz", tmp_path / "data"
    rules = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /groups\n"
    file.write_bytes(
        record("response", f"{SITE}/robots.txt", rules)
        + record("response", f"{SITE}/", http(page("Larch", "/groups")))
        + record("response", f"{SITE}/groups", http(GROUPS))
    )
    (tmp_path / "sites.csv").write_text(f"url\n{SITE}/\n")
    assert groupaudit("crawl", tmp_path / "sites.csv", "--data", data, "--from-warc", file).returncode == 0
    run = last_run(data)
    assert run is not None
    visits = read_segments(segment_folder(data, "visits", run.run_id), Visit)
    assert {visit.url: visit.outcome for visit in visits}[f"{SITE}/groups"] == "robots"


def test_the_latest_capture_counts_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old.warc.gz", tmp_path / "new.warc.gz"
    old.write_bytes(record("response", f"{SITE}/", http("old"), day=1))
    new.write_bytes(record("response", f"{SITE}/", http("new"), day=2))
    for files in ([old, new], [new, old]):
        found = archived_response(index_files(files), f"{SITE}/")
        assert found is not None
        assert found[2] == b"new"


def test_what_is_no_warc_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(f"url\n{SITE}/\n")
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(b"no archive"))
    with pytest.raises(ArchiveError, match=r"x\.warc\.gz"):
        index_files([tmp_path / "x.warc.gz"])
    words = ("crawl", tmp_path / "sites.csv", "--data", tmp_path / "data", "--from-warc")
    assert groupaudit(*words, tmp_path / "none.warc.gz").returncode == 2
    done = groupaudit(*words, tmp_path / "x.warc.gz")
    assert done.returncode == 2
    assert "--from-warc" in done.stderr
    assert "x.warc.gz" in done.stderr
