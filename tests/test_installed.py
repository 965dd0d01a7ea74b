"""The built wheel in an environment of its own, run from another folder: `run` and `check` work; it holds no test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what would be in a source release, without the network."""
    folder = tmp_path_factory.mktemp("build")
    source = folder / "source"
    for name in ("audit", "crawler", "groupaudit", "reports", "pyproject.toml", "README.md", "LICENSE"):
        copy(ROOT / name, source / name)
    build = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build, str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, without what Python left in it."""
    if source.is_dir():
        for path in source.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                copy(path, target / path.relative_to(source))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `groupaudit` command of a fresh environment that has the wheel; what it needs is lent by a .pth file."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    site_packages = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    )
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
        (entry,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        assert "groupaudit = groupaudit.cli:main" in archive.read(entry).decode()
    command = folder / "bin/groupaudit"
    command.write_text(
        f"#!{python}\nimport sys\nfrom groupaudit.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n",
        encoding="utf-8",
    )
    command.chmod(0o755)
    return command


def call(program: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment without anything that would lead it to the source tree."""
    surroundings = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        [program, *map(str, arguments)], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=120
    )


def test_the_wheel_has_all_data_and_no_test(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "docs")) or "/tests/" in name]
    suffixes = (".toml", ".sql", ".html", ".css", ".js", ".json", ".jsonl", ".xml", ".txt", ".htm", ".php", ".gz")
    for package in ("audit", "crawler", "groupaudit", "reports"):
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and path.suffix in (".py", *suffixes) and "__pycache__" not in path.parts:
                assert path.relative_to(ROOT).as_posix() in names


def test_the_code_that_runs_is_the_wheels(installed: Path, tmp_path: Path) -> None:
    program = (
        "import groupaudit, audit, crawler, reports as r; print(*(m.__file__ for m in (groupaudit, audit, crawler, r)))"
    )
    done = call(installed.with_name("python"), tmp_path, "-c", program)
    assert done.returncode == 0, done.stderr
    assert all(Path(file).is_relative_to(installed.parents[1]) for file in done.stdout.split())


def test_run_and_check_work_from_another_folder(installed: Path, tmp_path: Path) -> None:
    done = call(installed, tmp_path, "run", "--data", "data")
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "data/reports").glob("run=*/index.html"))
    assert (tmp_path / "data/groupaudit.duckdb").exists()
    page = tmp_path / "page.html"
    page.write_text(
        "<title>Groups</title><h1>Grief Therapy Group</h1><p>A support group where we share our stories.</p>",
        encoding="utf-8",
    )
    checked = call(installed, tmp_path, "check", page, "--format", "jsonl")
    assert checked.returncode == 0, checked.stderr
    (line,) = [json.loads(line) for line in checked.stdout.splitlines()]
    assert line["error"] is None
    assert [offering["claim"] for offering in line["offerings"]] == ["own"]


def test_the_version_is_the_same_everywhere(installed: Path, tmp_path: Path, wheel: Path) -> None:
    said = call(installed, tmp_path, "--version").stdout.strip()
    assert said == f"groupaudit {wheel.name.split('-')[1]}"
