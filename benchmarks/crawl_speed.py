"""How fast the crawl is, beside a bare Scrapy spider: `python -m benchmarks.crawl_speed [--sites 200] [--runs 5]`.

A server in a process of its own gives static pages, half of them gzipped, on one port a host. Runs alternate, each in a
fresh process; printed are medians of pages/s and of CPU ms a page, and the server's own CPU. The bare spider schedules
every page's request itself with an empty callback: no links, no archive, no rows.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from crawler.command import Budgets, CrawlOptions, crawl
from crawler.sites import make_site

PAGES = 20
"""Pages of a host; with robots.txt and a sitemap that is not there a host costs 22 requests."""


def pages_of(kilobytes: int) -> dict[bytes, bytes]:
    """Return the static responses by path: menus, some headings, prose; even pages gzipped."""
    menu = "".join(f'<li><a href="/p{chr(97 + n)}/">Page {chr(97 + n)}</a></li>' for n in range(1, PAGES))
    out = {}
    for number in range(PAGES):
        name = chr(97 + number)
        words = f"In the {name} program members meet weekly and talk about what they live through. "
        prose = "".join(f"<h2>Part {n}</h2><p>{words * 8}</p>" for n in range(kilobytes * 1000 // 700))
        body = (
            f'<!doctype html><html lang="en"><head><title>Page {name}</title></head><body><nav><ul>{menu}</ul></nav>'
            f"<main><h1>Page {name}</h1>{prose}</main></body></html>"
        ).encode()
        coded = b""
        if number % 2 == 0:
            body, coded = gzip.compress(body, mtime=0), b"Content-Encoding: gzip\r\n"
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + coded
        path = b"/" if number == 0 else f"/p{name}/".encode()
        out[path] = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    return out


class _Static(asyncio.Protocol):
    pages: dict[bytes, bytes] = {}  # noqa: RUF012 - set once before the server starts
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        for request in data.split(b"\r\n\r\n")[:-1]:
            path = request.split(b" ", 2)[1]
            self._transport.write(self.pages.get(path, self.missing))


def serve(hosts: int, kilobytes: int, pipe: Connection) -> None:
    """Serve `hosts` ports until the pipe says stop; send the ports first and the CPU seconds last."""
    _Static.pages = pages_of(kilobytes)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(_Static, "127.0.0.1", 0) for _ in range(hosts)]
        pipe.send([server.sockets[0].getsockname()[1] for server in servers])
        while not pipe.poll():
            await asyncio.sleep(0.05)

    asyncio.run(run())
    pipe.send(time.process_time())


BARE = """
import sys, json, time
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
import scrapy
from scrapy.crawler import CrawlerProcess
ports, paths = json.loads(sys.argv[1]), json.loads(sys.argv[2])

class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for path in paths:
            for port in ports:
                url = f"http://127.0.0.1:{port}{path}"
                yield scrapy.Request(url, meta={"download_slot": str(port)}, dont_filter=True)
    def parse(self, response):
        pass

process = CrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "DOWNLOAD_DELAY": 0})
process.crawl(Bare)
process.start()
"""


def run_bare(ports: list[int]) -> None:
    """Run the bare spider in a process."""
    paths = [path.decode() for path in pages_of(1)]
    command = [sys.executable, "-c", BARE, json.dumps(ports), json.dumps(paths)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})


def run_crawl(ports: list[int]) -> None:
    """Run the crawl with its archive and its segments."""
    with tempfile.TemporaryDirectory() as folder:
        sites = tuple(make_site(f"http://127.0.0.1:{port}/") for port in ports)
        end = crawl(
            CrawlOptions(
                Path(folder), "bench", sites, allow_private=("127.0.0.0/8",), gap_seconds=0.0, budgets=Budgets(pages=60)
            )
        )
        assert end.complete == len(ports), end


def main() -> int:
    """Measure and print; the exit code says whether the bar of issue 5 (0.9 of bare) holds in pages/s."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--kilobytes", type=int, default=30)
    options = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(options.sites, options.kilobytes, there))
    server.start()
    ports = here.recv()
    count = options.sites * PAGES
    figures: dict[str, list[tuple[float, float]]] = {"bare": [], "crawl": []}
    for _ in range(options.runs):
        for name, run in (("bare", run_bare), ("crawl", run_crawl)):
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            own = time.process_time()
            run(ports)
            after, took = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + time.process_time() - own
            figures[name].append((count / took, 1000 * cpu / count))
    here.send("stop")
    server_cpu = here.recv()
    server.join()
    print(f"{options.sites} hosts, {count} pages of {options.kilobytes} KB, {options.runs} runs each, medians")
    medians = {
        name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in figures.items()
    }
    for name, (speed, cpu) in medians.items():
        print(f"{name:6} {speed:7.0f} pages/s {cpu:6.2f} CPU ms a page")
    asked = count * options.runs * 2
    print(f"server {1000 * server_cpu / asked:.2f} CPU ms a page")
    ratio = medians["crawl"][0] / medians["bare"][0]
    cpu_ratio = medians["bare"][1] / medians["crawl"][1]
    print(f"crawl / bare: {ratio:.2f} in pages/s, {cpu_ratio:.2f} in CPU (bar 0.90)")
    return 0 if ratio >= 0.9 else 1


if __name__ == "__main__":
    raise SystemExit(main())
