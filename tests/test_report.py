"""The report as files: what it says, what it never says, and that a page's text stays text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hostile import LONG, MARKUP, hostile_run
from hypothesis import given
from hypothesis import strategies as st
from synthetic_runs import RUN_1, SUPPORT_TEXT, GroupSpec, RunSpec, SiteSpec, small_run, write_run

from reports.errors import NoPublicationError
from reports.headline import summary
from reports.publish import publish
from reports.render.environment import asset
from reports.render.marks import TEXT_LIMIT, Hit, paragraphs, pieces
from reports.render.site import render
from reports.text import neutral, page_name, plain, safe_link, visible

CRITERIA = {"support.purpose": "A stated purpose of support.", "support.stories": "Stories met with support."}
FORBIDDEN = re.compile(r"\bfake|\bdeceiv|\bmislabel|\bfraud|\bmislead|\bfalse", re.IGNORECASE)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("small")
    write_run(data, small_run())
    publish(data)
    return render(data, criteria=CRITERIA).parent


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("hostile")
    write_run(data, hostile_run())
    publish(data)
    return render(data, criteria=CRITERIA).parent


def pages(folder: Path) -> dict[str, BeautifulSoup]:
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.html"))}
    return {name: BeautifulSoup(path.read_text(encoding="utf-8"), "lxml") for name, path in found.items()}


def words(soup: BeautifulSoup) -> str:
    return re.sub(r"\s+", " ", soup.get_text())


def test_every_kind_of_page_is_there_and_every_local_link_leads_somewhere(small: Path) -> None:
    found = pages(small)
    assert {"index.html", "groups.html", "sites.html", "changes.html", "criteria.html", "limits.html"} < set(found)
    assert len([name for name in found if name.startswith("provider/")]) == 4
    for name, soup in found.items():
        for link in soup.find_all("a"):
            target, _, anchor = str(link["href"]).partition("#")
            if target.startswith("http"):
                assert "noreferrer" in link["rel"], link
                continue
            file = (small / name).parent / target if target else small / name
            assert file.resolve().is_file(), (name, link["href"])
            other = found[file.resolve().relative_to(small.resolve()).as_posix()]
            assert not anchor or other.find(id=anchor), (name, link["href"])


def test_the_headline_is_said_once_and_the_same(small: Path) -> None:
    text = words(pages(small)["index.html"])
    for sentence in summary(small.parents[1] / "groupaudit.duckdb").sentences:
        assert sentence.text in text, sentence.key
    by_both, by_article = text.index("by both definitions"), text.index("by the article’s definition only")
    assert by_both < by_article


def test_every_page_is_marked_internal_and_speaks_to_members(small: Path) -> None:
    for name, soup in pages(small).items():
        text = words(soup)
        assert "INTERNAL: the providers of 5 of 5 flags were not asked." in text, name
        assert "Don’t leave a group because of this list." in text, name


def test_the_report_is_neutral(small: Path) -> None:
    for name, soup in pages(small).items():
        assert not FORBIDDEN.search(words(soup)), name
        assert "%" not in words(soup), name
    assert "opinion article" in words(pages(small)["criteria.html"])
    assert "no human has checked them yet" in words(pages(small)["limits.html"])


def test_a_provider_page_shows_the_listing_with_its_words_marked(small: Path) -> None:
    soup = pages(small)[f"provider/{page_name('alder.example')}"]
    (section,) = [s for s in soup.find_all("section", class_="flag") if s.h2.get_text() == "Grief Group Therapy"]
    assert [mark.get_text() for mark in section.select("div.listing mark.for")] == [
        "counts for the finding: support group for people in grief",
        "counts for the finding: share their stories and support one another",
    ]
    (counter,) = section.select("div.listing mark.counter")
    assert counter.get_text() == "the strongest words against it: notice how we respond to each other"
    text = words(section)
    for part in (
        "A stated purpose of support.", "TIP 41", "2026-11-02 06:00 UTC", "archive/run=", "What would change it",
        "https://alder.example/groups.html", "too little room",
    ):  # fmt: skip
        assert part in text, part
    digest = section.find(string=re.compile(r"^[0-9a-f]{64}$"))
    assert digest


def test_the_listing_shown_is_the_listing(small: Path) -> None:
    soup = pages(small)[f"provider/{page_name('birch.example')}"]
    (section,) = soup.find_all("section", class_="flag")
    for extra in section.select("div.listing sup, div.listing .sr"):
        extra.decompose()
    assert [block.get_text() for block in section.select("div.listing p.block")] == SUPPORT_TEXT.split("\n")


def test_every_group_is_listed_with_its_finding(small: Path) -> None:
    rows = pages(small)["groups.html"].select("tbody tr")
    assert len(rows) == 12
    findings = {row.find_all("td")[2].get_text(strip=True) for row in rows}
    assert {"page says too little", "therapy mixed with psychoeducation", "heading and name differ"} < findings


def test_a_chart_stands_beside_its_table(small: Path) -> None:
    soup = pages(small)["index.html"]
    figures = soup.find_all("figure")
    assert len(figures) >= 4
    for figure in figures:
        assert figure.find("svg", role="img")["aria-label"]
        assert figure.find("table")
    findings = soup.find(id="chart-findings").find_parent("figure")
    numbers = [int(cell.get_text()) for cell in findings.select("tbody td")]
    assert sum(numbers) == summary(small.parents[1] / "groupaudit.duckdb").numbers["labelled"]


def test_only_our_own_style_and_script_may_run(small: Path, hostile: Path) -> None:
    ours = {asset("report.js"), asset("report.css")}
    for folder in (small, hostile):
        for name, soup in pages(folder).items():
            policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
            assert policy.startswith("default-src 'none'; "), name
            assert "unsafe" not in policy, name
            assert soup.head.find("meta", attrs={"http-equiv": True}), (
                "the policy must stand before anything it governs"
            )
            assert {node.string for node in soup.find_all(["script", "style"])} <= ours, name


ACTIVE = [
    "img",
    "iframe",
    "object",
    "embed",
    "base",
    "form",
    "link",
    "audio",
    "video",
    "math",
    "template",
    "foreignobject",
]


def test_a_hostile_page_stays_text(hostile: Path) -> None:
    for name, soup in pages(hostile).items():
        for node in soup.find_all(ACTIVE):
            assert node.name == "form", (name, node)
            assert node["class"] == ["filter"], (name, node)
        for node in soup.find_all(True):
            for attribute, value in node.attrs.items():
                assert not attribute.lower().startswith("on"), (name, node)
                assert attribute not in ("style", "srcset", "srcdoc", "formaction", "xlink:href"), (name, node)
                if attribute in ("href", "src", "action"):
                    assert not re.match(r"(?i)\s*(javascript|data|vbscript|file):", str(value)), (name, node)
        text = soup.get_text()
        assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]", text), name
        assert len((hostile / name).read_bytes()) < 1_000_000, name


def test_a_hostile_page_can_be_read(hostile: Path) -> None:
    (provider,) = [soup for name, soup in pages(hostile).items() if name.startswith("provider/")]
    text = provider.get_text()
    for source in MARKUP:
        assert source in text, source
    assert "[U+202E]gnp.exe[U+202C]" in text
    assert f"{len(LONG) + len(' Group Therapy'):,} characters in all" in text
    assert "49" not in [node.get_text(strip=True) for node in provider.find_all("h2")]  # {{ 7 * 7 }} was not run


def test_file_names_come_from_us(hostile: Path) -> None:
    for path in hostile.rglob("*"):
        assert re.fullmatch(r"[a-z0-9-]+(\.html)?", path.name), path


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
     "vbscript:x", "file:///etc/passwd", "//evil.example", "https://", "https://a b", "ftp://x", "https://a\u202eb", "",
     "http://[::1", "https://a/" + "x" * 3000],
)  # fmt: skip
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    assert safe_link(url) == ""


def test_an_address_is_a_link() -> None:
    assert safe_link("https://example.org/groups?a=1&b=2#c") == "https://example.org/groups?a=1&b=2#c"
    assert safe_link("http://127.0.0.1:8000/") == "http://127.0.0.1:8000/"


@given(st.text())
def test_text_is_escaped_and_nothing_unseen_is_left(value: str) -> None:
    shown = str(visible(value))
    soup = BeautifulSoup(f"<pre>{shown}</pre>", "html.parser")
    assert {node.name for node in soup.find_all(True)} <= {"pre", "span"}
    assert soup.get_text() == plain(value)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@given(st.text())
def test_a_cell_is_never_a_formula(value: str) -> None:
    cell = str(neutral(value))
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%"))
    assert not cell or cell[0] not in "\t\r\n"


@given(st.text(alphabet="ab\n", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_marked_pieces_join_to_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    hits = [_hit(text, *sorted(span), number) for number, span in enumerate(spans)]
    found = pieces(text, hits)
    assert "".join(piece.text for piece in found) == text
    for hit in hits:
        if hit.quote:
            assert sum(hit in piece.ends for piece in found) == 1
    lines = ["".join(piece.text for piece in block) for block in paragraphs(text, hits)]
    assert lines == [line for line in text.split("\n") if line]


def test_a_long_text_is_shown_around_its_evidence() -> None:
    text = "x" * 20_000 + "a support group" + "y" * 20_000
    found = pieces(text, [_hit(text, 20_000, 20_015, 1)])
    assert sum(len(piece.text) for piece in found) < TEXT_LIMIT
    assert sum(len(piece.text) + piece.cut for piece in found) == len(text)
    assert [piece.text for piece in found if piece.stance] == ["a support group"]


def test_a_quotation_that_is_not_at_its_place_is_not_marked() -> None:
    hit = _hit("a support group", 2, 9, 1)
    assert not any(piece.stance for piece in pieces("b support group, moved", [hit]) if piece.text != "support")
    assert not any(piece.stance for piece in pieces("another text altogether", [hit]))


def _hit(text: str, start: int, end: int, number: int) -> Hit:
    end = min(end, len(text))
    return Hit(number, "kind", "c", "support", "for", "", text[start:end], "text", start, end, text, "", "")


def test_many_flags_are_paged_and_the_first_page_stays_small(tmp_path: Path) -> None:
    sites = tuple(
        SiteSpec(
            f"s{n}.example", tuple(GroupSpec(f"g{n}-{m}", text=f"{SUPPORT_TEXT}\nNumber {n} {m}.") for m in range(8))
        )
        for n in range(80)
    )
    write_run(tmp_path, RunSpec(RUN_1, sites))
    publish(tmp_path)
    folder = render(tmp_path, criteria=CRITERIA).parent
    found = pages(folder)
    assert (folder / "index.html").stat().st_size < 500_000
    assert "The first 150 of 640 are in this table" in words(found["index.html"])
    listed = [row for name, soup in found.items() if name.startswith("flags-") for row in soup.select("tbody tr")]
    assert len(listed) == 640
    assert (
        len([row for name, soup in found.items() if name.startswith("groups-") for row in soup.select("tbody tr")])
        == 640
    )


def test_a_report_is_replaced_whole(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    publish(tmp_path)
    first = render(tmp_path, criteria=CRITERIA)
    (first.parent / "stale.html").write_text("old")
    assert render(tmp_path, criteria=CRITERIA) == first
    assert not (first.parent / "stale.html").exists()
    assert [path.name for path in first.parent.parent.iterdir()] == [f"run={RUN_1}"]
    assert render(tmp_path, tmp_path / "elsewhere", criteria=CRITERIA) == tmp_path / "elsewhere" / "index.html"


def test_a_reply_and_a_withdrawal_are_shown(tmp_path: Path) -> None:
    write_run(tmp_path, small_run())
    entries = [
        {"at": "2026-11-03T00:00:00+00:00", "event": "reply", "site_key": "alder.example", "group_key": "a1",
         "text": "We <b>disagree</b>.", "dated": "2026-11-03"},
        {"at": "2026-11-04T00:00:00+00:00", "event": "state", "site_key": "alder.example", "group_key": "a1",
         "state": "withdrawn", "reason": "Our reading was wrong."},
    ]  # fmt: skip
    (tmp_path / "states.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    publish(tmp_path)
    found = pages(render(tmp_path, criteria=CRITERIA).parent)
    text = words(found[f"provider/{page_name('alder.example')}"])
    assert "We <b>disagree</b>." in text
    assert "withdrawn: Our reading was wrong." in text
    assert "Our reading was wrong." in words(found["changes.html"])


def test_nothing_published_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoPublicationError, match="groupaudit publish"):
        render(tmp_path)
    with pytest.raises(NoPublicationError, match="groupaudit publish"):
        summary(tmp_path / "groupaudit.duckdb")


def test_a_run_without_flags_has_a_report(tmp_path: Path) -> None:
    write_run(tmp_path, RunSpec(RUN_1, (SiteSpec("elm.example", outcome="failed"),)))
    publish(tmp_path)
    assert "None was found in this run." in words(pages(render(tmp_path, criteria=CRITERIA).parent)["index.html"])
