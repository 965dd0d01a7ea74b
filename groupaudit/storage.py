"""What stands where in a data folder, for the commands that take things away."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.records import Capture
from crawler.segments import read_segment, segment_files, segment_name
from groupaudit import runs


def segments_of_site(data: Path, site_key: str, run_id: str = "*") -> list[Path]:
    """Return every segment file of a site, of every kind and version; the one that says it is whole comes first."""
    name = segment_name(site_key)
    files = (data / "segments").glob(f"*/run={run_id}/**/{name}")
    return sorted(files, key=lambda file: (file.relative_to(data / "segments").parts[0] != "site_visits", file))


def archives_of_site(data: Path, site_key: str, run_id: str = "*") -> list[Path]:
    """Return the WARC files that are named for a site."""
    stem = segment_name(site_key).removesuffix(".parquet")
    return sorted((data / "archive").glob(f"run={run_id}/{stem}*.warc.gz"))


def capture_files(data: Path) -> Iterator[Path]:
    """Yield every captures segment of every run."""
    for folder in sorted((data / "segments/captures").glob("run=*")):
        yield from segment_files(folder)


def archives_cited(files: Iterable[Path]) -> set[str]:
    """Return the archive files, relative to the data folder, that these captures segments point at.

    Raises:
        SegmentError: one cannot be read: what it cites is not known, so nothing may be taken away.
    """
    return {capture.archive_file for file in files for capture in read_segment(file, Capture)}


def refresh_run(data: Path, run_id: str, gone: Iterable[Path] = (), **config: Any) -> None:
    """Write a run's run.json again with the digests of the segments that stand there, without those that will go."""
    if not runs.run_file(data, run_id).exists():
        return
    run = runs.read_run(data, run_id)
    leaving = {path.relative_to(data).as_posix() for path in gone}
    digests = {
        name: value for name, value in runs.segment_digests(data, run_id).items() if name not in leaving
    } if run.segments else {}  # fmt: skip
    runs.save(data, replace(run, segments=digests, config={**run.config, **config}))


def drop_lines(path: Path, dropped: Callable[[str], bool]) -> int:
    """Take lines out of a text file, which is replaced whole, and return how many went."""
    if not path.exists():
        return 0
    lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines(keepends=True)
    kept = [line for line in lines if not dropped(line)]
    if len(kept) == len(lines):
        return 0
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8", errors="surrogateescape") as handle:
        handle.write("".join(kept))
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    return len(lines) - len(kept)


def is_about(site_key: str) -> Callable[[str], bool]:
    """Return a test of a JSON line: whether it is about a site. What is no JSON is kept."""

    def about(line: str) -> bool:
        try:
            entry = json.loads(line)
        except ValueError:
            return False
        return isinstance(entry, dict) and entry.get("site_key") == site_key

    return about


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of everything below a folder; 0 where nothing stands."""
    if path.is_dir() and not path.is_symlink():
        return sum(file.lstat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())
    return path.lstat().st_size if path.exists() else 0


def remove(path: Path) -> int:
    """Take away a file or a folder and return the bytes it held."""
    freed = size_of(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return freed


def remove_empty(folder: Path) -> None:
    """Take away a folder's empty folders, and the folder where nothing is left in it."""
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def in_words(size: float) -> str:
    """Return a number of bytes as a person reads it."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
