"""One writer a data folder: who holds it is said, a dead holder's lock is taken over and said, a fork holds nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from groupaudit.errors import ExitCode
from groupaudit.lock import FolderInUseError, data_lock, holder_of

HOLDER = """
import sys, time
from pathlib import Path
from groupaudit.lock import data_lock
with data_lock(Path(sys.argv[1]), "run", print):
    print("held", flush=True)
    time.sleep(60)
"""

FORKING_HOLDER = """
import os, sys, time
from pathlib import Path
from groupaudit.lock import data_lock
with data_lock(Path(sys.argv[1]), "run", print):
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    print(child, flush=True)
    time.sleep(60)
"""


def start(program: str, data: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_held_folder_is_refused_with_who_holds_it(tmp_path: Path) -> None:
    process, said = start(HOLDER, tmp_path)
    try:
        assert said == "held"
        holder = holder_of(tmp_path)
        assert holder is not None
        assert holder.pid == process.pid
        with (
            pytest.raises(
                FolderInUseError, match=rf"in use by process {process.pid} on .*groupaudit run, since 20"
            ) as no,
            data_lock(tmp_path, "run", print),
        ):
            pytest.fail("two writers")
        assert no.value.code == ExitCode.FAILED
    finally:
        kill(process)


def test_a_dead_holders_lock_is_taken_over_and_said(tmp_path: Path) -> None:
    process, _ = start(HOLDER, tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert holder_of(tmp_path) is None
    said: list[str] = []
    with data_lock(tmp_path, "publish", said.append):
        assert json.loads((tmp_path / ".lock").read_bytes())["pid"] == os.getpid()
    assert len(said) == 1
    assert f"process {process.pid} on" in said[0]
    assert "died" in said[0]


def test_after_a_clean_end_nothing_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        with data_lock(tmp_path / "new", "run", said.append):
            pass
    assert said == []
    assert (tmp_path / "new/.lock").read_bytes() == b""


def test_after_a_failure_the_folder_is_free(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), data_lock(tmp_path, "run", print):
        _ = 1 // 0
    said: list[str] = []
    with data_lock(tmp_path, "run", said.append):
        pass
    assert said == []  # the failure was told by who failed: nobody died


def test_a_fork_that_outlives_its_holder_does_not_hold_the_folder(tmp_path: Path) -> None:
    process, child = start(FORKING_HOLDER, tmp_path)
    try:
        process.kill()
        process.wait()
        with data_lock(tmp_path, "run", print):
            pass
    finally:
        os.kill(int(child), signal.SIGKILL)
        process.communicate()


def test_a_torn_lock_file_is_no_holder(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text('{"pid": 1')
    said: list[str] = []
    with data_lock(tmp_path, "run", said.append):
        pass
    assert said == []
