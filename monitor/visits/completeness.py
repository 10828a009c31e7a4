"""What is still open before a visit can go to review, and how far each section is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.guide.answer_types import needs_comment
from monitor.guide.catalogue import Item
from monitor.visits.models import Visit


class GapKind(StrEnum):
    """Why an item is listed before submission."""

    COMMENT_MISSING = "comment_missing"
    """The rating needs a comment."""
    VALUE_MISSING = "value_missing"
    """There is a comment, but no answer."""
    CORE_UNANSWERED = "core_unanswered"
    """An item of the core form is open."""
    CLASH = "clash"
    """Two texts wait for a person to settle them."""


MUST_BE_CLOSED = frozenset({GapKind.COMMENT_MISSING, GapKind.VALUE_MISSING, GapKind.CLASH})
"""Gaps that keep a visit from review; an open core item is only shown."""


@dataclass(frozen=True)
class Gap:
    """One open point: an item and why."""

    item: Item
    kind: GapKind


@dataclass(frozen=True)
class Progress:
    """How many items of a section are answered."""

    answered: int
    asked: int


def gaps(visit: Visit) -> list[Gap]:
    """Return what is open, in the order of the form.

    A sealed answer tells that it is there, not whether it asks for a comment.
    """
    guide, items = answers.guide_and_items(visit.sheet)
    heads = {head.item_id: head for head in answers.heads(visit.sheet)}
    clashing = {change.item_id for change in answers.clashes(visit.sheet)}
    found = []
    for item in items.values():
        head = heads.get(item.id)
        is_answered = head is not None and head.is_answered
        if item.id in clashing:
            found.append(Gap(item, GapKind.CLASH))
        if head and head.has_comment and not is_answered:
            found.append(Gap(item, GapKind.VALUE_MISSING))
        elif not is_answered and item.is_core:
            found.append(Gap(item, GapKind.CORE_UNANSWERED))
        if head and not head.has_comment and head.value is not None and needs_comment(guide, item, head.value):
            found.append(Gap(item, GapKind.COMMENT_MISSING))
    return found


def progress(items: Mapping[str, Item], heads: Sequence[Answer]) -> dict[str, Progress]:
    """Return section id -> progress, in the order of the form."""
    asked = Counter(item.section_id for item in items.values())
    answered = Counter(items[head.item_id].section_id for head in heads if head.item_id in items and head.is_answered)
    return {section: Progress(answered[section], count) for section, count in asked.items()}
