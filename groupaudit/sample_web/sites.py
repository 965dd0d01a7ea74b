"""What sites.toml says about the twelve sites, and what truth.jsonl says is on them."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


@dataclass(frozen=True)
class Redirect:
    """An answer that sends the client to another path of the same site."""

    to: str
    status: int


@dataclass(frozen=True)
class Behaviour:
    """How a server answers for a folder of files; the defaults are those of a plain web server.

    Attributes:
        index: names of a folder's own page, the first found is served.
        charset: charset named in the Content-Type of text; "" names none, so that the page has to say it.
        modified: what Last-Modified says of every file; None takes the file's own time, where it has one.
        redirects: path → where it leads.
        aliases: path → file that is served there as well.
        gzipped: path → file that is served there compressed (a gzip sitemap).
        statuses: path → status that is answered with a short error page.
        headers: further response headers.
    """

    index: tuple[str, ...] = ("index.html", "index.htm")
    charset: str = "utf-8"
    modified: datetime | None = None
    redirects: Mapping[str, Redirect] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    gzipped: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SampleSite:
    """One of the twelve: its row in a provider list, and how it is served.

    Attributes:
        start: the path of its address in the list; crawling is confined to what stands below it.
        forbidden: files, below its folder, which its robots.txt keeps crawlers from.
        broken: links of its pages that lead nowhere, on purpose.
    """

    key: str
    provider: str
    organisation: str
    provider_type: str
    region: str
    city: str
    phone: str
    stratum: str
    platform: str
    start: str
    behaviour: Behaviour
    forbidden: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def folder(self) -> Traversable:
        """Where its files are, also when the package is installed from a wheel."""
        return _package().joinpath("pages", self.key)


def _package() -> Traversable:
    return files(__package__)


@cache
def sample_sites() -> tuple[SampleSite, ...]:
    """The twelve sites, in the order of sites.toml."""
    rows = tomllib.loads(_package().joinpath("sites.toml").read_text(encoding="utf-8"))["site"]
    return tuple(_site(row) for row in rows)


def _site(row: Mapping[str, Any]) -> SampleSite:
    rest = dict(row)
    behaviour = Behaviour(
        index=tuple(rest.pop("index")),
        charset=rest.pop("charset"),
        modified=rest.pop("modified"),
        redirects={r["from"]: Redirect(r["to"], r["status"]) for r in rest.pop("redirects", [])},
        aliases=rest.pop("aliases", {}),
        gzipped=rest.pop("gzipped", {}),
        statuses=rest.pop("statuses", {}),
        headers=rest.pop("headers", {}),
    )
    forbidden, broken = tuple(rest.pop("forbidden", ())), tuple(rest.pop("broken", ()))
    return SampleSite(behaviour=behaviour, forbidden=forbidden, broken=broken, **rest)


def load_truth() -> list[dict[str, Any]]:
    """The lines of truth.jsonl, one a page; the README beside it says what the fields mean."""
    text = _package().joinpath("truth.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]
