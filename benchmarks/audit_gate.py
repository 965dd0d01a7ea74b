"""The audit's gate: cross-validated figures may not fall below the pinned floors.

    python -m benchmarks.audit_gate            measure and compare; exit 1 below a floor or on another corpus
    python -m benchmarks.audit_gate --repin    raise the floors to what is measured now; refuses to lower any

Floors belong to one digest of open.jsonl. The labels were given by language models; no human has checked them.
"""

from __future__ import annotations

import argparse
import json
import sys

from audit.benchmark import read_rows, report
from benchmarks.audit_fit import AUTHORED, OPEN, RETOLD, cross_validate
from benchmarks.floors import FLOORS, repin, shortfalls
from benchmarks.table import print_report


def main() -> None:
    """Compare with the floors, or pin them."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--repin", action="store_true", help="raise the floors to what is measured now")
    args = ask.parse_args()
    opened = read_rows(OPEN)
    predictions = cross_validate([*opened, *read_rows(RETOLD)], read_rows(AUTHORED))
    measured = report(predictions[: len(opened)], resamples=50)
    print_report(measured, confusion=False)
    pinned = (
        json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"corpus": measured.digest, "floors": {}}
    )
    if args.repin:
        repin(measured, pinned)
        return
    problems = shortfalls(measured, pinned)
    print("\n".join(problems) or "every figure is at or above its floor")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
