"""The verdict: one table, the first row that fits (codebook section 3), and the rulebooks' own tables (section 4)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from audit.records import ClaimLabel, Kind, Verdict

CLAIMED = (ClaimLabel.OWN, ClaimLabel.SECTION)
HONEST = (Kind.SUPPORT, Kind.COACHING, Kind.PSYCHOEDUCATION, Kind.EDUCATION, Kind.ACTIVITY)
LAY_LEADERS = ("peer", "coach", "instructor")
ENOUGH_GROUNDS = 2


class RulebookError(Exception):
    """A rulebook's file is not whole: the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the verdict is computed from, and nothing else."""

    claim: str
    own_label: str
    kind: str
    mixed: bool
    grounds: int
    exempt: bool
    leader: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: its name (recorded in `decided_by`), when it fits, and the verdict."""

    name: str
    fits: Callable[[Labels], bool]
    verdict: Verdict


TABLE = (
    Row("not_claimed", lambda x: x.claim not in CLAIMED, Verdict.NOT_CLAIMED),
    Row("kind_unclear", lambda x: x.kind == Kind.UNCLEAR, Verdict.INSUFFICIENT),
    Row("therapy_mixed", lambda x: x.kind == Kind.THERAPY and x.mixed, Verdict.MIXED),
    Row("therapy_lay_leader", lambda x: x.kind == Kind.THERAPY and x.leader in LAY_LEADERS, Verdict.REVIEW),
    Row("therapy", lambda x: x.kind == Kind.THERAPY, Verdict.CONSISTENT),
    Row("kind_other", lambda x: x.kind == Kind.OTHER, Verdict.REVIEW),
    Row("exempt_members", lambda x: x.exempt, Verdict.REVIEW),
    Row(
        "honest_name_under_heading",
        lambda x: x.claim == ClaimLabel.SECTION and x.own_label in HONEST,
        Verdict.HEADING_DIFFERS,
    ),
    Row("too_few_grounds", lambda x: x.grounds < ENOUGH_GROUNDS, Verdict.INSUFFICIENT),
    Row("described_as_something_else", lambda _: True, Verdict.MISLABELED),
)


def decide(labels: Labels) -> tuple[Verdict, str]:
    """Return the verdict of the default rulebook and the name of the row that gave it."""
    row = next(row for row in TABLE if row.fits(labels))
    return row.verdict, row.name


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Which kinds a rulebook takes for treatment, and under which leader.

    `consistent` maps a kind to the leaders under whom it counts as consistent with a therapy label; a leader who is
    not named there leaves the verdict as the article has it, and `unstated` gives `review` where `unstated_review`.
    """

    name: str
    title: str
    source: str
    consistent: Mapping[str, tuple[str, ...]]
    unstated_review: bool

    def verdict(self, labels: Labels, article: Verdict) -> Verdict:
        """Return this rulebook's verdict over the same labels.

        Args:
            labels: what the article's table was read with.
            article: the verdict of the article's table after doubts (a flag that became `review` stays one).
        """
        if (
            article not in (Verdict.MISLABELED, Verdict.HEADING_DIFFERS, Verdict.REVIEW)
            or labels.kind not in self.consistent
        ):
            return article
        if labels.leader in self.consistent[labels.kind]:
            return Verdict.CONSISTENT
        if labels.leader == "unstated" and self.unstated_review:
            return Verdict.REVIEW
        return article


_KEYS = {"name", "title", "source", "consistent", "unstated_review"}


@cache
def rulebooks() -> dict[str, Rulebook]:
    """Return the rulebooks that the package ships, by name."""
    folder = files("audit") / "rulebooks"
    books = [
        read_rulebook(entry.read_text(encoding="utf-8"), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    return {book.name: book for book in books}


def rulebook(name_or_path: str) -> Rulebook:
    """Return a shipped rulebook by name, or a user's own by path.

    Raises:
        RulebookError: there is none of that name, or the file is not whole.
    """
    shipped = rulebooks()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise RulebookError(f"no rulebook {name_or_path!r}: {', '.join(sorted(shipped))}, or the path of a .toml file")
    return read_rulebook(path.read_text(encoding="utf-8"), str(path))


def read_rulebook(text: str, label: str) -> Rulebook:
    """Return the rulebook of a TOML text.

    Raises:
        RulebookError: it is not TOML, a key is unknown or missing, or a kind is none; named.
    """
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"{label}: not TOML: {error}") from error
    if set(value) != _KEYS:
        wrong = sorted(set(value) ^ _KEYS)
        raise RulebookError(f"{label}: {wrong[0]!r} is missing or unknown; a rulebook has {', '.join(sorted(_KEYS))}")
    unknown = sorted(set(value["consistent"]) - {kind.value for kind in Kind})
    if unknown:
        raise RulebookError(f"{label}: consistent.{unknown[0]} is no kind; kinds are {', '.join(Kind)}")
    consistent = {kind: tuple(leaders) for kind, leaders in value["consistent"].items()}
    return Rulebook(value["name"], value["title"], value["source"], consistent, bool(value["unstated_review"]))
