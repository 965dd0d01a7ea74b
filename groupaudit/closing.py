"""How a run closes: publish, report, and say what was found and where it is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from reports.headline import summary
from reports.publish import publish
from reports.render.site import render

_WIDTH = 100


def publish_and_report(data: Path) -> tuple[str, ...]:
    """Publish what there is, write the report, and return the lines that a command ends with.

    A partial run is published too: its report says what was not seen.

    Raises:
        PublishError: the database could not be built; the last one stays.
    """
    database = publish(data).path
    report = render(data)
    return (*headline_lines(database), "", f"report     {report}", f"database   {database}")


def headline_lines(database: Path) -> Iterator[str]:
    """Yield the report's own first sentences, wrapped: the numbers are one query, wherever they are said."""
    part = ""
    for sentence in summary(database).said:
        if part and sentence.part != part:
            yield ""
        part = sentence.part
        yield from textwrap.wrap(sentence.text, _WIDTH, subsequent_indent="  ")
