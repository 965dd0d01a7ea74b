"""What the crawl costs beside a bare Scrapy spider: `python -m benchmarks.crawl_speed [--what shards|memory|revisit]`.

speed    (without --what) a bare spider, the crawl with its archive and rows, and the crawl with extraction, in turns
shards   one process, and two shards side by side
memory   the largest resident size of the crawler process at 500 and at 5,000 sites
revisit  a first and a second crawl of a web that did not change: bytes and processor time

Every run is in fresh processes, its processor time that of all of them; printed are medians. The bare spider schedules
every page's request itself with an empty callback: no links, no archive, no rows. Pages/s count the clock on the wall
and say little on a machine that others use too; the exit code goes by processor time, for shards by the wall.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.crawl_server import Farm, farm, pages_of
from crawler.command import Budgets, CrawlOptions, crawl
from crawler.extract.stage import extract_run
from crawler.sites import make_site

PAGES = 20
BARS = {"crawl": 0.9, "crawl + extract": 0.45}
"""Least speed beside the bare spider, of pages a second of processor time (issue 5, "Speed")."""

BARE = """
import sys, json
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


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds on the wall, of all its processes, and the largest process in MB."""

    wall: float
    cpu: float
    megabytes: float


def measured(task: Callable[[], None]) -> Cost:
    """Run a task in a process of its own and return what it and its children took."""
    here, there = multiprocessing.Pipe()

    def run(pipe: Connection) -> None:
        task()
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        pipe.send((own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, children.ru_maxrss / 1024))

    started = time.monotonic()
    process = multiprocessing.get_context("fork").Process(target=run, args=(there,))
    process.start()
    there.close()
    cpu, megabytes = here.recv()
    process.join()
    return Cost(time.monotonic() - started, cpu, megabytes)


def bare(ports: Sequence[int]) -> None:
    """Run the bare spider."""
    paths = [path.decode() for path in pages_of(1, PAGES)]
    command = [sys.executable, "-c", BARE, json.dumps(ports), json.dumps(paths)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})


def options_of(ports: Sequence[int], data: Path) -> CrawlOptions:
    """Return the options of a crawl of the farm: no gap, every page."""
    sites = tuple(make_site(f"http://127.0.0.1:{port}/") for port in ports)
    return CrawlOptions(data, "1", sites, allow_private=("127.0.0.0/8",), gap_seconds=0.0, budgets=Budgets(pages=60))


def crawled(options: CrawlOptions) -> None:
    """Crawl, and see that every site is complete."""
    end = crawl(options)
    if end.complete != end.sites or not end.sites:
        raise RuntimeError(f"not every site is complete: {end}")


def crawl_farm(ports: Sequence[int]) -> None:
    """Crawl the farm into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        crawled(options_of(ports, Path(folder)))


def crawl_and_extract(ports: Sequence[int]) -> None:
    """Crawl the farm, extract every page in the worker process and write its segments."""
    with tempfile.TemporaryDirectory() as folder:
        crawled(options_of(ports, Path(folder)))
        end = extract_run(Path(folder), "1")
        if end.pages != len(ports) * PAGES or end.errors:
            raise RuntimeError(f"not every page was extracted: {end}")


def two_shards(ports: Sequence[int]) -> None:
    """Crawl the farm by two shards side by side."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as threads:
        whole = options_of(ports, Path(folder))
        list(threads.map(crawled, (replace(whole, shard=(number, 2)) for number in range(2))))


def speed(ports: Sequence[int], runs: int) -> bool:
    """Print the three speeds and return whether the bars hold."""
    tasks = {"bare": bare, "crawl": crawl_farm, "crawl + extract": crawl_and_extract}
    costs: dict[str, list[Cost]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            costs[name].append(measured(lambda task=task: task(ports)))  # type: ignore[misc]
    count, holds = len(ports) * PAGES, True
    for name, each in costs.items():
        # The machine's other work slows down a pass as a whole: a ratio is of runs that followed each other.
        ratio = statistics.median(first.cpu / cost.cpu for first, cost in zip(costs["bare"], each, strict=True))
        cpu, wall = (statistics.median(getattr(cost, field) for cost in each) for field in ("cpu", "wall"))
        bar = BARS.get(name, 0.0)
        holds = holds and ratio >= bar
        said = f"{ratio:.2f} of bare" + (f" (bar {bar})" if bar else "")
        print(f"{name:16}{1000 * cpu / count:6.2f} CPU ms a page {count / wall:6.0f} pages/s   {said}")
    return holds


def shards(ports: Sequence[int], runs: int) -> bool:
    """Print what two processes bring over one, and return whether the bar holds."""
    one, two = [], []
    for _ in range(runs):
        one.append(measured(lambda: crawl_farm(ports)))
        two.append(measured(lambda: two_shards(ports)))
    wall = statistics.median(first.wall / second.wall for first, second in zip(one, two, strict=True))
    cpu = statistics.median(second.cpu / first.cpu for first, second in zip(one, two, strict=True))
    print(f"two shards: {wall:.2f} times one on the wall (bar 1.7), {cpu:.2f} times its CPU a page")
    return wall >= 1.7


def memory(kilobytes: int, pages: int) -> bool:
    """Print the largest resident size at 500 and 5,000 sites, and return whether it is flat and under 400 MB."""
    sizes = []
    for hosts in (500, 5000):
        with farm(hosts, kilobytes, pages) as web:
            ports = web.ports
            sizes.append(measured(lambda ports=ports: crawl_farm(ports)).megabytes)  # type: ignore[misc]
        print(f"{hosts} sites of {pages} pages: {sizes[-1]:.0f} MB")
    print(f"{sizes[1] / sizes[0] - 1:+.0%} (bar 10 %, 400 MB)")
    return sizes[1] <= 1.1 * sizes[0] and max(sizes) < 400


def revisit(web: Farm) -> bool:
    """Print what a second crawl of an unchanged web costs, and return whether the bars hold."""
    with tempfile.TemporaryDirectory() as folder:
        first = options_of(web.ports, Path(folder))
        before, figures = web.account()[1], []
        for options in (first, replace(first, run_id="2", revisit_of="1")):
            cost = measured(lambda options=options: crawled(options))  # type: ignore[misc]
            extract = measured(lambda options=options: _extracted(options))  # type: ignore[misc]
            sent = web.account()[1]
            figures.append((sent - before, cost.cpu, extract.cpu))
            before = sent
    count = len(web.ports) * PAGES
    for name, (size, crawl_cpu, extract_cpu) in zip(("first", "second"), figures, strict=True):
        print(f"{name:7}{size / count:7.0f} bytes a page, CPU ms a page: {1000 * crawl_cpu / count:.2f} crawl, "
              f"{1000 * extract_cpu / count:.2f} extract")  # fmt: skip
    share, cpu = figures[1][0] / figures[0][0], sum(figures[1][1:]) / sum(figures[0][1:])
    print(f"second / first: {share:.1%} of the bytes (bar 10 %), {cpu:.0%} of the CPU (bar 35 %)")
    return share <= 0.1 and cpu <= 0.35


def _extracted(options: CrawlOptions) -> None:
    extract_run(options.data, options.run_id)


def main() -> int:
    """Measure and print; the exit code says whether the bars of issue 5 hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=("speed", "shards", "memory", "revisit"), default="speed")
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--kilobytes", type=int, default=30)
    parser.add_argument("--pages", type=int, default=5, help="pages of a site, for memory")
    options = parser.parse_args()
    if options.what == "memory":
        return 0 if memory(options.kilobytes, options.pages) else 1
    with farm(options.sites, options.kilobytes, PAGES) as web:
        print(f"{options.sites} hosts of {PAGES} pages of {options.kilobytes} KB, {options.runs} runs, medians")
        if options.what == "revisit":
            return 0 if revisit(web) else 1
        holds = (speed if options.what == "speed" else shards)(web.ports, options.runs)
        print(f"the server's own: {web.account()[0]:.1f} CPU s for {web.account()[1] / 1e6:.0f} MB")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
