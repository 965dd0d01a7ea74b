"""Time extraction beside trafilatura and the bare parse, on the same pages in the same run; and show that it is linear.

usage: python -m benchmarks.extract_speed [FOLDER] [--json]

FOLDER: pages of about 80 KB are taken from it; without it, one is made from the fixture pages of tests/pages.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from crawler.extract.decode import decode
from crawler.extract.page import extract_page
from crawler.extract.results import Page
from crawler.extract.walk import parse

TYPICAL = range(60_000, 100_000)
"""Bytes of a typical page."""

FIXTURES = Path(__file__).parents[1] / "tests" / "pages"


def typical_pages(folder: Path | None) -> list[bytes]:
    """Return pages of about 80 KB."""
    if folder is not None:
        files = sorted(path for path in folder.rglob("*.html") if path.stat().st_size in TYPICAL)
        return [path.read_bytes() for path in files][:20]
    return [made_page(80_000)]


def made_page(size: int) -> bytes:
    """Return a page of about this many bytes, made of the fixture pages with the class soup of page builders."""
    parts = []
    length = 0
    bodies = [
        path.read_text(encoding="utf-8").partition("<body>")[2].partition("</body>")[0]
        for path in sorted(FIXTURES.glob("*.html"))
    ]
    while length < size:
        for body in bodies:
            part = body.replace(
                "<p>", '<div class="builder-column builder-col-66 is-layout-flow"><p class="has-text builder-text">'
            ).replace("</p>", "</p></div>")
            parts.append(part)
            length += len(part)
            if length >= size:
                break
    return f"<html><head><title>Groups</title></head><body>{''.join(parts)}</body></html>".encode()


def milliseconds(task: Callable[[], object], times: int = 7) -> float:
    """Return the least processor time of a task: what other programs on the machine do is no part of it."""
    task()
    taken = []
    for _ in range(times):
        started = time.process_time()
        task()
        taken.append((time.process_time() - started) * 1000)
    return min(taken)


def measure(pages: list[bytes]) -> dict[str, float]:
    """Return the mean over the pages of each program's least processor time, in milliseconds, and the two ratios."""
    import trafilatura

    totals = {"parse": 0.0, "groupaudit": 0.0, "trafilatura": 0.0}
    for body in pages:
        html = decode(body)
        totals["parse"] += milliseconds(partial(parse, html))
        totals["groupaudit"] += milliseconds(partial(extract_page, Page("page", body), "site", "run"))
        totals["trafilatura"] += milliseconds(partial(trafilatura.extract, html), 3)
    mean = {key: value / len(pages) for key, value in totals.items()}
    return mean | {
        "times faster than trafilatura": mean["trafilatura"] / mean["groupaudit"],
        "times the bare parse": mean["groupaudit"] / mean["parse"],
    }


def growth(sizes: tuple[int, ...] = (50_000, 100_000, 200_000, 400_000, 800_000, 1_600_000)) -> dict[int, float]:
    """Return milliseconds by page size."""
    pages = {size: Page("page", made_page(size)) for size in sizes}
    return {size: milliseconds(partial(extract_page, page, "site", "run"), 3) for size, page in pages.items()}


def main() -> None:
    """Print the times, the ratios and the growth."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("folder", type=Path, nargs="?")
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    pages = typical_pages(asked.folder)
    figures = measure(pages)
    by_size = growth()
    if asked.json:
        print(json.dumps({"pages": len(pages), **figures, "growth": by_size}))
        return
    print(f"{len(pages)} pages of about {sum(map(len, pages)) // len(pages) // 1000} KB")
    for name, value in figures.items():
        print(f"{name:32} {value:8.2f}")
    for size, value in by_size.items():
        print(f"{size:>12,} bytes {value:10.1f} ms {value / size * 1000:8.3f} ms a KB")


if __name__ == "__main__":
    main()
