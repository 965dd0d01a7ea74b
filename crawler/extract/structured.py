"""Structured data of a page (JSON-LD and microdata): what it names, never a proof that a visitor sees it.

An event or course that the data names and the page shows under the same name is more surely a group; a page whose data
call it a post is an article. Nothing that stands in the data alone becomes an offering.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.decode import squeeze
from crawler.extract.words import plain

ATTENDED = frozenset(
    ("Event", "EducationEvent", "SocialEvent", "EventSeries", "Course", "CourseInstance", "PsychologicalTreatment")
)
"""Types of things that people attend. `Service` and `Offer` are not among them: individual therapy is one too."""

POSTS = frozenset(("BlogPosting", "NewsArticle", "Article", "MedicalScholarlyArticle"))

MAX_DATA = 500_000
"""Longest block of JSON-LD that is read, in characters."""

MAX_ITEMS = 5_000
"""How many nodes of a block are visited."""

_TYPE_TAIL = re.compile(r"[^/#:]+$")
_MAX_NESTING = re.compile(r"[\[{]\s*(?:[\[{]\s*){60}")  # a parser's recursion limit is no limit of ours


@dataclass(frozen=True, slots=True)
class Structured:
    """What a page's data say: `attended`, the `plain` names of events and courses; `post`, it is an article."""

    attended: frozenset[str] = frozenset()
    post: bool = False


def read_structured(parser: LexborHTMLParser) -> Structured:
    """Return what the page's JSON-LD and microdata name; blocks that are not JSON say nothing."""
    attended: set[str] = set()
    post = False
    for node in parser.css('script[type="application/ld+json"]'):
        text = node.text()
        if len(text) > MAX_DATA or _MAX_NESTING.search(text):
            continue
        try:
            value = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        names, is_post = _walk(value)
        attended |= names
        post = post or is_post
    for node in parser.css('[itemscope][itemtype*="schema.org"]'):
        types = {_tail(part) for part in (node.attributes.get("itemtype") or "").split()}
        name = node.css_first('[itemprop="name"]') if types & ATTENDED else None
        if name is not None:
            attended.add(plain(squeeze(name.text())))
        post = post or bool(types & POSTS)
    return Structured(frozenset(attended - {""}), post)


def _walk(value: Any) -> tuple[set[str], bool]:
    names: set[str] = set()
    post = False
    waiting = [value]
    for _ in range(MAX_ITEMS):
        if not waiting:
            break
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            kinds = item.get("@type")
            types = {_tail(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}
            name = item.get("name")
            if types & ATTENDED and isinstance(name, str):
                # Data often hold HTML, also escaped twice; only the words are wanted.
                names.add(plain(squeeze(re.sub(r"<[^<>]*>|&lt;.*?&gt;", " ", name))))
            post = post or bool(types & POSTS)
            waiting.extend(child for child in item.values() if isinstance(child, list | dict))
    return names, post


def _tail(kind: str) -> str:
    match = _TYPE_TAIL.search(kind)
    return match.group(0) if match else ""
