"""What earlier visits to the same place said, for those who go there again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import Answer
from monitor.answers.operations import is_same_value
from monitor.db import db
from monitor.guide.catalogue import Item
from monitor.places.models import Place
from monitor.visits.models import Visit
from monitor.visits.place_queries import approved_visits_of

COMPARED: Final = 2
TOLD_AT_A_GLANCE: Final = ("rating", "yes_no", "choice", "multi_choice", "number")
"""Answers that differ or do not; texts and tables have to be read beside each other."""


@dataclass(frozen=True)
class Change:
    """A question that two visits answered differently; `item` is the later visit's."""

    item: Item
    before: Answer
    after: Answer


@dataclass(frozen=True)
class Changes:
    """Two visits to one place and what differs between their answers, in the order of the guide."""

    before: Visit
    after: Visit
    items: Sequence[Change]


def last_visit_before(user: User, visit: Visit) -> Visit | None:
    """Return the latest approved visit to the place before this one that the person may see."""
    query = approved_visits_of(user, visit.place).where(Visit.id != visit.id)
    if visit.started_on:
        query = query.where(Visit.started_on <= visit.started_on)
    return db.session.scalars(query.limit(1)).first()


def last_answers(visit: Visit | None) -> dict[str, Answer]:
    """Return item id -> what that visit answered; protected answers stay with their own visit."""
    if visit is None:
        return {}
    _, items = answers.guide_and_items(visit.sheet)
    heads = answers.heads(visit.sheet)
    return {
        head.item_id: head
        for head in heads
        if head.is_answered and head.item_id in items and not items[head.item_id].is_protected
    }


def changes_at(user: User, place: Place) -> Changes | None:
    """Return what the last two approved visits answered differently; None where there are no two that one may see."""
    found = list(db.session.scalars(approved_visits_of(user, place).limit(COMPARED)))
    if len(found) < COMPARED:
        return None
    after, before = found
    return _changes(before, after)


def changes_in(user: User, visit: Visit) -> Changes | None:
    """Return what a visit answers differently than the one before it; None where there was none that one may see."""
    before = last_visit_before(user, visit)
    return _changes(before, visit) if before else None


def _changes(before: Visit, after: Visit) -> Changes:
    _, items = answers.guide_and_items(after.sheet)
    then, now = last_answers(before), last_answers(after)
    changed = [
        Change(item, then[item.id], now[item.id])
        for item in items.values()
        if item.answer in TOLD_AT_A_GLANCE
        and item.id in then
        and item.id in now
        and not is_same_value(then[item.id].value, now[item.id].value)
    ]
    return Changes(before, after, changed)
