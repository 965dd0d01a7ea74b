"""The command line from outside: help that teaches, exit codes, and bad input told in one clear line."""

from __future__ import annotations

import importlib
import socket
from pathlib import Path

import pytest
import typer
from commands import groupaudit
from typer.testing import CliRunner

from docs.generate import command_paths
from groupaudit.cli import app
from groupaudit.errors import EXIT_CODES
from groupaudit.output import USAGE_ERRORS

COMMANDS = command_paths(typer.main.get_command(app))
NEEDED = "run crawl extract audit publish report check explain benchmark status sites"


def help_of(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"], prog_name="groupaudit", terminal_width=100)
    assert result.exit_code == 0
    return result.output


def test_every_command_of_the_issue_is_there() -> None:
    assert {path[0] for path in COMMANDS} >= set(NEEDED.split())
    assert ("sites", "validate") in COMMANDS


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_a_command_has_an_example_of_itself(path: tuple[str, ...]) -> None:
    text = help_of(*path)
    assert "Example" in text
    assert f"    groupaudit {' '.join(path)}" in text


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_and_argument_is_explained(path: tuple[str, ...]) -> None:
    command = typer.main.get_command(app)
    for word in path:
        command = command.commands[word]  # type: ignore[attr-defined]
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{' '.join(path)}: {parameter.name} has no help"


def test_the_top_help_documents_every_exit_code() -> None:
    text = " ".join(help_of().split())
    for code, words in EXIT_CODES.items():
        assert f"{code.value} {words}" in text


def test_without_a_command_the_help_is_shown_and_the_exit_code_is_usage() -> None:
    done = groupaudit()
    assert done.returncode == 2
    assert "Commands:" in done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(USAGE_ERRORS))
def test_each_error_that_means_usage_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), kind), Exception)


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


BAD_LISTS = {
    "missing": (None, ["no such site list"]),
    "empty": ("", ["sites.csv"]),
    "header only": ("url,name\n", ["sites.csv"]),
    "a bad row": ("url,name\nhttps://good.example/,Good\nhttp://,Bad\n", ["3", "--skip-bad"]),
}


@pytest.mark.parametrize(("text", "words"), BAD_LISTS.values(), ids=BAD_LISTS)
def test_a_bad_site_list_is_refused_before_anything_starts(tmp_path: Path, text: str | None, words: list[str]) -> None:
    file = tmp_path / "sites.csv"
    if text is not None:
        written(tmp_path, "sites.csv", text)
    for arguments in (
        ("run", file, "--data", tmp_path / "data", "--contact", "me@example.org"),
        ("sites", "validate", file),
    ):
        done = groupaudit(*arguments)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("groupaudit: ")
        assert "Traceback" not in done.stderr
        for word in words:
            assert word in done.stderr
    assert not (tmp_path / "data/segments").exists()


def test_a_list_without_a_fault_is_said_to_be_so(tmp_path: Path) -> None:
    file = written(tmp_path, "sites.csv", "url\nhttps://a.example/\nhttps://b.example/\nhttps://a.example/\n")
    done = groupaudit("sites", "validate", file)
    assert done.returncode == 0
    assert "2 sites, no bad row" in done.stdout
    assert f"{file}:4: a.example stands in line 2 already" in done.stdout


def test_a_crawl_without_a_contact_does_not_start(tmp_path: Path) -> None:
    file = written(tmp_path, "sites.csv", "url\nhttps://a.example/\n")
    done = groupaudit("run", file, "--data", tmp_path / "data")
    assert done.returncode == 2
    assert "--contact" in done.stderr
    assert "groupaudit.toml" in done.stderr
    assert not (tmp_path / "data/segments").exists()


def test_an_unreachable_site_is_told_and_the_run_is_incomplete(tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound and not listening: refused, and nobody else can take the port
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        file = written(tmp_path, "sites.csv", f"url\nhttp://127.0.0.1:{port}/\n")
        done = groupaudit(
            "run", file, "--data", tmp_path / "data", "--allow-private", f"127.0.0.1/32:{port}", "--gap", "0"
        )
    assert done.returncode == 3, done.stderr
    assert f"127.0.0.1:{port}: crawled, " in done.stderr
    assert "not every site was seen whole" in done.stderr
    assert "Traceback" not in done.stderr
    status = groupaudit("status", "--data", tmp_path / "data")
    assert status.returncode == 0
    assert "0 of 1 seen whole" in status.stdout


WRONG = {
    "unknown option": (("run", "--bogus"), 2, "No such option"),
    "unknown rulebook": (("run", "--rulebook", "nobody", "--data", "d"), 2, "nobody"),
    "unknown site": (("run", "--site", "nowhere.example", "--data", "d"), 2, "--site nowhere.example"),
    "no config": (("run", "--config", "nowhere.toml", "--data", "d"), 2, "nowhere.toml"),
    "no data": (("status", "--data", "nowhere"), 2, "no such folder"),
    "no data to publish": (("publish", "--data", "nowhere"), 2, "no such folder"),
    "nothing to check": (("check",), 2, "nothing to check"),
    "no site root": (("check", "--site-root", "nowhere"), 2, "no such folder"),
    "a URL without a contact": (("check", "https://a.example/"), 2, "--contact"),
    "a contact that reaches nobody": (("check", "https://a.example/", "--contact", "notamail"), 2, "'notamail'"),
    "no listings": (("audit", "--listings", "nowhere.csv", "--data", "d"), 2, "no such file"),
    "a period that is none": (("run", "--due", "--every", "often", "--data", "d"), 2, "--every often"),
    "a query without a database": (("sql", "SELECT 1", "--data", "nowhere"), 2, "no such folder"),
    "no benchmark": (("benchmark", "nowhere.jsonl"), 2, "no such file"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    done = groupaudit(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "d/segments/runs").exists() or not list((tmp_path / "d/segments/runs").iterdir())


def test_debug_shows_the_trace_wherever_it_stands(tmp_path: Path) -> None:
    for arguments in (("--debug", "status", "--data", "nowhere"), ("status", "--data", "nowhere", "--debug")):
        done = groupaudit(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert "Traceback" in done.stderr


def test_an_unknown_key_in_the_settings_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "groupaudit.toml", 'contcat = "me@example.org"\n')
    done = groupaudit("run", "--data", "d", cwd=tmp_path)
    assert done.returncode == 2
    assert "did you mean 'contact'?" in done.stderr


def test_a_folder_of_a_newer_schema_is_named(tmp_path: Path) -> None:
    run = tmp_path / "data/segments/runs/run=20990101T000000Z-0000"
    run.mkdir(parents=True)
    written(run, "run.json", '{"run_id": "20990101T000000Z-0000", "schema_version": 99, "new": 1}')
    done = groupaudit("run", "--data", tmp_path / "data")
    assert done.returncode == 4
    assert "run=20990101T000000Z-0000" in done.stderr
    assert "newer groupaudit" in done.stderr
    assert "upgrade" in done.stderr


def test_a_folder_in_use_is_refused_and_its_holder_named(tmp_path: Path) -> None:
    from groupaudit.lock import data_lock

    with data_lock(tmp_path, "run", print):
        done = groupaudit("run", "--data", tmp_path)
        status = groupaudit("status", "--data", tmp_path)
    assert done.returncode == 4
    assert "is in use by process" in done.stderr
    assert "groupaudit run, since" in status.stdout
