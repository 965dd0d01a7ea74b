"""The pace: one request at a time to a politeness key, and a pause between two."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_KEPT = 10_000
JITTER = 0.25
"""A pause is drawn from ±25 % around the gap, so that a server does not see a machine's beat (design, "Manners")."""


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    not_before: float = 0.0
    users: int = 0


class Pace:
    """Gives turns. The pause counts from the end of a response, so a slow server is asked more slowly."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def turn(self, key: str, gap: float) -> AsyncIterator[None]:
        """Wait for the key's turn, hold it while the request runs, then close the key for the gap (seconds)."""
        turn = self._turns.setdefault(key, _Turn())
        turn.users += 1
        try:
            async with turn.lock:
                wait = turn.not_before - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                try:
                    yield
                finally:
                    pause = gap * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - manners, not secrets
                    turn.not_before = max(turn.not_before, time.monotonic() + pause)
        finally:
            turn.users -= 1
            self._forget()

    def hold(self, key: str, seconds: float) -> None:
        """Close a key for some seconds from now: Retry-After, back-off, or the gap after a restart."""
        turn = self._turns.setdefault(key, _Turn())
        turn.not_before = max(turn.not_before, time.monotonic() + seconds)

    def _forget(self) -> None:
        if len(self._turns) > _KEPT:
            now = time.monotonic()
            self._turns = {key: turn for key, turn in self._turns.items() if turn.users or turn.not_before > now}
