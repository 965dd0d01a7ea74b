"""Leader, population and the name's own label: facts that stand beside the kind (codebook section 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from audit.reading import Found, Reading
from audit.records import Kind

_LEADERS = ("clinician", "trainee", "peer", "coach", "instructor")
"""In order of standing where several lead together: a clinician with a peer mentor is led by a clinician."""

NO_LABEL = "none"
_GROUP_NOUN = re.compile(
    r"\b(?:groups?|class(?:es)?|circles?|meetings?|workshops?|course|sessions?|program(?:me)?s?)\b"
)
_FIRST_WORDS = 2
"""Statements in which an offering without a name says what it is."""
_NEXT_WORD = 8
"""Code points after a phrase in which its noun may follow ("DBT Skills groups")."""
_METHOD = re.compile(
    r"(?:cognitive|behavio|dialectical|acceptance|mindfulness|compassion|schema|exposure|solution|narrative|emotion|interpersonal|metacognitive|rational|moral)"
)


def leader(reading: Reading) -> tuple[str, tuple[Found, ...]]:
    """Return who leads, as the page says, and the words that say so; `unstated` without any.

    A volunteer or peer who leads is not outweighed by a therapist who is named only for something else: what the page
    says of the leading ("led by …") beats a mere mention.
    """
    for fields in (
        ("text",),
        ("name", "title", "headings"),
    ):  # a licence over the page counts where the text names nobody
        for kind in _LEADERS:
            found = tuple(reading.found(f"facts.leader_{kind}", fields=fields))
            if found:
                return kind, found
    return "unstated", ()


def exempt(reading: Reading) -> tuple[bool, tuple[Found, ...]]:
    """Return whether the criteria were not written for the members (codebook: `exempt`), and the words that say so."""
    found = tuple(reading.found("facts.exempt", fields=("name", "text", "headings", "title")))
    return bool(found), found


def own_label(reading: Reading) -> tuple[str, tuple[Found, ...]]:
    """Return the kind that its own name honestly states, `none` where it states none, and the words.

    Where the name is empty its own first words for itself are read. The last label in the name is the head of the
    phrase ("Anger Management Support Group" is a support group) and wins.
    """
    if reading.offering.name.strip():
        found = list(reading.found("label.", fields=("name",)))
    else:
        text = reading.fields["text"]
        first = [number for number in range(len(text.statements)) if number not in text.foreign][:_FIRST_WORDS]
        found = [m for m in reading.found("label.") if m.statement in first and _names_a_thing(reading, m)]
    if not found or all(_bare_method(reading, m) for m in found):
        return NO_LABEL, ()
    return (_head(found) if reading.offering.name.strip() else found[0]).criterion.kind, tuple(found)


def _names_a_thing(reading: Reading, found: Found) -> bool:
    """In running text only a phrase with a noun for the group itself is a label ("our support groups")."""
    return bool(_GROUP_NOUN.search(reading.fields["text"].folded, found.start, found.end + _NEXT_WORD))


def _bare_method(reading: Reading, found: Found) -> bool:
    """A method's own name ("Acceptance and Commitment Therapy") without a noun for the group states no kind."""
    if found.criterion.kind != Kind.THERAPY:
        return False
    methods = [m for m in reading.found("claim.modality", fields=("name",), aside=True) if m.overlaps(found)]
    folded = reading.fields[found.field].folded
    return any(
        _METHOD.match(folded, m.start, m.end) and not _GROUP_NOUN.search(folded, m.start, m.end + _NEXT_WORD)
        for m in methods
    )


def heading_label(reading: Reading) -> tuple[str, tuple[Found, ...]]:
    """Return the kind that the nearest heading names, and the words."""
    for index in range(len(reading.offering.headings) - 1, -1, -1):
        found = [
            m for m in reading.fields[f"headings.{index}"].found if m.criterion.id.startswith("label.") and m.counts
        ]
        if found:
            return _head(found).criterion.kind, tuple(found)
    return NO_LABEL, ()


def named_kind(reading: Reading) -> str:
    """Return the kind that name or nearest heading may set where no therapy is claimed (rule 5), else `none`.

    The word "therapy" sets none: the claim is no evidence for itself.
    """
    for label, found in (own_label(reading), heading_label(reading)):
        if label != NO_LABEL:
            only_the_word = label == Kind.THERAPY and not any(m.criterion.id == "label.process" for m in found)
            return NO_LABEL if only_the_word else label
    return NO_LABEL


def _head(found: Iterable[Found]) -> Found:
    return max(
        found, key=lambda m: (m.end, m.criterion.kind == Kind.SUPPORT, -m.start, m.criterion.kind != Kind.THERAPY)
    )
