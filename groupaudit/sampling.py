"""A random sample of a site list that anybody can draw again: by a seed, stratified by a column, with its weights.

A site's place in the draw is a digest of the seed and its key, so the same seed draws the same sites from the same
list on any machine, whatever the order of its rows, and a larger sample of a stratum holds the smaller one. Each drawn
site weighs what it stands for: sites of its stratum over sites drawn from it, times the weight that the list gave it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crawler.records import Site
from groupaudit.errors import UsageError

COLUMNS = ("stratum", "provider_type", "region", "city", "organisation")
"""Columns of the list that a sample may be stratified by."""


class Allocation(StrEnum):
    """How a sample is shared among the strata."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"


@dataclass(frozen=True)
class Sample:
    """What to draw: `size` sites by a seed; `stratum` is a column of the list, empty for a simple random sample."""

    size: int
    seed: int = 0
    stratum: str = ""
    allocation: Allocation = Allocation.PROPORTIONAL

    def as_config(self) -> dict[str, object]:
        """Return the sample as run.json keeps it."""
        return {"size": self.size, "seed": self.seed, "stratum": self.stratum, "allocation": str(self.allocation)}


@dataclass(frozen=True)
class Stratum:
    """A stratum of the list: its value in the column, how many sites it has and how many of them were drawn."""

    value: str
    sites: int
    drawn: int


@dataclass(frozen=True)
class Drawn:
    """A sample: its sites in the order of the list, each with its weight and stratum, and the strata."""

    sites: tuple[Site, ...]
    strata: tuple[Stratum, ...]


def draw(sites: Sequence[Site], sample: Sample) -> Drawn:
    """Draw a sample without replacement.

    Proportional: each stratum gets its share of the sample by largest remainders, and at least one site. Equal: each
    gets the same number, or all it has where that is less; what is over goes to the others.

    Raises:
        UsageError: no such column, no sites to draw, or fewer than there are strata.
    """
    if sample.stratum and sample.stratum not in COLUMNS:
        raise UsageError(f"--stratum {sample.stratum}: a column of the list, one of {', '.join(COLUMNS)}")
    if sample.size < 1:
        raise UsageError(f"--sample {sample.size}: at least one site")
    strata: defaultdict[str, list[Site]] = defaultdict(list)
    for site in sites:
        strata[str(getattr(site, sample.stratum)) if sample.stratum else ""].append(site)
    if sample.stratum and sample.size < len(strata):
        raise UsageError(
            f"--sample {sample.size}: the list has {len(strata)} strata by {sample.stratum}, and each needs a site"
        )
    sizes = {value: len(members) for value, members in sorted(strata.items())}
    shares = (_equal if sample.allocation == Allocation.EQUAL else _proportional)(sizes, sample.size)
    taken: dict[str, Site] = {}
    for value, members in strata.items():
        ranked = sorted(members, key=lambda site: _rank(sample.seed, site.site_key))
        for site in ranked[: shares[value]]:
            weight = (1.0 if site.weight is None else site.weight) * sizes[value] / shares[value]
            taken[site.site_key] = replace(site, weight=weight, stratum=value if sample.stratum else site.stratum)
    chosen = tuple(taken[site.site_key] for site in sites if site.site_key in taken)
    return Drawn(chosen, tuple(Stratum(value, size, shares[value]) for value, size in sizes.items()))


def _rank(seed: int, site_key: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{site_key}".encode()).digest()


def _proportional(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    total = sum(sizes.values())
    wanted = min(wanted, total)
    exact = {value: wanted * size / total for value, size in sizes.items()}
    shares = {value: max(1, int(share)) for value, share in exact.items()}
    while (over := wanted - sum(shares.values())) != 0:
        # A stratum that got one site for nothing is paid by those that are most above their share.
        step = 1 if over > 0 else -1
        able = [value for value in sizes if (shares[value] < sizes[value] if step > 0 else shares[value] > 1)]
        shares[max(able, key=lambda value: (step * (exact[value] - shares[value]), value))] += step
    return shares


def _equal(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    shares = dict.fromkeys(sizes, 0)
    for _ in range(min(wanted, sum(sizes.values()))):
        able = [value for value in sizes if shares[value] < sizes[value]]
        shares[min(able, key=lambda value: (shares[value], -sizes[value], value))] += 1
    return shares
