"""Facts: what is read, what is not, and that every span says what it claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.facts import read_facts
from crawler.records import Block, Fact, Offering


def facts(text: str, name: str = "A Group") -> list[Fact]:
    return list(read_facts(Offering("r", "o", "s", "c", "", "", name, (), (Block("paragraph", text),), "group")).facts)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Led by Anna Marsh, LCSW.", "leader", "Anna Marsh"),
        ("Facilitators: Bo Lind and Kim", "leader", "Bo Lind"),
        ("with Anna Marsh, LCSW", "credential", "LCSW"),
        ("Led by a licensed psychologist", "led_by", "clinician"),
        ("co-led by two graduate student clinicians, doctoral interns", "led_by", "trainee"),
        ("A peer-led circle", "led_by", "peer"),
        ("Facilitated by a certified coach", "led_by", "coach"),
        ("Taught by a yoga instructor", "led_by", "instructor"),
        ("Second Thursday of the month, 6:30 to 8 pm", "schedule", "Second Thursday of the month, 6:30 to 8 pm"),
        ("Meets every other week", "schedule", "every other week"),
        ("Begins March 4, 2027", "date", "March 4, 2027"),
        ("90-minute sessions", "duration", "90-minute"),
        ("An eight-week series", "sessions", "eight"),
        ("$45 per session", "fee", "$45 per session"),
        ("Free of charge", "fee", "free"),
        ("Sliding scale available", "sliding_scale", "Sliding scale"),
        ("We are in-network with most plans", "insurance", "in-network"),
        ("Limited to 8 members", "size", "Limited to 8 members"),
        ("A closed group", "enrolment", "closed"),
        ("Drop-in, no need to book", "enrolment", "drop_in"),
        ("New members join at any time", "enrolment", "open"),
        ("For people living with dementia", "population", "dementia"),
        ("For mothers and their babies", "population", "parent_and_child"),
        ("For children ages 6 to 9", "population", "children"),
        ("For children ages 6 to 9", "age", "ages 6 to 9"),
        ("Adults 60+", "age", "60+"),
        ("Held online by video", "format", "online"),
        ("In person at the annex", "format", "in_person"),
        ("A screening call is required", "prerequisite", "screening call is required"),
        ("There is a waitlist", "status", "waitlist"),
        ("This group is full", "status", "full"),
        ("The course has ended", "status", "ended"),
        ("Coming soon", "status", "planned"),
        ("Now enrolling", "status", "open"),
        ("Call 555-010-2244", "phone", "555-010-2244"),
        ("Write to groups@hill.example", "email", "groups@hill.example"),
    ],
)
def test_a_stated_fact_is_read(text: str, kind: str, value: str) -> None:
    assert (kind, value) in [(fact.kind, fact.value) for fact in facts(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("For caregivers of somebody who forgets", "population:dementia"),
        ("For parents of children", "population:children"),
        ("We meet in May be the sun", "date"),
        ("what you do matters", "credential"),
        ("A group of 8 friends from 1999", "age"),
        ("Members support each other", "led_by"),
    ],
)
def test_an_unstated_fact_is_not_read(text: str, kind: str) -> None:
    name, _, value = kind.partition(":")
    assert not [fact for fact in facts(text) if fact.kind == name and value in ("", fact.value)]


def test_people_and_their_numbers_are_marked_as_personal() -> None:
    found = {
        fact.kind: fact.personal for fact in facts("Led by Anna Marsh, LCSW, $40. Call 555-010-2244 or a@b.example.")
    }
    assert found == {"leader": True, "credential": False, "fee": False, "phone": True, "email": True}


@pytest.mark.parametrize("kind", ["leader", "credential", "schedule", "date", "age", "phone", "email", "size"])
def test_a_fact_in_the_pages_words_is_the_quoted_text(kind: str) -> None:
    text = (
        "Led by Anna Marsh, LCSW. Mondays at 5 pm from March 4, 2027. Ages 18 to 25, limited to 8 people. "
        "Call 555-010-2244 or a@b.example."
    )
    found = [fact for fact in facts(text) if fact.kind == kind]
    assert found
    assert all(text[fact.start : fact.end] == fact.value for fact in found)


@given(st.text(alphabet="Mondays at5pm$40İﬀ,.–’\n LCSWfullAnn ", max_size=120))
def test_every_span_lies_inside_its_field(text: str) -> None:
    offering = Offering("r", "o", "s", "c", "", "", "Group", (), (Block("paragraph", text),), "group")
    for fact in read_facts(offering).facts:
        quoted = offering.field(fact.field)[fact.start : fact.end]
        assert quoted
        assert fact.value == quoted or fact.value.isascii()
