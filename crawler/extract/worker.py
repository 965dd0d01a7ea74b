"""Worker processes for pages: one that dies or overruns costs its own page and nothing else."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from crawler.extract.document import extract_document, fingerprints_of
from crawler.extract.page import failed
from crawler.extract.results import Page, PageResult

SECONDS_A_PAGE = 20.0
"""Longest time for one page, in seconds. A typical page needs 0.01."""

MEMORY_A_WORKER = 2_000_000_000
"""Address space of a worker, in bytes (where the system can limit it: Linux)."""


class Pool:
    """One worker process, started again whenever a page kills it or overruns."""

    def __init__(self, seconds: float = SECONDS_A_PAGE, memory: int = MEMORY_A_WORKER) -> None:
        self.seconds = seconds
        self.memory = memory
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fingerprints(self, pages: Sequence[Page]) -> list[frozenset[int]]:
        """Return each page's fingerprints; a page that fails gives none here and its error in `extract`."""
        marks = []
        for page in pages:
            answer = self._ask(fingerprints_of, page)
            marks.append(answer if isinstance(answer, frozenset) else frozenset())
        return marks

    def extract(
        self,
        pages: Sequence[Page],
        site_key: str,
        run_id: str,
        marks: frozenset[int],
        adapters: tuple[str, ...] = (),
    ) -> list[PageResult]:
        """Return each page's result, in order; a page whose worker died or overran is a `parse_error`."""
        results = []
        for page in pages:
            answer = self._ask(extract_document, page, site_key, run_id, marks, adapters)
            results.append(answer if isinstance(answer, PageResult) else failed(page, "parse_error", str(answer)))
        return results

    def close(self) -> None:
        """End the worker."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join(1)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process = None

    def _ask(self, task: Callable[..., Any], *arguments: Any) -> Any:
        """Run a task in the worker and return its result, or a sentence that says why there is none."""
        pipe = self._pipe or self._start()
        try:
            pipe.send((task, arguments))
            if not pipe.poll(self.seconds):
                self._kill()
                return f"not done after {self.seconds:g} seconds"
            return pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            code = self._kill()
            return f"the worker process ended (exit code {code})"

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.memory), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe = ours
        return ours

    def _kill(self) -> int | None:
        code = None
        if self._process is not None:
            self._process.join(0.2)
            self._process.kill()
            self._process.join()
            code = self._process.exitcode
        self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        return code


def _serve(pipe: Connection, memory: int) -> None:
    """Answer tasks until the other end closes. An error in a page is an answer, not the end of the worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent says what it means
    if sys.platform not in ("darwin", "win32"):  # macOS refuses RLIMIT_AS below what is mapped already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while True:
        try:
            task, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer = task(*arguments)
        except Exception as error:  # noqa: BLE001 - becomes the page's recorded outcome
            answer = f"{type(error).__name__}: {error}"
        pipe.send(answer)
