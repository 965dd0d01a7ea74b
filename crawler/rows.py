"""The rows of a visit that are made at its end or of one page: captures, and addresses that were left unasked."""

from __future__ import annotations

import hashlib

from crawler.answer import Answer
from crawler.frontier import Unasked
from crawler.look import Look
from crawler.options import CrawlOptions
from crawler.records import Capture, Visit
from crawler.warc import media_type


def capture_of(options: CrawlOptions, site_key: str, answer: Answer, look: Look, *, rendered: bool = False) -> Capture:
    """Return the capture of a page that was archived.

    Args:
        options: the crawl's options.
        site_key: the site.
        answer: the page; its `located` says where it stands.
        look: what one look at it told.
        rendered: it is a DOM. What scripts fetch can change under the same validators, so such a page keeps none.
    """
    located = answer.located
    assert located is not None  # noqa: S101 - an answer with a body was archived
    kind, charset = media_type(answer.headers)
    scripted = rendered or look.needs_js
    return Capture(
        run_id=options.run_id,
        capture_id=capture_id(options.run_id, site_key, answer.url, located.sha256),
        site_key=site_key,
        url=answer.url,
        final_url=answer.url,
        fetched_at=located.at,
        status=answer.status or 0,
        media_type=kind or "text/html",
        charset=charset,
        sha256=located.sha256,
        archive_file=f"archive/run={options.run_id}/{located.file}",
        archive_offset=located.offset,
        title=look.title,
        language=look.language,
        canonical_url=look.canonical,
        etag="" if scripted else answer.header("etag")[:300],
        last_modified="" if scripted else answer.header("last-modified")[:100],
    )


def capture_id(run_id: str, site_key: str, url: str, digest: str) -> str:
    """Return the id of a page's capture in a run."""
    return hashlib.sha256("\n".join((run_id, site_key, url, digest)).encode()).hexdigest()[:20]


def unasked_row(run_id: str, site_key: str, note: Unasked) -> Visit:
    """Return the row of an address that was deliberately not asked for."""
    return Visit(
        run_id=run_id,
        site_key=site_key,
        url=note.url,
        found_on=note.found_on,
        depth=note.depth,
        asked_at=None,
        outcome=str(note.outcome),
        status=None,
        detail=note.detail,
        bytes=0,
        milliseconds=0,
    )
