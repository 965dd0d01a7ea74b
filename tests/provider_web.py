"""Shared by tests of whole runs: small provider sites of our own words, one of whose groups is a flag."""

from __future__ import annotations

from pathlib import Path

from local_web import Web

FLAGGED = (
    "A six-week class. Each week you learn one skill for calming the body and get a worksheet for practice at home. "
    "The curriculum covers breathing, worry and sleep, and every session ends with a short quiz on what was taught."
)
PROCESS = (
    "Members tell each other honestly how they come across, and look together with the therapist at what happens "
    "between them in the room, week after week."
)


def html(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><main><h1>{title}</h1>'
        f"{body}</main></body></html>"
    )


def provider(name: str, *, word: str = "", city: str = "Norwich") -> dict[str, object]:
    """The pages of a practice with a mislabelled group and a proper one; `word` marks its texts."""
    prefix = f"/{name.lower()}"
    groups = (
        f"<h2>Calm Mondays: Anxiety Therapy Group</h2><p>{FLAGGED} {word}</p>"
        f"<h2>Thursday Process Group</h2><p>A therapy group without an agenda. {PROCESS} {word}</p>"
    )
    home = f'<p>{name} practice, in {city}. {word}</p><p><a href="{prefix}/groups">Our groups</a></p>'
    return {prefix: html(f"{name} practice", home), f"{prefix}/groups": html(f"Groups at {name} practice", groups)}


def words(command: str, sites: Path, data: Path, *more: object) -> tuple[object, ...]:
    """The words of a crawl of loopback without a pause."""
    return (command, sites, "--data", data, "--allow-private", "127.0.0.0/8", "--gap", 0, *more)


def write_list(path: Path, web: Web, *names: str, city: str = "Norwich") -> None:
    rows = "".join(f"{web.origin}/{name.lower()},{name} practice,{city}\n" for name in names)
    path.write_text(f"url,name,city\n{rows}")
