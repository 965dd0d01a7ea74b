"""How well the criteria find the statements that readers marked, kind by kind, and what they miss.

    python -m benchmarks.audit_statements                           counts for every kind, by file
    python -m benchmarks.audit_statements therapy --misses 30       marked, and no criterion of the kind found them
    python -m benchmarks.audit_statements therapy --false 30        found, and marked for another kind or none

The sites are split in two halves by a digest of their name. Whoever writes cues reads the first half only; the second
is counted and never listed, so that its figures say how a cue travels. Source of the marks: listings/DATA_CARD.md.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.benchmark import read_rows
from audit.catalogue import load
from audit.fold import fold
from audit.reading import FieldReading, Reader
from audit.records import Kind
from audit.statements import split
from audit.weighing import STRONG

HERE = Path(__file__).parent / "listings"
LETTERS = {
    "t": Kind.THERAPY,
    "s": Kind.SUPPORT,
    "c": Kind.COACHING,
    "p": Kind.PSYCHOEDUCATION,
    "e": Kind.EDUCATION,
    "a": Kind.ACTIVITY,
    "o": Kind.OTHER,
}
_MARK = re.compile(r"(\d+)(x?)([a-z]+)(!?)")

Row = Mapping[str, Any]
Marks = Mapping[int, frozenset[Kind]]


@dataclass(frozen=True, slots=True)
class Marked:
    """A listing with the kinds that readers saw in its statements, by number; `file` is where it stands."""

    row: Row
    marks: Marks
    file: str


def main() -> None:
    """Print the counts, or the statements that were asked for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("kind", nargs="?", choices=[kind.value for kind in LETTERS.values()])
    ask.add_argument("--misses", type=int, default=0, metavar="N")
    ask.add_argument("--false", type=int, default=0, metavar="N")
    args = ask.parse_args()
    reader = Reader(load())
    read = [(each, reader.read_field("text", each.row["text"])) for each in listings()]
    for kind in [Kind(args.kind)] if args.kind else LETTERS.values():
        print_counts(kind, read)
    if args.kind:
        print_some(Kind(args.kind), read, args.misses, args.false)


def listings() -> Iterator[Marked]:
    """Yield every listing that has marks."""
    marks = dict(_read_marks(HERE / "statements.txt"))
    for file in ("open", "authored"):
        for row in read_rows(HERE / f"{file}.jsonl"):
            if row["id"] in marks:
                yield Marked(row, marks[row["id"]], file)
    for row in read_rows(HERE / "retold.jsonl"):
        yield Marked(row, _marks_of_evidence(row), "retold")


def held_out(site: str) -> bool:
    """Return whether a site is in the half that is never listed."""
    return hashlib.sha256(f"half{site}".encode()).digest()[0] % 2 == 1


def print_counts(kind: Kind, read: list[tuple[Marked, FieldReading]]) -> None:
    """Print how many marked statements were found, and how many of those found were marked, by half and file."""
    counts: Counter[tuple[str, str, bool, bool]] = Counter()
    for each, field in read:
        half = "second half" if held_out(each.row["site"]) else "first half"
        found = found_in(kind, field)
        for number in range(len(field.statements)):
            counts[half, each.file, kind in each.marks.get(number, ()), number in found] += 1
    print(kind)
    for half, file in sorted({key[:2] for key in counts}):
        right, missed, false = (counts[half, file, *pair] for pair in ((True, True), (True, False), (False, True)))
        recall, precision = right / max(1, right + missed), right / max(1, right + false)
        print(f"  {half:12} {file:9} found {right:4} of {right + missed:4} marked  {recall:.2f}", end="")
        print(f"   marked {right:4} of {right + false:4} found  {precision:.2f}")


def found_in(kind: Kind, field: FieldReading) -> set[int]:
    """Return the numbers of the statements in which a criterion that speaks for the kind is met and counts."""
    prefix = f"{kind}."
    return {
        found.statement
        for found in field.found
        if found.counts and found.criterion.id.startswith(prefix) and found.criterion.strength in STRONG
    }


def print_some(kind: Kind, read: list[tuple[Marked, FieldReading]], misses: int, false: int) -> None:
    """Print the first statements of the first half that were missed, and that were found without a mark."""
    for each, field in read:
        if held_out(each.row["site"]):
            continue
        found = found_in(kind, field)
        for number, (start, end) in enumerate(field.statements):
            marked = kind in each.marks.get(number, ())
            if marked == (number in found):
                continue
            if marked and misses > 0:
                misses -= 1
                print(f"missed  {each.row['id']}: {field.text[start:end]}")
            elif not marked and false > 0:
                false -= 1
                print(f"false   {each.row['id']}: {field.text[start:end]}")


def _read_marks(path: Path) -> Iterator[tuple[str, Marks]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        identifier, _, rest = line.partition(":")
        marks: dict[int, set[Kind]] = defaultdict(set)
        for number, aside, letters, _ in _MARK.findall(rest):
            if not aside:
                marks[int(number)] |= {LETTERS[letter] for letter in letters}
        yield identifier, {number: frozenset(kinds) for number, kinds in marks.items()}


def _marks_of_evidence(row: Row) -> Marks:
    """The kinds of the statements that a retold listing's `evidence` quotes."""
    spans = split(fold(row["text"]))
    marks: dict[int, set[Kind]] = defaultdict(set)
    for letters, quote in row["evidence"]:
        start = row["text"].find(quote)
        if letters.startswith("x") or start < 0:
            continue
        for number, (begin, end) in enumerate(spans):
            if begin < start + len(quote) and end > start:
                marks[number] |= {LETTERS[letter] for letter in letters}
    return {number: frozenset(kinds) for number, kinds in marks.items()}


if __name__ == "__main__":
    main()
