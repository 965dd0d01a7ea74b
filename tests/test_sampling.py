"""`--sample`: drawn again by its seed, stratified, unbiased, and with weights that travel to the rows."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from commands import groupaudit
from hypothesis import given, settings
from hypothesis import strategies as st
from local_web import Web, page

from crawler.records import Site, SiteVisit
from crawler.segments import read_segments, segment_folder
from crawler.sites import make_site
from groupaudit.errors import UsageError
from groupaudit.runs import last_run
from groupaudit.sampling import Allocation, Sample, draw


def listed(**types: int) -> list[Site]:
    """A list with so many sites of each provider type."""
    return [
        make_site(f"https://{name}{n}.example/", provider_type=name)
        for name, many in types.items()
        for n in range(many)
    ]


def test_a_seed_draws_the_same_sites_whatever_the_order_and_another_seed_others() -> None:
    sites = listed(practice=60, clinic=40)
    first = {site.site_key for site in draw(sites, Sample(20, seed=7)).sites}
    assert {site.site_key for site in draw(sites[::-1], Sample(20, seed=7)).sites} == first
    assert {site.site_key for site in draw(sites, Sample(20, seed=8)).sites} != first
    assert first < {site.site_key for site in draw(sites, Sample(30, seed=7)).sites}
    assert sorted(first) != sorted(site.site_key for site in sites)[:20], "drawn, not cut off"


def test_every_site_is_drawn_as_often_as_any_other() -> None:
    sites = listed(practice=20)
    often = Counter(site.site_key for seed in range(2000) for site in draw(sites, Sample(5, seed)).sites)
    spread = sum((often[site.site_key] - 500) ** 2 / 500 for site in sites)
    assert spread < 45, "chi-square with 19 degrees of freedom, p = 0.001 is 43.8"


@pytest.mark.parametrize(
    ("allocation", "size", "shares"),
    [
        (Allocation.PROPORTIONAL, 20, {"big": 16, "middle": 3, "tiny": 1}),
        (Allocation.PROPORTIONAL, 3, {"big": 1, "middle": 1, "tiny": 1}),
        (Allocation.EQUAL, 12, {"big": 6, "middle": 5, "tiny": 1}),
        (Allocation.EQUAL, 1000, {"big": 80, "middle": 15, "tiny": 1}),
        (Allocation.PROPORTIONAL, 1000, {"big": 80, "middle": 15, "tiny": 1}),
    ],
)
def test_the_strata_get_their_share_and_no_more_than_they_have(
    allocation: Allocation, size: int, shares: dict[str, int]
) -> None:
    drawn = draw(listed(big=80, middle=15, tiny=1), Sample(size, 1, "provider_type", allocation))
    assert Counter(site.provider_type for site in drawn.sites) == shares
    assert {part.value: (part.sites, part.drawn) for part in drawn.strata} == {
        name: ({"big": 80, "middle": 15, "tiny": 1}[name], share) for name, share in shares.items()
    }
    assert all(site.stratum == site.provider_type for site in drawn.sites)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    over=st.integers(0, 60),
    equal=st.booleans(),
)
def test_the_weights_of_a_sample_add_up_to_the_list_in_every_stratum(sizes: list[int], over: int, equal: bool) -> None:
    sites = listed(**{f"t{number}": size for number, size in enumerate(sizes)})
    wanted = len(sizes) + over
    drawn = draw(sites, Sample(wanted, 3, "provider_type", Allocation.EQUAL if equal else Allocation.PROPORTIONAL))
    assert len(drawn.sites) == min(wanted, len(sites))
    for number, size in enumerate(sizes):
        weights = [site.weight for site in drawn.sites if site.provider_type == f"t{number}"]
        assert math.isclose(math.fsum(weight or 0 for weight in weights), size)


def test_a_weight_of_the_list_is_kept_in_the_product() -> None:
    sites = [make_site(f"https://s{n}.example/", weight=2.5) for n in range(10)]
    assert {site.weight for site in draw(sites, Sample(4)).sites} == {2.5 * 10 / 4}


def test_what_cannot_be_drawn_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match="one of stratum, provider_type"):
        draw(listed(a=3), Sample(1, stratum="colour"))
    with pytest.raises(UsageError, match="3 strata"):
        draw(listed(a=3, b=1, c=1), Sample(2, stratum="provider_type"))
    with pytest.raises(UsageError, match="at least one"):
        draw(listed(a=3), Sample(0))


def test_the_command_crawls_the_sample_alone_and_its_weights_stand_in_the_rows(tmp_path: Path) -> None:
    with Web() as web:
        web.fallback = lambda path: page(path) if path.startswith("/s") else None
        rows = "\n".join(f"{web.origin}/s{n}/,{'clinic' if n % 4 == 0 else 'practice'}" for n in range(12))
        (tmp_path / "sites.csv").write_text(f"url,type\n{rows}\n")
        words = ("crawl", tmp_path / "sites.csv", "--data", tmp_path / "data", "--allow-private", "127.0.0.0/8")
        sample = ("--sample", 4, "--seed", 5, "--stratum", "provider_type", "--gap", 0)
        done = groupaudit(*words, *sample)
        assert done.returncode == 0, done.stderr
        assert "clinic 1 of 3, practice 3 of 9" in done.stderr
        run = last_run(tmp_path / "data")
        assert run is not None
        assert run.config["sample"] == {
            "size": 4, "seed": 5, "stratum": "provider_type", "allocation": "proportional"
        }  # fmt: skip
        visits = read_segments(segment_folder(tmp_path / "data", "site_visits", run.run_id), SiteVisit)
        assert {visit.site.url.removeprefix(web.origin) for visit in visits} <= {hit.path for hit in web.log}
        assert len(visits) == 4
        assert {(visit.site.stratum, visit.site.weight) for visit in visits} == {("clinic", 3.0), ("practice", 3.0)}
        assert "give --sample N" in groupaudit(*words, "--seed", 3).stderr
