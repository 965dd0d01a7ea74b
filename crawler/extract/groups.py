"""Appearances → groups: one key for one group of a site, over its pages and its runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.decode import squeeze
from crawler.extract.words import plain
from crawler.records import Group, Offering


def join_groups(
    offerings: Sequence[Offering], run_id: str, site_key: str, previous: Sequence[tuple[Group, Offering]] = ()
) -> tuple[list[Offering], list[Group]]:
    """Return the offerings with their group keys, and the groups.

    Args:
        offerings: every appearance on the site, in page order.
        run_id: the run.
        site_key: the site.
        previous: the last run's groups with their fullest offering, from which keys are carried over.
    """
    buckets: dict[str, list[Offering]] = {}
    for offering in offerings:
        label = "service" if offering.scope == "service" else squeeze(plain(offering.name))
        buckets.setdefault(label, []).append(offering)
    keyed: dict[str, Offering] = {}
    groups = []
    for label, members in buckets.items():
        key = hashlib.sha256(f"{site_key}\n{label}".encode("utf-8", "replace")).hexdigest()[:16]
        fullest = max(members, key=lambda o: len(o.text))
        digest = hashlib.sha256(plain(fullest.text).encode("utf-8", "replace")).hexdigest()[:16]
        for member in members:
            keyed[member.offering_id] = replace(member, group_key=key, description_id=digest)
        groups.append(
            Group(
                run_id,
                site_key,
                key,
                fullest.name,
                fullest.scope,
                tuple(m.offering_id for m in members),
                fullest.offering_id,
                digest,
                "new",
            )
        )
    return [keyed[o.offering_id] for o in offerings], groups
