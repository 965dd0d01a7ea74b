"""The claim: is the offering labelled therapy, and by whom? One small function a rule of codebook section 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from audit.reading import Found, Reading
from audit.records import ClaimLabel

_THERAPY = ("claim.group_therapy", "claim.therapy_group", "claim.psychotherapy")
_TITLE_PARTS = re.compile(r" [|>\u00bb\u2022-]{1,2} |: | [\u2013\u2014] |::")
_NO_DENIAL = re.compile(
    r"\b(?:wish|want|sure|like|need|in|everyone|everybody|able|ready|easy|fit|tried|been|only|just)\b"
)
"""Between a negation and the claim these words deny something else: "not ready for", "aren't in group therapy to"."""
_BRAND = re.compile(r"\b(?:psycho-?)?therapy group$")


@dataclass(frozen=True, slots=True)
class Claim:
    """A label, the finds it rests on (the first is the one to quote), and the rule that decided."""

    label: ClaimLabel
    found: tuple[Found, ...]
    rule: str


def decide(reading: Reading) -> Claim:
    """Return the claim of an offering: the first rule that fits.

    Source: codebook section 1. Denial beats claim; its own words beat a heading; a heading beats a method's name.
    """
    listed = ClaimLabel.LISTED if _says_therapy(reading.offering.category) else None
    for rule in (_denied, _own_name, _own_text, _section, _modality, _counseling):
        claim = rule(reading)
        if claim is not None:
            if claim.label is ClaimLabel.NONE and listed:
                break
            return claim
    if listed:
        return Claim(listed, (), "claim_listed")
    return Claim(ClaimLabel.NONE, (), "claim_none")


def _says_therapy(category: str) -> bool:
    folded = category.lower()
    return "therap" in folded and "group" in folded


def _mentions(reading: Reading, fields: tuple[str, ...], *, aside: bool = False) -> list[Found]:
    """Mentions of group therapy that are neither half of a joined label nor part of a method's name."""
    joined = list(reading.found("claim.joined", fields=fields, aside=True))
    methods = list(reading.found("claim.modality", fields=fields, aside=True))
    return [
        found
        for found in reading.found(*_THERAPY, fields=fields, aside=aside)
        if not any(found.overlaps(other) for other in joined)
        and not any(_inside_method(found, method, reading) for method in methods)
    ]


def _inside_method(found: Found, method: Found, reading: Reading) -> bool:
    """True for "therapy group" in "art therapy group"; false for "group therapy" in "CBT group therapy"."""
    if not found.overlaps(method) or "psychotherap" in reading.fields[found.field].folded[found.start : found.end]:
        return False
    return method.start < found.start or (method.start <= found.start and method.end >= found.end)


def _denied(reading: Reading) -> Claim | None:
    """Rule: "this is not group therapy", "we don't offer therapies as such": denial beats claim."""
    for found in reading.found(*_THERAPY, "claim.denied", "claim.counseling", fields=("name", "text"), aside=True):
        if found.criterion.id == "claim.denied" or _is_denied(reading, found):
            return Claim(ClaimLabel.NONE, (found,), "claim_denied")
    return None


def _is_denied(reading: Reading, found: Found) -> bool:
    """True where the negation is of the claim, not of a wish or a readiness for it."""
    scope = found.scope
    if scope is None or scope.effect not in ("negated", "denial"):
        return False
    return not _NO_DENIAL.search(reading.fields[found.field].folded[scope.end : found.start])


def _own_name(reading: Reading) -> Claim | None:
    """Rule: its own name calls it (group) therapy."""
    found = _mentions(reading, ("name",))
    return Claim(ClaimLabel.OWN, tuple(found), "claim_own_name") if found else None


def _own_text(reading: Reading) -> Claim | None:
    """Rule: its own description calls this group therapy, and not in passing of something else.

    "It is a form of therapy" is its own claim too, unless a method's or trade's name stands over it.
    """
    found = _mentions(reading, ("text",))
    if not found and not any(reading.found("claim.modality", "claim.counseling", fields=("name", "headings"))):
        found = list(reading.found("claim.form_of_therapy"))
    return Claim(ClaimLabel.OWN, tuple(found), "claim_own_text") if found else None


def _section(reading: Reading) -> Claim | None:
    """Rule: the heading, list or page title that it stands under says that these are therapy groups."""
    found = _mentions(reading, ("headings",)) or [
        m for m in _mentions(reading, ("title",)) if not _in_brand(reading, m)
    ]
    return Claim(ClaimLabel.SECTION, tuple(found), "claim_section") if found else None


def _in_brand(reading: Reading, found: Found) -> bool:
    """A practice called "… Therapy Group" claims nothing of its groups: a title ends in its maker's name."""
    title = reading.fields["title"].folded
    parts = list(_TITLE_PARTS.finditer(title))
    if not parts or found.start < parts[-1].end():
        return False
    return bool(_BRAND.search(title[: found.end]))


def _modality(reading: Reading) -> Claim | None:
    """Rule: "therapy" only inside a method's or trade's name, in its name, its heading, or as what the group does."""
    for fields in (("name",), ("headings",), ("title",)):
        found = [
            m for m in reading.found("claim.modality", fields=fields) if fields != ("title",) or not _late(reading, m)
        ]
        if found:
            return Claim(ClaimLabel.MODALITY, tuple(found), "claim_modality")
    found = list(reading.found("claim.modality_text"))
    return Claim(ClaimLabel.MODALITY, tuple(found), "claim_modality") if found else None


def _across_parts(reading: Reading, found: Found) -> bool:
    """True for "DBT Group - Northpoint Counseling": words in two parts of a title say nothing together."""
    parts = _TITLE_PARTS.finditer(reading.fields["title"].folded)
    return any(found.start < part.start() and part.end() <= found.end for part in parts)


def _is_whole_field(reading: Reading, found: Found) -> bool:
    """True for a heading "Grief Counseling", which says what stands under it, not for "… Grief Counseling Center"."""
    folded = reading.fields[found.field].folded
    return folded.strip(" .:") == folded[found.start : found.end]


def _late(reading: Reading, found: Found) -> bool:
    parts = list(_TITLE_PARTS.finditer(reading.fields["title"].folded))
    return bool(parts) and found.start >= parts[0].end()


def _counseling(reading: Reading) -> Claim | None:
    """Rule: only group counseling."""
    joined = list(reading.found("claim.joined", fields=("name", "text", "headings", "title"), aside=True))
    for fields in (("name",), ("text",), ("headings",), ("title",)):
        found = [
            m
            for m in reading.found("claim.counseling", fields=fields)
            if not any(m.overlaps(other) for other in joined)
            and not (fields == ("title",) and (_late(reading, m) or _across_parts(reading, m)))
            and (m.criterion.id != "claim.counseling_heading" or _is_whole_field(reading, m))
        ]
        if found:
            return Claim(ClaimLabel.COUNSELING, tuple(found), "claim_counseling")
    return None
