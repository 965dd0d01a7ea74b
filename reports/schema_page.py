"""The text of docs/schema.md, made from the comments that every publication carries."""

from __future__ import annotations

import duckdb

from reports.statements import VIEWS, Comment, names, schema_comments, statement, view_comments

_INTRODUCTION = """\
# The published database

`data/groupaudit.duckdb` is written anew at every publication and swapped in whole: open it read-only with anything, at
any time. **It is internal**: it names providers who may not have been asked yet. What may be handed on is what
`groupaudit report --public DIR` writes.

The same tables stand as Parquet in `data/parquet/`, a link to one whole generation of files that moves at each
publication. The generation before it stays until the next one: a program that reads several files, or opens one twice,
should resolve the link first (`readlink -f data/parquet`) and read there.

The default schema holds what can be counted without being wrong; schema `raw` holds everything, of every run and every
version. Times are UTC. Offsets count characters (Unicode code points) from 0, so in every row of `evidence`
`substr(text, "start" + 1, "end" - "start") = quote`. The same comments stand in the file itself
(`SELECT * FROM duckdb_columns()`).
"""


def schema_page() -> str:
    """Return the generated page; `docs/generate.py` writes it and `make check` compares it."""
    parts = [_INTRODUCTION, "## Default schema\n"]
    comments = [comment for name in VIEWS for comment in view_comments(name)]
    parts += _tables(comments)
    parts.append("## Schema `raw`\n")
    parts += _tables(list(schema_comments()))
    parts.append("## Ready questions\n\n`groupaudit sql NAME` answers them, `groupaudit sql --list` lists them.\n")
    parts.append("| name | question |\n| --- | --- |")
    for name in names("questions"):
        question = statement(f"questions/{name}").splitlines()[0].removeprefix("-- ")
        parts.append(f"| `{name}` | {question} |")
    return "\n".join(parts) + "\n"


def _tables(comments: list[Comment]) -> list[str]:
    types = _types()
    lines: list[str] = []
    for comment in comments:
        name = comment.relation.removeprefix("main.")
        if not comment.column:
            if lines:
                lines.append("")
            lines += [f"### {name}", "", comment.text, "", "| column | type | what it holds |", "| --- | --- | --- |"]
        else:
            kind = types[comment.relation, comment.column].replace("|", "\\|")
            lines.append(f"| `{comment.column}` | {kind} | {comment.text.replace('|', chr(92) + '|')} |")
    return [*lines, ""]


def _types() -> dict[tuple[str, str], str]:
    """Return the type of every column, as an empty publication has it."""
    with duckdb.connect() as connection:
        connection.execute("SET VARIABLE today = DATE '2026-01-01'")
        connection.execute("SET VARIABLE kept_until = ''")
        connection.execute(statement("schema"))
        for name in VIEWS:
            connection.execute(statement(f"views/{name}"))
        rows = connection.execute(statement("meta/columns")).fetchall()
    return {(relation, column): kind for relation, column, kind in rows}
