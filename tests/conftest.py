"""Shared by the tests: one finished run on the sample web, made by the real command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from commands import groupaudit


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
