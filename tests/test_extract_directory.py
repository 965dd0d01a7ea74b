"""Whose group an entry is, where it meets, and which group a passage is about."""

from __future__ import annotations

from crawler.extract import Page, SiteExtract, extract_site
from crawler.records import Offering, Site

SITE = Site("site", "http://site.example/", "site.example")


def extract(*bodies: str) -> SiteExtract:
    pages = [
        Page(f"{number}.html", f"<html><body><main>{body}</main></body></html>".encode())
        for number, body in enumerate(bodies)
    ]
    return extract_site(pages, SITE, "run")


def offerings(body: str) -> tuple[Offering, ...]:
    return extract(body).pages[0].offerings


ENTRIES = """
<div><h3>Empty Chair Group</h3><p>{}</p><p>For adults who lost a spouse. Mondays at 7 pm.</p></div>
<div><h3>Small Shoes Group</h3><p>{}</p><p>For parents after a stillbirth. Tuesdays at 6 pm.</p></div>
<div><h3>Clear Evenings Group</h3><p>(555) 010-4413</p><p>For young adults in recovery. Fridays at 8 pm.</p></div>"""


def test_an_entry_of_a_directory_belongs_to_the_provider_named_there() -> None:
    found = offerings("<h1>Local support groups</h1>" + ENTRIES.format("Dunmore Hospice", "Lakeside Hospital"))
    assert [o.provider for o in found] == ["Dunmore Hospice", "Lakeside Hospital", "unknown"]
    facts = [fact for o in found for fact in o.facts if fact.kind == "provider"]
    assert [o.text[f.start : f.end] for o, f in zip(found, facts, strict=False)] == [f.value for f in facts]
    assert [fact.value for fact in facts] == ["Dunmore Hospice", "Lakeside Hospital"]


def test_a_page_that_says_it_runs_none_of_its_groups_is_a_directory() -> None:
    body = "<h1>Groups</h1><p>We do not run these groups.</p>" + ENTRIES.format("Dunmore Hospice", "Lakeside Hospital")
    assert [o.provider for o in offerings(body)] == ["Dunmore Hospice", "Lakeside Hospital", "unknown"]


def test_labelled_providers_make_a_directory() -> None:
    body = "<h1>Groups</h1>" + ENTRIES.format("Offered by Dunmore Hospice", "Offered by Lakeside Hospital")
    assert [o.provider for o in offerings(body)] == ["Dunmore Hospice", "Lakeside Hospital", "unknown"]


def test_a_practice_that_meets_in_two_houses_is_no_directory() -> None:
    body = "<h1>Our Groups</h1>" + ENTRIES.format("Dunmore Hospice", "Lakeside Hospital")
    assert [o.provider for o in offerings(body)] == ["", "", ""]


def test_one_provider_alone_is_no_directory() -> None:
    body = "<h1>Local support groups</h1>" + ENTRIES.format("Dunmore Hospice", "Dunmore Hospice")
    assert [o.provider for o in offerings(body)] == ["", "", ""]


def places(text: str) -> list[str]:
    body = f"<h1>Grief Group</h1><p>A group for adults who lost somebody. Mondays at 7 pm.</p>{text}"
    return [fact.value for fact in offerings(body)[0].facts if fact.kind == "place"]


def test_places() -> None:
    assert places("<p>Location: Room B, upstairs</p>") == ["Room B, upstairs"]
    assert places("<dl><dt>Where</dt><dd>Grange Hall</dd></dl>") == ["Grange Hall"]
    assert places("<p>We sit at 12 Mill Street.</p>") == ["12 Mill Street"]
    assert places("<p>We sit in the Harbor Public Library.</p>") == ["Harbor Public Library"]


def test_what_is_no_place() -> None:
    assert places("<p>Location: online</p>") == []
    assert places("<p>We meet 12 weeks in a row, wherever you are.</p>") == []


def test_a_passage_is_about_the_group_it_names() -> None:
    site = extract(
        "<h1>Our Groups</h1>" + ENTRIES.format("", ""),
        "<h1>What to bring to Small Shoes Group</h1><p>A photograph, if you have one.</p>",
        "<h1>Questions</h1><p>Members of the Empty Chair Group bring their lunch.</p>",
        "<h1>Questions</h1><p>The Empty Chair Group and the Small Shoes Group share a room.</p>",
        "<h1>Questions</h1><p>Like the Empty Chair Group, all our groups are free.</p>",
        "<h1>Parking</h1><p>Behind the house.</p>",
    )
    keys = {group.name: group.group_key for group in site.groups}
    about = [page.passages[0].about for page in site.pages[1:]]
    assert about == [keys["Small Shoes Group"], keys["Empty Chair Group"], "", "", ""]
