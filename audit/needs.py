"""What a cue needs: words and pairs of neighbouring words, one of each group of which any match must hold.

A cue's language is written out as strings as far as it stays small. `ANY` in a string stands for anything at all; a
gap or a `\\w+` becomes one, and so does whatever would make the strings too many. The words of the strings that ANY
does not touch are whole words of every match, and that is what a text can be asked for before `re` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from audit.catalogue import CatalogueError

ANY = "\0"
Item = str | tuple[str, str]
"""A word, the beginning of one (`breath*`), or two neighbouring words."""
Strings = frozenset[str]


@dataclass(frozen=True, slots=True)
class Language:
    """What a part of a cue can match.

    `pieces`: its strings, cut where they grew too many: every match holds a string of each piece, in order. `heads`:
    its strings as far as the end of their first word.
    """

    pieces: tuple[Strings, ...]
    heads: Strings


_MOST = 48
"""Strings of one piece: beyond it the piece is cut, which loses the pair of words at the cut and nothing else."""
_MOST_OPTIONAL = 6
_MOST_ALTERNATIVES = 1500
_TOKEN = re.compile(r"\w+", re.ASCII)
_HEAD = re.compile(r"\w+(?:\0|[^\w\0])|\0", re.ASCII)
_REPEAT = re.compile(r"\{(\d+)(,?)(\d*)\}")
_BLANKS = ("[ -]", "[- ]")
_PLAIN = re.compile(r"[a-z0-9',]+(?: [a-z0-9',]+)*(?![?*+{a-z0-9',])(?! \?)", re.ASCII)
"""Words that stand for themselves; the last character may not belong to a repetition."""


@dataclass(frozen=True, slots=True)
class Needs:
    """`groups`: of each one item must be in the text. `first`: the words a match begins with; None = unknown."""

    groups: tuple[tuple[frozenset[Item], ...], ...]
    first: frozenset[str] | None


class CueReader:
    """Reads cues into what they need; the language of a word set is worked out once.

    Args:
        words: the word sets that cues name in braces.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._sets: dict[str, Language] = {}

    def needs(self, cue: str) -> Needs:
        """Return what a cue needs.

        Raises:
            CatalogueError: the cue uses what the cue language does not have.
        """
        language = _Parser(cue, self).whole()
        groups = tuple(
            group for piece in language.pieces if (group := tuple(items_of(text) for text in piece)) and all(group)
        )
        return Needs(groups, _first(language.heads))

    def word_set(self, name: str) -> Language:
        """Return the language of a word set."""
        if name not in self._sets:
            if name not in self._words:
                raise CatalogueError(f"no word set {{{name}}}")
            self._sets[name] = _Parser(self._words[name], self).alternatives()
        return self._sets[name]


@cache
def items_of(text: str) -> frozenset[Item]:
    """Return the items that a string needs: pairs of whole neighbouring words, else single words or beginnings."""
    if ANY not in text:
        whole = _TOKEN.findall(text)
        return frozenset([*whole, *pairwise(whole)])
    items: list[Item] = []
    for part in _fragments(text):
        items.extend(part)
        items.extend(pair for pair in pairwise(part) if pair[1][-1] != "*")
    return frozenset(items)


def _fragments(text: str) -> Iterator[list[str]]:
    """Yield the runs of whole words between wild stretches; a run's last may be the beginning of a word."""
    parts = text.split(ANY)
    for number, part in enumerate(parts):
        out = []
        for match in _TOKEN.finditer(part):
            if number > 0 and match.start() == 0:
                continue
            open_end = number < len(parts) - 1 and match.end() == len(part)
            if not open_end:
                out.append(match.group())
            elif match.end() - match.start() > 1:
                out.append(match.group() + "*")
        if out:
            yield out


def _first(heads: Strings) -> frozenset[str] | None:
    """Return the words that a match can begin with, or None where it can begin with anything."""
    out = set()
    for text in heads:
        match = _TOKEN.match(text)
        if not match:
            return None
        out.add(match.group() + "*" * text.endswith(ANY))
    return frozenset(out)


@cache
def _head(text: str) -> str:
    """A string as far as the first word's end: `learn `, or `breath` and ANY where the word may go on."""
    match = _HEAD.match(text)
    return match.group() if match else text


def _continued(head: str) -> bool:
    """True where what follows still belongs to the first word."""
    return not _HEAD.match(head)


def _follows(heads: Strings, then: Strings) -> Strings:
    return frozenset(_head(one + two) for one in heads for two in (then if _continued(one) else ("",)))


def _literal(*texts: str) -> Language:
    return Language((frozenset(texts),), frozenset(map(_head, texts)))


def _is_word(char: str) -> bool:
    """True where a word could go on beyond this end of a string."""
    return char == ANY or bool(_TOKEN.match(char))


def _closed(strings: Iterable[str], end: int) -> bool:
    return all(text and not _is_word(text[end]) for text in strings)


def _concatenated(parts: Sequence[Language], *, whole: bool) -> Language:
    """One language after the other, cut where the product grows too large.

    `whole` says that the parts are a whole cue, with a word border at both ends.
    """
    heads: Strings = frozenset({""})
    for part in parts:
        heads = _follows(heads, part.heads)
    strings = [piece for part in parts for piece in part.pieces]
    pieces: list[Strings] = []
    current: Strings = frozenset({" " if whole else ""})
    for number, piece in enumerate(strings):
        if len(current) * len(piece) <= _MOST:
            current = frozenset([_tidy(a + b) for a in current for b in piece])
            continue
        after = " " if _opens_closed(strings[number:], whole) else ANY
        before = " " if _closed(current, -1) else ANY
        pieces.append(frozenset(_tidy(text + after) for text in current))
        current = frozenset([_tidy(before + text) for text in piece])
    pieces.append(frozenset(text + " " for text in current) if whole else current)
    return Language(tuple(pieces), frozenset(_head(head + " ") for head in heads) if whole else heads)


def _opens_closed(strings: Sequence[Strings], whole: bool) -> bool:
    """True where whatever comes next begins with no letter."""
    for piece in strings:
        if not _closed((text for text in piece if text), 0):
            return False
        if "" not in piece:
            return True
    return whole


def _tidy(text: str) -> str:
    return text.replace(ANY + ANY, ANY) if ANY + ANY in text else text


def _one(pieces: Sequence[Strings]) -> Strings:
    """The most telling piece of a language alone, as what an alternative can be known by."""
    if len(pieces) == 1:
        return pieces[0]
    at = max(range(len(pieces)), key=lambda number: (min(map(_weight, pieces[number])), -len(pieces[number])))
    before, after = ANY * (at > 0), ANY * (at < len(pieces) - 1)
    return frozenset(_tidy(before + text + after) for text in pieces[at])


def _weight(text: str) -> int:
    return sum(len(word) for part in _fragments(ANY + text + ANY) for word in part)


def _either(options: Sequence[Language]) -> Language:
    if len(options) == 1:
        return options[0]
    union = frozenset[str]().union(*(_one(option.pieces) for option in options))
    heads = frozenset[str]().union(*(option.heads for option in options))
    return Language((union if len(union) <= _MOST_ALTERNATIVES else frozenset({ANY}),), heads)


def _repeated(language: Language, least: int, most: int) -> Language:
    if (least, most) == (1, 1):
        return language
    strings = _one(language.pieces)
    first = language.pieces[0], language.pieces[-1]
    again = " " * _closed(first[0], 0) + ANY + " " * _closed(first[1], -1)
    heads = language.heads if most == 1 else frozenset(h + ANY if _continued(h) else h for h in language.heads)
    if least == 0:
        few = most == 1 and len(language.pieces) == 1 and len(strings) <= _MOST_OPTIONAL
        return Language(((strings if few else frozenset({again})) | {""},), heads | {""})
    more = Language((frozenset({"", again}),), frozenset({"", again}))
    return _concatenated([language, more], whole=False)


class _Parser:
    """Reads the cue language (see `catalogue`): alternatives, groups, classes, repetitions, spaces, gaps."""

    def __init__(self, cue: str, reader: CueReader) -> None:
        self._cue, self._reader, self._at = cue, reader, 0

    def whole(self) -> Language:
        """Return the language of a cue, which begins and ends at a word's border."""
        return self._all(whole=True)

    def alternatives(self) -> Language:
        """Return the language of a word set, which may be a part of a word."""
        return self._all(whole=False)

    def _all(self, *, whole: bool) -> Language:
        options = [self._sequence(whole=whole)]
        while self._next("|"):
            options.append(self._sequence(whole=whole))
        if self._at < len(self._cue):
            raise self._error("a bracket too many")
        return _either(options)

    def _error(self, what: str) -> CatalogueError:
        return CatalogueError(f"the cue {self._cue[:120]!r} does not compile: {what} at {self._at}")

    def _next(self, *texts: str) -> str:
        """Take the first of these texts that comes next, or nothing."""
        for text in texts:
            if self._cue.startswith(text, self._at):
                self._at += len(text)
                return text
        return ""

    def _group(self) -> Language:
        options = [self._sequence()]
        while self._next("|"):
            options.append(self._sequence())
        if not self._next(")"):
            raise self._error("a bracket is not closed")
        return _either(options)

    def _sequence(self, *, whole: bool = False) -> Language:
        parts = []
        while self._at < len(self._cue) and self._cue[self._at] not in "|)":
            parts.append(self._element())
        return _concatenated(parts, whole=whole)

    def _element(self) -> Language:
        plain = _PLAIN.match(self._cue, self._at)
        if plain:
            self._at = plain.end()
            return _literal(plain.group())
        if self._next("~~", "~"):
            return _literal(f" {ANY} ")
        if self._blank():
            return _literal("", " ") if self._next("?") else _literal(" ")
        if self._next("-"):
            self._next("?")
            return _literal("", " ")
        language = self._atom()
        least, most = self._repetition()
        return _repeated(language, least, most)

    def _blank(self) -> bool:
        for text in _BLANKS:
            if self._cue.startswith(text, self._at) and not self._cue.startswith(("+", "*", "{"), self._at + len(text)):
                self._at += len(text)
                return True
        return bool(self._next(" "))

    def _repetition(self) -> tuple[int, int]:
        many = 1 << 30
        found = _REPEAT.match(self._cue, self._at)
        if found:
            self._at = found.end()
            least = int(found.group(1))
            most = int(found.group(3) or many) if found.group(2) else least
        else:
            least, most = {"?": (0, 1), "*": (0, many), "+": (1, many), "": (1, 1)}[self._next("?", "*", "+")]
        if (least, most) != (1, 1) or found:
            self._next("?")
        if self._next("?", "*", "+") or _REPEAT.match(self._cue, self._at):
            raise self._error("a repetition of a repetition")
        return least, most

    def _atom(self) -> Language:
        if self._next("(?:"):
            return self._group()
        if self._next("["):
            return _literal(*self._class())
        char = self._cue[self._at]
        if char == "{":
            end = self._cue.find("}", self._at)
            name, self._at = self._cue[self._at + 1 : end], end + 1
            return self._reader.word_set(name)
        if char in "()^$?*+":
            raise self._error(f"{char!r} is not part of the cue language here")
        self._at += 1
        return _literal(ANY if char == "." else self._escaped() if char == "\\" else char)

    def _escaped(self) -> str:
        char = self._cue[self._at : self._at + 1]
        self._at += 1
        if char == "b":
            return ""
        return ANY if char.isalnum() else char

    def _class(self) -> str:
        """A class of a few characters is these; any other is anything."""
        start = self._at
        while self._at < len(self._cue) and (self._cue[self._at] != "]" or self._at == start):
            self._at += 1 + (self._cue[self._at] == "\\")
        inside = self._cue[start : self._at]
        if not self._next("]"):
            raise self._error("a class is not closed")
        if inside[0] == "^" or "\\" in inside or "-" in inside[1:-1] or len(inside) > 8:
            return ANY
        return inside
