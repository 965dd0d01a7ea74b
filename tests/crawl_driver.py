"""The crawl in a process of its own, for tests that kill it: `python tests/crawl_driver.py DATA OPTIONS-JSON URL …`."""

from __future__ import annotations

import dataclasses
import json
import resource
import sys
from pathlib import Path

from crawling import LOOPBACK, RUN

from crawler.command import Budgets, CrawlOptions, crawl
from crawler.sites import make_site


def main(arguments: list[str]) -> int:
    data, options, *urls = arguments
    given = {"run_id": RUN, "allow_private": LOOPBACK, "gap_seconds": 0.0, **json.loads(options)}
    if limit := given.pop("file_limit", 0):  # bytes; the crawler process inherits it
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if "budgets" in given:
        given["budgets"] = Budgets(**given["budgets"])
    sites = tuple(make_site(url) for url in urls)
    end = crawl(CrawlOptions(data=Path(data), sites=sites, **given), lambda event: print(json.dumps(event), flush=True))
    print(json.dumps({"event": "end", **dataclasses.asdict(end)}), flush=True)
    return end.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
