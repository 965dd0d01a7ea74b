"""groupaudit.toml: the settings that a scheduled run would otherwise repeat on its command line.

An option on the command line beats the file; the file beats the defaults. Unknown keys are refused with the nearest
known one: a misspelt `contact` must not become a crawl without a contact.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groupaudit.errors import UsageError

FILE_NAME = "groupaudit.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CrawlSettings(_Section):
    """`[crawl]`: manners and budgets. None leaves the crawler's own default."""

    gap_seconds: float | None = Field(default=None, ge=0, strict=False)
    """Seconds between two requests to one politeness key; below 1 only on addresses allowed by `allow_private`."""
    pages: int | None = Field(default=None, ge=1)
    """Pages asked of one site."""
    megabytes: float | None = Field(default=None, gt=0, strict=False)
    """Megabytes taken from one site."""
    minutes: float | None = Field(default=None, gt=0, strict=False)
    """Minutes spent on one site."""
    sites_at_once: int | None = Field(default=None, ge=1)
    """Sites visited at the same time."""
    browser: bool = False
    """Render pages that are written by scripts in the installed Chromium (needs the extra `browser`)."""
    opt_out: tuple[str, ...] = Field(default=(), strict=False)
    """Sites that asked not to be visited: hosts, or host and path."""
    allow_private: tuple[str, ...] = Field(default=(), strict=False)
    """`CIDR[:PORT]` of private addresses that may be visited (tests, intranets)."""


class WebhookSettings(_Section):
    """`[webhook]`: who is told after a run, by a POST of JSON. Empty: nobody."""

    operator: str = ""
    """Address that is told of every run whether it went well."""
    reader: str = ""
    """Address that is told of new and fixed flags, and that nothing changed. Internal, like the report."""
    allow_private: tuple[str, ...] = Field(default=(), strict=False)
    """`CIDR[:PORT]` of private addresses that may be told."""


class Settings(_Section):
    """The whole of groupaudit.toml."""

    contact: str = ""
    """A mail address or URL at which you can be reached: in every request, on letters and public pages."""
    rulebook: str = "opencounseling-2021"
    """The rulebook that makes the flag."""
    publisher: str = ""
    """Who writes letters and publishes; stands on every public page."""
    interests: str = ""
    """What interests the publisher has in the matter ("none" is an answer); stands on every public page."""
    crawl: CrawlSettings = CrawlSettings()
    webhook: WebhookSettings = WebhookSettings()


def find_config(data: Path, given: Path | None) -> Path | None:
    """Return the settings file to read: the one given, else groupaudit.toml here, else the one in the data folder.

    Raises:
        UsageError: the file given does not exist.
    """
    if given is not None:
        if not given.is_file():
            raise UsageError(f"--config {given}: no such file")
        return given
    return next((path for path in (Path(FILE_NAME), data / FILE_NAME) if path.is_file()), None)


def read_settings(path: Path | None) -> Settings:
    """Return the settings of a file; without one, the defaults.

    Raises:
        UsageError: the file is not TOML, has an unknown key or a value of the wrong kind; each one is named.
    """
    if path is None:
        return Settings()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a TOML file: {error}") from error
    return settings_from(values, str(path))


def settings_from(values: dict[str, Any], source: str) -> Settings:
    """Return settings from plain values; `source` says in a message where they stand.

    Raises:
        UsageError: an unknown key or a value of the wrong kind; each one is named.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(_explain(problem) for problem in error.errors())
        raise UsageError(f"{source}: {wrong}") from error


def _explain(problem: Any) -> str:
    where = [str(part) for part in problem["loc"]]
    key = ".".join(where)
    if problem["type"] != "extra_forbidden":
        return f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]}, not {problem['input']!r}"
    section = where[0] if len(where) > 1 else ""
    known = list(_SECTIONS[section].model_fields)
    near = difflib.get_close_matches(where[-1], known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
    return f"unknown key {key!r}; {hint}"


_SECTIONS: dict[str, type[_Section]] = {"": Settings, "crawl": CrawlSettings, "webhook": WebhookSettings}
