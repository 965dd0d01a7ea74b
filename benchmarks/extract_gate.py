"""The extractor's gate: on the fixture pages no figure may fall below its floor; floors belong to one digest of them.

python -m benchmarks.extract_gate            measure and compare; exit 1 below a floor or on another corpus
python -m benchmarks.extract_gate --repin    pin the pages of today and what is measured on them; refuses to lower
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from crawler.extract.page import extract_page
from crawler.extract.results import Page

PAGES = Path(__file__).parents[1] / "tests" / "pages"
FLOORS = Path(__file__).parent / "extract_floors.json"

Figures = dict[str, float]


def corpus_digest(folder: Path = PAGES) -> str:
    """Return a digest of every page and its truth, names included: a page swapped or a truth bent shows."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def measure(folder: Path = PAGES) -> Figures:
    """Return the pages, their offerings, and the share found and right; an offering is its page, name and both ends."""
    wanted: set[tuple[str, ...]] = set()
    found: set[tuple[str, ...]] = set()
    pages = sorted(folder.glob("*.html"))
    for path in pages:
        for row in json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["offerings"]:
            wanted.add((path.stem, row["name"], row["starts"], row["ends"]))
        for offering in extract_page(Page(path.name, path.read_bytes()), "site", "run").offerings:
            words = offering.text.split()
            found.add((path.stem, offering.name, " ".join(words[:5]), " ".join(words[-5:])))
    right = len(wanted & found)
    return {
        "pages": float(len(pages)),
        "offerings": float(len(wanted)),
        "recall": right / len(wanted),
        "precision": right / len(found),
    }


def shortfalls(measured: Mapping[str, float], digest: str, pinned: Mapping[str, object]) -> list[str]:
    """Return what is wrong, one line each: another corpus, or a figure below its floor."""
    if pinned["corpus"] != digest:
        return [f"the pages are {digest}, the floors were pinned for {pinned['corpus']}: --repin them knowingly"]
    return _lower(measured, pinned)


def _lower(measured: Mapping[str, float], pinned: Mapping[str, object]) -> list[str]:
    floors: Mapping[str, float] = pinned["floors"]  # type: ignore[assignment]  # JSON
    return [
        f"{name}: {measured[name]:g} is below its floor {floor:g}"
        for name, floor in floors.items()
        if measured[name] < floor
    ]


def repin(measured: Mapping[str, float], digest: str, file: Path = FLOORS) -> list[str]:
    """Write the floors for the pages of today; return why not where one of them would fall."""
    if file.exists():
        lowered = _lower(measured, json.loads(file.read_text(encoding="utf-8")))
        if lowered:
            return lowered
    file.write_text(json.dumps({"corpus": digest, "floors": dict(measured)}, indent=2) + "\n", encoding="utf-8")
    return []


def main() -> None:
    """Compare with the floors, or pin them."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--repin", action="store_true", help="pin the pages of today; refuses to lower a floor")
    args = ask.parse_args()
    measured, digest = measure(), corpus_digest()
    for name, value in measured.items():
        print(f"{name:12} {value:g}")
    if args.repin:
        problems = repin(measured, digest)
    else:
        problems = shortfalls(measured, digest, json.loads(FLOORS.read_text(encoding="utf-8")))
    print("\n".join(problems) or "every figure is at or above its floor")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
