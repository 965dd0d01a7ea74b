# ruff: noqa: E501 - tables of values read better a line each
"""Being heard, and what may be handed on: letters, replies, states, and a public folder that holds nothing else."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from bs4 import BeautifulSoup
from hostile import hostile_run
from hypothesis import given
from hypothesis import strategies as st
from synthetic_runs import RUN_1, RUN_2, SUPPORT_TEXT, GroupSpec, Hit, RunSpec, SiteSpec, write_run

from reports import states
from reports.errors import NoPublicationError, PublicRefusedError, ReportsError
from reports.letter import letter
from reports.masking import mask
from reports.public import write_public
from reports.publish import publish

SEEN = datetime.date(2026, 11, 2)
LETTER = datetime.date(2026, 10, 20)
TODAY = datetime.date(2026, 11, 12)
WHO = {"publisher": "The Gazette", "contact": "desk@gazette.example", "interests": "none"}


def group(key: str, name: str, words: str, **changes: object) -> GroupSpec:
    """A flag with words of its own, so that a search for them finds it and nothing else."""
    text = f"A support group for {words}.\nMembers share their stories of {words}."
    hits = (Hit("Group Therapy", "name", "claim", "claim.group_therapy"), Hit(f"support group for {words}"),
            Hit(f"share their stories of {words}", criterion="support.stories"))  # fmt: skip
    return GroupSpec(key, name=f"{name} Group Therapy", text=text, hits=hits, counter=-1, **changes)  # type: ignore[arg-type]


HEARD = SiteSpec("heard.example", (group("heard", "Lantern", "keepers of lanterns"), replace(group("queue", "Undecided", "undecided matters"), verdict="review", tip41="review")), organisation="Heard House")  # fmt: skip
SILENT = SiteSpec("silent.example", (group("silent", "Quarry", "quarry folk"),), organisation="Silent Practice")
YOUNG = SiteSpec("young.example", (group("young", "Harbour", "harbour pilots"),), organisation="Young Practice")
UNSURE = SiteSpec("unsure.example", (group("unsure", "Meadow", "meadow walkers"),), organisation="Unsure Practice", identity="unconfirmed")  # fmt: skip
SETTLED = SiteSpec("settled.example", (group("settled", "Orchard", "orchard owners"),), organisation="Settled Practice")
SERVICE = SiteSpec("service.example", (group("service", "Tidal", "tidal workers", scope="service"),), organisation="Service Practice")  # fmt: skip
OTHERS = {"Quarry", "quarry folk", "silent.example", "Silent Practice", "Harbour", "harbour pilots", "young.example", "Young Practice",
          "Meadow", "meadow walkers", "unsure.example", "Unsure Practice", "Orchard", "orchard owners", "settled.example", "Settled Practice",
          "Tidal", "tidal workers", "service.example", "Service Practice", "Undecided", "undecided matters"}  # fmt: skip


def world(data: Path, *sites: SiteSpec, heard: tuple[str, ...] = ("heard.example",), run_id: str = RUN_1) -> None:
    write_run(data, RunSpec(run_id, sites or (HEARD, SILENT, YOUNG, UNSURE, SETTLED, SERVICE)))
    publish(data, today=TODAY)
    for site in heard:
        states.letter_sent(data, site, dated=LETTER)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "data"
    world(folder, heard=("heard.example", "settled.example", "unsure.example", "service.example"))
    states.letter_sent(folder, "young.example", dated=TODAY - datetime.timedelta(days=20))
    states.set_state(folder, "settled", "withdrawn", "We misread the orchard page.")
    publish(folder, today=TODAY)
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data", symlinks=True))


def everything(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_byte_of_the_public_folder_is_about_who_was_not_heard(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "public"
    report = write_public(data, out, **WHO, today=TODAY)
    assert (report.named, report.kept_back) == (1, {"not yet heard": 2, "not in the count": 2, "withdrawn": 1})
    found = everything(out)
    assert {
        "groupaudit-public.duckdb",
        "flags.csv",
        "groupaudit.json",
        "groupaudit.schema.json",
        "index.html",
        "corrections.html",
    } <= set(found)
    for name, content in found.items():
        for word in OTHERS:
            for encoded in (word, json.dumps(word)[1:-1], word.lower(), word.replace(" ", "-")):
                assert encoded.encode() not in content, (name, word)
    for name in ("groupaudit-public.duckdb", "flags.csv", "groupaudit.json", "index.html"):
        assert b"Heard House" in found[name], name


def test_the_internal_database_does_hold_them(data: Path) -> None:
    """The search above can fail: the words are there before they are left out."""
    content = (data / "parquet" / "flags.parquet").resolve().read_bytes() + (data / "groupaudit.duckdb").read_bytes()
    assert any(word.encode() in content for word in OTHERS)


@pytest.mark.parametrize("missing", ["publisher", "contact", "interests"])
def test_who_names_others_says_who_they_are(data: Path, tmp_path: Path, missing: str) -> None:
    with pytest.raises(PublicRefusedError, match=missing):
        write_public(data, tmp_path / "public", **(WHO | {missing: " "}), today=TODAY)
    assert not (tmp_path / "public").exists()


def test_the_publisher_stands_on_the_pages(data: Path, tmp_path: Path) -> None:
    write_public(data, tmp_path / "public", **WHO, today=TODAY)
    for path in [tmp_path / "public" / "index.html", *(tmp_path / "public" / "provider").iterdir()]:
        text = BeautifulSoup(path.read_text(), "lxml").get_text()
        assert "The Gazette" in text
        assert "desk@gazette.example" in text
        assert "INTERNAL" not in text
        assert "Don’t leave a group because of this list." in text


def test_a_page_seen_too_long_ago_is_read_again_first(data: Path, tmp_path: Path) -> None:
    late = SEEN + datetime.timedelta(days=15)
    with pytest.raises(PublicRefusedError, match=r"groupaudit recheck --stale(.|\n)*heard.example"):
        write_public(data, tmp_path / "public", **WHO, today=late)
    assert not (tmp_path / "public").exists()
    write_public(data, tmp_path / "public", **WHO, today=SEEN + datetime.timedelta(days=14))


@pytest.mark.parametrize(("days", "named"), [(20, 0), (21, 1)])
def test_twenty_one_days_are_given(tmp_path: Path, days: int, named: int) -> None:
    folder = tmp_path / "data"
    world(folder, HEARD, heard=())
    states.letter_sent(folder, "heard.example", dated=TODAY - datetime.timedelta(days=days))
    publish(folder, today=TODAY)
    assert write_public(folder, tmp_path / "public", **WHO, today=TODAY).named == named


def test_personal_words_are_dots_and_spans_hold(tmp_path: Path) -> None:
    folder, out = tmp_path / "data", tmp_path / "public"
    text = (f"{SUPPORT_TEXT}\nLed by Jane Roe, LCSW. Ask for jane: (555) 123-4567 or jane.roe@heard.example.\n"
            "Dr. Miguel Ñandú joins us. A group for survivors: Mondays 6:30 pm, 12 Elm Street, Room 4.")  # fmt: skip
    world(
        folder,
        SiteSpec(
            "heard.example",
            (GroupSpec("heard", text=text, name="Jane Roe's Group Therapy"),),
            organisation="Heard House",
        ),
    )
    publish(folder, today=TODAY)
    write_public(folder, out, **WHO, today=TODAY)
    for name, content in everything(out).items():
        for secret in (
            "Roe",
            "(555",
            "123-4567",
            "jane.roe",
            "Miguel",
            "Ñandú",
            "Mondays",
            "6:30",
            "Elm Street",
            "Room 4",
        ):
            assert secret.encode() not in content, (name, secret)
    with duckdb.connect(str(out / "groupaudit-public.duckdb"), read_only=True) as connection:
        shown, region, digest, name = (
            connection.execute('SELECT "text", region, text_sha256, name FROM flags').fetchone() or ()
        )
        spans = connection.execute(
            'SELECT quote, substr("text", "start" + 1, "end" - "start") FROM evidence'
        ).fetchall()
    assert len(shown) == len(text)
    assert shown[1:].startswith(SUPPORT_TEXT[1:])  # the extractor marked the first character as personal
    assert digest == hashlib.sha256(shown.encode()).hexdigest()
    assert region == ""
    assert name == "•••• •••'s Group Therapy"
    assert spans
    assert all(quote == found for quote, found in spans)


@pytest.mark.parametrize(
    ("text", "at_risk", "expected"),
    [
        ("Call 555-123-4567 now", False, "Call •••••••••••• now"),
        ("Call +1 (555) 123 4567", False, "Call •• ••••• ••• ••••"),
        ("Write to a.b+c@d-e.org!", False, "Write to •••••••••••••!"),
        ("Led by Ana Lopez, LMFT, on Mondays", False, "Led by ••• •••••, LMFT, on Mondays"),
        ("A group with Compassion Focused Therapy", False, "A group with Compassion Focused Therapy"),
        ("Groups with Ana Lopez and Grace", False, "Groups with ••• ••••• and Grace"),
        ("Dr. Kim leads it", False, "••• ••• leads it"),
        ("Mondays, 6-7:30 pm, 12 Elm Street", True, "•••••••, •••••• ••, •• ••• ••••••"),
        ("Mondays, 6-7:30 pm, 12 Elm Street", False, "Mondays, 6-7:30 pm, 12 Elm Street"),
        ("A grief support group, 8 weeks, $40", True, "A grief support group, 8 weeks, $40"),
    ],
)
def test_what_is_masked(text: str, at_risk: bool, expected: str) -> None:
    assert mask(text, [], at_risk=at_risk) == expected


def test_a_name_is_masked_wherever_it_stands_again() -> None:
    assert mask("Jane meets you. Ask jane roe or Roe.", ["Jane Roe"]) == "•••• meets you. Ask •••• ••• or •••."


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3), st.booleans())
def test_masking_keeps_every_place(text: str, names: list[str], at_risk: bool) -> None:
    masked = mask(text, names, at_risk=at_risk)
    assert len(masked) == len(text)
    assert all(new in (old, "•") for old, new in zip(text, masked, strict=True))


@pytest.mark.parametrize("unit", ["N", "A.", "a@", "1-", "Aa ", "with A", "12 a "])
def test_masking_takes_no_long_time_over_a_long_text(unit: str) -> None:
    import time

    started = time.monotonic()
    mask(unit * (300_000 // len(unit)), ["Jane Roe"], at_risk=True)
    assert time.monotonic() - started < 10


def test_public_pages_are_neutral_and_harmless(tmp_path: Path) -> None:
    folder, out = tmp_path / "data", tmp_path / "public"
    run = hostile_run()
    write_run(folder, run)
    publish(folder, today=TODAY)
    states.letter_sent(folder, "evil.example", dated=LETTER)
    states.reply(folder, run.sites[0].groups[0].key, "<script>alert(1)</script> we disagree")
    publish(folder, today=TODAY)
    write_public(folder, out, **WHO, today=TODAY)
    for path in out.rglob("*.html"):
        soup = BeautifulSoup(path.read_text(), "lxml")
        assert not soup.find_all(["img", "iframe", "object", "base", "link", "math", "foreignobject"]), path
        assert len(soup.find_all("script")) <= 1
        for node in soup.find_all(True):
            assert not any(name.startswith("on") or name == "style" for name in node.attrs), (path, node)
            assert not re.match(r"(?i)\s*(javascript|data):", str(node.attrs.get("href", "")))
        assert not re.search(r"\bfake|\bdeceiv|\bmislabel", soup.get_text(), re.IGNORECASE)


def test_a_withdrawn_flag_that_was_named_is_corrected(tmp_path: Path) -> None:
    folder, out = tmp_path / "data", tmp_path / "public"
    world(folder, HEARD)
    publish(folder, today=TODAY)
    assert write_public(folder, out, **WHO, today=TODAY).named == 1
    states.set_state(folder, "heard", "withdrawn", "The text was about another group.")
    publish(folder, today=TODAY)
    assert write_public(folder, out, **WHO, today=TODAY).named == 0
    text = BeautifulSoup((out / "corrections.html").read_text(), "lxml").get_text()
    assert "Lantern Group Therapy" in text
    assert "The text was about another group." in text
    assert b"Lantern" not in (out / "flags.csv").read_bytes()


def test_a_state_follows_its_group_through_relabelling_rewording_and_moving(tmp_path: Path) -> None:
    world(tmp_path, HEARD)
    states.set_state(tmp_path, "heard", "disputed", "They see it otherwise.")
    moved = replace(
        HEARD.groups[0], name="Beacon Group Therapy", page="new/place.html", text=HEARD.groups[0].text + "\nNew words."
    )
    write_run(tmp_path, RunSpec(RUN_2, (replace(HEARD, groups=(moved,)),)))
    publish(tmp_path, today=TODAY)
    with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
        row = connection.execute("SELECT name, state, state_reason, letter_sent FROM flags").fetchone()
    assert row == ("Beacon Group Therapy", "disputed", "They see it otherwise.", LETTER)


def test_a_dated_state_ends(tmp_path: Path) -> None:
    world(tmp_path, HEARD)
    states.set_state(tmp_path, "heard", "suppressed", "Talks go on.", until=datetime.date(2026, 11, 20))
    for day, state in ((20, "suppressed"), (21, "")):
        publish(tmp_path, today=datetime.date(2026, 11, day))
        with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
            assert connection.execute("SELECT state FROM flags").fetchone() == (state,)


def test_states_are_only_ever_added(tmp_path: Path) -> None:
    world(tmp_path, HEARD)
    states.set_state(tmp_path, "heard", "disputed", "One.")
    before = (tmp_path / "states.jsonl").read_bytes()
    states.set_state(tmp_path, "heard", "answered", "Two.")
    after = (tmp_path / "states.jsonl").read_bytes()
    assert after.startswith(before)
    assert [row["state"] for row in states.rows(tmp_path)] == ["", "disputed", "answered"]


def test_a_state_of_nothing_is_refused(tmp_path: Path) -> None:
    world(tmp_path, HEARD)
    with pytest.raises(ReportsError, match="did you mean heard"):
        states.set_state(tmp_path, "heart", "fixed", "Because.")
    with pytest.raises(ReportsError, match="one of answered"):
        states.set_state(tmp_path, "heard", "gone", "Because.")
    with pytest.raises(ReportsError, match="reason"):
        states.set_state(tmp_path, "heard", "fixed", " ")
    with pytest.raises(ReportsError, match="words"):
        states.reply(tmp_path, "heard", "")
    with pytest.raises(ReportsError, match=r"did you mean heard\.example"):
        states.letter_sent(tmp_path, "heard.exampel")
    with pytest.raises(NoPublicationError):
        states.letter_sent(tmp_path / "none", "heard.example")


def test_the_letter_says_what_was_found_and_is_recorded(tmp_path: Path) -> None:
    world(tmp_path, HEARD, SILENT, heard=())
    made = letter(tmp_path, "heard.example", publisher="The Gazette", contact="desk@gazette.example", today=LETTER)
    assert made.flags == ("heard",)
    for said in (made.text, BeautifulSoup(made.html, "lxml").get_text()):
        for part in ("Heard House", "Lantern Group Therapy", "support group for keepers of lanterns", "https://heard.example/groups.html",
                     "2026-11-10", "desk@gazette.example", "support.stories", "Either the label or the description could change"):  # fmt: skip
            assert part in re.sub(r"\s+", " ", said), part
        assert "Undecided" not in said
        assert "Quarry" not in said
        assert not re.search(r"\bfake|\bdeceiv|\bmislabel", said, re.IGNORECASE)
    (entry,) = states.rows(tmp_path)
    assert (entry["event"], entry["site_key"], entry["dated"]) == ("letter", "heard.example", "2026-10-20")
    letter(tmp_path, "heard.example", publisher="p", contact="c", record=False)
    assert len(states.rows(tmp_path)) == 1


def test_a_second_letter_is_a_copy_and_the_first_date_counts(tmp_path: Path) -> None:
    world(tmp_path, HEARD, heard=())
    who = {"publisher": "p", "contact": "c"}
    letter(tmp_path, "heard.example", **who, today=LETTER)
    later = LETTER + datetime.timedelta(days=10)
    with pytest.raises(ReportsError, match=r"on 2026-10-20; --again"):
        letter(tmp_path, "heard.example", **who, today=later)
    copy = letter(tmp_path, "heard.example", **who, today=later, again=True)
    assert (copy.reply_by, copy.copies) == (LETTER + datetime.timedelta(days=21), 1)
    assert [row["event"] for row in states.rows(tmp_path)] == ["letter", "letter_copy"]
    publish(tmp_path, today=TODAY)
    with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT letter_sent FROM flags").fetchall() == [(LETTER,)]


def test_a_flag_found_after_a_letter_was_not_heard_by_it(tmp_path: Path) -> None:
    world(tmp_path, HEARD, heard=())
    letter(tmp_path, "heard.example", publisher="p", contact="c", today=LETTER)
    new = replace(HEARD, groups=(HEARD.groups[0], group("new", "Windmill", "windmill keepers")))
    world(tmp_path, new, heard=(), run_id=RUN_2)
    with duckdb.connect(str(tmp_path / "groupaudit.duckdb"), read_only=True) as connection:
        sent = dict(connection.execute("SELECT group_key, letter_sent FROM flags").fetchall())
    assert sent == {"heard": LETTER, "new": None}
    assert letter(tmp_path, "heard.example", publisher="p", contact="c", today=TODAY).flags == ("new",)


def test_a_letter_quotes_at_most_five_words_that_count_and_none_twice(tmp_path: Path) -> None:
    lines = [f"support circle number {'x' * n} of friends" for n in range(1, 8)]
    hits = (Hit("Group Therapy", "name", "claim", "claim.own"), *(Hit(line) for line in lines), Hit("support circle"),
            Hit("circle number xxxxxxx of friends and"), Hit("we learn many skills for the days that are heavy and long", stance="set_aside", reason="elsewhere"))  # fmt: skip
    text = "\n".join(lines) + " and family\nwe learn many skills for the days that are heavy and long"
    world(tmp_path, SiteSpec("heard.example", (GroupSpec("heard", text=text, hits=hits, counter=-1),)), heard=())
    made = letter(
        tmp_path, "heard.example", publisher="The Gazette", contact="c", interests="sells group therapy", record=False
    )
    quoted = re.findall(r'- "(.*?)"', made.text)
    assert quoted == lines[:1:-1]
    assert "we learn many skills for the days that are heavy and long" not in made.text
    assert len(BeautifulSoup(made.html, "lxml").select("ol.evidence > li")) == 5
    assert made.text.endswith("sells group therapy\n")
    assert made.html.endswith("</html>\n")
    for said in (made.text, BeautifulSoup(made.html, "lxml").get_text()):
        for part in ("no human has checked them yet", "Who publishes: The Gazette", "Interests in the matter: sells group therapy",
                     "What Exactly Is Group Therapy?", "contested", "Improvement Protocol 41", "may be published by name"):  # fmt: skip
            assert part in re.sub(r"\s+", " ", said), part


def test_a_letter_needs_a_sender_and_a_flag(tmp_path: Path) -> None:
    world(tmp_path, HEARD, heard=())
    with pytest.raises(ReportsError, match="publisher and contact"):
        letter(tmp_path, "heard.example", publisher="", contact=" ")
    with pytest.raises(ReportsError, match="no flag"):
        letter(tmp_path, "nowhere.example", publisher="p", contact="c")


def test_a_hostile_listing_does_no_harm_in_a_letter(tmp_path: Path) -> None:
    write_run(tmp_path, hostile_run())
    publish(tmp_path)
    made = letter(tmp_path, "evil.example", publisher="p", contact="c", record=False)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", made.text)
    soup = BeautifulSoup(made.html, "lxml")
    assert not soup.find_all(["script", "img", "iframe", "base"])
    assert len(made.text) < 200_000


def public_slices(tmp_path: Path, **types: int) -> dict[str, int]:
    """Publish so many sites of each type and return the slices by type, the same in the database, CSV and JSON."""
    sites = [
        SiteSpec(f"{kind}{n}.example", provider_type=kind, region="")
        for kind, many in types.items()
        for n in range(many)
    ]
    write_run(tmp_path / "data", RunSpec(RUN_1, tuple(sites)))
    publish(tmp_path / "data", today=TODAY)
    out = tmp_path / "public"
    write_public(tmp_path / "data", out, **WHO, today=TODAY)
    with duckdb.connect(str(out / "groupaudit-public.duckdb"), read_only=True) as connection:
        found = dict(connection.execute('SELECT "value", sites FROM coverage').fetchall())
    for name in ("coverage.csv", "groupaudit.json"):
        content = (out / name).read_text(encoding="utf-8")
        assert [kind for kind in types if kind in content] == [kind for kind in types if kind in found], name
    return found


def test_a_slice_of_fewer_than_five_sites_is_left_out(tmp_path: Path) -> None:
    assert public_slices(tmp_path, zeta=5, iota=4, kappa=1) == {"": 10, "zeta": 5}


def test_nor_can_a_small_slice_be_had_by_a_difference(tmp_path: Path) -> None:
    assert public_slices(tmp_path, zeta=7, kappa=6, sigma=1) == {"": 14, "zeta": 7}
