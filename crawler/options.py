"""What a crawl is asked to do: a plain record that goes to the child process as JSON."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.guard import Allowed, parse_allowed
from crawler.records import Site

VERSION = "0.1"


@dataclass(frozen=True, slots=True)
class Budgets:
    """What one site may cost at most (design, "Manners"). `requests` counts robots, sitemaps and errors too."""

    pages: int = 60
    requests: int = 150
    bytes: int = 50_000_000
    seconds: float = 900.0
    sitemaps: int = 8

    def spent(self, pages: int, requests: int, received: int, seconds: float) -> str:
        """Return which of its limits a visit has come to, in words; empty where none."""
        if pages >= self.pages:
            return f"{self.pages} pages"
        if requests >= self.requests:
            return f"{self.requests} requests"
        if received >= self.bytes:
            return f"{self.bytes // 1_000_000} MB"
        return f"{self.seconds / 60:g} minutes" if seconds >= self.seconds else ""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """Options of one crawl.

    `gap_seconds` is the least time between two requests to a politeness key (±25 %); below 1 s it is used on allowed
    private addresses only. `grace_seconds` is what open sites get to finish in after the first Ctrl-C or SIGTERM.
    With `browser`, a page that its scripts write is rendered, which may take `render_seconds`.
    `revisit_of` names an earlier run whose validators (ETag, Last-Modified) are sent. `shard` is (I, N), I from 0.
    """

    data: Path
    run_id: str
    sites: tuple[Site, ...]
    contact: str = ""
    user_agent: str = ""
    gap_seconds: float = 2.0
    budgets: Budgets = field(default_factory=Budgets)
    allow_private: tuple[str, ...] = ()
    workers: int = 16
    from_warc: tuple[Path, ...] = ()
    resume: bool = True
    grace_seconds: float = 20.0
    response_seconds: float = 30.0
    response_bytes: int = 10_000_000
    opt_out: tuple[str, ...] = ()
    revisit_of: str = ""
    shard: tuple[int, int] = (0, 1)
    incomplete_share: float = 0.2
    browser: bool = False
    render_seconds: float = 15.0

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """Return the private networks that may be connected to."""
        return tuple(parse_allowed(text) for text in self.allow_private)

    @property
    def agent(self) -> str:
        """Return the User-Agent: the project's name and the contact."""
        return self.user_agent or (
            f"groupaudit/{VERSION} (+{self.contact})" if self.contact else f"groupaudit/{VERSION}"
        )


def write_options(options: CrawlOptions, path: Path) -> None:
    """Write options for the child: the first line is everything but the sites, each further line one site."""
    head = {f.name: getattr(options, f.name) for f in dataclasses.fields(options) if f.name != "sites"}
    head["budgets"] = dataclasses.asdict(options.budgets)
    with path.open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(head, default=str) + "\n")
        for site in options.sites:
            handle.write(json.dumps(dataclasses.asdict(site)) + "\n")


def read_options(path: Path) -> CrawlOptions:
    """Return the options that `write_options` wrote."""
    with path.open(encoding="utf-8") as handle:
        head: dict[str, Any] = json.loads(next(handle))
        sites = tuple(Site(**json.loads(line)) for line in handle)
    head["data"] = Path(head["data"])
    head["budgets"] = Budgets(**head["budgets"])
    head["from_warc"] = tuple(Path(name) for name in head["from_warc"])
    for name in ("allow_private", "opt_out", "shard"):
        head[name] = tuple(head[name])
    return CrawlOptions(sites=sites, **head)
