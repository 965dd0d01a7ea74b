"""A page's HTML → ordered blocks of visible text and the elements that hold them.

One walk over lexbor's tree. What a browser never shows is left out here; what is shown but belongs to the frame of the
site (menus, footers) is marked by `furniture.py` afterwards. The walk uses no recursion: depth is the page's choice.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.attributes import PANEL_WORDS, TITLE_WORDS, controlled, is_titled, look, referenced
from crawler.extract.decode import squeeze
from crawler.extract.markup import BOLD, HEADINGS, INLINE, ROLES, SKIPPED
from crawler.extract.tree import Element, PageTree, TextBlock
from crawler.records import Role


# Elements whose text is never page text: code, embedded media, form fields, alternatives for other browsers.
def parse(html: str) -> LexborHTMLParser:
    """Parse a page as a browser with scripting off would, errors mended by the HTML standard's rules."""
    return LexborHTMLParser(html.replace("\x00", ""))


def read_tree(parser: LexborHTMLParser) -> PageTree:
    """Return the blocks and elements of a parsed page."""
    return _Walk(parser).run()


class _Walk:
    """The state of one walk: the open elements and the inline text that is not yet a block."""

    def __init__(self, parser: LexborHTMLParser) -> None:
        self.parser = parser
        self.blocks: list[TextBlock] = []
        self.elements: list[Element] = []
        self.parts: list[str] = []
        self.bold: list[bool] = []
        self.links: list[bool] = []
        self.bold_depth = self.link_depth = 0
        self.after_break = self.after_rule = False
        self.href = ""
        self.targets = referenced(parser)

    def run(self) -> PageTree:
        top = self.parser.root
        title_node = self.parser.css_first("title")
        title = squeeze(title_node.text()) if title_node is not None else ""
        language = ""
        if top is not None and top.tag == "html":
            language = (top.attributes.get("lang") or "").strip()[:16]
        root = Element("html", None, 1, 0)
        body = self.parser.body
        if body is not None:
            self._walk(body, root)
        root.end = len(self.blocks)
        self.elements.append(root)
        return PageTree(title, language, self.blocks, root, self.elements)

    def _walk(self, body: LexborNode, root: Element) -> None:
        current = Element("body", root, 1, 0)
        counts: list[dict[str, int]] = [{}]
        # A stack entry is (node, what to undo when it ends); None as a node is the end of the one below it.
        node: LexborNode | None = body.first_child
        stack: list[tuple[LexborNode, str, Element, bool, bool, str]] = []
        while True:
            while node is None:
                if not stack:
                    self._flush(current)
                    current.end = len(self.blocks)
                    root.kids.append(current)
                    self.elements.append(current)
                    return
                done, kind, outer, was_bold, was_link, href = stack.pop()
                if kind != "inline":
                    self._flush(current)
                    self._close(current, outer)
                    current = outer
                    counts.pop()
                self.bold_depth -= was_bold
                self.link_depth -= was_link
                if was_link:
                    self.href = href
                node = done.next
            tag = node.tag
            if tag == "-text":
                text = node.text_content
                if text:
                    if self.parts and self.parts[-1][-1].islower() and (text[0].isupper() or text[0].isdigit()):
                        text = " " + text  # "<span>Format</span><span>Online</span>" is set apart by the style sheet
                    self._add(text)
                node = node.next
                continue
            if tag is None or tag[0] in "-!":  # comments, doctype
                node = node.next
                continue
            seen = counts[-1]
            nth = seen[tag] = seen.get(tag, 0) + 1
            if tag == "br":
                if current.tag in HEADINGS:
                    self._add(" ")
                else:
                    self._flush(current)
                    self.after_break = True
                node = node.next
                continue
            if tag == "hr":
                self._flush(current)
                self.after_rule = True
                node = node.next
                continue
            if tag == "nav" and node.css_first("[role=tab]") is None:
                self._flush(current)  # menus are half of many a page, and never a page's own text
                node = node.next
                continue
            if tag in SKIPPED:
                if tag not in INLINE and tag in ("iframe", "video", "object"):
                    self._flush(current)
                node = node.next
                continue
            attributes = node.attributes
            words, button, hidden, target, role, bold_style = look(tag, attributes, self.targets)
            if not hidden and attributes.get("aria-hidden") == "true":
                # Decoration mostly; but a slide or panel that only its script hides from readers is seen by all others.
                panel = target or role in ("tabpanel", "region") or not words.isdisjoint(PANEL_WORDS)
                hidden = not panel and len(node.text()) < _DECORATION
            if hidden:
                node = node.next
                continue
            bold = tag in BOLD or bold_style
            link = tag == "a"
            href_before = self.href
            if link:
                self.href = attributes.get("href") or ""
            if tag in INLINE and not button:
                if node.first_child is not None:
                    self.bold_depth += bold
                    self.link_depth += link
                    stack.append((node, "inline", current, bold, link, href_before))
                    if (words and not words.isdisjoint(TITLE_WORDS)) or not _inline_flows(node):
                        stack[-1] = (node, "block", current, bold, link, href_before)
                        self._flush(current)
                        current = Element(
                            tag,
                            current,
                            nth,
                            len(self.blocks),
                            words=words,
                            role=role,
                            target=target,
                            id=attributes.get("id") or "" if target else "",
                            controls=controlled(attributes) if role == "toggle" else "",
                        )
                        counts.append({})
                    node = node.first_child
                else:
                    node = node.next
                continue
            self._flush(current)
            if node.first_child is None:
                node = node.next
                continue
            self.bold_depth += bold
            self.link_depth += link
            stack.append((node, "block", current, bold, link, href_before))
            current = Element(
                tag,
                current,
                nth,
                len(self.blocks),
                words=words,
                role="toggle" if role == "toggle" else "button" if button else role,
                target=target,
                id=attributes.get("id") or "" if target else "",
                controls=controlled(attributes) if role == "toggle" else "",
            )
            counts.append({})
            node = node.first_child

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.bold.append(self.bold_depth > 0)
        self.links.append(self.link_depth > 0)

    def _close(self, element: Element, outer: Element) -> None:
        element.end = len(self.blocks)
        if element.end > element.start:
            outer.kids.append(element)
            self.elements.append(element)

    def _flush(self, element: Element) -> None:
        if not self.parts:
            return
        text = squeeze("".join(self.parts))
        if text:
            block = self._block(text, element)
            block.after_rule = self.after_rule
            self.blocks.append(block)
            self.after_break = self.after_rule = False
        self.parts.clear()
        self.bold.clear()
        self.links.clear()

    def _block(self, text: str, element: Element) -> TextBlock:
        lead = 0
        if True in self.bold:
            leading = []
            for part, bold in zip(self.parts, self.bold, strict=True):
                if not bold and not part.isspace():
                    break
                leading.append(part)
            lead = min(len(squeeze("".join(leading))), len(text))
        linked = 0
        if True in self.links:
            linked = len(squeeze("".join(part for part, link in zip(self.parts, self.links, strict=True) if link)))
        role, level, title_class = self._role(element)
        href = self.href if linked * 2 > len(text) else ""
        if not href.startswith("#") and element.role == "toggle":
            href = element.controls or href
        return TextBlock(role, text, element, level, lead, linked, self.after_break, title_class, href=href)

    def _role(self, element: Element) -> tuple[str, int, bool]:
        node: Element | None = element
        title_class = False
        button = ""
        for _ in range(6):
            if node is None:
                break
            if node.tag in ROLES and button:
                return button, 0, title_class
            if node.tag in HEADINGS:
                if node is not element and node.start < len(self.blocks):
                    return Role.PARAGRAPH, 0, False  # a paragraph that an unclosed heading has swallowed
                return Role.HEADING, HEADINGS[node.tag], title_class
            if node.role == "heading":
                return Role.HEADING, 6, title_class
            if node.role in ("button", "toggle", "tab"):
                button = button or (Role.SUMMARY if node.role != "button" else Role.BUTTON)
                node = node.parent
                continue
            if node.tag in ROLES:
                return ROLES[node.tag], 0, title_class
            if node.words and node.start == len(self.blocks) and is_titled(node.words):
                title_class = True
            if node.tag in _CONTAINERS:
                break
            node = node.parent
        return button or Role.PARAGRAPH, 0, title_class


_DECORATION = 60
_CONTAINERS = frozenset(("ul", "ol", "table", "section", "article", "main", "body", "dl", "form"))


def _inline_flows(node: LexborNode) -> bool:
    """Whether an inline element holds inline content only (an `a` around a whole card does not)."""
    if node.tag not in ("a", "span", "font", "label", "b", "strong", "i", "em", "u", "small", "ins", "del"):
        return True
    child = node.first_child
    while child is not None:
        tag = child.tag
        if tag not in INLINE and tag not in ("-text", "br", "-comment", "svg") and tag not in SKIPPED:
            return False
        child = child.next
    return True
