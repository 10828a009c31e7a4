"""The wall between mechanisms: eighteen ways to reach a row, none of which reaches one of another mechanism.

Each test has its twin: the same way, acting across all mechanisms, does reach the row, so that a wall that only looks
closed (a wrong query, an empty table) would show.
"""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import Uuid, delete, exists, func, insert, inspect, literal, select, text, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.orm.exc import DetachedInstanceError

from monitor.accounts import operations
from monitor.accounts.models import Body, Mechanism, PasswordTry, Role, User, UserRole, UserSession
from monitor.config import ROOT
from monitor.db import Base, db, new_id
from monitor.tenancy import (
    ForeignRow,
    MechanismNotChosen,
    OwnedByMechanism,
    UnguardedStatement,
    across_mechanisms,
    act_for,
    acting_for,
)
from tests.factories import accounts

REFUSED = (ForeignRow, UnguardedStatement, InvalidRequestError, DetachedInstanceError)


class World(NamedTuple):
    """Ids of two mechanisms with a body and a monitor each."""

    own: UUID
    own_body: UUID
    own_user: UUID
    foreign: UUID
    foreign_body: UUID
    foreign_user: UUID


@pytest.fixture
def world(app) -> World:
    with across_mechanisms():
        ids = []
        for _ in range(2):
            mechanism = accounts.mechanism()
            body = accounts.only_body(mechanism)
            ids += [mechanism.id, body.id, accounts.monitor(body).id]
        operations.open_session(db.session.get_one(User, ids[5]), private_key=None, at=accounts.AT)
        db.session.commit()
        db.session.expunge_all()
    return World(*ids)


Way = Callable[[World], set[UUID]]
"""Reaches for rows and returns the ids of those of users (or bodies) that it got hold of."""


def by_select(world: World) -> set[UUID]:
    return {user.id for user in db.session.scalars(select(User))}


def by_get(world: World) -> set[UUID]:
    found = db.session.get(User, world.foreign_user)
    return {found.id} if found else set()


def by_legacy_query(world: World) -> set[UUID]:
    return {user.id for user in db.session.query(User).filter(User.id == world.foreign_user)}


def by_lazy_relation(world: World) -> set[UUID]:
    """From a row that was read across mechanisms and is still held."""
    with across_mechanisms():
        session = db.session.scalars(select(UserSession)).first()
        assert session is not None
        db.session.expire_all()
    return {session.user.id}


def by_joined_relation(world: World) -> set[UUID]:
    rows = db.session.scalars(select(UserSession).options(joinedload(UserSession.user))).unique()
    return {row.user.id for row in rows if row.user is not None}


def by_selectin_relation(world: World) -> set[UUID]:
    rows = db.session.scalars(select(User).options(selectinload(User.roles)))
    return {role.user_id for row in rows for role in row.roles}


def by_alias(world: World) -> set[UUID]:
    other = aliased(User)
    return set(db.session.scalars(select(other.id).join(Body, Body.mechanism_id == other.mechanism_id)))


def by_columns(world: World) -> set[UUID]:
    return set(db.session.scalars(select(User.id)))


def by_aggregate(world: World) -> set[UUID]:
    highest = db.session.scalar(select(func.max(User.id)))
    assert db.session.scalar(select(func.count()).select_from(User)) == (2 if highest == world.foreign_user else 1)
    return {highest}


def by_subquery(world: World) -> set[UUID]:
    inner = select(UserRole.user_id).where(UserRole.role == Role.MONITOR).subquery()
    return set(db.session.scalars(select(inner.c.user_id)))


def by_exists(world: World) -> set[UUID]:
    there = db.session.scalar(select(exists().where(User.id == world.foreign_user)))
    return {world.foreign_user} if there else {world.own_user}


def by_bulk_update(world: World) -> set[UUID]:
    db.session.execute(update(User).values(name="taken over"))
    with across_mechanisms():
        return set(db.session.scalars(select(User.id).where(User.name == "taken over")))


def by_bulk_delete(world: World) -> set[UUID]:
    with across_mechanisms():
        before = set(db.session.scalars(select(UserRole.user_id)))
    db.session.execute(delete(UserRole))
    with across_mechanisms():
        return before - set(db.session.scalars(select(UserRole.user_id)))


def by_identity_map(world: World) -> set[UUID]:
    """By a row that the session holds since it looked across mechanisms."""
    with across_mechanisms():
        held = db.session.get_one(User, world.foreign_user)
    found = db.session.get(User, world.foreign_user)
    assert held is not None
    return {found.id} if found else set()


def by_refresh(world: World) -> set[UUID]:
    with across_mechanisms():
        held = db.session.get_one(User, world.foreign_user)
    db.session.refresh(held)
    return {held.id}


def by_core_select(world: World) -> set[UUID]:
    return set(db.session.scalars(select(User.__table__.c.id)))


def by_text(world: World) -> set[UUID]:
    return {UUID(value) for value in db.session.scalars(text("SELECT id FROM user"))}


def by_connection(world: World) -> set[UUID]:
    return set(db.session.connection().execute(select(User.__table__.c.id)).scalars())


def by_text_on_the_connection(world: World) -> set[UUID]:
    return {UUID(value) for value in db.session.connection().execute(text("SELECT id FROM user")).scalars()}


READING: tuple[Way, ...] = (
    by_select, by_get, by_legacy_query, by_lazy_relation, by_joined_relation, by_selectin_relation, by_alias,
    by_columns, by_aggregate, by_subquery, by_exists, by_bulk_update, by_bulk_delete, by_identity_map, by_refresh,
    by_core_select, by_text, by_connection, by_text_on_the_connection,
)  # fmt: skip


@pytest.mark.parametrize("way", READING, ids=lambda way: way.__name__)
def test_row_of_another_mechanism_is_not_reached(world, way):
    with acting_for(world.own):
        try:
            reached = way(world)
        except REFUSED:
            reached = set()
    assert not reached & {world.foreign_user, world.foreign_body}


@pytest.mark.parametrize("way", READING, ids=lambda way: way.__name__)
def test_the_same_way_does_reach_it_without_the_wall(world, way):
    with across_mechanisms():
        assert world.foreign_user in way(world)


def new_body(mechanism_id: UUID) -> Body:
    return Body(id=new_id(), mechanism_id=mechanism_id, name="smuggled", created_at=accounts.AT)


def insert_by_flush(world: World, mechanism_id: UUID) -> None:
    db.session.add(new_body(mechanism_id))
    db.session.flush()


def insert_by_statement(world: World, mechanism_id: UUID) -> None:
    row = {"id": new_id(), "mechanism_id": mechanism_id, "name": "smuggled", "created_at": accounts.AT}
    db.session.execute(insert(Body), [row])


def insert_by_values(world: World, mechanism_id: UUID) -> None:
    values = {"id": new_id(), "mechanism_id": mechanism_id, "name": "smuggled", "created_at": accounts.AT}
    db.session.execute(insert(Body).values(values))


def insert_by_bulk(world: World, mechanism_id: UUID) -> None:
    db.session.bulk_save_objects([new_body(mechanism_id)])


def insert_by_copy(world: World, mechanism_id: UUID) -> None:
    """From a row of that mechanism."""
    row = select(User.id, User.mechanism_id, literal("smuggled"), User.created_at)
    own = row.where(User.mechanism_id == mechanism_id)
    db.session.execute(insert(Body).from_select(BODY, own))


def insert_by_copy_under_another_name(world: World, mechanism_id: UUID) -> None:
    """From a row that is allowed, as a row of that mechanism."""
    foreign = literal(mechanism_id, Uuid()).label("mechanism_id")
    row = select(User.id, foreign, literal("smuggled"), User.created_at).where(User.id == world.own_user)
    db.session.execute(insert(Body).from_select(BODY, row))


def change_by_attribute(world: World, mechanism_id: UUID) -> None:
    """A row that was read across mechanisms and is still held."""
    with across_mechanisms():
        held = db.session.scalars(select(Body).where(Body.mechanism_id == mechanism_id)).one()
    held.name = "smuggled"
    db.session.flush()


def move_to_another_mechanism(world: World, mechanism_id: UUID) -> None:
    body = db.session.scalars(select(Body).where(Body.id == world.own_body)).one()
    body.name, body.mechanism_id = "smuggled", mechanism_id
    db.session.flush()


BODY = ("id", "mechanism_id", "name", "created_at")
WRITING = (
    insert_by_flush,
    insert_by_statement,
    insert_by_values,
    insert_by_bulk,
    insert_by_copy,
    insert_by_copy_under_another_name,
    change_by_attribute,
    move_to_another_mechanism,
)


def smuggled(mechanism_id: UUID) -> int:
    with across_mechanisms():
        query = select(func.count()).select_from(Body).where(Body.name == "smuggled", Body.mechanism_id == mechanism_id)
        return db.session.scalar(query) or 0


@pytest.mark.parametrize("write", WRITING, ids=lambda write: write.__name__)
def test_row_of_another_mechanism_is_not_written(world, write):
    with acting_for(world.own):
        try:
            write(world, world.foreign)
            db.session.commit()
        except REFUSED:
            db.session.rollback()
    assert smuggled(world.foreign) == 0


@pytest.mark.parametrize("write", WRITING, ids=lambda write: write.__name__)
def test_the_same_way_does_write_it_without_the_wall(world, write):
    with across_mechanisms():
        write(world, world.foreign)
        db.session.commit()
    assert smuggled(world.foreign) == 1


@pytest.mark.parametrize("way", [by_select, by_get, by_columns, by_aggregate, by_bulk_update, by_legacy_query])
def test_nothing_is_read_before_a_mechanism_was_chosen(world, way):
    act_for(None)
    with pytest.raises(MechanismNotChosen):
        way(world)


def test_own_rows_are_read_and_written_by_every_ordinary_way(world):
    with acting_for(world.own):
        assert (
            by_select(world) == by_columns(world) == by_alias(world) == by_selectin_relation(world) == {world.own_user}
        )
        insert_by_flush(world, world.own)
        insert_by_statement(world, world.own)
        insert_by_copy(world, world.own)
        db.session.commit()
    assert smuggled(world.own) == 3


def test_choice_of_mechanism_ends_with_its_block(world):
    with acting_for(world.own):
        with acting_for(world.foreign):
            assert by_select(world) == {world.foreign_user}
        assert by_select(world) == {world.own_user}
        with across_mechanisms():
            assert by_select(world) == {world.own_user, world.foreign_user}
        assert by_select(world) == {world.own_user}


def test_row_changed_across_mechanisms_is_refused_afterwards_and_not_forgotten(world):
    with acting_for(world.own):
        with across_mechanisms():
            db.session.get_one(User, world.foreign_user).name = "taken over"
        with pytest.raises(ForeignRow):
            db.session.flush()


SHARED = {Mechanism, PasswordTry}
"""Tables whose rows belong to no mechanism."""


def test_every_table_but_the_shared_ones_carries_its_mechanism(app):
    free = {mapper.class_ for mapper in Base.registry.mappers if not issubclass(mapper.class_, OwnedByMechanism)}
    assert free == SHARED
    for mapper in Base.registry.mappers:
        if mapper.class_ not in SHARED:
            assert not inspect(mapper.class_).c.mechanism_id.nullable


def test_wall_is_not_gone_round_in_the_code():
    assert not [finding for path in sorted((ROOT / "monitor").rglob("*.py")) for finding in ways_round(path)]


ROUND = {"connection", "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"}


def ways_round(path: Path) -> list[str]:
    """Return where a file reaches tables without the wall: `text(...)`, `.__table__`, `session.connection()`, bulk."""
    if "migrations" in path.parts:
        return []
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[Any] = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sqlalchemy") and "text" in names:
            found.append(f"{path.name}:{node.lineno} imports text")
        if isinstance(node, ast.Attribute) and node.attr == "__table__":
            found.append(f"{path.name}:{node.lineno} uses __table__")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROUND:
            found.append(f"{path.name}:{node.lineno} uses {node.func.attr}()")
    return found


def test_search_for_ways_round_finds_them(tmp_path):
    """The twin."""
    path = tmp_path / "bad.py"
    path.write_text("from sqlalchemy import select, text\nUser.__table__\ndb.session.connection().execute(x)\n")
    assert len(ways_round(path)) == 3
