"""One page → its offerings and passages (`extract_page`); what a worker process runs."""

from __future__ import annotations

import hashlib

from crawler.extract.address import in_group_folder, is_in_article_folder, slug_of
from crawler.extract.company import Found
from crawler.extract.decode import decode
from crawler.extract.directory import with_providers
from crawler.extract.facts import read_facts
from crawler.extract.furniture import fingerprints, mark_by_structure, mark_common
from crawler.extract.grouphood import label
from crawler.extract.limits import TooLarge, check_limits
from crawler.extract.offerings import find_offerings
from crawler.extract.outline import read_sections
from crawler.extract.passages import read_passages
from crawler.extract.results import Page, PageError, PageResult
from crawler.extract.structured import read_structured
from crawler.extract.tree import PageTree, TextBlock
from crawler.extract.walk import parse, read_tree
from crawler.records import Block, Offering, Role

_HTML_TYPES = ("text/html", "application/xhtml+xml", "")


def failed(page: Page, class_: str, message: str) -> PageResult:
    """Return the result of a page that could not be read."""
    return PageResult(page.source, page.capture_id, "", "", (), (), PageError(class_, message))


def refusal(page: Page) -> PageError | None:
    """Return why a page is not parsed at all, or None."""
    if page.media_type.partition(";")[0].strip().lower() not in _HTML_TYPES:
        return PageError("not_html", f"{page.media_type} is not HTML")
    if page.body[:5] == b"%PDF-" or page.body[:4] in (b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff\xe0"):
        return PageError("not_html", "the content is not HTML whatever its media type says")
    try:
        check_limits(page.body)
    except TooLarge as error:
        return PageError("too_large", str(error))
    return None


def load(page: Page) -> PageTree:
    """Parse a page that is not refused, its frames marked by structure."""
    parser = parse(decode(page.body, page.charset))
    tree = read_tree(parser)
    tree.structured = read_structured(parser)
    mark_by_structure(tree)
    return tree


def page_fingerprints(page: Page) -> frozenset[int]:
    """Return what a page gives to the comparison of a site's pages; a refused page gives nothing."""
    if refusal(page) is not None:
        return frozenset()
    tree = load(page)
    _keep(page, tree)
    return fingerprints(tree)


_KEPT_BYTES = 4_000_000
_KEPT: dict[Page, PageTree] = {}
"""Pages compared with their site's others and not extracted yet: a site's pages are read once, not twice."""


def _keep(page: Page, tree: PageTree) -> None:
    _KEPT[page] = tree
    while sum(len(kept.body) for kept in _KEPT) > _KEPT_BYTES:
        del _KEPT[next(iter(_KEPT))]


def extract_page(
    page: Page, site_key: str, run_id: str, marks: frozenset[int] = frozenset(), adapters: tuple[str, ...] = ()
) -> PageResult:
    """Return the offerings and passages of one page.

    Args:
        page: the page.
        site_key: the site it belongs to.
        run_id: the run that the rows belong to.
        marks: fingerprints of the blocks that most pages of the site share (`furniture.common`).
        adapters: names of the adapters to try first (`crawler.adapters`).
    """
    error = refusal(page)
    if error is not None:
        return PageResult(page.source, page.capture_id, "", "", (), (), error)
    tree = _KEPT.pop(page, None) or load(page)
    if adapters:
        # Adapters import this package's text rules; the general extractor must not need them, nor BeautifulSoup.
        from crawler.extract.adapted import adapted_offerings

        adapted = adapted_offerings(page, site_key, run_id, tree.title, adapters)
        if adapted is not None:
            return PageResult(page.source, page.capture_id, tree.title, tree.language, adapted, ())
    mark_common(tree, marks)
    root = read_sections(tree)
    root.eyebrow = slug_of(page.url or page.source)
    root.listed = in_group_folder(page.url or page.source)
    root.article = tree.structured.post or is_in_article_folder(page.url or page.source)
    found = find_offerings(root)
    read = tuple(_offering(page, site_key, run_id, tree, item, order) for order, item in enumerate(found))
    offerings = with_providers(root, read)
    passages = read_passages(tree, root, found, page.capture_id, page.url or page.source, site_key, run_id)
    return PageResult(page.source, page.capture_id, tree.title, tree.language, offerings, passages)


def guarded_extract(
    page: Page, site_key: str, run_id: str, marks: frozenset[int] = frozenset(), adapters: tuple[str, ...] = ()
) -> PageResult:
    """Do `extract_page`, and make of any error that page's `parse_error`."""
    try:
        return extract_page(page, site_key, run_id, marks, adapters)
    except Exception as error:  # noqa: BLE001 - the page's recorded outcome; other pages go on
        return failed(page, "parse_error", f"{type(error).__name__}: {error}")


def _offering(page: Page, site_key: str, run_id: str, tree: PageTree, item: Found, order: int) -> Offering:
    section = item.section
    name = label(section)
    blocks = tuple(_record(block, text) for block, text in section.blocks() if block.role != Role.BUTTON)
    path = tree.blocks[max(section.index, section.start)].element.path()
    identity = f"{run_id}\n{site_key}\n{page.capture_id or page.source}\n{path}\n{section.name}\n{order}"
    offering = Offering(
        run_id=run_id,
        offering_id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:24],
        site_key=site_key,
        capture_id=page.capture_id,
        url=page.url,
        title=tree.title,
        name=name,
        headings=section.headings if name == section.name else (*section.headings, section.name),
        blocks=blocks,
        scope=item.scope,
        path=path,
    )
    return read_facts(offering)


def _record(block: TextBlock, text: str) -> Block:
    return Block(block.role, text, block.level, block.element.path())
