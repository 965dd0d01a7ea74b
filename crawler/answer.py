"""What one request brought, and the outcome that its status and headers tell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.decode import decode_body
from crawler.records import VisitOutcome
from crawler.warc import Headers, Located, media_type

_CHALLENGE = ("just a moment", "attention required! | cloudflare", "captcha", "are you a robot", "verify you are human")
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one request brought: the response as received and where it stands in the archive."""

    status: int
    headers: Headers
    body: bytes
    located: Located
    replayed: bool
    milliseconds: int


Ask = Callable[[str, dict[str, str], float], Awaitable[Exchange]]
"""Makes one exchange: the address, extra headers and the seconds that it may take in; or an exception."""

Why = tuple[VisitOutcome, str]
"""An outcome and its detail."""


@dataclass(slots=True)
class Answer:
    """An exchange with its outcome; `body` is decoded."""

    url: str
    outcome: VisitOutcome
    detail: str = ""
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    located: Located | None = None
    received: int = 0
    milliseconds: int = 0
    asked_at: datetime | None = None

    def header(self, name: str) -> str:
        """Return a header's first value, or an empty text."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def answer_of(url: str, exchange: Exchange, limit: int, *, page: bool) -> Answer:
    """Return an exchange's outcome, as far as status and headers tell it.

    Raises:
        TooLargeError: the body decodes to more than the limit.
        UndecodableError: it does not decode.
    """
    status, headers = exchange.status, exchange.headers
    answer = Answer(
        url, VisitOutcome.OK, "", status, headers, b"", exchange.located, len(exchange.body), exchange.milliseconds
    )
    if status == 304:
        answer.outcome = VisitOutcome.NOT_MODIFIED
    elif status in (301, 302, 303, 307, 308) and answer.header("location"):
        answer.outcome, answer.detail = VisitOutcome.REDIRECT, answer.header("location")[:300]
    elif status == 429:
        answer.outcome, answer.detail = VisitOutcome.BLOCKED, "HTTP 429: too many requests"
    elif status >= 500 or status >= 400:
        answer.outcome = VisitOutcome.HTTP_5XX if status >= 500 else VisitOutcome.HTTP_4XX
        answer.detail = f"HTTP {status}"
        if status in (401, 403, 503) and (answer.header("cf-mitigated") or _is_challenge(exchange, limit)):
            answer.outcome, answer.detail = VisitOutcome.BLOCKED, f"HTTP {status}: asks for a person"
    elif status < 200 or status >= 300:
        answer.outcome, answer.detail = VisitOutcome.BAD_RESPONSE, f"HTTP {status}"
    else:
        codings = [value for name, value in headers if name.lower() == "content-encoding"]
        answer.body = decode_body(exchange.body, codings, limit)
        kind, _ = media_type(headers)
        if page and kind not in _HTML and not (not kind and answer.body.lstrip()[:1] == b"<"):
            answer.outcome, answer.detail = VisitOutcome.NOT_HTML, kind or "no media type"
    return answer


def _is_challenge(exchange: Exchange, limit: int) -> bool:
    codings = [value for name, value in exchange.headers if name.lower() == "content-encoding"]
    start = decode_body(exchange.body, codings, limit)[:20_000].decode("utf-8", "replace").lower()
    return any(mark in start for mark in _CHALLENGE)


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number, or a date), or None where it says nothing."""
    text = value.strip()
    if text.isdigit():
        return float(text)
    if not text:
        return None
    try:
        when = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds())
