"""The provider list: every form, every bad row named with its line and why."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from crawler.guard import BadUrlError
from crawler.records import Site
from crawler.sites import SiteListError, line_ranges, make_site, path_prefix, read_sites

GOOD = Site(
    "www.larch.example", "https://www.larch.example/", "larch.example",
    name="Larch", city="Norwich", phone="555", stratum="a", weight=1.5,
)  # fmt: skip


def test_the_four_forms_give_the_same_sites(tmp_path: Path) -> None:
    head = ["Website", "Name", "City", "Phone", "Stratum", "Weight", "Ignored"]
    row = ["https://www.larch.example/", "Larch", "Norwich", "555", "a", 1.5, "x"]
    book = Workbook()
    for cells in (head, row):
        book.active.append(cells)  # type: ignore[union-attr]
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "list.csv").write_text(",".join(head) + "\r\n" + ",".join(map(str, row)) + "\r\n")
    (tmp_path / "list.tsv").write_text(
        "\ufeff" + "\t".join(head) + "\n" + "\t".join(map(str, row)) + "\n", encoding="utf-8"
    )
    (tmp_path / "semi.csv").write_text(";".join(head) + "\n" + ";".join(map(str, row)) + "\n")
    (tmp_path / "list.jsonl").write_text(json.dumps(dict(zip(head, row, strict=True))) + "\n\n")
    for name in ("list.xlsx", "list.csv", "list.tsv", "semi.csv", "list.jsonl"):
        assert read_sites(tmp_path / name).sites == (GOOD,), name
    (tmp_path / "list.txt").write_text("# ours\nhttps://www.larch.example/\nlarch.example\n")
    assert [site.site_key for site in read_sites(tmp_path / "list.txt").sites] == ["www.larch.example", "larch.example"]
    (tmp_path / "plain.csv").write_text("https://www.larch.example/\nhttps://fir.example/\n")
    assert len(read_sites(tmp_path / "plain.csv").sites) == 2
    (tmp_path / "strings.jsonl").write_text('"https://www.larch.example/"\n')
    assert len(read_sites(tmp_path / "strings.jsonl").sites) == 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",no address", "no address"),
        ("not a site,x", "space"),
        ("ftp://larch.example/,x", "only http"),
        ("mailto:a@larch.example,x", "no web address"),
        ("https://u:p@larch.example/,x", "user name"),
        ("https://larch/,x", "no domain"),
        ("https://larch.example:25/,x", "port 25"),
        ("https://larch.example/,x,heavy", "weight"),
        ("https://larch.example/,x,-1", "weight"),
        ("https://larch.example/,x,nan", "weight"),
        (f"https://larch.example/,{'x' * 501}", "name"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_the_good_ones_can_be_used(row: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f'url,name,weight\nhttps://fir.example/,"two\nlines",1\n{row}\nhttps://oak.example/,x,\n')
    with pytest.raises(SiteListError, match=r"1 of 3 rows(?s:.*)line 4: ") as caught:
        read_sites(path)
    assert why in str(caught.value)
    found = read_sites(path, skip_bad=True)
    assert [site.site_key for site in found.sites] == ["fir.example", "oak.example"]
    assert [(bad.line, why in bad.why) for bad in found.bad] == [(4, True)]


def test_every_bad_row_is_named_however_many(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("\n".join("no site" if n % 2 else f"s{n}.example" for n in range(100)))
    with pytest.raises(SiteListError) as caught:
        read_sites(path)
    lines = str(caught.value)
    assert all(f"line {n}: " in lines or f", {n}" in lines or f"lines {n}," in lines for n in range(2, 101, 2))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("missing.csv", None, "no such file"),
        ("empty.csv", "", "names no site"),
        ("head.csv", "url,name\n", "names no site"),
        ("columns.csv", "name,city\nLarch,Norwich\n", "no column of addresses"),
        ("broken.xlsx", "this is no workbook", "not an Excel workbook"),
        ("broken.jsonl", "{broken\n", "not JSON"),
        ("list.jsonl", "[1]\n", "not an object"),
        ("quote.csv", 'url,name\nhttps://a.example/,"never closed\n' + "x\n" * 600_000, "cannot be read"),
        ("binary.csv", "\0\1\2\0", "no column of addresses"),
    ],
)
def test_a_list_that_is_none_is_refused_with_what_to_do(
    name: str, content: str | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    with pytest.raises(SiteListError, match=why) as caught:
        read_sites(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("N-SUMHSS-2023-DS0001-info.csv", "CASEID,url\n1,https://larch.example/\n"),
        ("n-ssats_2020.csv", "url\nhttps://larch.example/\n"),
        ("facilities.csv", "CASEID,STFIPS,DETOX,TREATMT,url\n1,2,3,4,https://larch.example/\n"),
    ],
)
def test_survey_files_whose_terms_forbid_it_are_refused(name: str, head: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(head)
    with pytest.raises(SiteListError, match="its terms forbid"):
        read_sites(tmp_path / name, skip_bad=True)


def test_only_identical_sites_are_duplicates_and_shared_domains_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        "https://a.platform.example/\nhttps://b.platform.example/\nHTTPS://A.Platform.example/index.html#top\n"
        "https://platform.example/ann/\nhttps://platform.example/ann\n"
    )
    found = read_sites(path)
    assert len(found.sites) == 3
    assert [(double.line, double.first_line) for double in found.duplicates] == [(3, 1), (5, 4)]
    assert found.shared == (("platform.example", 3),)


@pytest.mark.parametrize(
    ("url", "key", "polite"),
    [
        ("larch.example", "larch.example", "larch.example"),
        ("http://www.larch.co.uk/groups/list.html?x=1#y", "www.larch.co.uk/groups", "larch.co.uk"),
        ("https://larch.example/practice/ann/", "larch.example/practice/ann", "larch.example"),
        ("https://larch.example/home", "larch.example", "larch.example"),
        ("https://ann.wordpress.com/", "ann.wordpress.com", "wordpress.com"),
        ("http://127.0.0.1:8000/a/", "127.0.0.1:8000/a", "127.0.0.1:8000"),
        ("http://[::1]:8000/", "[::1]:8000", "[::1]:8000"),
        ("http://localhost:8000/", "localhost:8000", "localhost:8000"),
        ("https://b\u00fccher.example/", "xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_what_a_site_and_its_politeness_key_are(url: str, key: str, polite: str) -> None:
    site = make_site(url)
    assert (site.site_key, site.politeness_key) == (key, polite)


@given(st.text(max_size=80))
def test_any_text_is_a_site_or_a_bad_address(text: str) -> None:
    try:
        site = make_site(text)
    except BadUrlError:
        return
    assert make_site(site.url) == site
    assert not path_prefix(site.url.split(site.site_key.split("/")[0], 1)[1].partition("?")[0]).endswith("/")


@given(st.sets(st.integers(1, 50)))
def test_line_ranges_name_each_line(lines: set[int]) -> None:
    named: set[int] = set()
    for part in filter(None, line_ranges(sorted(lines)).split(", ")):
        start, _, end = part.partition("-")
        named |= set(range(int(start), int(end or start) + 1))
    assert named == lines


@pytest.mark.long
def test_a_million_rows_are_read_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("w") as handle:
        handle.write("url,name,city,phone\n")
        for number in range(1_000_000):
            handle.write(f"https://www.practice{number}.example/,Practice {number},Norwich,603-392-{number}\n")
    started = time.monotonic()
    assert len(read_sites(path).sites) == 1_000_000
    assert time.monotonic() - started < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000
