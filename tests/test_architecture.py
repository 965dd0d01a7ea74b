"""Who may import whom (design.md, "The house"), module sizes, and that no module prints past the front door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("audit", "crawler", "groupaudit", "reports")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# What each package may import of the others.
ALLOWED = {
    "crawler": ("crawler",),
    "audit": ("audit", "crawler.records", "crawler.segments"),
    "reports": ("reports", "audit", "crawler.records", "crawler.segments", "crawler.merged"),
    "groupaudit": ("groupaudit", "reports", "audit", "crawler"),
}

# A library and the only places that may know of it.
LIBRARIES = {
    "scrapy": ("crawler",),
    "twisted": ("crawler",),
    "duckdb": ("reports",),
    "re2": ("audit",),
    "typer": ("groupaudit",),
    "rich": ("groupaudit",),
    "pydantic": ("groupaudit.config", "crawler.sites"),
    "pydantic_settings": (),
    "selectolax": ("crawler.extract", "crawler.adapters"),
    "bs4": ("crawler.adapters", "crawler.extract"),
    "jinja2": ("reports.render",),
}

# Parts of the crawler that must work without the crawler's engine.
PURE = ("crawler.extract", "crawler.adapters", "crawler.warc", "crawler.sites", "crawler.records", "crawler.segments",
        "crawler.merged")  # fmt: skip
ENGINE = ("scrapy", "twisted", "crawler.spiders", "crawler.command", "crawler.child", "crawler.archive")


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, *, types_too: bool = True) -> set[str]:
    """Every module that a file imports, wherever in the file; `from a import b` gives a and a.b.

    `types_too` counts what stands under `if TYPE_CHECKING:`, which is never run.
    """
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not types_too:
        tree.body = [
            node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write the whole name"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def under(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_its_place_allows(path: Path) -> None:
    name = name_of(path)
    package = name.split(".")[0]
    ours = {found for found in imports_of(path) if under(found, PACKAGES)}
    # `from crawler import records` gives `crawler` too, which is no module of its own in question.
    wrong = {found for found in ours if not under(found, ALLOWED[package]) and found not in PACKAGES}
    assert not wrong, f"{name} may import {ALLOWED[package]}, not {sorted(wrong)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_library_is_known_only_where_it_belongs(path: Path) -> None:
    name = name_of(path)
    for library, places in LIBRARIES.items():
        if any(under(found, (library,)) for found in imports_of(path)):
            assert under(name, places), f"{name} imports {library}, which belongs to {places}"


@pytest.mark.parametrize("path", [path for path in MODULES if under(name_of(path), PURE)], ids=name_of)
def test_what_must_work_without_the_crawl_engine_does(path: Path) -> None:
    wrong = {found for found in imports_of(path) if under(found, ENGINE)}
    assert not wrong, f"{name_of(path)} must not need the crawl engine: {sorted(wrong)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {name_of(path): imports_of(path, types_too=False) for path in MODULES}
    for name, found in graph.items():
        for other in found & set(graph):
            mutual = name in graph[other] and name != other
            inside = name.startswith(f"{other}.") or other.startswith(f"{name}.")
            assert not mutual or inside, f"{name} and {other} import each other"
