"""One Reporter for all stages: a live display on a terminal, plain lines in a pipe, nothing but the end when quiet.

Everything goes to stderr: what a command found goes to stdout and stays pipeable. Events come from several threads.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from crawler.records import SiteOutcome
from groupaudit.terminal import clean

_SEEN = ("ok", "rendered", "not_modified")
"""Outcomes of an address that gave a page; the others (redirects, 404s, robots) are visits without one."""


@dataclass
class Tally:
    """What has come of a run so far. `already` sites were there when it began and say nothing about the pace."""

    sites: int = 0
    done: int = 0
    already: int = 0
    pages: int = 0
    open_pages: dict[str, int] = field(default_factory=dict)
    noun: str = "site"
    groups: int = 0
    flags: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def rate(self) -> float:
        """Pages a second since this command began."""
        return self.pages / max(time.monotonic() - self.started, 0.001)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the last site is done at the present pace; None before the first is."""
        fresh = self.done - self.already
        if fresh <= 0:
            return None
        return (time.monotonic() - self.started) / fresh * (self.sites - self.done)


class Reporter:
    """Counts the events of all stages and shows them. This one shows nothing but warnings: `--quiet`."""

    def __init__(self, stream: TextIO) -> None:
        self.tally = Tally()
        self._stream = stream
        self._lock = threading.Lock()
        self._last_event = "audited"

    @contextmanager
    def showing(self, sites: int, already: int = 0, last_event: str = "audited", noun: str = "site") -> Iterator[None]:
        """Count and show the events of the block; at its end say what they came to, unless it failed."""
        self.begin(sites, already, last_event, noun)
        try:
            yield
        except BaseException:
            self.stop()
            raise
        self.end()

    def begin(self, sites: int, already: int = 0, last_event: str = "audited", noun: str = "site") -> None:
        """Start counting: so many sites in all, of which some were there; `last_event` is the one that ends a site.

        `noun` says what the sites are where they are none: the providers of listings.
        """
        self.tally = Tally(sites=sites, done=already, already=already, noun=noun)
        self._last_event = last_event

    def event(self, event: Mapping[str, Any]) -> None:
        """Take in one event of a stage: `page`, `site`, `extracted`, `audited`; others are ignored."""
        with self._lock:
            name = event.get("event")
            if name == "page":
                self._tally_page(event)
            elif name == "site":
                outcome = str(event.get("outcome", ""))
                self.tally.outcomes[outcome] = self.tally.outcomes.get(outcome, 0) + 1
                # The site's own count holds: an address that was answered may have been robots.txt or a sitemap.
                answered = self.tally.open_pages.pop(str(event.get("site_key")), 0)
                self.tally.pages += int(event.get("pages", 0)) - answered
            if name in ("extracted", "audited"):
                self.tally.groups += int(event.get("groups", 0)) if name == self._last_event else 0
                self.tally.flags += int(event.get("flags", 0))
            if name == self._last_event:
                self.tally.done += 1
            self._show(event)

    def _tally_page(self, event: Mapping[str, Any]) -> None:
        if event.get("outcome") in _SEEN:
            site = str(event.get("site_key"))
            self.tally.open_pages[site] = self.tally.open_pages.get(site, 0) + 1
            self.tally.pages += 1

    def note(self, line: str) -> None:
        """Say one thing that is not progress: what is resumed, what is served, what is written."""

    def warn(self, line: str) -> None:
        """Say one thing that went wrong and was got over; shown when quiet too."""
        print(f"groupaudit: {clean(line)}", file=self._stream, flush=True)

    def end(self) -> None:
        """Stop showing, and say what the whole came to."""
        self.stop()

    def stop(self) -> None:
        """Leave the terminal as it was."""

    def _show(self, event: Mapping[str, Any]) -> None:
        """Show one event, after it was counted."""


class LineReporter(Reporter):
    """Plain lines, one a site: for pipes, logs and cron."""

    def note(self, line: str) -> None:
        """Print the line."""
        print(clean(line), file=self._stream, flush=True)

    def end(self) -> None:
        """Print what the whole came to."""
        if self.tally.sites:
            self.note(_totals(self.tally, self._last_event))

    def _show(self, event: Mapping[str, Any]) -> None:
        line = _site_line(event, self._last_event)
        if not line:
            return
        place = f"[{self.tally.done}/{self.tally.sites}] " if event.get("event") == self._last_event else ""
        left = self.tally.seconds_left
        tail = f" ({duration(left)} left)" if place and left is not None and self.tally.done < self.tally.sites else ""
        self.note(f"{place}{line}{tail}")


class LiveReporter(Reporter):
    """A bar with counts, pace and time left that stays at the foot of the terminal, and a line for each site above."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._console = Console(file=stream, highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.completed}/{task.total} {task.fields[noun]}s"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[counts]}", style="dim"),
            console=self._console,
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, counts="", noun="site", visible=False)

    @contextmanager
    def showing(self, sites: int, already: int = 0, last_event: str = "audited", noun: str = "site") -> Iterator[None]:
        """Count and show the events of the block; at its end say what they came to, unless it failed."""
        self.begin(sites, already, last_event, noun)
        try:
            yield
        except BaseException:
            self.stop()
            raise
        self.end()

    def begin(self, sites: int, already: int = 0, last_event: str = "audited", noun: str = "site") -> None:
        """Start the live display."""
        super().begin(sites, already, last_event, noun)
        self._progress.update(self._task, noun=noun)
        self._progress.update(self._task, total=sites, completed=already, visible=True, counts="")
        self._progress.start()

    def note(self, line: str) -> None:
        """Print the line above the bar."""
        self._console.print(Text(clean(line)))

    def warn(self, line: str) -> None:
        """Print the line above the bar, in colour."""
        self._console.print(Text(clean(line), style="yellow"))

    def end(self) -> None:
        """Take the bar away and print what the whole came to."""
        self.stop()
        if self.tally.sites:
            self._console.print(Text(_totals(self.tally, self._last_event), style="bold"))

    def stop(self) -> None:
        """Take the bar away."""
        self._progress.stop()

    def _show(self, event: Mapping[str, Any]) -> None:
        line = _site_line(event, self._last_event)
        if line:
            style = "" if event.get("outcome", "complete") == "complete" else "yellow"
            self._console.print(Text(line, style=style))
        tally = self.tally
        left = "" if tally.seconds_left is None else f" · {duration(tally.seconds_left)} left"
        pace = f" · {tally.rate:.1f} pages/s" if tally.pages else ""
        counts = " · ".join(_found(tally, self._last_event)) + pace + left
        self._progress.update(self._task, completed=tally.done, counts=counts)


def make_reporter(*, quiet: bool, stream: TextIO | None = None) -> Reporter:
    """Return the reporter for where stderr goes: terminal, pipe or nobody."""
    target = stream or sys.stderr
    if quiet:
        return Reporter(target)
    return LiveReporter(target) if target.isatty() else LineReporter(target)


def duration(seconds: float) -> str:
    """Return seconds as people say them: 42 s, 3 min 20 s, 2 h 05 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: 1 group, 2 groups."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _site_line(event: Mapping[str, Any], last_event: str) -> str:
    """Return what is to be said of an event: a site that is done, one whose crawl was not whole, a stop."""
    if event.get("event") == "stopping":
        return "stopping: the open sites are finished first; a second Ctrl-C ends them at once"
    name, key = clean(str(event.get("name", ""))), clean(str(event.get("site_key", "")))
    site = f"{name} ({key})" if name else key
    if event.get("event") == "site":
        outcome = clean(str(event.get("outcome", "")))
        if outcome == SiteOutcome.COMPLETE and last_event != "site":
            return ""
        reason = f" ({clean(str(event['reason']))})" if event.get("reason") else ""
        return f"{site}: crawled, {outcome}{reason}, {count(int(event.get('pages', 0)), 'page')}"
    if event.get("event") == last_event:
        found = [count(int(event.get("groups", 0)), "group")]
        if "pages" in event:
            found.insert(0, count(int(event["pages"]), "page"))
        if "flags" in event:
            found.append(count(int(event["flags"]), "flag"))
        return f"{site}: {', '.join(found)}"
    return ""


def _found(tally: Tally, last_event: str) -> list[str]:
    """Return what was counted in this stage: no pages, groups or flags before anybody looks for them."""
    crawls = tally.pages or tally.outcomes or last_event == "site"
    found = [count(tally.pages, "page")] if crawls else []
    if last_event != "site":
        found.append(count(tally.groups, "listing" if tally.noun != "site" else "group"))
    if last_event == "audited":
        found.append(count(tally.flags, "flag"))
    return found


def _totals(tally: Tally, last_event: str) -> str:
    spent = time.monotonic() - tally.started
    parts = [f"{tally.done} of {count(tally.sites, tally.noun)}", *_found(tally, last_event)]
    outcomes = ", ".join(f"{number} {name}" for name, number in sorted(tally.outcomes.items()))
    return f"{', '.join(parts)} in {duration(spent)}" + (f" (crawled: {outcomes})" if outcomes else "")
