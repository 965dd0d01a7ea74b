"""The visit of one site: a plain async function that asks page after page under one budget and ends in one outcome.

It asks through `crawler.exchange`, whose try/except is the one place where an exception becomes an outcome. Only what
must end the whole crawl (the archive cannot be written) passes through.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.answer import Answer, Ask, Why
from crawler.commit import SiteRows
from crawler.ending import ending_of, in_words
from crawler.exchange import Exchanger, StopVisit
from crawler.frontier import Candidate, Frontier
from crawler.guard import BadUrlError, split_url
from crawler.identity import IdentityCheck
from crawler.limits import time_limit
from crawler.look import Look, look_at
from crawler.options import CrawlOptions
from crawler.outcomes import ALLOW_OR_DROP, HAD, TRANSIENT
from crawler.pace import Pace
from crawler.pdf import HINT, PDF, reads_pdf
from crawler.records import Capture, Identity, Site, SiteOutcome, SiteVisit, VisitOutcome
from crawler.rendering import SiteRenderer
from crawler.revisit import Validators
from crawler.robots import MAX_REDIRECTS, Robots, RobotsCache, robots_of
from crawler.rows import capture_id, capture_of, unasked_row
from crawler.sitemaps import read_sitemap
from crawler.sites import is_opted_out, path_prefix
from crawler.urls import Scope, join, place_of
from crawler.warc import ArchiveError, media_type

_log = logging.getLogger(__name__)
MAX_PAGE_REDIRECTS = 6
READ_SECONDS = 10.0
"""Longest time that reading one page may take; the largest allowed page takes a tenth of it."""
_SAID = 30
"""A rendered page with so many characters of text says something; an empty one may only wait for its data."""
BREAKER = 6
"""So many failures one after another end a visit: the server is down or does not want us."""


class SiteVisitor:
    """One visit of one site. Use `visit` once; the rows are whole when it returns."""

    def __init__(
        self,
        site: Site,
        options: CrawlOptions,
        *,
        ask: Ask,
        holds: Callable[[str], bool],
        pace: Pace,
        robots: RobotsCache,
        validators: Validators | None = None,
        archived: Sequence[str] = (),
        on_page: Callable[[str, str], None] | None = None,
        renderer: SiteRenderer | None = None,
    ) -> None:
        self._site, self._options, self._archived, self._renderer = site, options, archived, renderer
        self._robots_cache = robots
        self._validators = validators or Validators({})
        self._asker = Exchanger(
            site.site_key, options, ask=ask, holds=holds, pace=pace, validators=self._validators, on_page=on_page
        )
        self._frontier = Frontier(Scope(site.url, path_prefix(urlsplit(site.url).path)))
        self._identity = IdentityCheck(site)
        self._started_at = datetime.now(UTC)
        self._captures: list[Capture] = []
        self._digests: dict[str, str] = {}
        self._sitemaps = 0
        self._robots = Robots("not asked for")
        self._home = ""

    async def visit(self) -> SiteRows:
        """Visit the site and return its rows.

        Raises:
            ArchiveError: what came cannot be kept; the site is not over and must be visited again.
        """
        try:
            await self._visit_home()
            await self._visit_pages()
            outcome, reason, action = ending_of(self._asker.visits, self._captures, self._frontier.budget_left)
        except StopVisit as stop:
            outcome, reason, action = stop.outcome, stop.reason, stop.next_action
            if outcome == SiteOutcome.PARTIAL and not self._captures:
                outcome = SiteOutcome.BLOCKED  # nothing was seen: that is no part of the site
            self._leave_rest(reason)
        except ArchiveError:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours: this site's outcome, and no other site's end
            _log.exception("the visit of %s broke off", self._site.site_key)
            outcome, action = SiteOutcome.PARTIAL if self._captures else SiteOutcome.FAILED, "report it"
            reason = f"error: a mistake of ours: {in_words(error)}"
            self._leave_rest("the visit broke off")
        return self._rows(outcome, reason, action)

    # -- the order of things ------------------------------------------------------------------------------------

    async def _visit_home(self) -> None:
        url = self._site.url
        if is_opted_out(self._site, self._options.opt_out):
            raise StopVisit(SiteOutcome.BLOCKED, "opted out: it asked not to be crawled", "")
        self._robots = await self._robots_of(url)
        self._asker.crawl_delay = self._robots.crawl_delay or 0.0
        if not self._robots.reachable:
            why = self._robots.decision.removeprefix("unreachable: ")
            action = ALLOW_OR_DROP if why.startswith(VisitOutcome.PRIVATE_ADDRESS) else "retry"
            raise StopVisit(SiteOutcome.BLOCKED, f"robots unreachable: {why}", action)
        if not self._robots.allows(url):
            self._frontier.note(url, "", 0, VisitOutcome.ROBOTS, "the start page is disallowed")
            raise StopVisit(SiteOutcome.BLOCKED, "robots: the start page is disallowed", "ask the owner")
        home = Candidate(url, place_of(url).key, "", 0, 0.0, "")
        self._frontier.mark(url)
        answer = await self._ask_page(home)
        if answer.outcome in HAD:
            self._home = answer.url
        elif answer.outcome == VisitOutcome.NOT_ARCHIVED and self._archived:
            self._home = url  # an archive may hold a site's pages without its start page
        else:
            self._home_failed(answer)
        self._frontier.add_sitemap_pages(self._archived, "the archive that is crawled")
        for rank, address in enumerate(self._robots.sitemaps):
            self._frontier.add_sitemap(address, "robots.txt", rank)
        if not self._robots.sitemaps:
            self._frontier.add_sitemap(join(self._home, "/sitemap.xml"), "")

    def _home_failed(self, answer: Answer) -> None:
        reason = f"{answer.outcome}: {answer.detail}" if answer.detail else str(answer.outcome)
        if answer.outcome in (VisitOutcome.BLOCKED, VisitOutcome.ROBOTS):
            raise StopVisit(SiteOutcome.BLOCKED, reason, "ask the owner")
        if answer.outcome == VisitOutcome.OFF_SITE:
            raise StopVisit(SiteOutcome.FAILED, reason, "mend the list")
        if answer.outcome == VisitOutcome.PRIVATE_ADDRESS:
            raise StopVisit(SiteOutcome.FAILED, reason, ALLOW_OR_DROP)
        raise StopVisit(SiteOutcome.FAILED, reason, "retry" if answer.outcome in TRANSIENT else "drop")

    async def _visit_pages(self) -> None:
        while (candidate := self._frontier.next()) is not None:
            self._check_budget(candidate)
            if candidate.kind == "sitemap":
                await self._read_sitemap(candidate)
            elif self._robots.allows(candidate.url):
                await self._ask_page(candidate)
            else:
                self._frontier.note(
                    candidate.url, candidate.found_on, candidate.depth, VisitOutcome.ROBOTS, "disallowed"
                )
            if self._asker.in_a_row >= BREAKER:
                raise StopVisit(SiteOutcome.PARTIAL, f"{BREAKER} requests failed one after another")

    def _check_budget(self, candidate: Candidate) -> None:
        asker = self._asker
        spent = self._options.budgets.spent(asker.pages, asker.requests, asker.bytes, asker.seconds)
        if not spent:
            return
        if candidate.kind == "page":
            self._leave(candidate, f"budget: {spent}")
        raise StopVisit(SiteOutcome.PARTIAL, f"budget: {spent}", "")

    def _leave_rest(self, why: str) -> None:
        for candidate in self._frontier.left():
            if candidate.kind == "page":
                self._leave(candidate, why)

    def _leave(self, candidate: Candidate, why: str) -> None:
        self._frontier.note(candidate.url, candidate.found_on, candidate.depth, VisitOutcome.BUDGET, why)

    # -- robots and sitemaps ------------------------------------------------------------------------------------

    async def _robots_of(self, url: str) -> Robots:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._robots_cache.get(origin)
        if known is not None:
            return known
        address, answer = f"{origin}/robots.txt", Answer("", VisitOutcome.ERROR)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = await self._asker.ask(address, "", 0)
            except StopVisit as stop:  # "come back in an hour" for robots.txt itself
                return Robots(f"unreachable: {stop.reason}", reachable=False)
            target = join(address, answer.header("location")) if answer.outcome == VisitOutcome.REDIRECT else ""
            if not target:
                break
            address = target
        if answer.outcome == VisitOutcome.NOT_ARCHIVED:  # nobody is asked, so there is nothing to be forbidden
            return Robots("no rules: robots.txt is not in the archive that is crawled")
        status = None if answer.outcome == VisitOutcome.REDIRECT and target else answer.status
        robots = robots_of(answer.outcome, status, answer.body, answer.detail)
        self._robots_cache.put(origin, robots)
        return robots

    async def _read_sitemap(self, candidate: Candidate) -> None:
        if self._sitemaps >= self._options.budgets.sitemaps or not self._robots.allows(candidate.url):
            return
        self._sitemaps += 1
        answer = await self._asker.ask(candidate.url, candidate.found_on, 1)
        if answer.outcome == VisitOutcome.REDIRECT:
            target = join(candidate.url, answer.header("location"))
            if target and not self._frontier.seen(target) and not await self._forbidden(target):
                answer = await self._asker.ask(target, candidate.url, 1)
        if answer.outcome != VisitOutcome.OK:
            return
        sitemap = read_sitemap(answer.body)
        self._frontier.add_sitemap_pages(sitemap.pages, candidate.url)
        for rank, address in enumerate(sitemap.sitemaps[: self._options.budgets.sitemaps]):
            if self._frontier.scope.contains_host(address):
                self._frontier.add_sitemap(address, candidate.url, rank)

    async def _forbidden(self, url: str) -> Why | None:
        """Return why a redirect's target may not be asked for, or None: its own host's robots.txt decides."""
        try:
            split_url(url)
        except BadUrlError as error:
            return VisitOutcome.BAD_RESPONSE, f"redirects to {url[:200]!r}: {error}"
        robots = await self._robots_of(url)
        if robots.allows(url):
            return None
        if robots.reachable:
            return VisitOutcome.ROBOTS, f"redirects to {url[:300]}, which robots.txt disallows"
        private = robots.decision.startswith(f"unreachable: {VisitOutcome.PRIVATE_ADDRESS}")
        outcome = VisitOutcome.PRIVATE_ADDRESS if private else VisitOutcome.BLOCKED
        return outcome, f"redirects to {url[:300]}, robots {robots.decision}"

    # -- pages --------------------------------------------------------------------------------------------------

    async def _ask_page(self, candidate: Candidate) -> Answer:
        """Ask for a page, follow its redirects one by one, and read it. Every hop has a row of its own."""
        url, found_on = candidate.url, candidate.found_on
        answer = Answer(url, VisitOutcome.ERROR)
        for hop in range(MAX_PAGE_REDIRECTS + 1):
            answer = await self._asker.ask(url, found_on, candidate.depth, page=True)
            if answer.outcome != VisitOutcome.REDIRECT:
                break
            target, why = self._follow(answer, first=not self._home)
            if not why and hop == MAX_PAGE_REDIRECTS:
                why = VisitOutcome.BAD_RESPONSE, f"more than {MAX_PAGE_REDIRECTS} redirects"
            why = why or await self._forbidden(target)
            if why:
                answer.outcome, answer.detail = why
                self._frontier.note(target, url, candidate.depth, *why)
                return answer
            self._frontier.mark(target)
            found_on, url = url, target
        if answer.outcome == VisitOutcome.OK:
            if self._read(candidate, answer):
                await self._render(candidate, answer)
        elif answer.outcome == VisitOutcome.NOT_MODIFIED:
            self._carry_over(candidate, answer)
        elif self._home and answer.outcome == VisitOutcome.NOT_HTML and answer.detail == PDF:
            self._keep_flyer(answer)
        return answer

    def _keep_flyer(self, answer: Answer) -> None:
        """Keep a PDF; its text is read with the groups, in the extraction's worker."""
        if not reads_pdf():
            self._asker.amend(answer.outcome, HINT)
            return
        capture = capture_of(self._options, self._site.site_key, answer, Look())
        twin = self._digests.setdefault(capture.sha256, answer.url)
        if twin != answer.url:
            self._asker.amend(VisitOutcome.DUPLICATE, f"the same file as {twin}")
            return
        answer.outcome = VisitOutcome.OK
        self._asker.amend(answer.outcome, "PDF")
        self._captures.append(capture)

    def _follow(self, answer: Answer, *, first: bool) -> tuple[str, Why | None]:
        """Return where a redirect leads, and why it is not followed (None where it is)."""
        location = answer.header("location")
        target = join(answer.url, location) or location
        try:
            place = place_of(target)
        except BadUrlError as error:
            return target[:300], (VisitOutcome.BAD_RESPONSE, f"redirects to {target[:200]!r}: {error}")
        scope = self._frontier.scope
        if not scope.contains(place):
            if not first:
                return place.url, (VisitOutcome.OFF_SITE, f"redirects to {place.url[:300]}")
            # The list's address is old: the site goes on where its start page leads, and the identity check decides
            # whether that is still the same business.
            self._frontier.scope = Scope(place.url, path_prefix(place.path) if scope.prefix else "")
            return place.url, None
        if place.url == answer.url:
            return place.url, (VisitOutcome.BAD_RESPONSE, "redirects to itself")
        if not first and self._frontier.seen(place.url) and place.key != place_of(answer.url).key:
            return place.url, (VisitOutcome.DUPLICATE, f"redirects to {place.url[:300]}, seen already")
        if first:
            self._frontier.scope = Scope(place.url, scope.prefix)
        return place.url, None

    def _read(self, candidate: Candidate, answer: Answer, *, rendered: bool | None = None) -> bool:
        """Read a page; return whether it is left to be rendered first (`rendered` is None before, else if it was)."""
        try:
            with time_limit(READ_SECONDS):
                return self._read_page(candidate, answer, rendered)
        except Exception as error:  # noqa: BLE001 - a page that breaks our reading of it has an outcome too
            answer.outcome, answer.detail = VisitOutcome.PARSE_ERROR, f"{type(error).__name__}: {error}"[:300]
            self._asker.amend(answer.outcome, answer.detail)
            return False

    async def _render(self, candidate: Candidate, answer: Answer) -> None:
        """Read a page as its scripts write it; where that fails, as it came, with the reason."""
        assert self._renderer is not None  # noqa: S101 - only then is a page left to be rendered
        page = await self._asker.render(answer, self._renderer)
        for url, (outcome, detail) in page.rendered.refused.items():
            self._frontier.note(url, answer.url, candidate.depth + 1, outcome, detail)
        if page.rendered.leads_to:
            self._frontier.add_refresh(page.rendered.leads_to, answer.url, candidate.depth)
        if page.located is not None:
            answer.body, answer.located = page.rendered.dom, page.located
            answer.headers = (("content-type", "text/html; charset=utf-8"),)
        answer.detail = page.rendered.why
        self._read(candidate, answer, rendered=page.located is not None)

    def _read_page(self, candidate: Candidate, answer: Answer, rendered: bool | None) -> bool:
        _, charset = media_type(answer.headers)
        look = look_at(answer.body, charset, answer.url)
        if look.needs_js and self._renderer is not None and rendered is None:
            return True  # shells are alike: whether it is another page's twin shows when it is rendered
        twin = self._digests.get(look.digest) if look.digest else None
        depth = candidate.depth
        outcome, detail = VisitOutcome.RENDERED if rendered else VisitOutcome.OK, answer.detail
        if look.not_found:
            outcome, detail = VisitOutcome.SOFT_404, look.title
        elif twin:
            outcome, detail = VisitOutcome.DUPLICATE, f"the same text as {twin}"
        elif look.needs_js and not (rendered and len(look.text) >= _SAID):
            outcome = VisitOutcome.NEEDS_JS
            tried = rendered is not None
            detail = f"not rendered: {detail or 'no text came'}" if tried else "its text is written by a script"
        elif look.language and look.language != "en":
            outcome, detail = VisitOutcome.LANGUAGE, look.language
        answer.outcome, answer.detail = outcome, detail
        self._asker.amend(outcome, detail)
        home = not self._home
        self._identity.read(look.title, look.text, parked=look.parked, home=home)
        if look.digest:
            self._digests.setdefault(look.digest, answer.url)
        if outcome not in (VisitOutcome.SOFT_404, VisitOutcome.DUPLICATE):
            self._captures.append(capture_of(self._options, self._site.site_key, answer, look, rendered=bool(rendered)))
        if outcome != VisitOutcome.SOFT_404:
            self._frontier.add_links(look.links, answer.url, depth + 1, look.signal)
        if look.refresh and outcome in (VisitOutcome.OK, VisitOutcome.RENDERED, VisitOutcome.NEEDS_JS):
            self._frontier.add_refresh(look.refresh, answer.url, depth)
        self._frontier.learn(candidate, look.signal if outcome in (VisitOutcome.OK, VisitOutcome.RENDERED) else 0.0)
        return False

    def _carry_over(self, candidate: Candidate, answer: Answer) -> None:
        """A page that did not change: its capture of the earlier run is this run's, and so are its links."""
        kept = self._validators.kept(candidate.url)
        if kept is None:
            return
        page, body = kept
        look = Look() if page.media_type == PDF else look_at(body, page.charset, answer.url)
        identity = capture_id(self._options.run_id, self._site.site_key, answer.url, page.sha256)
        self._captures.append(self._validators.carried(page, self._options.run_id, identity))
        if look.digest:  # a second address of this page that sends it whole is a duplicate, as on the first visit
            self._digests.setdefault(look.digest, answer.url)
        self._identity.read(look.title, look.text, home=not self._home)
        self._frontier.add_links(look.links, answer.url, candidate.depth + 1, look.signal)
        self._frontier.learn(candidate, look.signal)

    # -- the end ------------------------------------------------------------------------------------------------

    def _rows(self, outcome: SiteOutcome, reason: str, next_action: str) -> SiteRows:
        identity, because = self._identity.verdict()
        if identity == Identity.PARKED:
            next_action = "drop"
        self._asker.visits += [
            unasked_row(self._options.run_id, self._site.site_key, note) for note in self._frontier.notes
        ]
        site_visit = SiteVisit(
            run_id=self._options.run_id,
            site=self._site,
            started_at=self._started_at,
            ended_at=datetime.now(UTC),
            outcome=str(outcome),
            reason=reason[:500],
            next_action=next_action,
            requests=self._asker.requests,
            pages=len(self._captures),
            bytes=self._asker.bytes,
            robots=self._robots.decision,
            crawl_delay=self._robots.crawl_delay,
            identity=str(identity),
            identity_because=because,
            left_unasked=self._frontier.unasked,
        )
        return SiteRows(site_visit, self._asker.visits, self._captures)
