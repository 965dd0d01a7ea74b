"""Reading other people's WARC files (Browsertrix, Common Crawl, ours) so that a crawl can be answered from them.

What differs between tools is evened out here: a page that did not change since its last capture stands as a `revisit`
record that points at the bytes; a status line may say HTTP/2 and its headers hold pseudo-headers; a body may still be
in chunks, or be unpacked already while its headers say that it is packed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.decode import UndecodableError, decode_body
from crawler.guard import BadUrlError, split_url
from crawler.urls import dedupe_key
from crawler.warc import MAX_RECORD, ArchiveError

Headers = list[tuple[str, str]]
_PLACED = tuple[Path, int]
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class NotArchivedError(Exception):
    """A URL that the archive which is crawled does not hold. Raised in place of a request to the network."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL's answer stands: its record, and the record that holds the bytes (another one for a revisit)."""

    url: str
    date: str
    record: _PLACED
    payload: _PLACED


@dataclass(slots=True)
class WarcIndex:
    """The URLs that WARC files hold an answer for, by what makes two addresses the same page, and by host."""

    places: dict[str, Place] = field(default_factory=dict)
    _hosts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, place: Place) -> None:
        """Take in an answer; of several captures of a URL the latest counts."""
        key = dedupe_key(place.url)
        known = self.places.get(key)
        if known is None:
            self._hosts[_host(place.url)].append(place.url)
        if known is None or place.date >= known.date:
            self.places[key] = place

    def urls_of(self, url: str) -> Sequence[str]:
        """Return the URLs of the host of a URL, in the order in which the files name them."""
        return self._hosts.get(_host(url), ())


def index_files(files: Sequence[Path]) -> WarcIndex:
    """Return where the answer of each URL stands.

    Args:
        files: WARC files, gzipped a member a record or not at all.

    Raises:
        ArchiveError: a file is missing or no WARC.
    """
    index = WarcIndex()
    by_digest: dict[str, _PLACED] = {}
    revisits: list[tuple[str, str, _PLACED, str, str]] = []
    for file in files:
        found = 0
        for record in _records(file):
            headers = record.headers
            url = (headers.get("WARC-Target-URI") or "").strip("<>")
            if not url.lower().startswith(("http://", "https://")) or record.content_length > MAX_RECORD:
                continue
            place, date = (file, record.stream_pos), headers.get("WARC-Date") or ""
            digest = headers.get("WARC-Payload-Digest") or ""
            found += 1
            if record.record_type == WarcRecordType.revisit:
                revisits.append((url, date, place, digest, headers.get("WARC-Refers-To-Target-URI") or url))
                continue
            index.add(Place(url, date, place, place))
            if digest:
                by_digest.setdefault(digest, place)
        if not found:
            raise ArchiveError(
                f"{file}: holds no response record; is it a WARC file? (of a WACZ, give archive/*.warc.gz)"
            )
    for url, date, place, digest, refers_to in revisits:
        known = index.places.get(dedupe_key(refers_to.strip("<>")))
        payload = by_digest.get(digest) or (known.payload if known else None)
        if payload is not None:  # the bytes may stand in a file that was not given: then the URL is not archived
            index.add(Place(url, date, place, payload))
    return index


def refuse_other_files(files: Sequence[Path]) -> None:
    """Refuse what is no WARC by its first record, before a crawl starts on it.

    Raises:
        ArchiveError: a file is missing or no WARC; named.
    """
    for file in files:
        try:
            with file.open("rb") as stream:
                first = next(iter(ArchiveIterator(stream, parse_http=False)), None)
        except OSError as error:
            raise ArchiveError(f"{file}: cannot be read as a WARC file ({error})") from error
        if first is None or not first.headers.get("WARC-Type"):
            raise ArchiveError(f"{file}: is no WARC file; of a WACZ, give its archive/*.warc.gz")


def _records(file: Path) -> Iterable[WarcRecord]:
    wanted = WarcRecordType.response | WarcRecordType.revisit
    try:
        with file.open("rb") as stream:
            yield from ArchiveIterator(stream, record_types=wanted, parse_http=False)
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read ({error})") from error


def archived_response(index: WarcIndex, url: str) -> tuple[int, Headers, bytes] | None:
    """Return status, headers and body (content coding kept) of an archived URL, or None where no file holds it.

    Raises:
        ArchiveError: the file cannot be read any more.
    """
    place = index.places.get(dedupe_key(url))
    if place is None:
        return None
    status, headers, body = _response(place.record)
    if place.payload != place.record:
        first_status, first_headers, body = _response(place.payload)
        if status in (0, 304):  # a revisit without headers of its own, or by the server's "not modified"
            status, headers = first_status, first_headers
    return status, *_evened(headers, body)


def _response(placed: _PLACED) -> tuple[int, Headers, bytes]:
    file, offset = placed
    try:
        with file.open("rb") as stream:
            stream.seek(offset)
            for record in ArchiveIterator(stream, parse_http=False):
                return _split(record.reader.read(MAX_RECORD))
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read ({error})") from error
    raise ArchiveError(f"{file}: no record stands at {offset} any more")


def _split(block: bytes) -> tuple[int, Headers, bytes]:
    """Return status (0 where there is none), headers and body of an HTTP response of any version."""
    status = _STATUS.match(block)
    if status is None:
        return 0, [], b""
    end = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers = []
    for line in head.decode("utf-8", "surrogateescape").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()):  # not HTTP/2's `:status`
            headers.append((name.strip(), value.strip()))
    return int(status[1]), headers, body


def _evened(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Return headers that tell the truth about the body, and the body out of its chunks."""
    chunked = any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)
    if chunked:
        body = _joined(body)
    codings = [value for name, value in headers if name.lower() == "content-encoding"]
    packed = bool(codings)
    if codings:
        try:
            decode_body(body, codings, MAX_RECORD)
        except UndecodableError:
            packed = False  # the tool that wrote it had unpacked it
    left_out = {"transfer-encoding", "content-length"} | (set() if packed else {"content-encoding"})
    return [(name, value) for name, value in headers if name.lower() not in left_out], body


def _joined(body: bytes) -> bytes:
    """Return a chunked body in one piece; one that only says it is chunked is returned as it is."""
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        size = _CHUNK.match(body, at)
        if size is None:
            return b"".join(pieces) if pieces else body
        length, start = int(size[1], 16), size.end()
        if length == 0:
            return b"".join(pieces)
        if not pieces and start + length > len(body):
            return body
        pieces.append(body[start : start + length])
        at = start + length
        at += len(re.match(rb"\r?\n?", body[at : at + 2])[0])  # type: ignore[index]  # matches nothing too
    return b"".join(pieces)


def _host(url: str) -> str:
    try:
        return split_url(url).netloc.removeprefix("www.")
    except BadUrlError:
        return ""
