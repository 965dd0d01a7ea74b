"""Weighing: the criteria's hits of a listing as features, and a linear scorecard over them.

The evidence stays the words; the scorecard says how much each criterion has meant, in listings that readers labelled,
for each kind. Its weights stand in `weights/kinds.json` with the command that fitted them; a person can read them,
and deleting the file leaves the hand weights of `kind.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from audit.facts import NO_LABEL, leader, named_kind, own_label
from audit.reading import Reading
from audit.records import ClaimLabel, Kind

KINDS = tuple(Kind)
_CLAIMED = (ClaimLabel.OWN, ClaimLabel.SECTION)
STRONG = ("substantial", "outright")
"""The strengths that speak for a kind; `tips` and `common` are only weighed."""
_GENERAL = ("definition", "praise")


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A multinomial linear scorecard: for each class the weight of each feature, and its own bias."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """Return the probability of every class; they add up to one."""
        scores = list(self.bias)
        for name, value in features.items():
            row = self.weights.get(name)
            if row is not None:
                for index, weight in enumerate(row):
                    scores[index] += weight * value
        top = max(scores)
        parts = [math.exp(score - top) for score in scores]
        total = sum(parts)
        return {name: part / total for name, part in zip(self.classes, parts, strict=True)}


@cache
def scorecard(name: str) -> Scorecard:
    """Return a scorecard that the package ships: `kinds`, `mixed` or `flag`."""
    value = json.loads((files("audit") / "weights" / f"{name}.json").read_text(encoding="utf-8"))
    return Scorecard(
        tuple(value["classes"]), tuple(value["bias"]), {key: tuple(row) for key, row in value["weights"].items()}
    )


def statements_of(reading: Reading, kind: str) -> set[int]:
    """Return the numbers of the statements of the text that speak for a kind, names and headings left out."""
    return {found.statement for found in reading.found(f"{kind}.") if found.criterion.strength in STRONG}


def features(reading: Reading, claim: ClaimLabel) -> dict[str, float]:
    """Return the features of a listing that the scorecards weigh, by name; absent means 0.

    `c:ID` and `c2:ID` say that a criterion is met in one, in two or more statements; `n:KIND` counts a kind's
    statements (square root), `share:KIND` their share of all, `outright:KIND` that one names the kind outright;
    `aside:KIND` counts those that are about group therapy in general; `name:KIND` is its own label, told apart by
    whether therapy is claimed, `named:KIND` what rule 5 lets name or heading set where it is not.
    """
    out: dict[str, float] = {}
    by_criterion: dict[str, set[int]] = {}
    general: dict[str, int] = {}
    for found in reading.found(aside=True):
        identifier = found.criterion.id
        if identifier.startswith(("claim.", "label.", "facts.exempt")):
            continue
        if found.counts:
            by_criterion.setdefault(identifier, set()).add(found.statement)
        elif found.scope and found.scope.effect in _GENERAL:
            general[found.criterion.kind] = general.get(found.criterion.kind, 0) + 1
    for identifier, statements in by_criterion.items():
        out[f"c:{identifier}"] = 1.0
        if len(statements) > 1:
            out[f"c2:{identifier}"] = 1.0
    text = reading.fields["text"]
    own = text.own_words()
    total = max(1, len(text.statements) - len(text.foreign))
    strong: dict[str, int] = {}
    for each in KINDS:
        statements = statements_of(reading, each)
        if statements:
            strong[each] = len(statements)
            out[f"n:{each}"] = math.sqrt(min(len(statements), 9))
            out[f"share:{each}"] = len(statements) / total
        if any(found.criterion.strength == "outright" for found in reading.found(f"{each}.")):
            out[f"outright:{each}"] = 1.0
    if not strong:
        out["n:nothing"] = 1.0
    for kind, count in general.items():
        out[f"aside:{kind}"] = math.sqrt(count)
    side = "claimed" if claim in _CLAIMED else "unclaimed"
    out[side] = 1.0
    label, _ = own_label(reading)
    if label != NO_LABEL:
        out[f"name:{label}:{side}"] = 1.0
    if side == "unclaimed":
        out[f"named:{named_kind(reading)}"] = 1.0
    out["length"] = math.log1p(len(own.split())) / 5
    out[f"scope:{reading.offering.scope}"] = 1.0
    who, _ = leader(reading)
    out[f"leader:{who}"] = 1.0
    return out
