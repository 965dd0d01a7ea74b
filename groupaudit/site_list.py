"""Which sites a command is about: a list of the user's, or the bundled sample web served on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.records import Site
from crawler.segments import SegmentError, read_json, write_json
from crawler.sites import SiteList, read_sites
from groupaudit.errors import GroupauditError, UsageError
from groupaudit.progress import count
from groupaudit.sample_web import SampleWeb
from groupaudit.terminal import clean

_FIRST_PORTS = range(18010, 18970, 20)  # below the ports that systems hand out by themselves
SAMPLE_CONTACT = "the bundled sample web on this machine"


@dataclass(frozen=True)
class ChosenSites:
    """The sites of a run and what may be done with them. `allow_private` is `CIDR[:PORT]`; the gap is in seconds."""

    sites: tuple[Site, ...]
    contact: str
    allow_private: tuple[str, ...]
    gap_seconds: float | None


@contextmanager
def choose_sites(
    file: Path | None,
    data: Path,
    *,
    contact: str,
    allow_private: Sequence[str],
    gap_seconds: float | None,
    only: Sequence[str],
    skip_bad: bool,
    tell: Callable[[str], None],
) -> Iterator[ChosenSites]:
    """Give the sites of a list, or serve the sample web for as long as the block lasts.

    Raises:
        UsageError: the list is missing or empty, or a `--site` is not in it.
        SiteListError: the list cannot be read, or has bad rows; each is named by its line.
    """
    if file is not None:
        yield ChosenSites(pick(load_sites(file, skip_bad, tell), only), contact, tuple(allow_private), gap_seconds)
        return
    with _sample_web(data) as (web, sites):
        tell(f"no site list given: crawling the bundled sample web, {count(len(sites), 'site')} of our own writing")
        ports = tuple(f"127.0.0.1/32:{origin.rsplit(':', 1)[1].strip('/')}" for origin in web.origins.values())
        yield ChosenSites(pick(sites, only), SAMPLE_CONTACT, ports, 0.0)


def load_sites(file: Path, skip_bad: bool, tell: Callable[[str], None]) -> tuple[Site, ...]:
    """Return the sites of a list; bad rows are refused by line, or told and left out with `skip_bad`.

    Raises:
        UsageError: the list is missing or empty.
        SiteListError: it cannot be read, or has bad rows.
    """
    listed = _read(file, skip_bad=skip_bad)
    for bad in listed.bad:
        tell(f"{file}:{bad.line}: {bad.value!r} left out: {bad.why}")
    return listed.sites


def _read(file: Path, *, skip_bad: bool) -> SiteList:
    if not file.is_file():
        raise UsageError(f"{file}: no such site list; give a CSV, XLSX or JSON Lines file with a column `url`")
    listed = read_sites(file, skip_bad=skip_bad)
    if not listed.sites:
        raise UsageError(f"{file}: no site in this list")
    return listed


def pick(sites: tuple[Site, ...], only: Sequence[str]) -> tuple[Site, ...]:
    """Return the sites whose keys are asked for, or all of them.

    Raises:
        UsageError: a key is not in the list.
    """
    known = {site.site_key for site in sites}
    for key in only:
        if key not in known:
            some = ", ".join(sorted(known)[:5])
            raise UsageError(f"--site {key}: not in the list; a key is host[:port] and path, like {some}")
    return tuple(site for site in sites if not only or site.site_key in only)


@contextmanager
def _sample_web(data: Path) -> Iterator[tuple[SampleWeb, tuple[Site, ...]]]:
    """Serve the sample web, on the ports of the last time if they are free.

    A site of the sample is known by its port: on other ports, a run could not be resumed nor compared with the last.
    """
    memory = data / "sample_web.json"
    with _served(_remembered(memory)) as (web, first_port), tempfile.TemporaryDirectory() as folder:
        write_json(memory, {"first_port": first_port})
        file = Path(folder) / "sites.csv"
        web.write_sites_csv(file)
        yield web, read_sites(file).sites


@contextmanager
def _served(remembered: list[int]) -> Iterator[tuple[SampleWeb, int]]:
    """Serve on the first row of ports that is free."""
    for first_port in (*remembered, *_FIRST_PORTS):
        with ExitStack() as stack:
            try:
                web = stack.enter_context(SampleWeb(port=first_port))
            except OSError:  # a port of this row is taken: another sample web, or somebody else
                continue
            yield web, first_port
            return
    raise GroupauditError(f"no twelve free ports in a row between {_FIRST_PORTS[0]} and {_FIRST_PORTS[-1] + 12}")


def _remembered(memory: Path) -> list[int]:
    try:
        return [int(read_json(memory)["first_port"])] if memory.exists() else []
    except (SegmentError, KeyError, TypeError, ValueError):  # only a convenience was lost
        return []


def validation_lines(file: Path) -> Iterator[str]:
    """Yield what a site list holds: sites, duplicates, owners with several sites.

    Raises:
        UsageError: the list is missing or empty.
        SiteListError: it cannot be read, or has bad rows; each is named by its line.
    """
    listed = _read(file, skip_bad=False)
    yield f"{file}: {count(len(listed.sites), 'site')}, no bad row"
    for twin in listed.duplicates:
        yield f"{file}:{twin.line}: {clean(twin.site_key)} stands in line {twin.first_line} already; taken once"
    for domain, number in listed.shared:
        yield f"{clean(domain)}: {number} sites share this domain; they take turns, and may be one business"
