"""The right business: whether a site is the provider that the list says, or a placeholder, or parked."""

from __future__ import annotations

import re
import unicodedata

from crawler.records import Identity, Site

_LEGAL = frozenset(
    ("inc", "llc", "ltd", "pllc", "pc", "llp", "corp", "co", "the", "and", "of", "for", "a", "phd", "psyd", "lcsw",
     "lmft", "lpc", "lmhc", "md", "pa", "dr")
)  # fmt: skip
# What it is, words without which it cannot stand there (a page is searched for them first: one that many of them hold,
# then what follows it), and the pattern.
_PLACEHOLDERS: tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...], re.Pattern[str]], ...] = (
    ("lorem ipsum", (("lorem ipsum", ()), ("dolor sit", ())), re.compile(r"\blorem ipsum\b|\bdolor sit amet\b")),
    (
        "a 555 telephone number",
        (("555", ()),),
        re.compile(r"\(?\b555\)?[-. ]\d{3}[-. ]\d{4}\b|\b\(?\d{3}\)?[-. ]?555[-. ]?\d{4}\b"),
    ),
    (
        "a telephone number of zeros or 123-456",
        (("0000", ()), ("7890", ())),
        re.compile(r"\b000[-. ]000[-. ]0000\b|\b\(?123\)?[-. ]\s?456[-. ]7890\b"),
    ),
    (
        "an address at example.com",
        (("@", ("@example.", "@www.example.", "@yourdomain.")),),
        re.compile(r"[\w.+-]{1,64}@(?:www\.)?example\.(?:com|org|net)\b|@yourdomain\.com"),
    ),
    (
        "a theme's demo text",
        (
            (" here", ("name here", "text here", "content here")),
            (" wordpress", ("just another wordpress", "welcome to wordpress")),
            ("hello world!", ()),
            ("this is a", ()),
            ("m a paragraph", ()),
            ("123 ", ()),
        ),
        re.compile(
            r"your (?:practice|company|business|clinic) name here|just another wordpress site|welcome to wordpress\."
            r"|hello world!|this is (?:a )?(?:sample|example) (?:page|text)|add your text here|i.?m a paragraph\. click"
            r"|insert (?:text|content) here|\b123 (?:main|street|anywhere)\b[^.]{0,20}\b(?:anytown|your city|city, st)"
        ),
    ),
)  # fmt: skip


_READ = 10_000
"""Characters of a page's text that are read at each end."""


def folded(text: str) -> str:
    """Return text in lower case, without accents, punctuation as spaces: for comparing names."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.replace("'", "")).split())


def digits_of(phone: str) -> str:
    """Return a telephone number's last ten digits; empty where there are fewer than seven."""
    digits = re.sub(r"\D", "", re.sub(r"(?i)(?:ext|x)\.?\s*\d+\s*$", "", phone))
    return digits[-10:] if len(digits) >= 7 else ""


class IdentityCheck:
    """Gathers, page by page, what speaks for and against a site being the listed provider."""

    def __init__(self, site: Site) -> None:
        self._name = [word for word in folded(site.name).split() if word not in _LEGAL]
        self._city = folded(site.city)
        self._phone = digits_of(site.phone)
        self.name = self.city = self.phone = self.parked = False
        self._placeholders: dict[str, None] = {}

    def read(self, title: str, text: str, *, parked: bool = False, home: bool = False) -> None:
        """Read one page's title and visible text; only the home page can say that the domain is parked."""
        self.parked = self.parked or (parked and home)
        if self.confirmed:
            return
        if len(text) > 2 * _READ:  # names and numbers stand in a page's head and foot
            text = f"{text[:_READ]} {text[-_READ:]}"
        if (self._name and not self.name) or (self._city and not self.city):
            plain = f" {folded(f'{title} {text}')} "
            self.name = self.name or (bool(self._name) and _all_words(self._name, plain))
            self.city = self.city or (bool(self._city) and f" {self._city} " in plain)
        if self._phone and not self.phone:
            self.phone = self._phone[-4:] in text and _has_number(self._phone, text)
        lower = text.lower()
        for what, needles, pattern in _PLACEHOLDERS:
            if what not in self._placeholders and _may_hold(lower, needles) and pattern.search(lower):
                self._placeholders[what] = None

    @property
    def confirmed(self) -> bool:
        """Return whether the name and one of telephone number and city were found: nothing more need be read then."""
        return self.name and (self.phone or self.city)

    def verdict(self) -> tuple[Identity, str]:
        """Return the identity and, in words, what it rests on."""
        if self.parked:
            return Identity.PARKED, "the home page says that the domain is for sale or parked"
        if self.confirmed:
            return (
                Identity.CONFIRMED,
                f"the list's name and {'telephone number' if self.phone else 'city'} stand on the site",
            )
        if self._placeholders:
            return Identity.PLACEHOLDER, f"the site shows {', '.join(self._placeholders)}"
        found = [word for word, there in (("name", self.name), ("telephone", self.phone), ("city", self.city)) if there]
        return (
            Identity.UNCONFIRMED,
            f"only the list's {' and '.join(found)} found" if found else "nothing of the list found",
        )


def _may_hold(text: str, needles: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
    return any(needle in text and (not longer or any(each in text for each in longer)) for needle, longer in needles)


def _all_words(name: list[str], plain: str) -> bool:
    """Return whether a name stands there: as it is, or (from three words on) all its words somewhere on the page."""
    if f" {' '.join(name)} " in plain:
        return True
    return len(name) >= 3 and all(f" {word} " in plain for word in name)


def _has_number(digits: str, text: str) -> bool:
    pattern = r"\D{0,3}".join(digits)
    return re.search(rf"(?<!\d)(?:1\D{{0,3}})?{pattern}(?!\d)", text) is not None
