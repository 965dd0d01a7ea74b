"""A full disk, told in one line that names the disk; DuckDB, pyarrow and Python each say it in their own way."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from reports.errors import DiskFullError

_CODES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WORDS = (*(os.strerror(code) for code in _CODES), "max_temp_directory_size")
"""DuckDB hands on the operating system's words; the last is what it says where a query found no room to spill."""


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error of DuckDB's, pyarrow's or the operating system's says that there is no room left."""
    if isinstance(error, OSError) and error.errno in _CODES:
        return True
    return isinstance(error, OSError | duckdb.Error) and any(words in str(error) for words in _WORDS)


@contextmanager
def full_disk_named(place: Path, left: str) -> Iterator[None]:
    """Turn a full disk into one line.

    Args:
        place: the folder that is written to; its disk is named, with the room that is left there.
        left: what holds now, and what to do when there is room.

    Raises:
        DiskFullError: the disk is full; every other error goes through as it is.
    """
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not is_disk_full(error):
            raise
        raise DiskFullError(_words(place, left)) from error


def _words(place: Path, left: str) -> str:
    free = shutil.disk_usage(place).free // 1024
    return f"disk full: the disk that holds {place.absolute()} has {free} KB left; {left}"
