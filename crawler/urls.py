"""Addresses inside a site: one canonical form, what belongs to the site, and which shapes are traps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.guard import BadUrlError, Target, split_url

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|mc_cid|mc_eid|_ga|_gl|igshid|ref_?src|hs\w*tracking|"
    r"_hsenc|_hsmi|vero_id|mkt_tok|srsltid|s_kwcid|trk|campaignid|adgroupid",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sid|cfid|cftoken|zenid|s", re.IGNORECASE
)
_SESSION_VALUE = re.compile(r"[A-Za-z0-9_-]{12,}")
_PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_FACET = re.compile(
    r"sort\w*|order\w*|dir|filter\w*|facet\w*|view|display|layout|limit|per_?page|perpage|pagesize|min_?price|max_?price|"
    r"replytocom|share|print|format|add-to-cart|action|like_comment|tribe[-_]bar[-_]\w+|eventdisplay|ical|outlook-ical",
    re.IGNORECASE,
)
_NOT_A_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|css|js|mjs|json|map|woff2?|ttf|eot|otf|mp[34]|m4[av]|mov|avi|wmv|webm|"
    r"ogg|wav|zip|gz|tgz|rar|7z|tar|exe|dmg|apk|ics|vcf|rss|atom|xml|txt|csv)$",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|rtf|epub|pages)$", re.IGNORECASE)
_USELESS = re.compile(
    r"/(?:wp-(?:login|admin|json|content|includes)|xmlrpc\.php|feed|cart|checkout|basket|my-account|log-?in|log-?out|"
    r"sign-?in|sign-?up|register|lostpassword|cgi-bin|cdn-cgi|amp)(?:[/.?]|$)",
    re.IGNORECASE,
)
_CALENDAR_PATH = re.compile(
    r"/(?:(?:19|20)\d\d(?:[-/](?:0?[1-9]|1[0-2])){1}(?:[-/](?:0?[1-9]|[12]\d|3[01]))?|(?:19|20)\d\d|week|month|day|today)/?$",
    re.IGNORECASE,
)
_CALENDAR_QUERY = re.compile(
    r"(?:^|&)(?:date|month|year|week|day|start|from|cal\w*|yr|mo|event-?date|tribe-bar-date)=[^&]*\d", re.IGNORECASE
)
_MAX_SEGMENTS = 10
_CALENDAR_PAGES = 3
_SHAPE_PAGES = 25
"""Pages asked for of one shape (digits taken as equal): a numbered list ends before, a generator of pages does not."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address read once: `url` is what is asked for, `key` is what makes two addresses the same page."""

    url: str
    key: str
    netloc: str
    path: str
    query: str


def join(base: str, reference: str) -> str:
    """Return a reference made absolute; empty where it is none to follow (mailto, script, broken)."""
    if _PLAIN_REFERENCE.fullmatch(reference):  # most links of most pages: nothing to resolve or to quote
        return _origin(base) + reference
    text = re.sub(r"[\t\r\n]", "", reference).strip()
    if not text or text.startswith("#") or re.match(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:", text, re.IGNORECASE):
        return ""
    try:
        return urljoin(base, quote(text, safe="/%:=&?~#+!$,;'@()*[]-._{}|\\"))
    except ValueError:
        return ""


# Each step takes a slash with it: a slash that may be left out would let a long path be split in 2**n ways.
_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*"
_PLAIN_REFERENCE = re.compile(rf"/(?:{_SEGMENT}/)*(?:{_SEGMENT})?(?:\?[A-Za-z0-9_=&-]*)?")


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    return "/".join(base.split("/", 3)[:3])


@lru_cache(maxsize=20_000)
def place_of(url: str) -> Place:
    """Return an address in its one canonical form: no fragment, no tracking, no session, its query in order.

    Raises:
        BadUrlError: it is never asked for.
    """
    target: Target = split_url(url)
    parts = urlsplit(target.url)
    path = _plain_path(_PATH_SESSION.sub("", parts.path))
    query = _plain_query(parts.query)
    netloc = target.netloc
    clean = urlunsplit((target.scheme, netloc, path, query, ""))
    bare = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|cfm)$", "/", path, flags=re.IGNORECASE).rstrip("/")
    key = f"{netloc.removeprefix('www.')}{bare}" + (f"?{query}" if query else "")
    return Place(clean, key, netloc, path, query)


def dedupe_key(url: str) -> str:
    """Return what makes two addresses the same page: without scheme, www, index page and trailing slash."""
    try:
        return place_of(url).key
    except BadUrlError:
        return url


def _plain_path(path: str) -> str:
    out: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            if out:
                out.pop()
        elif segment != ".":
            out.append(segment)
    return re.sub(r"/{2,}", "/", "/" + "/".join(out))


def _plain_query(query: str) -> str:
    if not query:
        return ""
    if "=" not in query:
        return query[:300]
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None, separator="&")[:30]
    kept = [
        (name, value)
        for name, value in pairs
        if not _TRACKING.fullmatch(name) and not (_SESSION.fullmatch(name) and _SESSION_VALUE.fullmatch(value))
    ]
    return urlencode(sorted(kept), safe="/:,-._~")


class Scope:
    """What belongs to a site: its host with and without www, and its path prefix."""

    def __init__(self, url: str, prefix: str) -> None:
        target = split_url(url)
        self.scheme = target.scheme
        self.netloc = target.netloc
        self.prefix = prefix.rstrip("/")
        bare = self.netloc.removeprefix("www.")
        self._hosts = {bare, f"www.{bare}"}

    def contains(self, place: Place) -> bool:
        """Return whether a page belongs to the site."""
        if place.netloc not in self._hosts:
            return False
        return not self.prefix or place.path == self.prefix or place.path.startswith(self.prefix + "/")

    def contains_host(self, url: str) -> bool:
        """Return whether an address is on the site's host, whatever its path (sitemaps stand outside the prefix)."""
        try:
            return place_of(url).netloc in self._hosts
        except BadUrlError:
            return False

    def at_home(self, place: Place) -> str:
        """Return the address under the scheme and host that the site itself uses, which spares a redirect."""
        if place.netloc == self.netloc:
            path = urlunsplit(("", "", place.path, place.query, ""))
            return f"{self.scheme}://{self.netloc}{path}"
        return urlunsplit((self.scheme, self.netloc, place.path, place.query, ""))


def is_document(path: str) -> bool:
    """Return whether a path names a document (PDF, Word): not a page, but worth a line in the visits."""
    return bool(_DOCUMENT.search(path))


def is_never_a_page(path: str) -> bool:
    """Return whether a path names a picture, script, feed, log-in or basket: passed over without a line."""
    return bool(_NOT_A_PAGE.search(path) or _USELESS.search(path))


class Traps:
    """Cuts what has no end: calendars, facets, growing paths, generated pages. One instance a site."""

    def __init__(self) -> None:
        self._shapes: Counter[str] = Counter()

    def why(self, place: Place) -> str:
        """Return why an address is not asked for, or an empty text. Counts it where it may be asked for."""
        segments = [segment for segment in place.path.split("/") if segment]
        if len(segments) > _MAX_SEGMENTS:
            return f"path of {len(segments)} segments"
        if _repeats(segments):
            return "path repeats itself"
        names = [pair.partition("=")[0] for pair in place.query.split("&")] if place.query else []
        facets = [name for name in names if _FACET.fullmatch(name.rstrip("[]"))]
        if facets:
            return f"another view of the same page ({facets[0]})"
        if len(names) > 4:
            return f"{len(names)} parameters"
        calendar = bool(_CALENDAR_PATH.search(place.path) or _CALENDAR_QUERY.search(place.query))
        shape = re.sub(r"\d+", "#", place.path) + "?" + "&".join(sorted(names))
        if calendar:
            shape = "calendar " + re.sub(r"(?:/(?:#(?:-#)*|week|month|day|today))+/?\?", "/?", shape)
        elif "#" not in shape and not names:
            return ""
        limit = _CALENDAR_PAGES if calendar else _SHAPE_PAGES
        if self._shapes[shape] >= limit:
            return f"{limit} {'calendar pages' if calendar else 'pages of this shape'} seen already"
        self._shapes[shape] += 1
        return ""


def _repeats(segments: Iterable[str]) -> bool:
    listed = list(segments)
    if any(count >= 3 for count in Counter(listed).values()):
        return True
    return any(
        listed[start : start + size] == listed[start + size : start + 2 * size]
        for size in (2, 3)
        for start in range(len(listed) - 2 * size + 1)
    )
