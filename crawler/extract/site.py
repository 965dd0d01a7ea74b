"""A site's pages → offerings, passages and groups (`extract_site`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.extract.document import fingerprints_of, guarded_document
from crawler.extract.furniture import common
from crawler.extract.groups import join_groups
from crawler.extract.passages import tied
from crawler.extract.results import Page, PageResult
from crawler.extract.worker import Pool
from crawler.records import Group, Offering, Site


@dataclass(frozen=True, slots=True)
class SiteExtract:
    """What was found on a site: a result a page, in their order, and the groups over all of them."""

    pages: tuple[PageResult, ...]
    groups: tuple[Group, ...]


def extract_site(
    pages: Sequence[Page],
    site: Site,
    run_id: str,
    *,
    previous: Sequence[tuple[Group, Offering]] = (),
    pool: Pool | None = None,
    adapters: Sequence[str] = (),
) -> SiteExtract:
    """Extract a site from all of its pages, read together.

    Args:
        pages: the site's pages.
        site: the row of the provider list.
        run_id: the run that the rows belong to.
        previous: the last run's groups with their fullest offering; their keys are carried over.
        adapters: names of the adapters to try first on each page; none by default.
        pool: worker processes with a time and memory limit a page; None = in this process, without limits.

    Raises:
        KeyError: there is no adapter of a name asked for.
    """
    if adapters:
        from crawler.adapters import known_adapters  # adapters import this package's rules of text

        known_adapters(adapters)
    if pool is None:
        marks = common([fingerprints_of(page) for page in pages])
        results = [guarded_document(page, site.site_key, run_id, marks, tuple(adapters)) for page in pages]
    else:
        marks = common(pool.fingerprints(pages))
        results = pool.extract(pages, site.site_key, run_id, marks, tuple(adapters))
    offerings, groups = join_groups([o for r in results for o in r.offerings], run_id, site.site_key, previous)
    keyed = {offering.offering_id: offering for offering in offerings}
    results = [
        replace(r, offerings=tuple(keyed[o.offering_id] for o in r.offerings), passages=tied(r.passages, groups))
        for r in results
    ]
    return SiteExtract(tuple(results), tuple(groups))
