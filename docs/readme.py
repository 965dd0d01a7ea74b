"""The README's commands: run them as a reader would, and write what they print into the README's output blocks.

python -m docs.readme       run every command of the README in an empty folder and fill its output blocks again
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from groupaudit.sample_web import SampleWeb

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

GROUPS_PAGE = """<!doctype html><html lang="en"><head><title>Groups | Harrow Lane Practice</title></head><body><main>
<h1>Our groups</h1>
<h2>Calm Mondays: Anxiety Therapy Group</h2>
<p>A six-week class. Each week you learn one skill for calming the body and get a worksheet for practice at home.</p>
<h2>Thursday Process Group</h2>
<p>A therapy group without an agenda. Members tell each other honestly how they come across, and look together at what
happens between them in the room.</p>
</main></body></html>
"""
LISTINGS = """id,name,text,provider,category
1,Tuesday Circle,"A support group where members share their stories and encourage each other.",Harrow Lane,Group therapy
2,Skills for Mood,"A class that teaches coping skills from a workbook, with homework.",Harrow Lane,Classes
"""
LABELLED = {
    "id": "1", "site": "s1", "name": "Tuesday Circle", "headings": [], "page_title": "", "scope": "group",
    "text": "A support group where members share their stories and encourage each other.", "claim": "none",
    "own_label": "none", "kind": "support", "secondary": [], "mixed": False, "grounds": 2, "exempt": False,
    "leader": "unstated", "verdict": "not_claimed", "sure": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A command of the README, the exit code the README promises, and what it printed."""

    command: str
    promised: int
    code: int
    out: str
    err: str


def commands(text: str) -> list[tuple[str, int]]:
    """Return each `$ groupaudit …` of the console blocks with the exit code that its comment promises."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in re.findall(r"^\$ (groupaudit .*)$", block, re.MULTILINE):
            command, _, comment = line.partition("  # ")
            promised = re.search(r"exits with (\d)", comment)
            found.append((command.strip(), int(promised[1]) if promised else 0))
    return found


def sql(text: str) -> list[str]:
    """Return the SQL blocks."""
    return re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def toml(text: str) -> list[str]:
    """Return the TOML blocks."""
    return re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@contextmanager
def reader(folder: Path) -> Iterator[Path]:
    """Give a folder with the files that the README speaks of, for as long as three sites of its list are served."""
    with SampleWeb(only=["larkmoor", "pellamridge", "openhand"]) as web:
        web.write_sites_csv(folder / "sites.csv")
        ports = [f"127.0.0.1/32:{origin.rsplit(':', 1)[1]}" for origin in web.origins.values()]
        (folder / "groupaudit.toml").write_text(f"[crawl]\ngap_seconds = 0\nallow_private = {json.dumps(ports)}\n")
        (folder / "groups.html").write_text(GROUPS_PAGE, encoding="utf-8")
        (folder / "public").mkdir()
        (folder / "public/groups.html").write_text(GROUPS_PAGE, encoding="utf-8")
        (folder / "listings.csv").write_text(LISTINGS, encoding="utf-8")
        (folder / "labelled.jsonl").write_text(json.dumps(LABELLED) + "\n", encoding="utf-8")
        yield folder


def run(command: str, promised: int, folder: Path) -> Said:
    """Run one command of the README in the reader's folder."""
    words = [sys.executable, "-m", "groupaudit", *shlex.split(command)[1:]]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    done = subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=120)  # noqa: S603
    return Said(command, promised, done.returncode, done.stdout, done.stderr)


def fill(text: str, said: list[Said]) -> str:
    """Return the README with what the commands printed in its output blocks."""
    shown = {}
    for each in said:  # of several commands of one name, a block shows the first `run`, else the last
        name = each.command.split()[1]
        if name != "run" or name not in shown:
            shown[name] = each

    def block(match: re.Match[str]) -> str:
        each = shown[match[1]]
        body = f"{each.err.strip()}\n\n{each.out.strip()}" if match[1] == "run" else each.out.strip()
        return f"<!-- output: {match[1]} -->\n```text\n{body}\n```\n<!-- /output -->"

    return re.sub(r"<!-- output: (\w+) -->\n.*?<!-- /output -->", block, text, flags=re.DOTALL)


def main() -> None:
    """Run the README and write its outputs into it."""
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name, reader(Path(name)) as folder:
        said = [run(command, promised, folder) for command, promised in commands(text)]
    README.write_text(fill(text, said), encoding="utf-8")


if __name__ == "__main__":
    main()
