"""From an exception or a response to the one outcome that a URL has. The table of what can go wrong in a download."""

from __future__ import annotations

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from service_identity import VerificationError
from twisted.internet import error as net
from twisted.web._newclient import ParseError, ResponseNeverReceived

from crawler.decode import TooLargeError, UndecodableError
from crawler.from_warc import NotArchivedError
from crawler.guard import BadUrlError, PrivateAddressError, UnknownHostError
from crawler.records import VisitOutcome

TRANSIENT = frozenset(
    {VisitOutcome.TIMEOUT, VisitOutcome.RESET, VisitOutcome.REFUSED, VisitOutcome.HTTP_5XX, VisitOutcome.DNS}
)
"""Outcomes that another try may change; a site that ends with some of them is not complete."""

HAD = frozenset(
    {
        VisitOutcome.OK,
        VisitOutcome.RENDERED,
        VisitOutcome.LANGUAGE,
        VisitOutcome.NEEDS_JS,
        VisitOutcome.NOT_MODIFIED,
    }
)
"""Outcomes of a start page from which a visit goes on."""


ALLOW_OR_DROP = "drop it from the list, or allow its address with --allow-private"
"""What to do about a site at a private address: another try meets the same guard."""


class ReplayedFailureError(Exception):
    """A failure that stands in the site's archive: the request was made before the crawl was killed."""

    def __init__(self, outcome: VisitOutcome, detail: str) -> None:
        super().__init__(detail)
        self.outcome, self.detail = outcome, detail


_TABLE: tuple[tuple[type[BaseException], VisitOutcome], ...] = (
    (PrivateAddressError, VisitOutcome.PRIVATE_ADDRESS),
    (BadUrlError, VisitOutcome.BAD_RESPONSE),
    (UnknownHostError, VisitOutcome.DNS),
    (NotArchivedError, VisitOutcome.NOT_ARCHIVED),
    (CannotResolveHostError, VisitOutcome.DNS),
    (TooLargeError, VisitOutcome.TOO_LARGE),
    (DownloadCancelledError, VisitOutcome.TOO_LARGE),
    (UndecodableError, VisitOutcome.BAD_RESPONSE),
    (ResponseDataLossError, VisitOutcome.BAD_RESPONSE),
    (DownloadTimeoutError, VisitOutcome.TIMEOUT),
    (DownloadConnectionRefusedError, VisitOutcome.REFUSED),
    (NotSupported, VisitOutcome.BAD_RESPONSE),
    (UnsupportedURLSchemeError, VisitOutcome.BAD_RESPONSE),
)
_CAUSES: tuple[tuple[tuple[type[BaseException], ...], VisitOutcome], ...] = (
    ((SSL.Error, VerificationError), VisitOutcome.TLS),
    ((ParseError,), VisitOutcome.BAD_RESPONSE),
    ((net.ConnectionRefusedError,), VisitOutcome.REFUSED),
    ((net.TimeoutError, net.TCPTimedOutError), VisitOutcome.TIMEOUT),
    ((net.DNSLookupError,), VisitOutcome.DNS),
    ((net.ConnectionLost, net.ConnectionDone, net.ConnectionAborted, ResponseNeverReceived), VisitOutcome.RESET),
    ((net.ConnectError, OSError), VisitOutcome.REFUSED),
)


def failure_of(error: BaseException) -> tuple[VisitOutcome, str]:
    """Return the outcome of a request that raised, and its detail in words.

    An exception that is in neither table is `error`, with its own type and words: recorded, and not taken for less.
    """
    if isinstance(error, ReplayedFailureError):
        return error.outcome, error.detail
    detail = " ".join(str(error).split())[:300] or type(error).__name__
    for kind, outcome in _TABLE:
        if isinstance(error, kind):
            return outcome, detail
    causes = list(_causes(error))
    for kinds, outcome in _CAUSES:
        for cause in causes:
            if isinstance(cause, kinds):
                return outcome, f"{type(cause).__name__}: {' '.join(str(cause).split())[:250]}"
    if isinstance(error, DownloadFailedError):
        return VisitOutcome.BAD_RESPONSE, detail
    return VisitOutcome.ERROR, f"{type(error).__name__}: {detail}"


def _causes(error: BaseException | None, depth: int = 0) -> Iterator[BaseException]:
    if error is None or depth > 6:
        return
    yield error
    for reason in getattr(error, "reasons", None) or ():
        yield from _causes(getattr(reason, "value", None), depth + 1)
    yield from _causes(error.__cause__, depth + 1)
