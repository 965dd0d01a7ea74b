"""`groupaudit check`: pages before they are published, or any pages at hand, judged where they stand.

A page is read as the crawl would read it, and each group is judged by its own page and by what else its site says.
Nothing is kept: no data folder, no archive, no database.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audit.auditor import Auditor, SiteText
from audit.records import Finding, Verdict
from crawler.extract import Page, PageResult, extract_site
from crawler.extract.worker import Pool
from crawler.records import Offering, Site
from groupaudit.errors import UsageError

PAGE_SUFFIXES = (".html", ".htm", ".php")
_LOOKED_AT = 4096
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|title|meta|body|main|article|section|header|nav|div|p|h[1-6]|ul|ol|li|dl|table|span|"
    rb"a|b|br|strong|em|form|script|style|details|\?php)(?=[\s/>])",
    re.IGNORECASE,
)
FAIL_ON = {"flag": {Verdict.MISLABELED}, "review": {Verdict.MISLABELED, Verdict.REVIEW}}


@dataclass(frozen=True)
class CheckOptions:
    """What to check. `targets` are files, folders and URLs; `one_site` reads them all as pages of one site."""

    targets: tuple[str, ...] = ()
    site_root: Path | None = None
    one_site: bool = False
    rulebook: str = "opencounseling-2021"
    contact: str = ""
    allow_private: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckError:
    """Why an input gave no result: a class that stays the same for one cause, and words for a person."""

    class_: str
    message: str


@dataclass(frozen=True)
class CheckedPage:
    """One input and each appearance of a group on it, with what the audit finds."""

    source: str
    title: str
    error: CheckError | None
    judged: tuple[tuple[Offering, Finding], ...] = ()


@dataclass(frozen=True)
class _Input:
    """A page to read, or why it cannot be read; `wanted` is false for pages that are only read as context."""

    source: str
    page: Page | None
    error: CheckError | None = None
    wanted: bool = True


def check(options: CheckOptions) -> Iterator[CheckedPage]:
    """Yield every input asked for, in order, site by site.

    Raises:
        UsageError: nothing to check, or a site root that is no folder.
        CrawlRefusedError: a URL without a contact.
        RulebookError: there is no such rulebook.
    """
    auditor = Auditor(options.rulebook)
    sites = _sites(options)
    with Pool() as pool:
        for key, inputs in sites:
            yield from _check_site(key, inputs, auditor, pool)


def fails(page: CheckedPage, fail_on: str) -> bool:
    """Return whether a page has what `--fail-on` asks to be told: `flag`, or `review` (which includes flags)."""
    return any(finding.verdict in FAIL_ON[fail_on] for _, finding in page.judged)


def _check_site(key: str, inputs: Sequence[_Input], auditor: Auditor, pool: Pool) -> Iterator[CheckedPage]:
    pages = [item.page for item in inputs if item.page is not None]
    site = Site(site_key=key, url=pages[0].url if pages else "", politeness_key=key)
    extract = extract_site(pages, site, run_id="", pool=pool)
    results = {result.source: result for result in extract.pages}
    context = SiteText(
        passages=tuple(passage for result in extract.pages for passage in result.passages),
        offerings=tuple(offering for result in extract.pages for offering in result.offerings),
        captures=tuple(result.capture_id for result in extract.pages if result.error is None),
    )
    for item in inputs:
        if not item.wanted:
            continue
        if item.error is not None:
            yield CheckedPage(item.source, "", item.error)
        else:
            yield _judge_page(results[item.source], context, auditor)


def _judge_page(result: PageResult, context: SiteText, auditor: Auditor) -> CheckedPage:
    error = None if result.error is None else CheckError(result.error.class_, result.error.message)
    judged = tuple((offering, auditor.judge(offering, context)) for offering in result.offerings)
    return CheckedPage(result.source, result.title, error, judged)


def _sites(options: CheckOptions) -> Iterator[tuple[str, list[_Input]]]:
    """Return the inputs by the site they are read with."""
    if not options.targets and options.site_root is None:
        raise UsageError("nothing to check: give a file, a folder or a URL, or a folder of sites with --site-root DIR")
    if options.site_root is not None:
        if not options.site_root.is_dir():
            raise UsageError(f"--site-root {options.site_root}: no such folder")
        return _sites_under(options.site_root, options)
    inputs = _inputs(options.targets, options)
    if options.one_site:
        return iter([("site", list(inputs))])
    return ((item.source, [item]) for item in inputs)


def _sites_under(root: Path, options: CheckOptions) -> Iterator[tuple[str, list[_Input]]]:
    """Yield each first-level folder of the root as one site. With targets, only their pages are asked for."""
    wanted = [Path(target).resolve() for target in options.targets]
    for target, path in zip(options.targets, wanted, strict=True):
        if not path.is_relative_to(root.resolve()):
            raise UsageError(f"{target} is not under --site-root {root}")
    folders = sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise UsageError(f"--site-root {root}: no folder in it; each first-level folder is read as one site")
    for folder in folders:
        paths = list(_pages_under(folder))
        keep = [not wanted or any(path.resolve().is_relative_to(target) for target in wanted) for path in paths]
        if any(keep):
            yield folder.name, [_read(path, asked) for path, asked in zip(paths, keep, strict=True)]


def _inputs(targets: Iterable[str], options: CheckOptions) -> Iterator[_Input]:
    for target in targets:
        path = Path(target)
        if target.startswith(("http://", "https://")):
            yield _fetch(target, options)
        elif path.is_dir():
            paths = list(_pages_under(path))
            yield from (_read(page, wanted=True) for page in paths)
            if not paths:
                yield _failed(target, "empty", f"no {', '.join(PAGE_SUFFIXES)} under this folder")
        else:
            yield _read(path, wanted=True)


def _pages_under(folder: Path) -> Iterator[Path]:
    """Yield every page under a folder, in order, hidden files and folders left out."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in PAGE_SUFFIXES and path.is_file() and not hidden:
            yield path


def _read(path: Path, wanted: bool) -> _Input:
    source = path.as_posix()
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return _failed(source, "not_found", "no such file or folder")
    except OSError as error:
        return _failed(source, "unreadable", error.strerror or str(error))
    why = why_no_html(body)
    if why:
        return _Input(source, None, CheckError("not_html", why), wanted=wanted)
    return _Input(source, Page(source, body, capture_id=source), wanted=wanted)


def why_no_html(body: bytes) -> str:
    """Return why a file cannot be a page, or nothing: that no group was found must not be said of what is no page."""
    if not body.strip():
        return "is empty"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _MARKUP.search(body.replace(b"\0", b"")):
        return ""
    start = body[:_LOOKED_AT]
    if b"\0" in start or sum(byte in _CONTROLS for byte in start) * 50 > len(start):
        return f"is no HTML: {len(body):,} bytes that are no text, beginning with {start[:8].hex(' ')}"
    return f"is no HTML: {len(body):,} bytes without a tag, beginning with {start[:8].hex(' ')}"


def _failed(source: str, class_: str, message: str) -> _Input:
    return _Input(source, None, CheckError(class_, message))


def _fetch(url: str, options: CheckOptions) -> _Input:
    from crawler.command import FetchError, fetch_page

    try:
        page = fetch_page(url, contact=options.contact, allow_private=options.allow_private)
    except FetchError as error:
        return _failed(url, error.outcome, error.detail or "the page could not be had")
    return _Input(url, replace(page, source=url, capture_id=url))
