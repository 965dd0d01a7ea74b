"""A directory's own listings: every format read, every bad row named, the directory's filing a claim of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.listings import EXTRACTOR, ListingsError, import_listings, read_rows
from audit.records import Finding
from audit.stage import audit_run
from crawler.records import Capture, Offering
from crawler.segments import read_segments, segment_folder

ROWS = [
    {"id": "1", "name": "Calm Group", "text": "This class teaches coping skills.\nEach week has a handout.",
     "headings": "Groups > Anxiety", "provider": "Elm House", "category": "Group Therapy"},
    {"id": "2", "name": "Grief Support Group", "text": "", "headings": "", "provider": "Oak House", "category": ""},
]  # fmt: skip


def write(path: Path, rows: list[dict]) -> Path:
    if path.suffix == ".csv":
        head = list(rows[0])
        lines = [",".join(f'"{row[key]}"' for key in head) for row in rows]
        path.write_text("\n".join([",".join(head), *lines]) + "\n", encoding="utf-8")
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_listings_become_captures_offerings_and_findings(tmp_path: Path, suffix: str) -> None:
    data = tmp_path / "data"
    imported = import_listings(write(tmp_path / f"mine.{suffix}", ROWS), data, "r1")
    assert (imported.listings, imported.providers, imported.left_out) == (2, 2, ())
    offerings = {
        o.name: o for o in read_segments(segment_folder(data, "offerings", "r1", f"extractor={EXTRACTOR}"), Offering)
    }
    assert offerings["Calm Group"].headings == ("Groups", "Anxiety")
    captures = read_segments(segment_folder(data, "captures", "r1"), Capture)
    assert all((data / capture.archive_file).is_file() for capture in captures)
    end = audit_run(data, "r1", extractor=EXTRACTOR)
    assert end.groups == 2
    findings = {
        f.group_key: f for f in read_segments(segment_folder(data, "findings", "r1", f"audit={end.version}"), Finding)
    }
    assert (findings["1"].claim, findings["1"].verdict) == ("listed", "not_claimed")
    assert findings["2"].kind == "support"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "name,description\nx,y\n", r"no column named text \(found: name, description\)"),
        ("a.csv", "", r"no column named text \(the file is empty\)"),
        ("a.jsonl", "{oops\n", "line 1: not JSON"),
        ("a.jsonl", "[1]\n", "line 1: a listing is an object"),
        ("a.txt", "hello", "listings are .csv, .jsonl or .parquet"),
        ("a.parquet", "not parquet", "cannot be read as parquet"),
        ("a.csv", "text,name\n,\n", "no listing with a text or a name"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ListingsError, match=message):
        import_listings(path, tmp_path / "data", "r1")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ListingsError, match="no such file"):
        import_listings(tmp_path / "nothing.csv", tmp_path / "data", "r1")


def test_bad_rows_are_left_out_and_named(tmp_path: Path) -> None:
    rows = [*ROWS, {**ROWS[0]}, {**ROWS[0], "id": "9", "text": " ", "name": ""}]
    imported = import_listings(write(tmp_path / "mine.jsonl", rows), tmp_path / "data", "r1")
    assert imported.listings == 2
    assert imported.left_out == ("row 3: the id '1' stands twice; the first is kept", "row 4: neither text nor name")


SKILLS = {
    "name": "Anxiety Group Therapy",
    "text": "In this class you learn skills to cope with anxiety. Each week the instructor teaches one skill from the "
    "workbook. You practise it at home and bring your homework to the next session. Handouts are given out.",
}
PROCESS = {
    "scope": "service",
    "text": "In our groups, members tell each other honestly how they come across, and notice what they feel to one "
    "another as it happens. There is no agenda; the leader points out the patterns between members in the room.",
}


@pytest.mark.parametrize(("provider", "verdict", "searched"), [("", "mislabeled", 1), ("Elm House", "review", 2)])
def test_rows_without_a_provider_are_not_searched_for_one_another(
    tmp_path: Path, provider: str, verdict: str, searched: int
) -> None:
    data = tmp_path / "data"
    rows = [{"id": str(n), "provider": provider, "scope": "group", **row} for n, row in enumerate((SKILLS, PROCESS), 1)]
    imported = import_listings(write(tmp_path / "mine.jsonl", rows), data, "r1")
    assert (imported.providers, imported.unnamed, imported.sites) == ((1, 0, 1) if provider else (0, 2, 2))
    end = audit_run(data, "r1", extractor=EXTRACTOR)
    assert end.sites == imported.sites
    findings = read_segments(segment_folder(data, "findings", "r1", f"audit={end.version}"), Finding)
    (found,) = [finding for finding in findings if finding.group_key == "1"]
    assert (found.verdict, len(found.searched)) == (verdict, searched)


def test_a_provider_s_own_name_is_never_taken_for_a_row_without_one(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "id": "1", "provider": ""}, {**ROWS[0], "id": "2", "provider": "unknown provider"}]
    imported = import_listings(write(tmp_path / "mine.jsonl", rows), tmp_path / "data", "r1")
    assert (imported.providers, imported.unnamed) == (1, 1)


def test_a_row_number_is_no_id_that_another_row_gave(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "id": "2"}, {**ROWS[0], "id": ""}]
    imported = import_listings(write(tmp_path / "mine.jsonl", rows), tmp_path / "data", "r1")
    assert (imported.listings, imported.left_out) == (2, ())


@pytest.mark.parametrize(
    "content",
    [
        'ID,Name,Text,Page Title,Provider\n7,Calm Group,"A class, with a handout.",Groups,Elm House\n',
        "id;NAME;Text;page_title;Provider\n7;Calm Group;A class, with a handout.;Groups;Elm House\n",
        "\ufeffid\tname\ttext\tpage title\tPROVIDER\n7\tCalm Group\tA class, with a handout.\tGroups\tElm House\n",
        '\nid,name,text,page_title,provider,text\n,,,,,\n7,Calm Group,"A class, with a handout.",Groups,Elm House,no\n',
    ],
    ids=["capitals", "semicolons", "tabs", "a name twice and empty lines"],
)
def test_a_spreadsheet_s_csv_is_read_as_it_comes(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8")
    ((_, row),) = read_rows(path)
    assert row == {
        "id": "7",
        "name": "Calm Group",
        "text": "A class, with a handout.",
        "page_title": "Groups",
        "provider": "Elm House",
    }


@pytest.mark.parametrize("name", ["mine.csv", "mine.jsonl"])
def test_another_encoding_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes('text\n{"text": "Gespräch"}\n'.encode("latin-1"))
    with pytest.raises(ListingsError, match=r"is not UTF-8 .*; save it as UTF-8"):
        import_listings(path, tmp_path / "data", "r1")
