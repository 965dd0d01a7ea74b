"""robots.txt by RFC 9309, with the table of what each answer means. Protego reads the rules."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from protego import Protego

from crawler.records import VisitOutcome

AGENT = "groupaudit"
"""The product token that a robots.txt addresses us by."""
MAX_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read, the rest is ignored (RFC 9309, 2.5)."""
MAX_REDIRECTS = 5
"""Redirects followed; one more counts as not found (RFC 9309, 2.3.1.2)."""
MAX_DELAY = 30.0
"""Longest Crawl-delay kept, in seconds; a longer one is kept as this."""
_KEPT_SECONDS = 24 * 3600.0
_KEPT_HOSTS = 2000
_UNREACHABLE_STATUS = 429


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt means for us. `decision` is stored with the site."""

    decision: str
    reachable: bool = True
    rules: Protego | None = field(default=None, repr=False, compare=False)
    sitemaps: tuple[str, ...] = ()
    crawl_delay: float | None = None

    def allows(self, url: str) -> bool:
        """Return whether a URL may be asked for."""
        if not self.reachable:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))


def robots_of(outcome: VisitOutcome, status: int | None, body: bytes = b"", detail: str = "") -> Robots:
    """Return what an answer to the request for robots.txt means.

    Args:
        outcome: of the last request, redirects followed.
        status: of the last response; None where none came.
        body: its decoded body.
        detail: of a failure, for the stored decision.
    """
    if status is None:
        if outcome == VisitOutcome.REDIRECT:
            return Robots("no rules: more than five redirects")
        if outcome == VisitOutcome.TOO_LARGE:
            return Robots("unreachable: too large to read", reachable=False)
        return Robots(f"unreachable: {outcome}{f' ({detail})' if detail else ''}"[:300], reachable=False)
    if status == _UNREACHABLE_STATUS or status >= 500:
        return Robots(f"unreachable: HTTP {status}", reachable=False)
    if 300 <= status < 400:
        return Robots("no rules: a redirect that leads nowhere")
    if status >= 400 or status == 204:
        return Robots(f"no rules: HTTP {status}")
    if outcome == VisitOutcome.BAD_RESPONSE:
        return Robots(f"unreachable: {detail or outcome}"[:300], reachable=False)
    return parse(body)


def parse(body: bytes) -> Robots:
    """Return the rules of a robots.txt: at most its first 500 KiB; an HTML page holds none."""
    head = body[:MAX_BYTES]
    if len(body) > MAX_BYTES:
        head = head[: head.rfind(b"\n") + 1]  # half a rule could allow or forbid too much
    text = head.decode("utf-8-sig", "replace").replace("\0", "")
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype", "<html", "<head", "<?xml", "<!--", "<body")):
        return Robots("no rules: an HTML page stands there")
    rules = Protego.parse(text)
    delay = rules.crawl_delay(AGENT)
    kept = min(float(delay), MAX_DELAY) if delay is not None and float(delay) > 0 else None
    sitemaps = tuple(dict.fromkeys(rules.sitemaps))[:20]
    says = "rules" if text.strip() else "no rules: empty"
    return Robots(says, True, rules, sitemaps, kept)


class RobotsCache:
    """The decisions of a process, by origin: a day at most, a bounded number."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Robots]] = OrderedDict()

    def get(self, origin: str) -> Robots | None:
        """Return the decision for an origin (scheme://host[:port]) while it holds."""
        kept = self._kept.get(origin)
        if kept is None or kept[0] < time.monotonic():
            return None
        return kept[1]

    def put(self, origin: str, robots: Robots) -> None:
        """Keep a decision; an unreachable robots.txt is not kept, so that the next site asks again."""
        if robots.reachable:
            self._kept[origin] = (time.monotonic() + _KEPT_SECONDS, robots)
            while len(self._kept) > _KEPT_HOSTS:
                self._kept.popitem(last=False)
