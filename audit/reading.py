"""A listing, read: for every field its statements, the criteria that match in it and what sets them aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audit.catalogue import Catalogue, Criterion
from audit.context import Context, Scope
from audit.cues import Matcher
from audit.fold import fold
from audit.records import Evidence, Stance
from audit.statements import index_of, split
from crawler.records import Offering


@dataclass(frozen=True, slots=True)
class Found:
    """A criterion's words in a field: the span, the number of the statement, and what sets them aside, if anything."""

    criterion: Criterion
    field: str
    start: int
    end: int
    statement: int
    scope: Scope | None

    @property
    def counts(self) -> bool:
        """True unless something sets the words aside."""
        return self.scope is None

    def overlaps(self, other: Found) -> bool:
        """True where both stand in the same field and share a code point."""
        return self.field == other.field and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of a listing: its text, folded copy, statements' spans and what was found in it.

    `foreign` are the numbers of the statements that are not the listing's own.
    """

    text: str
    folded: str
    statements: tuple[tuple[int, int], ...]
    found: tuple[Found, ...]
    foreign: frozenset[int]

    def own_words(self) -> str:
        """Return the folded text without the statements that are not the listing's own."""
        if not self.foreign:
            return self.folded
        return "\n".join(self.folded[a:b] for n, (a, b) in enumerate(self.statements) if n not in self.foreign)


@dataclass(frozen=True, slots=True)
class Reading:
    """All fields of a listing: `title`, `name`, `text`, `headings.N`."""

    offering: Offering
    fields: dict[str, FieldReading]

    def found(self, *prefixes: str, fields: tuple[str, ...] = ("text",), aside: bool = False) -> Iterator[Found]:
        """Yield what was found of criteria whose id begins with a prefix, in these fields (`headings` means all).

        Args:
            prefixes: beginnings of criterion ids; none means all.
            fields: the fields to look in, in order.
            aside: yield what was set aside too.
        """
        for name, reading in self.fields.items():
            if name.partition(".")[0] not in fields:
                continue
            for found in reading.found:
                if (aside or found.counts) and (not prefixes or found.criterion.id.startswith(prefixes)):
                    yield found

    def evidence(self, found: Found) -> Evidence:
        """Return a find as a record, with its quotation and, if it was set aside, the words that did it."""
        text = self.fields[found.field].text
        scope = found.scope
        return Evidence(
            criterion=found.criterion.id,
            kind="label" if found.criterion.id.startswith("label.") else found.criterion.kind,
            field=found.field,
            start=found.start,
            end=found.end,
            quote=text[found.start : found.end],
            stance=Stance.SET_ASIDE if scope else Stance.FOR,
            reason=scope.effect if scope else "",
            modifier_start=scope.start if scope else -1,
            modifier_end=scope.end if scope else -1,
            modifier_quote=text[scope.start : scope.end] if scope else "",
            statement=found.statement,
        )


class Reader:
    """Reads fields with every criterion of a catalogue, in one pass of the matcher a field."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._criteria = catalogue.criteria
        self._matcher = Matcher([criterion.cues for criterion in self._criteria], dict(catalogue.words))
        self._context = Context(catalogue)

    def read(self, offering: Offering) -> Reading:
        """Return the reading of an offering's name, text, headings and page title."""
        fields = {"name": offering.name, "text": offering.text, "title": offering.title}
        fields |= {f"headings.{index}": heading for index, heading in enumerate(offering.headings)}
        return Reading(offering, {name: self.read_field(name, text) for name, text in fields.items()})

    def read_field(self, name: str, text: str) -> FieldReading:
        """Return the reading of one field; criteria that are not read in such a field are left out."""
        folded = fold(text)
        statements = tuple(split(folded))
        kind_of_field = name.partition(".")[0]
        hits = [hit for hit in self._matcher.find(folded) if kind_of_field in self._criteria[hit.owner].fields]
        modifiers = self._context.modifiers(folded)
        scopes = self._context.scopes(folded, statements, hits, self._criteria, modifiers)
        found = tuple(
            Found(self._criteria[hit.owner], name, hit.start, hit.end, index_of(statements, hit.start), scope)
            for hit, scope in zip(hits, scopes, strict=True)
        )
        return FieldReading(text, folded, statements, found, self._context.foreign(folded, statements, modifiers))
