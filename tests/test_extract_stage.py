"""The stage: captures and the archive in, three segments a site out, again and again the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extract.stage import VERSION, extract_run, extract_site_of_run
from crawler.records import Capture, Group, Offering, Passage, Site, SiteVisit
from crawler.segments import read_segments, segment_folder, segment_name, write_segment
from crawler.warc import Writer

SITE = Site("hill.example", "http://hill.example/", "hill.example")
NOW = datetime(2026, 11, 1, tzinfo=UTC)
INDEX = (
    b"<title>Groups</title><h1>Groups</h1><p>Our groups are small.</p>"
    b"<div><h3>Grief Group</h3><p>For adults. Tuesdays at 6 pm.</p></div>"
    b"<div><h3>Worry Class</h3><p>A class on worry for teens. Mondays at 5 pm.</p></div>"
)
OWN = (
    b"<title>Grief Group</title><h1>Grief Group</h1><p>A weekly group for adults who have lost somebody. "
    b"Tuesdays at 6 pm.</p>"
)


def archive(data: Path, run: str, pages: dict[str, bytes]) -> None:
    """Lay out what the crawl leaves of a committed site."""
    captures = []
    folder = data / "archive" / f"run={run}"
    writer = Writer(folder / "hill.warc.gz", {"software": "test"})
    for number, (url, body) in enumerate(pages.items()):
        stands = writer.response(url, 200, [("Content-Type", "text/html; charset=utf-8")], body)
        captures.append(
            Capture(
                run, f"{run}-{number}", SITE.site_key, url, url, NOW, 200, "text/html", "utf-8", stands.sha256,
                f"archive/run={run}/{stands.file}", stands.offset, "", "en",
            )
        )  # fmt: skip
    writer.close()
    name = segment_name(SITE.site_key)
    write_segment(segment_folder(data, "captures", run) / name, captures, Capture)
    visit = SiteVisit(run, SITE, NOW, NOW, "complete", "", "", 2, 2, 0, "", None, "confirmed", "", 0)
    write_segment(segment_folder(data, "site_visits", run) / name, [visit], SiteVisit)


def rows(data: Path, run: str) -> tuple[list[Offering], list[Passage], list[Group]]:
    return (
        read_segments(segment_folder(data, "offerings", run, VERSION), Offering),
        read_segments(segment_folder(data, "passages", run, VERSION), Passage),
        read_segments(segment_folder(data, "groups", run, VERSION), Group),
    )


def test_a_run_gives_offerings_passages_and_groups(tmp_path: Path) -> None:
    archive(tmp_path, "1", {"http://hill.example/groups": INDEX, "http://hill.example/grief": OWN})
    events: list[dict[str, object]] = []
    end = extract_run(tmp_path, "1", on_event=events.append)
    offerings, passages, groups = rows(tmp_path, "1")
    assert (end.sites, end.pages, end.offerings, end.groups, end.errors) == (1, 2, 3, 2, {})
    assert events == [
        {"event": "extracted", "site_key": "hill.example", "pages": 2, "offerings": 3, "groups": 2, "errors": 0}
    ]
    grief = next(group for group in groups if group.name == "Grief Group")
    assert {o.url for o in offerings if o.group_key == grief.group_key} == {
        "http://hill.example/groups",
        "http://hill.example/grief",
    }
    assert next(o for o in offerings if o.offering_id == grief.fullest).url == "http://hill.example/grief"
    assert [passage.text for passage in passages if passage.about_groups] == ["Our groups are small."]


def test_extracting_again_gives_the_same_rows(tmp_path: Path) -> None:
    archive(tmp_path, "1", {"http://hill.example/groups": INDEX})
    extract_site_of_run(tmp_path, "1", SITE, None)
    before = rows(tmp_path, "1")
    extract_site_of_run(tmp_path, "1", SITE, None)
    assert rows(tmp_path, "1") == before


def test_a_later_run_carries_the_keys_over(tmp_path: Path) -> None:
    archive(tmp_path, "1", {"http://hill.example/groups": INDEX})
    archive(tmp_path, "2", {"http://hill.example/groups": INDEX.replace(b"Grief Group", b"Loss Circle")})
    extract_site_of_run(tmp_path, "1", SITE, None)
    extract_site_of_run(tmp_path, "2", SITE, None)
    then, now = rows(tmp_path, "1")[2], rows(tmp_path, "2")[2]
    assert [group.group_key for group in now] == [group.group_key for group in then]
    assert all(group.matched_by == "new" for group in then)
    assert "new" not in [group.matched_by for group in now]


def test_a_broken_record_costs_its_page_and_is_counted(tmp_path: Path) -> None:
    archive(tmp_path, "1", {"http://hill.example/groups": INDEX, "http://hill.example/grief": OWN})
    file = next((tmp_path / "archive").rglob("*.warc.gz"))
    captures = read_segments(segment_folder(tmp_path, "captures", "1"), Capture)
    with file.open("r+b") as handle:
        handle.seek(captures[1].archive_offset)
        handle.write(b"garbage!")
    end = extract_run(tmp_path, "1")
    assert end.errors == {"parse_error": 1}
    assert {o.name for o in rows(tmp_path, "1")[0]} == {"Grief Group", "Worry Class"}


@pytest.mark.parametrize("wanted", [["hill.example"], ["elsewhere.example"]])
def test_only_the_sites_asked_for_are_extracted(tmp_path: Path, wanted: list[str]) -> None:
    archive(tmp_path, "1", {"http://hill.example/groups": INDEX})
    assert extract_run(tmp_path, "1", site_keys=wanted).sites == (wanted == ["hill.example"])
