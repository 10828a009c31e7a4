"""The wall between mechanisms: rows of one are never read or written while acting for another.

Every row that belongs to a mechanism carries its id. Code acts for one mechanism at a time (`acting_for`), or says
openly that it looks across all of them (`across_mechanisms`: sign-in, job queue, administration by command).
Without either, reading such rows is refused.

Statements of the ORM get the mechanism as a condition of theirs. What the condition cannot reach is refused: plain SQL
and statements on tables while acting for a mechanism, and rows of others that the session still holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final
from uuid import UUID

from flask import has_app_context
from sqlalchemy import Column, Connection, Engine, ForeignKey, Insert, SelectBase, Table, TextClause, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from monitor.db import db

ACROSS: Final = "across all mechanisms"
GUARDED: Final = "guarded_by_mechanism"
"""Execution option of statements that _guard_statement has seen."""
_acting: ContextVar[UUID | str | None] = ContextVar("acting", default=None)


class MechanismNotChosen(RuntimeError):
    """Rows of a mechanism were asked for before anybody said for which mechanism."""


class ForeignRow(RuntimeError):
    """A row of another mechanism was read or about to be written."""


class UnguardedStatement(RuntimeError):
    """A statement that the wall cannot look into was about to run while acting for one mechanism."""


class OwnedByMechanism:
    """Mixin of every model whose rows belong to one mechanism."""

    mechanism_id: Mapped[UUID] = mapped_column(ForeignKey("mechanism.id"), index=False)


@contextmanager
def acting_for(mechanism_id: UUID) -> Iterator[None]:
    """Inside, only rows of this mechanism can be read or written."""
    yield from _acting_as(mechanism_id)


@contextmanager
def across_mechanisms() -> Iterator[None]:
    """Inside, rows of every mechanism can be read and written; for sign-in, the queue and commands."""
    yield from _acting_as(ACROSS)


def _acting_as(whom: UUID | str) -> Iterator[None]:
    token = _acting.set(whom)
    _let_go_of_others()
    try:
        yield
    finally:
        _acting.reset(token)
        _let_go_of_others()


def act_for(mechanism_id: UUID | None) -> None:
    """Say for the rest of this request which mechanism it acts for; None refuses all rows of mechanisms."""
    _acting.set(mechanism_id)
    _let_go_of_others()


def _let_go_of_others() -> None:
    """Drop the rows of other mechanisms that the session holds unchanged: it would hand them out without asking.

    Changed ones stay, so that nothing is lost in silence: writing them is refused.
    """
    acting = _acting.get()
    if not isinstance(acting, UUID) or not has_app_context() or not db.session.registry.has():
        return
    for row in set(db.session) - set(db.session.dirty):
        if isinstance(row, OwnedByMechanism) and _is_foreign(row, acting) and row in db.session:
            db.session.expunge(row)  # what belongs to it goes along


def _is_foreign(row: OwnedByMechanism, mechanism_id: UUID) -> bool:
    """Compare what is loaded of the row, without reading it; one that is not loaded at all is read again anyway."""
    held = vars(row).get("mechanism_id")
    return held is not None and held != mechanism_id


def _owned(mapper: Any) -> bool:
    return mapper is not None and issubclass(mapper.class_, OwnedByMechanism)


def _check_inserted(given: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None, mechanism_id: UUID) -> None:
    rows = [given] if isinstance(given, Mapping) else list(given or [])
    if not rows or any(row.get("mechanism_id") != mechanism_id for row in rows):
        raise ForeignRow("rows of another mechanism, or of none, were about to be inserted")


def _check_copied(rows: Any) -> None:
    """Refuse copying rows within the database unless each takes the mechanism of the row it is copied from.

    That row is one of the mechanism acted for: the condition of all statements reaches into the copying.
    """
    source = rows.selected_columns.get("mechanism_id")
    if not isinstance(source, Column) or not isinstance(source.table, Table):
        raise ForeignRow("rows were about to be copied without their mechanism")


@event.listens_for(db.session, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    """Let every ORM statement see only the rows of the mechanism acted for; refuse where none was chosen."""
    if not state.is_orm_statement:
        return  # left without the mark, so that _guard_plain_statement looks at it
    state.update_execution_options(**{GUARDED: True})
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
    if isinstance(state.statement, Insert):
        if state.statement.select is None:
            if owned:
                _check_inserted(state.parameters, acting)
            return
        _check_copied(state.statement.select)
    mechanism_id: UUID = acting
    state.statement = state.statement.options(
        with_loader_criteria(OwnedByMechanism, lambda cls: cls.mechanism_id == mechanism_id, include_aliases=True)
    )


@event.listens_for(Engine, "before_execute")
def _guard_plain_statement(
    _connection: Connection,
    statement: Any,
    many: Sequence[Mapping[str, Any]],
    one: Mapping[str, Any],
    options: Mapping[str, Any],
) -> None:
    """Refuse what goes round the ORM while acting for a mechanism: plain SQL, reading tables, foreign rows in bulk."""
    acting = _acting.get()
    if not isinstance(acting, UUID) or options.get(GUARDED):
        return
    if isinstance(statement, TextClause):
        raise UnguardedStatement("plain SQL can read the rows of every mechanism")
    if isinstance(statement, SelectBase):
        tables = {table.name for table in iterate(statement) if isinstance(table, Table) and "mechanism_id" in table.c}
        if tables:
            raise UnguardedStatement(f"a statement on tables ({sorted(tables)}) can read the rows of every mechanism")
    if isinstance(statement, Insert) and "mechanism_id" in statement.table.c:
        _check_inserted(many or one, acting)


@event.listens_for(OwnedByMechanism, "load", propagate=True)
@event.listens_for(OwnedByMechanism, "refresh", propagate=True)
def _guard_row(row: OwnedByMechanism, *_context: Any) -> None:
    """Refuse a row of another mechanism, whichever way it was read."""
    acting = _acting.get()
    if isinstance(acting, UUID) and _is_foreign(row, acting):
        raise ForeignRow(f"a {type(row).__name__} of another mechanism was read")


@event.listens_for(db.session, "before_flush")
def _guard_flush(flushing: Session, _context: Any, _instances: Any) -> None:
    """Refuse to write a row of another mechanism."""
    acting = _acting.get()
    if acting == ACROSS:
        return
    for row in [*flushing.new, *flushing.dirty, *flushing.deleted]:
        if isinstance(row, OwnedByMechanism) and row.mechanism_id != acting:
            raise ForeignRow(f"a {type(row).__name__} of another mechanism was about to be written")
