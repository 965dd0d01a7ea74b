"""The real command in a child process, as a person starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


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
