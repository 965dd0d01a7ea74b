"""Merged segments: the rows of many sites in one file, beside the sites' own, for who reads a whole run.

Opening a Parquet file costs more than reading a site's rows: a run of 20,000 sites is 140,000 files, and minutes. So a
run's segments are merged, kind by kind, into `data/merged/KIND/run=ID[/VERSION]/DIGEST.parquet`. The sites' own files
stay the truth and stay where they are: stages, `forget`, `prune`, `verify` and `sites confirm` go on reading and
writing those. A merged file is named by the digest of its own bytes and says in itself which segments it was made of,
with the digest of each; it is read in their place only while all of them stand unchanged, and otherwise they are read
themselves. So no row is ever read twice or lost, whatever was killed, restored or deleted: the folder may go any time.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.segments import segment_files, segment_folder, segment_name, write_whole

FOLDER = "merged"
SITES_A_FILE = 500
"""Sites of one merged file: enough that opening costs nothing a site; a site written again costs re-reading so many."""
FEW = 50
"""Fewer segments are left as they are: reading them is a matter of milliseconds."""
_PARTS = "groupaudit.parts"


@dataclass(frozen=True, slots=True)
class Rows:
    """A file to read, and the number of sites' segments whose rows it holds."""

    path: Path
    sites: int


def merged_folder(data: Path, kind: str, run_id: str, version: str = "") -> Path:
    """Return where the merged segments of a kind stand: as `segment_folder`, under `data/merged`."""
    return data / FOLDER / segment_folder(data, kind, run_id, version).relative_to(data / "segments")


def files_of_run(data: Path, kind: str, run_id: str, version: str = "") -> list[Rows]:
    """Return the files that together hold each segment of a kind and run once: merged ones first of all."""
    own = {path.name: path for path in segment_files(segment_folder(data, kind, run_id, version))}
    merged = _standing(merged_folder(data, kind, run_id, version), own)
    return [*merged.values(), *(Rows(path, 1) for path in own.values())]


def merge_run(data: Path, run_id: str, *, at_least: int = FEW, sites_a_file: int = SITES_A_FILE) -> int:
    """Merge what is not merged yet of a run's segments; return the number of files written.

    Merged files that hold no longer are taken away first. Nobody else may write in the run meanwhile.

    Args:
        data: the data folder.
        run_id: the run.
        at_least: fewer segments of a kind are left as they are.
        sites_a_file: segments of one merged file at the most.

    Raises:
        OSError: the disk is full or cannot be written; what was merged before stays.
    """
    written = 0
    for kind, version in _kinds(data, run_id):
        folder, target = segment_folder(data, kind, run_id, version), merged_folder(data, kind, run_id, version)
        own = {path.name: path for path in segment_files(folder)}
        standing = _standing(target, own)
        for path in target.glob("*") if target.is_dir() else ():
            if (
                path.is_file() and path not in standing
            ):  # out of date, damaged, or a temporary file of one who was killed
                path.unlink()
        names = list(own)
        for first in range(0, len(names), sites_a_file):
            some = names[first : first + sites_a_file]
            if len(some) >= at_least:
                written += _merge(folder, target, some, at_least)
    return written


def merge_sites(data: Path, run_id: str, site_keys: Collection[str], *, at_least: int = FEW) -> int:
    """Merge the segments of these sites, which are in no merged file yet, while the run goes on with others.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    written, names = 0, sorted(map(segment_name, site_keys))
    for kind, version in _kinds(data, run_id):
        folder = segment_folder(data, kind, run_id, version)
        there = [name for name in names if (folder / name).exists()]
        if len(there) >= at_least:
            written += _merge(folder, merged_folder(data, kind, run_id, version), there, at_least)
    return written


def drop_site(data: Path, site_key: str) -> tuple[int, set[str]]:
    """Take away every merged file that has rows of a site; return the bytes freed and the runs that they were of."""
    freed, touched, name = 0, set(), segment_name(site_key)
    for path in sorted((data / FOLDER).rglob("*")):
        if path.is_file():
            parts = _parts(path)
            if parts is None or name in parts:  # one that cannot be read may hold anything
                freed += path.stat().st_size
                touched.add(path.relative_to(data / FOLDER).parts[1].removeprefix("run="))
                path.unlink()
    return freed, touched


def _kinds(data: Path, run_id: str) -> Iterator[tuple[str, str]]:
    """Yield each kind of a run with each version that it has; a kind of the crawl has the empty one."""
    for folder in sorted((data / "segments").glob(f"*/run={run_id}")):
        if folder.parent.name != "runs":
            yield folder.parent.name, ""
            yield from ((folder.parent.name, path.name) for path in sorted(folder.iterdir()) if path.is_dir())


def _standing(target: Path, own: dict[str, Path]) -> dict[Path, Rows]:
    """Return the merged files of a folder that hold, by their first segment; take their segments out of `own`."""
    listed = [(path, parts) for path in target.glob("*.parquet") if (parts := _parts(path))] if target.is_dir() else []
    standing = {}
    for path, parts in sorted(listed, key=lambda each: (min(each[1]), each[0])):
        if parts.keys() <= own.keys() and all(_digest(own[name].read_bytes()) == parts[name] for name in parts):
            standing[path] = Rows(path, len(parts))
            for name in parts:
                del own[name]
    return standing


def _parts(path: Path) -> dict[str, str] | None:
    """Return the segments that a merged file was made of, with their digests; None where it is not what it was."""
    content = path.read_bytes()
    if path.name.startswith(".") or path.stem != _digest(content):
        return None
    parts: dict[str, str] = json.loads(pq.read_metadata(pa.BufferReader(content)).metadata[_PARTS.encode()])
    return parts


def _merge(folder: Path, target: Path, names: list[str], at_least: int) -> int:
    """Write the segments of these names as one file, one a schema; damaged ones stay for a reader to name."""
    alike: dict[str, dict[str, tuple[str, pa.Table]]] = defaultdict(dict)
    for name in names:
        content = (folder / name).read_bytes()
        try:
            with pq.ParquetFile(pa.BufferReader(content)) as file:
                table = file.read(use_threads=False)
        except (OSError, pa.ArrowException):
            continue
        alike[table.schema.to_string()][name] = (_digest(content), table)
    written = 0
    for tables in alike.values():
        if len(tables) >= at_least:
            _write(target, tables)
            written += 1
    return written


def _write(target: Path, tables: dict[str, tuple[str, pa.Table]]) -> None:
    parts = json.dumps({name: digest for name, (digest, _) in tables.items()})
    whole, sink = pa.concat_tables([table for _, table in tables.values()]), pa.BufferOutputStream()
    with pq.ParquetWriter(sink, whole.schema, compression="zstd", store_schema=False) as writer:
        writer.write_table(whole)
        writer.add_key_value_metadata({_PARTS: parts})
    content = memoryview(sink.getvalue())
    write_whole(target / f"{_digest(content)}.parquet", content)


def _digest(content: bytes | memoryview) -> str:
    return hashlib.sha256(content).hexdigest()
