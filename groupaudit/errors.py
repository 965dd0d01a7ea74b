"""How a command ends: the exit codes, and the one exception whose message is ready for a person."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script that called groupaudit may conclude."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    FAILED = 4


EXIT_CODES: dict[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.FINDINGS: "there are findings, and --fail-on asked to be told",
    ExitCode.USAGE: "the command or its input is wrong; nothing was started",
    ExitCode.INCOMPLETE: "done, but not whole: interrupted, or sites or pages are missing; the output says which",
    ExitCode.FAILED: "failed; the last line says why and what to do",
}
"""The table that --help, the README and docs/cli.md print."""


class GroupauditError(Exception):
    """A command cannot go on. The message says what was wrong, where, and what to do; `code` is its exit code."""

    def __init__(self, message: str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.code = code


class UsageError(GroupauditError):
    """What was asked for is wrong: an option, a file name, a site list, a configuration. Nothing was started."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ExitCode.USAGE)
