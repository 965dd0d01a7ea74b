"""How a command ends: its result on stdout, one clear line on stderr if it failed, and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import FrameType

import typer

from groupaudit.errors import ExitCode, GroupauditError
from groupaudit.terminal import clean

USAGE_ERRORS = {
    "audit.benchmark.BenchmarkError",
    "audit.listings.ListingsError",
    "audit.verdict.RulebookError",
    "crawler.command.CrawlRefusedError",
    "crawler.guard.BadUrlError",
    "crawler.sites.SiteListError",
    "reports.errors.NoPublicationError",
    "reports.errors.PublicRefusedError",
    "reports.errors.QueryError",
    "reports.errors.ReportsError",
}
"""The stages' own errors that mean: what was asked for is wrong. By name, so that no stage is loaded to find out."""

_OURS = ("audit", "crawler", "groupaudit", "reports")


@dataclass(frozen=True)
class Result:
    """What a command came to: lines for stdout, what is not whole (for stderr), and whether that makes exit code 3."""

    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()
    incomplete: bool = False


def print_result(result: Result) -> None:
    """Print a result; end with 3 where too much is missing."""
    print_lines(result.lines)
    for problem in result.problems:
        typer.echo(f"groupaudit: {clean(problem)}", err=True)
    if result.incomplete:
        raise typer.Exit(ExitCode.INCOMPLETE)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines to stdout as they come; whoever stops reading (`| head`) ends the command without a complaint."""
    try:
        for line in lines:
            typer.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains when it flushes
        raise typer.Exit(ExitCode.DONE) from None


def guarded(command: Callable[[], object], *, debug: bool) -> int:
    """Run a command and return its exit code; a failure is told in one line, with its traceback only if asked for."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.DONE
    except Exception as error:  # noqa: BLE001  the last place where a failure can be told in words
        if debug:
            traceback.print_exception(error)
        typer.echo(f"groupaudit: {clean(_words(error))}", err=True)
        return _code(error)
    return ExitCode.DONE


def _code(error: Exception) -> ExitCode:
    if isinstance(error, GroupauditError):
        return error.code
    name = f"{type(error).__module__}.{type(error).__name__}"
    return ExitCode.USAGE if name in USAGE_ERRORS else ExitCode.FAILED


def _words(error: Exception) -> str:
    """Return an error in words. Our own exceptions carry a message that is ready for a person."""
    if type(error).__module__.split(".")[0] in _OURS:
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk full: what was written before stays. Make room, then run the same command again"
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(where.filename)}:{where.lineno}"  # noqa: PTH119  a name, not a file to open
    return f"unexpected {type(error).__name__} at {place}: {error} (--debug shows the whole trace; please report it)"


def _interrupted(number: int, _frame: FrameType | None) -> None:
    # Not KeyboardInterrupt: the command line library turns that into exit code 1, which here means findings.
    name = signal.Signals(number).name
    raise GroupauditError(f"interrupted by {name}; the same command goes on from here", ExitCode.INCOMPLETE)
