"""What may be handed on: `report --public DIR`, from an allow-list of columns and of rows.

A flag is named only if it is in the count on a confirmed site, its provider was written to at least 21 days ago, and it
was not withdrawn, fixed or suppressed since. A public database is filled with those rows and no others, personal words
replaced by dots; its CSV and JSON and every page are made from that database alone, so that nothing else can get out.
"""

from __future__ import annotations

import datetime
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reports import states
from reports.errors import PublicRefusedError
from reports.exports import write_tables
from reports.masking import AT_RISK, PLACE_AND_TIME_FACTS, mask, names_in
from reports.publication import opened, publication_path
from reports.publish import STORAGE_VERSION
from reports.render.public import write_pages
from reports.statements import relation_comments, statement
from reports.text import anchor

TABLES = ("about", "headline", "flags", "evidence", "coverage", "corrections")
DAYS_FRESH = 14
"""A page seen longer ago may say something else by now: it is read again before its provider is named."""


@dataclass(frozen=True, slots=True)
class PublicReport:
    """What was written: the first page, how many flags are named, and why how many others are not."""

    index: Path
    named: int
    kept_back: dict[str, int]
    about: tuple[str, str, str]


def write_public(
    data: Path, out: Path, *, publisher: str, contact: str, interests: str, today: datetime.date | None = None
) -> PublicReport:
    """Write the public report of a publication.

    Args:
        data: the data folder.
        out: folder to write, replaced whole.
        publisher: who publishes; printed on every page.
        contact: whom to write to; printed on every page.
        interests: the publisher's interests in the matter ("none" is an answer); printed on every page.
        today: the day that the 21 and the 14 days are counted from; the default is the current day, UTC.

    Raises:
        PublicRefusedError: publisher, contact or interests is missing, or a page to be named was seen too long ago.
        NoPublicationError: nothing was published yet.
    """
    settings = {"publisher": publisher, "contact": contact, "interests": interests}
    if missing := [name for name, value in settings.items() if not value.strip()]:
        raise PublicRefusedError(
            f"not written: {', '.join(missing)} missing in groupaudit.toml. Who names others says who they are, where "
            'they can be reached and what interests they have ("none" is an answer)'
        )
    day = today or datetime.datetime.now(datetime.UTC).date()
    with opened(publication_path(data)) as connection:
        candidates = _rows(connection, "public/flags", {"today": day})
        named = [flag for flag in candidates if not flag["kept_back"]]
        _refuse_stale(named)
        tables = _tables(connection, named, candidates, settings, day)
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        building.chmod(0o755)
        _write(building, tables)
        if out.exists():
            shutil.rmtree(out)
        building.rename(out)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    states.published(data, [(flag["site_key"], flag["group_key"]) for flag in named])
    kept_back = Counter(flag["kept_back"] for flag in candidates if flag["kept_back"])
    return PublicReport(out / "index.html", len(named), dict(kept_back), (publisher, contact, interests))


def _refuse_stale(named: Sequence[dict[str, Any]]) -> None:
    stale = [flag for flag in named if flag["stale"]]
    if stale:
        pages = "\n".join(f"  {flag['url']} (seen {flag['fetched_at']:%Y-%m-%d})" for flag in stale[:20])
        raise PublicRefusedError(
            f"not written: {len(stale)} flagged pages were seen more than {DAYS_FRESH} days ago and may have changed. "
            f"Run `groupaudit recheck --stale`, publish, and try again:\n{pages}"
        )


def _tables(
    connection: duckdb.DuckDBPyConnection,
    named: list[dict[str, Any]],
    candidates: list[dict[str, Any]],
    settings: dict[str, str],
    day: datetime.date,
) -> dict[str, list[dict[str, Any]]]:
    (run,) = _rows(connection, "render/run")
    flags, evidence = [], []
    for flag in named:
        masked = _Masked(flag)
        flags.append(masked.row())
        hits = _rows(connection, "public/evidence", {k: flag[k] for k in ("site_key", "group_key")})
        evidence += [masked.hit(hit) for hit in hits]
    headline = _rows(connection, "public/headline")
    headline.append(_heard(headline, named, candidates))
    names = {(flag["site_key"], flag["group_key"]): _Masked(flag).text(flag["name"]) for flag in candidates}
    corrections = []
    for row in _rows(connection, "public/corrections"):
        name = names.get((row["site_key"], row["group_key"]), mask(row["name"], ()))
        corrections.append(row | {"name": name, "reason": mask(row["reason"], ())})
    about = settings | {"run_id": run["run_id"], "started_at": run["started_at"], "written_on": day}
    coverage = _rows(connection, "public/coverage")
    return {"about": [about], "headline": headline, "flags": flags, "evidence": evidence, "coverage": coverage,
            "corrections": corrections}  # fmt: skip


def _heard(
    headline: list[dict[str, Any]], named: list[dict[str, Any]], candidates: list[dict[str, Any]]
) -> dict[str, Any]:
    waiting = sum(flag["kept_back"] == "not yet heard" for flag in candidates)
    return {
        "position": max((row["position"] for row in headline), default=0) + 1,
        "part": "heard",
        "key": "named",
        "value": len(named),
        "out_of": len(candidates),
        "sentence": (
            f"Named here: {len(named):,} of {len(candidates):,} groups and descriptions of group work described as "
            f"something else; the providers of {waiting:,} are not yet heard, the others are not in the count or were "
            "settled."
        ),
    }


_AS_THEY_ARE = (
    "organisation",
    "provider_type",
    "flagged",
    "claim",
    "kind",
    "secondary",
    "leader",
    "verdict_tip41",
    "url",
    "letter_sent",
    "replied",
    "state",
    "roles",
)


class _Masked:
    """One flag with its personal words replaced by dots, every field in the same way."""

    def __init__(self, flag: dict[str, Any]) -> None:
        self._flag = flag
        fields = {"title": flag["title"], "name": flag["name"], "text": flag["text"]}
        fields |= {f"headings.{n}": heading for n, heading in enumerate(flag["headings"])}
        self._at_risk = any(AT_RISK.search(value) for value in fields.values())
        hidden = [fact for fact in flag["facts"] if fact["personal"]]
        self._names = [fields.get(f["field"], "")[f["start"] : f["end"]] for f in hidden]
        self._names += [name for value in fields.values() for name in names_in(value)]
        if self._at_risk:
            hidden += [fact for fact in flag["facts"] if fact["kind"] in PLACE_AND_TIME_FACTS]
        self._fields = {
            name: self.text(value, [(f["start"], f["end"]) for f in hidden if f["field"] == name])
            for name, value in fields.items()
        }

    def text(self, value: str, spans: Sequence[tuple[int, int]] = ()) -> str:
        return mask(value, self._names, spans=spans, at_risk=self._at_risk)

    def row(self) -> dict[str, Any]:
        flag, fields = self._flag, self._fields
        return {name: flag[name] for name in _AS_THEY_ARE} | {
            "flag": anchor(flag["group_key"]),
            "region": "" if self._at_risk else flag["region"],
            "name": fields["name"],
            "claim_quote": self.text(flag["claim_quote"]),
            "quote": self.text(flag["quote"]),
            "counter_quote": self.text(flag["counter_quote"]),
            "would_change": self.text(flag["would_change"]),
            "seen_on": flag["fetched_at"].date(),
            "page_sha256": flag["sha256"],
            "title": fields["title"],
            "headings": [value for name, value in fields.items() if name.startswith("headings.")],
            "text": fields["text"],
            "text_sha256": hashlib.sha256(fields["text"].encode()).hexdigest(),
            "reply": self.text(flag["reply"]),
            "state_reason": self.text(flag["state_reason"]),
        }

    def hit(self, hit: dict[str, Any]) -> dict[str, Any]:
        """Return one piece of evidence; of words elsewhere on the site only the words, not what stands around them."""
        kept = ("number", "part", "criterion", "kind", "stance", "reason", "field", "url")
        made = {name: hit[name] for name in kept} | {"flag": anchor(self._flag["group_key"])}
        text, start, end = self._fields.get(hit["field"], ""), hit["start"], hit["end"]
        if hit["field"] not in self._fields or self._flag_field(hit["field"]) != hit["text"]:
            text, start, end = self.text(hit["quote"]), 0, len(hit["quote"])
        return made | {"quote": text[start:end], "start": start, "end": end, "text": text,
                       "modifier_quote": self.text(hit["modifier_quote"])}  # fmt: skip

    def _flag_field(self, name: str) -> str:
        if name.startswith("headings."):
            return str(self._flag["headings"][int(name.removeprefix("headings."))])
        return str(self._flag[name])


def _write(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    path = str(folder / "groupaudit-public.duckdb").replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS public (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE public")
        connection.execute(statement("public/schema"))
        for comment in relation_comments("public/schema"):
            connection.execute(comment.statement())
        for table in TABLES:
            columns = [name for name, *_ in connection.execute(f"DESCRIBE main.{table}").fetchall()]
            places = ", ".join("?" for _ in columns)
            if rows := [[row[name] for name in columns] for row in tables[table]]:
                connection.executemany(f"INSERT INTO main.{table} VALUES ({places})", rows)  # noqa: S608 - our own names
        connection.execute("CHECKPOINT public")  # closing would do it, and keep quiet where it fails
    with duckdb.connect(str(folder / "groupaudit-public.duckdb"), read_only=True) as connection:
        write_tables(connection, folder, TABLES, _note(connection), ("csv", "json"))
        write_pages(connection, folder)


def _note(connection: duckdb.DuckDBPyConnection) -> str:
    (about,) = _rows(connection, "public/about")
    return (
        f"Published by {about['publisher']} (contact: {about['contact']}; interests: {about['interests']}) on "
        f"{about['written_on']}. A statement about words on pages on a day; the definitions are contested."
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    connection.execute(statement(name), parameters)
    columns = [column[0] for column in connection.description or []]
    return [dict(zip(columns, row, strict=True)) for row in connection.fetchall()]
