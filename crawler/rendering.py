"""Rendering for one site's visit: from the site's own archive where it stands there, else in the browser, then kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from crawler.answer import Answer
from crawler.archive import SiteArchive
from crawler.browser import Chromium, Document, NoBrowserError, Rendered
from crawler.options import CrawlOptions
from crawler.records import VisitOutcome
from crawler.warc import Located, read_record


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A rendering and where its DOM stands in the archive; `located` is None where there is no DOM."""

    rendered: Rendered = field(default_factory=Rendered)
    located: Located | None = None


class SiteRenderer:
    """Renders the pages of one site."""

    def __init__(self, options: CrawlOptions, archive: SiteArchive, chromium: Chromium) -> None:
        self._options, self._archive, self._chromium = options, archive, chromium

    def holds(self, url: str) -> bool:
        """Return whether the page's DOM stands in the archive: nobody is asked for anything."""
        return self._archive.holds_rendered(url)

    async def render(self, answer: Answer, requests: int, seconds: float) -> RenderedPage:
        """Return a page as its scripts write it, and keep its DOM.

        Args:
            answer: the page as it came.
            requests: most requests that may be made to the page's own owner.
            seconds: most time it may take.

        Raises:
            ArchiveError: the DOM cannot be kept.
        """
        held = self._archive.take_rendered(answer.url)
        if held is not None:
            record = read_record(self._archive.path, held.offset)
            digest = record.headers.get("warc-payload-digest", "").removeprefix("sha256:")
            rendered = _from_notes(record.headers.get("warc-rendered", ""), record.block)
            return RenderedPage(rendered, Located(self._archive.path.name, held.offset, digest, record.date))
        document = Document(
            answer.url,
            answer.status or 200,
            tuple(answer.headers),
            answer.body,
            self._options.agent,
            seconds,
            requests,
            self._options.response_bytes,
        )
        try:
            rendered = await self._chromium.render(document)
        except NoBrowserError as error:
            rendered = Rendered(why=str(error))
        located = None
        if rendered.dom:
            located = self._archive.keep_rendered(answer.url, rendered.dom, _notes(rendered))
        return RenderedPage(rendered, located)


def _notes(rendered: Rendered) -> str:
    """Return all but the DOM, for the record's head: a resumed site's rows are those of one that was not killed."""
    refused = {url: [str(outcome), detail] for url, (outcome, detail) in rendered.refused.items()}
    return json.dumps(
        {
            "requests": rendered.requests,
            "bytes": rendered.bytes,
            "why": rendered.why,
            "leads_to": rendered.leads_to,
            "refused": refused,
        }
    )


def _from_notes(text: str, dom: bytes) -> Rendered:
    noted = json.loads(text)
    refused = {url: (VisitOutcome(outcome), detail) for url, (outcome, detail) in noted.pop("refused").items()}
    return Rendered(dom=dom, refused=refused, **noted)
