"""Shared by the tests: the real command in a child process, and one finished run on the sample web."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    """The surroundings of a command: this source tree, no colours, a fixed width, and warnings as errors."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}


def command(*arguments: object) -> list[str]:
    """The words that start groupaudit in a child process."""
    return [sys.executable, "-m", "groupaudit", *(str(argument) for argument in arguments)]


def groupaudit(*arguments: object, cwd: Path | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the real command to its end and return what it said."""
    return subprocess.run(
        command(*arguments), cwd=cwd or ROOT, env=environment(), capture_output=True, text=True, timeout=timeout
    )


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file: the workers of a parallel test run share one sample run."""
    import fcntl

    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one undisturbed run on the sample web, made once for all workers. Not to be written to."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    data, said = shared / "sample data", shared / "sample-run.txt"
    with alone(shared / "sample.lock"):
        if not said.exists():
            done = groupaudit("run", "--data", data)
            assert done.returncode == 0, done.stderr
            said.write_text(done.stdout + "\n--- stderr\n" + done.stderr, encoding="utf-8")
    return data


@pytest.fixture(scope="session")
def sample_said(sample_data: Path) -> str:
    """What that run printed: stdout, a line `--- stderr`, stderr."""
    return (sample_data.parent / "sample-run.txt").read_text(encoding="utf-8")
