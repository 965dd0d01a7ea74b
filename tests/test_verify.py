"""`verify`: a sound folder is said to be so; a flipped byte and an edited quotation are named, with exit code 4."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from commands import groupaudit

from audit.records import Finding
from crawler.segments import read_segment, write_segment


@pytest.fixture
def copy(sample_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_data, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def test_a_sound_folder_is_said_to_be_so(sample_data: Path) -> None:
    done = groupaudit("verify", "--data", sample_data)
    assert done.returncode == 0, done.stderr
    for words in ("12 files", "records hashed again", "81 captures", "quotations held against their texts"):
        assert words in done.stdout
    assert "damaged" not in done.stdout


def test_a_flipped_byte_is_named(copy: Path) -> None:
    file = max((copy / "archive").rglob("*.warc.gz"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    done = groupaudit("verify", "--data", copy)
    assert done.returncode == 4
    assert f"damaged    {file.relative_to(copy)}" in done.stdout
    assert "restore the files named above" in done.stderr


def test_an_edited_quotation_is_named(copy: Path) -> None:
    file = next(path for path in sorted((copy / "segments/findings").rglob("*.parquet")) if read_segment(path, Finding))
    first, *rest = read_segment(file, Finding)
    evidence = replace(first.evidence[0], quote=first.evidence[0].quote + "!")
    write_segment(file, [replace(first, evidence=(evidence, *first.evidence[1:])), *rest], Finding)
    done = groupaudit("verify", "--data", copy)
    assert done.returncode == 4
    assert f"group {first.group_key}: no text holds {evidence.quote!r} at its place" in done.stdout
    assert f"{file.relative_to(copy)}: changed since run.json was written" in done.stdout


def test_listings_are_verified_too(tmp_path: Path) -> None:
    file = tmp_path / "listings.csv"
    file.write_text("name,text\nCircle,A support group to share stories.\n", encoding="utf-8")
    assert groupaudit("audit", "--listings", file, "--data", tmp_path / "data").returncode == 0
    assert groupaudit("verify", "--data", tmp_path / "data").returncode == 0
    (archived,) = (tmp_path / "data/archive").rglob("listings.csv")
    archived.write_text("name,text\nCircle,A class.\n", encoding="utf-8")
    done = groupaudit("verify", "--data", tmp_path / "data")
    assert done.returncode == 4
    assert "listings.csv is gone or its digest differs" in done.stdout
