"""Segments: rows of one stage, in Parquet, each file whole or absent.

A segment is written under a temporary name in its own folder, flushed to the disk and moved into place by
`os.replace`; a reader that lists `*.parquet` therefore never sees half a file. The Arrow schema is derived from the
record classes, never inferred from the rows (an all-empty column would lose its type).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

Row = TypeVar("Row")
_Plain = Callable[[Any], Any]

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
}


_FEW_ROWS = 1_000
"""Fewer rows are a site's: dictionaries, statistics and zstd's tables, one a column, would take more bytes than
they spare (a site's three segments of the crawl: 15.7 KB and 1.5 ms with them, 6.3 KB and 0.5 ms without)."""


class SegmentError(Exception):
    """A segment or a run.json cannot be read or does not fit its record. Raised by readers, with the file's name."""


def arrow_type(annotation: Any) -> pa.DataType:
    """Return the Arrow type of a record's annotation: scalar, `X | None`, `tuple[X, ...]` or a nested record."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not type(None))
        return arrow_type(inner)
    if origin is tuple:
        return pa.list_(arrow_type(args[0]))
    if dataclasses.is_dataclass(annotation):
        return pa.struct(list(arrow_schema(typing.cast(type, annotation))))
    raise TypeError(
        f"no Arrow type for {annotation!r}: use str, int, float, bool, datetime, X | None, tuple or a record"
    )


@cache
def arrow_schema(record: type) -> pa.Schema:
    """Return the Arrow schema of a record class, its fields in order; nullable only where the annotation says None."""
    hints = typing.get_type_hints(record)
    fields = []
    for field in dataclasses.fields(record):
        annotation = hints[field.name]
        fields.append(pa.field(field.name, arrow_type(annotation), nullable=type(None) in typing.get_args(annotation)))
    return pa.schema(fields)


def to_table(rows: Iterable[Any], record: type) -> pa.Table:
    """Return the rows of one record class as an Arrow table, in order."""
    schema, listed = arrow_schema(record), list(rows)
    columns = []
    for name, plain in _columns(record):
        values = [getattr(row, name) for row in listed]
        columns.append(
            pa.array(map(plain, values) if plain else values, type=schema.field(name).type, size=len(values))
        )
    return pa.Table.from_arrays(columns, schema=schema)


@cache
def _columns(record: type) -> tuple[tuple[str, _Plain | None], ...]:
    hints = typing.get_type_hints(record)
    return tuple((field.name, _plain(hints[field.name])) for field in dataclasses.fields(record))


def _plain(annotation: Any) -> _Plain | None:
    """Return what makes a dict or list of a record's value (`dataclasses.asdict` is slower by five); None: as it is."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (_plain(arg) for arg in args if arg is not type(None))
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _plain(args[0])
        return None if item is None else lambda value: [item(each) for each in value]
    if dataclasses.is_dataclass(annotation):
        columns = _columns(typing.cast(type, annotation))
        return lambda value: {
            name: plain(getattr(value, name)) if plain else getattr(value, name) for name, plain in columns
        }
    return None


def from_table(table: pa.Table, record: type[Row]) -> Iterator[Row]:
    """Yield the rows of a table as records: lists become tuples, structs become nested records."""
    build = _builder(record)
    for batch in table.to_batches(max_chunksize=4096):
        for row in batch.to_pylist():
            yield typing.cast(Row, build(row))


def _builder(annotation: Any) -> Any:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not type(None))
        build_inner = _builder(inner)
        return lambda value: None if value is None else build_inner(value)
    if origin is tuple:
        build_item = _builder(args[0])
        return lambda value: tuple(build_item(item) for item in value)
    if dataclasses.is_dataclass(annotation):
        record = typing.cast(type, annotation)
        hints = typing.get_type_hints(record)
        builders = {field.name: _builder(hints[field.name]) for field in dataclasses.fields(record)}
        return lambda value: record(**{key: build(value[key]) for key, build in builders.items()})
    return lambda value: value


def write_segment(path: Path, rows: Iterable[Any], record: type) -> Path:
    """Write rows to `path` (a `.parquet` file), whole or not at all, and return the path.

    Raises:
        OSError: the disk is full or the folder cannot be written; no file of that name is left behind.
    """
    write_whole(path, encoded(to_table(rows, record)))
    return path


def encoded(table: pa.Table) -> memoryview:
    """Return the bytes of a segment file with the rows of a table."""
    sink = pa.BufferOutputStream()
    if table.num_rows < _FEW_ROWS:
        pq.write_table(table, sink, compression="lz4", use_dictionary=False, write_statistics=False, store_schema=False)
    else:
        pq.write_table(table, sink, compression="zstd", store_schema=False)
    return memoryview(sink.getvalue())


def read_segment(path: Path, record: type[Row]) -> list[Row]:
    """Return the rows of one segment file.

    Raises:
        SegmentError: the file is not a whole Parquet file or its columns are not the record's.
    """
    try:
        with pq.ParquetFile(path) as file:  # `read_table` would set up a dataset for each of thousands of small files
            table = file.read(use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise SegmentError(f"{path}: not a whole Parquet file ({error}); delete it and run the stage again") from error
    expected = arrow_schema(typing.cast(type, record))
    if table.schema.names != expected.names:
        missing = sorted(set(expected.names) ^ set(table.schema.names))
        raise SegmentError(f"{path}: columns differ from {record.__name__} in {missing}; written by another version?")
    return list(from_table(table, record))


def segment_files(folder: Path) -> list[Path]:
    """Return the whole segment files of a folder, by name; temporary files (leading dot) are not among them."""
    return sorted(path for path in folder.glob("*.parquet") if not path.name.startswith("."))


def read_segments(folder: Path, record: type[Row]) -> list[Row]:
    """Return the rows of every segment of a folder, file by file; an absent folder has none."""
    return [row for path in segment_files(folder) for row in read_segment(path, record)]


def write_json(path: Path, value: Mapping[str, Any] | Sequence[Any]) -> Path:
    """Write a JSON file whole or not at all (used for run.json), and return the path."""
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str) + "\n"
    write_whole(path, text.encode())
    return path


def read_json(path: Path) -> Any:
    """Return the value of a JSON file.

    Raises:
        SegmentError: the file is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SegmentError(f"{path}: not a JSON file ({error})") from error


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def segment_folder(data: Path, kind: str, run_id: str, version: str = "") -> Path:
    """Return where a stage's segments of a run stand: `data/segments/KIND/run=ID[/VERSION]`.

    `version` is `extractor=V` for offerings, groups and passages, `audit=DIGEST` for findings, else empty.
    """
    folder = data / "segments" / kind / f"run={run_id}"
    return folder / version if version else folder


def segment_name(site_key: str) -> str:
    """Return the file name of a site's segment: readable, unique and safe on every file system."""
    safe = "".join(char if char.isalnum() or char in "-." else "_" for char in site_key)[:80].lstrip(".")
    return f"{safe}-{hashlib.sha256(site_key.encode()).hexdigest()[:8]}.parquet"


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Write bytes under a temporary name, flushed to the disk, and move them into place by `os.replace`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "wb", buffering=0) as written:  # noqa: PTH123  a descriptor, no path
            rest = memoryview(content)
            while rest:
                rest = rest[written.write(rest) :]
            os.fsync(written.fileno())  # a rename that outlives a power loss must not name an empty file
        os.replace(temporary, path)  # noqa: PTH105  the call that the design, and its test, name
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
