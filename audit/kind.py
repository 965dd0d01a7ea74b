"""The kind: what the text says happens there, and what for. One small function a rule of codebook section 2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.facts import NO_LABEL, named_kind
from audit.reading import Reading
from audit.records import ClaimLabel, Kind
from audit.verdict import CLAIMED, ENOUGH_GROUNDS
from audit.weighing import STRONG, Scorecard, features, statements_of

_TEXT_KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.UNCLEAR)
TIPS_SURE = 0.45
"""From this probability on the scorecard may name a kind that no substantial statement speaks for, by what only tips.
Such a kind has no grounds, so it can never flag; it only keeps a page from being called unclear."""
_ABOUT_ONESELF = tuple(
    f"psychoeducation.{name}"
    for name in (
        "about_condition",
        "child_disorder_parents",
        "coping_learned",
        "helps_manage",
        "named_skills",
        "relapse_prevention",
        "social_skills",
        "strategies_tools",
        "symptom_management",
        "techniques_practised",
        "ways_to_meet_it",
    )
)
"""The criteria that say that what is taught is about one's own mental health; the others only say that it is taught."""
MIXED_SURE = 0.36
"""From this probability on a therapy group with another kind beside it is mixed. The readers see a mixture in a fifth
of them, so the scorecard alone would hardly ever say it; chosen among 0.25 to 0.6 by folds by site."""
SECONDARY_STATEMENTS = 2
"""A second kind has a substantial part with this many statements, or with one where the main kind has one too."""


@dataclass(frozen=True, slots=True)
class KindDecision:
    """The kind with what goes with it: codebook section 2, `secondary`, `mixed`, `grounds`, and the rules that decided.

    `probabilities` are the scorecard's, over all kinds, before the rules.
    """

    kind: Kind
    secondary: tuple[Kind, ...]
    mixed: bool
    grounds: int
    rules: tuple[str, ...]
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cards:
    """The scorecards of the kind: over all kinds, and of `mixed` among therapy with another kind beside it."""

    kinds: Scorecard
    mixed: Scorecard


def decide(reading: Reading, claim: ClaimLabel, cards: Cards) -> KindDecision:
    """Return the kind of an offering.

    Source: codebook section 2, rules 1 to 9. The scorecard weighs; a kind without statements of its own has no grounds.
    """
    values = features(reading, claim)
    probabilities = cards.kinds.probabilities(values)
    spoken = {kind: found for kind in _TEXT_KINDS if (found := statements_of(reading, kind))}
    kind, rules = _kind(reading, claim, spoken, probabilities)
    if kind is Kind.PSYCHOEDUCATION and Kind.EDUCATION in spoken and not _taught_about_oneself(reading):
        kind, rules = Kind.EDUCATION, [*rules, "taught_not_about_oneself"]
        spoken[kind] |= spoken.pop(Kind.PSYCHOEDUCATION, set())
    secondary = _secondary(reading, kind, spoken)
    mixed = kind is Kind.THERAPY and bool(secondary) and cards.mixed.probabilities(values)["true"] >= MIXED_SURE
    if mixed:
        rules.append("rule_2_mixed")
    grounds = _grounds(reading, kind, *([Kind.PSYCHOEDUCATION] if "taught_not_about_oneself" in rules else []))
    return KindDecision(kind, secondary, mixed, grounds, tuple(rules), probabilities)


def _kind(
    reading: Reading, claim: ClaimLabel, spoken: Mapping[Kind, set[int]], probabilities: Mapping[str, float]
) -> tuple[Kind, list[str]]:
    """The kind of the text's own words; where they are silent, name or heading (rule 5) or what it talks about."""
    named = named_kind(reading) if claim not in CLAIMED else NO_LABEL
    if not spoken and named != NO_LABEL:
        return Kind(named), ["rule_5_name"]
    by_tips = max(probabilities, key=lambda each: probabilities[each])
    if by_tips not in spoken and by_tips != Kind.OTHER and probabilities[by_tips] >= TIPS_SURE:
        kind = Kind(by_tips)
        return kind, ["rule_1_common_ground" if kind is Kind.UNCLEAR and not spoken else "kind_by_tips"]
    if not spoken:
        return Kind.UNCLEAR, ["rule_1_common_ground"]
    candidates = {*spoken, Kind.UNCLEAR} | ({Kind(named)} if named != NO_LABEL else set())
    kind = max(sorted(candidates), key=lambda each: probabilities.get(each, 0.0))
    if kind is Kind.UNCLEAR:
        return kind, ["too_faint"]
    if kind not in spoken:
        return kind, ["rule_5_name"]
    doubted = kind is Kind.THERAPY and len(spoken) > 1
    return kind, ["rule_2_benefit_of_doubt" if doubted else "kind_by_its_words"]


def _taught_about_oneself(reading: Reading) -> bool:
    """Codebook, `education`: labour, law or diabetes are taught in the same words as one's own mind is."""
    return any(m.criterion.strength in STRONG for m in reading.found(*_ABOUT_ONESELF))


def _secondary(reading: Reading, kind: Kind, spoken: Mapping[Kind, set[int]]) -> tuple[Kind, ...]:
    """Rule 2 and 7: the other kinds with a substantial part, most statements first."""
    if kind is Kind.UNCLEAR:
        return ()
    main = len(spoken.get(kind, ()))
    others = [
        other
        for other in spoken
        if other not in (kind, Kind.OTHER) and (main <= 1 or _grounds(reading, other) >= SECONDARY_STATEMENTS)
    ]
    return tuple(sorted(others, key=lambda other: -len(spoken[other])))


def _grounds(reading: Reading, *kinds: Kind) -> int:
    """Separate statements outside the name that say so: 0, 1, or 2 for two and more or one that names the kind.

    Two criteria met by different words of one sentence are two statements ("share their stories and back each other
    up"); the same words, or one criterion twice in a sentence, are one.
    """
    found = [m for m in reading.found(*(f"{kind}." for kind in kinds)) if m.criterion.strength in STRONG]
    if any(m.criterion.strength == "outright" for m in found):
        return ENOUGH_GROUNDS
    seen: set[tuple[int, str]] = set()
    end = -1
    for m in sorted(found, key=lambda m: m.end):
        if m.start >= end and (m.statement, m.criterion.id) not in seen:
            seen.add((m.statement, m.criterion.id))
            end = m.end
    return min(ENOUGH_GROUNDS, len(seen))
