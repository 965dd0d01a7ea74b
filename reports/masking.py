"""What a public page leaves out of a listing's words: phone numbers, mail addresses, people's names, and for some
groups place and time. Each character is replaced by one dot, so that every span of evidence still holds; the masked
text has a digest of its own.

Names are those that the extractor marked as personal, wherever they stand again, and what looks like one beside a
title, a credential or "led by". Better a dot too many: a masked word can be read on the live page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DOT = "•"

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{1,40}"  # bounded, as every repetition here: a page may hold a word of a megabyte
_FULL_NAME = rf"{_NAME}(?:[ \u00a0]{_NAME}){{1,3}}"
_CREDENTIALS = (
    r"(?:Ph\.? ?D|Psy\.? ?D|M\.? ?D|Ed\.? ?D|L?MFT|LCSW(?:-[A-Z]{1,3})?|LICSW|LCMHC|LPCC?|LMHC|MSW|LSW|RN|NP|CADC"
    r"|AMFT|APCC|ASW|M\.? ?A|M\.? ?S)\b"
)
_LEADS = (
    r"(?i:\b(?:led|facilitated|hosted|run|taught|offered|moderated|guided) by |\b(?:contact|call|email|with) "
    r"|\b(?:facilitator|leader|therapist|instructor|coach|host)s?: ?)"
)
_PHONE = (
    r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)|\b\d{2,5})[ .\u2010-\u2015/-]?\d{3}[ .\u2010-\u2015-]?\d{3,4}\b"
    r"(?: ?(?:x|ext\.?) ?\d{1,6})?"
)
PATTERNS = tuple(
    re.compile(source)
    for source in (
        r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        r"(?<![\w.+-])[\w.+-]{1,64} ?(?:\(at\)|\[at\]) ?[\w-]{1,63} ?(?:\(dot\)|\[dot\]|\.) ?\w{2,20}",
        _PHONE,
    )
)
"""Phone numbers and mail addresses."""

NAME_PATTERNS = tuple(
    re.compile(source)
    for source in (
        rf"\b(?P<name>(?:Dr|Mr|Mrs|Ms|Mx|Prof|Rev|Fr|Sr|Pastor|Rabbi)\.? {_NAME}(?: {_NAME}){{0,2}})",
        rf"(?<![\w'’.-])(?P<name>{_FULL_NAME})(?=,? {_CREDENTIALS})",
        rf"{_LEADS}(?P<name>{_FULL_NAME})",
    )
)
"""What looks like a person's name beside a title, a credential or "led by"."""

_NO_NAMES = """
    academy acceptance adults and anger anxiety art association autism behavior behavioral bereavement care center
    centre child children christian church circle class clinic clinical cognitive college commitment community
    compassion counseling counselling couples depression development dialectical divorce eating ems families family
    focused for foundation friday grief group groups healing health hospital institute international interpersonal
    life loss medicine men mens mental mindfulness monday mothers music our parent parents peer practice process
    program psychiatry psychology psychotherapy recovery relapse relationships safety saturday seeking self services
    skills social society solutions spanish stress substance sunday support systems teens the therapeutic therapy
    thursday training trauma treatment tuesday university wednesday wellness women womens workshop yoga young your
"""
NO_NAMES = frozenset(_NO_NAMES.split())
"""Words that are no part of a person's name: a phrase that holds one is a method, a place or a day."""

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_HOUR = r"\d{1,2}(?::\d\d)? ?(?:a\.?m|p\.?m)\b\.?"
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|way|court|ct|place|pl|highway|hwy|suite|square)"
)
WHEN_AND_WHERE = tuple(
    re.compile(source, re.IGNORECASE)
    for source in (
        rf"\b{_DAY}\b\.?",
        rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?",
        r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b",
        rf"\b(?:\d{{1,2}}(?::\d\d)? ?[-–] ?)?{_HOUR}(?: ?[-–] ?{_HOUR})?",
        r"\b\d{1,2}:\d\d\b",
        r"\b(?:noon|midnight)\b",
        rf"\b\d{{1,5}} (?:[NSEW]\.? )?[\w'. ]{{2,30}}? {_STREET}\b\.?(?:,? [\w .]{{2,30}},? [A-Z]{{2}} \d{{5}})?",
        r"\b(?:room|suite|ste\.?|floor|building|bldg\.?|unit) #?[\w-]{1,10}\b",
        r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b",
    )
)
"""Days, dates, hours, streets and rooms: left out where knowing them could lead somebody to a person at risk."""

AT_RISK = re.compile(
    r"\b(?:surviv\w{1,6}|abus\w{1,6}|assault\w{0,4}|domestic violence|intimate partner|battered|traffick\w{1,4}"
    r"|shelter\w{0,4}|refuge\w{0,2}|safe house|stalk\w{1,4}|rape\w?|incest|teen\w{0,6}|adolescen\w{1,3}|youth\w?"
    r"|minors?|child(?:ren)?|kids?|boys?|girls?|students?|tweens?)\b",
    re.IGNORECASE,
)
"""Survivors', minors' and shelter groups: their place and time are not shown."""

PLACE_AND_TIME_FACTS = ("schedule", "date", "place", "duration", "sessions")


def mask(text: str, names: Iterable[str], *, spans: Iterable[tuple[int, int]] = (), at_risk: bool = False) -> str:
    """Return a text of the same length with what is personal replaced by dots.

    Args:
        text: the text.
        names: people's names to leave out wherever they stand, whole or by their parts.
        spans: further spans of this text to leave out.
        at_risk: whether place and time are left out as well.
    """
    hidden = [*spans]
    for pattern in (*PATTERNS, *(WHEN_AND_WHERE if at_risk else ())):
        hidden += [found.span() for found in pattern.finditer(text)]
    for word in name_words([*names, *names_in(text)]):
        hidden += [found.span() for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)]
    characters = list(text)
    for start, end in hidden:
        for at in range(max(start, 0), min(end, len(characters))):
            if not characters[at].isspace():
                characters[at] = DOT
    return "".join(characters)


def names_in(text: str) -> list[str]:
    """Return what looks like people's names in a text: beside a title, a credential or "led by"."""
    found = (match["name"] for pattern in NAME_PATTERNS for match in pattern.finditer(text))
    return [name for name in dict.fromkeys(found) if not NO_NAMES & set(re.findall(r"\w+", name.lower()))]


def name_words(names: Iterable[str]) -> list[str]:
    """Return the names and their parts of three letters or more, longest first; a lower-case part is no name."""
    found = set()
    for name in names:
        whole = name.strip().removesuffix("'s").removesuffix("’s").rstrip(".")
        if len(whole) >= 3:
            found.add(whole)
        parts = (part.strip(".") for part in re.split(r"[\s,]+", whole))
        found |= {part for part in parts if len(part) >= 3 and part[:1].isupper() and part.lower() not in NO_NAMES}
    return sorted(found, key=lambda word: (-len(word), word))
