"""Each criterion fires in two sites at least of what there is to read, or says on its line why it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.benchmark import read_rows
from audit.catalogue import Criterion, load
from benchmarks.audit_sites import FEW, LISTINGS, sites_of

ROWS = [row for name in ("open", "authored") for row in read_rows(Path(LISTINGS) / f"{name}.jsonl")]
SITES = sites_of(ROWS)


@pytest.mark.parametrize("criterion", load().criteria, ids=lambda criterion: criterion.id)
def test_a_criterion_fires_in_two_sites_or_is_justified(criterion: Criterion) -> None:
    assert len(SITES[criterion.id]) >= FEW or criterion.limits, sorted(SITES[criterion.id])


def test_a_site_counts_once_and_only_where_the_words_count() -> None:
    words = "This is a support group for widowers. It is a support group."
    rows = [
        {"site": "a", "text": words},
        {"site": "a", "name": "x", "text": words},
        {"site": "b", "text": "This is not a support group for widowers."},
        {"id": "alone", "text": words},
    ]
    assert sites_of(rows)["support.outright"] == {"a", "alone"}
