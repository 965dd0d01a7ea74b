"""Look at the locked listings: totals only, and the look is written down in looks.csv.

python -m benchmarks.look ../shared/listings/locked.jsonl
"""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from audit.auditor import Auditor
from audit.benchmark import Report, predict, read_rows, report
from benchmarks.table import print_report

LOOKS = Path(__file__).parent / "looks.csv"


def main() -> None:
    """Measure the file named on the command line and append the figures."""
    path = Path(sys.argv[1])
    figures = report(predict(read_rows(path), Auditor()))
    print_report(figures, confusion=False)
    write_down("locked listings", f"python -m benchmarks.look {path}", summary(figures))


def summary(figures: Report) -> str:
    """Return the figures as one line: counts beside shares."""
    shares = [f"{share.name} {share.hits}/{share.of}" for share in figures.shares]
    kappas = [f"kappa {name} {value[0]:.3f}" for name, value in figures.kappas.items()]
    return "; ".join(shares + kappas)


def write_down(part: str, command: str, figures: str) -> None:
    """Append one look: commit, date, part, command, figures."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    new = not LOOKS.exists()
    with LOOKS.open("a", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle)
        if new:
            rows.writerow(["commit", "date", "part", "command", "figures"])
        rows.writerow([commit, datetime.now(UTC).isoformat(timespec="seconds"), part, command, figures])


if __name__ == "__main__":
    main()
