"""Revisits: what an earlier run knows of a page, so that an unchanged one costs a 304 and no body."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from crawler.records import Capture
from crawler.segments import SegmentError, read_segment, segment_folder, segment_name
from crawler.urls import dedupe_key
from crawler.warc import ArchiveError, read_payload


class Validators:
    """The captures of a site's earlier run, by address, with the validators that the server gave."""

    def __init__(self, captures: Mapping[str, Capture], data: Path = Path()) -> None:
        self._captures = dict(captures)
        self._data = data
        self._last: tuple[str, tuple[Capture, bytes] | None] = ("", None)

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers that ask for a page only if it changed; none where the earlier answer is not at hand."""
        capture = self._captures.get(dedupe_key(url))
        if capture is None or self.kept(url) is None:
            return {}
        headers = {}
        if capture.etag:
            headers["If-None-Match"] = capture.etag
        if capture.last_modified:
            headers["If-Modified-Since"] = capture.last_modified
        return headers

    def kept(self, url: str) -> tuple[Capture, bytes] | None:
        """Return the earlier capture of a page and its decoded body; None where it is gone or damaged."""
        key = dedupe_key(url)
        if self._last[0] != key:  # it is asked for before the request and again after a 304
            self._last = key, self._read(key)
        return self._last[1]

    def _read(self, key: str) -> tuple[Capture, bytes] | None:
        capture = self._captures.get(key)
        if capture is None or not (capture.etag or capture.last_modified):
            return None
        try:
            return capture, read_payload(self._data / capture.archive_file, capture.archive_offset).payload
        except ArchiveError:
            return None

    @staticmethod
    def carried(capture: Capture, run_id: str, capture_id: str) -> Capture:
        """Return an earlier capture as this run's: same bytes in the same archive, this run's id."""
        return dataclasses.replace(capture, run_id=run_id, capture_id=capture_id)


def validators_of(data: Path, run_id: str, site_key: str) -> Validators:
    """Return what an earlier run captured of a site; nothing where it did not visit it or its segment is damaged."""
    path = segment_folder(data, "captures", run_id) / segment_name(site_key)
    if not run_id or not path.exists():
        return Validators({})
    try:
        captures = read_segment(path, Capture)
    except SegmentError:
        return Validators({})
    return Validators({dedupe_key(capture.url): capture for capture in captures}, data)
