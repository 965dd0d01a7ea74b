"""One writer a data folder: `flock` on `data/.lock`, with who holds it written inside.

The operating system lets go of the lock when its holder dies, however it dies. A file that still names a holder while
nobody holds the lock is therefore the trace of a dead one: it is taken over, and the caller is told.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from groupaudit.errors import ExitCode, GroupauditError


@dataclass(frozen=True)
class Holder:
    """Who writes a data folder: process id, host, command, and since when (UTC, ISO 8601)."""

    pid: int
    host: str
    since: str
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} (groupaudit {self.command}, since {self.since})"


class FolderInUseError(GroupauditError):
    """Another process writes the data folder. Raised by `data_lock`."""

    def __init__(self, data: Path, holder: Holder | None) -> None:
        who = str(holder) if holder else "another process"
        super().__init__(
            f"{data} is in use by {who}; wait until it ends, or give another folder with --data", ExitCode.FAILED
        )
        self.holder = holder


@contextmanager
def shard_lock(data: Path, command: str, tell: Callable[[str], None], shard: tuple[int, int]) -> Iterator[None]:
    """Hold one shard of the data folder: other shards may be held at the same time, the whole folder may not.

    Args:
        data: the data folder.
        command: what the holder does.
        tell: called with one line when a dead holder's lock is taken over.
        shard: (I, N).

    Raises:
        FolderInUseError: somebody alive holds the folder or this shard.
    """
    import fcntl

    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(_lock_file(data), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if _try_lock(descriptor):  # nobody else is there: what a killed holder of the whole folder left is over
            os.ftruncate(descriptor, 0)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUseError(data, _read(descriptor)) from None
        _held.add(descriptor)
        with _exclusive(data, _shard_file(data, shard), f"{command} --shard {shard[0]}/{shard[1]}", tell):
            yield
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


@contextmanager
def runs_lock(data: Path) -> Iterator[None]:
    """Wait for a turn at run.json: shards that begin or end at the same moment must not write over each other."""
    import fcntl

    with (data / ".lock-runs").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def data_lock(data: Path, command: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the data folder (made if absent) for as long as the block lasts.

    Args:
        data: the data folder.
        command: what the holder does, for those who find the folder held.
        tell: called with one line when a dead holder's lock is taken over.

    Raises:
        FolderInUseError: somebody alive holds it; the message says who.
    """
    data.mkdir(parents=True, exist_ok=True)
    with _exclusive(data, _lock_file(data), command, tell):
        yield


@contextmanager
def _exclusive(data: Path, file: Path, command: str, tell: Callable[[str], None]) -> Iterator[None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor):
            raise FolderInUseError(data, _read(descriptor) or _shard_holder(data))
        _held.add(descriptor)
        dead = _read(descriptor)
        if dead is not None:
            tell(f"taking over {data}: {dead} died without letting go of it")
        _write(descriptor, Holder(os.getpid(), socket.gethostname(), _now(), command))
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def holder_of(data: Path) -> Holder | None:
    """Return who holds the data folder now, or None. Takes nothing over and leaves no trace."""
    if not _lock_file(data).exists():
        return None
    descriptor = os.open(_lock_file(data), os.O_RDWR)
    try:
        if _try_lock(descriptor):
            return None
        return _read(descriptor) or _shard_holder(data) or Holder(0, "unknown host", "unknown", "?")
    finally:
        os.close(descriptor)


def _shard_holder(data: Path) -> Holder | None:
    """Return one of those who hold a shard: a shared lock does not say whose it is."""
    for file in sorted(data.glob(".lock-shard-*")):
        descriptor = os.open(file, os.O_RDWR)
        try:
            if not _try_lock(descriptor):
                return _read(descriptor)
        finally:
            os.close(descriptor)
    return None


_held: set[int] = set()


def _let_go_in_child() -> None:
    # A worker forked from the holder shares its lock; one that outlives a killed holder must not keep the folder held.
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_let_go_in_child)


def _lock_file(data: Path) -> Path:
    return data / ".lock"


def _shard_file(data: Path, shard: tuple[int, int]) -> Path:
    return data / f".lock-shard-{shard[0]}-of-{shard[1]}"


def _take(descriptor: int) -> bool:
    for pause in (0.0, 0.05, 0.2):  # `status` looks by holding the lock for a moment: that is not a writer
        time.sleep(pause)
        if _try_lock(descriptor):
            return True
    return False


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(descriptor: int) -> Holder | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        return Holder(**json.loads(os.read(descriptor, 4096)))
    except (ValueError, TypeError):  # empty after a clean end, or torn by a crash in the middle of the write
        return None


def _write(descriptor: int, holder: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps(asdict(holder)).encode())
    os.fsync(descriptor)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
