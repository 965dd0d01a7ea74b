"""`sites import`: public registries as lists that `run` takes; survey files are refused by their columns."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from commands import groupaudit

from crawler.importers import COLUMNS, import_list
from crawler.sites import SiteListError, read_sites

FACILITIES = {
    "page": 1,
    "totalPages": 1,
    "recordCount": 4,
    "rows": [
        {
            "_irow": 1, "name1": "Larch Behavioral Health", "name2": "North branch", "street1": "1 Elm Street",
            "city": "Norwich", "state": "CT", "zip": "06360", "phone": "860-555-0100", "intake1": None,
            "website": "http://www.larch.example/", "typeFacility": "MH",
            "services": [{"f1": "Type of Care", "f2": "TC", "f3": "Mental health treatment"}],
        },
        {"_irow": 2, "name1": "Larch, South", "city": "Cromer", "state": "CT", "website": "http://www.larch.example"},
        {"_irow": 3, "name1": "No Web", "city": "Cromer", "state": "CT", "website": None},
        {"_irow": 4, "name1": 'Fir "and" Oak, Inc', "state": "ME", "website": "fir.example/care", "typeFacility": "SA"},
        {"_irow": 5, "name1": "Mail", "website": "mailto:a@b.example"},
    ],
}  # fmt: skip
HRSA = (
    "\ufeffHealth Center Type,Health Center Number,Site Name,Site Address,Site City,Site State Abbreviation,"
    "Site Telephone Number,Site Web Address,Site Status Description,Health Center Name\r\n"
    "Federally Qualified Health Center (FQHC),H80,Larch Clinic,1 Elm Street,Norwich,CT,860-555-0100,www.larch.example,"
    'Active,"Larch, Inc"\r\n'
    "Look-Alike,LAL,Closed Clinic,2 Elm Street,Norwich,CT,,www.closed.example,Closed,Larch\r\n"
    "Look-Alike,LAL,Oak Clinic,3 Elm Street,Cromer,CT,,,Active,Oak\r\n"
)
INDEX = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://larch.example/sitemap.xml</loc></sitemap>
<sitemap><loc>https://platform.example/practices/fir/sitemap.xml</loc></sitemap></sitemapindex>"""
URLS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://larch.example/groups</loc></url><url><loc>https://larch.example/about</loc></url>
<url><loc>https://fir.example/x</loc></url></urlset>"""


def imported(kind: str, file: Path) -> tuple[list[dict[str, str]], str]:
    done = groupaudit("sites", "import", kind, file)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    target = file.with_name("sites.csv")
    target.write_text(done.stdout)
    assert len(read_sites(target).sites) == len(rows), "what is printed is a list that run takes"
    return rows, done.stderr


def test_the_locators_export_becomes_a_list(tmp_path: Path) -> None:
    (tmp_path / "locator.json").write_text(json.dumps(FACILITIES))
    rows, said = imported("findtreatment", tmp_path / "locator.json")
    assert [row["url"] for row in rows] == ["http://www.larch.example/", "https://fir.example/care"]
    assert rows[0] == {
        "url": "http://www.larch.example/",
        "name": "Larch Behavioral Health", "organisation": "Larch Behavioral Health",
        "provider_type": "mental health facility", "region": "CT", "city": "Norwich", "phone": "860-555-0100",
    }  # fmt: skip
    assert rows[1]["name"] == 'Fir "and" Oak, Inc'
    assert rows[1]["provider_type"] == "substance use facility"
    assert "2 sites from locator.json; left out: 1 with no web site, 1 with no usable web address" in said
    (tmp_path / "pages.json").write_text(json.dumps([FACILITIES, FACILITIES]))
    assert len(import_list("findtreatment", tmp_path / "pages.json").rows) == 2
    (tmp_path / "bare.json").write_text(json.dumps(FACILITIES["rows"]))
    assert len(import_list("findtreatment", tmp_path / "bare.json").rows) == 2


def test_hrsas_health_centres_become_a_list_without_the_closed_ones(tmp_path: Path) -> None:
    (tmp_path / "hrsa.csv").write_text(HRSA, encoding="utf-8")
    rows, said = imported("hrsa", tmp_path / "hrsa.csv")
    assert len(rows) == 1
    assert rows[0] == {
        "url": "https://www.larch.example/", "name": "Larch Clinic", "organisation": "Larch, Inc",
        "provider_type": "Federally Qualified Health Center (FQHC)", "region": "CT", "city": "Norwich",
        "phone": "860-555-0100",
    }  # fmt: skip
    assert "left out: 1 with no web site" in said


def test_a_sitemap_index_names_sites_by_their_folders_and_a_sitemap_by_its_hosts(tmp_path: Path) -> None:
    (tmp_path / "index.xml").write_text(INDEX)
    rows, _ = imported("sitemap", tmp_path / "index.xml")
    assert {row["url"] for row in rows} == {"https://larch.example/", "https://platform.example/practices/fir/"}
    (tmp_path / "urls.xml.gz").write_bytes(gzip.compress(URLS.encode()))
    rows, _ = imported("sitemap", tmp_path / "urls.xml.gz")
    assert [row["url"] for row in rows] == ["https://larch.example/", "https://fir.example/"]
    many = "".join(f"<sitemap><loc>https://s{n}.example/sitemap.xml</loc></sitemap>" for n in range(6000))
    (tmp_path / "many.xml").write_text(f"<sitemapindex>{many}</sitemapindex>")
    assert len(import_list("sitemap", tmp_path / "many.xml").rows) == 6000, "no list is cut short in silence"


SURVEY = "CASEID,STFIPS,DETOX,TREATMT,OWNERSHP,website\n1,9,1,0,2,https://larch.example/\n"


@pytest.mark.parametrize("kind", ["validate", "hrsa", "findtreatment", "jsonl"])
def test_survey_files_are_refused_by_their_columns_whatever_they_are_called(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "facilities.csv"
    file.write_text(SURVEY)
    words: tuple[object, ...] = ("sites", "validate", file) if kind == "validate" else ("sites", "import", kind, file)
    if kind in ("findtreatment", "jsonl"):
        row = dict(zip(*(line.split(",") for line in SURVEY.split()), strict=True))
        file = tmp_path / "facilities.jsonl"
        file.write_text(json.dumps([row] if kind == "findtreatment" else row))
        words = ("sites", "import", kind, file) if kind == "findtreatment" else ("sites", "validate", file)
    done = groupaudit(*words)
    assert done.returncode == 2
    assert "terms forbid using it to investigate single facilities" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("findtreatment", "{", "cannot be read as findtreatment"),
        ("findtreatment", '{"rows": [{"name": "x"}]}', "not the locator's export"),
        ("findtreatment", '{"rows": [{"name1": "x", "website": ""}]}', "no row of it has a web site"),
        ("hrsa", "name,url\nx,https://larch.example\n", "no column site name or site web address"),
        ("sitemap", "<html></html>", "names no address"),
    ],
)
def test_what_is_not_of_the_kind_is_refused_with_the_reason(kind: str, text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(SiteListError, match=why):
        import_list(kind, tmp_path / "file")
    with pytest.raises(SiteListError, match="no such file"):
        import_list(kind, tmp_path / "none")


def test_the_columns_are_those_of_a_site_list(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(",".join(COLUMNS) + "\nhttps://larch.example/,N,O,T,R,C,1234567\n")
    (site,) = read_sites(tmp_path / "list.csv").sites
    assert [getattr(site, name) for name in COLUMNS[1:]] == ["N", "O", "T", "R", "C", "1234567"]
