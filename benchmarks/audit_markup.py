"""Ten families of markup in which a listing can stand on a page: the templates of `audit_pages`.

Each is our own, made after what the page builders and content systems of small practices put out. All carry a menu, two
neighbouring listings, a testimonial and a footer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

_BULLET = re.compile(r"^\s*(?:[\u2022\u25cf\u25e6*\u2013\u2014-]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A listing as a page shows it: its name and its lines."""

    name: str
    text: str

    def html(self, item: str = "p") -> str:
        """Return the lines as paragraphs, and as list items where they are bulleted."""
        out = []
        lines = [line.strip() for line in self.text.split("\n") if line.strip()]
        for listed, group in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
            if listed:
                out.append("<ul>" + "".join(f"<li>{escape(_BULLET.sub('', line))}</li>" for line in group) + "</ul>")
            else:
                out.extend(f"<{item}>{escape(line)}</{item}>" for line in group)
        return "\n".join(out)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes on a page: its title, the headings over the listings (outermost first), and the listings in order."""

    title: str
    headings: tuple[str, ...]
    entries: tuple[Entry, ...]


def page(sheet: Sheet, family: str) -> bytes:
    """Return the page of a sheet in a family's markup, with all that stands around it."""
    menu = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in ("Home", "About", "Team", "Contact"))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title></head><body>'
        f'<header><div class="brand">Fenwick House</div><nav><ul>{menu}</ul></nav></header>'
        f"{FAMILIES[family](sheet)}"
        '<section class="testimonials"><h2>Kind words</h2><blockquote>'
        "\u201cThe receptionist remembered my name, and the waiting room has good light.\u201d"
        "<cite>\u2013 a visitor</cite></blockquote></section>"
        "<footer><p>Fenwick House, 12 Mill Lane</p><p>\u00a9 2026 All rights reserved</p>"
        '<ul><li><a href="/privacy">Privacy</a></li><li><a href="/fees">Fees</a></li></ul></footer></body></html>'
    ).encode()


def _over(headings: Sequence[str]) -> str:
    """The headings over the listings, the outermost as h1."""
    return "".join(_heading(level, text) for level, text in enumerate(headings, start=1))


def _heading(level: int, text: str, inside: str = "{}") -> str:
    tag = f"h{min(level, 6)}"
    return f"<{tag}>{inside.format(escape(text))}</{tag}>"


def _named(entry: Entry, level: int, inside: str = "{}") -> str:
    return _heading(level, entry.name, inside) if entry.name else ""


def _level(sheet: Sheet) -> int:
    return len(sheet.headings) + 1


def _builder_cards(sheet: Sheet) -> str:
    cards = "".join(
        f'<div class="elementor-column"><div class="elementor-widget-heading">{_named(entry, _level(sheet))}</div>'
        f'<div class="elementor-widget-text-editor">{entry.html()}</div><a class="btn" href="/join">Sign up</a></div>'
        for entry in sheet.entries
    )
    return f'<main><section>{_over(sheet.headings)}</section><section class="elementor-row">{cards}</section></main>'


def _square_blocks(sheet: Sheet) -> str:
    blocks = "".join(
        f'<div class="sqs-block html-block"><div class="sqs-block-content">'
        f"{_named(entry, _level(sheet))}{entry.html()}</div></div>"
        '<div class="sqs-block horizontalrule-block"><hr></div>'
        for entry in sheet.entries
    )
    head = f'<div class="sqs-block html-block"><div class="sqs-block-content">{_over(sheet.headings)}</div></div>'
    return f'<main><article><div class="sqs-layout">{head}{blocks}</div></article></main>'


def _nested_divs(sheet: Sheet) -> str:
    def rich(inner: str) -> str:
        return (
            f'<div class="comp"><div class="a"><div class="b" data-testid="richTextElement">{inner}</div></div></div>'
        )

    parts = [rich(_over(sheet.headings))]
    for entry in sheet.entries:
        heading = _named(entry, _level(sheet), '<span style="font-size:22px"><span class="color">{}</span></span>')
        parts.append(f'<div class="section">{rich(heading) if heading else ""}{rich(entry.html())}</div>')
    return f'<div id="SITE_CONTAINER"><div><div>{"".join(parts)}</div></div></div>'


def _accordion(sheet: Sheet) -> str:
    items = "".join(
        f'<div class="field__item"><div class="paragraph paragraph--type--accordion-item"><h{min(6, _level(sheet))}>'
        f'<button aria-expanded="false" aria-controls="c{at}">{escape(entry.name)}</button></h{min(6, _level(sheet))}>'
        f'<div id="c{at}" class="accordion-body" hidden>{entry.html()}</div></div></div>'
        if entry.name
        else f'<div class="field__item">{entry.html()}</div>'
        for at, entry in enumerate(sheet.entries)
    )
    inner = f'{_over(sheet.headings)}<div class="field">{items}</div>'
    return f'<main role="main"><div class="node__content">{inner}</div></main>'


def _tabs(sheet: Sheet) -> str:
    tabs = "".join(
        f'<li class="nav-item"><a class="nav-link" data-toggle="tab" href="#t{at}">'
        f"{escape(entry.name or 'More')}</a></li>"
        for at, entry in enumerate(sheet.entries)
    )
    panes = "".join(
        f'<div class="tab-pane" id="t{at}" role="tabpanel">{_named(entry, _level(sheet))}{entry.html()}</div>'
        for at, entry in enumerate(sheet.entries)
    )
    return (
        f'<div class="container"><div class="row"><div class="col-12">{_over(sheet.headings)}<ul class="nav nav-tabs">'
        f'{tabs}</ul><div class="tab-content">{panes}</div></div></div></div>'
    )


def _event_list(sheet: Sheet) -> str:
    events = "".join(
        f'<article class="event"><time datetime="2026-12-0{at + 1}T18:00">Dec {at + 1} @ 6:00 pm</time>'
        f"{_named(entry, _level(sheet), f'<a href=/event/{at}>' + '{}</a>')}"
        f'<div class="event-description">{entry.html()}</div></article>'
        for at, entry in enumerate(sheet.entries)
    )
    return f'<main>{_over(sheet.headings)}<div class="events-list">{events}</div></main>'


def _old_tables(sheet: Sheet) -> str:
    rows = "".join(
        f'<tr><td valign="top"><font face="Verdana" size="2"><b>{escape(entry.name)}</b><br><br>'
        f"{_breaks(entry)}</font></td></tr><tr><td><hr></td></tr>"
        for entry in sheet.entries
    )
    return f'<table width="760" align="center"><tr><td>{_over(sheet.headings)}</td></tr>{rows}</table>'


def _breaks(entry: Entry) -> str:
    return "<br><br>\n".join(escape(line.strip()) for line in entry.text.split("\n") if line.strip())


def _list_items(sheet: Sheet) -> str:
    items = "".join(
        f"<li>{f'<strong>{escape(entry.name)}</strong>' if entry.name else ''}\n{entry.html()}</li>"
        for entry in sheet.entries
    )
    inner = f'{_over(sheet.headings)}<ul class="post-list">{items}</ul>'
    return f'<div class="page-content"><div class="wrapper">{inner}</div></div>'


def _landing(sheet: Sheet) -> str:
    sections = "".join(
        f'<section class="band band-{at % 2}"><div class="inner">{_named(entry, _level(sheet))}{entry.html()}'
        '<p><a class="cta" href="/contact">Get in touch</a></p></div></section>'
        for at, entry in enumerate(sheet.entries)
    )
    hero = f'<section class="hero">{_over(sheet.headings)}</section>'
    why = '<section class="band"><h2>Where to find us</h2><p>Two minutes from the station, step-free.</p></section>'
    return f"<main>{hero}{sections}{why}</main>"


def _details(sheet: Sheet) -> str:
    items = "".join(
        f"<details><summary>{escape(entry.name)}</summary>{entry.html()}</details>" if entry.name else entry.html()
        for entry in sheet.entries
    )
    return f"<main>{_over(sheet.headings)}{items}</main>"


FAMILIES: dict[str, Callable[[Sheet], str]] = {
    "page-builder cards": _builder_cards,
    "squarespace blocks": _square_blocks,
    "wix divs": _nested_divs,
    "drupal accordion": _accordion,
    "bootstrap tabs": _tabs,
    "event list": _event_list,
    "2005 tables": _old_tables,
    "jekyll list": _list_items,
    "landing page": _landing,
    "details": _details,
}
