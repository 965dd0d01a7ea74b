"""The requests of one site: each in its turn, once more where a failure may pass, every one with its row."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from datetime import UTC, datetime

from crawler.answer import Answer, Ask, answer_of, retry_after
from crawler.guard import is_allowed_private, split_url
from crawler.options import CrawlOptions
from crawler.outcomes import TRANSIENT, failure_of
from crawler.pace import Pace
from crawler.records import SiteOutcome, Visit, VisitOutcome
from crawler.rendering import RenderedPage, SiteRenderer
from crawler.revisit import Validators
from crawler.sites import politeness_key
from crawler.warc import ArchiveError

MAX_WAIT = 120.0
"""Longest Retry-After that a visit waits for, in seconds; a longer one ends the visit, to be retried another day."""
MAX_BACK_OFF = 60.0
"""Longest pause after a failure that named none, in seconds; it starts at twice the gap and doubles each time."""
MAX_OWN = 60
"""Most requests that the scripts of one page may make to their own server: a page of today has ten to forty."""
_REFUSALS = frozenset(
    {VisitOutcome.BLOCKED, VisitOutcome.HTTP_5XX, VisitOutcome.TIMEOUT, VisitOutcome.RESET, VisitOutcome.REFUSED}
)


class StopVisit(Exception):  # noqa: N818 - an ending, not an error
    """Ends a visit early. Raised inside a visit only, with the outcome and the reason that the site gets."""

    def __init__(self, outcome: SiteOutcome, reason: str, next_action: str = "retry") -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.next_action = outcome, reason, next_action


class Exchanger:
    """Asks on behalf of one visit and keeps its account: requests, bytes, pages, failures in a row, rows."""

    def __init__(
        self,
        site_key: str,
        options: CrawlOptions,
        *,
        ask: Ask,
        holds: Callable[[str], bool],
        pace: Pace,
        validators: Validators,
        on_page: Callable[[str, str], None] | None = None,
    ) -> None:
        self._site_key, self._options = site_key, options
        self._make, self._holds, self._pace = ask, holds, pace
        self._validators, self._on_page = validators, on_page
        self._started = time.monotonic()
        self._servers: dict[str, tuple[str, float]] = {}
        self.crawl_delay = 0.0
        self.visits: list[Visit] = []
        self.requests = self.bytes = self.pages = self.in_a_row = 0

    @property
    def seconds(self) -> float:
        """Return how long the visit has taken."""
        return time.monotonic() - self._started

    async def ask(self, url: str, found_on: str, depth: int, *, page: bool = False) -> Answer:
        """Make one request, once more after a pause where the failure may pass, and note what came of each."""
        answer = await self._once(url, found_on, depth, page)
        wait = self._wait_before_retry(answer)
        if wait is None:
            return answer
        self._pace.hold(self._key(url), wait)
        if self.seconds + wait >= self._options.budgets.seconds:
            return answer
        return await self._once(url, found_on, depth, page)

    async def _once(self, url: str, found_on: str, depth: int, page: bool) -> Answer:
        asked_at = datetime.now(UTC)
        headers = self._validators.headers(url) if page else {}
        try:
            if self._holds(url):  # stands in the site's own archive: no request, no turn to wait for
                exchange = await self._make(url, headers, self._options.response_seconds)
            else:
                async with self._pace.turn(self._key(url), self._gap(url)):
                    asked_at = datetime.now(UTC)
                    exchange = await self._make(url, headers, self._patience())
            answer = answer_of(url, exchange, self._options.response_bytes, page=page)
        except ArchiveError:
            raise
        except Exception as error:  # noqa: BLE001 - the one place where an exception becomes an outcome
            outcome, detail = failure_of(error)
            answer = Answer(url, outcome, detail)
        answer.asked_at = asked_at
        self._account(answer, found_on, depth, page)
        return answer

    def _account(self, answer: Answer, found_on: str, depth: int, page: bool) -> None:
        self.requests += 1
        self.bytes += answer.received
        self.pages += page and answer.outcome != VisitOutcome.REDIRECT
        failed = answer.outcome in _REFUSALS
        self.in_a_row = self.in_a_row + 1 if failed else 0
        self.visits.append(
            Visit(
                run_id=self._options.run_id,
                site_key=self._site_key,
                url=answer.url,
                found_on=found_on,
                depth=depth,
                asked_at=answer.asked_at,
                outcome=str(answer.outcome),
                status=answer.status,
                detail=answer.detail,
                bytes=answer.received,
                milliseconds=answer.milliseconds,
            )
        )
        if self._on_page is not None:
            self._on_page(answer.url, str(answer.outcome))

    async def render(self, answer: Answer, renderer: SiteRenderer) -> RenderedPage:
        """Have a page rendered in its owner's turn, and account for what its own server was asked meanwhile."""
        left = max(1, self._options.budgets.requests - self.requests)
        if renderer.holds(answer.url):
            page = await renderer.render(answer, left, 0.0)
        else:
            async with self._pace.turn(self._key(answer.url), self._gap(answer.url)):
                seconds = min(self._patience(), self._options.render_seconds)
                page = await renderer.render(answer, min(left, MAX_OWN), seconds)
        self.requests += page.rendered.requests
        self.bytes += page.rendered.bytes
        return page

    def amend(self, outcome: VisitOutcome, detail: str) -> None:
        """Give the last row what reading the page told."""
        last = self.visits[-1]
        self.visits[-1] = dataclasses.replace(last, outcome=str(outcome), detail=detail)

    def _wait_before_retry(self, answer: Answer) -> float | None:
        """Return how long to wait before one more try, in seconds; None where there is none.

        Raises:
            StopVisit: the server asks for more patience than a visit has.
        """
        if self._options.from_warc:
            return None  # an archive says the same again
        asked = retry_after(answer.header("retry-after"), datetime.now(UTC))
        if answer.status in (429, 503) and asked is not None:
            if asked > MAX_WAIT:
                self._pace.hold(self._key(answer.url), min(asked, 3600.0))
                raise StopVisit(SiteOutcome.PARTIAL, f"HTTP {answer.status}: come back in {asked:.0f} s")
            return asked
        if answer.status == 429 or answer.outcome in TRANSIENT - {VisitOutcome.DNS}:
            return min(MAX_BACK_OFF, max(2 * self._gap(answer.url), 0.1) * float(2 ** min(self.in_a_row, 5)))
        return None

    def _patience(self) -> float:
        """Return how long an answer may take: what the site's own time has left counts too, and a second is given."""
        left = self._options.budgets.seconds - self.seconds
        return min(self._options.response_seconds, max(1.0, left))

    def _gap(self, url: str) -> float:
        if self._options.from_warc:
            return 0.0  # nobody is asked
        return max(self._server(url)[1], self.crawl_delay)

    def _key(self, url: str) -> str:
        return self._server(url)[0]

    def _server(self, url: str) -> tuple[str, float]:
        """Return the politeness key of an address and the pause, in seconds, that its server gets."""
        origin = "/".join(url.split("/", 3)[:3])
        known = self._servers.get(origin)
        if known is None:
            target = split_url(url)
            private = is_allowed_private(target.host, target.port, self._options.allowed)
            gap = self._options.gap_seconds if private else max(1.0, self._options.gap_seconds)
            known = self._servers[origin] = politeness_key(target.host, target.port), gap
        return known
