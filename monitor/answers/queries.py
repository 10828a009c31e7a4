"""Reading sheets, answers and changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select, tuple_

from monitor.answers.models import Answer, AnswerChange, Outcome, Sheet
from monitor.db import db
from monitor.guide.catalogue import Guide, Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items


class IdOfAnotherSheet(ValueError):
    """Two changes of different sheets carry one id; ids are made once and for ever."""


def guide_and_items(sheet: Sheet) -> tuple[Guide, Mapping[str, Item]]:
    """Return the guide the sheet was made with and its items by id, in the guide's order."""
    guide = get_guide(sheet.guide_version)
    return guide, _items(guide, sheet.scope)


@lru_cache(maxsize=256)
def _items(guide: Guide, scope: Scope) -> Mapping[str, Item]:
    """Kept, because one form is asked again and again and most forms are one of a few."""
    return MappingProxyType({item.id: item for item in select_items(guide, scope)})


def heads(sheet: Sheet, items: Collection[str] | None = None) -> Sequence[Answer]:
    """Return the present answers of these items (None: of all), also of items the sheet no longer asks."""
    if items is not None and not items:
        return ()
    query = select(Answer).where(Answer.sheet_id == sheet.id).order_by(Answer.item_id)
    if items is not None:
        query = query.where(Answer.item_id.in_(items))
    return db.session.scalars(query).all()


def known_changes(sheet: Sheet, ids: Collection[UUID]) -> dict[UUID, tuple[Outcome, int | None]]:
    """Return what became of those of these changes that were offered before, and the revision they made.

    Raises IdOfAnotherSheet for an id that names a change of another sheet: it can neither be new nor be repeated here.
    """
    query = select(AnswerChange.id, AnswerChange.sheet_id, AnswerChange.outcome, AnswerChange.revision).where(
        AnswerChange.id.in_(ids)
    )
    rows = db.session.execute(query).all()
    if any(row.sheet_id != sheet.id for row in rows):
        raise IdOfAnotherSheet("a change carries the id of a change of another form")
    return {row.id: (row.outcome, row.revision) for row in rows}


def changes_at(sheet: Sheet, pairs: Collection[tuple[str, int]]) -> Sequence[AnswerChange]:
    """Return the changes that made these (item, revision) pairs."""
    if not pairs:
        return ()
    query = select(AnswerChange).where(
        AnswerChange.sheet_id == sheet.id, tuple_(AnswerChange.item_id, AnswerChange.revision).in_(sorted(pairs))
    )
    return db.session.scalars(query).all()


def lying_open(sheet: Sheet, items: Collection[str]) -> tuple[Sequence[Answer], Sequence[AnswerChange]]:
    """Return the answers and changes of these items that are not sealed to people."""
    heads_query = select(Answer).where(
        Answer.sheet_id == sheet.id, Answer.item_id.in_(items), Answer.sealed_id.is_(None)
    )
    changes_query = select(AnswerChange).where(
        AnswerChange.sheet_id == sheet.id, AnswerChange.item_id.in_(items), AnswerChange.sealed_id.is_(None)
    )
    return db.session.scalars(heads_query).all(), db.session.scalars(changes_query).all()


def sealed_records(sheet: Sheet) -> dict[UUID, tuple[object, ...]]:
    """Return the sealed records of all answers and changes of a sheet: record -> owner."""
    query = select(AnswerChange).where(AnswerChange.sheet_id == sheet.id, AnswerChange.sealed_id.is_not(None))
    return {row.sealed_id: row.owner for row in db.session.scalars(query) if row.sealed_id is not None}


def recent_events(sheet: Sheet, items: Collection[str], *, by: UUID | None, since: datetime) -> dict[str, UUID]:
    """Return item -> audit event of changes by this person since then: further changes share the event."""
    if not items:
        return {}
    query = select(AnswerChange.item_id, AnswerChange.event_id).where(
        AnswerChange.sheet_id == sheet.id,
        AnswerChange.item_id.in_(items),
        AnswerChange.by == by,
        AnswerChange.at >= since,
        AnswerChange.event_id.is_not(None),
    )
    return {row.item_id: row.event_id for row in db.session.execute(query)}


def clashes(sheet: Sheet) -> Sequence[AnswerChange]:
    """Return the changes that wait for a person to settle them, oldest first."""
    query = (
        select(AnswerChange)
        .where(AnswerChange.sheet_id == sheet.id, AnswerChange.outcome == Outcome.CLASH)
        .order_by(AnswerChange.at, AnswerChange.id)
    )
    return db.session.scalars(query).all()


def item_history(sheet: Sheet, item: str) -> Sequence[AnswerChange]:
    """Return every change of one item, oldest first."""
    query = (
        select(AnswerChange)
        .where(AnswerChange.sheet_id == sheet.id, AnswerChange.item_id == item)
        .order_by(AnswerChange.at, AnswerChange.id)
    )
    return db.session.scalars(query).all()
