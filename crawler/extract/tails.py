"""Where an offering ends: the tail that belongs to the page (answers, contact, calls, voices) is no part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.heading_words import TAIL
from crawler.extract.sections import RANK_BOLD, Section, is_label
from crawler.extract.text_words import BIOGRAPHY, SCHEDULE_KINDS, TAIL_SENTENCE, kinds_of_evidence
from crawler.extract.words import plain


def trimmed(node: Section, scope: str = "group") -> Section:
    """Return the section without the tail that belongs to the page: answers, contact, calls to act, what others say."""
    end = node.last()
    for position, child in enumerate(node.children):
        if child.rank > RANK_BOLD or child.kind == "term" or not _begins_tail(child, scope, node.children[position:]):
            continue
        if replace(node, end=child.top).word_count() >= 12:
            end = child.top
            break
    kept = [child for child in node.children if child.start < end]
    while kept and kept[-1].end >= end - 3 and kept[-1].rank <= RANK_BOLD and _calls_to_act(kept[-1]):
        if replace(node, end=kept[-1].top).word_count() < 20:
            break
        end = kept.pop().top
    return replace(node, end=end, children=kept)


def _begins_tail(child: Section, scope: str, rest: Sequence[Section]) -> bool:
    """Whether a subsection, with the `rest` that begins with it, speaks to everybody: contact, answers, voices."""
    if TAIL.search(plain(f"{child.eyebrow} {child.name}")):
        return True
    people = sum(BIOGRAPHY.search(each.said()[:160]) is not None for each in child.children)
    if people and 2 * people >= len(child.children):
        return True
    if not child.name.rstrip().endswith("?"):
        return False
    if child.kind in ("toggle", "summary"):
        return True
    beside = [other for other in rest if other.rank == child.rank]
    return scope == "service" and sum(other.name.rstrip().endswith("?") for other in beside) * 2 >= len(beside)


def _calls_to_act(node: Section) -> bool:
    """Whether a section is a short call with a button and says nothing of when or what for."""
    text = node.said()
    if len(text.split()) > 70 or not kinds_of_evidence(text).isdisjoint(SCHEDULE_KINDS):
        return False
    return node.ends_in_button()


def common_tail(section: Section, usual: int) -> int:
    """Return where the last section ends if it holds no more than `usual` blocks and nothing said to everybody."""
    if section.tree is None:
        return section.end
    seen = words = 0
    for position in range(section.index + (0 if section.lead else 1), section.end):
        block = section.tree.blocks[position]
        if block.furniture:
            continue
        if block.after_rule and words >= 8:
            return position
        label_line = block.lead >= len(block.text) - 1 and is_label(block.text)
        if seen >= usual and words >= 8 and (label_line or TAIL_SENTENCE.match(plain(block.text))):
            return position
        seen += 1
        words += len(block.text.split())
    return section.end
