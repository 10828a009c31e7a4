"""Keeps the entries as the rows are written: whatever operation writes them, in the same transaction.

A row that came or went, or one of whose searched texts changed, has its entry made anew after the flush. Rows that were
inserted in bulk are read again for it.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, event, insert, inspect
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session

from monitor.db import db
from monitor.places.models import Place
from monitor.search.models import SearchEntry, realm_of
from monitor.search.sources import OF_MODEL, SOURCES, Source, texts_of
from monitor.search.words import kept_words
from monitor.visits.models import Visit

BATCH: Final = 1_000


def rebuild() -> int:
    """Make every entry of the mechanisms acted for anew; return how many there are."""
    db.session.execute(delete(SearchEntry))
    return sum(_fill(source) for source in SOURCES)


def _fill(source: Source) -> int:
    """Write the entries of all rows of a source, the oldest first."""
    ordered, count = source.rows.order_by(source.model.id).limit(BATCH), 0
    rows = db.session.execute(ordered).all()
    while rows:
        _write(source, rows)
        count += len(rows)
        rows = db.session.execute(ordered.where(source.model.id > rows[-1].id)).all()
    return count


def _write(source: Source, rows: Sequence[Any]) -> None:
    entries = [
        {
            "mechanism_id": row.mechanism_id, "subject": source.subject, "subject_id": row.id,
            "visit_id": row.visit_id, "realm": realm_of(source.subject, row.body_id or row.mechanism_id),
            "words": kept_words([row.place_name or "", *texts_of(row)]),
        }
        for row in rows
    ]  # fmt: skip
    if entries:
        db.session.execute(insert(SearchEntry), entries)


def _renew(source: Source, which: ColumnElement[bool]) -> None:
    """Make the entries of these rows anew."""
    rows = db.session.execute(source.rows.where(which)).all()
    _drop([row.id for row in rows])
    _write(source, rows)


def _drop(ids: Collection[UUID]) -> None:
    for some in _in_batches(list(ids)):
        db.session.execute(delete(SearchEntry).where(SearchEntry.subject_id.in_(some)), execution_options=UNHELD)


def _in_batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[begin : begin + BATCH] for begin in range(0, len(ids), BATCH))


UNHELD: Final = {"synchronize_session": False}
"""The session never holds entries that are written here."""


@event.listens_for(db.session, "after_flush")
def _keep(session: Session, _context: Any) -> None:
    """Bring the entries in line with what was just written."""
    changed: dict[Source, set[UUID]] = {}
    for row in (*session.new, *session.dirty):
        source = OF_MODEL.get(type(row))
        if source and (row in session.new or _is_stale(row, source)):
            changed.setdefault(source, set()).add(row.id)
    gone = [row.id for row in session.deleted if type(row) in OF_MODEL]
    renamed = [row.id for row in session.dirty if isinstance(row, Place) and inspect(row).attrs.name.history.added]
    if not (changed or gone):
        return
    with session.no_autoflush:
        _drop(gone)
        for source, ids in changed.items():
            _renew(source, source.model.id.in_(ids))
        if renamed:
            for source in SOURCES:
                if source.is_of_a_visit:
                    _renew(source, Visit.place_id.in_(renamed))


def _is_stale(row: Any, source: Source) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[text.key].history.has_changes() for text in source.texts)


@event.listens_for(db.session, "do_orm_execute")
def _keep_in_bulk(state: ORMExecuteState) -> Result[Any] | None:
    """Make the entries of rows that one statement inserts."""
    source = OF_MODEL.get(state.bind_mapper.class_) if state.is_insert and state.bind_mapper else None
    if source is None or not isinstance(state.parameters, Sequence):
        return None
    inserted = state.invoke_statement()
    for ids in _in_batches([row["id"] for row in state.parameters]):
        _renew(source, source.model.id.in_(ids))
    return inserted
