"""A page of any kind that is read → its result: HTML as it is, a PDF through its text (`crawler.pdf`)."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extract.page import extract_page, failed, guarded_extract, page_fingerprints
from crawler.extract.results import Page, PageResult
from crawler.pdf import PDF, PdfError, pdf_to_html, reads_pdf
from crawler.records import Block, Offering

_SHEET = re.compile(r"^body>div:nth-of-type\((\d+)\)")


def is_read_as_pdf(page: Page) -> bool:
    """Return whether a page is a PDF that can be read here; one that cannot is refused as `not_html`."""
    return page.media_type == PDF and reads_pdf()


def fingerprints_of(page: Page) -> frozenset[int]:
    """Return what a page gives to the comparison of a site's pages; a flyer shares no frame with them."""
    return frozenset() if is_read_as_pdf(page) else page_fingerprints(page)


def extract_document(
    page: Page, site_key: str, run_id: str, marks: frozenset[int] = frozenset(), adapters: tuple[str, ...] = ()
) -> PageResult:
    """Do `extract_page`, also for a PDF: the paths of what was found in one begin with its sheet, `page=2`."""
    if not is_read_as_pdf(page):
        return extract_page(page, site_key, run_id, marks, adapters)
    try:
        text = replace(page, body=pdf_to_html(page.body), media_type="text/html", charset="utf-8")
    except PdfError as error:
        return failed(page, error.class_, str(error))
    result = extract_page(text, site_key, run_id)
    return replace(result, offerings=tuple(map(_by_sheet, result.offerings)))


def guarded_document(
    page: Page, site_key: str, run_id: str, marks: frozenset[int] = frozenset(), adapters: tuple[str, ...] = ()
) -> PageResult:
    """Do `extract_document`, and make of any error that page's `parse_error`."""
    if not is_read_as_pdf(page):
        return guarded_extract(page, site_key, run_id, marks, adapters)
    try:
        return extract_document(page, site_key, run_id)
    except Exception as error:  # noqa: BLE001 - the page's recorded outcome; other pages go on
        return failed(page, "parse_error", f"{type(error).__name__}: {error}")


def _by_sheet(offering: Offering) -> Offering:
    blocks = tuple(replace(block, path=_sheet_path(block)) for block in offering.blocks)
    return replace(offering, path=_SHEET.sub(r"page=\1", offering.path), blocks=blocks)


def _sheet_path(block: Block) -> str:
    return _SHEET.sub(r"page=\1", block.path)
