"""A listing, read: for every field its statements, the criteria that match in it and what sets them aside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from audit.catalogue import Catalogue, Criterion, load
from audit.context import Context, Scope
from audit.cues import Hit, Matcher
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
    """Reads listings with every criterion and modifier of a catalogue, in one pass of the matcher over all fields."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._criteria = catalogue.criteria
        self._fields = [criterion.fields for criterion in catalogue.criteria]
        self._matcher = _shipped_matcher() if catalogue is load() else _matcher(catalogue)
        self._context = Context(catalogue)

    def read(self, offering: Offering) -> Reading:
        """Return the reading of an offering's name, text, headings and page title."""
        fields = {"name": offering.name, "text": offering.text, "title": offering.title}
        fields |= {f"headings.{index}": heading for index, heading in enumerate(offering.headings)}
        folded = fold("\n".join(fields.values()))
        bounds = list(accumulate((len(text) + 1 for text in fields.values()), initial=0))
        hits: list[list[Hit]] = [[] for _ in fields]
        for owner, start, end in self._matcher.find(folded):
            number = bisect_right(bounds, start) - 1
            hits[number].append(Hit(owner, start - bounds[number], end - bounds[number]))
        return Reading(
            offering,
            {
                name: self._read(name, text, folded[bounds[number] : bounds[number + 1] - 1], hits[number])
                for number, (name, text) in enumerate(fields.items())
            },
        )

    def read_field(self, name: str, text: str) -> FieldReading:
        """Return the reading of one field; criteria that are not read in such a field are left out."""
        folded = fold(text)
        return self._read(name, text, folded, self._matcher.find(folded))

    def _read(self, name: str, text: str, folded: str, hits: Sequence[Hit]) -> FieldReading:
        """The reading of a field in whose folded text the matcher has found these."""
        statements = tuple(split(folded))
        kind_of_field = name.partition(".")[0]
        many = len(self._criteria)
        targets = [hit for hit in hits if hit.owner < many and kind_of_field in self._fields[hit.owner]]
        modifiers = self._context.modifiers([hit for hit in hits if hit.owner >= many], many)
        scopes = self._context.scopes(folded, statements, targets, self._criteria, modifiers)
        found = tuple(
            Found(self._criteria[hit.owner], name, hit.start, hit.end, index_of(statements, hit.start), scope)
            for hit, scope in zip(targets, scopes, strict=True)
        )
        return FieldReading(text, folded, statements, found, self._context.foreign(folded, statements, modifiers))


@cache
def _shipped_matcher() -> Matcher:
    """Made once: many auditors may read with the criteria that the package ships."""
    return _matcher(load())


def _matcher(catalogue: Catalogue) -> Matcher:
    """Return the matcher of all criteria, then all modifiers; the criteria's examples show it common words."""
    owners = [criterion.cues for criterion in catalogue.criteria]
    owners += [modifier.cues for modifier in catalogue.modifiers]
    sample = [
        text for each in catalogue.criteria for text in (*each.counts, *(example.text for example in each.excluded))
    ]
    return Matcher(owners, dict(catalogue.words), sample)
