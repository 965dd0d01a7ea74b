"""A generated farm of provider sites for measuring how early a crawl finds the pages that hold groups.

Made from a seed; knows nothing of the crawler. A site has 60 to 300 pages in the shapes that real ones have: a menu on
every page, service pages, hubs that list groups, groups at depth 1 to 4 (some with names that do not say "group"), a
paginated blog, staff pages, an event calendar without end, pages that only the sitemap names.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_TOPICS = [
    "Grief", "Anxiety", "Postpartum", "Men's", "Women's", "Teen", "DBT", "Trauma", "Chronic Pain", "Caregiver",
    "ADHD", "Divorce", "Sobriety", "LGBTQ+", "Body Image", "Anger", "New Parents", "Social Skills", "Cancer",
    "Bipolar",
]  # fmt: skip
_PLAIN = ["Support Group", "Therapy Group", "Process Group", "Skills Group", "Workshop", "Circle", "Group"]
_COY = [
    "Harbor Evenings", "Mindful Mondays", "The Lantern", "Rising Strong", "Stepping Stones", "Open Table",
    "Second Spring", "Quiet Courage", "Tuesday Table", "Finding Footing", "Roots and Wings",
    "The Gathering Place",
]  # fmt: skip
_HUBS = [
    "Groups", "Group Therapy", "Support Groups", "Groups & Workshops", "Programs", "What We Offer",
    "Classes and Groups",
]  # fmt: skip
_SERVICES = [
    "Individual Therapy", "Couples Counseling", "Family Therapy", "EMDR", "Medication Management", "Assessment",
    "Anxiety Treatment", "Depression", "Child Therapy", "Telehealth", "Trauma Therapy", "Play Therapy",
]  # fmt: skip
_INFO = [
    "About Us", "Our Team", "Contact", "Fees & Insurance", "FAQ", "Careers", "Privacy Policy", "Client Portal",
    "Accessibility", "Newsletter", "Resources", "Locations", "Testimonials", "Donate",
]  # fmt: skip
_POSTS = [
    "Five Ways to Cope with {0}", "What Is {0}?", "Understanding {0} in Families", "A Letter about {0}",
    "How a Support Group Helped Me with {0}", "{0}: Myths and Facts", "Why {0} Matters This Winter",
]  # fmt: skip
_FIRST = [
    "Ana", "Ben", "Cora", "Dev", "Elif", "Finn", "Gwen", "Hugo", "Ida", "Jon", "Kai", "Lena", "Mo", "Nia",
    "Omar", "Pia",
]  # fmt: skip
_LAST = [
    "Arden", "Birch", "Calder", "Dunn", "Ember", "Frost", "Gale", "Hale", "Ives", "Jarrow", "Kestrel", "Lund",
]  # fmt: skip


@dataclass
class FarmSite:
    """One site: pages by path, what the sitemap names, and which pages hold groups."""

    pages: dict[str, str] = field(default_factory=dict)
    sitemap: list[str] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)

    def page(self, path: str) -> str | None:
        """Return the page at a path; the calendar has one for every month there ever is."""
        if path.startswith("/calendar/"):
            month = int(path.strip("/").split("/")[-1])
            return _html(f"Calendar {month}", "Events of this month.", [(f"/calendar/{month + 1}/", "Next month")], [])
        return self.pages.get(path)


def slug(text: str) -> str:
    """Return a title as addresses have it."""
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower().replace("'", "")).split())


def _html(title: str, text: str, links: list[tuple[str, str]], menu: list[tuple[str, str]]) -> str:
    bar = "".join(f'<li><a href="{path}">{words}</a></li>' for path, words in menu)
    body = "".join(f'<p><a href="{path}">{words}</a></p>' for path, words in links)
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><nav><ul>{bar}</ul></nav>'
        f"<main><h1>{title}</h1><p>{text}</p>{body}</main>"
        "<footer><a href='/privacy-policy/'>Privacy</a></footer></body></html>"
    )


def make_site(seed: int) -> FarmSite:
    """Return the site of a seed: 60 to 300 pages, 4 to 12 of them with groups."""
    draw = random.Random(seed)
    site, size = FarmSite(), draw.randint(60, 300)
    family = draw.choice(["hub", "deep hub", "events", "under services", "menu", "sitemap", "locations"])
    links: dict[str, list[tuple[str, str]]] = {"/": []}
    titles: dict[str, str] = {"/": "Home"}
    about: dict[str, str] = {}
    menu: list[tuple[str, str]] = []

    def add(path: str, title: str, parent: str | None, words: str = "") -> str:
        titles[path] = title
        links.setdefault(path, [])
        if parent is not None:
            links[parent].append((path, words or title))
        return path

    def add_menu(path: str, title: str) -> str:
        menu.append((path, title))
        return add(path, title, None)

    services = add_menu("/services/", "Services")
    for title in draw.sample(_SERVICES, draw.randint(5, 10)):
        add(f"/services/{slug(title)}/", title, services)
    for title in draw.sample(_INFO[:12], draw.randint(5, 9)):
        add_menu(f"/{slug(title)}/", title)
    add("/privacy-policy/", "Privacy Policy", None)
    team = "/our-team/" if "/our-team/" in titles else add("/our-team/", "Our Team", "/")
    for _ in range(draw.randint(4, 20)):
        person = f"{draw.choice(_FIRST)} {draw.choice(_LAST)}"
        add(f"/our-team/{slug(person)}/", person, team)
    if draw.random() < 0.7:
        menu.append(("/calendar/1/", "Calendar"))

    def group_title() -> str:
        if draw.random() < 0.25:
            return draw.choice(_COY)
        return f"{draw.choice(_TOPICS)} {draw.choice(_PLAIN)}"

    parents = [_place(draw, family, add, add_menu, services)]
    if family == "locations":
        parents = [
            add(f"/locations/{slug(town)}/", town, parents[0]) for town in draw.sample(_LAST, draw.randint(2, 4))
        ]
    for number in range(draw.randint(4, 12)):
        title, parent = group_title(), draw.choice(parents)
        base = parent if draw.random() < 0.7 else "/"
        path = f"{base}{slug(title)}{f'-{number}' if draw.random() < 0.5 else ''}/"
        hidden = family == "sitemap" and draw.random() < 0.7
        add(path, title, None if hidden else parent, draw.choice([title, title, "Learn more", f"{title} →"]))
        about[path] = f"This weekly group meets on Mondays. In this group members support each other. {title} is open."
        site.groups.add(path)
        site.sitemap.append(path)
    blog = add_menu("/blog/", "Blog")
    page_of_blog, number = blog, 1
    while len(titles) < size:
        if len(links[page_of_blog]) >= 10:
            number += 1
            page_of_blog = add(f"/blog/page/{number}/", f"Blog page {number}", page_of_blog, "Older posts")
        title = draw.choice(_POSTS).format(draw.choice(_TOPICS).lower())
        add(f"/blog/{slug(title)}-{len(titles)}/", title, page_of_blog)
    draw.shuffle(menu)
    links["/"] += draw.sample(menu, min(3, len(menu)))
    names = ", ".join(words for _, words in links[parents[0]][:6])
    for path, title in titles.items():
        text = about.get(path, f"{title}: read here what we have to say about it, and call us with your questions.")
        if path in parents:
            text = f"Our current groups: {names}. Each group meets weekly."
        site.pages[path] = _html(title, text, links[path], menu)
    if family == "sitemap" or draw.random() < 0.6:
        site.sitemap += [path for path in titles if path not in site.groups]
        draw.shuffle(site.sitemap)
    else:
        site.sitemap = []
    return site


def _place(draw: random.Random, family: str, add: object, add_menu: object, services: str) -> str:
    """Put the page that lists the groups where this family of sites has it, and return its path."""
    assert callable(add)
    assert callable(add_menu)
    hub = draw.choice(_HUBS)
    if family == "menu":
        return str(add_menu(f"/{slug(hub)}/", hub))
    if family == "events":
        return str(add_menu("/events/", draw.choice(["Events", "Upcoming", "Schedule"])))
    if family == "locations":
        return str(add_menu("/locations/", "Locations"))
    if family == "under services":
        return str(add(f"/services/{slug(hub)}/", hub, services))
    if family == "deep hub":
        middle = add_menu("/programs/", draw.choice(["Programs", "Community", "Get Help"]))
        return str(add(f"/programs/{slug(hub)}/", hub, middle))
    return str(add(f"/{slug(hub)}/", hub, "/"))


def make_farm(sites: int = 40, seed: int = 20261124) -> list[FarmSite]:
    """Return the farm: `sites` sites from one seed."""
    return [make_site(seed + number) for number in range(sites)]
