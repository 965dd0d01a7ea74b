"""Bytes → text as a browser would read them, and text → the one normal form that every span counts in."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{2,40})", re.IGNORECASE)

# The labels that the HTML standard reads as another encoding: browsers take "iso-8859-1" for Windows-1252.
_LABELS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
_LABELS |= {
    "windows-1252": "cp1252",
    "iso8859-1": "cp1252",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
}

# Zero-width and bidirectional marks change what is matched, not what is seen; so do soft hyphens.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff\x00-\x08\x0e-\x1f\x7f]"
)


def decode(body: bytes, charset: str = "") -> str:
    """Return the page as text: byte order mark, then UTF-8 where it fits, then the declared charset, then Windows-1252.

    UTF-8 that decodes without an error is UTF-8 whatever is declared: other encodings practically never do.

    Args:
        body: the page's bytes.
        charset: the charset of the HTTP header, or empty.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    nulls = body[:200].count(b"\0")
    if nulls > 40:  # ASCII markup in UTF-16 without a mark has a null byte beside every letter
        even = body[:200:2].count(b"\0")
        return body.decode("utf-16-be" if even * 2 > nulls else "utf-16-le", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if body[error.start :].count(b"\xef\xbf\xbd") or _mostly_utf8(body):
            return body.decode("utf-8", "replace")
    declared = _META_CHARSET.search(body[:4096])
    for label in (charset, declared.group(1).decode("ascii") if declared else ""):
        name = _LABELS.get(label.strip().lower(), label.strip().lower())
        if not name or name.startswith(("utf-16", "utf16", "utf-8", "utf8")):
            continue
        try:
            if codecs.lookup(name)._is_text_encoding:
                return body.decode(name, "replace")
        except LookupError:
            continue
    return body.decode("cp1252", "replace")


def _mostly_utf8(body: bytes) -> bool:
    """Whether a page is UTF-8 with a few broken bytes: more whole sequences than stray bytes."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(char > "\x7f" for char in text) - broken
    return whole > 3 * broken


def squeeze(text: str) -> str:
    """Return text as it is seen: invisible marks gone, every run of white space one space, none at the ends."""
    if not text.isascii() or "\x00" in text:
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())
