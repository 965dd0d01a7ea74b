"""What frames a site and is not a page's own text: menus, footers, cookie bars, breadcrumbs, comments, share bars.

By structure (elements and the plain words that authors and page builders name them with) and by comparison: what stands
on most of the differing pages of a site is furniture wherever it stands.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from crawler.extract.tree import Element, PageTree
from crawler.extract.words import BADGE, plain

_TAGS = frozenset(("nav", "menu"))
_ROLES = frozenset(
    ("navigation", "contentinfo", "search", "menu", "menubar", "listbox", "alert", "alertdialog", "toolbar")
)
_WORDS = frozenset(
    "breadcrumb breadcrumbs cookie cookies gdpr consent navbar nav navigation menu mainmenu submenu sitemap pagination pager "
    "copyright offcanvas colophon topbar skiplink".split()
)
# Strong only where the element is at the edge of a page or beside its main part: these words also name content parts.
_ASIDE_WORDS = frozenset(
    (
        "sidebar",
        "comments",
        "comment",
        "commentlist",
        "respond",
        "footer",
        "share",
        "sharing",
        "social",
        "related",
        "newsletter",
        "subscribe",
        "popup",
    )
)
_INSIDE_CONTENT = ("article", "section", "main", "li", "details", "td")

_MENU_LINK_SHARE = 0.9
"""A list whose text is links to at least this share, in short items, is a menu."""

COMMON_SHARE = 0.6
"""A block on at least this share of a site's differing pages is furniture."""

MIN_PAGES = 4
"""Fewer differing pages than this say nothing about what is common to a site."""


def mark_by_structure(tree: PageTree) -> None:
    """Mark the blocks of menus, footers and other frames of the page as furniture."""
    total = sum(len(block.text) for block in tree.blocks) or 1
    for element in tree.elements:
        voices = not element.words.isdisjoint(_VOICES) and not any(
            block.level == 1 for block in tree.blocks[element.start : element.end]
        )
        if voices or (_is_frame(element) and not _holds_content(tree, element, total)):
            for block in tree.blocks[element.start : element.end]:
                block.furniture = True
    _mark_header(tree)
    for block in tree.blocks:
        if not block.furniture and block.element.tag == "label":
            block.furniture = True


_VOICES = frozenset(("testimonial", "testimonials"))
"""What visitors say is no description of the provider's, however much of the page it fills."""


def _is_frame(element: Element) -> bool:
    if element.tag in _TAGS or element.role in _ROLES:
        return True
    if element.tag == "footer":
        return not _inside(element, ("article", "li", "section"))
    if element.tag == "aside" or element.role == "complementary":
        return not _inside(element, ("article", "li"))
    words = element.words
    if not words:
        return False
    if not words.isdisjoint(_WORDS):
        return True
    return (
        not words.isdisjoint(_ASIDE_WORDS) and not _inside(element, ("li",)) and element.tag not in ("article", "main")
    )


def _inside(element: Element, tags: Sequence[str]) -> bool:
    node = element.parent
    while node is not None:
        if node.tag in tags:
            return True
        node = node.parent
    return False


def _holds_content(tree: PageTree, element: Element, total: int) -> bool:
    """Whether a frame's class stands on a wrapper of the content itself ("has-sidebar"): h1 or most words inside."""
    if element.tag == "nav":
        return False
    length = linked = 0
    for block in tree.blocks[element.start : element.end]:
        if block.level == 1 and element.tag not in ("footer", "aside"):
            return True
        length += len(block.text)
        linked += block.linked
    return length - linked > 0.5 * total


def _mark_header(tree: PageTree) -> None:
    """Mark the links of the page's head; its headings and sentences stay (a hero often is in it)."""
    for element in tree.elements:
        if (element.tag == "header" or element.role == "banner") and not _inside(element, _INSIDE_CONTENT):
            for block in tree.blocks[element.start : element.end]:
                logo = block.level == 1 and block.linked == len(block.text)
                if logo or not block.level and (block.linked * 2 >= len(block.text) or len(block.text) < 40):
                    block.furniture = True


def fingerprint(text: str) -> int:
    """Return a number for a block's text that is the same on every page and in every process."""
    return int.from_bytes(hashlib.blake2b(text.lower().encode("utf-8", "replace"), digest_size=8).digest(), "big")


def fingerprints(tree: PageTree) -> frozenset[int]:
    """Return the fingerprints of a page's blocks that structure alone does not mark."""
    return frozenset(fingerprint(b.text) for b in tree.blocks if not b.furniture and not BADGE.match(plain(b.text)))


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
    """Mark what the site's other pages say too; the page's first heading of level 1 stays."""
    if not marks:
        return
    for block in tree.blocks:
        if not block.furniture and block.level != 1 and fingerprint(block.text) in marks:
            block.furniture = True
