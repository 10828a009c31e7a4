"""Reading keys and grants."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from monitor.accounts import queries as accounts
from monitor.accounts.models import INSIDE, Body, Role, User, UserKey
from monitor.audit.operations import proven
from monitor.db import db
from monitor.vault.models import Compartment, CompartmentKey, Grant, PaperKey, RecordKeyWrap, SealedRecord


def current_key(body_id: UUID, compartment: Compartment) -> CompartmentKey | None:
    """Return the key that new records of a compartment are sealed to; None while the body has no reader yet."""
    query = select(CompartmentKey).where(
        CompartmentKey.body_id == body_id,
        CompartmentKey.compartment == compartment,
        CompartmentKey.replaced_at.is_(None),
    )
    return db.session.scalar(query)


def keys(body_id: UUID) -> Sequence[CompartmentKey]:
    """Return every key of a body, the newest of each compartment first."""
    query = (
        select(CompartmentKey)
        .where(CompartmentKey.body_id == body_id)
        .order_by(CompartmentKey.compartment, CompartmentKey.number.desc())
    )
    return db.session.scalars(query).all()


def exchanged(keys: Collection[CompartmentKey]) -> set[UUID]:
    """Return the ids of those keys of bodies whose public key is not the one that was made under the id.

    What was made stands in the chain of events: who writes the database can exchange a key with everything that hangs
    on it, and cannot forge the chain.
    """
    made: dict[UUID, Mapping[str, Any]] = {}
    for mechanism_id in {key.mechanism_id for key in keys}:
        made |= proven("compartment-key:made", [key.id for key in keys], mechanism_id=mechanism_id)
    return {key.id for key in keys if not accounts.has_letters_of(made.get(key.id), key.public)}


def bodies_with_exchanged_key(user: User) -> list[Body]:
    """Return the bodies that concern a person and one of whose keys in use was exchanged since it was made."""
    bodies = {body.id: body for body in bodies_concerning(user)}
    query = select(CompartmentKey).where(CompartmentKey.body_id.in_(bodies), CompartmentKey.replaced_at.is_(None))
    in_use = db.session.scalars(query).all()
    wrong = exchanged(in_use)
    return [bodies[id_] for id_ in sorted({key.body_id for key in in_use if key.id in wrong})]


def current_paper(body_id: UUID) -> PaperKey | None:
    """Return the paper key that a body uses."""
    return db.session.scalar(select(PaperKey).where(PaperKey.body_id == body_id, PaperKey.retired_at.is_(None)))


def bodies_to_drill(user: User, now: datetime) -> Sequence[Body]:
    """Return the bodies that a person coordinates and whose paper key is to be tried."""
    query = (
        select(Body, PaperKey)
        .join(PaperKey, PaperKey.body_id == Body.id)
        .where(Body.id.in_(user.bodies_as(Role.COORDINATOR)), PaperKey.retired_at.is_(None))
        .order_by(Body.id)
    )
    return [body for body, paper in db.session.execute(query) if paper.needs_drill(now)]


def readers(key: CompartmentKey) -> Sequence[Grant]:
    """Return the grants of a key whose holders can still use them, in the order of granting."""
    query = (
        select(Grant)
        .join(Grant.user_key)
        .where(Grant.compartment_key_id == key.id, UserKey.retired_at.is_(None))
        .order_by(Grant.granted_at, Grant.id)
    )
    return db.session.scalars(query).all()


def grant_of(key: CompartmentKey, user_id: UUID) -> Grant | None:
    """Return a person's usable grant of a key."""
    return next((grant for grant in readers(key) if grant.user_id == user_id), None)


def entitled(body_id: UUID, compartment: Compartment) -> Sequence[User]:
    """Return the people who may be given a compartment's key, by name: for medical notes, health monitors alone."""
    if compartment is Compartment.MEDICAL:
        return accounts.list_health_members(body_id)
    return accounts.list_members(body_id)


def entitled_in(user: User) -> dict[Compartment, list[UUID]]:
    """Return compartment -> the bodies in which a person may be given its key, as `entitled` has it."""
    return {
        Compartment.INTERVIEWS: user.bodies_as(*INSIDE), Compartment.MEDICAL: user.bodies_as(Role.HEALTH_MONITOR),
    }  # fmt: skip


def reads_in(body_id: UUID, user: User) -> bool:
    """Say whether a person of this body holds a usable grant of one of its compartments.

    Who moved to another body keeps a grant until a reader takes it away, and opens no page with it.
    """
    query = (
        select(Grant.id)
        .join(Grant.key)
        .join(Grant.user_key)
        .where(CompartmentKey.body_id == body_id, Grant.user_id == user.id, UserKey.retired_at.is_(None))
        .limit(1)
    )
    return user.belongs_to(body_id) and db.session.scalar(query) is not None


def bodies_concerning(user: User) -> Sequence[Body]:
    """Return the bodies that a person coordinates, or is of and holds a key of."""
    read = (
        select(CompartmentKey.body_id)
        .join(CompartmentKey.grants)
        .join(Grant.user_key)
        .where(
            Grant.user_id == user.id, UserKey.retired_at.is_(None), CompartmentKey.body_id.in_(user.bodies_as(*INSIDE))
        )
    )
    query = select(Body).where(or_(Body.id.in_(user.bodies_as(Role.COORDINATOR)), Body.id.in_(read))).order_by(Body.id)
    return db.session.scalars(query).all()


def waiting_to_move(key: CompartmentKey) -> int:
    """Return how many records of a compartment are still sealed to a key that was replaced."""
    replaced = select(CompartmentKey.id).where(
        CompartmentKey.body_id == key.body_id,
        CompartmentKey.compartment == key.compartment,
        CompartmentKey.replaced_at.is_not(None),
    )
    query = select(func.count(RecordKeyWrap.id)).where(RecordKeyWrap.compartment_key_id.in_(replaced))
    return db.session.scalar(query) or 0


def users_keys(user_ids: Iterable[UUID]) -> dict[UUID, UserKey]:
    """Return person -> own key in use; people who never chose a password have none."""
    query = select(UserKey).where(UserKey.user_id.in_(list(user_ids)), UserKey.retired_at.is_(None))
    return {key.user_id: key for key in db.session.scalars(query)}


def keys_to_seal_to(user_ids: Iterable[UUID]) -> dict[UUID, UserKey]:
    """Return the same, without the keys that were exchanged since they were made: nothing is sealed to those."""
    held = users_keys(user_ids)
    exchanged = accounts.exchanged_keys(held.values())
    return {user_id: key for user_id, key in held.items() if key.id not in exchanged}


def known_users_keys(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these ids that name a person's own key, in use or retired."""
    return set(db.session.scalars(select(UserKey.id).where(UserKey.id.in_(list(ids)))))


def closed_to(record_ids: Iterable[UUID], user_id: UUID) -> list[UUID]:
    """Return those of these records of interviews that a person cannot open, neither by grant nor by a wrap of theirs.

    Medical notes are left out: health monitors alone read them.
    """
    own = select(UserKey.id).where(UserKey.user_id == user_id, UserKey.retired_at.is_(None))
    granted = select(Grant.compartment_key_id).where(Grant.user_key_id.in_(own))
    held = select(RecordKeyWrap.id).where(
        RecordKeyWrap.record_id == SealedRecord.id,
        or_(RecordKeyWrap.user_key_id.in_(own), RecordKeyWrap.compartment_key_id.in_(granted)),
    )
    query = select(SealedRecord.id).where(
        SealedRecord.id.in_(list(record_ids)), SealedRecord.compartment == Compartment.INTERVIEWS, ~held.exists()
    )
    return list(db.session.scalars(query.order_by(SealedRecord.id)))


def count_of_wraps(key: CompartmentKey) -> int:
    """Return how many records are sealed to this key."""
    return (
        db.session.scalar(select(func.count(RecordKeyWrap.id)).where(RecordKeyWrap.compartment_key_id == key.id)) or 0
    )
