# ruff: noqa: E501 - tables of values read better a line each
"""A page that means harm: every field that it controls holds something that a careless report would run, hide or choke on."""

from __future__ import annotations

from dataclasses import replace

from synthetic_runs import RUN_1, SUPPORT_TEXT, GroupSpec, Hit, RunSpec, SiteSpec

FORMULAS = (
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    " =cmd|'/c calc'!A0",
    "％=1",
)
MARKUP = (
    "<script>document.title='owned'</script>",
    "</script></style><script>alert(1)</script>",
    "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% include 'base.html' %}${7*7}",
    "--><!--<body onload=alert(1)>",
    "*{display:none}</style><style>body{background:url(https://evil.example)}",
    "&lt;b&gt;&#x3c;script&#x3e;",
)
UNSEEN = (
    "\u202egnp.exe\u202c",
    "zero\u200bwidth\ufeff",
    "bell\x07 nul\x00 esc\x1b[2J\x1b]0;owned\x07",
    "\u2066iso\u2069",
    "tag\U000e0041",
)
LONG = "N" * 1_000_000
HITS = GroupSpec("x").hits


def hostile_run() -> RunSpec:
    """Return a run of one site whose groups hold every kind of hostile text in every field of a page."""
    texts = [*MARKUP, *UNSEEN, *FORMULAS]
    groups = [
        GroupSpec(
            f"k{number}-{text[:12]}/../../x",
            name=f"{text} Group Therapy",
            text=f"{text}\n{SUPPORT_TEXT}\n{text}",
            title=text,
            headings=(text, f"{text} again"),
            page=f"p{number}.html",
            hits=(*HITS, Hit(text, "title", "support", "support.name", "set_aside", text), Hit(text, "headings.0")),
        )
        for number, text in enumerate(texts)
    ]
    long = GroupSpec(
        "long", name=f"{LONG} Group Therapy", text=f"{LONG} {SUPPORT_TEXT}\n{LONG}", title=LONG, headings=(LONG,)
    )
    groups.append(replace(long, hits=(*HITS, Hit("N" * 900_000, "title", "support", "support.long"))))
    site = SiteSpec(
        "evil.example", tuple(groups), organisation=MARKUP[3], provider_type=MARKUP[0], region=FORMULAS[0],
        passages=tuple(texts),
    )  # fmt: skip
    return RunSpec(RUN_1, (site,))
