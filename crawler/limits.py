"""A limit on how long one page may hold the crawler's only thread."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooSlowError(Exception):
    """What ran inside `time_limit` took too long. Raised where it was at that moment."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlowError inside the block after so many seconds.

    Regular expressions are interrupted, C parsers when they return. Without effect outside the main thread, where no
    signal can be caught.

    Args:
        seconds: of the clock on the wall.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise TooSlowError(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
