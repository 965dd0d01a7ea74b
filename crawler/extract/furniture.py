"""What frames a site and is not a page's own text: menus, footers, cookie bars, breadcrumbs, comments, share bars.

By structure (elements and the plain words that authors and page builders name them with) and by comparison: what stands
on most of the differing pages of a site is furniture wherever it stands, unless it describes a group.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from crawler.extract.names import name_class
from crawler.extract.tree import Element, PageTree
from crawler.extract.words import is_badge, plain

_TAGS = frozenset(("nav", "menu"))
_ROLES = frozenset(
    ("navigation", "contentinfo", "search", "menu", "menubar", "listbox", "alert", "alertdialog", "toolbar")
)

# Words in class and id. The first kind names nothing else; the second also names content ("social-skills-group",
# "nav-tabContent"), so that the element must look like a frame: mostly links, or a few words.
_SURE = frozenset(
    ("breadcrumb", "breadcrumbs", "cookie", "cookies", "gdpr", "consent", "commentlist", "pagination", "skiplink")
)
_LIKELY = frozenset(
    [
        "navbar",
        "nav",
        "navigation",
        "menu",
        "mainmenu",
        "submenu",
        "sitemap",
        "pager",
        "copyright",
        "offcanvas",
        "colophon",
        "topbar",
        "sidebar",
        "comments",
        "comment",
        "respond",
        "footer",
        "share",
        "sharing",
        "social",
        "related",
        "newsletter",
        "subscribe",
        "popup",
    ]
)
_PANEL = frozenset(
    ("tab", "tabs", "tabcontent", "content", "pane", "panel", "accordion", "collapse", "skills", "group", "groups")
)
_VOICES = frozenset(("testimonial", "testimonials"))
"""What visitors say is no description of the provider's, however much of the page it fills."""

_INSIDE_CONTENT = ("article", "section", "main", "li", "details", "td")

FRAME_LETTERS = 300
"""A likely frame holds no more letters than this outside links, or more links than other text."""

COMMON_SHARE = 0.6
"""A block on at least this share of a site's differing pages is furniture."""

MIN_PAGES = 4
"""Fewer differing pages than this say nothing about what is common to a site."""


def mark_by_structure(tree: PageTree) -> None:
    """Mark the blocks of menus, footers and other frames of the page as furniture."""
    letters = list(accumulate((len(block.text) for block in tree.blocks), initial=0))
    linked = list(accumulate((block.linked for block in tree.blocks), initial=0))
    tops = list(accumulate((block.level == 1 for block in tree.blocks), initial=0))
    tabbed = {id(e.parent) for e in tree.elements if e.role in ("tab", "tablist")}
    for element in tree.elements:
        start, end = element.start, element.end
        free = (letters[end] - letters[start]) - (linked[end] - linked[start])
        mostly_links = free * 2 <= letters[end] - letters[start]
        has_top = tops[end] > tops[start]
        looks_so = mostly_links or free <= FRAME_LETTERS
        if id(element) in tabbed or start == end:
            continue
        if _is_frame(element, tree.blocks[start].text, has_top, free * 2 > letters[-1] - linked[-1], looks_so):
            for block in tree.blocks[start:end]:
                block.furniture = True
    _mark_header(tree)
    for block in tree.blocks:
        if block.element.tag == "label" and _inside(block.element, ("form",)):
            block.furniture = True


def _is_frame(element: Element, first: str, has_top: bool, most_of_page: bool, looks_so: bool) -> bool:
    """Whether an element frames the page.

    Args:
        element: the element.
        first: the text of its first block.
        has_top: it holds a heading of level 1.
        most_of_page: it holds more than half of the page's text outside links.
        looks_so: it is mostly links, or short.
    """
    if element.tag == "nav" or element.role == "navigation":
        return True
    if not element.words.isdisjoint(_VOICES):
        return not has_top
    ends_site = element.tag == "footer" and element.parent is not None and element.parent.tag == "body" and not has_top
    if ends_site or (element.role == "contentinfo" and not has_top):
        return True  # on a page of little text the footer may be most of it
    if most_of_page or (has_top and element.tag not in ("footer", "aside")):
        return False  # the class of a wrapper around the content ("has-sidebar")
    if element.tag in _TAGS or element.role in _ROLES:
        return True
    if element.tag == "footer":
        return not _inside(element, ("article", "li", "section"))
    if element.tag == "aside" or element.role == "complementary":
        return not _inside(element, ("article", "li"))
    if not element.words or not element.words.isdisjoint(_PANEL):
        return False
    if not element.words.isdisjoint(_SURE):
        return True
    if not looks_so or element.words.isdisjoint(_LIKELY) or element.tag in ("article", "main", "li"):
        return False
    return name_class(first) not in ("group", "types", "session")


def _inside(element: Element, tags: Sequence[str]) -> bool:
    node = element.parent
    while node is not None:
        if node.tag in tags:
            return True
        node = node.parent
    return False


def _mark_header(tree: PageTree) -> None:
    """Mark the links of the page's head; its headings and sentences stay (a hero often is in it)."""
    for element in tree.elements:
        if (element.tag == "header" or element.role == "banner") and not _inside(element, _INSIDE_CONTENT):
            for block in tree.blocks[element.start : element.end]:
                logo = block.level == 1 and block.linked == len(block.text)
                if logo or (not block.level and (block.linked * 2 >= len(block.text) or len(block.text) < 40)):
                    block.furniture = True


def fingerprint(text: str) -> int:
    """Return a number for a block's text that is the same on every page and in every process."""
    return int.from_bytes(hashlib.blake2b(text.lower().encode("utf-8", "replace"), digest_size=8).digest(), "big")


def fingerprints(tree: PageTree) -> frozenset[int]:
    """Return the fingerprints of a page's blocks that structure alone does not mark."""
    return frozenset(fingerprint(b.text) for b in tree.blocks if not b.furniture and not is_badge(plain(b.text)))


def common(pages: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return the fingerprints that stand on most of the differing pages of a site.

    Pages that say nearly the same (forty city pages of one chain) count as one, so that their text is not taken for a
    frame.
    """
    kinds: list[frozenset[int]] = []
    for page in pages:
        if not any(_alike(page, kind) for kind in kinds):
            kinds.append(page)
    if len(kinds) < MIN_PAGES:
        return frozenset()
    counts = Counter(mark for kind in kinds for mark in kind)
    return frozenset(mark for mark, count in counts.items() if count >= max(3, COMMON_SHARE * len(kinds)))


def _alike(a: frozenset[int], b: frozenset[int]) -> bool:
    return len(a & b) >= 0.75 * len(a | b)


def mark_common(tree: PageTree, marks: frozenset[int]) -> None:
    """Mark what the site's other pages say too.

    The first heading of level 1 stays, and so does what stands under a group's name: a list of current groups at the
    foot of every page is still a list of groups.
    """
    if not marks:
        return
    under_group = False
    for block in tree.blocks:
        if block.level:
            under_group = name_class(block.text) in ("group", "types", "session", "service")
        kept = block.level == 1 or (under_group and block.linked * 2 <= len(block.text))
        if not block.furniture and not kept and fingerprint(block.text) in marks:
            block.furniture = True
