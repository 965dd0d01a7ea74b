"""What an element's attributes say: hidden or shown by a control, a button, a title, bold."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser

_WORD = re.compile(r"[a-z]+")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN_CLASS = frozenset(
    ("sr-only", "visually-hidden", "screen-reader-text", "screen-reader-only", "visuallyhidden", "hidden-print-only")
)
PANEL_WORDS = frozenset(
    (
        "accordion",
        "collapse",
        "collapsible",
        "panel",
        "tab",
        "tabs",
        "toggle",
        "answer",
        "content",
        "pane",
        "details",
        "expand",
    )
)
_ICON_FONT = frozenset(("icons", "symbols"))
"""With "material": a font that shows the word inside ("expand_more") as a picture."""

_QUOTED = re.compile(r"['\"]#?([\w-]+)['\"]")
_TOGGLES = ("collapse", "tab", "pill")
TITLE_WORDS = frozenset(("title", "name", "heading", "headline"))


def look(
    tag: str, attributes: dict[str, str | None], targets: frozenset[str]
) -> tuple[frozenset[str], bool, bool, bool, str, bool]:
    """Return class words, whether it is a button, hidden, shown by a control, its ARIA role, bold by style."""
    if not attributes:
        return frozenset(), tag == "button", False, False, "", False
    words, hidden_class = _class_words(attributes.get("class") or "", attributes.get("id") or "")
    role = (attributes.get("role") or "").lower()
    target = bool(targets) and (attributes.get("id") or "") in targets
    style = attributes.get("style") or ""
    hidden = "hidden" in attributes or (style != "" and _HIDDEN_STYLE.search(style) is not None)
    if hidden and (target or role in ("tabpanel", "region") or words & PANEL_WORDS):
        hidden = False  # a closed panel is one click away: a visitor's to read
    hidden = hidden or hidden_class or ("material" in words and not words.isdisjoint(_ICON_FONT))
    if tag in ("button", "a", "div", "span", "h2", "h3", "h4", "h5", "h6") and (
        "aria-expanded" in attributes
        or "aria-controls" in attributes
        or (attributes.get("data-toggle") or attributes.get("data-bs-toggle") or "") in _TOGGLES
    ):
        role = "toggle" if tag[0] != "h" else role
    button = (
        tag == "button"
        or role == "toggle"
        or (tag in ("a", "span") and ("btn" in words or "button" in words or role == "button"))
    )
    bold = style != "" and _BOLD_STYLE.search(style) is not None
    return words, button, hidden, target, role, bold


@lru_cache(maxsize=4096)
def _class_words(classes: str, identity: str) -> tuple[frozenset[str], bool]:
    """Return the words in an element's class and id, and whether its class hides it from sight."""
    label = f"{classes} {identity}".lower()[:400]
    return frozenset(_WORD.findall(label)), not _HIDDEN_CLASS.isdisjoint(label.split())


def is_titled(words: frozenset[str]) -> bool:
    """Whether a class says that the element is the title of a card or of a panel."""
    if not words.isdisjoint(TITLE_WORDS):
        return True
    unit = not words.isdisjoint(("accordion", "toggle", "collapsible", "collapse"))
    return (unit and not words.isdisjoint(("header", "head", "trigger", "button", "btn", "label", "question"))) or (
        not words.isdisjoint(("header", "head")) and not words.isdisjoint(("card", "panel", "item"))
    )


def controlled(attributes: dict[str, str | None]) -> str:
    """Return the fragment of the panel that a control opens, or nothing."""
    for key in ("data-bs-target", "data-target", "aria-controls"):
        value = attributes.get(key)
        if value:
            return "#" + value.lstrip("#").split()[0] if value.strip("# ") else ""
    return ""


def referenced(parser: LexborHTMLParser) -> frozenset[str]:
    """Return the ids that some control of the page opens (accordion buttons, tabs, toggles)."""
    found = set()
    for node in parser.css("a[href^='#']:not([href='#'])"):
        found.add((node.attributes.get("href") or "")[1:])
    for node in parser.css("[onclick]"):
        found.update(_QUOTED.findall(node.attributes.get("onclick") or ""))
    for node in parser.css("[data-tab],[data-panel],[data-content],[data-modal],[data-section],[data-accordion]"):
        for key in ("data-tab", "data-panel", "data-content", "data-modal", "data-section", "data-accordion"):
            found.add((node.attributes.get(key) or "").lstrip("#"))
    for node in parser.css("label[for]"):
        found.add(node.attributes.get("for") or "")
    for node in parser.css("[aria-controls],[data-target],[data-bs-target],[data-toggle],[data-bs-toggle],[aria-owns]"):
        attributes = node.attributes
        for key in ("aria-controls", "data-target", "data-bs-target", "aria-owns", "href"):
            value = attributes.get(key)
            if value:
                found.update(value.replace("#", " ").split())
    return frozenset(found)
