"""The words that reports use for the codebook's terms. Neutral throughout: nobody deceives, nothing is fake."""

from __future__ import annotations

CLAIMS = {
    "own": "its own words",
    "section": "the heading above it",
    "modality": "the name of a method",
    "counseling": "counseling, not therapy",
    "listed": "a directory",
    "none": "nobody",
}
CLAIMS_LONG = {"own": "its own words", "section": "the heading or page that it stands under"}
KINDS = {
    "therapy": "group therapy",
    "support": "support group",
    "coaching": "coaching",
    "psychoeducation": "psychoeducation",
    "education": "class",
    "activity": "activity",
    "other": "something else again",
    "unclear": "unclear",
}
KINDS_LONG = {
    "support": "a support group",
    "coaching": "coaching: goals and action rather than healing",
    "psychoeducation": "psychoeducation: skills or knowledge about a condition, taught",
    "education": "a class on something other than one’s own mental health",
    "activity": "an activity done together",
}
DEFINITIONS = {"both": "both definitions", "article": "the article only"}
VERDICTS = {
    "mislabeled": "described as something else",
    "consistent": "described as group therapy (no mark of quality)",
    "mixed": "therapy mixed with something else",
    "insufficient": "page says too little",
    "heading_differs": "heading and name differ",
    "review": "needs a person’s reading",
    "not_claimed": "not labelled group therapy",
    "": "not asked",
}
STANCES = {
    "claim": "calls it therapy",
    "for": "counts for the finding",
    "counter": "the strongest words against it",
    "set_aside": "found and set aside",
    "noted": "noted; decides nothing alone",
}
SYMBOLS = {"claim": "◆", "for": "▲", "counter": "▼", "set_aside": "○", "noted": "·"}
"""Beside every mark, so that a stance never depends on colour."""

CHANGES = {
    "new": "new",
    "gone": "gone",
    "not_seen": "not seen",
    "reopened": "back again",
    "relabelled": "relabelled",
    "reworded": "reworded",
    "rejudged": "judged anew",
}
OUTCOMES = (
    ("complete", "read completely"),
    ("partial", "read in part"),
    ("refused", "refused us, by robots.txt, an answer or a request"),
    ("unreachable", "could not be asked"),
    ("private_address", "not asked: a private address"),
    ("failed", "could not be read"),
    ("not_visited", "not visited"),
)
HEADLINE_FINDINGS = (
    ("flags_both", "described as something else, by both definitions"),
    ("flags_article", "described as something else, by the article only"),
    ("consistent", "described as group therapy (no mark of quality)"),
    ("mixed", "therapy mixed with something else"),
    ("heading_differs", "heading and name differ"),
    ("insufficient", "page says too little"),
    ("review", "needs a person’s reading"),
)
