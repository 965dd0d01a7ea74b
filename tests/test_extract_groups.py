"""Appearances become groups, and a group stays itself from run to run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.extract.facts import read_facts
from crawler.extract.groups import description_id, join_groups
from crawler.records import Block, Group, Offering

TEXTS = {
    "grief": "For adults who have lost somebody close. Tuesdays at 6 pm in the blue room. Led by Anna Marsh, LCSW.",
    "anxiety": "A class on worry with handouts and home practice. Mondays at 5 pm. $40 a session.",
    "process": "An open-ended group in which members notice how they relate to one another. Thursdays at noon.",
}


def offering(
    name: str, text: str, *, url: str = "http://a.example/groups", path: str = "p", scope: str = "group", run: str = "1"
) -> Offering:
    blocks = tuple(Block("paragraph", line) for line in text.split("\n"))
    made = Offering(
        run, f"{run}{url}{path}{name}", "a.example", "c", url, "Groups", name, ("Groups",), blocks, scope, path=path
    )
    return read_facts(made)


def join(*offerings: Offering, previous: list[tuple[Group, Offering]] | None = None) -> list[tuple[Group, Offering]]:
    kept, groups = join_groups(offerings, offerings[0].run_id, "a.example", previous or [])
    by_id = {o.offering_id: o for o in kept}
    assert all(o.group_key for o in kept)
    return [(group, by_id[group.fullest]) for group in groups]


def test_a_card_a_page_and_a_calendar_row_are_one_group() -> None:
    joined = join(
        offering("Grief Group", "For adults. Tuesdays at 6 pm."),
        offering("Grief Group", TEXTS["grief"], url="http://a.example/grief"),
        offering("Grief Group", "Tuesdays at 6 pm.", url="http://a.example/calendar"),
    )
    assert len(joined) == 1
    assert joined[0][1].url == "http://a.example/grief"
    assert len(joined[0][0].offering_ids) == 3


def test_one_name_at_two_times_is_two_groups() -> None:
    joined = join(
        offering("Grief Group", "Tuesdays at 6 pm.", path="a"), offering("Grief Group", "Saturdays at 10 am.", path="b")
    )
    assert len({group.group_key for group, _ in joined}) == 2


def test_the_other_groups_day_in_passing_does_not_make_two_groups_one() -> None:
    joined = join(
        offering("Open Group", "Members speak freely. Mondays, 6.30–8pm.", path="a"),
        offering("Open Group", "Run like the Monday one, but apart from it. Thursdays, 12.30–2pm.", path="b"),
    )
    assert len({group.group_key for group, _ in joined}) == 2


def test_service_descriptions_of_a_site_are_one_group_whatever_their_headings() -> None:
    joined = join(
        offering("Group therapy", "We run small groups.", scope="service"),
        offering("Our groups", "Our groups meet weekly and have a leader.", url="http://a.example/x", scope="service"),
    )
    assert len(joined) == 1
    assert joined[0][0].scope == "service"


def test_a_group_of_another_provider_is_another_group() -> None:
    ours = offering("Grief Group", TEXTS["grief"])
    theirs = replace(offering("Grief Group", TEXTS["grief"], path="q"), provider="Someone Else")
    assert len(join(ours, theirs)) == 2


@pytest.mark.parametrize(
    ("change", "signals"),
    [
        pytest.param({}, {"path", "name", "likeness"}, id="unchanged"),
        pytest.param({"name": "Loss Circle"}, {"path", "likeness"}, id="relabelled"),
        pytest.param(
            {"text": "A new text that shares few words. Tuesdays at 6 pm. With Anna Marsh, LCSW."},
            {"name", "schedule"},
            id="reworded",
        ),
        pytest.param({"url": "http://a.example/new"}, {"name", "likeness"}, id="moved"),
        pytest.param(
            {
                "name": "Loss Circle",
                "url": "http://a.example/new",
                "text": TEXTS["grief"].replace("somebody close", "a dear one"),
            },
            {"schedule", "leader", "likeness"},
            id="all three",
        ),
    ],
)
def test_a_changed_group_stays_itself(change: dict[str, str], signals: set[str]) -> None:
    before = join(
        offering("Grief Group", TEXTS["grief"], path="a"), offering("Worry Class", TEXTS["anxiety"], path="b")
    )
    told = {"name": "Grief Group", "text": TEXTS["grief"], "url": "http://a.example/groups"} | change
    after = join(
        offering("Worry Class", TEXTS["anxiety"], path="b", run="2"),
        offering(told["name"], told["text"], url=told["url"], path="a", run="2"),
        previous=before,
    )
    keys = {fullest.name: group for group, fullest in after}
    assert keys["Worry Class"].group_key == before[1][0].group_key
    assert keys[told["name"]].group_key == before[0][0].group_key
    assert signals <= set(keys[told["name"]].matched_by.split("+"))


def test_another_group_is_new_and_takes_nobodys_key() -> None:
    before = join(offering("Grief Group", TEXTS["grief"], path="a"))
    after = join(
        offering("Grief Group", TEXTS["grief"], path="a", run="2"),
        offering("Process Group", TEXTS["process"], path="b", run="2"),
        previous=before,
    )
    assert [group.matched_by == "new" for group, _ in after] == [False, True]


def test_two_groups_of_one_name_keep_their_own_keys_when_their_order_turns() -> None:
    first = offering("Anxiety Group", "Adults learn to face fear. Mondays at 5 pm.", path="a")
    second = offering("Anxiety Group", "Adults learn to face fear. Saturdays at 10 am.", path="b")
    before = {fullest.text: group.group_key for group, fullest in join(first, second)}
    turned = [
        replace(second, path="a", offering_id="x", run_id="2"),
        replace(first, path="b", offering_id="y", run_id="2"),
    ]
    previous = join(first, second)
    after = {fullest.text: group.group_key for group, fullest in join(*turned, previous=previous)}
    assert after == before


def test_city_pages_of_a_chain_share_a_description() -> None:
    text = "Our group for anxious adults in {} meets weekly with {}, LPC, and costs ${}. Call 555-010-{}."
    one = offering("Anxiety Group", text.format("Tulsa", "Jo Reed", 40, "2001"))
    two = offering("Anxiety Group", text.format("Reno", "Kim Vale", 55, "4477"))
    other = offering("Anxiety Group", "Something quite different for anxious adults.")
    assert description_id(one) == description_id(two) != description_id(other)
