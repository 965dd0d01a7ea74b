"""Text as the rules of language read it, and lines that are only dates, times, prices or states."""

from __future__ import annotations

import re

_QUOTES = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2011": "-",
        "\u00a0": " ",
    }
)


def plain(text: str) -> str:
    """Return text lower-cased with straight quotes and simple dashes, of equal length where lower-casing keeps it."""
    return text.lower() if text.isascii() else text.translate(_QUOTES).lower()


def any_of(*parts: str) -> re.Pattern[str]:
    """Compile alternatives between word borders."""
    return re.compile(r"\b(?:" + "|".join(parts) + r")\b")


_BADGE_TOKEN = re.compile(r"[a-z]+|\d+|\S")

_BADGE_WORDS = frozenset(
    [
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mondays",
        "tuesdays",
        "wednesdays",
        "thursdays",
        "fridays",
        "saturdays",
        "sundays",
        "jan",
        "january",
        "feb",
        "february",
        "mar",
        "march",
        "apr",
        "april",
        "may",
        "jun",
        "june",
        "jul",
        "july",
        "aug",
        "august",
        "sep",
        "sept",
        "september",
        "oct",
        "october",
        "nov",
        "november",
        "dec",
        "december",
        "st",
        "nd",
        "rd",
        "th",
        "a",
        "p",
        "m",
        "am",
        "pm",
        "at",
        "from",
        "to",
        "and",
        "through",
        "noon",
        "est",
        "edt",
        "pst",
        "pdt",
        "cst",
        "cdt",
        "mst",
        "mdt",
        "et",
        "ct",
        "mt",
        "pt",
        "every",
        "weekly",
        "online",
        "virtual",
        "in",
        "person",
        "new",
        "now",
        "open",
        "closed",
        "full",
        "free",
        "upcoming",
        "featured",
        "starts",
        "starting",
        "begins",
        "beginning",
        "event",
        "date",
        "time",
        "price",
        "cost",
        "min",
        "minute",
        "minutes",
        "hour",
        "hours",
        "week",
        "weeks",
        "per",
        "session",
        "sessions",
    ]
)


def is_tagline(text: str) -> bool:
    """Whether `plain` text under a heading tells when, for whom or by whom: the line below a name, not a name."""
    tokens = _BADGE_TOKEN.findall(text)
    stated = sum(token in _BADGE_WORDS or not token.isalpha() for token in tokens)
    return stated * 2 > len(tokens) or TAGLINE.match(text) is not None


TAGLINE = re.compile(
    r"^(?:for|with|ages?|aged|starting|starts|begins|beginning|facilitated|led|hosted|presented|taught|online|virtual|in-person|an?|this|every|weekly|now|open to|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d+|\$\d+|(?:four|five|six|eight|ten|twelve)[- ]week)\b"
)


CONTACT = re.compile(
    r"\(?\b\d{3}\)?[-. )]\s?\d{3}[-. ]\d{4}\b|\b\S+@\S+\.\w|\bhttps?://|\bwww\.|^\d+ (?:[\w.]+ ){1,4}(?:st|street|ave|avenue|rd|road|blvd|dr|drive|lane|ln|suite|hwy|parkway|pkwy)\b"
)
"""A telephone number, an address of the mail, of the web or of a house."""


def is_badge(text: str) -> bool:
    """Whether `plain` text is nothing but a date, a time, a price or a state: no name, however it is marked up."""
    if len(text) > 80:
        return False
    tokens = _BADGE_TOKEN.findall(text)
    return bool(tokens) and all(token in _BADGE_WORDS or not token.isalpha() for token in tokens)
