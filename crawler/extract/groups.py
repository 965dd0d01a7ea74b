"""Appearances → groups: one key for one group of a site, over its pages and over its runs.

Within a run, appearances are joined by name unless they state different times or places; across runs a group is matched
to the last run's by several signals at once, one to one, best first. A name alone neither makes nor breaks a match.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.extract.names import name_class
from crawler.extract.words import plain
from crawler.records import Group, Offering

MATCH = 2.0
"""Least sum of signals for a group to be the last run's."""

FULL_TEXT = 8
"""Fewer different words than this say less of whether two descriptions are one."""

MOST_SIGNS = 16
"""How many appearances of a group another is compared with; a calendar has hundreds."""

MOST_PAIRS = 250_000
"""Above so many pairs of groups of two runs, only those of one name or one address are compared."""

_DAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b")
_PART = re.compile(r"\b(mornings?|afternoons?|evenings?|nights?|noon)\b")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s?([ap])?\.?m?\b")
_STREET = re.compile(r"\b\d{1,5} (?:[nsew]\.? )?[a-z][\w.']+")
"""A house's number and street tell places apart; "Room B" and "the annex" may be one."""

_NOISE = frozenset("the a an our and of for in group groups therapy virtual online new".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class _Signs:
    """What tells one group from another."""

    name: str
    words: frozenset[str]
    days: frozenset[str]
    times: frozenset[str]
    leaders: frozenset[str]
    places: frozenset[str]
    text: frozenset[str]
    url: str
    path: str
    scope: str


def join_groups(
    offerings: Sequence[Offering], run_id: str, site_key: str, previous: Sequence[tuple[Group, Offering]] = ()
) -> tuple[list[Offering], list[Group]]:
    """Return the offerings with their group keys, and the groups.

    Args:
        offerings: every appearance on the site, in page order.
        run_id: the run.
        site_key: the site.
        previous: the last run's groups with their fullest offering, from which keys are carried over.
    """
    members = _buckets(offerings)
    fullest = [max(bucket, key=lambda o: (len(o.text), len(o.facts))) for bucket in members]
    carried = _carry_over([_signs(o) for o in fullest], previous)
    keyed: dict[str, Offering] = {}
    groups = []
    used = {key for key, _ in carried.values()}
    for number, (bucket, best) in enumerate(zip(members, fullest, strict=True)):
        key, matched_by = carried.get(number, ("", "new"))
        if not key:
            key = _new_key(site_key, run_id, best, number, used)
            used.add(key)
        digest = description_id(best)
        for member in bucket:
            keyed[member.offering_id] = replace(member, group_key=key, description_id=description_id(member))
        ids = tuple(member.offering_id for member in bucket)
        groups.append(Group(run_id, site_key, key, best.name, best.scope, ids, best.offering_id, digest, matched_by))
    return [keyed[offering.offering_id] for offering in offerings], groups


def description_id(offering: Offering) -> str:
    """Return a digest of what a description says, without place, provider, people, numbers and times.

    Forty city pages of one chain share it: words in capitals inside a sentence (names of places and people) are left
    out, and so is every stated fact about a person.
    """
    text = offering.text
    for fact in sorted((f for f in offering.facts if f.field == "text" and f.personal), key=lambda f: -f.start):
        text = text[: fact.start] + " " + text[fact.end :]
    kept = []
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        words = re.findall(r"[^\W\d_][\w'’-]*", sentence)
        kept += [word.lower() for position, word in enumerate(words) if position == 0 or not word[0].isupper()]
    if not kept:
        kept = re.findall(r"\w+", plain(offering.name))
    return hashlib.sha256(" ".join(kept).encode("utf-8", "replace")).hexdigest()[:16]


def _new_key(site_key: str, run_id: str, offering: Offering, number: int, used: set[str]) -> str:
    """Return a key for a group seen for the first time. It says nothing of the name: keys outlive names."""
    seed = f"{site_key}\n{offering.scope}\n{plain(offering.name)}\n{description_id(offering)}"
    key = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:16]
    while key in used:
        seed = f"{seed}\n{run_id}\n{number}"
        key = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:16]
    return key


def _buckets(offerings: Sequence[Offering]) -> list[list[Offering]]:
    """Return the appearances of each group together; service descriptions of the site's own work are one."""
    named: dict[tuple[str, str, frozenset[str]], list[tuple[list[Offering], list[_Signs]]]] = {}
    buckets: list[list[Offering]] = []
    for offering in offerings:
        mine = _signs(offering)
        words = frozenset() if mine.scope == "service" else mine.words or frozenset((mine.name,))
        alike = named.setdefault((offering.provider, mine.scope, words), [])
        for bucket, theirs in alike:
            if all(_same(mine, other) for other in theirs[:MOST_SIGNS]):
                bucket.append(offering)
                theirs.append(mine)
                break
        else:
            buckets.append([offering])
            alike.append((buckets[-1], [mine]))
    return buckets


def _same(a: _Signs, b: _Signs) -> bool:
    """Whether two appearances within a run are one group."""
    if a.scope != b.scope:
        return False
    if a.scope == "service":
        return True
    return not (_differ(a.days, b.days) or _differ(a.times, b.times) or _differ(a.places, b.places))


def _differ(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a) and bool(b) and a.isdisjoint(b)


def _signs(offering: Offering) -> _Signs:
    text = plain(offering.text)  # without the name: a relabelled group is known by what it says
    name = " ".join(re.findall(r"[a-z0-9]+", plain(offering.name)))
    stated = [plain(fact.value) for fact in offering.facts if fact.kind == "schedule"]
    # "Like the Monday group, but Thursdays, 12.30 to 2": a day with its hour is this group's own, a bare one may be
    # another's.
    schedule = " ".join([each for each in stated if _DAY.search(each) and _CLOCK.search(each)] or stated)
    days = frozenset(_DAY.findall(schedule)) | frozenset(part.rstrip("s") for part in _PART.findall(schedule))
    times = frozenset(f"{int(hour)}:{minute or '00'}" for hour, minute, _ in _CLOCK.findall(schedule))
    return _Signs(
        name=name,
        words=frozenset(name.split()) - _NOISE,
        days=days,
        times=times,
        leaders=frozenset(plain(f.value) for f in offering.facts if f.kind == "leader"),
        places=frozenset(
            m.group(0) for f in offering.facts if f.kind == "place" for m in _STREET.finditer(plain(f.value))
        ),
        text=frozenset(re.findall(r"[a-z]{4,}", text)),
        url=offering.url.partition("#")[0],
        path=offering.path,
        scope=offering.scope,
    )


def _carry_over(now: list[_Signs], previous: Sequence[tuple[Group, Offering]]) -> dict[int, tuple[str, str]]:
    """Match groups to the last run's, one to one, best first; return key and signals by number."""
    before = [(group, _signs(offering)) for group, offering in previous]
    then, today = Counter(signs.url for _, signs in before), Counter(signs.url for signs in now)
    many = len(now) * len(before) > MOST_PAIRS
    pairs = []
    for number, mine in enumerate(now):
        for old, (group, theirs) in enumerate(before):
            if many and mine.name != theirs.name and (mine.url != theirs.url or mine.path != theirs.path):
                continue
            own_url = mine.url != "" and mine.url == theirs.url and then[mine.url] == 1 and today[mine.url] == 1
            score, signals = _likeness(mine, theirs, own_url)
            if score >= MATCH:
                pairs.append((score, -abs(number - old), number, old, group.group_key, "+".join(signals)))
    carried: dict[int, tuple[str, str]] = {}
    taken: set[int] = set()
    for _, _, number, old, key, matched_by in sorted(pairs, reverse=True):
        if number not in carried and old not in taken:
            carried[number] = (key, matched_by)
            taken.add(old)
    return carried


def _likeness(a: _Signs, b: _Signs, own_url: bool) -> tuple[float, list[str]]:
    """Return how much speaks for two groups of two runs being one, and which signals do."""
    if a.scope != b.scope:
        return 0.0, []
    if a.scope == "service":
        return 9.0, ["scope"]
    score, signals = 0.0, []
    for weight, signal, holds in (
        (1.5, "url", own_url),
        (0.7, "path", a.path != "" and a.path == b.path and a.url == b.url),
        (1.2, "name", a.name == b.name and a.name != ""),
        (1.0, "schedule", bool(a.days & b.days) and (a.times == b.times or bool(a.times & b.times))),
        (1.0, "leader", bool(a.leaders & b.leaders)),
    ):
        if holds:
            score += weight
            signals.append(signal)
    shared = len(a.text & b.text) / max(1, len(a.text | b.text))
    if shared >= 0.5:
        score += 2 * shared * min(1.0, len(a.text | b.text) / FULL_TEXT)
        signals.append("likeness")
    elif a.name != b.name and name_class(a.name) == "group" and len(a.words & b.words) * 2 > len(a.words | b.words):
        score += 0.6
        signals.append("name")
    if a.name == b.name and not own_url:
        # Two groups of one name: their times tell them apart, and so they must between runs.
        score -= 1.5 * (_differ(a.days, b.days) or _differ(a.times, b.times)) * (shared < 0.9)
    return score, signals
