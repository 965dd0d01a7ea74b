"""docs/criteria.md, generated from the criteria files: for a reader without code."""

from __future__ import annotations

from collections.abc import Iterator

from audit.catalogue import Catalogue, Criterion, load

_KINDS = {
    "therapy": "Therapy",
    "support": "Support",
    "coaching": "Coaching",
    "psychoeducation": "Psychoeducation",
    "education": "Education",
    "activity": "Activity",
    "other": "Other",
    "common": "Common ground (decides nothing)",
    "claim": "The claim: who calls it therapy",
    "facts": "Facts: leader and members",
}
_INTRODUCTION = (
    "What the audit looks for, criterion by criterion. A criterion is met where one of its patterns matches words of",
    "the listing and nothing around them takes them away (a negation, a contrast, another thing). The sentences below",
    "are examples of our own; each is a test. The criteria follow a codebook made from one article, and they are",
    "contested: every kind of group named here is valuable.",
)
_STRENGTHS = {
    "outright": "names the kind outright",
    "substantial": "a substantial statement",
    "tips": "a fact that may tip a balance",
    "common": "common ground: decides nothing",
}


def criteria_page(catalogue: Catalogue | None = None) -> str:
    """Return the text of docs/criteria.md."""
    return "\n".join(_lines(catalogue or load())) + "\n"


def _lines(catalogue: Catalogue) -> Iterator[str]:
    yield "# The criteria"
    yield ""
    yield "*Generated from `audit/criteria/*.toml` by `make docs`; do not edit.*"
    yield ""
    yield from _INTRODUCTION
    yield ""
    yield "## Where each comes from"
    yield ""
    yield "| criterion | strength | source |"
    yield "| --- | --- | --- |"
    for criterion in catalogue.criteria:
        yield f"| `{criterion.id}` | {_STRENGTHS[criterion.strength]} | {_cell(criterion.source)} |"
    yield ""
    for kind, title in _KINDS.items():
        chosen = [each for each in catalogue.criteria if each.id.startswith(f"{kind}.")]
        if chosen:
            yield f"## {title}"
            yield ""
            for criterion in chosen:
                yield from _criterion(criterion)
    labels = [each for each in catalogue.criteria if each.id.startswith("label.")]
    yield "## What a name states"
    yield ""
    for criterion in labels:
        yield from _criterion(criterion)
    yield "## What sets words aside"
    yield ""
    yield "| modifier | effect | reaches |"
    yield "| --- | --- | --- |"
    for modifier in catalogue.modifiers:
        effect = modifier.effect or modifier.direction
        yield f"| `{modifier.id}` | {effect} | {modifier.direction}, {modifier.words} words |"


def _criterion(criterion: Criterion) -> Iterator[str]:
    yield f"### `{criterion.id}`"
    yield ""
    yield f"{criterion.statement} *({_STRENGTHS[criterion.strength]}; {criterion.source})*"
    yield ""
    yield "Counts:"
    yield ""
    yield from (f"- {example}" for example in criterion.counts)
    yield ""
    yield "Does not count:"
    yield ""
    yield from (f"- {example.text} ({example.why})" for example in criterion.excluded)
    yield ""
    if criterion.limits:
        yield f"Known limits: {criterion.limits}"
        yield ""
    for dispute in criterion.disputed:
        yield f"**Disputed by {dispute.by}:** {dispute.says}"
        yield ""
        yield f"Our answer: {dispute.answer}"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
