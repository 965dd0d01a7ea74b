"""Text that a page controls, made fit to be shown: nothing active, nothing invisible, nothing endless.

What is shown may differ from what was quoted only where a character could not be seen (its code point is shown in its
place) or a text had to be cut (said so, with its length). The database and the JSON export hold it as it was.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from urllib.parse import urlsplit

from markupsafe import Markup, escape

NAME_LIMIT = 200
"""Characters of a name, heading or address that a page shows."""

QUOTE_LIMIT = 600
"""Characters of a single quotation that a page shows."""

_SAFE_SCHEMES = ("http", "https")
_INVISIBLE = {"Cc", "Cf", "Cn", "Zl", "Zp"}  # controls, bidi and zero-width marks, unassigned, line separators
_LOW = "".join(
    re.escape(chr(code))
    for code in range(0x3000)
    if unicodedata.category(chr(code)) in _INVISIBLE and chr(code) not in "\n\t"
)
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters without a shape
_HIGH = "\ufeff\ufff0-\ufffb\ue000-\uf8ff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
_PRIVATE = "\U000f0000-\U0010ffff"
_UNSEEN = re.compile(f"[{_LOW}{_FILLERS}{_HIGH}{_PRIVATE}]")
"""Characters that cannot be seen, or that move others about; newline and tab are not among them."""


def plain(text: str, limit: int | None = None) -> str:
    """Return a text with every unseen character named by its code point, cut at `limit` characters."""
    cut = text if limit is None or len(text) <= limit else text[:limit]
    seen = _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", cut)
    return seen if cut is text else f"{seen}… (cut here; {len(text):,} characters in all)"


def visible(text: str, limit: int | None = None) -> Markup:
    """Return a text as HTML: escaped, unseen characters named in a marked-off span, cut at `limit` characters."""
    cut = text if limit is None or len(text) <= limit else text[:limit]
    parts, at = [], 0
    for found in _UNSEEN.finditer(cut):
        parts += [
            escape(cut[at : found.start()]),
            Markup('<span class="unseen">[U+{:04X}]</span>').format(ord(found[0])),
        ]
        at = found.end()
    parts.append(escape(cut[at:]))
    if cut is not text:
        parts.append(Markup('<span class="cut">… (cut here; {:,} characters in all)</span>').format(len(text)))
    return Markup("").join(parts)


def safe_link(url: str) -> str:
    """Return the address if a reader may follow it (http or https, with a host), else an empty string."""
    if _UNSEEN.search(url) or any(char.isspace() for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in _SAFE_SCHEMES and host and len(url) <= 2000 else ""


def anchor(key: str) -> str:
    """Return an HTML id for a group: stable, and free of whatever its key holds."""
    return "g-" + hashlib.sha256(key.encode()).hexdigest()[:12]


def page_name(site_key: str) -> str:
    """Return a file name for a site's page: readable, unique, without separators or dots at its beginning."""
    safe = re.sub(r"[^a-z0-9-]+", "-", site_key.lower())[:60].strip("-") or "site"
    return f"{safe}-{hashlib.sha256(site_key.encode()).hexdigest()[:8]}.html"


_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
    "＝",
    "＋",
    "－",
    "＠",
)  # full-width ones are folded by some


def neutral(value: object) -> object:
    """Return a spreadsheet cell that cannot become a formula, a command or a broken file.

    A text that begins like a formula gets an apostrophe in front (OWASP, "CSV injection"), also behind leading blanks;
    control characters that XLSX cannot hold are named. Numbers are left alone.
    """
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    shown = _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", value)[:CELL_LIMIT]
    return "'" + shown if shown.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA) else shown


CELL_LIMIT = 32_000
"""Characters of a spreadsheet cell (XLSX ends at 32,767)."""
