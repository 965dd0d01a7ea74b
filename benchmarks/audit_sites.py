"""In how many sites each criterion fires: one that fires in a single site may be its writer's memory of that site.

    python -m benchmarks.audit_sites            every criterion, rarest first
    python -m benchmarks.audit_sites --rare     only those in a single site of the open listings or none

A criterion fires where its words count (nothing sets them aside) in a field that it is read in. Each rare one must be
deleted or justified on its line in the TOML: `limits`, or a comment over its id.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from audit.benchmark import read_rows, row_offering
from audit.catalogue import load
from audit.reading import Reader

LISTINGS = Path(__file__).parent / "listings"
FEW = 2


def main() -> None:
    """Count and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rare", action="store_true", help="only those in a single site of the open listings or none")
    args = ask.parse_args()
    opened = sites_of(read_rows(LISTINGS / "open.jsonl"))
    authored = sites_of(read_rows(LISTINGS / "authored.jsonl"))
    rare = [name for name, sites in opened.items() if len(sites) < FEW]
    print(f"{len(opened)} criteria; {len(rare)} fire in a single site of the open listings or in none")
    for name in sorted(opened, key=lambda each: (len(opened[each]), each)):
        if not args.rare or name in rare:
            print(f"{name:44} open {len(opened[name]):4} sites   authored {len(authored[name]):4}")


def sites_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return for each criterion of the catalogue the sites in whose listings its words count.

    Args:
        rows: listings; one without a site counts as a site of its own.
    """
    reader = Reader(load())
    sites: dict[str, set[str]] = {criterion.id: set() for criterion in load().criteria}
    for row in rows:
        for field in reader.read(row_offering(row)).fields.values():
            for found in field.found:
                if found.counts:
                    sites[found.criterion.id].add(str(row.get("site") or row.get("id")))
    return sites


if __name__ == "__main__":
    main()
