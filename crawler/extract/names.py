"""What a name is by itself: a group's, group work in general, another service's, a part of any page, or open."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.extract.name_words import (
    ACTIVITY,
    ARTICLE,
    CALL,
    GENERAL_CORE,
    GENERAL_SUFFIX,
    GENERAL_WORDS,
    GENERIC,
    GROUP_HEAD,
    NOT_A_GROUP,
    OTHER_EVENT,
    OTHER_THERAPY,
    PERSON,
    PRICE,
    PROFESSIONALS,
    QUESTION,
    SESSION_HEAD,
    STEP,
    TALK_ABOUT,
    TYPED_GROUPS,
)
from crawler.extract.words import plain

ASKS_THEN_NAMES = re.compile(r"^[^?:]{3,40}(?:\?:?|:) .*\bgroup$")
"""A question, then the name: "What now? Life transitions group"."""

LONGEST_NAME = 16
"""More words than this are a sentence, not a name."""


@lru_cache(maxsize=8192)
def name_class(name: str) -> str:
    """Return what a name is by itself.

    `group` (its head is a group), `types` ("Process groups": a kind of groups), `session` (a workshop, class, program),
    `activity` (a method or practice), `service` (group work in general), `other` (individual, couples, … therapy),
    `event` (another thing in a calendar), `no` (training, supervision, another trade), `generic` (a part of any
    page: "What to expect"), `bare` (open).
    """
    text = plain(name).strip(" :.-|*•·")
    if not text or NOT_A_GROUP.search(text) or PROFESSIONALS.search(text):
        return "no"
    words = len(text.split())
    if (
        ARTICLE.search(text)
        or (name.rstrip().endswith(".") and words >= 6)
        or (name.rstrip().endswith("!") and words >= 8)
    ):
        return "generic"
    if STEP.search(text) or PERSON.search(text) or PRICE.search(text) or TALK_ABOUT.search(text):
        return "generic"
    if TYPED_GROUPS.match(text):
        return "types"
    if is_general(text):
        return "service"
    if ASKS_THEN_NAMES.search(text):
        return "group"
    if text.endswith("?") or QUESTION.match(text) or GENERIC.match(text) or words > LONGEST_NAME:
        return "generic"
    if CALL.match(text) and is_unspecific(text):
        return "generic"
    if GROUP_HEAD.search(text):
        return "group"
    if name.rstrip().endswith(":"):
        return "generic"  # what follows is of it: "Among the topics:"
    if is_unspecific(text) and text.endswith("s"):
        return "generic"  # "Programs", "Our services": whatever the provider offers
    if OTHER_EVENT.search(text):
        return "event"
    if OTHER_THERAPY.search(text):
        return "other"
    if SESSION_HEAD.search(text):
        return "session"
    if ACTIVITY.search(text):
        return "activity"
    return "bare"


def is_unspecific(text: str) -> bool:
    """Whether every word is one of group work in general."""
    return all(word in GENERAL_WORDS for word in re.findall(r"[a-z&+]+", GENERAL_SUFFIX.sub("", text)))


def is_general(text: str) -> bool:
    """Whether a name is group work in general, without an issue, a people or a method of its own."""
    return GENERAL_CORE.search(GENERAL_SUFFIX.sub("", text)) is not None and is_unspecific(text)


def is_part(short: str, long: str) -> bool:
    """Whether every word of one name stands in the other."""
    words = set(re.findall(r"[a-z0-9]+", plain(short)))
    return bool(words) and words <= set(re.findall(r"[a-z0-9]+", plain(long)))


def alike(a: str, b: str) -> bool:
    """Whether two names are the same group's: equal, one within the other, or half of their words shared."""
    x, y = re.findall(r"[a-z0-9]+", plain(a)), re.findall(r"[a-z0-9]+", plain(b))
    if not x or not y:
        return False
    short, long = sorted((x, y), key=len)
    if any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1)):
        return True
    return len(set(x) & set(y)) * 2 >= len(set(x) | set(y))
