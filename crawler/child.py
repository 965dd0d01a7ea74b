"""The crawler process: `python -m crawler.child OPTIONS-FILE`. Events go to standard output, one JSON object a line.

Started by `crawler.command` only. SIGTERM means: take no new site, finish the open ones within the grace time, end. The
end of standard input means that the parent is gone: end at once. A site that is open then stays open, and the same run
goes on with it from its own archive.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import json
import logging
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from crawler.options import CrawlOptions, read_options

EXIT_DONE, EXIT_STOPPED, EXIT_DISK = 0, 3, 5
_LOCK_SECONDS = 30.0


def emit(event: dict[str, Any]) -> None:
    """Write one event; a parent that is gone ends the process."""
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        os._exit(EXIT_STOPPED)


def _watch_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(EXIT_STOPPED)  # nothing half-done can be taken for whole: see crawler.commit


def _lock(options: CrawlOptions) -> int:
    """Hold this shard of the run's archive alone; a child whose parent was just killed may still be ending."""
    folder = options.data / "archive" / f"run={options.run_id}"
    folder.mkdir(parents=True, exist_ok=True)
    index, number = options.shard
    name = ".lock" if number == 1 else f".lock-shard-{index}-of-{number}"
    handle = os.open(folder / name, os.O_CREAT | os.O_RDWR)
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise SystemExit(f"another crawler process still writes run {options.run_id}") from None
            time.sleep(0.1)


def main(path: Path) -> int:
    """Crawl what the options file asks for and return the exit code: 0 done, 3 stopped, 5 cannot write.

    Args:
        path: the file that `crawler.options.write_options` wrote.
    """
    options = read_options(path)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent says what it means
    lock = _lock(options)
    try:
        return _run(options)
    finally:
        os.close(lock)


def _run(options: CrawlOptions) -> int:
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    import twisted.internet.reactor as installed
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.settings import scrapy_settings
    from crawler.spiders.provider import ProviderSpider

    reactor: Any = installed  # zope's interfaces are classes to a type checker
    gc.set_threshold(50_000, 20, 50)  # a page makes thousands of objects that die young and few that live
    loop = asyncio.get_event_loop()
    stopping = asyncio.Event()
    runner = AsyncCrawlerRunner(scrapy_settings(options))
    crawler = runner.create_crawler(ProviderSpider)
    code = EXIT_DONE

    def stop() -> None:
        stopping.set()
        emit({"event": "stopping"})
        loop.call_later(options.grace_seconds, os._exit, EXIT_STOPPED)

    async def crawl() -> None:
        nonlocal code
        try:
            await runner.crawl(crawler, options=options, emit=emit, stopping=stopping)
            spider: Any = crawler.spider
            if spider is None or not spider.done.is_set():
                code = 1
            elif spider.failure is not None:
                emit({"event": "disk", "reason": str(spider.failure)})
                code = EXIT_DISK
            elif spider.broken:
                code = 1
            elif stopping.is_set():
                code = EXIT_STOPPED
        except BaseException:
            code = 1
            logging.getLogger(__name__).exception("the crawler process failed")
        finally:
            reactor.callLater(0, reactor.stop)

    loop.add_signal_handler(signal.SIGTERM, stop)
    threading.Thread(target=_watch_parent, daemon=True).start()
    loop.create_task(crawl())  # noqa: RUF006 - the reactor runs until it ends
    reactor.run(installSignalHandlers=False)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
