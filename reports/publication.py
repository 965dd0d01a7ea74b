"""Where the publication of a data folder stands."""

from __future__ import annotations

from pathlib import Path

from reports.errors import NoPublicationError

FILE_NAME = "groupaudit.duckdb"


def publication_path(data: Path) -> Path:
    """Return where the publication of a data folder stands.

    Raises:
        NoPublicationError: nothing was published yet.
    """
    path = data / FILE_NAME
    if not path.exists():
        raise NoPublicationError(f"{path}: nothing is published there yet; run `groupaudit publish --data {data}`")
    return path
