"""Pinned floors: what a figure may not fall below, for one digest of the corpus; raised, never lowered."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from audit.benchmark import Report

FLOORS = Path(__file__).parent / "floors.json"
SLACK = 0.01
"""A floor is pinned this much below what was measured: one listing of 243 may turn without an alarm."""


def figures(measured: Report) -> dict[str, float]:
    """Return the figures that have floors."""
    shares = ("claim right", "kind right where sure", "flag precision strict", "flag precision lenient", "flag recall")
    out = {name: measured.share(name).value or 0.0 for name in shares}
    return out | {f"kappa {name}": measured.kappas[name][0] for name in ("kind", "three-way", "verdict")}


def shortfalls(measured: Report, pinned: Mapping[str, object]) -> list[str]:
    """Return what is wrong, one line each: another corpus, or a figure below its floor."""
    if pinned["corpus"] != measured.digest:
        return [
            f"the corpus is {measured.digest}, the floors were pinned for {pinned['corpus']}: --repin them knowingly"
        ]
    floors: Mapping[str, float] = pinned["floors"]  # type: ignore[assignment]  # JSON
    now = figures(measured)
    return [
        f"{name}: {now[name]:.3f} is below its floor {floor:.3f}" for name, floor in floors.items() if now[name] < floor
    ]


def repin(measured: Report, pinned: Mapping[str, object]) -> None:
    """Write floors a little below what was measured; a floor that would fall is refused."""
    now = {name: round(value - SLACK, 3) for name, value in figures(measured).items()}
    old: Mapping[str, float] = pinned["floors"] if pinned["corpus"] == measured.digest else {}  # type: ignore[assignment]
    lower = [name for name in old if now[name] < old[name]]
    if lower:
        sys.exit(f"refused: {', '.join(lower)} would fall; a floor is never lowered, mend the audit instead")
    FLOORS.write_text(json.dumps({"corpus": measured.digest, "floors": now}, indent=2) + "\n", encoding="utf-8")
    print(f"pinned in {FLOORS.name}")
