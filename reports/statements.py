"""The SQL of the publication, read from the files below `reports/sql/`; nothing else in the project holds SQL.

A view's file begins with its question; lines `-- column: what it holds` become the column's comment in the database.
In `schema.sql` a comment at the end of a column's line is that column's comment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

RAW_TABLES = (
    "runs",
    "site_visits",
    "visits",
    "captures",
    "texts",
    "offerings",
    "passages",
    "groups",
    "findings",
    "evidence",
)
"""Tables of schema raw that are filled run by run, in an order in which each finds what it refers to."""

VIEWS = ("groups", "evidence", "flags", "sites", "coverage", "changes", "review_queue", "headline")
"""The default schema, in an order in which each finds what it is made of."""

_COLUMN = re.compile(r'^    "?(\w+)"? [A-Z].*?,? +-- (.+)$')
_HEADER = re.compile(r"^-- (\w+): (.+)$")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a table or view (`column` empty) or on one of its columns."""

    kind: str
    relation: str
    column: str
    text: str

    def statement(self) -> str:
        """Return the COMMENT ON statement."""
        text = self.text.replace("'", "''")
        if self.column:
            return f"COMMENT ON COLUMN {self.relation}.\"{self.column}\" IS '{text}'"
        return f"COMMENT ON {self.kind} {self.relation} IS '{text}'"


@cache
def statement(name: str) -> str:
    """Return the SQL of `reports/sql/NAME.sql`.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return _folder().joinpath(f"{name}.sql").read_text(encoding="utf-8")


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the names of the SQL files of a folder below `reports/sql/`, in order, without their ending."""
    here = _folder().joinpath(folder)
    return tuple(sorted(entry.name.removesuffix(".sql") for entry in here.iterdir() if entry.name.endswith(".sql")))


@cache
def header(name: str) -> tuple[str, ...]:
    """Return the comment lines that a SQL file begins with, without their dashes."""
    lines = []
    for line in statement(name).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return tuple(lines)


@cache
def version() -> str:
    """Return the digest of the SQL that a publication is built by."""
    text = [statement("schema")]
    text += [statement(f"{folder}/{name}") for folder in ("load", "views", "checks") for name in names(folder)]
    return hashlib.sha256("\0".join(text).encode()).hexdigest()[:16]


def view_comments(name: str) -> Iterator[Comment]:
    """Yield the comments of a relation of the default schema: its question and kind of row, and each column's."""
    kind = "VIEW" if f"CREATE VIEW main.{name} " in statement(f"views/{name}") else "TABLE"
    lines = header(f"views/{name}")
    about = [line for line in lines[: lines.index("")] if line]
    yield Comment(kind, f"main.{name}", "", " ".join(about))
    for line in statement(f"views/{name}").splitlines():
        if found := _HEADER.match(line):
            yield Comment(kind, f"main.{name}", found[1], found[2])


def schema_comments() -> Iterator[Comment]:
    """Yield the comments of the raw tables."""
    return relation_comments("schema")


def relation_comments(name: str) -> Iterator[Comment]:
    """Yield the comments of a file of CREATE TABLE statements, from the lines above and inside each of them."""
    above: list[str] = []
    relation = ""
    for line in statement(name).splitlines():
        if line.startswith("-- "):
            above.append(line.removeprefix("-- "))
        elif line.startswith("CREATE TABLE "):
            relation = line.removeprefix("CREATE TABLE ").split(" ")[0]
            yield Comment("TABLE", relation, "", " ".join(above))
        elif found := _COLUMN.match(line):
            yield Comment("TABLE", relation, found[1], found[2])
        if not line.startswith("-- "):
            above = []


def _folder() -> Traversable:
    return files("reports").joinpath("sql")
