"""groupaudit.toml: what it may say, and what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from groupaudit.config import find_config, read_settings
from groupaudit.errors import ExitCode, UsageError
from groupaudit.options import merge


def written(folder: Path, text: str) -> Path:
    file = folder / "groupaudit.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    settings = read_settings(
        written(
            tmp_path,
            'contact = "me@example.org"\nrulebook = "tip41"\n'
            '[crawl]\ngap_seconds = 3\npages = 40\nallow_private = ["10.0.0.0/8:8080"]\n',
        )
    )
    assert settings.contact == "me@example.org"
    assert settings.rulebook == "tip41"
    assert settings.crawl.gap_seconds == 3.0
    assert settings.crawl.pages == 40
    assert settings.crawl.allow_private == ("10.0.0.0/8:8080",)


def test_without_a_file_there_are_defaults() -> None:
    assert read_settings(None).contact == ""
    assert read_settings(None).rulebook == "opencounseling-2021"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('contcat = "me@example.org"', ["unknown key 'contcat'", "did you mean 'contact'?"]),
        ("[crawl]\ngap_second = 3", ["unknown key 'crawl.gap_second'", "did you mean 'gap_seconds'?"]),
        ('colour = "red"', ["unknown key 'colour'", "known here: contact, rulebook, publisher, interests, crawl"]),
        ("[crawl]\npages = 0", ["crawl.pages", "greater than or equal to 1", "not 0"]),
        ("[crawl]\ngap_seconds = -1", ["crawl.gap_seconds", "not -1"]),
        ("contact = 5", ["contact", "not 5"]),
        ("contact = ", ["not a TOML file"]),
        ('a = 1\nb = "x"', ["unknown key 'a'", "unknown key 'b'"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_settings(file)
    assert str(file) in str(caught.value)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.code == ExitCode.USAGE


def test_the_command_line_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, 'contact = "file@example.org"\nrulebook = "tip41"\n[crawl]\ngap_seconds = 3\npages = 7\n')
    settings = merge(tmp_path / "data", None, contact="line@example.org", gap_seconds=5.0, rulebook=None)
    assert settings.contact == "line@example.org"
    assert settings.crawl.gap_seconds == 5.0
    assert settings.rulebook == "tip41"
    assert settings.crawl.pages == 7


def test_a_wrong_option_is_named_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"command line: crawl\.gap_seconds"):
        merge(tmp_path, None, gap_seconds=-2.0)


def test_the_file_here_comes_before_the_one_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, data = tmp_path / "here", tmp_path / "data"
    here.mkdir(), data.mkdir()
    monkeypatch.chdir(here)
    assert find_config(data, None) is None
    of_data = written(data, "")
    assert find_config(data, None) == of_data
    written(here, "")
    assert find_config(data, None) == Path("groupaudit.toml")
    assert find_config(data, of_data) == of_data
    with pytest.raises(UsageError, match="no such file"):
        find_config(data, tmp_path / "nowhere.toml")
