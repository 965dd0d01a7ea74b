"""Whole judgements: true quotations always, the site read before a flag, appearances, doubt, two rulebooks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.auditor import Auditor, SiteText, listing_offering
from audit.catalogue import load
from audit.records import Finding
from crawler.records import Group, Offering, Passage

AUDITOR = Auditor()
SKILLS = (
    "This ten-week class teaches skills for panic and worry. Each week has a handout and homework.\n"
    "You will learn breathing techniques, how anxiety works in the body, and strategies to cope with it.\n"
    "The instructor explains one topic a session from the workbook, and we practise the skills together."
)
PROCESS = (
    "There is no agenda. Members tell each other honestly how they come across, and give and receive feedback.\n"
    "What happens between people in the room, here and now, becomes the work: you begin to see the patterns in how you "
    "relate, and where they came from."
)
SENTENCES = [text for c in load().criteria for text in (*c.counts, *(e.text for e in c.excluded))]
ODD = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def offering(
    name: str = "", text: str = "", headings: tuple[str, ...] = (), title: str = "", key: str = "g"
) -> Offering:
    return listing_offering(name=name, text=text, headings=headings, title=title, key=key)


def passage(text: str, *, about_groups: bool = True, about: str = "") -> Passage:
    return Passage("r", "s", "capture-9", "https://x.test/faq", ("Our groups",), text, about_groups, about)


def assert_true_quotations(finding: Finding, listing: Offering) -> None:
    for item in finding.evidence:
        if item.field != "site":
            assert listing.field(item.field)[item.start : item.end] == item.quote
            assert item.quote.strip() == item.quote != ""
            if item.modifier_start >= 0:
                assert listing.field(item.field)[item.modifier_start : item.modifier_end] == item.modifier_quote


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(SENTENCES), ODD), max_size=8),
    st.sampled_from([" ", "\n", "\n\n", "\u00a0"]),
    ODD,
    ODD,
)
def test_every_quotation_is_true(parts: list[str], joint: str, name: str, heading: str) -> None:
    listing = offering(name, joint.join(parts), (heading, "Group Therapy"), f"{name} | {heading}")
    assert_true_quotations(AUDITOR.judge(listing), listing)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e\u0301motions 👩‍👩‍👧 group therapy \u202eyparehT puorG\u202c ᴳʳᵒᵘᵖ",
        "שלום group therapy عربى — you will learn coping skills",
        "This class teaches skills. " * 40_000,
        "a" * 1_000_000,
        "give " * 100_000,
    ],
    ids=[
        "empty",
        "marks and emoji",
        "right to left",
        "1 MB of sentences",
        "1 MB word",
        "a cue's first word over and over",
    ],
)
def test_odd_texts_end_in_a_finding_with_true_quotations(text: str) -> None:
    listing = offering("Group Therapy", text)
    assert_true_quotations(AUDITOR.judge(listing), listing)


def test_a_class_under_a_therapy_label_is_flagged_with_its_words() -> None:
    finding = AUDITOR.judge(offering("Panic Group Therapy", SKILLS), SiteText((), (), ("c1", "c2")))
    assert (finding.claim, finding.kind, finding.grounds, finding.verdict) == (
        "own",
        "psychoeducation",
        2,
        "mislabeled",
    )
    assert finding.searched == ("c1", "c2")
    assert finding.site_searched
    quotes = [item.quote for item in finding.evidence if item.kind == "psychoeducation" and item.stance == "for"]
    assert len(quotes) >= 3


def test_a_process_group_is_consistent() -> None:
    finding = AUDITOR.judge(offering("Men's Therapy Group", PROCESS))
    assert (finding.kind, finding.verdict) == ("therapy", "consistent")
    assert not finding.site_searched


def test_the_same_class_without_a_label_is_nobodys_business() -> None:
    assert AUDITOR.judge(offering("Panic class", SKILLS)).verdict == "not_claimed"


def test_denying_the_claim_takes_it_away() -> None:
    assert AUDITOR.judge(offering("Panic evening", f"{SKILLS}\nThis is not group therapy.")).claim == "none"


def test_a_therapy_element_elsewhere_makes_it_review_and_is_quoted() -> None:
    site = SiteText(
        (passage("In our groups members give one another honest feedback about how they come across."),), (), ("c",)
    )
    finding = AUDITOR.judge(offering("Panic Group Therapy", SKILLS), site)
    assert finding.verdict == "review"
    assert "therapy_element_elsewhere" in finding.decided_by
    counter = finding.evidence[finding.counter]
    assert counter.field == "site"
    assert site.passages[0].text[counter.start : counter.end] == counter.quote


@pytest.mark.parametrize(
    "elsewhere",
    [
        passage("Members give one another honest feedback about how they come across.", about="another-group"),
        passage("Members give one another honest feedback about how they come across.", about_groups=False),
        passage("Parking is behind the house."),
    ],
    ids=["tied to another group", "not about groups", "no therapy in it"],
)
def test_what_does_not_concern_the_group_leaves_the_flag(elsewhere: Passage) -> None:
    site = SiteText((elsewhere,), (), ("c",))
    assert AUDITOR.judge(offering("Panic Group Therapy", SKILLS), site).verdict == "mislabeled"


def test_one_clause_of_process_in_the_listing_keeps_it_from_being_flagged() -> None:
    clause = "\nMembers also tell each other honestly how they come across in the room."
    assert AUDITOR.judge(offering("Panic Group Therapy", SKILLS + clause)).verdict in ("mixed", "review", "consistent")


def test_the_fullest_appearance_is_judged_and_the_claim_comes_from_any() -> None:
    card = replace(offering("Calm Hour", "Mondays at six.", ("Group Therapy",)), offering_id="card", group_key="calm")
    page = replace(offering("Calm Hour", SKILLS), offering_id="page", group_key="calm")
    group = Group("r", "s", "calm", "Calm Hour", "group", ("card", "page"), "page", "d", "new")
    (finding,) = AUDITOR.judge_site([group], [card, page], [], ["c1"])
    assert (finding.claim, finding.claim_from, finding.kind) == ("section", "card", "psychoeducation")
    assert_true_quotations(finding, page)


def test_appearances_that_come_out_differently_are_for_review() -> None:
    one = replace(offering("Calm Group Therapy", SKILLS), offering_id="one", group_key="calm")
    two = replace(offering("Calm Group Therapy", PROCESS), offering_id="two", group_key="calm")
    group = Group("r", "s", "calm", "Calm", "group", ("one", "two"), "one", "d", "new")
    (finding,) = AUDITOR.judge_site([group], [one, two], [], [])
    assert finding.verdict == "review"
    assert "appearances_differ" in finding.decided_by


def test_both_rulebooks_stand_on_every_finding() -> None:
    finding = AUDITOR.judge(offering("Panic Group Therapy", f"{SKILLS}\nLed by a licensed psychologist."))
    assert {each.rulebook: each.verdict for each in finding.verdicts} == {
        "opencounseling-2021": "mislabeled",
        "tip41": "consistent",
    }


def test_the_version_is_a_digest_that_the_rulebook_moves() -> None:
    assert AUDITOR.version == Auditor().version != Auditor("tip41").version


def test_the_counter_quotation_is_a_statement_before_it_is_the_groups_own_name() -> None:
    finding = AUDITOR.judge(
        listing_offering(
            name="Process Group Therapy",
            text="In this process group we have a support group for people in grief. Members share their stories.\n"
            "There is no set agenda.",
            headings=(),
            title="",
        )
    )
    said = [hit.quote for hit in finding.evidence if hit.kind == "therapy"]
    assert said[0] == "process group", "the name said again comes first in the text"
    assert finding.evidence[finding.counter].quote == "no set agenda"
