"""The sentences and numbers that the report says first: read from the table `headline`, one row each.

The command line, the report and every export quote these rows, so that a number is the same wherever it is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from reports.publication import opened
from reports.statements import statement


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the headline; `part` is uncounted, todo, completeness, groups, services, beside or heard."""

    part: str
    key: str
    value: int
    out_of: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The headline of a publication. `internal` is the warning that stands on everything that is not `--public`."""

    run_id: str
    sentences: tuple[Sentence, ...]
    internal: str

    @property
    def said(self) -> tuple[Sentence, ...]:
        """The sentences that are worth a reader's time: where nothing is counted, a row of noughts says no more."""
        if not any(sentence.part == "uncounted" for sentence in self.sentences):
            return self.sentences
        counts = ("groups", "services", "beside")
        return tuple(sentence for sentence in self.sentences if sentence.value or sentence.part not in counts)

    def part(self, name: str) -> tuple[Sentence, ...]:
        """Return the sentences of one part that are worth saying, in order."""
        return tuple(sentence for sentence in self.said if sentence.part == name)

    @property
    def numbers(self) -> dict[str, int]:
        """The numbers by their key: `flags_both` first, `flags_article` only second."""
        return {sentence.key: sentence.value for sentence in self.sentences}


def summary(db: Path) -> Summary:
    """Return the headline of a publication.

    Args:
        db: the published DuckDB file.

    Raises:
        NoPublicationError: there is no such file.
        BrokenPublicationError: it is damaged, or is not a publication of this program.
    """
    with opened(db) as connection:
        return summary_of(connection)


def summary_of(connection: duckdb.DuckDBPyConnection) -> Summary:
    """Return the headline of an open publication."""
    (run_id,) = connection.execute(statement("meta/run_id")).fetchone() or ("",)
    rows = connection.execute(statement("meta/headline")).fetchall()
    sentences = tuple(Sentence(*row) for row in rows)
    (internal,) = [sentence.text for sentence in sentences if sentence.key == "unasked"]
    return Summary(run_id, sentences, internal)
