"""Sitemaps: pages and further sitemaps that a file names, read in bounded time and memory."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from crawler.decode import TooLargeError, UndecodableError, decode_body

MAX_BYTES = 10_000_000
MAX_URLS = 5000
"""Pages taken from one file: the frontier asks for sixty at most."""
_LATER = re.compile(
    r"post|news|blog|author|tag|categor|image|video|product|portfolio|attachment|archive", re.IGNORECASE
)
_FIRST = re.compile(r"group|event|page|service|program|class", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one sitemap file names. `why_not` says what was wrong with it, where something was."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    why_not: str = ""


def read_sitemap(body: bytes, limit: int = MAX_URLS) -> Sitemap:
    """Return what a sitemap names: XML (also gzipped), or a text file of addresses.

    Args:
        body: the decoded payload; a `.gz` sitemap is still gzipped then and is unpacked here, at most to 10 MB.
        limit: most addresses that are taken from it.
    """
    try:
        for _ in range(2):
            if body.startswith(b"\x1f\x8b"):
                body = decode_body(body, ["gzip"], MAX_BYTES)
    except TooLargeError as error:
        return Sitemap(why_not=str(error))
    except (UndecodableError, zlib.error) as error:
        return Sitemap(why_not=f"does not unpack: {error}")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:300].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Sitemap(why_not="an HTML page stands there")
    if not start.startswith(b"<"):
        lines = [line.strip() for line in body[:MAX_BYTES].decode("utf-8", "replace").splitlines()]
        return Sitemap(tuple(line for line in lines if re.match(r"https?://\S+$", line))[:limit])
    return _read_xml(body, limit)


def _read_xml(body: bytes, limit: int) -> Sitemap:
    pages: list[str] = []
    sitemaps: list[str] = []
    why_not = ""
    walk = etree.iterparse(
        BytesIO(body.lstrip(b"\xef\xbb\xbf \t\r\n")),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        recover=True,
    )
    try:
        for _, node in walk:
            name = etree.QName(node).localname if isinstance(node.tag, str) else ""
            if name == "loc" and node.text and re.match(r"\s*https?://", node.text):
                parent = node.getparent()
                inside = etree.QName(parent).localname if parent is not None else ""
                (sitemaps if inside == "sitemap" else pages if inside == "url" else []).append(node.text.strip())
            if name in ("url", "sitemap"):
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
            if len(pages) + len(sitemaps) >= limit:
                break
    except etree.XMLSyntaxError as error:
        why_not = f"no sound XML: {error}"
    return Sitemap(tuple(pages), tuple(sorted(sitemaps, key=_rank)), why_not)


def _rank(url: str) -> int:
    name = url.rsplit("/", 1)[-1]
    return 2 if _LATER.search(name) else 0 if _FIRST.search(name) else 1
