"""Scope: which words around a hit take it away (ConText's idea, on the ground of group listings).

Targets (criteria) and modifiers are matched apart, so that what was set aside can be shown with the words that did it.
A modifier reaches forward or backward over a number of words, or over its whole statement; a terminator between the
two stops it; a pseudo-modifier ("not only") is none. Nothing reaches over the border of a statement.
Source: ConText (Harkema et al. 2009); codebook rule 6 and section 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from audit.catalogue import Catalogue, Criterion, Modifier
from audit.cues import Hit
from audit.statements import index_of

_PRIORITY = {
    "negated": 0,
    "denial": 1,
    "contrast": 2,
    "another_thing": 3,
    "past": 4,
    "planned": 5,
    "quote": 6,
    "other_programme": 7,
    "definition": 8,
    "praise": 9,
}
_FOREIGN_EFFECTS = ("another_thing", "quote", "past", "other_programme")
_FOREIGN_LINE = re.compile(r"^(?:[^|\n]*\|){3}[^\n]*$|^ *\"[^\n]*\"[ ,]*-[^\n]*$", re.MULTILINE)
"""A line with three bars is a menu; one in quotation marks with a dash and a name after it is somebody's praise."""
_WORDS = re.compile(r"[^ \n]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """Why a hit is set aside: the modifier's effect and id, and its span."""

    effect: str
    modifier: str
    start: int
    end: int


class Context:
    """Says which of the modifiers found in a text reach a hit."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._modifiers = catalogue.modifiers

    def modifiers(self, hits: Sequence[Hit], offset: int) -> list[Hit]:
        """Return the modifiers and terminators of a text, those inside a pseudo-modifier left out.

        Args:
            hits: modifiers of every kind, as the matcher found them.
            offset: what the first modifier's number is in these hits.
        """
        hits = [Hit(hit.owner - offset, hit.start, hit.end) for hit in hits]
        pseudo = [hit for hit in hits if self._modifiers[hit.owner].direction == "pseudo"]
        return [
            hit
            for hit in hits
            if self._modifiers[hit.owner].direction != "pseudo"
            and not any(p.start <= hit.start and hit.end <= p.end for p in pseudo)
        ]

    def scopes(
        self,
        folded: str,
        statements: Sequence[tuple[int, int]],
        targets: Sequence[Hit],
        criteria: Sequence[Criterion],
        modifiers: Sequence[Hit],
    ) -> list[Scope | None]:
        """Return for each target what sets it aside, or None.

        Args:
            folded: the folded text.
            statements: its statements' spans.
            targets: hits, whose owner indexes `criteria`.
            criteria: the criteria.
            modifiers: what `modifiers` found in the text.
        """
        by_statement: dict[int, list[Hit]] = {}
        for hit in modifiers:
            by_statement.setdefault(index_of(statements, hit.start), []).append(hit)
        if not by_statement:
            return [None] * len(targets)
        word_starts = [match.start() for match in _WORDS.finditer(folded)]
        scopes: list[Scope | None] = []
        for target in targets:
            near = by_statement.get(index_of(statements, target.start), ())
            reaching = [hit for hit in near if self._reaches(hit, target, criteria[target.owner], near, word_starts)]
            reaching.sort(key=lambda hit: (_PRIORITY[self._modifiers[hit.owner].effect], abs(hit.start - target.start)))
            scopes.append(self._scope(reaching[0]) if reaching else None)
        return scopes

    def foreign(self, folded: str, statements: Sequence[tuple[int, int]], modifiers: Sequence[Hit]) -> frozenset[int]:
        """Return the numbers of the statements that are not the listing's own: menus, quotes, talk of other groups."""
        about_others = {
            index_of(statements, hit.start)
            for hit in modifiers
            if self._modifiers[hit.owner].effect in _FOREIGN_EFFECTS
        }
        lines = [match.span() for match in _FOREIGN_LINE.finditer(folded)]
        in_line = {
            number for number, (start, _) in enumerate(statements) if any(begin <= start < end for begin, end in lines)
        }
        return frozenset(about_others | in_line)

    def _scope(self, hit: Hit) -> Scope:
        modifier = self._modifiers[hit.owner]
        return Scope(modifier.effect, modifier.id, hit.start, hit.end)

    def _reaches(
        self, hit: Hit, target: Hit, criterion: Criterion, near: Sequence[Hit], word_starts: Sequence[int]
    ) -> bool:
        modifier = self._modifiers[hit.owner]
        if modifier.direction == "terminate" or not _concerns(modifier, criterion.id):
            return False
        if modifier.direction == "statement":
            return not _is_part_of(hit, target)
        if modifier.effect == "negated" and not criterion.owns_negation and _inside(hit, target):
            return True  # "facilitators don't comment": the gap of a cue has swallowed the negation
        between = _between(modifier.direction, hit, target)
        if between is None:
            return False
        left, right = between
        stopped = any(
            self._modifiers[other.owner].direction == "terminate" and left <= other.start and other.end <= right
            for other in near
        )
        return not stopped and bisect_left(word_starts, right) - bisect_left(word_starts, left) <= modifier.words


def _is_part_of(hit: Hit, target: Hit) -> bool:
    """True where the target's own words hold the modifier's: they cannot set themselves aside."""
    return target.start <= hit.start and hit.end <= target.end and hit.end - hit.start < target.end - target.start


def _inside(hit: Hit, target: Hit) -> bool:
    return target.start < hit.start and hit.end < target.end


def _between(direction: str, hit: Hit, target: Hit) -> tuple[int, int] | None:
    """The stretch between modifier and target in the direction it reaches, or None where it does not reach there."""
    if direction in ("forward", "both"):
        if hit.end <= target.start:
            return hit.end, target.start
        if hit.start <= target.start < hit.end:  # "not a class": the modifier's words hold the target's first
            return target.start, target.start
    if direction in ("backward", "both") and target.end <= hit.start:
        return target.end, hit.start
    return None


def _concerns(modifier: Modifier, criterion: str) -> bool:
    if any(criterion.startswith(prefix) for prefix in modifier.unless):
        return False
    return not modifier.kinds or any(criterion.startswith(prefix) for prefix in modifier.kinds)
