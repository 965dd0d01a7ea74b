"""A page rendered in headless Chromium (`--browser`): what its scripts write, when its own HTML says nothing.

The page's document is the one that the crawl has archived already: it is not asked for again. What its scripts ask for
goes through `crawler.browser_proxy` and nowhere else: Chromium resolves no names, speaks no QUIC and no WebRTC past the
proxy, keeps no service workers. Each page has a context of its own, so that no cookie or storage outlives it.
Playwright is an optional extra and is imported only when a page is rendered.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from crawler.browser_proxy import BrowserProxy, Check
from crawler.guard import BadUrlError, split_url
from crawler.records import VisitOutcome
from crawler.sites import politeness_key

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright, Request, Route

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the proxy's own address is the only one it may know
    "--disable-features=WebTransport,DnsOverHttps,AsyncDns,Prerender2,SpeculationRulesPrefetchFuture",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--js-flags=--max-old-space-size=512",
)
_NOWHERE = "http://127.0.0.1:1"
"""The proxy of whatever has no page's own: nothing listens there."""
_NO_PEERS = "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport']) delete self[name];"
_WANTED = frozenset(("document", "script", "stylesheet", "xhr", "fetch"))
_STATE = "() => [document.readyState, document.getElementsByTagName('*').length, document.body?.innerText.length ?? 0]"
_DOM = """limit => {
  const text = '<!DOCTYPE html>\\n' + document.documentElement.outerHTML;
  return text.length > limit ? null : text;
}"""
_QUIET_SECONDS = 0.5
_STEP_SECONDS = 0.1
_CLOSE_SECONDS = 3.0
_DOCUMENTS = 3
"""How often a page may load its own document again (`location.reload`)."""
_BROWSER_GONE = "the browser went down"
_DROPPED = frozenset(("content-encoding", "content-length", "transfer-encoding", "set-cookie", "refresh", "link"))
AT_ONCE = 2
"""Pages that one crawler process renders at the same time; each takes about 150 MB."""
MAX_BYTES = 20_000_000
"""Most bytes that the scripts of one page may bring in."""
MAX_OTHERS = 100
"""Most requests that the scripts of one page may make to other owners."""


class NoBrowserError(Exception):
    """There is nothing to render with; the message says what to install. Raised by `find_chromium`."""


@dataclass(frozen=True, slots=True)
class Document:
    """The page as it was archived, and what its rendering may cost: seconds and requests to its own owner."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    agent: str
    seconds: float
    requests: int
    size: int


@dataclass(slots=True)
class Rendered:
    """What came of it. `dom` is empty where there is none, and `why` then says why; else `why` may say what it lacks.

    `requests` and `bytes` are what its own owner was asked and what came in; `refused` is not connected to.
    """

    dom: bytes = b""
    why: str = ""
    requests: int = 0
    bytes: int = 0
    leads_to: str = ""
    refused: dict[str, tuple[VisitOutcome, str]] = field(default_factory=dict)


def find_chromium() -> str:
    """Return the path of the installed Chromium.

    Raises:
        NoBrowserError: it is missing, or the extra `browser` is.
    """
    if importlib.util.find_spec("playwright") is None:
        raise NoBrowserError("--browser needs the extra `browser`: python -m pip install 'groupaudit[browser]'")
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise NoBrowserError(
            "--browser needs an installed Chromium or Chrome, and none is on the PATH: apt-get install chromium"
        )
    return found


def _playwright_error() -> type[Exception]:
    from playwright.async_api import Error

    return Error


class Chromium:
    """The browser of one crawler process: started with the first page, again after it had to be killed."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    async def render(self, document: Document) -> Rendered:
        """Return a page's DOM after its scripts have run.

        Args:
            document: the page; its `seconds` count from the browser's being ready.

        Raises:
            NoBrowserError: Chromium does not start.
        """
        async with self._slots:
            rendered = await self._once(document)
            if rendered.why == _BROWSER_GONE:  # another page's script took it down
                rendered = await self._once(document)
            return rendered

    async def _once(self, document: Document) -> Rendered:
        async with BrowserProxy(self._check, MAX_BYTES) as proxy:
            browser = await self._ready()
            visit = _PageVisit(document)
            try:
                await asyncio.wait_for(visit.run(browser, proxy.address), document.seconds + _CLOSE_SECONDS)
            except TimeoutError:  # a script that never yields: nothing in its process answers any more
                visit.rendered.why = f"not done after {document.seconds:g} s"
                await self._kill(browser)
            except _playwright_error() as error:
                gone = not browser.is_connected()
                visit.rendered.why = _BROWSER_GONE if gone else f"the page failed: {' '.join(str(error).split())[:200]}"
            rendered = visit.rendered
            rendered.refused, rendered.bytes = proxy.refused, proxy.received
            return rendered

    async def _ready(self) -> Browser:
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            await self._kill()
            from playwright.async_api import Error, async_playwright

            self._home = tempfile.TemporaryDirectory(prefix="groupaudit-browser-", ignore_cleanup_errors=True)
            environment: dict[str, str | float | bool] = {
                "PATH": os.environ.get("PATH", ""),
                "HOME": self._home.name,
                "TMPDIR": self._home.name,
                "LANG": "en_US.UTF-8",
            }
            self._playwright = await async_playwright().start()
            try:
                self._browser = await self._playwright.chromium.launch(
                    executable_path=find_chromium(),
                    args=list(_FLAGS),
                    env=environment,
                    proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                    chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to have one under root
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except Error as error:
                await self._kill()
                raise NoBrowserError(f"Chromium does not start: {' '.join(str(error).split())[:300]}") from error
            return self._browser

    async def _kill(self, only: Browser | None = None) -> None:
        if only is not None and only is not self._browser:
            return  # another page has done so, and a new one may be running
        browser, playwright, home = self._browser, self._playwright, self._home
        self._browser = self._playwright = self._home = None
        if browser is not None:
            with suppress(_playwright_error(), TimeoutError):  # gone already, or deaf: the driver ends it
                await asyncio.wait_for(browser.close(), _CLOSE_SECONDS)
        if playwright is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(playwright.stop(), _CLOSE_SECONDS)
        if home is not None:
            home.cleanup()

    async def close(self) -> None:
        """End the browser."""
        async with self._starting:
            await self._kill()


class _PageVisit:
    """One page in a context of its own."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.rendered = Rendered()
        target = split_url(document.url)
        self._owner = politeness_key(target.host, target.port)
        self._documents = self._others = 0
        self._asked: set[Request] = set()
        self._answering: set[asyncio.Task[Any]] = set()

    async def run(self, browser: Browser, proxy: str) -> None:
        context = await browser.new_context(
            proxy={"server": proxy, "bypass": "<-loopback>"},
            user_agent=self._document.agent,
            locale="en-US",
            service_workers="block",
            accept_downloads=False,
            viewport={"width": 1280, "height": 4000},  # so tall that what waits for scrolling is in view
        )
        try:
            await self._run(context)
        finally:
            for answering in self._answering:
                answering.cancel()
            with suppress(TimeoutError, _playwright_error()):
                await asyncio.wait_for(context.close(), _CLOSE_SECONDS)

    async def _run(self, context: BrowserContext) -> None:
        deadline = time.monotonic() + self._document.seconds
        await context.add_init_script(_NO_PEERS)
        await context.route("**/*", self._answer)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)
        page = await context.new_page()
        page.on("popup", _close)
        await page.goto(self._document.url, wait_until="commit", timeout=self._document.seconds * 1000)
        if not await self._settle(page, deadline):
            self.rendered.why = f"as it stood after {self._document.seconds:g} s"
        dom = await self._evaluate(page, _DOM, self._document.size)
        if dom is None:
            self.rendered.why = f"its DOM is larger than {self._document.size:,} characters"
        else:
            self.rendered.dom = dom.encode("utf-8", "replace")

    def _ended(self, request: Request) -> None:
        self._asked.discard(request)

    async def _settle(self, page: Page, deadline: float) -> bool:
        """Wait until nothing is asked for and nothing changes; return whether that came before the deadline."""
        last, since = None, time.monotonic()
        while time.monotonic() < deadline:
            state = await self._evaluate(page, _STATE)
            now = time.monotonic()
            if state != last or self._asked or state[0] != "complete":
                last, since = state, now
            elif now - since >= _QUIET_SECONDS:
                return True
            await asyncio.sleep(_STEP_SECONDS)
        return False

    @staticmethod
    async def _evaluate(page: Page, code: str, argument: int = 0) -> Any:
        """Return what a script of ours says; asked again where the page loaded its document anew meanwhile."""
        for _ in range(_DOCUMENTS + 1):
            with suppress(_playwright_error()):
                return await page.evaluate(code, argument)
            await asyncio.sleep(2 * _STEP_SECONDS)
        return await page.evaluate(code, argument)

    async def _answer(self, route: Route, request: Request) -> None:
        """Answer the page's own document from the archive, let through what a page is made of, refuse the rest."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        try:
            if request.is_navigation_request():
                await self._answer_document(route, request)
            elif request.resource_type in _WANTED and self._may_ask(request.url):
                self._asked.add(request)
                await route.continue_()
            else:
                await route.abort("blockedbyclient")
        except _playwright_error():
            # The page was closed under a request of its: Playwright would wait for this answer for ever.
            raise asyncio.CancelledError from None

    async def _answer_document(self, route: Route, request: Request) -> None:
        document, url = self._document, urldefrag(request.url).url
        main = request.frame.parent_frame is None
        if not main or url != urldefrag(document.url).url or request.method != "GET":
            if main and not self.rendered.leads_to:
                self.rendered.leads_to = url
            await route.abort("aborted")  # the page that stands there goes on; any other error would replace it
            return
        self._documents += 1
        if self._documents > _DOCUMENTS:
            await route.abort("aborted")
            return
        kept: dict[str, str] = {name.lower(): value for name, value in document.headers if name.lower() not in _DROPPED}
        await route.fulfill(status=document.status, headers=kept, body=document.body)

    def _may_ask(self, url: str) -> bool:
        try:
            target = split_url(url)
        except BadUrlError:
            return False
        if politeness_key(target.host, target.port) == self._owner:
            if self.rendered.requests >= self._document.requests:
                return False
            self.rendered.requests += 1
            return True
        self._others += 1
        return self._others <= MAX_OTHERS


async def _close(page: Any) -> None:
    with suppress(_playwright_error()):  # it may have closed itself
        await page.close()
