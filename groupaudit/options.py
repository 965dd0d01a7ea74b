"""What the command line and groupaudit.toml say together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groupaudit.config import CrawlSettings, Settings, find_config, read_settings, settings_from
from groupaudit.errors import UsageError

if TYPE_CHECKING:
    from groupaudit.pipeline import RunOptions
    from groupaudit.sampling import Sample

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


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


def period(text: str, option: str = "--every") -> timedelta:
    """Return a period like 30m, 12h or 7d; `option` is named where it is none.

    Raises:
        UsageError: it is none.
    """
    number, unit = text[:-1], text[-1:]
    if not number.isdigit() or unit not in _UNITS:
        raise UsageError(f"{option} {text}: a whole number of minutes, hours or days, like 30m, 12h or 7d")
    return timedelta(**{_UNITS[unit]: int(number)})


def run_options(
    settings: Settings,
    data: Path,
    sites: Path | None,
    only: Sequence[str] | None,
    skip_bad: bool,
    new: bool,
    sample: Sample | None = None,
    shard: str = "",
    from_warc: Sequence[Path] | None = None,
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
        sample=sample,
        shard=shard_of(shard) if shard else (0, 1),
        from_warc=tuple(from_warc or ()),
    )


def shard_of(text: str) -> tuple[int, int]:
    """Return a shard like 0/4: the first of four.

    Raises:
        UsageError: it is none.
    """
    index, slash, number = text.partition("/")
    if not (slash and index.isdigit() and number.isdigit() and int(index) < int(number)):
        raise UsageError(f"--shard {text}: I/N with I from 0 to N - 1, like 0/4 for the first of four")
    return int(index), int(number)


def sample_of(size: int | None, seed: int | None, stratum: str | None, allocation: str | None) -> Sample | None:
    """Return the sample that the command line asks for, or None.

    Raises:
        UsageError: an option of a sample without `--sample`.
    """
    from groupaudit.sampling import Allocation, Sample

    if size is None:
        if seed is not None or stratum or allocation:
            raise UsageError("--seed, --stratum and --allocation say how to draw a sample: give --sample N with them")
        return None
    return Sample(size, seed or 0, stratum or "", Allocation(allocation or Allocation.PROPORTIONAL))
