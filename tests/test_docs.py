"""The documentation is true: the README's commands and SQL run, generated pages are up to date, links lead on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import typer

from docs import generate, readme
from groupaudit.cli import app
from groupaudit.config import settings_from
from groupaudit.errors import EXIT_CODES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, readme.Said]]:
    """What every command of the README printed, run in its order in one folder."""
    with readme.reader(tmp_path_factory.mktemp("reader")) as folder:
        yield {command: readme.run(command, promised, folder) for command, promised in readme.commands(README)}


def test_the_readme_shows_the_commands_that_people_need() -> None:
    shown = {command.split()[1] for command, _ in readme.commands(README)}
    assert shown >= {"run", "explain", "status", "sql", "sites", "audit", "benchmark", "check"}


def test_every_command_of_the_readme_ends_as_it_says(said: dict[str, readme.Said]) -> None:
    wrong = {command: (each.code, each.err[-500:]) for command, each in said.items() if each.code != each.promised}
    assert not wrong
    assert all(each.out.strip() for each in said.values())
    assert not [each.err for each in said.values() if "Traceback" in each.err]


@pytest.mark.parametrize("query", readme.sql(README), ids=lambda query: query.split("\n")[0][:50])
def test_every_query_of_the_readme_gives_rows(query: str, sample_data: Path) -> None:
    with duckdb.connect(str(sample_data / "groupaudit.duckdb"), read_only=True) as connection:
        assert connection.execute(query).fetchall()


def test_the_first_question_of_the_readme_sums_to_the_headline(sample_data: Path) -> None:
    with duckdb.connect(str(sample_data / "groupaudit.duckdb"), read_only=True) as connection:
        found = connection.execute(readme.sql(README)[0]).fetchall()
        labelled = connection.execute("SELECT value FROM headline WHERE key = 'labelled'").fetchone()
    assert labelled == (sum(number for _, number in found),)


def test_the_readme_has_five_questions() -> None:
    assert len(readme.sql(README)) >= 5


def test_the_settings_of_the_readme_are_settings() -> None:
    for block in readme.toml(README):
        assert settings_from(tomllib.loads(block), "README").contact


def test_output_blocks_are_filled() -> None:
    blocks = re.findall(r"<!-- output: (\w+) -->\n```text\n(.*?)```\n<!-- /output -->", README, re.DOTALL)
    assert {name for name, _ in blocks} == {"run", "explain", "status", "check"}
    assert all(len(body) > 100 for _, body in blocks)
    assert str(ROOT) not in README


def test_the_exit_codes_are_the_same_everywhere() -> None:
    for code, words in EXIT_CODES.items():
        assert f"| {code.value} | {words.replace('--fail-on', '`--fail-on`')} |" in README


def test_every_command_stands_in_the_page_of_the_command_line() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    for path in generate.command_paths(typer.main.get_command(app)):
        assert f"## groupaudit {' '.join(path)}\n" in page


def test_the_generated_pages_are_up_to_date() -> None:
    assert generate.differences(ROOT / "docs") == []


def test_a_page_that_drifted_is_named_with_the_first_difference(tmp_path: Path) -> None:
    for name in generate.PAGES:
        (tmp_path / name).write_text((ROOT / "docs" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "cli.md").write_text("# Something else\n", encoding="utf-8")
    (tmp_path / "schema.md").unlink()
    wrong = generate.differences(tmp_path)
    assert [line.split()[0] for line in wrong] == ["docs/cli.md", "docs/schema.md"]
    assert "# Something else" in wrong[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
