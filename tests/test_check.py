"""`check`: its line format, sites read together or page by page, exit codes, hostile words, a polite visit of a URL."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import environment, groupaudit

from audit.records import Finding
from crawler.records import Block, Offering
from groupaudit.listing import Mark, listing_lines, marked
from groupaudit.sample_web import SampleWeb

PAGES = Path(__file__).parents[1] / "groupaudit/sample_web/pages"
LINE = {"source", "title", "error", "offerings"}
VERDICT = "claim own_label kind secondary mixed grounds exempt leader confidence verdict verdicts decided_by searched"
OFFERING = {*["group_key", "name", "text", "headings", "scope", "facts", "evidence"], *VERDICT.split()}
EVIDENCE = {"criterion", "kind", "field", "start", "end", "quote", "stance", "reason"}

SKILLS = """<html lang="en"><head><title>Anxiety Group Therapy</title></head><body><main><h1>Anxiety Group Therapy</h1>
<p>In this class you learn skills to cope with anxiety. Each week the instructor teaches one skill from the workbook.
You practise it at home and bring your homework to the next session. Handouts are given out.</p></main></body></html>"""
PROCESS = """<html lang="en"><head><title>What to expect</title></head><body><main><h1>What to expect in our groups</h1>
<p>In our groups, members tell each other honestly how they come across, and notice what they feel toward one another as
it happens. There is no agenda; the leader points out the patterns that show up between members in the room.</p>
</main></body></html>"""


def lines(*arguments: object, code: int = 0) -> list[dict[str, Any]]:
    done = groupaudit("check", *arguments, "--format", "jsonl")
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "sites" / "practice"
    (folder / "groups").mkdir(parents=True)
    (folder / "groups/anxiety.html").write_text(SKILLS, encoding="utf-8")
    (folder / "expect.htm").write_text(PROCESS, encoding="utf-8")
    (folder / "old.PHP").write_text("<html><body><p>Hello.</p></body></html>", encoding="utf-8")
    (folder / "notes.txt").write_text("not a page", encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden/draft.html").write_text(SKILLS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sample_lines() -> list[dict[str, Any]]:
    return lines("--site-root", PAGES)


def test_the_sample_sites_give_one_line_a_page_with_all_that_was_promised(sample_lines: list[dict[str, Any]]) -> None:
    pages = [path for path in PAGES.rglob("*") if path.suffix in (".html", ".htm", ".php")]
    assert sorted(line["source"] for line in sample_lines) == sorted(path.as_posix() for path in pages)
    assert all(set(line) == LINE for line in sample_lines)
    offerings = [offering for line in sample_lines for offering in line["offerings"]]
    assert len(offerings) > 45
    for offering in offerings:
        assert set(offering) >= OFFERING
        assert set(offering["verdicts"]) >= {"opencounseling-2021", "tip41"}
        assert offering["verdicts"]["opencounseling-2021"] == offering["verdict"]
        assert all(set(evidence) == EVIDENCE for evidence in offering["evidence"])


def test_every_span_holds_its_quotation(sample_lines: list[dict[str, Any]]) -> None:
    checked = 0
    for line in sample_lines:
        for offering in line["offerings"]:
            for evidence in offering["evidence"]:
                head, _, index = evidence["field"].partition(".")
                text = offering["headings"][int(index)] if index else offering[head]
                assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
                assert evidence["quote"]
                checked += 1
            assert offering["title"] == line["title"]
    assert checked > 100


def test_the_pages_of_a_site_are_searched_together(sample_lines: list[dict[str, Any]]) -> None:
    of_one = [line for line in sample_lines if "/larkmoor/" in line["source"]]
    searched = {offering["searched"] for line in of_one for offering in line["offerings"]}
    assert searched == {len(of_one)}


def test_a_folder_is_every_page_under_it_each_by_itself(site: Path) -> None:
    found = lines(site)
    assert sorted(Path(line["source"]).name for line in found) == ["anxiety.html", "expect.htm", "old.PHP"]
    (offering,) = next(line for line in found if line["source"].endswith("anxiety.html"))["offerings"]
    assert offering["claim"] == "own"
    assert offering["kind"] == "psychoeducation"
    assert offering["verdict"] == "mislabeled"
    assert offering["searched"] == 1


@pytest.mark.parametrize("how", ["--site-root", "--one-site"])
def test_what_the_site_says_elsewhere_clears_a_flag(site: Path, how: str) -> None:
    found = lines("--site-root", site.parent) if how == "--site-root" else lines(site, "--one-site")
    (offering,) = next(line for line in found if line["source"].endswith("practice/groups/anxiety.html"))["offerings"]
    assert offering["verdict"] == "review"
    assert offering["searched"] == 3
    assert any(each["source"].endswith("practice/expect.htm") for each in offering["elsewhere"])


def test_one_page_of_a_site_is_printed_alone_and_judged_with_the_others(site: Path) -> None:
    (line,) = lines(site / "groups", "--site-root", site.parent)
    (offering,) = line["offerings"]
    assert offering["verdict"] == "review"
    assert offering["searched"] == 3


def test_an_input_with_an_error_has_its_line_and_the_exit_code_says_so(site: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    deep = tmp_path / "deep.html"
    deep.write_text("<div>" * 200_000, encoding="utf-8")
    found = lines(site / "groups", tmp_path / "gone.html", tmp_path / "none", deep, code=3)
    assert [line["error"] and line["error"]["class"] for line in found] == [None, "not_found", "empty", "too_large"]
    assert all(line["error"]["message"] for line in found[1:])
    assert all(line["offerings"] == [] for line in found[1:])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"\x00\x01\x7fELF" + bytes(range(256)) * 20, "is no HTML: 5,126 bytes"),
        (random.Random(7).randbytes(5000), "is no HTML: 5,000 bytes"),
        (b"When do we meet? On Mondays.", "is no HTML: 28 bytes without a tag"),
        (b"\x89PNG\r\n\x1a\n" + bytes(900), "is no HTML: 908 bytes"),
    ],
    ids=["empty", "blank", "binary", "random", "plain text", "picture"],
)
def test_what_is_no_page_is_an_error_and_not_a_page_without_a_group(tmp_path: Path, body: bytes, words: str) -> None:
    (tmp_path / "page.html").write_bytes(body)
    (line,) = lines(tmp_path / "page.html", code=3)
    assert line["error"]["class"] == "not_html"
    assert words in line["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body><p>Hello.</p></body></html>",
        "<p>Grüße</p>".encode("latin-1"),
        "<p>Hello.</p>".encode("utf-16"),
        "<p>Hello.</p>".encode("utf-16-le"),
        b"<p>A stray \x00 byte.</p>",
    ],
)
def test_a_page_without_a_group_is_no_error(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "page.html").write_bytes(body)
    (line,) = lines(tmp_path / "page.html")
    assert (line["error"], line["offerings"]) == (None, [])


def test_json_is_the_same_lines_as_one_list(site: Path) -> None:
    done = groupaudit("check", site, "--format", "json")
    assert json.loads(done.stdout) == lines(site)


@pytest.mark.parametrize(
    ("how", "fail_on", "code"),
    [((), "flag", 1), ((), "review", 1), ((), None, 0), (("--one-site",), "flag", 0), (("--one-site",), "review", 1)],
)
def test_fail_on_exits_with_1_where_there_is_one(
    site: Path, how: tuple[str, ...], fail_on: str | None, code: int
) -> None:
    asked = ("--fail-on", fail_on) if fail_on else ()
    assert groupaudit("check", site, *how, *asked).returncode == code


def test_the_text_shows_the_words_underlined_and_what_would_change_it(site: Path) -> None:
    said = groupaudit("check", site / "groups/anxiety.html").stdout
    assert "labelled therapy, described as something else" in said
    assert "to change " in said
    assert "1 page, 1 group (1 mislabeled)" in said
    assert "Group Therapy" in underlined(said)
    assert "homework" in underlined(said)


def underlined(said: str) -> list[str]:
    """The words above each run of marks."""
    words, above = [], ""
    for row in said.splitlines():
        mark = re.match(r" *([\^=~])\1*", row)
        if mark:
            words.append(above[mark.start(1) : mark.end()])
        else:
            above = row
    return words


def test_another_rulebook_is_asked_for_by_name(site: Path) -> None:
    (line,) = lines(site / "groups", "--rulebook", "tip41")
    (offering,) = line["offerings"]
    assert offering["verdict"] == offering["verdicts"]["tip41"]


HOSTILE = "\x1b]0;owned\x07 \x1b[2J \u202egro\u202c \u200bup\x9b1m"


def test_a_hostile_page_reaches_the_terminal_as_plain_text(site: Path) -> None:
    page = site / "groups/anxiety.html"
    page.write_text(
        SKILLS.replace("Anxiety", f"Anxiety {HOSTILE}").replace("skills", f"skills {HOSTILE}"), encoding="utf-8"
    )
    said = groupaudit("check", page, "--all").stdout
    assert "Anxiety" in said
    assert all(line.isprintable() for line in said.split("\n"))


def test_a_url_is_one_polite_visit_of_that_page() -> None:
    with SampleWeb(only=["larkmoor"]) as web:
        origin = web.origins["larkmoor"]
        port = origin.rsplit(":", 1)[1]
        (line,) = lines(f"{origin}/group-therapy/", "--allow-private", f"127.0.0.1/32:{port}")
        asked = [access.path for access in web.log]
        (refused,) = lines(f"{origin}/wp-admin/group-drafts/", "--allow-private", f"127.0.0.1/32:{port}", code=3)
        (private,) = lines(f"{origin}/group-therapy/", "--contact", "me@example.org", code=3)
    assert line["source"] == f"{origin}/group-therapy/"
    assert len(line["offerings"]) >= 5
    assert asked == ["/robots.txt", "/group-therapy/"]
    assert refused["error"]["class"] == "robots"
    assert private["error"]["class"] == "private_address"


def test_marks_stand_under_their_words_on_every_row() -> None:
    text = "A men’s group\n" + "word " * 40 + "the end"
    long = (text.index("word"), text.index("word") + 119)
    marks = [Mark(2, 7, "^", "first"), Mark(*long, "~", "long"), Mark(text.index("the end"), len(text), "=", "last")]
    shown = list(marked(text, marks, "text", every=True))
    words = underlined("\n".join(shown))
    assert words[0] == "men’s"
    assert words[-1] == "the end"
    assert " ".join(words[1:-1]).split() == text[slice(*long)].split()
    assert [sum(row.endswith(f"  {mark.label}") for row in shown) for mark in marks] == [1, 1, 1]
    assert max(map(len, shown)) <= 100


def test_wide_characters_take_two_columns() -> None:
    row, marks = marked("小さな group", [Mark(4, 9, "^", "id")], "name", every=False)
    assert row == "name      小さな group"
    assert marks == " " * 17 + "^^^^^  id"


def test_a_listing_without_evidence_has_no_lines_unless_all_are_asked_for() -> None:
    offering = Offering("", "o", "s", "c", "", "", "A name", (), (Block("paragraph", "A text."),), "group")
    finding = Finding(
        "", "s", "g", "o", "v", "none", "o", "none", "unclear", (), False, 0, False, "unstated", 1.0, "not_claimed",
        (), (), (), (), False, -1, "",
    )  # fmt: skip
    assert list(listing_lines(offering, finding, (), every=False)) == []
    assert list(listing_lines(offering, finding, (), every=True)) == ["name      A name", "text:1    A text."]


WITHOUT_POSIX = """
import sys
if __name__ == "__main__":
    sys.modules["fcntl"] = sys.modules["resource"] = None
    from groupaudit.cli import main
    main()
"""


def test_a_page_is_checked_where_the_modules_of_unix_are_missing(site: Path, tmp_path: Path) -> None:
    script = tmp_path / "windows.py"
    script.write_text(WITHOUT_POSIX, encoding="utf-8")
    page = next(site.rglob("*.html"))
    done = subprocess.run([sys.executable, script, "check", page], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
