"""One look at a page: what the frontier and the visit's rows need of it. The groups themselves are read later."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from lxml import etree

from crawler.language import language_of
from crawler.urls import join

MAX_LINKS = 3000
"""Links of one page that are looked at; a page with more is a trap or an index that a sitemap replaces."""
_MAX_TEXT = 200_000
_NOT_FOUND = re.compile(
    r"^\W*(?:error\W*)?404\b|\b(?:page|file|seite|p[aá]gina)\s+(?:was\s+|could\s+)?(?:not|no|nicht)\s+(?:be\s+)?"
    r"(?:found|encontrada|gefunden)|\bpage\s+(?:doesn.t|does\s+not)\s+exist|\bnothing\s+(?:was\s+)?found\b",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"\bdomain (?:name )?(?:is|may be) (?:for sale|parked|available)|buy this domain|this domain (?:has )?expired"
    r"|this domain is parked"
    r"|parked (?:free|courtesy)|domain parking|hugedomains|sedoparking|future home of something quite cool",
    re.IGNORECASE,
)
_NEEDS_SCRIPT = re.compile(
    r"enable javascript|javascript (?:is|must be|to be) (?:required|enabled)|requires javascript", re.I
)
GROUP_WORDS = re.compile(
    r"\b(?:support\s+groups?|therapy\s+groups?|group\s+(?:therapy|counsell?ing|sessions?|psychotherapy|programs?)|groups?|"
    r"workshops?|circles?|psychoeducation\w*|classes|skills\s+training)\b",
    re.IGNORECASE,
)
_TOLD = ("group", "workshop", "psychoeducation", "skills training")
_LINKS = {"a": "href", "area": "href", "iframe": "src", "frame": "src"}
_HEADS = frozenset(("h1", "h2", "h3", "h4"))
_META = frozenset(("meta", "link", "base"))
_ASIDE = {"nav": "edge", "header": "edge", "footer": "foot"}
_ROLE = {"navigation": "edge", "contentinfo": "foot"}
_WANTED = (*_LINKS, *_HEADS, *_META, *_ASIDE)
"""Tags that one pass over the page collects: lxml filters them in C, and a query for each would pass over it again."""
_ROLES = etree.XPath("//*[@role]")
_TEXTS = etree.XPath(".//text()", smart_strings=False)
_ROOTS = etree.XPath("//*[@id='root' or @id='app' or @id='__next' or @id='___gatsby' or @id='SITE_CONTAINER']")


def _nodes(query: etree.XPath, root: etree._Element) -> list[etree._Element]:
    return cast("list[etree._Element]", query(root))


def _words(node: etree._Element) -> str:
    text = "".join(map(str, node.itertext())) if len(node) else node.text or ""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the page has it: absolute, with its words and where on the page it stands (main, edge, foot)."""

    url: str
    words: str
    place: str = "main"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look tells. `digest` is empty on pages with too little text to compare."""

    title: str = ""
    language: str = ""
    canonical: str = ""
    refresh: str = ""
    links: tuple[Link, ...] = ()
    links_left: int = 0
    text: str = ""
    digest: str = ""
    needs_js: bool = False
    not_found: bool = False
    parked: bool = False
    no_index: bool = False
    signal: float = 0.0
    heads: tuple[str, ...] = field(default=())


def look_at(body: bytes, charset: str, url: str) -> Look:
    """Return what stands on a page; an empty look where it has no markup.

    Args:
        body: the decoded payload.
        charset: what the Content-Type header said, may be empty or wrong.
        url: where the page was found, for its relative links.
    """
    root = _parse(body, charset)
    if root is None:
        return Look()
    script_words = " ".join(_words(node) for node in root.iter("noscript"))
    scripts = sum(1 for _ in root.iter("script"))
    etree.strip_elements(root, "script", "style", "template", "noscript", "svg", with_tail=False)
    body_node = root.find(".//body")
    # A space between two texts: "<h1>Welcome</h1><p>Larch Hill" is no "WelcomeLarch".
    spoken = cast("list[str]", _TEXTS(root if body_node is None else body_node))
    text = " ".join(" ".join(spoken).split())[:_MAX_TEXT]
    title = " ".join((root.findtext(".//title") or "").split())[:300]
    nodes = _collect(root)
    heads = tuple(_words(node)[:200] for node in nodes["heads"][:200])
    base, canonical, refresh, robots = url, "", "", ""
    for node in nodes["meta"]:
        if node.tag == "base":
            base = join(url, node.get("href", "")) or base
        elif node.tag == "link" and node.get("rel") == "canonical":
            canonical = join(url, node.get("href", ""))
        elif (node.get("http-equiv") or "").lower() == "refresh":
            refresh = _refresh(node.get("content", ""), url)
        elif (node.get("name") or "").lower() == "robots":
            robots = (node.get("content") or "").lower()
    links, left = _links(nodes["links"], _places(root, nodes["aside"]), base)
    first = heads[0] if heads else ""
    needs_js = len(text) < 250 and (
        (len(text) < 100 and bool(_NEEDS_SCRIPT.search(script_words + text))) or (scripts > 0 and _is_shell(root, text))
    )
    return Look(
        title=title,
        language=language_of(text, root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""),
        canonical=canonical,
        refresh=refresh,
        links=links,
        links_left=left,
        text=text,
        digest=hashlib.blake2b(f"{title}\n{text}".encode(), digest_size=16).hexdigest() if len(text) >= 40 else "",
        needs_js=needs_js,
        not_found=len(text) < 3000 and bool(_NOT_FOUND.search(title) or _NOT_FOUND.search(first)),
        parked=len(text) < 5000 and bool(_PARKED.search(f"{title} {text}")),
        no_index="noindex" in robots,
        signal=_signal(title, heads, text),
        heads=heads,
    )


def _parse(body: bytes, charset: str) -> etree._Element | None:
    encoding: str | None = None
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        try:
            body.decode("utf-8")
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = charset or None
    body = body.replace(b"\0", b"") if encoding != "utf-16" else body
    if not body.strip():
        return None
    try:
        parser = etree.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True)
    except LookupError:  # the server names a charset that does not exist
        parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _refresh(content: str, url: str) -> str:
    found = re.match(r"\s*(\d+)[^;,]*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", content, re.IGNORECASE)
    return join(url, found[2]) if found and int(found[1]) <= 30 else ""


def _collect(root: etree._Element) -> dict[str, list[etree._Element]]:
    """Return the nodes that a look needs, in their order on the page: links, heads, meta, aside."""
    found: dict[str, list[etree._Element]] = {"links": [], "heads": [], "meta": [], "aside": []}
    # What stands behind </html> is a tree of its own, beside the root.
    for node in chain(root.iter(*_WANTED), *(beside.iter(*_WANTED) for beside in root.itersiblings())):
        tag = node.tag
        if tag in _LINKS:
            if node.get(_LINKS[tag]) is not None:
                found["links"].append(node)
        else:
            found["heads" if tag in _HEADS else "meta" if tag in _META else "aside"].append(node)
    return found


def _places(root: etree._Element, aside: list[etree._Element]) -> dict[etree._Element, str]:
    """Return for the links that do not stand in the page's main part where they stand: edge, or foot."""
    parts = [(_ASIDE[node.tag], node) for node in aside]
    roles = ((_ROLE.get(node.get("role", "")), node) for node in _nodes(_ROLES, root))
    parts += [(place, node) for place, node in roles if place]
    parts.sort(key=lambda part: part[0])  # a menu inside the foot is the foot's
    return {link: place for place, node in parts for link in node.iter("a")}


def _links(nodes: list[etree._Element], places: dict[etree._Element, str], base: str) -> tuple[tuple[Link, ...], int]:
    links = []
    for node in nodes[:MAX_LINKS]:
        target = join(base, node.get("href") or node.get("src") or "")
        if not target:
            continue
        words = _words(node)[:200]
        if not words:
            words = (
                node.get("title")
                or node.get("aria-label")
                or " ".join(img.get("alt") or "" for img in node.iter("img"))
            )
        links.append(Link(target, words[:200], places.get(node, "main")))
    return tuple(links), max(0, len(nodes) - MAX_LINKS)


def _is_shell(root: etree._Element, text: str) -> bool:
    roots = _nodes(_ROOTS, root)
    return len(text) < 30 or (bool(roots) and all(len(_words(node)) < 30 for node in roots))


def _signal(title: str, heads: tuple[str, ...], text: str) -> float:
    """Return how much a page speaks of groups, 0 to 1: its headings count most, one word in passing little."""
    named = [title, *heads]
    headed = 0
    if GROUP_WORDS.search("\n".join(named)):  # most pages have none, and one search says so
        headed = sum(1 for name in named if GROUP_WORDS.search(name))
    lower = text[:60_000].lower()
    told = sum(lower.count(word) for word in _TOLD)
    return min(1.0, headed * 0.2 + told * 0.02)
