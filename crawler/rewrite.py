"""A WARC without some of its records: the rest is copied byte for byte into a new file beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from crawler.warc import Record, read_records


def rewritten_path(path: Path) -> Path:
    """Return a free name beside a WARC: `site-1a2b3c4d.warc.gz` becomes `site-1a2b3c4d.r1.warc.gz`, then `.r2`."""
    stem, number = path.name.removesuffix(".warc.gz"), 1
    head, dot, tail = stem.rpartition(".r")
    if dot and tail.isdigit():
        stem, number = head, int(tail) + 1
    return path.with_name(f"{stem}.r{number}.warc.gz")


def rewrite_without(path: Path, dropped: Callable[[Record], bool]) -> tuple[Path, dict[int, int]]:
    """Copy a WARC without the records that are dropped; the old file stays until the caller removes it.

    Args:
        path: one of our WARCs, whole.
        dropped: says of a record whether it is left out.

    Returns:
        The new file, and the new offset of each record that was kept by its old one.

    Raises:
        ArchiveError: a record is damaged; no new file is left behind.
    """
    target = rewritten_path(path)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    places: dict[int, int] = {}
    try:
        with os.fdopen(handle, "wb") as out, path.open("rb") as source:
            for record in read_records(path):
                if dropped(record):
                    continue
                places[record.offset] = out.tell()
                source.seek(record.offset)
                out.write(source.read(record.end - record.offset))
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target, places
