"""The browser's only way out: a loopback proxy for one page, which connects to addresses that the guard checked.

The browser resolves no name itself. Every connection that a page's scripts ask for, encrypted (CONNECT) or not, names
its host here, is checked like every request of the crawl, and is refused or connected to what was checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from crawler.guard import BadUrlError, PrivateAddressError, Target, UnknownHostError, split_url
from crawler.records import VisitOutcome

Check = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the checked addresses of a host and port, or raises as `guard.checked_addresses` does."""

_HEAD_SECONDS = 10.0
_CONNECT_SECONDS = 10.0
_HEAD_BYTES = 65_536
_CHUNK = 65_536
_REFUSALS_KEPT = 100
_OURS = frozenset(("connection", "keep-alive", "proxy-connection", "proxy-authorization", "upgrade", "te"))


@dataclass(slots=True)
class BrowserProxy:
    """A proxy that lives as long as one page is open.

    `limit` is how many bytes may come in; then every connection is closed. `refused` holds what was not connected to:
    the address asked for (of an encrypted connection its host only), outcome and detail.
    """

    check: Check
    limit: int
    received: int = 0
    refused: dict[str, tuple[VisitOutcome, str]] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_BYTES)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def address(self) -> str:
        """Return the proxy's own address, for the browser."""
        assert self._server is not None  # noqa: S101 - used inside `async with`
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: asyncio.StreamWriter | None = None
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
            method, target, headers = _split_head(head)
            place = self._place(method, target)
            there, upstream = await self._connect(place, target if method != "CONNECT" else place.url)
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._tunnel(reader, writer, there, upstream)
            else:
                await self._forward(method, place, headers, reader, writer, there, upstream)
        except _Refused as refused:
            writer.write(b"HTTP/1.1 403 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            if len(self.refused) < _REFUSALS_KEPT:
                self.refused.setdefault(refused.url, (refused.outcome, refused.detail))
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, ValueError):
            pass  # a connection that broke: the browser sees it closed, and the page's script knows what to do
        finally:
            for end in (writer, upstream):
                if end is not None:
                    with suppress(OSError):
                        end.close()

    @staticmethod
    def _place(method: str, target: str) -> Target:
        url = f"https://{target}/" if method == "CONNECT" else target
        try:
            return split_url(url)
        except BadUrlError as error:
            raise _Refused(url[:300], VisitOutcome.BAD_RESPONSE, str(error)) from None

    async def _connect(self, place: Target, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            addresses = await self.check(place.host, place.port)
        except PrivateAddressError as error:
            raise _Refused(url[:300], VisitOutcome.PRIVATE_ADDRESS, str(error)) from None
        except UnknownHostError as error:
            raise _Refused(url[:300], VisitOutcome.DNS, str(error)) from None
        failure: OSError = OSError("no address")
        for address in addresses:
            try:
                opening = asyncio.open_connection(address, place.port, limit=_HEAD_BYTES)
                return await asyncio.wait_for(opening, _CONNECT_SECONDS)
            except OSError as error:  # TimeoutError is one
                failure = error
        raise failure

    async def _tunnel(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        upstream: asyncio.StreamWriter,
    ) -> None:
        ways = [asyncio.ensure_future(_pump(reader, upstream)), asyncio.ensure_future(self._receive(there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _forward(
        self,
        method: str,
        place: Target,
        headers: list[tuple[str, str]],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        upstream: asyncio.StreamWriter,
    ) -> None:
        """Hand on one plain request and its answer; the connection is not used again, so no second can slip through."""
        parts = urlsplit(place.url)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        lines = [f"{method} {path} HTTP/1.1", f"Host: {place.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in {*_OURS, "host"}]
        upstream.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
        length = next((value for name, value in headers if name.lower() == "content-length"), "0")
        if length.isdigit() and int(length):
            upstream.write(await reader.readexactly(min(int(length), self.limit)))
        head = await there.readuntil(b"\r\n\r\n")
        self.received += len(head)
        first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        kept = [line for line in rest if line.partition(":")[0].strip().lower() not in _OURS]
        writer.write("\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1"))
        await self._receive(there, writer)

    async def _receive(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while self.received < self.limit and (data := await there.read(_CHUNK)):
            self.received += len(data)
            writer.write(data)
            await writer.drain()


class _Refused(Exception):  # noqa: N818 - an answer, not an error
    """A connection that is not made. Raised inside the proxy only."""

    def __init__(self, url: str, outcome: VisitOutcome, detail: str) -> None:
        super().__init__(detail)
        self.url, self.outcome, self.detail = url, outcome, detail


def _split_head(head: bytes) -> tuple[str, str, list[tuple[str, str]]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _version = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return method, target, [(name.strip(), value.strip()) for name, colon, value in pairs if colon]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
