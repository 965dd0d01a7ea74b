"""`groupaudit sql`: a query or a ready question, answered from the publication."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from groupaudit import runs
from reports.sql import list_questions, run_sql


def question_lines() -> Iterator[str]:
    """Yield the ready questions, by name."""
    questions = list_questions()
    width = max(len(question.name) for question in questions)
    for question in questions:
        yield f"{question.name:{width}}  {question.question}"


def answer(data: Path, query: str, form: str, out: Path | None) -> Iterator[str]:
    """Yield the answer.

    Raises:
        UsageError: no such data folder.
        NoPublicationError: nothing is published there.
        QueryError: the query fails or may not be asked.
    """
    answered = run_sql(runs.database(runs.require_folder(data)), query, form, out=out)
    yield answered.replace("\r\n", "\n").rstrip(
        "\n"
    )  # CSV in a file ends its lines as RFC 4180 says, in a pipe as Unix does
