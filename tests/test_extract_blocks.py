"""Bytes become text, text becomes blocks as a visitor sees them, and frames go."""

from __future__ import annotations

import pytest

from crawler.extract.decode import decode, squeeze
from crawler.extract.furniture import common, fingerprints, mark_by_structure, mark_common
from crawler.extract.tree import PageTree
from crawler.extract.walk import parse, read_tree
from crawler.records import Role


def tree(html: str) -> PageTree:
    read = read_tree(parse(html))
    mark_by_structure(read)
    return read


def seen(html: str) -> list[str]:
    return [block.text for block in tree(html).blocks if not block.furniture]


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "", ""),
        ("utf-8", "iso-8859-1", "windows-1252"),
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", "", "latin1"),
        ("cp1252", "no-such-charset", "utf-8"),
        ("utf-16-le", "", ""),
        ("utf-16-be", "", ""),
        ("utf-16", "utf-8", "utf-8"),
    ],
)
def test_text_is_read_in_its_encoding_whatever_is_declared(encoding: str, declared: str, header: str) -> None:
    html = f'<meta charset="{declared}"><h1>Café group – 50 £</h1>'
    assert "Café group – 50 £" in decode(html.encode(encoding), header)


@pytest.mark.parametrize("charset", ["shift_jis", "Shift-JIS", "x-sjis"])
def test_shift_jis_is_read_where_it_is_declared(charset: str) -> None:
    body = f'<meta charset="{charset}"><p>グループ療法</p>'.encode("cp932")
    assert "グループ療法" in decode(body)


def test_a_few_broken_bytes_do_not_turn_utf_8_into_another_encoding() -> None:
    assert "Café" in decode("Café é à ü ö".encode() + b"\xff")


def test_invisible_marks_go_and_white_space_is_one_space() -> None:
    assert squeeze("a\u200b\u00a0\n b\u202e\ufeff\tc\x00") == "a b c"


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">X</div>',
        "<div hidden>X</div>",
        '<div style="visibility: hidden">X</div>',
        '<span class="sr-only">X</span>',
        '<i aria-hidden="true">X</i>',
        "<template>X</template>",
        "<script>X</script>",
        "<select><option>X</option></select>",
        "<noscript>X</noscript>",
        "<!-- X -->",
        "<nav><ul><li>X</li></ul></nav>",
        "<footer>X</footer>",
        '<div class="cookie-banner">X</div>',
        '<ol class="breadcrumb"><li>X</li></ol>',
        '<form><label>X</label><input name="x"></form>',
        '<div class="site-menu"><a href="/">X</a></div>',
        '<ol class="commentlist"><li>X</li></ol>',
        '<div class="testimonial">X</div>',
    ],
)
def test_what_is_hidden_or_frames_the_page_is_not_read(hidden: str) -> None:
    assert seen(f"<main><h1>Top</h1>{hidden}<p>{'Words of the page. ' * 9}</p></main>")[0] == "Top"
    assert "X" not in seen(f"<main><h1>Top</h1>{hidden}<p>{'Words of the page. ' * 9}</p></main>")


@pytest.mark.parametrize(
    "shown",
    [
        '<button aria-controls="a">Open</button><div id="a" style="display:none">X</div>',
        '<a href="#a">Open</a><div id="a" hidden>X</div>',
        '<div role="tabpanel" aria-hidden="true">X</div>',
        '<div class="accordion-content" style="display:none">X</div>',
        "<button onclick=\"show('a')\">Open</button><div id='a' style='display:none'>X</div>",
        '<section id="social-skills-group"><h3>Social Skills Group</h3><p>X</p></section>',
        '<div class="tab-content" id="nav-tabContent">X</div>',
        "<article><footer>X</footer></article>",
        '<label for="t1">X</label>',
    ],
)
def test_what_one_click_shows_or_only_sounds_like_a_frame_is_read(shown: str) -> None:
    assert "X" in seen(f"<main><h1>Top</h1>{shown}<p>{'Words of the page. ' * 9}</p></main>")


@pytest.mark.parametrize(
    ("html", "role", "level"),
    [
        ("<h3>X</h3>", Role.HEADING, 3),
        ('<div role="heading">X</div>', Role.HEADING, 6),
        ("<h3><button aria-expanded=false>X</button></h3>", Role.HEADING, 3),
        ("<ul><li><p>X</p></li></ul>", Role.LIST_ITEM, 0),
        ("<table><tr><td>X</td></tr></table>", Role.TABLE_CELL, 0),
        ("<dl><dt>X</dt></dl>", Role.TERM, 0),
        ("<dl><dd>X</dd></dl>", Role.DEFINITION, 0),
        ("<details><summary>X</summary></details>", Role.SUMMARY, 0),
        ("<button>X</button>", Role.BUTTON, 0),
        ('<a class="btn" href="/">X</a>', Role.BUTTON, 0),
        ("<figure><figcaption>X</figcaption></figure>", Role.CAPTION, 0),
        ("<p>X</p>", Role.PARAGRAPH, 0),
    ],
)
def test_a_block_knows_what_it_is(html: str, role: str, level: int) -> None:
    block = tree(html).blocks[0]
    assert (block.text, block.role, block.level) == ("X", role, level)


def test_a_line_break_parts_lines_and_not_a_heading() -> None:
    assert seen("<p>One<br>Two</p><h2>Three<br>four</h2>") == ["One", "Two", "Three four"]


def test_what_most_pages_share_is_a_frame_but_a_group_on_all_of_them_stays() -> None:
    shared = "<div><p>We answer within a day.</p></div><h3>Grief Group</h3><p>Mondays at 5 pm for adults.</p>"
    pages = [tree(f"<main><h1>Page {n}</h1><p>Words {n} of page {n} alone.</p>{shared}</main>") for n in range(6)]
    marks = common([fingerprints(page) for page in pages])
    mark_common(pages[0], marks)
    assert [block.text for block in pages[0].blocks if not block.furniture] == [
        "Page 0",
        "Words 0 of page 0 alone.",
        "Grief Group",
        "Mondays at 5 pm for adults.",
    ]


def test_forty_city_pages_of_one_chain_are_no_frame() -> None:
    text = "".join(f"<p>Sentence {n} of our anxiety group, the same in every city of ours.</p>" for n in range(9))
    cities = [tree(f"<main><h1>Anxiety Group in City {n}</h1>{text}</main>") for n in range(40)]
    others = [tree(f"<main><h1>About {n}</h1><p>Other words {n}.</p></main>") for n in range(3)]
    assert common([fingerprints(page) for page in cities + others]) == frozenset()
