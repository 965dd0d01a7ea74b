"""Worker processes: a page that dies, overruns or eats memory costs itself and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from crawler.extract import Page, Pool, extract_site, worker
from crawler.records import Site

SITE = Site("site", "http://site.example/", "site.example")
GROUP = b"<h1>Groups</h1><h3>Grief Group</h3><p>Meets weekly on Mondays at 5 pm for adults.</p>"


def die(*_: object) -> None:
    os._exit(9)


def sleep(*_: object) -> None:
    time.sleep(60)


def eat(*_: object) -> int:
    return len(b"x" * 3_000_000_000)


def fail(*_: object) -> None:
    raise ValueError("a bad page")


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (die, "ended (exit code 9)"),
        (sleep, "not done after 1 seconds"),
        (eat, "MemoryError"),
        (fail, "ValueError: a bad page"),
    ],
)
def test_a_page_that_fails_is_a_parse_error_of_its_own(
    task: object, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = worker.extract_document
    with Pool(seconds=1) as pool:
        monkeypatch.setattr(worker, "fingerprints_of", lambda *_: None, raising=True)
        pool.seconds = 10  # a first answer needs the start of a process
        assert pool._ask(len, "ready") == 5
        pool.seconds = 1
        monkeypatch.setattr(worker, "extract_document", task)
        started = time.perf_counter()
        bad = pool.extract([Page("bad", GROUP)], "site", "run", frozenset())
        assert time.perf_counter() - started < 8
        monkeypatch.setattr(worker, "extract_document", real)
        pool.seconds = 10
        good = pool.extract([Page("good", GROUP)], "site", "run", frozenset())
    assert bad[0].error is not None
    assert bad[0].error.class_ == "parse_error"
    assert words in bad[0].error.message
    assert [offering.name for offering in good[0].offerings] == ["Grief Group"]


def test_a_pool_gives_what_this_process_gives() -> None:
    pages = [Page(f"{n}", GROUP.replace(b"Grief", f"Grief {n}".encode())) for n in range(5)]
    with Pool() as pool:
        assert extract_site(pages, SITE, "run", pool=pool) == extract_site(pages, SITE, "run")


def test_the_extractor_needs_neither_scrapy_nor_a_database() -> None:
    import subprocess
    import sys

    others = {"scrapy", "twisted", "duckdb", "audit", "groupaudit", "bs4"}
    code = f"import sys, crawler.extract; print(sorted({others} & set(sys.modules)))"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
