"""The wall between mechanisms: rows of one are never read or written while acting for another.

Every row that belongs to a mechanism carries its id. Code acts for one mechanism at a time (`acting_for`), or says
openly that it looks across all of them (`across_mechanisms`: sign-in, job queue, administration by command).
Without either, reading such rows is refused.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria

from monitor.db import db

ACROSS: Final = "across all mechanisms"
_acting: ContextVar[UUID | str | None] = ContextVar("acting", default=None)


class MechanismNotChosen(RuntimeError):
    """Rows of a mechanism were asked for before anybody said for which mechanism."""


class ForeignRow(RuntimeError):
    """A row of another mechanism was about to be written."""


class OwnedByMechanism:
    """Mixin of every model whose rows belong to one mechanism."""

    mechanism_id: Mapped[UUID] = mapped_column(ForeignKey("mechanism.id"), index=False)


@contextmanager
def acting_for(mechanism_id: UUID) -> Iterator[None]:
    """Inside, only rows of this mechanism can be read or written."""
    token = _acting.set(mechanism_id)
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def across_mechanisms() -> Iterator[None]:
    """Inside, rows of every mechanism can be read and written; for sign-in, the queue and commands."""
    token = _acting.set(ACROSS)
    try:
        yield
    finally:
        _acting.reset(token)


def act_for(mechanism_id: UUID | None) -> None:
    """Say for the rest of this request which mechanism it acts for; None refuses all rows of mechanisms."""
    _acting.set(mechanism_id)


def _owned(mapper: Any) -> bool:
    return mapper is not None and issubclass(mapper.class_, OwnedByMechanism)


def _check_inserted(state: ORMExecuteState, mechanism_id: UUID) -> None:
    given = state.parameters
    rows = [given] if isinstance(given, Mapping) else list(given or [])
    if not rows or any(row.get("mechanism_id") != mechanism_id for row in rows):
        raise ForeignRow("rows of another mechanism, or of none, were about to be inserted")


@event.listens_for(db.session, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    """Let every ORM statement see only the rows of the mechanism acted for; refuse where none was chosen."""
    if state.is_column_load or state.is_relationship_load:
        return  # they carry the criteria of the statement that loaded their parent
    acting = _acting.get()
    if acting == ACROSS:
        return
    owned = any(_owned(mapper) for mapper in state.all_mappers)
    if not isinstance(acting, UUID):
        if owned:
            raise MechanismNotChosen(f"no mechanism chosen for {[m.class_.__name__ for m in state.all_mappers]}")
        return
    if state.is_insert:
        if owned:
            _check_inserted(state, acting)
        return
    mechanism_id: UUID = acting
    state.statement = state.statement.options(
        with_loader_criteria(OwnedByMechanism, lambda cls: cls.mechanism_id == mechanism_id, include_aliases=True)
    )


@event.listens_for(db.session, "before_flush")
def _guard_flush(flushing: Session, _context: Any, _instances: Any) -> None:
    """Refuse to write a row of another mechanism."""
    acting = _acting.get()
    if acting == ACROSS:
        return
    for row in [*flushing.new, *flushing.dirty, *flushing.deleted]:
        if isinstance(row, OwnedByMechanism) and row.mechanism_id != acting:
            raise ForeignRow(f"a {type(row).__name__} of another mechanism was about to be written")
