"""Evidence marked in the text it stands in: the text in pieces, each with the evidence that covers it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

TEXT_LIMIT = 6000
"""Characters of a description that a page shows whole; of a longer one the surroundings of its evidence."""

_AROUND = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """One piece of evidence as the report shows it; `number` is its number on the page, from 1."""

    number: int
    part: str
    criterion: str
    kind: str
    stance: str
    reason: str
    quote: str
    field: str
    start: int
    end: int
    text: str
    modifier_quote: str
    url: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same evidence. `stance` is the strongest one; `ends` are the hits that end here.

    `cut` counts the characters left out before the piece.
    """

    text: str
    stance: str
    ends: tuple[Hit, ...]
    cut: int = 0


_STRENGTH = ("for", "counter", "claim", "set_aside", "noted", "")


def shown_stance(part: str, criterion: str, stance: str) -> str:
    """Return how a hit is marked: claims, and what is only noted (facts, the name's label, common ground), stand apart.

    Common ground decides nothing (codebook rule 1), a fact at most tips a balance (rule 9).
    """
    if stance != "for":
        return stance
    if part == "claim":
        return "claim"
    return "noted" if part in ("facts", "label") or criterion.startswith("common.") else "for"


def pieces(text: str, hits: Sequence[Hit]) -> list[Piece]:
    """Return a text cut at every edge of its evidence; joined, the pieces are the text (unless it is over the limit).

    Args:
        text: the field.
        hits: evidence of that field; one whose quotation isn't at its place is left out, never shown at a wrong one.
    """
    here = [hit for hit in hits if text[hit.start : hit.end] == hit.quote and hit.end > hit.start]
    windows = _windows(text, here)
    edges = {edge for hit in here for edge in (hit.start, hit.end)} | {edge for window in windows for edge in window}
    cuts = sorted(edges)
    found: list[Piece] = []
    last = 0
    for start, end in itertools.pairwise(cuts):
        if not any(low <= start and end <= high for low, high in windows):
            continue
        over = [hit for hit in here if hit.start <= start and end <= hit.end]
        stance = min((hit.stance for hit in over), key=_STRENGTH.index, default="")
        ends = tuple(hit for hit in over if hit.end == end)
        found.append(Piece(text[start:end], stance, ends, start - last))
        last = end
    if found and last < len(text):
        found.append(Piece("", "", (), len(text) - last))
    return found


def paragraphs(text: str, hits: Sequence[Hit]) -> list[list[Piece]]:
    """Return the pieces of a text block by block: a newline begins the next."""
    blocks: list[list[Piece]] = [[]]
    for piece in pieces(text, hits):
        lines = piece.text.split("\n")
        for number, line in enumerate(lines):
            if number:
                blocks.append([])
            last = number == len(lines) - 1
            blocks[-1].append(
                replace(piece, text=line, ends=piece.ends if last else (), cut=0 if number else piece.cut)
            )
    return [block for block in blocks if any(piece.text or piece.cut for piece in block)]


def _windows(text: str, hits: Sequence[Hit]) -> list[tuple[int, int]]:
    if len(text) <= TEXT_LIMIT:
        return [(0, len(text))]
    spans = [(0, _AROUND)]
    spans += [
        (max(hit.start - _AROUND, 0), min(hit.end + _AROUND, len(text)))
        for hit in hits
        if hit.end - hit.start < TEXT_LIMIT
    ]
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
