"""The benchmark: labelled listings → what the audit gets right, as counts beside shares, with intervals over sites.

The labels that ship with the project were given twice by a language model; no human has checked them. Every figure
that this module prints says so.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.auditor import Auditor, SiteText, listing_offering
from audit.records import Finding, Kind, Verdict
from crawler.records import Offering, Passage

CAVEAT = "labelled by language models; no human has checked these labels"
_LABELS = ("claim", "kind", "verdict")
_CLAIMED = ("own", "section")
_RESAMPLES = 400
_THREE = {Kind.THERAPY: "therapy", Kind.UNCLEAR: "cannot tell"}


class BenchmarkError(Exception):
    """The file cannot be read as listings: the message names the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A listing's row as it was read, and what the audit says of it."""

    row: Mapping[str, Any]
    finding: Finding

    @property
    def labelled(self) -> bool:
        """True where the row carries claim, kind and verdict."""
        return all(self.row.get(key) for key in _LABELS)


@dataclass(frozen=True)
class Share:
    """A figure as a count beside the share, with the 95 % interval of a bootstrap over sites."""

    name: str
    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share, or None where there is nothing to divide by."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True)
class Report:
    """All figures of a benchmark."""

    listings: int
    scored: int
    sites: int
    digest: str
    shares: tuple[Share, ...]
    kappas: Mapping[str, tuple[float, float, float]]
    thresholds: tuple[Mapping[str, Any], ...]
    confusion: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_provider_type: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    by_criterion: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    caveat: str = CAVEAT

    def share(self, name: str) -> Share:
        """Return the share of a name.

        Raises:
            KeyError: there is none.
        """
        for share in self.shares:
            if share.name == name:
                return share
        raise KeyError(name)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON Lines file of listings.

    Raises:
        BenchmarkError: a line is no JSON object or has no text or name.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BenchmarkError(f"{path.name} line {number}: not JSON ({error.msg})") from error
        if not isinstance(row, dict) or not (row.get("text") or row.get("name")):
            raise BenchmarkError(f"{path.name} line {number}: a listing is an object with at least a text or a name")
        rows.append(row)
    return rows


def predict(rows: Iterable[Mapping[str, Any]], auditor: Auditor) -> list[Prediction]:
    """Return the audit's finding for every row, in order.

    A row may carry `site_text`, a list of strings: what else its site says. Absent, nothing was searched, and the
    finding says so.
    """
    return [Prediction(row, judge_row(row, auditor)) for row in rows]


def judge_row(row: Mapping[str, Any], auditor: Auditor) -> Finding:
    """Return the finding of one row."""
    return auditor.judge(row_offering(row), _site(row))


def row_offering(row: Mapping[str, Any]) -> Offering:
    """Return the listing of a row as the audit reads it."""
    return listing_offering(
        name=row.get("name") or "",
        text=row.get("text") or "",
        headings=row.get("headings") or (),
        title=row.get("page_title") or "",
        scope=row.get("scope") or "group",
        key=str(row.get("id") or ""),
        category=row.get("category") or "",
    )


def _site(row: Mapping[str, Any]) -> SiteText | None:
    if row.get("site_text") is None:
        return None
    passages = tuple(
        Passage("", "", f"site_text.{index}", "", (), text, about_groups=True)
        for index, text in enumerate(row["site_text"])
    )
    return SiteText(passages, (), tuple(passage.capture_id for passage in passages))


def report(predictions: Sequence[Prediction], *, resamples: int = _RESAMPLES) -> Report:
    """Return the figures over the labelled predictions.

    Args:
        predictions: of labelled and unlabelled rows; the latter are counted and not scored.
        resamples: how many bootstrap samples of sites the intervals rest on.
    """
    scored = [each for each in predictions if each.labelled]
    sites: dict[str, list[Prediction]] = {}
    for each in scored:
        sites.setdefault(str(each.row.get("site") or each.row.get("id")), []).append(each)
    samples = _samples(list(sites.values()), resamples)
    shares = tuple(_share(name, count, scored, samples) for name, count in _SHARES.items())
    kappas = {name: _interval(count, scored, samples) for name, count in _KAPPAS.items()}
    return Report(
        listings=len(predictions),
        scored=len(scored),
        sites=len(sites),
        digest=corpus_digest([each.row for each in scored]),
        shares=shares,
        kappas=kappas,
        thresholds=tuple(_at_threshold(scored, threshold) for threshold in (0.5, 0.65, 0.8)),
        confusion=_confusion(scored),
        by_provider_type=_by_provider_type(scored),
        by_criterion=_by_criterion(scored),
    )


def corpus_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a digest of labelled rows: a floor is pinned for one corpus only."""
    total = hashlib.sha256()
    for row in rows:
        total.update(json.dumps(row, sort_keys=True, ensure_ascii=False).encode())
    return total.hexdigest()[:16]


Pairs = Callable[[Sequence[Prediction]], tuple[int, int]]


def _equal(key: str, only: Callable[[Prediction], bool] = lambda _: True) -> Pairs:
    def count(items: Sequence[Prediction]) -> tuple[int, int]:
        chosen = [each for each in items if only(each)]
        return sum(each.row[key] == getattr(each.finding, key) for each in chosen), len(chosen)

    return count


def _claims(each: Prediction) -> bool:
    return each.row["claim"] in _CLAIMED


def _flagged(each: Prediction) -> bool:
    return each.finding.verdict == Verdict.MISLABELED


def _gold_flag(each: Prediction) -> bool:
    return bool(each.row["verdict"] == Verdict.MISLABELED)


def _ratio(top: Callable[[Prediction], bool], bottom: Callable[[Prediction], bool]) -> Pairs:
    def count(items: Sequence[Prediction]) -> tuple[int, int]:
        chosen = [each for each in items if bottom(each)]
        return sum(top(each) for each in chosen), len(chosen)

    return count


_SHARES: dict[str, Pairs] = {
    "claim right": _equal("claim"),
    "kind right": _equal("kind"),
    "kind right where sure": _equal("kind", lambda each: each.row.get("sure") == 3),
    "verdict right": _equal("verdict"),
    "verdict right of claimed": _equal("verdict", _claims),
    "flag precision strict": _ratio(_gold_flag, _flagged),
    "flag precision lenient": _ratio(lambda each: each.row["verdict"] in ("mislabeled", "review"), _flagged),
    "flag recall": _ratio(_flagged, _gold_flag),
    "flags covered by flag or review": _ratio(
        lambda each: each.finding.verdict in ("mislabeled", "review"), _gold_flag
    ),
    "to review of claimed": _ratio(lambda each: each.finding.verdict == "review", _claims),
    "review by the readers of claimed": _ratio(lambda each: each.row["verdict"] == "review", _claims),
}


def _three(kind: str) -> str:
    return _THREE.get(Kind(kind), "something else")


_KAPPAS: dict[str, Callable[[Sequence[Prediction]], float]] = {
    "claim": lambda items: kappa([(each.row["claim"], each.finding.claim) for each in items]),
    "kind": lambda items: kappa([(each.row["kind"], each.finding.kind) for each in items]),
    "three-way": lambda items: kappa([(_three(each.row["kind"]), _three(each.finding.kind)) for each in items]),
    "verdict": lambda items: kappa([(each.row["verdict"], each.finding.verdict) for each in items]),
    "verdict of claimed": lambda items: kappa(
        [(each.row["verdict"], each.finding.verdict) for each in items if _claims(each)]
    ),
}


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Cohen's kappa of two readers' labels; 0 where there are none."""
    if not pairs:
        return 0.0
    total = len(pairs)
    agreed = sum(a == b for a, b in pairs) / total
    first, second = Counter(str(a) for a, _ in pairs), Counter(str(b) for _, b in pairs)
    chance = sum(first[label] * second[label] for label in first) / total**2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def _samples(sites: Sequence[Sequence[Prediction]], resamples: int) -> list[list[Prediction]]:
    rng = random.Random(20261124)  # noqa: S311 - the same intervals for the same figures
    return (
        [[each for site in rng.choices(sites, k=len(sites)) for each in site] for _ in range(resamples)]
        if sites
        else []
    )


def _share(name: str, count: Pairs, scored: Sequence[Prediction], samples: Sequence[Sequence[Prediction]]) -> Share:
    hits, of = count(scored)
    values = sorted(top / bottom for top, bottom in map(count, samples) if bottom)
    low, high = (values[int(0.025 * len(values))], values[int(0.975 * (len(values) - 1))]) if values else (0.0, 1.0)
    return Share(name, hits, of, low, high)


def _interval(
    figure: Callable[[Sequence[Prediction]], float],
    scored: Sequence[Prediction],
    samples: Sequence[Sequence[Prediction]],
) -> tuple[float, float, float]:
    values = sorted(map(figure, samples)) or [0.0]
    return figure(scored), values[int(0.025 * len(values))], values[int(0.975 * (len(values) - 1))]


def _at_threshold(scored: Sequence[Prediction], threshold: float) -> dict[str, Any]:
    """Flags kept only where the confidence reaches the threshold; the others would go to review."""
    said = [each for each in scored if _flagged(each) and each.finding.confidence >= threshold]
    true = sum(map(_gold_flag, said))
    return {
        "confidence": threshold,
        "said": len(said),
        "true": true,
        "on review": sum(each.row["verdict"] == "review" for each in said),
        "gold": sum(map(_gold_flag, scored)),
        "to review": sum(each.finding.verdict == "review" for each in scored) + sum(map(_flagged, scored)) - len(said),
    }


def _confusion(scored: Sequence[Prediction]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for each in scored:
        row = table.setdefault(each.row["kind"], {})
        row[each.finding.kind] = row.get(each.finding.kind, 0) + 1
    return table


def _by_provider_type(scored: Sequence[Prediction]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for each in scored:
        row = table.setdefault(each.row.get("provider_type") or "unknown", Counter())
        row["listings"] = row.get("listings", 0) + 1
        for key in _LABELS:
            row[f"{key} right"] = row.get(f"{key} right", 0) + (each.row[key] == getattr(each.finding, key))
    return {key: dict(row) for key, row in sorted(table.items())}


def _by_criterion(scored: Sequence[Prediction]) -> dict[str, dict[str, int]]:
    """For each criterion of a kind: in how many listings and sites it counts, and how many are of its kind."""
    table: dict[str, dict[str, int]] = {}
    sites: dict[str, set[str]] = {}
    for each in scored:
        fired = {
            item.criterion: item.kind for item in each.finding.evidence if item.stance == "for" and item.field == "text"
        }
        for criterion, kind in fired.items():
            row = table.setdefault(criterion, {"listings": 0, "of its kind": 0})
            row["listings"] += 1
            row["of its kind"] += kind == each.row["kind"] or kind in (each.row.get("secondary") or ())
            sites.setdefault(criterion, set()).add(str(each.row.get("site")))
    return {key: {**row, "sites": len(sites[key])} for key, row in sorted(table.items())}
