"""The templates' surroundings: filters that keep a page's text harmless, and the policy that keeps the page so."""

from __future__ import annotations

import base64
import datetime
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from reports import text
from reports.render import words


@cache
def environment() -> jinja2.Environment:
    """Return the Jinja environment: everything is escaped, and a name that isn't there is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("reports", "render/templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    made.filters |= {
        "visible": text.visible,
        "plain": text.plain,
        "safe_link": text.safe_link,
        "excerpt": _excerpt,
        "day": _day,
        "moment": _moment,
        "criterion_anchor": lambda name: "c-" + hashlib.sha256(name.encode()).hexdigest()[:10],
    }
    made.globals |= {
        "claims": words.CLAIMS,
        "claims_long": words.CLAIMS_LONG,
        "kinds": words.KINDS,
        "kinds_long": words.KINDS_LONG,
        "definitions": words.DEFINITIONS,
        "verdicts": words.VERDICTS,
        "stances": words.STANCES,
        "symbols": words.SYMBOLS,
        "changes_words": words.CHANGES,
        "css": Markup(asset("report.css")),  # noqa: S704 - our own file
    }
    return made


@cache
def asset(name: str) -> str:
    """Return one of our own files, as it is written into every page that needs it."""
    source = files("reports").joinpath("render", "assets", name).read_text(encoding="utf-8")
    return "\n".join(line.strip() for line in source.splitlines() if line.strip())


def page(template: str, *, interactive: bool = False, shared_style: bool = False, **values: Any) -> str:
    """Return a page. Its policy allows our own style and script, by their digests, and nothing else at all.

    Args:
        template: name of the template.
        interactive: whether the page sorts and filters.
        shared_style: whether the style stands in `report.css` beside the first page instead of in each page.
        values: what the template shows.
    """
    script = asset("report.js") if interactive else ""
    return (
        environment()
        .get_template(template)
        .render(
            policy=policy(script, shared_style=shared_style),
            shared_style=shared_style,
            script=Markup(script),  # noqa: S704 - our own file
            **values,
        )
    )


def policy(script: str, *, shared_style: bool = False) -> str:
    """Return the content security policy of a page that holds our style and, if not empty, our script."""
    allowed = f"script-src '{_hash(script)}'; " if script else ""
    style = "'self' file:" if shared_style else f"'{_hash(asset('report.css'))}'"
    return f"default-src 'none'; style-src {style}; {allowed}base-uri 'none'; form-action 'none'"


def _hash(source: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


def _excerpt(value: str) -> Markup:
    line = " / ".join(value.split("\n"))
    return text.visible(line[:120]) + ("…" if len(line) > 120 else "")


def _day(value: datetime.datetime | datetime.date | None) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"


def _moment(value: datetime.datetime | None) -> str:
    return "unknown" if value is None else f"{value:%Y-%m-%d %H:%M} UTC"
