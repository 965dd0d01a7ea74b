"""How early the frontier finds the pages that hold groups, against breadth-first: `python -m benchmarks.crawl_finding`.

No network: both orders walk the same generated farm (`benchmarks.crawl_farm`) one request at a time; robots.txt, the
sitemap and a 404 count as requests. Prints a table and, with --plot FILE.svg, a plot.
"""

from __future__ import annotations

import argparse
import re
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.crawl_farm import FarmSite, make_farm
from crawler.frontier import Frontier
from crawler.look import look_at
from crawler.urls import Scope

ORIGIN = "https://farm.example"
MARKS = (5, 10, 20, 40)
REQUESTS = 60


def by_frontier(site: FarmSite, requests: int = REQUESTS) -> list[int]:
    """Return, for each request, how many pages with groups were found by then: our order."""
    frontier, found, curve = Frontier(Scope(f"{ORIGIN}/", "")), set[str](), [0]  # robots.txt is the first request
    frontier.mark(f"{ORIGIN}/")

    def read(path: str, depth: int) -> float:
        body = site.page(path)
        if body is None:
            return 0.0
        look = look_at(body.encode(), "utf-8", ORIGIN + path)
        frontier.add_links(look.links, ORIGIN + path, depth + 1, look.signal)
        found.update({path} & site.groups)
        return look.signal

    read("/", 0)
    curve.append(len(found))
    frontier.add_sitemap(f"{ORIGIN}/sitemap.xml", "")
    while len(curve) < requests and (candidate := frontier.next()) is not None:
        path = urlsplit(candidate.url).path
        if candidate.kind == "sitemap":
            frontier.add_sitemap_pages([ORIGIN + page for page in site.sitemap], candidate.url)
        else:
            frontier.learn(candidate, read(path, candidate.depth))
        curve.append(len(found))
    return curve + [len(found)] * (requests - len(curve))


def by_breadth(site: FarmSite, requests: int = REQUESTS) -> list[int]:
    """Return the same for breadth-first: links as they come, what only the sitemap names when no link waits.

    That is the stronger of the two plain orders: with the sitemap's pages in between, breadth-first finds less.
    """
    waiting, seen, found, curve = deque(["/"]), {"/"}, set[str](), [0]
    later = deque([*site.sitemap]) if site.sitemap else deque[str]()
    asked_for_sitemap = False
    while len(curve) < requests and (waiting or later or not asked_for_sitemap):
        if not waiting:
            if not asked_for_sitemap:
                asked_for_sitemap = True
                curve.append(len(found))
                continue
            path = later.popleft()
            if path in seen:
                continue
            seen.add(path)
        else:
            path = waiting.popleft()
        body = site.page(path)
        found.update({path} & site.groups)
        curve.append(len(found))
        for link in re.findall(r"href=[\"'](/[^\"']*)[\"']", body or ""):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return (curve + [len(found)] * requests)[:requests]


def measure(farm: list[FarmSite]) -> dict[str, list[float]]:
    """Return the share of all group pages found after each request, for both orders."""
    total = sum(len(site.groups) for site in farm)
    curves = {"frontier": [by_frontier(site) for site in farm], "breadth-first": [by_breadth(site) for site in farm]}
    return {
        name: [sum(curve[step] for curve in each) / total for step in range(REQUESTS)] for name, each in curves.items()
    }


def plot(shares: dict[str, list[float]]) -> str:
    """Return an SVG of the two curves."""
    lines = []
    for number, (name, curve) in enumerate(shares.items()):
        points = " ".join(f"{50 + 8 * step:.0f},{260 - 220 * share:.1f}" for step, share in enumerate(curve))
        dash = ' stroke-dasharray="6 4"' if number else ""
        lines.append(f'<polyline fill="none" stroke="currentColor" stroke-width="2"{dash} points="{points}"/>')
        lines.append(f'<text x="{60 + 8 * REQUESTS}" y="{264 - 220 * curve[-1] + 14 * number:.0f}">{name}</text>')
    ticks = "".join(f'<text x="{46 + 8 * mark}" y="280">{mark}</text>' for mark in (0, *MARKS, REQUESTS))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 300" font-family="sans-serif" font-size="12">'
        f'<path d="M50 40V260H530" fill="none" stroke="currentColor"/>{ticks}{"".join(lines)}'
        '<text x="200" y="296">requests a site</text><text x="10" y="34">share of group pages found</text></svg>\n'
    )


def main() -> int:
    """Measure, print, and say with the exit code whether the bar of issue 5 holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    farm = make_farm(options.sites, options.seed)
    shares = measure(farm)
    print(f"{len(farm)} sites, {sum(len(s.pages) for s in farm)} pages, {sum(len(s.groups) for s in farm)} with groups")
    print("requests  " + "  ".join(f"{mark:>6}" for mark in MARKS) + "    area")
    areas = {name: sum(curve) / REQUESTS for name, curve in shares.items()}
    for name, curve in shares.items():
        print(f"{name:14}" + "  ".join(f"{curve[mark - 1]:6.1%}" for mark in MARKS) + f"  {areas[name]:6.3f}")
    ratio = areas["frontier"] / areas["breadth-first"]
    never_below = all(shares["frontier"][mark - 1] >= shares["breadth-first"][mark - 1] for mark in MARKS)
    print(f"area ratio {ratio:.2f} (bar 1.30); never below breadth-first at {MARKS}: {never_below}")
    if options.plot:
        options.plot.write_text(plot(shares), encoding="utf-8")
    return 0 if ratio >= 1.3 and never_below else 1


if __name__ == "__main__":
    raise SystemExit(main())
