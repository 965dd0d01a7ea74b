"""The archive as files: one WARC (1.1, ISO 28500) a site, one gzip member a record, readable by any WARC tool.

What the server sent is kept as it came, before content decoding; `decode_body` is the one place where it is decoded,
for the crawl and for every later reader. A failed exchange is kept too, as a metadata record, so that a resumed site
repeats none of them. No Scrapy here.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from crawler.decode import decode_body

Headers = Sequence[tuple[str, str]]

MAX_RECORD = 64_000_000
"""Most bytes that a record may unpack to, in bytes: six times the largest response that the crawl keeps."""
RENDERED = "urn:rendered:"
"""Before the address of a rendered DOM: no tool takes it for what the server sent."""
_CHUNK = 65_536
_FIELDS = "application/warc-fields"
_STATUSES = frozenset(map(int, HTTPStatus))
_ONE_LINE = {ord("\r"): "%0D", ord("\n"): "%0A"}


class ArchiveError(Exception):
    """The archive cannot be written or a record of it cannot be read; the message names the file and the offset."""


class TornRecordError(ArchiveError):
    """The file ends inside a record: the writer was killed there. Raised by `read_record`."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file. `end` is the offset of the next."""

    offset: int
    end: int
    headers: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """Return the record's type: warcinfo, response, metadata, resource (a rendered DOM)."""
        return self.headers.get("warc-type", "")

    @property
    def url(self) -> str:
        """Return the address that the record speaks of."""
        return self.headers.get("warc-target-uri", "").strip("<>").removeprefix(RENDERED)

    @property
    def date(self) -> datetime:
        """Return when the exchange ended, UTC."""
        return datetime.fromisoformat(self.headers["warc-date"].replace("Z", "+00:00")).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Response:
    """An archived response: the decoded payload, and the digest of the payload as it was received."""

    payload: bytes
    media_type: str
    charset: str
    headers: tuple[tuple[str, str], ...]
    digest: str
    status: int
    url: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Located:
    """Where a record stands and what its payload hashes to (SHA-256, hex)."""

    file: str
    offset: int
    sha256: str
    at: datetime


class Writer:
    """Appends whole records to a site's WARC. A record that cannot be written leaves the file as it was."""

    def __init__(self, path: Path, info: dict[str, str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()
        if self._size == 0:
            now, fields = _warc_date(datetime.now(UTC)), "".join(f"{name}: {text}\r\n" for name, text in info.items())
            head = [("WARC-Filename", path.name), ("WARC-Date", now), ("Content-Type", _FIELDS)]
            try:
                self._append(_record("warcinfo", head, fields.encode()), level=6)
            except ArchiveError:
                self._file.close()
                raise

    def response(
        self, url: str, status: int, headers: Headers, body: bytes, *, address: str = "", version: str = "HTTP/1.1"
    ) -> Located:
        """Append a response and return where it stands.

        Args:
            url: the address that was asked for.
            status: the HTTP status.
            headers: the response's headers as received, in order.
            body: the payload before content decoding, after transfer decoding.
            address: the IP address that answered.
            version: the protocol, for the status line.

        Raises:
            ArchiveError: the disk is full or the file cannot be written.
        """
        now, digest = datetime.now(UTC), hashlib.sha256(body).hexdigest()
        head = [("WARC-Target-URI", url), ("WARC-Date", _warc_date(now)), ("WARC-Payload-Digest", f"sha256:{digest}")]
        if address:
            head.append(("WARC-IP-Address", address))
        head.append(("Content-Type", "application/http; msgtype=response"))
        lines = [f"{version} {status} {HTTPStatus(status).phrase if status in _STATUSES else '-'}"]
        packed = False
        for name, value in headers:
            packed = packed or name.lower() == "content-encoding"
            if name.lower() != "transfer-encoding":  # that coding is undone already
                lines.append(f"{name}: {value}")
        http = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
        return Located(
            self.path.name, self._append(_record("response", head, http, body), 1 if packed else 6), digest, now
        )

    def rendered(self, url: str, dom: bytes, notes: str) -> Located:
        """Append the DOM that a page's scripts made: a resource record beside the response, under a name of its own.

        Raises:
            ArchiveError: the disk is full or the file cannot be written.
        """
        now, digest = datetime.now(UTC), hashlib.sha256(dom).hexdigest()
        head = [
            ("WARC-Target-URI", f"{RENDERED}{url}"),
            ("WARC-Date", _warc_date(now)),
            ("WARC-Payload-Digest", f"sha256:{digest}"),
            ("WARC-Profile", "urn:groupaudit:rendered-dom"),
            ("WARC-Refers-To-Target-URI", url),
            ("WARC-Rendered", notes),
            ("Content-Type", "text/html; charset=utf-8"),
        ]
        return Located(self.path.name, self._append(_record("resource", head, dom), level=6), digest, now)

    def failure(self, url: str, fields: dict[str, str]) -> Located:
        """Append what came of a request that got no response, and return where it stands.

        Raises:
            ArchiveError: the disk is full or the file cannot be written.
        """
        now = datetime.now(UTC)
        text = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items()).encode()
        head = [("WARC-Target-URI", url), ("WARC-Date", _warc_date(now)), ("Content-Type", _FIELDS)]
        return Located(self.path.name, self._append(_record("metadata", head, text), level=6), "", now)

    def sync(self) -> None:
        """Have the operating system write everything to the disk; called before the site's rows are committed."""
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ArchiveError(f"{self.path}: cannot be written to the disk ({error})") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, record: bytes, level: int) -> int:
        packer = zlib.compressobj(level, zlib.DEFLATED, 31)
        data = memoryview(packer.compress(record) + packer.flush())
        offset, written = self._size, 0
        try:
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file.fileno(), offset)  # nothing half-written is taken for whole
            raise ArchiveError(f"{self.path}: cannot be written ({error})") from error
        self._size = offset + len(data)
        return offset


def _record(kind: str, head: Sequence[tuple[str, str]], *block: bytes) -> bytes:
    """Return a record. The block's bytes stand in it as they came: warcio's writer percent-encodes header values."""
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{uuid4()}>"]
    lines += [f"{name}: {value}".translate(_ONE_LINE) for name, value in head]
    lines += [f"Content-Length: {sum(map(len, block))}", "", ""]
    return b"".join(("\r\n".join(lines).encode("utf-8", "surrogateescape"), *block, b"\r\n\r\n"))


def _warc_date(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_record(file: Path, offset: int) -> Record:
    """Return the record that starts at an offset of a gzipped WARC.

    Raises:
        TornRecordError: the file ends inside the record.
        ArchiveError: no record starts there, or it unpacks to more than 64 MB.
    """
    try:
        with file.open("rb") as handle:
            handle.seek(offset)
            return _read_member(file, handle, offset)
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read ({error})") from error


def _read_member(file: Path, handle: Any, offset: int) -> Record:
    inflater = zlib.decompressobj(31)
    pieces, size, consumed = [], 0, 0
    while not inflater.eof:
        data = inflater.unconsumed_tail or handle.read(_CHUNK)
        if not data:
            raise TornRecordError(f"{file}: the file ends inside the record at {offset}")
        if not inflater.unconsumed_tail:
            consumed += len(data)
        try:
            piece = inflater.decompress(data, 1 << 20)
        except zlib.error as error:
            raise ArchiveError(f"{file}: the record at {offset} does not unpack ({error})") from error
        size += len(piece)
        if size > MAX_RECORD:
            raise ArchiveError(f"{file}: the record at {offset} unpacks to more than {MAX_RECORD} bytes")
        pieces.append(piece)
    head, found, rest = b"".join(pieces).partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "")
    if not found or not first.startswith("WARC/") or not length.isdigit() or int(length) > len(rest):
        raise ArchiveError(f"{file}: what stands at {offset} is no WARC record")
    return Record(offset, offset + consumed - len(inflater.unused_data), headers, rest[: int(length)])


def read_records(file: Path) -> Iterator[Record]:
    """Yield the records of one of our WARCs in order.

    Raises:
        TornRecordError: after the last whole record, where the file ends inside another.
        ArchiveError: a record is damaged; nothing after it is read.
    """
    with file.open("rb") as handle:
        size, offset = os.fstat(handle.fileno()).st_size, 0
        while offset < size:
            handle.seek(offset)
            record = _read_member(file, handle, offset)
            yield record
            offset = record.end


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a record stands and what it is about, without its content."""

    offset: int
    kind: str
    url: str


def cut_torn(file: Path) -> tuple[list[Entry], int]:
    """Return the whole records of a WARC whose writer was killed, and cut off what is torn at its end.

    Returns:
        The records, and how many bytes were cut off (0 where the file was whole).

    Raises:
        ArchiveError: a record before the end is damaged; the file is left as it is.
    """
    entries: list[Entry] = []
    whole = 0
    try:
        for record in read_records(file):
            entries.append(Entry(record.offset, record.kind, record.url))
            whole = record.end
    except TornRecordError:
        torn = file.stat().st_size - whole
        os.truncate(file, whole)
        return entries, torn
    return entries, 0


def split_response(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Return status, headers and body of a response record's block.

    Raises:
        ArchiveError: it is no HTTP response.
    """
    head, _, body = block.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        raise ArchiveError("the block is no HTTP response")
    pairs = tuple((name.strip(), value.strip()) for name, found, value in (x.partition(":") for x in lines) if found)
    return int(words[1]), pairs, body


def media_type(headers: Headers) -> tuple[str, str]:
    """Return media type and charset of the Content-Type header, both in lower case and empty where it says nothing."""
    value = next((value for name, value in headers if name.lower() == "content-type"), "")
    kind, *parameters = value.split(";")
    charset = ""
    for parameter in parameters:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = text.strip().strip("\"'").lower()
    return kind.strip().lower(), charset


def read_payload(file: Path, offset: int) -> Response:
    """Return the archived response at an offset: what a Capture's archive_file and archive_offset point at.

    Raises:
        ArchiveError: there is no whole response, or its payload does not hash to the digest written with it.
    """
    record = read_record(file, offset)
    if record.kind not in ("response", "resource"):
        raise ArchiveError(f"{file}: at {offset} stands a {record.kind or 'nameless'} record, no response")
    if record.kind == "resource":
        headers: tuple[tuple[str, str], ...] = (("Content-Type", record.headers.get("content-type", "")),)
        status, body = 200, record.block
    else:
        status, headers, body = split_response(record.block)
    digest = hashlib.sha256(body).hexdigest()
    noted = record.headers.get("warc-payload-digest", "")
    if noted.startswith("sha256:") and noted != f"sha256:{digest}":
        raise ArchiveError(f"{file}: the payload at {offset} hashes to {digest}, its record says {noted[7:]}")
    kind, charset = media_type(headers)
    codings = [value for name, value in headers if name.lower() == "content-encoding"]
    try:
        payload = decode_body(body, codings)
    except ValueError as error:
        raise ArchiveError(f"{file}: the payload at {offset} does not decode ({error})") from error
    return Response(payload, kind, charset, headers, digest, status, record.url, record.date)
