"""Extract and audit of one site after the other, in a thread of its own, while the crawl goes on.

Pages are parsed in the extractor's worker processes, so the thread only waits and judges. A site whose stages fail is
recorded with the reason and the run goes on; a full disk ends it.
"""

from __future__ import annotations

import errno
import queue
import threading
import traceback
from collections import Counter
from pathlib import Path

from audit.auditor import Auditor
from audit.records import Verdict
from audit.stage import audit_site_of_run
from crawler.extract import EXTRACTOR_VERSION
from crawler.extract.stage import extract_site_of_run
from crawler.extract.worker import Pool
from crawler.merged import SITES_A_FILE, merge_sites
from crawler.records import Site
from groupaudit.progress import Reporter

TOO_MANY_ERRORS = 0.2
"""Share of pages: a few broken pages are the web, a fifth of them is a fault of ours."""


class SiteStages:
    """Takes crawled sites and brings each as far as its findings. Use as a context manager: leaving it waits."""

    def __init__(self, data: Path, run_id: str, auditor: Auditor, pool: Pool, reporter: Reporter) -> None:
        self.failures: dict[str, str] = {}
        self.pages = 0
        self.page_errors: Counter[str] = Counter()
        self.disk_full: OSError | None = None
        self._data, self._run_id = data, run_id
        self._auditor, self._pool, self._reporter = auditor, pool, reporter
        self._unmerged: list[str] = []
        self._queue: queue.SimpleQueue[Site | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="extract-and-audit", daemon=True)

    def __enter__(self) -> SiteStages:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()

    @property
    def too_many_errors(self) -> bool:
        """Whether so many pages could not be read that the run is incomplete for it."""
        return self.page_errors.total() > TOO_MANY_ERRORS * self.pages

    def put(self, site: Site) -> None:
        """Hand over a site whose crawl is committed."""
        self._queue.put(site)

    def _work(self) -> None:
        while (site := self._queue.get()) is not None:
            if self.disk_full is None:
                self._one(site)

    def _one(self, site: Site) -> None:
        try:
            extract = extract_site_of_run(self._data, self._run_id, site, self._pool)
            findings = audit_site_of_run(self._data, self._run_id, site.site_key, EXTRACTOR_VERSION, self._auditor)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self.disk_full = error
            self._fail(site, error)
        except Exception as error:  # noqa: BLE001  one site's failure is recorded and must not cost the run the others
            self._fail(site, error)
        else:
            self.pages += len(extract.pages)
            self.page_errors.update(page.error.class_ for page in extract.pages if page.error is not None)
            flags = sum(finding.verdict == Verdict.MISLABELED for finding in findings)
            self._reporter.event(
                {
                    "event": "audited",
                    "site_key": site.site_key,
                    "name": site.name,
                    "pages": len(extract.pages),
                    "groups": len(extract.groups),
                    "flags": flags,
                }
            )

            self._merge_with(site)

    def _merge_with(self, site: Site) -> None:
        """Merge so many sites' segments as they are done: at the run's end it would take a minute or two at once."""
        self._unmerged.append(site.site_key)
        if len(self._unmerged) < SITES_A_FILE:
            return
        done, self._unmerged = self._unmerged, []
        try:
            merge_sites(self._data, self._run_id, done)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self.disk_full = error
            self._reporter.warn(f"segments not merged, which makes publishing slower: {error}")

    def _fail(self, site: Site, error: Exception) -> None:
        where = traceback.extract_tb(error.__traceback__)[-1]
        self.failures[site.site_key] = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        self._reporter.warn(f"{site.site_key}: not extracted or not audited: {self.failures[site.site_key]}")
