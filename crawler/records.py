"""The contract of the crawler: every row that it hands to a later stage.

Frozen dataclasses and nothing else. The Arrow schema of each segment is derived from these definitions by
`crawler.segments.arrow_schema`; the audit and the reports import this module and `crawler.segments`, and nothing else
of the crawler. Times are timezone-aware UTC; offsets are Unicode code points; sizes are bytes; durations milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SCHEMA_VERSION = 1
"""Version of the rows below. A data folder written by a newer version is refused, with what to do."""


class SiteOutcome(StrEnum):
    """How the visit of a site ended. Computed by us, never taken from a crawler's finish reason."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    FAILED = "failed"


class VisitOutcome(StrEnum):
    """What came of one URL that was asked for, or deliberately not asked for."""

    OK = "ok"
    RENDERED = "rendered"
    NOT_MODIFIED = "not_modified"
    REDIRECT = "redirect"
    OFF_SITE = "off_site"
    ROBOTS = "robots"
    PRIVATE_ADDRESS = "private_address"
    DNS = "dns"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    NOT_HTML = "not_html"
    NEEDS_JS = "needs_js"
    SOFT_404 = "soft_404"
    DUPLICATE = "duplicate"
    TRAP = "trap"
    BUDGET = "budget"
    LANGUAGE = "language"
    PARSE_ERROR = "parse_error"
    BAD_RESPONSE = "bad_response"
    NOT_ARCHIVED = "not_archived"
    ERROR = "error"


class Identity(StrEnum):
    """Whether the site is the business that the provider list says. Only a confirmed site can be flagged in public."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    PLACEHOLDER = "placeholder"
    PARKED = "parked"
    IMPORTED = "imported"
    """Handed over by a directory (`audit --listings`): nobody visited a site that could confirm it."""


class Role(StrEnum):
    """What a block of visible text is on its page."""

    PAGE_TITLE = "page_title"
    HEADING = "heading"
    NAME = "name"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    TERM = "term"
    DEFINITION = "definition"
    SUMMARY = "summary"
    FACT = "fact"
    BUTTON = "button"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Site:
    """A row of the provider list: host[:port] + path prefix, with the columns that travel to every group."""

    site_key: str
    url: str
    politeness_key: str
    name: str = ""
    organisation: str = ""
    provider_type: str = ""
    region: str = ""
    city: str = ""
    phone: str = ""
    stratum: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class SiteVisit:
    """One site in one run: its single outcome, what it cost and what was decided about it."""

    run_id: str
    site: Site
    started_at: datetime
    ended_at: datetime
    outcome: str
    reason: str
    next_action: str
    requests: int
    pages: int
    bytes: int
    robots: str
    crawl_delay: float | None
    identity: str
    identity_because: str
    left_unasked: int
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """One URL of a site and what came of it; a URL that was left unasked has a row too (trap, budget, robots)."""

    run_id: str
    site_key: str
    url: str
    found_on: str
    depth: int
    asked_at: datetime | None
    outcome: str
    status: int | None
    detail: str
    bytes: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as it was seen: where its bytes stand in the archive and what they hash to."""

    run_id: str
    capture_id: str
    site_key: str
    url: str
    final_url: str
    fetched_at: datetime
    status: int
    media_type: str
    charset: str
    sha256: str
    archive_file: str
    archive_offset: int
    title: str
    language: str
    canonical_url: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One run of visible text, normalised once. `path` finds the node again; `level` is 1 to 6 on headings, else 0."""

    role: str
    text: str
    level: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the page states beside the description. `field` is `title`, `name`, `text` or `headings.N`.

    `kind`: leader, credential, led_by, schedule, date, duration, sessions, fee, sliding_scale, insurance, size,
    enrolment, population, age, format, prerequisite, status, phone, email, place, provider (on a directory's page).
    `personal` marks people's names, phone numbers and mail addresses, which reports leave out.
    """

    kind: str
    value: str
    field: str
    start: int
    end: int
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Offering:
    """One appearance of a group (or of a provider's group work in general) on one page.

    `headings` are outermost first, without the offering's own name. `text` is the blocks' texts joined by a newline.
    `scope` is `group` or `service`. `provider` is empty where it is the site's own; on a directory page it is the
    provider named there (`unknown` where none is named: never public). `category` is a directory's own filing, which
    becomes the claim `listed`.
    """

    run_id: str
    offering_id: str
    site_key: str
    capture_id: str
    url: str
    title: str
    name: str
    headings: tuple[str, ...]
    blocks: tuple[Block, ...]
    scope: str
    facts: tuple[Fact, ...] = ()
    path: str = ""
    group_key: str = ""
    description_id: str = ""
    provider: str = ""
    category: str = ""

    @property
    def text(self) -> str:
        """The description, one block a line: the text that every offset of field `text` counts in."""
        return "\n".join(block.text for block in self.blocks)

    def field(self, name: str) -> str:
        """Return the text that a span's `field` speaks of.

        Raises:
            KeyError: the name is not `title`, `name`, `text` or `headings.N` with N in range.
        """
        if name == "text":
            return self.text
        if name == "name":
            return self.name
        if name == "title":
            return self.title
        head, _, index = name.partition(".")
        if head == "headings" and index.isdigit() and int(index) < len(self.headings):
            return self.headings[int(index)]
        raise KeyError(f"an offering has no field {name!r}: title, name, text, headings.0 to {len(self.headings) - 1}")


@dataclass(frozen=True, slots=True)
class Passage:
    """What a site says outside every offering, section by section: introductions, "what to expect", answers, articles.

    The audit reads these before it flags anything (design rule 2). `about_groups` is true where the section's own
    words or headings speak of groups; `about` is empty, or the group_key of the group that the section is tied to.
    """

    run_id: str
    site_key: str
    capture_id: str
    url: str
    headings: tuple[str, ...]
    text: str
    about_groups: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a site in a run: its appearances, the fullest of which is audited.

    `matched_by` says how the key was carried over from the last run: `new`, or the signals that matched, joined by
    `+` (url, path, name, schedule, leader, likeness). `description_id` is a digest of the description without place,
    provider and people: a chain's forty city pages share one.
    """

    run_id: str
    site_key: str
    group_key: str
    name: str
    scope: str
    offering_ids: tuple[str, ...]
    fullest: str
    description_id: str
    matched_by: str
