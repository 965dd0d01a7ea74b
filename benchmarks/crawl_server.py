"""A farm of static hosts in a process of its own: one port a host, the same pages on each, half of them gzipped."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Pages = dict[bytes, tuple[bytes, bytes]]
"""By path: the whole answer, and the validator line of a request that gets a 304 instead."""


def pages_of(kilobytes: int, pages: int) -> Pages:
    """Return the static answers by path: menus, some headings, prose; even pages gzipped; each with an ETag."""
    menu = "".join(f'<li><a href="/p{number}/">Page {number}</a></li>' for number in range(1, pages))
    out = {}
    for number in range(pages):
        words = f"In program {number} members meet weekly and talk about what they live through. "
        prose = "".join(f"<h2>Part {part}</h2><p>{words * 8}</p>" for part in range(kilobytes * 1000 // 700))
        body = (
            f'<!doctype html><html lang="en"><head><title>Page {number}</title></head><body><nav><ul>{menu}</ul></nav>'
            f"<main><h1>Page {number}</h1>{prose}</main></body></html>"
        ).encode()
        coded = b""
        if number % 2 == 0:
            body, coded = gzip.compress(body, mtime=0), b"Content-Encoding: gzip\r\n"
        tag = b'"%s"' % hashlib.sha256(body).hexdigest()[:16].encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: %s\r\n%s" % (tag, coded)
        answer = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
        out[b"/" if number == 0 else b"/p%d/" % number] = answer, b"If-None-Match: " + tag
    return out


class _Static(asyncio.Protocol):
    pages: Pages = {}  # noqa: RUF012 - set once before the server starts
    sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        for request in data.split(b"\r\n\r\n")[:-1]:
            answer, validator = self.pages.get(request.split(b" ", 2)[1], (b"", b""))
            if not answer:
                answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            elif validator in request:
                answer = b"HTTP/1.1 304 Not Modified\r\n" + validator.replace(b"If-None-Match", b"ETag") + b"\r\n\r\n"
            _Static.sent += len(answer)
            self._transport.write(answer)


def _serve(hosts: int, kilobytes: int, pages: int, pipe: Connection) -> None:
    _Static.pages = pages_of(kilobytes, pages)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(_Static, "127.0.0.1", 0) for _ in range(hosts)]
        pipe.send([server.sockets[0].getsockname()[1] for server in servers])
        while True:
            while not pipe.poll():
                await asyncio.sleep(0.02)
            if pipe.recv() is None:
                return
            pipe.send((time.process_time(), _Static.sent))

    asyncio.run(run())


@dataclass
class Farm:
    """A running farm: the ports of its hosts."""

    ports: list[int]
    pipe: Connection

    def account(self) -> tuple[float, int]:
        """Return the server's processor time in seconds and the bytes it has sent."""
        self.pipe.send("account")
        seconds, sent = self.pipe.recv()
        return float(seconds), int(sent)


@contextmanager
def farm(hosts: int, kilobytes: int, pages: int) -> Iterator[Farm]:
    """Serve a farm as long as the block lasts.

    Args:
        hosts: ports.
        kilobytes: of a page, about.
        pages: of a host; with robots.txt and a sitemap that is not there a host costs two requests more.
    """
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(hosts, kilobytes, pages, there), daemon=True)
    server.start()
    try:
        yield Farm(here.recv(), here)
    finally:
        here.send(None)
        server.join()
