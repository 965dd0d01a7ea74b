"""What the command line and groupaudit.toml say together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groupaudit.config import CrawlSettings, Settings, find_config, read_settings, settings_from

if TYPE_CHECKING:
    from groupaudit.pipeline import RunOptions


def merge(data: Path, config: Path | None, **given: Any) -> Settings:
    """Return the settings of the file, with what the command line gives in their place.

    Args:
        given: `contact`, `rulebook`, and any field of `[crawl]`; None leaves what the file says.

    Raises:
        UsageError: the file or an option is wrong.
    """
    settings = read_settings(find_config(data, config))
    said = {key: value for key, value in given.items() if value is not None}
    crawl = settings.crawl.model_dump() | {
        key: said.pop(key) for key in tuple(said) if key in CrawlSettings.model_fields
    }
    return settings_from(settings.model_dump() | said | {"crawl": crawl}, "command line")


def run_options(
    settings: Settings, data: Path, sites: Path | None, only: Sequence[str] | None, skip_bad: bool, new: bool
) -> RunOptions:
    """Return the options of a run."""
    from groupaudit.pipeline import RunOptions

    return RunOptions(
        data=data,
        sites=sites,
        contact=settings.contact,
        rulebook=settings.rulebook,
        only=tuple(only or ()),
        skip_bad=skip_bad,
        new=new,
        crawl=settings.crawl,
    )
