"""Fit the scorecards of the audit, or cross-validate them by site.

    python -m benchmarks.audit_fit                      fit on everything and write audit/weights/*.json
    python -m benchmarks.audit_fit --cross-validate     ten folds by site over open.jsonl and retold.jsonl, each
                                                        reported; authored listings always train

Needs scikit-learn (`pip install -c constraints.txt scikit-learn`). The weights are rounded to two decimals, and what
rounds to nothing is left out, so that a person can read the files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from audit import claim as claims
from audit.auditor import Auditor, listing_offering
from audit.benchmark import Prediction, judge_row, read_rows, report
from audit.catalogue import load
from audit.kind import Cards
from audit.reading import Reader, Reading
from audit.records import ClaimLabel, Kind
from audit.weighing import Scorecard, features
from benchmarks.table import print_report

HERE = Path(__file__).parent
OPEN = HERE / "listings" / "open.jsonl"
RETOLD = HERE / "listings" / "retold.jsonl"
AUTHORED = HERE / "listings" / "authored.jsonl"
WEIGHTS = HERE.parent / "audit" / "weights"
FOLDS = 10
STRENGTH = 0.1
"""Inverse of the L2 penalty, chosen by cross-validation among 0.1, 0.2, 0.4, 0.8 and 1.5."""
AUTHORED_WEIGHT = 0.3
"""Imagined listings say plainly what real ones leave vague; chosen by cross-validation among 0.3 and 0.7."""
RARE_WEIGHT = 4.0
"""Kinds with few listings count so many times, or the penalty would never let them be named; among 1, 2 and 4."""
RARE = frozenset({Kind.COACHING, Kind.EDUCATION, Kind.OTHER})
SURE_WEIGHT = {1: 0.5, 2: 0.9, 3: 1.0}

Row = Mapping[str, Any]


def main() -> None:
    """Fit or cross-validate, as asked."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--cross-validate", action="store_true", help="measure instead of writing weights")
    ask.add_argument("--no-authored", action="store_true", help="leave the authored listings out of the training")
    ask.add_argument("--predictions", type=Path, help="with --cross-validate: write one line a listing")
    args = ask.parse_args()
    opened, retold = read_rows(OPEN), read_rows(RETOLD)
    rows = [*opened, *retold]
    extra = [] if args.no_authored or not AUTHORED.exists() else read_rows(AUTHORED)
    if args.cross_validate:
        predictions = cross_validate(rows, extra)
        for name, part in (("open.jsonl", opened), ("retold.jsonl", retold)):
            ids = {row["id"] for row in part}
            print(f"\n{name}")
            print_report(report([each for each in predictions if each.row["id"] in ids]))
        if args.predictions:
            write_predictions(args.predictions, predictions)
        return
    for name, card in vars_of(fit([*read_all(rows), *read_all(extra, authored=True)])).items():
        write(WEIGHTS / f"{name}.json", card)


Sample = tuple[Row, dict[str, float], float]


def read_all(rows: Iterable[Row], *, authored: bool = False) -> list[Sample]:
    """Return for each row its features and its weight in the fit."""
    reader = Reader(load())
    out = []
    for row in rows:
        reading = read(reader, row)
        weight = SURE_WEIGHT[row.get("sure", 2)] * (AUTHORED_WEIGHT if authored else 1.0)
        weight *= RARE_WEIGHT if row["kind"] in RARE else 1.0
        out.append((row, features(reading, ClaimLabel(claims.decide(reading).label)), weight))
    return out


def read(reader: Reader, row: Row) -> Reading:
    """Return the reading of a row's listing."""
    return reader.read(
        listing_offering(
            name=row["name"] or "",
            text=row["text"],
            headings=row["headings"],
            title=row["page_title"] or "",
            scope=row["scope"],
        )
    )


def fit(samples: Sequence[Sample]) -> Cards:
    """Return the scorecards fitted on samples."""
    kinds = _fit([s[1] for s in samples], [s[0]["kind"] for s in samples], [s[2] for s in samples])
    therapy = [s for s in samples if s[0]["kind"] == Kind.THERAPY]
    mixed = _fit(
        [s[1] for s in therapy], ["true" if s[0]["mixed"] else "false" for s in therapy], [s[2] for s in therapy]
    )
    return Cards(kinds, mixed)


def vars_of(cards: Cards) -> dict[str, Scorecard]:
    """Return the scorecards by the name of their file."""
    return {"kinds": cards.kinds, "mixed": cards.mixed}


def _fit(values: list[dict[str, float]], labels: list[str], weights: list[float]) -> Scorecard:
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(values)
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(matrix, labels, sample_weight=weights)
    classes = [str(each) for each in model.classes_]
    coefficients, bias = model.coef_, model.intercept_
    if len(classes) == 2:  # scikit-learn keeps one row for two classes
        coefficients, bias = [-coefficients[0] / 2, coefficients[0] / 2], [-bias[0] / 2, bias[0] / 2]
    table = {
        name: tuple(round(float(row[column]), 2) for row in coefficients)
        for column, name in enumerate(vectorizer.feature_names_)
    }
    kept = {name: row for name, row in sorted(table.items()) if any(row)}
    return Scorecard(tuple(classes), tuple(round(float(each), 2) for each in bias), kept)


def cross_validate(rows: Sequence[Row], extra: Sequence[Row]) -> list[Prediction]:
    """Return a prediction for every row by scorecards that have not seen its site."""
    samples, authored = read_all(rows), read_all(extra, authored=True)
    sites = sorted({row["site"] for row in rows})
    fold_of = {site: index % FOLDS for index, site in enumerate(sites)}
    predictions: dict[str, Prediction] = {}
    for fold in range(FOLDS):
        train = [sample for sample in samples if fold_of[sample[0]["site"]] != fold]
        auditor = Auditor(cards=fit([*train, *authored]))
        for row in rows:
            if fold_of[row["site"]] == fold:
                predictions[row["id"]] = Prediction(row, judge_row(row, auditor))
    return [predictions[row["id"]] for row in rows]


def write_predictions(path: Path, predictions: Sequence[Prediction]) -> None:
    """Write what was predicted beside what the readers said, one JSON object a line."""
    with path.open("w", encoding="utf-8") as handle:
        for each in predictions:
            finding = each.finding
            said = {
                "claim": finding.claim,
                "kind": finding.kind,
                "verdict": finding.verdict,
                "decided_by": finding.decided_by,
            }
            handle.write(json.dumps({"id": each.row["id"], **said}) + "\n")


def write(path: Path, card: Scorecard) -> None:
    """Write a scorecard with the command that made it, one feature a line."""
    head = {"made_by": "python -m benchmarks.audit_fit", "classes": card.classes, "bias": card.bias}
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in card.weights.items()]
    body = ",\n    ".join(lines)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{json.dumps(head)[:-1]}, "weights": {{\n    {body}\n}}}}\n', encoding="utf-8")
    print(f"{path}: {len(card.weights)} features")


if __name__ == "__main__":
    main()
