"""The catalogue of criteria: reads `criteria/*.toml`, refuses what is not whole, compiles the cues.

A cue is a regular expression over folded text with three conveniences, so that a person can read it: `{name}` stands
for a word set, `~` for up to five words of the same statement, `~~` for up to twelve; a space also matches a hyphen, a
hyphen (or ` ?`) also matches nothing. A cue begins and ends at a word border.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

KINDS = ("therapy", "support", "coaching", "psychoeducation", "education", "activity", "other")
STRENGTHS = ("outright", "substantial", "tips", "common")
"""`outright` names the kind in so many words; `substantial` says what members do or what the group is for; `tips` is a
fact that may tip a balance (codebook rule 9); `common` is common ground, which decides nothing (rule 1)."""
EFFECTS = (
    "negated",
    "contrast",
    "another_thing",
    "denial",
    "definition",
    "praise",
    "past",
    "planned",
    "other_programme",
    "quote",
)
DIRECTIONS = ("forward", "backward", "both", "statement", "terminate", "pseudo")
FIELDS = ("text", "name", "headings", "title")

_WORD = r"""[ -]{1,6}[\w'"&/%$,()+]+"""
_GAPS = {"~~": rf"[,)\"]?(?:{_WORD}){{0,12}}?[ -]{{1,6}}", "~": rf"[,)\"]?(?:{_WORD}){{0,5}}?[ -]{{1,6}}"}
_LOOK_AROUND = re.compile(r"\(\?(?:[=!]|<[=!])")
_MIN_EXAMPLES = 3


class CatalogueError(Exception):
    """A criteria file is not whole: the message names the file, the id and what to mend."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A sentence that must not count, and why: `negated`, `another` (about another thing) or `homonym`."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody sees a criterion otherwise: who, what they say, and our answer. It stands beside every flag it bears."""

    by: str
    says: str
    answer: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a page can say: its stable id, what it means in our words, where that comes from, and its cues.

    `owns_negation`: a "not" inside the matched words belongs to the statement ("nothing is set beforehand"); elsewhere
    it takes the words back ("facilitators don't comment").
    """

    id: str
    kind: str
    strength: str
    statement: str
    source: str
    cues: tuple[str, ...]
    counts: tuple[str, ...]
    excluded: tuple[Counterexample, ...]
    fields: tuple[str, ...] = ("text",)
    aliases: tuple[str, ...] = ()
    owns_negation: bool = False
    limits: str = ""
    disputed: tuple[Dispute, ...] = ()


@dataclass(frozen=True, slots=True)
class Modifier:
    """Words that set others aside: the effect, the direction they reach in and how many words far.

    `kinds` limits it to criteria whose id begins with one of these; empty reaches all.
    """

    id: str
    effect: str
    direction: str
    words: int
    cues: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Every criterion and modifier, and the word sets that their cues share."""

    criteria: tuple[Criterion, ...]
    modifiers: tuple[Modifier, ...]
    words: Mapping[str, str] = field(repr=False)

    def criterion(self, name: str) -> Criterion:
        """Return the criterion of an id or a former id.

        Raises:
            KeyError: there is none.
        """
        for criterion in self.criteria:
            if name == criterion.id or name in criterion.aliases:
                return criterion
        raise KeyError(name)

    def pattern(self, cue: str) -> str:
        """Return the regular expression of a cue, in the syntax that `re` and RE2 share."""
        return expand(cue, self.words)


def expand(cue: str, words: Mapping[str, str]) -> str:
    """Return a cue's regular expression: word sets, gaps, spaces and hyphens written out.

    Raises:
        CatalogueError: a word set is unknown or they go round in a circle.
    """
    for _ in range(8):
        cue, found = re.subn(r"\{([a-z_]+)\}", lambda match: f"(?:{_word_set(match.group(1), words)})", cue)
        if not found:
            break
    else:
        raise CatalogueError(f"the word sets of {cue[:80]!r} go round in a circle")
    return r"\b(?:" + "".join(_translate(cue)) + r")\b"


def _word_set(name: str, words: Mapping[str, str]) -> str:
    if name not in words:
        raise CatalogueError(f"no word set {{{name}}}; it belongs in criteria/words.toml or the file's own [words]")
    return words[name]


def _translate(cue: str) -> list[str]:
    out: list[str] = []
    index, inside, previous = 0, False, ""
    while index < len(cue):
        char = cue[index]
        if inside:
            out.append(char)
            inside = char != "]" or previous == "\\"
        elif cue.startswith(_BLANKS, index) and not cue.startswith(("+", "*", "{"), index + len(_BLANKS[0])):
            # written out, it must still match the double space of a sloppy page
            index += len(_BLANKS[0]) - 1
            out.append(_NO_SPACE if cue.startswith("?", index + 1) else _SPACE)
            index += cue.startswith("?", index + 1)
        elif cue.startswith("~~", index) or char == "~":
            gap = "~~" if cue.startswith("~~", index) else "~"
            index += len(gap) - 1
            while out and out[-1] == _SPACE:
                out.pop()
            while index + 1 < len(cue) and cue[index + 1] == " ":
                index += 1
            out.append(_GAPS[gap])
        elif char in " -" and cue.startswith("?", index + 1) and previous != "\\":
            out.append(_NO_SPACE)
            index += 1
        elif char == " ":
            out.append(_SPACE)
        elif char == "-" and previous != "\\":
            out.append(_NO_SPACE)
        else:
            out.append(char)
            inside = char == "[" and previous != "\\"
        previous = char
        index += 1
    return out


_SPACE = "[ -]{1,6}"
_BLANKS = ("[ -]", "[- ]")
_NO_SPACE = "[ -]{0,6}"


@cache
def load() -> Catalogue:
    """Return the catalogue that the package ships, read and checked once."""
    return read(files("audit") / "criteria", compiled=False)


def read(folder: Traversable, *, compiled: bool = True) -> Catalogue:
    """Read a folder of criteria files.

    Args:
        folder: holds the `.toml` files.
        compiled: try every cue with `re`; the shipped ones are tried by the tests, which saves each start a second.

    Raises:
        CatalogueError: unknown keys, a duplicate id, too few examples, a cue that does not compile; named.
    """
    texts = {
        entry.name: tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    words: dict[str, str] = {}
    for name, value in texts.items():
        for key, entries in value.get("words", {}).items():
            if key in words:
                raise CatalogueError(f"{name}: the word set {key!r} stands in two files")
            words[key] = "|".join(entries)
    criteria = [_criterion(name, value, row) for name, value in texts.items() for row in value.get("criterion", [])]
    modifiers = [_modifier(name, row) for name, value in texts.items() for row in value.get("modifier", [])]
    for name, value in texts.items():
        _only(name, value, {"kind", "words", "criterion", "modifier"}, "file")
    _unique([item.id for item in criteria] + [alias for item in criteria for alias in item.aliases])
    _unique([item.id for item in modifiers])
    if compiled:
        for label, cues in [(c.id, c.cues) for c in criteria] + [(m.id, m.cues) for m in modifiers]:
            _compiles(label, cues, words)
    return Catalogue(tuple(criteria), tuple(modifiers), words)


def _criterion(name: str, value: Mapping[str, Any], row: Mapping[str, Any]) -> Criterion:
    label = f"{name}: {row.get('id', '(no id)')}"
    known = {
        "id",
        "kind",
        "strength",
        "statement",
        "source",
        "cues",
        "counts",
        "excluded",
        "fields",
        "aliases",
        "limits",
        "owns_negation",
        "disputed",
    }
    _only(label, row, known, "criterion")
    for key in ("id", "strength", "statement", "source", "cues", "counts", "excluded"):
        if not row.get(key):
            raise CatalogueError(f"{label}: {key} is missing")
    if row["strength"] not in STRENGTHS:
        raise CatalogueError(f"{label}: strength {row['strength']!r} is none of {', '.join(STRENGTHS)}")
    fields = tuple(row.get("fields", ("text",)))
    if set(fields) - set(FIELDS):
        raise CatalogueError(f"{label}: fields are some of {', '.join(FIELDS)}")
    if len(row["counts"]) < _MIN_EXAMPLES or len(row["excluded"]) < _MIN_EXAMPLES:
        raise CatalogueError(f"{label}: needs {_MIN_EXAMPLES} examples that count and {_MIN_EXAMPLES} that do not")
    excluded = []
    for example in row["excluded"]:
        _only(label, example, {"text", "why"}, "example")
        excluded.append(Counterexample(example["text"], example["why"]))
    return Criterion(
        id=row["id"],
        kind=row.get("kind", value.get("kind", "")),
        strength=row["strength"],
        statement=row["statement"],
        source=row["source"],
        cues=tuple(row["cues"]),
        counts=tuple(row["counts"]),
        excluded=tuple(excluded),
        fields=fields,
        aliases=tuple(row.get("aliases", ())),
        owns_negation=bool(row.get("owns_negation", False)),
        limits=row.get("limits", ""),
        disputed=tuple(_dispute(label, each) for each in row.get("disputed", ())),
    )


def _dispute(label: str, row: Mapping[str, Any]) -> Dispute:
    keys = ("by", "says", "answer")
    _only(label, row, set(keys), "dispute")
    for key in keys:
        if not str(row.get(key, "")).strip():
            raise CatalogueError(f"{label}: a dispute says {', '.join(keys)}; {key} is missing")
    return Dispute(row["by"], row["says"], row["answer"])


def _modifier(name: str, row: Mapping[str, Any]) -> Modifier:
    label = f"{name}: {row.get('id', '(no id)')}"
    _only(label, row, {"id", "effect", "direction", "words", "cues", "kinds", "unless"}, "modifier")
    direction = row.get("direction", "")
    if direction not in DIRECTIONS:
        raise CatalogueError(f"{label}: direction {direction!r} is none of {', '.join(DIRECTIONS)}")
    if direction not in ("terminate", "pseudo") and row.get("effect") not in EFFECTS:
        raise CatalogueError(f"{label}: effect {row.get('effect')!r} is none of {', '.join(EFFECTS)}")
    return Modifier(
        id=row["id"],
        effect=row.get("effect", ""),
        direction=direction,
        words=row.get("words", 12),
        cues=tuple(row["cues"]),
        kinds=tuple(row.get("kinds", ())),
        unless=tuple(row.get("unless", ())),
    )


def _only(label: str, row: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(set(row) - known)
    if unknown:
        raise CatalogueError(f"{label}: unknown key {unknown[0]!r}; a {what} has {', '.join(sorted(known))}")


def _unique(ids: list[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise CatalogueError(f"{name}: the id stands twice")
        seen.add(name)


def _compiles(label: str, cues: tuple[str, ...], words: Mapping[str, str]) -> None:
    for cue in cues:
        if _LOOK_AROUND.search(expand(cue, words)):
            raise CatalogueError(f"{label}: the cue {cue!r} looks around, which the prefilter cannot do; write it out")
        try:
            re.compile(expand(cue, words), re.ASCII)
        except re.error as error:
            raise CatalogueError(f"{label}: the cue {cue!r} does not compile: {error}") from error
