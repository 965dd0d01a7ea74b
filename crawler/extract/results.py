"""What goes into the extraction of a page and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.records import Offering, Passage


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came: `source` is a path or URL for messages, `charset` the HTTP header's, `url` where it stands."""

    source: str
    body: bytes
    media_type: str = "text/html"
    charset: str = ""
    capture_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class PageError:
    """Why a page has no result: `class_` is parse_error, too_large, not_html; of a PDF also encrypted, no_text."""

    class_: str
    message: str


@dataclass(frozen=True, slots=True)
class PageResult:
    """What was found on a page, or the error that it ended in."""

    source: str
    capture_id: str
    title: str
    language: str
    offerings: tuple[Offering, ...]
    passages: tuple[Passage, ...]
    error: PageError | None = None
