"""Content codings undone in one bounded place, for the crawl and for every later reader of the archive."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_DECODED = 10_000_000
"""Most bytes that a body may decode to (design, "Manners": 10 MB a response)."""
_CHUNK = 65_536


class UndecodableError(ValueError):
    """A body that does not decode: broken or unknown content coding. Raised by `decode_body`."""


class TooLargeError(ValueError):
    """A body that decodes to more than the limit. Raised by `decode_body` before the memory is spent."""


def decode_body(body: bytes, codings: Sequence[str], limit: int = MAX_DECODED) -> bytes:
    """Return a body without its content codings, the last applied first.

    Args:
        body: the bytes as received.
        codings: the values of Content-Encoding, in order.
        limit: most bytes that any step may give.

    Raises:
        TooLargeError: a step gives more than the limit (a bomb is left after the limit's bytes).
        UndecodableError: the coding is unknown, more than three deep, or the bytes are not of it.
    """
    names = [name.strip().lower() for value in codings for name in value.split(",")]
    names = [name for name in names if name not in ("", "identity", "none")]
    if len(names) > 3:
        raise UndecodableError(f"{len(names)} content codings one in another")
    if len(body) > limit:
        raise TooLargeError(f"{len(body)} bytes, more than {limit}")
    for name in reversed(names):
        if not body:
            break
        try:
            body = _decoded(body, name, limit)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise UndecodableError(f"content coding {name}: {error}") from error
    return body


def _decoded(body: bytes, name: str, limit: int) -> bytes:
    if name in ("gzip", "x-gzip"):
        return _inflate(body, 31, limit)
    if name == "deflate":
        # Servers send both the zlib form that the standard means and the raw form.
        return _inflate(body, 15 if body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0 else -15, limit)
    if name == "br":
        return _pieces(_brotli(body), limit)
    if name == "zstd":
        return _pieces(iter(_ZstdPieces(body)), limit)
    raise UndecodableError(f"unknown content coding {name!r}")


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    def pieces() -> Iterator[bytes]:
        rest = body
        while rest:
            inflater = zlib.decompressobj(wbits)
            while rest and not inflater.eof:
                piece = inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
                if not piece and not rest:
                    break
                yield piece
            if not inflater.eof:
                return  # cut short by the server: what came is kept
            rest = inflater.unused_data
            if rest and (wbits != 31 or not rest.startswith(b"\x1f\x8b")):
                return

    return _pieces(pieces(), limit)


def _brotli(body: bytes) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    piece = decompressor.process(body, output_buffer_limit=_CHUNK)
    while piece:
        yield piece
        if decompressor.is_finished():
            return
        piece = decompressor.process(b"", output_buffer_limit=_CHUNK)


class _ZstdPieces:
    def __init__(self, body: bytes) -> None:
        self._file = zstd.ZstdFile(BytesIO(body))

    def __iter__(self) -> Iterator[bytes]:
        with suppress(EOFError):  # cut short by the server: what came is kept
            while piece := self._file.read(_CHUNK):
                yield piece


def _pieces(pieces: Iterator[bytes], limit: int) -> bytes:
    out, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"unpacks to more than {limit} bytes")
        out.append(piece)
    return b"".join(out)
