"""PDF flyers: asked for where a page speaks of groups, kept as they came, read sheet by sheet in the worker."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, environment, groupaudit
from crawling import RUN, crawl_sites
from local_web import Web, page, reply

from crawler.extract import Page, Pool, extract_site
from crawler.extract.stage import extract_site_of_run
from crawler.pdf import MAX_SHEETS, PdfError, pdf_to_html
from crawler.sites import make_site

Sheet = list[tuple[int, str]]
"""The lines of a sheet: size of the letters and text; an empty text is an empty line."""

FLYER: list[Sheet] = [
    [(24, "Spring programme"), (0, ""), (11, "Everything that our practice offers from April to June.")],
    [
        (20, "Grief Support Group"),
        (0, ""),
        (11, "Members share how they grieve and listen to each"),
        (11, "other, every Tuesday evening at 6 pm."),
        (0, ""),
        (20, "Anxiety Skills Workshop"),
        (0, ""),
        (11, "Eight weeks of lessons and worksheets on worry."),
        (11, "\\225 Breathing and grounding"),
        (11, "\\225 Thoughts and how to test them"),
    ],
]


def pdf(sheets: list[Sheet]) -> bytes:
    """A PDF as a word processor writes it: a font, a stream a sheet, a line of text at a time."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    kids = []
    for lines in sheets:
        height, shown = 780, []
        for size, text in lines:
            height -= max(14, int(size * 1.3))
            said = text.replace("(", "\\(").replace(")", "\\)")
            shown += [f"BT /F1 {size} Tf 1 0 0 1 60 {height} Tm ({said}) Tj ET"] if text else []
        stream = "\n".join(shown).encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(out),
    )  # fmt: skip


def encrypted(password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf(FLYER))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def answered(body: bytes) -> bytes:
    return reply(200, body, content_type="application/pdf", etag='"one"')


def site(**files: bytes) -> dict[str, object]:
    links = [f"/{name}|Flyer" for name in files]
    return {
        "/": page("Larch", "/groups|Our groups", "/house.pdf|House rules"),
        "/groups": page("Our groups and workshops", *links, text="All groups of this spring are in the flyer."),
        "/house.pdf": answered(pdf([[(11, "No smoking.")]])),
        **{f"/{name}": answered(body) for name, body in files.items()},
    }


FILES = {
    "wp-content/uploads/spring.pdf": pdf(FLYER),
    "copy.pdf": pdf(FLYER),
    "broken.pdf": pdf(FLYER)[:400],
    "locked.pdf": encrypted("secret"),
    "long.pdf": pdf([[(11, f"Sheet {n}")] for n in range(MAX_SHEETS + 1)]),
    "picture.pdf": pdf([[]]),
    "huge.pdf": b"%PDF-1.4\n" + b"x" * 300_000,
}


def test_a_flyer_is_one_capture_whose_groups_say_the_sheet_and_bad_files_have_named_outcomes(tmp_path: Path) -> None:
    with Web(site(**FILES)) as web:
        left = crawl_sites(tmp_path, f"{web.origin}/", response_bytes=200_000)
    outcomes = left.outcomes
    assert outcomes["/wp-content/uploads/spring.pdf"] == "ok"
    assert outcomes["/copy.pdf"] == "duplicate"
    assert outcomes["/huge.pdf"] == "too_large"
    assert outcomes["/house.pdf"] == "not_html", "linked from a page that does not speak of groups"
    assert "/house.pdf" not in web.paths
    captures = {"/" + capture.url.split("/", 3)[3]: capture for capture in left.captures}
    assert captures["/wp-content/uploads/spring.pdf"].media_type == "application/pdf"
    with Pool() as pool:
        extract = extract_site_of_run(tmp_path, RUN, left.site.site, pool)
    errors = {"/" + result.source.split("/", 3)[3]: result.error.class_ for result in extract.pages if result.error}
    assert errors == {
        "/broken.pdf": "parse_error",
        "/locked.pdf": "encrypted",
        "/long.pdf": "too_large",
        "/picture.pdf": "no_text",
    }
    flyer = captures["/wp-content/uploads/spring.pdf"].capture_id
    found = {o.name: o for result in extract.pages for o in result.offerings if o.capture_id == flyer}
    assert set(found) >= {"Grief Support Group", "Anxiety Skills Workshop"}
    grief = found["Grief Support Group"]
    assert grief.path.startswith("page=2>")
    assert all(block.path.startswith("page=2>") for block in grief.blocks)
    assert grief.text == "Members share how they grieve and listen to each other, every Tuesday evening at 6 pm."
    assert [block.role for block in found["Anxiety Skills Workshop"].blocks] == ["paragraph", "list_item", "list_item"]
    assert groupaudit("verify", "--data", tmp_path).returncode == 0


def test_an_unchanged_flyer_costs_a_304(tmp_path: Path) -> None:
    with Web(site(**{"spring.pdf": pdf(FLYER)})) as web:
        first = crawl_sites(tmp_path, f"{web.origin}/")
        web.pages["/spring.pdf"] = reply(304)
        second = crawl_sites(tmp_path, f"{web.origin}/", run_id=f"{RUN}2", revisit_of=RUN)
    assert second.end.complete == 1
    asked = [hit.headers.get("if-none-match") for hit in web.log if hit.path == "/spring.pdf"]
    assert asked == [None, '"one"']
    extract = extract_site_of_run(tmp_path, f"{RUN}2", first.site.site, None)
    assert "Grief Support Group" in {o.name for result in extract.pages for o in result.offerings}


def test_a_file_that_holds_the_worker_up_costs_its_own_page() -> None:
    # Many sheets, each below the limits that pypdf has of its own.
    endless = pdf(FLYER[:1] * MAX_SHEETS).replace(b"BT /F1 24 Tf", b"q Q\n" * 400_000 + b"BT /F1 24 Tf")
    pages = [Page("slow.pdf", endless, "application/pdf"), Page("good.pdf", pdf(FLYER), "application/pdf")]
    with Pool(seconds=5) as pool:
        extract = extract_site(pages, make_site("http://larch.example/"), RUN, pool=pool)
    slow, good = extract.pages
    assert slow.error is not None
    assert slow.error.message == "not done after 5 seconds"
    assert good.offerings


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_file_that_anybody_can_open_is_read_although_it_is_encrypted(password: str) -> None:
    if not password:
        assert b"Grief Support Group" in pdf_to_html(encrypted(password))
        return
    with pytest.raises(PdfError) as raised:
        pdf_to_html(encrypted(password))
    assert raised.value.class_ == "encrypted"


def test_without_the_extra_a_flyer_stays_not_html_and_says_what_to_install(tmp_path: Path) -> None:
    script = tmp_path / "without.py"
    script.write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'pypdf' else find(name, *more)\n"
        "import sys; from pathlib import Path; from crawler.child import main\n"
        "sys.exit(main(Path(sys.argv[1])))\n"
    )
    from crawler.options import CrawlOptions, write_options
    from crawler.records import Visit
    from crawler.segments import read_segments, segment_folder

    with Web(site(**{"spring.pdf": pdf(FLYER)})) as web:
        options = CrawlOptions(
            tmp_path, RUN, (make_site(f"{web.origin}/"),), gap_seconds=0.0, allow_private=("127.0.0.0/8",)
        )
        write_options(options, tmp_path / "options.jsonl")
        with subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "options.jsonl")],
            cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        ) as child:  # fmt: skip
            assert child.wait(60) == 0
    visits = read_segments(segment_folder(tmp_path, "visits", RUN), Visit)
    (flyer,) = [visit for visit in visits if visit.url.endswith("/spring.pdf")]
    assert flyer.outcome == "not_html"
    assert "groupaudit[pdf]" in flyer.detail
    assert "/spring.pdf" not in web.paths
