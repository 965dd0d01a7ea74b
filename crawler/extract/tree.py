"""A page as blocks of visible text in order, and the elements that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.extract.structured import Structured


@dataclass(slots=True, eq=False)
class Element:
    """An element that holds visible text: blocks `start` to `end` (exclusive) of its page."""

    tag: str
    parent: Element | None
    nth: int
    start: int
    end: int = 0
    words: frozenset[str] = frozenset()
    kids: list[Element] = field(default_factory=list)
    role: str = ""
    target: bool = False
    id: str = ""
    controls: str = ""

    def path(self) -> str:
        """Return a CSS path that finds the element again in the parsed page."""
        steps = []
        node: Element | None = self
        while node is not None and node.tag != "html":
            steps.append(f"{node.tag}:nth-of-type({node.nth})" if node.tag != "body" else "body")
            node = node.parent
        return ">".join(reversed(steps))


@dataclass(slots=True, eq=False)
class TextBlock:
    """A block of visible text while the page is being read; `crawler.records.Block` is what remains of it.

    `lead` is the length of the bold words it begins with (its whole length where all is bold), `linked` how many of
    its characters are links, `after_break` and `after_rule` whether a line break or a rule stood before it.
    """

    role: str
    text: str
    element: Element
    level: int = 0
    lead: int = 0
    linked: int = 0
    after_break: bool = False
    after_rule: bool = False
    title_class: bool = False
    furniture: bool = False
    href: str = ""


@dataclass(slots=True)
class PageTree:
    """A page as blocks in order, with the elements around them."""

    title: str
    language: str
    blocks: list[TextBlock]
    root: Element
    elements: list[Element]
    structured: Structured = field(default_factory=Structured)
