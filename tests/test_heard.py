"""A provider is heard before it is named: letter, reply, state and the public report, by the real commands."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import duckdb
import pytest
from commands import groupaudit


@pytest.fixture(scope="module")
def data(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heard") / "data"
    shutil.copytree(sample_data, folder, symlinks=True)
    (folder / "groupaudit.toml").write_text(
        'contact = "desk@example.org"\npublisher = "The Desk"\ninterests = "none"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def flag(data: Path) -> tuple[str, str, str]:
    """A flag: its site, its key, its name."""
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        row = connection.execute("SELECT site_key, group_key, name FROM flags ORDER BY name LIMIT 1").fetchone()
    assert row is not None
    return row


def test_a_letter_is_written_and_recorded_a_draft_is_not(data: Path, flag: tuple[str, str, str]) -> None:
    site, _, name = flag
    draft = groupaudit("letter", site, "--data", data, "--draft")
    assert draft.returncode == 0, draft.stderr
    assert not (data / "states.jsonl").exists()
    assert "DRAFT      not recorded as sent" in draft.stdout
    sent = groupaudit("letter", site, "--data", data)
    assert sent.returncode == 0, sent.stderr
    assert '"letter"' in (data / "states.jsonl").read_text(encoding="utf-8")
    today = datetime.datetime.now(datetime.UTC).date()
    said = f"recorded as sent on {today}; names may be published from {today + datetime.timedelta(days=21)}"
    assert said in sent.stdout
    assert "--draft" in sent.stdout
    second = groupaudit("letter", site, "--data", data)
    assert (second.returncode, "--again" in second.stderr) == (2, True)
    (text,) = (data / "letters").glob("*.txt")
    assert name in " ".join(text.read_text(encoding="utf-8").split())
    assert text.with_suffix(".html").exists()


def test_an_answer_and_a_state_stand_beside_the_flag(data: Path, flag: tuple[str, str, str], tmp_path: Path) -> None:
    words = tmp_path / "answer.txt"
    words.write_text("We will say it more clearly.", encoding="utf-8")
    for done in (
        groupaudit("reply", flag[1], "--file", words, "--data", data),
        groupaudit("flags", "set", flag[1], "--state", "disputed", "--reason", "they disagree", "--data", data),
        groupaudit("publish", "--data", data),
    ):
        assert done.returncode == 0, done.stderr
    with duckdb.connect(str(data / "groupaudit.duckdb"), read_only=True) as connection:
        state = connection.execute("SELECT state FROM flags WHERE group_key = ?", [flag[1]]).fetchone()
    assert state == ("disputed",)


def test_the_public_report_names_nobody_who_was_not_heard(
    data: Path, flag: tuple[str, str, str], tmp_path: Path
) -> None:
    done = groupaudit("report", "--public", tmp_path / "public", "--data", data)
    assert done.returncode == 0, done.stderr
    assert "publisher  The Desk (desk@example.org); interests: none" in done.stdout
    assert "named      0 flags; kept back: " in done.stdout
    page = (tmp_path / "public/index.html").read_text(encoding="utf-8")
    assert flag[2] not in page


def test_without_a_publisher_nothing_public_is_written(sample_data: Path, tmp_path: Path) -> None:
    done = groupaudit("report", "--public", tmp_path / "public", "--data", sample_data, cwd=tmp_path)
    assert done.returncode == 2
    assert "publisher, contact, interests missing in groupaudit.toml" in done.stderr
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("letter", "nowhere.example"),
        ("reply", "nobody", "--text", "words"),
        ("flags", "set", "nobody", "--state", "fixed", "--reason", "why"),
        ("export", "--format", "pdf"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_a_usage_error(data: Path, arguments: tuple[str, ...]) -> None:
    done = groupaudit(*arguments, "--data", data)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


def test_the_tables_are_exported(data: Path, tmp_path: Path) -> None:
    done = groupaudit("export", "--data", data, "--out", tmp_path / "out", "--format", "csv", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert {path.suffix for path in (tmp_path / "out").iterdir()} >= {".csv", ".json"}
