"""The audit beside what one would try first, on the same ten folds by site, in one table.

    python -m benchmarks.audit_baselines

Keyword lists; TF-IDF with logistic regression; sentence embeddings with logistic regression where a model's package is
installed (`wordllama`, which carries its vectors), else the line says so. Whatever is trained is trained on the other
folds, once with and once without the authored listings. Needs scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from audit.benchmark import CAVEAT, Prediction, Report, read_rows, report
from audit.records import Finding
from audit.verdict import Labels, decide
from benchmarks.audit_fit import AUTHORED, FOLDS, OPEN, RETOLD, Row, cross_validate

SHARES = ("claim right", "kind right", "flag precision strict", "flag precision lenient", "flag recall")
KAPPAS = ("kind", "three-way", "verdict")
TARGETS = ("claim", "kind", "verdict")
Model = Any
"""What turns texts into vectors: scikit-learn's and the embedding package's types are their own."""

_MARK = re.compile(r"\b(?:name|above)_")
_CLAIM = re.compile(r"\b(?:group (?:psycho)?therap(?:y|ies)|therapy groups?|psychotherapy)\b", re.IGNORECASE)
_COUNSELING = re.compile(r"\bgroup counsell?ing\b", re.IGNORECASE)
_MODALITY = re.compile(r"\b(?:art|music|drama|yoga|behaviou?ral|play|equine\S*) therapy\b", re.IGNORECASE)
_KINDS = {
    "therapy": r"insight|interpersonal|process group|feedback|patterns|dynamics|unconscious|psychodynamic|here and now",
    "support": r"support group|support each other|mutual support|peer|share (?:your |their )?stor|not alone",
    "coaching": r"coach\w*|goals?|accountab\w*|mastermind|next steps",
    "psychoeducation": r"skills?|learn\w*|cop(?:e|ing)|strategies|tools|workbook|curriculum|modules?|class|dbt|cbt",
    "education": r"parenting class|nutrition|study skills|divorce|financ\w*|lecture",
    "activity": r"yoga|meditat\w*|art|craft\w*|music|walk\w*|danc\w*|games?|relaxation|breath\w*",
    "other": r"worship|orientation|intake|social hour|coffee",
}
_WORDS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KINDS.items()}


def main() -> None:
    """Measure and print the table."""
    opened, authored = read_rows(OPEN), read_rows(AUTHORED)
    rows = [*opened, *(read_rows(RETOLD) if RETOLD.exists() else [])]
    ids = {row["id"] for row in opened}
    print(f"{len(opened)} open listings, ten folds by site; {CAVEAT}")
    for name, predictions in systems(rows, authored):
        if predictions is None:
            print(f"{name:34} no package with a model is installed")
            continue
        print_line(name, report([each for each in predictions if each.row["id"] in ids], resamples=1))


def systems(rows: Sequence[Row], authored: Sequence[Row]) -> Iterator[tuple[str, list[Prediction] | None]]:
    """Yield each system's name and its predictions, None where it cannot run here."""
    yield "keywords", [by_keywords(row) for row in rows]
    for label, extra in (("", ()), (" + authored", authored)):
        yield f"TF-IDF + logistic{label}", learned(rows, extra, _tfidf)
        yield f"embeddings + logistic{label}", learned(rows, extra, _embedded) if embedder() else None
        yield f"ours{label}", cross_validate(rows, extra)


def words_of(row: Row) -> str:
    """Return a listing as one text; the words of its name and headings are marked as such too."""
    marked = [f"name_{word}" for word in re.findall(r"\w+", row["name"] or "")]
    above = " ".join([*row["headings"], row["page_title"] or ""])
    marked += [f"above_{word}" for word in re.findall(r"\w+", above)]
    return " ".join([row["name"] or "", row["text"], *marked])


def by_keywords(row: Row) -> Prediction:
    """Return what keyword lists say: the label by a phrase, the kind by the most words, the verdict by the codebook."""
    own = f"{row['name'] or ''}\n{row['text']}"
    above = "\n".join([*row["headings"], row["page_title"] or ""])
    claim = "none"
    for label, pattern, text in (
        ("own", _CLAIM, own),
        ("section", _CLAIM, above),
        ("modality", _MODALITY, own),
        ("counseling", _COUNSELING, own + above),
    ):
        if pattern.search(text):
            claim = label
            break
    counts = {kind: len(pattern.findall(row["text"])) for kind, pattern in _WORDS.items()}
    kind = max(counts, key=lambda each: counts[each]) if any(counts.values()) else "unclear"
    named = next((each for each, pattern in _WORDS.items() if pattern.search(row["name"] or "")), "none")
    labels = Labels(claim, named, kind, False, min(2, counts.get(kind, 0)), False, "unstated")
    return _said(row, claim, kind, decide(labels)[0])


def learned(rows: Sequence[Row], extra: Sequence[Row], make: Callable[[], Model]) -> list[Prediction]:
    """Return predictions for every row by classifiers of claim, kind and verdict that have not seen its site."""
    sites = sorted({row["site"] for row in rows})
    fold_of = {site: index % FOLDS for index, site in enumerate(sites)}
    said: dict[str, Prediction] = {}
    for fold in range(FOLDS):
        train = [row for row in rows if fold_of[row["site"]] != fold] + list(extra)
        test = [row for row in rows if fold_of[row["site"]] == fold]
        vectors = make()
        seen = vectors.fit_transform([words_of(row) for row in train])
        unseen = vectors.transform([words_of(row) for row in test])
        answers = []
        for target in TARGETS:
            model = LogisticRegression(C=10, max_iter=500, tol=1e-3, class_weight="balanced")
            model.fit(seen, [row[target] for row in train])
            answers.append(model.predict(unseen))
        for row, claim, kind, verdict in zip(test, *answers, strict=True):
            said[row["id"]] = _said(row, claim, kind, verdict)
    return [said[row["id"]] for row in rows]


def _said(row: Row, claim: str, kind: str, verdict: str) -> Prediction:
    values = SimpleNamespace(claim=claim, kind=kind, verdict=verdict, confidence=1.0, evidence=())
    return Prediction(row, cast(Finding, values))


def _tfidf() -> Model:
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_features=6000, sublinear_tf=True)


def embedder() -> Model | None:
    """Return the embedding model that a package carries, or None where the package is not installed."""
    try:
        import wordllama
    except ImportError:
        return None
    # vectors and tokenizer lie in the package; it would look for the tokenizer in a cache and on a hub
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


def _embedded() -> Model:
    model = cast(Model, embedder())
    return FunctionTransformer(lambda texts: model.embed([_MARK.sub("", text) for text in texts], norm=True))


def print_line(name: str, figures: Report) -> None:
    """Print a system's line: shares with their counts, then kappas."""
    shares = []
    for label in SHARES:
        share = figures.share(label)
        value = " -  " if share.value is None else f"{share.value:.2f}"
        shares.append(f"{label} {value} {share.hits}/{share.of}")
    kappas = [f"kappa {label} {figures.kappas[label][0]:.2f}" for label in KAPPAS]
    print(f"{name:34} " + "  ".join(shares + kappas))


if __name__ == "__main__":
    main()
