"""Reading other people's WARC files (Browsertrix, Common Crawl, ours) so that a crawl can be answered from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.urls import dedupe_key
from crawler.warc import MAX_RECORD, ArchiveError

Index = dict[str, tuple[Path, int]]


def index_files(files: Sequence[Path]) -> Index:
    """Return where the response of each URL stands; of several captures the last one counts.

    Args:
        files: WARC files, gzipped a member a record or not at all.

    Raises:
        ArchiveError: a file is missing or no WARC.
    """
    index: Index = {}
    for file in files:
        found = 0
        try:
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False):
                    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                    if url and record.content_length <= MAX_RECORD:
                        index[dedupe_key(url)] = (file, record.stream_pos)
                        found += 1
        except OSError as error:
            raise ArchiveError(f"{file}: cannot be read ({error})") from error
        if not found:
            raise ArchiveError(f"{file}: holds no response record; is it a WARC file?")
    return index


def archived_response(index: Index, url: str) -> tuple[int, list[tuple[str, str]], bytes] | None:
    """Return status, headers and body (content coding kept) of an archived URL, or None where no file holds it.

    Raises:
        ArchiveError: the file cannot be read any more.
    """
    place = index.get(dedupe_key(url))
    if place is None:
        return None
    file, offset = place
    with file.open("rb") as stream:
        stream.seek(offset)
        for record in ArchiveIterator(stream, parse_http=True):
            http = record.http_headers
            headers = [(name, value) for name, value in http if name.lower() != "transfer-encoding"]
            return int(http.status_code or 0), headers, record.reader.read(MAX_RECORD)
    raise ArchiveError(f"{file}: no record stands at {offset} any more")
