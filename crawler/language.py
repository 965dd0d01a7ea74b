"""Which language a page is in: what its markup says, and what its commonest words say."""

from __future__ import annotations

import re
from collections import Counter

# The commonest function words of each language that are no common word of another one here.
_WORDS = {
    "en": "the and of to for with you your are our that this is we can will have from be",
    "es": "el los las que del por para con una está nuestro su sus como más y es se al",
    "fr": "le les des du et est une pour avec vous nous votre dans sur qui aux ce pas",
    "de": "der die und das ist mit für von den sie wir auf ein eine nicht zu auch werden im",
    "pt": "os das que para com uma não você em por mais dos seu são ao da do na no",
    "it": "il gli che di per con una sono della non nel più anche alla dei è si le",
    "pl": "i w na z się nie do jest to że dla oraz są od przez",
    "vi": "và của các cho là có không được trong với một những",
    "ru": "и в на не что для по это как мы вы из",
}
_LANGUAGE_OF: dict[str, list[str]] = {}
for _code, _listed in _WORDS.items():
    for _word in _listed.split():
        _LANGUAGE_OF.setdefault(_word, []).append(_code)
_SCRIPTS = (
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
)
_SAMPLE = 2500
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[a-z]+")
"""The same words of a text in lower case that is all ASCII, found in half the time."""


def language_of(text: str, declared: str) -> str:
    """Return the code of a page's language (`en`, `es`, …); empty where neither words nor markup say.

    The words count before the markup: themes say `lang="en"` on pages in every language.

    Args:
        text: the page's visible text.
        declared: the `lang` attribute, may be empty.
    """
    said = re.split(r"[-_]", declared.strip().lower())[0]
    sample = text[:_SAMPLE].lower()
    words = (_ASCII_WORD if sample.isascii() else _WORD).findall(sample)
    letters = sum(map(len, words))
    if letters < 40:
        return said
    for code, script in _SCRIPTS if not sample.isascii() else ():
        if len(script.findall(sample)) > letters * 0.3:
            return "ja" if code == "zh" and _SCRIPTS[1][1].search(sample) else code
    counts = dict.fromkeys(_WORDS, 0)
    for word, times in Counter(words).items():
        for code in _LANGUAGE_OF.get(word, ()):
            counts[code] += times
    best = max(counts, key=lambda code: counts[code])
    rival = max((count for code, count in counts.items() if code != best), default=0)
    if counts[best] >= max(4, 0.06 * len(words)) and counts[best] > 1.5 * rival:
        return best
    return said
