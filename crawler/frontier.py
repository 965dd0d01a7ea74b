"""The frontier: which links of a site are worth a request, in which order, and which are not asked for at all.

A link is worth what its words and address promise (a table of weights), a little for where it stands, more under a
page that speaks of groups, less with each step from the home page; and a folder whose pages held groups earns trust
while one whose pages did not loses it. Nothing here knows the network.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.guard import BadUrlError
from crawler.look import Link
from crawler.pdf import HINT, reads_pdf
from crawler.records import VisitOutcome
from crawler.urls import Place, Scope, Traps, is_document, is_never_a_page, place_of

MAX_WAITING = 20_000
"""Addresses that wait at once; more are only counted."""
MAX_NOTES = 300
"""Addresses left unasked that get a row of their own; the rest is in the site's count."""

_WEIGHTS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b"), weight)
    for words, weight in (
        (
            r"support groups?|therapy groups?|group (?:counsell?ing|(?:psycho)?therapy|sessions?|offerings?|programs?)",
            10.0,
        ),
        (r"current groups?|groups? (?:and|&) workshops?|our groups?|process groups?|skills? groups?", 9.0),
        (r"groups?|grupos?", 8.0),
        (r"workshops?|circles?|psychoeducation\w*|talleres", 6.0),
        (r"iop|php|intensive outpatient|partial hospitali[sz]ation|dbt|dialectical", 4.0),
        (
            r"events?|calendar|schedule|classes|class|courses?|programs?|programmes?|meetings?|retreats?|series|webinars?",
            4.0,
        ),
        (r"offerings?|services?|what we (?:do|offer)|how we help|care|get help", 3.5),
        (r"therap(?:y|ies)|counsell?ing|treatments?|specialt(?:y|ies)|modalities|recovery|wellness|couns", 2.5),
        (
            r"grief|bereavement|loss|postpartum|perinatal|trauma|addiction|anxiety|depression|caregivers?|survivors?",
            2.5,
        ),
        (
            r"parents?|m[ou]ms?|mothers?|women|men|teens?|adolescents?|children|couples|lgbtq\w*|students?|veterans?",
            2.0,
        ),
        (r"locations?|offices?|centers?|centres?|clinics?|community|resources?", 1.5),
        (r"registration|sign up|join|enroll?", 1.0),
        (r"page \d+|next|older|more|view all|see all|all", 1.0),
        (r"contact|about|faqs?|fees?|rates|insurance|appointments?", -1.0),
        (r"staff|team|people|bios?|biography|clinicians?|therapists?|providers?|doctors?|leadership|board", -1.5),
        (r"blog|news|articles?|posts?|stories|podcast|press|media|newsletter|gallery|videos?|books?", -2.5),
        (r"careers?|jobs?|employment|donate|donation|giving|volunteer\w*|shop|store|products?|events? archive", -3.5),
        (r"tags?|categor(?:y|ies)|authors?|archives?", -4.0),
        (r"privacy|terms|cookies?|legal|disclaimer|accessibility|sitemap|login|portal|account|hipaa|copyright", -6.0),
    )
)
_PLACE = {"main": 0.5, "edge": 0.3, "foot": -0.5, "sitemap": -0.3}
_DEPTH_COST = 0.6
_PARENT_GAIN = 3.0
_TRUST = 4.0
_GROUPLIKE = 0.2
"""Pages that speak of groups so much (a heading does) may link flyers: their PDFs are asked for."""
_SITEMAP_WORTH = 3.2
"""A sitemap is asked for after the links that name groups, before those that name services only in passing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that waits to be asked for."""

    url: str
    key: str
    found_on: str
    depth: int
    worth: float
    folder: str
    kind: str = "page"


@dataclass(frozen=True, slots=True)
class Unasked:
    """An address that is deliberately not asked for, and why."""

    url: str
    found_on: str
    depth: int
    outcome: VisitOutcome
    detail: str


@dataclass(slots=True)
class _Folder:
    waiting: list[tuple[float, int, Candidate]] = field(default_factory=list)
    seen: int = 0
    held: float = 0.0

    @property
    def trust(self) -> float:
        """What the pages of this folder have shown so far: half of the trust is given in advance."""
        return _TRUST * ((self.held + 0.5) / (self.seen + 1) - 0.5) if self.seen else 0.0


@lru_cache(maxsize=50_000)
def worth_of(words: str, place: Place) -> float:
    """Return what a link's words and its address promise; the address counts half beside words that say something."""
    path = re.sub(r"\.\w{2,5}$", "", place.path)
    said = _weigh(words)
    last, _, above = path.strip("/")[::-1].partition("/")
    addressed = _weigh(last[::-1]) + 0.5 * _weigh(above[::-1])
    return max(said, addressed) + 0.3 * min(said, addressed) if said and addressed else said + addressed


@lru_cache(maxsize=50_000)
def _weigh(text: str) -> float:
    plain = re.sub(r"[^a-z0-9&]+", " ", text.lower()).strip()
    if not plain:
        return 0.0
    found = [weight for pattern, weight in _WEIGHTS if pattern.search(plain)]
    best = max((weight for weight in found if weight > 0), default=0.0)
    worst = min((weight for weight in found if weight < 0), default=0.0)
    # A long sentence that happens to hold the word promises less than a menu entry.
    return (best + worst) * (1.0 if len(plain.split()) <= 8 else 0.7)


class Frontier:
    """The addresses of one site: what waits, what was cut and why."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.notes: list[Unasked] = []
        self.unasked = 0
        self.budget_left = 0
        self._known: dict[str, float] = {}
        self._done: set[str] = set()
        self._noted: set[str] = set()
        self._folders: defaultdict[str, _Folder] = defaultdict(_Folder)
        self._order = itertools.count()
        self._waiting = 0
        self._traps = Traps()

    def __len__(self) -> int:
        return len(self._known.keys() - self._done)

    def add_links(self, links: Iterable[Link], found_on: str, depth: int, signal: float) -> None:
        """Add a page's links.

        Args:
            links: as the page has them.
            found_on: the page's address.
            depth: steps from the home page, of the links.
            signal: how much the page speaks of groups, 0 to 1.
        """
        for link in links:
            place = self._read(link.url, found_on, depth, link.words, signal)
            if place is None:
                continue
            worth = worth_of(link.words, place) + _PLACE[link.place] - _DEPTH_COST * depth
            if link.place == "main":  # a menu stands on every page: only what the page itself says earns its promise
                worth += _PARENT_GAIN * signal
            self._add(place, found_on, depth, worth)

    def add_sitemap_pages(self, urls: Iterable[str], found_on: str) -> None:
        """Add the pages that a sitemap names; they count as two steps from home."""
        for url in urls:
            place = self._read(url, found_on, 2, "")
            if place is not None:
                self._add(place, found_on, 2, worth_of("", place) + _PLACE["sitemap"] - _DEPTH_COST)

    def add_sitemap(self, url: str, found_on: str, rank: int = 0) -> None:
        """Add a sitemap file itself, to be asked for in its turn."""
        if len(self._known) < MAX_WAITING and url not in self._known:
            worth = _SITEMAP_WORTH - 0.1 * rank
            self._known[url] = worth
            self._push(Candidate(url, url, found_on, 0, worth, "sitemap:", kind="sitemap"))

    def add_refresh(self, url: str, found_on: str, depth: int) -> None:
        """Add the page that a page sends its readers to (meta refresh): asked for first."""
        place = self._read(url, found_on, depth, "")
        if place is not None:
            self._add(place, found_on, depth, 100.0)

    def next(self) -> Candidate | None:
        """Return the best address that waits and take it out."""
        while True:
            best: _Folder | None = None
            top = float("-inf")
            for folder in self._folders.values():
                while folder.waiting and self._is_stale(folder.waiting[0][2]):
                    heapq.heappop(folder.waiting)
                if folder.waiting and -folder.waiting[0][0] + folder.trust > top:
                    best, top = folder, -folder.waiting[0][0] + folder.trust
            if best is None:
                return None
            candidate = heapq.heappop(best.waiting)[2]
            self._done.add(candidate.key)
            return candidate

    def seen(self, url: str) -> bool:
        """Return whether an address was asked for already."""
        try:
            return place_of(url).key in self._done
        except BadUrlError:
            return True

    def mark(self, url: str) -> None:
        """Note that an address was asked for (the home page, a redirect's target)."""
        key = place_of(url).key
        self._known.setdefault(key, 0.0)
        self._done.add(key)

    def learn(self, candidate: Candidate, signal: float) -> None:
        """Note how much an asked page spoke of groups, for the trust in its folder's other pages."""
        folder = self._folders[candidate.folder]
        folder.seen += 1
        folder.held += signal

    def left(self) -> list[Candidate]:
        """Return what still waits, best first."""
        waiting = [
            entry[2] for folder in self._folders.values() for entry in folder.waiting if not self._is_stale(entry[2])
        ]
        return sorted(waiting, key=lambda candidate: -candidate.worth)

    def note(self, url: str, found_on: str, depth: int, outcome: VisitOutcome, detail: str) -> None:
        """Note an address that is not asked for, once; beyond 300 only the count grows."""
        if url in self._noted:
            return
        if len(self._noted) < MAX_WAITING:
            self._noted.add(url)
        self.unasked += outcome not in (VisitOutcome.OFF_SITE, VisitOutcome.DUPLICATE)
        self.budget_left += outcome == VisitOutcome.BUDGET
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Unasked(url, found_on, depth, outcome, detail))

    def _read(self, url: str, found_on: str, depth: int, words: str, signal: float = 0.0) -> Place | None:
        try:
            place = place_of(url)
        except BadUrlError:
            return None
        if not self.scope.contains(place):
            if _weigh(words) >= 6.0:  # "our groups" on another host: the reader should know that we did not look there
                self.note(place.url, found_on, depth, VisitOutcome.OFF_SITE, words[:200])
            return None
        if is_document(place.path):
            if place.path.lower().endswith(".pdf") and (signal >= _GROUPLIKE or worth_of(words, place) >= 6.0):
                if reads_pdf():
                    return place
                self.note(place.url, found_on, depth, VisitOutcome.NOT_HTML, HINT)
            self.note(place.url, found_on, depth, VisitOutcome.NOT_HTML, "a document, not read")
            return None
        return None if is_never_a_page(place.path) else place

    def _add(self, place: Place, found_on: str, depth: int, worth: float) -> None:
        known = self._known.get(place.key)
        if place.key in self._done or (known is not None and known >= worth):
            return
        if known is None:
            why = self._traps.why(place)
            if why:
                self.note(place.url, found_on, depth, VisitOutcome.TRAP, why)
                return
            if len(self._known) >= MAX_WAITING:
                self.note(place.url, found_on, depth, VisitOutcome.BUDGET, f"{MAX_WAITING} addresses wait already")
                return
        self._known[place.key] = worth
        folder = place.path.rpartition("/")[0]
        self._push(Candidate(self.scope.at_home(place), place.key, found_on, depth, worth, folder))

    def _push(self, candidate: Candidate) -> None:
        heapq.heappush(self._folders[candidate.folder].waiting, (-candidate.worth, next(self._order), candidate))

    def _is_stale(self, candidate: Candidate) -> bool:
        return candidate.key in self._done or self._known[candidate.key] > candidate.worth
