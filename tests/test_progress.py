"""The reporters: a live display on a terminal, plain lines in a pipe, warnings only when quiet; no escape passes."""

from __future__ import annotations

import io
import re

import pytest

from groupaudit.progress import LineReporter, LiveReporter, Reporter, Tally, count, duration, make_reporter
from groupaudit.terminal import clean


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = (
    {"event": "page", "site_key": "a.example", "url": "https://a.example/", "outcome": "ok"},
    {"event": "page", "site_key": "a.example", "url": "https://a.example/groups", "outcome": "ok"},
    {"event": "site", "site_key": "a.example", "outcome": "partial", "reason": "budget: pages", "pages": 2},
    {"event": "site", "site_key": "b.example", "outcome": "complete", "reason": "", "pages": 9},
    {"event": "audited", "site_key": "a.example", "name": "A practice", "pages": 2, "groups": 3, "flags": 1},
)


def play(reporter: Reporter) -> None:
    reporter.begin(4, already=1)
    reporter.note("run 1")
    for event in EVENTS:
        reporter.event(event)
    reporter.warn("careful")
    reporter.end()


@pytest.mark.parametrize("kind", [Reporter, LineReporter, LiveReporter])
def test_every_reporter_counts_the_same(kind: type[Reporter]) -> None:
    reporter = kind(Terminal())
    play(reporter)
    tally = reporter.tally
    assert (tally.sites, tally.done, tally.pages, tally.groups, tally.flags) == (4, 2, 11, 3, 1)
    assert tally.outcomes == {"partial": 1, "complete": 1}


def test_lines_name_each_site_with_what_came_of_it() -> None:
    stream = io.StringIO()
    play(LineReporter(stream))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "run 1"
    assert lines[1] == "a.example: crawled, partial (budget: pages), 2 pages"
    assert lines[2].startswith("[2/4] A practice (a.example): 2 pages, 3 groups, 1 flag (")
    assert lines[2].endswith(" left)")
    assert lines[3] == "groupaudit: careful"
    assert lines[4].startswith("2 of 4 sites, 11 pages, 3 groups, 1 flag in ")
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    ("last_event", "noun", "words"),
    [
        ("site", "site", "1 of 2 sites, 3 pages in "),
        ("extracted", "site", "1 of 2 sites, 4 groups in "),
        ("audited", "site", "1 of 2 sites, 4 groups, 1 flag in "),
        ("audited", "provider", "1 of 2 providers, 4 listings, 1 flag in "),
    ],
)
def test_the_end_line_counts_nothing_that_the_stage_does_not_look_for(last_event: str, noun: str, words: str) -> None:
    event = {"event": last_event, "site_key": "a.example"}
    event |= {"pages": 3, "outcome": "complete"} if last_event == "site" else {"groups": 4}
    stream = io.StringIO()
    reporter = LineReporter(stream)
    reporter.begin(2, last_event=last_event, noun=noun)
    reporter.event(event | ({"flags": 1} if last_event == "audited" else {}))
    reporter.end()
    assert stream.getvalue().splitlines()[-1].startswith(words)


def test_a_stop_is_said() -> None:
    stream = io.StringIO()
    reporter = LineReporter(stream)
    reporter.begin(2)
    reporter.event({"event": "stopping"})
    assert stream.getvalue().startswith("stopping: the open sites are finished first")


def test_quiet_shows_warnings_and_nothing_else() -> None:
    stream = io.StringIO()
    play(make_reporter(quiet=True, stream=stream))
    assert stream.getvalue() == "groupaudit: careful\n"


def test_the_terminal_decides_which_reporter() -> None:
    assert type(make_reporter(quiet=False, stream=io.StringIO())) is LineReporter
    assert type(make_reporter(quiet=False, stream=Terminal())) is LiveReporter
    assert type(make_reporter(quiet=True, stream=Terminal())) is Reporter


def test_the_live_display_shows_counts_pace_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    play(LiveReporter(stream))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "2/4 sites" in shown
    assert re.search(r"11 pages · 3 groups · 1 flag · \d+\.\d pages/s · \d+ s left", shown)


def test_time_left_counts_only_what_this_run_did(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally(sites=10, done=6, already=6, started=100.0)
    monkeypatch.setattr("time.monotonic", lambda: 130.0)
    assert tally.seconds_left is None
    tally.done = 8
    assert tally.seconds_left == pytest.approx(30.0)


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (7500, "2 h 05 min")])
def test_durations_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_counts_have_their_noun() -> None:
    assert [count(n, "group") for n in (0, 1, 2000)] == ["0 groups", "1 group", "2,000 groups"]


HOSTILE = "\x1b]0;owned\x07a\x1b[31m red\x9b2J \u202eetaG\u200b\ud800 line\nbreak\u2028"


def test_a_pages_words_reach_no_terminal_unclean() -> None:
    stream = io.StringIO()
    reporter = LineReporter(stream)
    reporter.begin(1)
    reporter.event({"event": "site", "site_key": HOSTILE, "outcome": HOSTILE, "reason": HOSTILE, "pages": 1})
    reporter.note(HOSTILE)
    shown = stream.getvalue().replace("\n", "")
    assert shown.isprintable()
    assert len(stream.getvalue().splitlines()) == 2


def test_cleaning_keeps_what_people_read() -> None:
    assert clean("Women “Process” Group — Zürich 治疗 👋 a\u00a0b") == "Women “Process” Group — Zürich 治疗 👋 a b"
    assert clean(HOSTILE).isprintable()
