"""The claim, rule by rule of codebook section 1."""

from __future__ import annotations

import pytest

from audit.auditor import Auditor, listing_offering
from audit.claim import decide

AUDITOR = Auditor()


def claim(name: str = "", text: str = "", headings: tuple[str, ...] = (), title: str = "", category: str = "") -> str:
    offering = listing_offering(name=name, text=text, headings=headings, title=title, category=category)
    return decide(AUDITOR.read(offering)).label


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": "Group Therapy for New Fathers"}, "own"),
        ({"name": "Tuesday circle", "text": "A small therapy group for people who lost a twin."}, "own"),
        ({"name": "DBT Group Therapy"}, "own"),
        ({"name": "Parent support group therapy"}, "own"),
        ({"name": "Women's Psychotherapy Group"}, "own"),
        (
            {
                "name": "Group Counseling",
                "text": "Our therapy groups meet weekly, and group counseling is a form of psychotherapy.",
            },
            "own",
        ),
        ({"name": "Moving On", "headings": ("Services", "Group Therapy")}, "section"),
        ({"name": "Moving On", "title": "Group Therapy | Elm Street Practice"}, "section"),
        ({"name": "Moving On", "title": "Our evenings | Elm Street Therapy Group"}, "none"),
        ({"name": "Cognitive Behavioral Therapy Group"}, "modality"),
        ({"name": "Art Therapy Group", "text": "It is a form of therapy in which you paint."}, "modality"),
        ({"name": "Saddle and Sky", "headings": ("Equine-assisted therapy",)}, "modality"),
        ({"name": "LEGO® Therapy"}, "modality"),
        ({"name": "Art Therapy Group", "text": "We offer art as a kind of group psychotherapy."}, "own"),
        ({"name": "Group Counselling"}, "counseling"),
        ({"name": "Exam nerves", "headings": ("Group Counseling",)}, "counseling"),
        ({"name": "Exam nerves", "headings": ("Support Groups & Group Therapy",)}, "none"),
        ({"name": "Divorce evening", "text": "It is a therapy/education group for the newly separated."}, "none"),
        ({"name": "Tuesday circle", "text": "Please note that this is not group therapy."}, "none"),
        ({"name": "Garden Therapy Group", "text": "We don't offer therapy as such, only spades and company."}, "none"),
        ({"name": "Stress class", "text": "A great add-on to group therapy, and cheaper."}, "none"),
        (
            {
                "name": "Stress class",
                "text": "Our therapists lead it, and your individual therapist will hear from us.",
            },
            "none",
        ),
        ({"name": "CBT Group"}, "none"),
        ({"name": "DBT Skills", "text": "Learn skills from dialectical behavior therapy."}, "none"),
        ({"name": "Evening circle", "text": "A therapeutic hour in good company."}, "none"),
        ({"name": "Evening circle", "category": "Group Therapy"}, "listed"),
        ({"name": "Group Therapy", "category": "Group Therapy"}, "own"),
    ],
    ids=lambda value: str(value)[:70],
)
def test_claims(given: dict, expected: str) -> None:
    assert claim(**given) == expected


def test_case_quotes_dashes_and_spaces_do_not_move_a_claim() -> None:
    for name in ("GROUP THERAPY", "group\u00a0therapy", "Group-Therapy", "Group  Therapy", "‘Group Therapy’"):
        assert claim(name=name) == "own"
