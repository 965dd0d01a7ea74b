"""A second crawl of a web that did not change, crawls answered from WARC files, and shards."""

from __future__ import annotations

import gzip
import hashlib
from contextlib import ExitStack
from pathlib import Path

import pytest
from crawling import RUN, crawl_sites
from local_web import Hit, Web, page, reply

from crawler.command import CrawlRefusedError
from crawler.from_warc import index_files
from crawler.warc import ArchiveError, Writer, read_payload

TEXT = page("Groups", text="We offer these groups to everybody who wants to come. " * 200)


def with_validators(paths: dict[str, str]) -> Web:
    """A server that answers 304 where the client's validators still hold."""

    def answer(body: str):  # type: ignore[no-untyped-def]
        etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:12]}"'

        def send(hit: Hit, client) -> None:  # type: ignore[no-untyped-def]
            same = hit.headers.get("if-none-match") == etag
            client.sendall(
                reply(304, etag=etag, connection="close") if same else reply(200, body, etag=etag, connection="close")
            )

        return send

    return Web({path: answer(body) for path, body in paths.items()})


def test_an_unchanged_page_costs_a_304_and_its_capture_is_carried_over(tmp_path: Path) -> None:
    later = "20260201T000000Z-test"
    with with_validators({"/": page("Home", "/groups|groups"), "/groups": TEXT}) as web:
        first = crawl_sites(tmp_path, web.origin)
        asked = len(web.log)
        web.pages["/new"] = page("New")
        second = crawl_sites(tmp_path, web.origin, run_id=later, revisit_of=RUN)
        assert len(web.log) == 2 * asked
    assert second.end.complete == 1
    assert second.end.bytes < 0.1 * first.end.bytes
    before = {capture.url: capture for capture in first.captures}
    from crawler.records import Capture, Visit
    from crawler.segments import read_segments, segment_folder

    after = read_segments(segment_folder(tmp_path, "captures", later), Capture)
    assert {capture.url for capture in after} == set(before)
    for capture in after:
        assert capture.run_id == later
        assert capture.capture_id != before[capture.url].capture_id
        assert (capture.sha256, capture.archive_file) == (before[capture.url].sha256, before[capture.url].archive_file)
        assert read_payload(tmp_path / capture.archive_file, capture.archive_offset).digest == capture.sha256
    outcomes = {visit.outcome for visit in read_segments(segment_folder(tmp_path, "visits", later), Visit)}
    assert "not_modified" in outcomes


def test_a_page_whose_archive_is_gone_is_asked_for_in_full(tmp_path: Path) -> None:
    with with_validators({"/": page("Home")}) as web:
        first = crawl_sites(tmp_path, web.origin)
        (tmp_path / first.captures[0].archive_file).unlink()
        second = crawl_sites(tmp_path, web.origin, run_id="20260201T000000Z-test", revisit_of=RUN)
    assert second.end.pages == 1
    assert "if-none-match" not in web.log[-1].headers


def test_a_crawl_from_warc_files_asks_the_network_for_nothing(tmp_path: Path) -> None:
    with Web({"/": page("Home", "/groups|groups", "/missing"), "/groups": TEXT}) as web:
        web.pages["/packed"] = reply(200, gzip.compress(b"x"), content_encoding="gzip")
        first = crawl_sites(tmp_path / "first", web.origin)
        asked = len(web.log)
        files = tuple((tmp_path / "first" / "archive").glob("*/*.warc.gz"))
        second = crawl_sites(tmp_path / "second", web.origin, from_warc=files)
        assert len(web.log) == asked
    assert second.outcomes == first.outcomes
    assert [capture.sha256 for capture in second.captures] == [capture.sha256 for capture in first.captures]
    capture = second.captures[1]
    assert read_payload(tmp_path / "second" / capture.archive_file, capture.archive_offset).payload.decode() == TEXT


def test_a_foreign_archive_is_read_without_a_contact_and_what_it_lacks_is_said(tmp_path: Path) -> None:
    plain = tmp_path / "foreign.warc.gz"
    with Writer(plain, {"software": "another"}) as writer:
        writer.response("https://larch.example/robots.txt", 404, [], b"")
        body = page("Larch", "/groups").encode()
        writer.response("https://larch.example/", 200, [("Content-Type", "text/html")], body)
    left = crawl_sites(tmp_path / "data", "https://larch.example/", from_warc=(plain,), allow_private=())
    assert left.outcomes["/"] == "ok"
    assert left.outcomes["/groups"] == "not_archived"
    assert (left.site.outcome, left.site.reason) == ("partial", "archive: 1 of 2 pages are not in it")
    assert left.end.exit_code == 0, "what an archive holds is the operator's choice"
    with pytest.raises(ArchiveError):
        index_files([tmp_path / "none.warc.gz"])


def test_the_shards_together_are_the_whole_and_no_site_is_in_two(tmp_path: Path) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(Web({"/": page(f"Home {number}")})) for number in range(9)]
        urls = [web.origin for web in webs]
        seen: list[str] = []
        for index in range(3):
            left = crawl_sites(tmp_path / str(index), *urls, shard=(index, 3))
            seen += [visit.site.site_key for visit in left.site_visits]
        assert sorted(seen) == sorted(url.removeprefix("http://") for url in urls)
        assert all(web.paths.count("/") == 1 for web in webs)
    with pytest.raises(CrawlRefusedError, match="shard 3/3"):
        crawl_sites(tmp_path, "http://127.0.0.1:9999/", shard=(3, 3))
