"""What must not move a verdict does not, over all open listings; what must, does. Counts are printed (`pytest -s`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from audit.auditor import Auditor
from audit.benchmark import judge_row, read_rows

ROWS = read_rows(Path(__file__).parent.parent / "benchmarks" / "listings" / "open.jsonl")
AUDITOR = Auditor()
BEFORE = {row["id"]: judge_row(row, AUDITOR).verdict for row in ROWS}
MENU = "Home | About us | Our team | Services | Contact | Book now\n"
TESTIMONIAL = "\n\u201cI was nervous at first, and now I would not miss a Thursday.\u201d \u2013 a visitor"
INSIDE_A_WORD = re.compile(r"(?<=[a-z])-(?=[a-z])")
OTHER = "\n\nElsewhere on our pages: the Riverside Walking Club meets on Sundays at ten by the old bridge."


def everywhere(change: Callable[[str], str]) -> Callable[[dict], dict]:
    def apply(row: dict) -> dict:
        return {
            **row,
            "name": change(row["name"] or ""),
            "text": change(row["text"]),
            "page_title": change(row["page_title"] or ""),
            "headings": [change(each) for each in row["headings"]],
        }

    return apply


def in_text(change: Callable[[str], str]) -> Callable[[dict], dict]:
    return lambda row: {**row, "text": change(row["text"])}


def renamed(title: str) -> str:
    """The title with another provider's name where it ends in one."""
    head, bar, _ = title.rpartition(" | ")
    return f"{head} | Kestrel Lane Practice" if bar else title


def moved(change: Callable[[dict], dict]) -> list[str]:
    out = []
    for row in ROWS:
        after = judge_row(change(row), AUDITOR).verdict
        if after != BEFORE[row["id"]]:
            out.append(f"{row['id']}: {BEFORE[row['id']]} -> {after}")
    return out


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("upper case", everywhere(str.upper)),
        ("lower case", everywhere(str.lower)),
        ("curly quotes", everywhere(lambda t: t.replace("'", "\u2019").replace('"', "\u201d"))),
        (
            "straight quotes",
            everywhere(lambda t: t.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')),
        ),
        ("long dashes", everywhere(lambda t: t.replace("-", "\u2013"))),
        ("no-break spaces", everywhere(lambda t: t.replace(" ", "\u00a0"))),
        ("double spaces", everywhere(lambda t: t.replace(" ", "  "))),
        ("no-break hyphens", everywhere(lambda t: t.replace("-", "\u2011"))),
        ("no hyphen inside a word", in_text(lambda t: INSIDE_A_WORD.sub(" ", t))),
        ("another provider's name", lambda row: {**row, "page_title": renamed(row["page_title"] or "")}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_form_moves_nothing(name: str, change: Callable[[dict], dict]) -> None:
    changed = moved(change)
    print(f"\n{name}: {len(changed)} of {len(ROWS)} moved")
    assert changed == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a menu before it", in_text(lambda t: MENU + t)),
        ("a testimonial after it", in_text(lambda t: t + TESTIMONIAL)),
        ("a paragraph about another group", in_text(lambda t: t + OTHER)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_noise_moves_at_most_one_in_a_hundred(name: str, change: Callable[[dict], dict]) -> None:
    changed = moved(change)
    print(f"\n{name}: {len(changed)} of {len(ROWS)} moved", *changed, sep="\n  ")
    assert len(changed) <= len(ROWS) / 100


def claimed(verdict: str) -> list[dict]:
    return [row for row in ROWS if BEFORE[row["id"]] == verdict]


def test_denying_the_claim_ends_it() -> None:
    for row in claimed("mislabeled") + claimed("consistent"):
        denied = {**row, "text": f"{row['text']}\n\nPlease note that this is not group therapy."}
        assert judge_row(denied, AUDITOR).claim == "none", row["id"]


def test_a_therapy_heading_makes_a_section_claim_of_what_claimed_nothing() -> None:
    changed = 0
    for row in ROWS:
        finding = judge_row(row, AUDITOR)
        if finding.claim in ("none", "counseling") and finding.decided_by[0] != "claim_denied":
            under = judge_row({**row, "headings": ["Group Therapy"]}, AUDITOR)
            changed += under.claim == "section"
            assert under.claim in ("section", "own"), row["id"]
    assert changed > 30


def test_an_untied_therapy_sentence_elsewhere_takes_every_flag_to_review() -> None:
    sentence = "In all our groups members tell one another honestly how they come across."
    flags = claimed("mislabeled")
    assert flags
    for row in flags:
        finding = judge_row({**row, "site_text": ["Parking is free.", sentence]}, AUDITOR)
        assert finding.verdict == "review", row["id"]


def test_without_folding_the_form_moves_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.reading.fold", lambda text: text)
    changed = moved(everywhere(str.upper))
    print(f"\nno folding, upper case: {len(changed)} of {len(ROWS)} moved")
    assert len(changed) > len(ROWS) / 4


def test_without_scope_other_verdicts_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_self: object, _folded: str, _statements: object, targets: Sequence[object], *_: object) -> list[None]:
        return [None] * len(targets)

    monkeypatch.setattr("audit.context.Context.scopes", none)
    changed = moved(lambda row: row)
    print(f"\nno scope: {len(changed)} of {len(ROWS)} moved")
    assert len(changed) > len(ROWS) / 100
