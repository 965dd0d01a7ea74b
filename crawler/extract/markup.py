"""What elements and class names mean for a reader: skipped, inline, bold, hidden, panels; read by the walk."""

from __future__ import annotations

from crawler.records import Role

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "select",
        "option",
        "datalist",
        "textarea",
        "input",
        "video",
        "audio",
        "canvas",
        "map",
        "head",
        "meta",
        "link",
        "progress",
        "meter",
        "dialog",
        "frameset",
        "noframes",
    ]
)
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "output",
        "q",
        "ruby",
        "rp",
        "rt",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
BOLD = frozenset(("b", "strong"))
ROLES = {
    "li": Role.LIST_ITEM,
    "td": Role.TABLE_CELL,
    "th": Role.TABLE_CELL,
    "dt": Role.TERM,
    "dd": Role.DEFINITION,
    "summary": Role.SUMMARY,
    "button": Role.BUTTON,
    "caption": Role.CAPTION,
    "figcaption": Role.CAPTION,
}
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
