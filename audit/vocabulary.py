"""Word classes: a coarse second reading of a text, for wordings that no criterion knows.

A class ("roots": childhood, family, beneath, …) says what a text talks about, not what it states. Classes are weighed
beside the criteria; a criterion's words are the evidence, a class's words only tip.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[a-z$][a-z'&-]*", re.ASCII)
_SPACES = re.compile(r" +")
_SHORTEST_TEXT = 20
"""Words: a shorter text counts as this long, so that one word of three does not outweigh a paragraph."""
_SCALE = 4.0


class Vocabulary:
    """Word classes with their words; `word*` stands for every word that begins so."""

    def __init__(self, classes: Mapping[str, list[str]]) -> None:
        self.classes = tuple(classes)
        self._exact: dict[str, list[str]] = {}
        self._prefix: dict[str, list[str]] = {}
        self._phrases: dict[str, list[str]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        for name, words in classes.items():
            for word in words:
                if " " in word:
                    self._phrases.setdefault(word.rstrip("*"), []).append(name)
                elif word.endswith("*"):
                    self._prefix.setdefault(word[:-1], []).append(name)
                else:
                    self._exact.setdefault(word, []).append(name)

    def classes_of(self, word: str) -> tuple[str, ...]:
        """Return the classes of one folded word."""
        known = self._known.get(word)
        if known is None:
            found = set(self._exact.get(word, ()))
            for length in range(2, len(word) + 1):
                found.update(self._prefix.get(word[:length], ()))
            known = self._known[word] = tuple(sorted(found))
        return known

    def spans(self, folded: str) -> Iterator[tuple[str, int, int]]:
        """Yield every word of a class in a folded text: the class, start and end."""
        for match in _WORD.finditer(folded):
            for name in self.classes_of(match.group()):
                yield name, *match.span()
        for phrase, names in self._phrases.items():
            start = folded.find(phrase)
            while start >= 0:
                for name in names:
                    yield name, start, start + len(phrase)
                start = folded.find(phrase, start + len(phrase))

    def features(self, folded: str) -> dict[str, float]:
        """Return for each class whether it occurs (`w:CLASS`) and how densely (`ws:CLASS`, square root)."""
        counts: dict[str, int] = {}
        single = _SPACES.sub(" ", folded)
        for name, _, _ in self.spans(single):
            counts[name] = counts.get(name, 0) + 1
        length = max(_SHORTEST_TEXT, len(single.split()))
        out: dict[str, float] = {}
        for name, count in counts.items():
            out[f"w:{name}"] = 1.0
            out[f"ws:{name}"] = math.sqrt(count / length) * _SCALE
        return out


@cache
def load() -> Vocabulary:
    """Return the word classes that the package ships."""
    return Vocabulary(tomllib.loads((files("audit") / "vocabulary.toml").read_text(encoding="utf-8"))["classes"])
