"""Write the pages of docs/ that can drift from the code, or check that they have not.

python -m docs.generate            write docs/criteria.md, docs/schema.md and docs/cli.md
python -m docs.generate --check    name the pages that differ, and end with 1 if there is one
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from pathlib import Path

import typer
from typer.testing import CliRunner

FOLDER = Path(__file__).parent
WIDTH = 100
"""Columns of the help texts in docs/cli.md."""


def cli_page() -> str:
    """Return docs/cli.md: the help of every command, as a terminal of WIDTH columns shows it."""
    from groupaudit.cli import app

    runner = CliRunner()
    parts = ["# The command line\n\nGenerated from `--help` by `make docs`; do not edit.\n"]
    for path in ((), *command_paths(typer.main.get_command(app))):
        words = [*path, "--help"]
        result = runner.invoke(app, words, prog_name="groupaudit", terminal_width=WIDTH, color=False)
        if result.exit_code != 0:
            raise RuntimeError(f"groupaudit {' '.join(words)} ends with {result.exit_code}: {result.output}")
        parts.append(f"## groupaudit {' '.join(path)}".rstrip() + f"\n\n```\n{result.output.rstrip()}\n```\n")
    return "\n".join(parts)


def command_paths(command: object) -> list[tuple[str, ...]]:
    """Return the words of every command below a group of commands, groups included."""
    paths: list[tuple[str, ...]] = []
    for name, child in getattr(command, "commands", {}).items():
        paths += [(name,), *((name, *rest) for rest in command_paths(child))]
    return paths


def criteria_page() -> str:
    """Return docs/criteria.md, which the audit writes from its criteria."""
    from audit.criteria_page import criteria_page

    return criteria_page()


def schema_page() -> str:
    """Return docs/schema.md, which the reports write from the comments of the database."""
    from reports.schema_page import schema_page

    return schema_page()


PAGES: dict[str, Callable[[], str]] = {"cli.md": cli_page, "criteria.md": criteria_page, "schema.md": schema_page}


def differences(folder: Path) -> list[str]:
    """Return the pages of a folder that are not what the code says now, each with the first lines that differ."""
    wrong = []
    for name, build in PAGES.items():
        file, wanted = folder / name, build()
        found = file.read_text(encoding="utf-8") if file.exists() else ""
        if found != wanted:
            lines = difflib.unified_diff(
                found.splitlines(), wanted.splitlines(), "written", "should be", lineterm="", n=0
            )
            wrong.append("\n  ".join([f"docs/{name} differs from the code; run `make docs`", *list(lines)[2:8]]))
    return wrong


def main() -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page differs")
    if parser.parse_args().check:
        wrong = differences(FOLDER)
        sys.stderr.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    for name, build in PAGES.items():
        (FOLDER / name).write_text(build(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
