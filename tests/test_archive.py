"""The archive as files: what is written is what came, and what is torn or changed is seen."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.decode import TooLargeError, UndecodableError, decode_body
from crawler.warc import (
    ArchiveError,
    TornRecordError,
    Writer,
    cut_torn,
    read_payload,
    read_record,
    read_records,
)

HEADERS = [("Content-Type", "text/html; charset=ISO-8859-1"), ("X-Kept", "a"), ("X-Kept", "b")]


def write(path: Path, *bodies: bytes) -> list[int]:
    with Writer(path, {"software": "test"}) as writer:
        return [
            writer.response(f"http://larch.example/{n}", 200, HEADERS, body).offset for n, body in enumerate(bodies)
        ]


def test_a_response_is_read_back_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    packed = gzip.compress(b"<p>hello</p>")
    with Writer(path, {"software": "test"}) as writer:
        located = writer.response(
            "http://larch.example/", 404, [*HEADERS, ("Content-Encoding", "gzip")], packed, address="192.0.2.1"
        )
    response = read_payload(path, located.offset)
    assert response.payload == b"<p>hello</p>"
    assert response.digest == located.sha256 == hashlib.sha256(packed).hexdigest()
    assert (response.status, response.media_type, response.charset) == (404, "text/html", "iso-8859-1")
    assert [value for name, value in response.headers if name == "X-Kept"] == ["a", "b"]
    with path.open("rb") as stream:
        records = [
            (record.rec_type, record.raw_stream.read(), record.rec_headers.get_header("WARC-Payload-Digest"))
            for record in ArchiveIterator(stream)
        ]
    assert records[1] == ("response", packed, f"sha256:{located.sha256}")


def test_header_bytes_of_any_encoding_stand_in_the_archive_as_they_came(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    values = [b"caf\xe9; filename=\xff", "caf\u00e9".encode(), b"plain %20"]
    pairs = [("X-Name", value.decode("utf-8", "surrogateescape")) for value in values]
    with Writer(path, {"software": "test"}) as writer:
        located = writer.response("http://larch.example/", 200, pairs, b"body")
    assert all(b"X-Name: " + value + b"\r\n" in read_record(path, located.offset).block for value in values)
    response = read_payload(path, located.offset)
    assert [value.encode("utf-8", "surrogateescape") for _, value in response.headers] == values
    assert response.payload == b"body"


def test_an_address_with_a_line_end_makes_no_header_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with Writer(path, {"software": "test"}) as writer:
        located = writer.failure("http://larch.example/\r\nWARC-Type: response", {"outcome": "reset"})
    record = read_record(path, located.offset)
    assert (record.kind, record.url) == ("metadata", "http://larch.example/%0D%0AWARC-Type: response")


def test_another_program_finds_every_digest_right(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write(path, b"one", b"two" * 50_000)
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            record.content_stream().read()


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4), st.floats(0, 1))
def test_a_torn_end_is_cut_off_and_what_is_whole_stays(bodies: list[bytes], share: float) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc.gz"
        offsets = write(path, *bodies)
        whole = path.read_bytes()
        cut = offsets[-1] + 1 + int(share * (len(whole) - offsets[-1] - 2))  # anywhere inside the last record
        path.write_bytes(whole[:cut])
        with pytest.raises(TornRecordError):
            read_record(path, offsets[-1])
        entries, torn = cut_torn(path)
        assert [entry.offset for entry in entries if entry.kind == "response"] == offsets[:-1]
        assert torn == cut - offsets[-1]
        assert path.read_bytes() == whole[: offsets[-1]]
        assert cut_torn(path) == (entries, 0)


def test_a_flipped_byte_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path, b"first body, long enough to be hit", b"second")
    raw = bytearray(path.read_bytes())
    raw[offsets[0] + 150] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(ArchiveError, match=str(offsets[0])):
        read_payload(path, offsets[0])
    assert read_payload(path, offsets[1]).payload == b"second", "the rest still works"
    with pytest.raises(ArchiveError):
        list(read_records(path))
    with pytest.raises(ArchiveError):
        cut_torn(path)
    assert path.read_bytes() == raw, "damage before the end is left as it is, for a person to see"


def test_an_edited_payload_is_seen_even_where_the_gzip_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    (offset,) = write(path, b"we offer group therapy")
    record = read_record(path, offset)
    member = gzip.decompress(path.read_bytes()[offset : record.end])
    path.write_bytes(path.read_bytes()[:offset] + gzip.compress(member.replace(b"therapy", b"support")))
    with pytest.raises(ArchiveError, match="hashes to"):
        read_payload(path, offset)


def test_a_place_where_nothing_stands_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write(path, b"x")
    for offset in (1, path.stat().st_size + 10):
        with pytest.raises(ArchiveError):
            read_payload(path, offset)
    with pytest.raises(ArchiveError, match="warcinfo"):
        read_payload(path, 0)
    with pytest.raises(ArchiveError, match="cannot be read"):
        read_payload(tmp_path / "none.warc.gz", 0)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "full.warc.gz"
    path.symlink_to("/dev/full")
    with pytest.raises(ArchiveError, match="No space left"):
        Writer(path, {"software": "test"})


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "identity": bytes,
}


@given(st.binary(max_size=5000), st.lists(st.sampled_from(sorted(PACKERS)), max_size=3))
def test_content_codings_are_undone_last_first(body: bytes, codings: list[str]) -> None:
    packed = body
    for coding in codings:
        packed = PACKERS[coding](packed)
    assert decode_body(packed, [", ".join(codings)]) == body


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "br", "zstd"]))
def test_any_bytes_decode_or_are_refused(body: bytes, coding: str) -> None:
    try:
        decode_body(body, [coding])
    except (UndecodableError, TooLargeError):
        return


def test_a_bomb_is_left_at_the_limit() -> None:
    with pytest.raises(TooLargeError):
        decode_body(gzip.compress(b"\0" * 2_000_001), ["gzip"], 2_000_000)
    assert len(decode_body(gzip.compress(b"\0" * 2_000_000), ["gzip"], 2_000_000)) == 2_000_000
    raw = zlib.compressobj(wbits=-15)
    assert decode_body(raw.compress(b"raw deflate") + raw.flush(), ["deflate"]) == b"raw deflate"
    assert decode_body(gzip.compress(b"a") + gzip.compress(b"b"), ["gzip"]) == b"ab"
    assert decode_body(gzip.compress(b"cut short by the server" * 99)[:-12], ["gzip"]).startswith(b"cut short")
