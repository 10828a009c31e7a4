"""Finding devices and what arrived from them."""

from collections.abc import Collection, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from monitor.accounts.models import User
from monitor.accounts.predicates import is_administrator, is_coordinator
from monitor.db import db
from monitor.sync.models import Arrival, Device, TakenAlong
from monitor.visits.models import Visit


def visible_to(user: User) -> Select[Device]:
    """Return the devices a person may see: their own; coordinators and administrators see all of the mechanism."""
    query = select(Device)
    if is_coordinator(user, None) or is_administrator(user, None):
        return query
    return query.where(Device.user_id == user.id)


def get_device(user: User, device_id: UUID) -> Device | None:
    """Return a device that the person may see."""
    return db.session.scalars(visible_to(user).where(Device.id == device_id)).one_or_none()


def devices(user: User) -> Sequence[Device]:
    """Return the devices a person may see, those in use first, the last seen before the others."""
    query = visible_to(user).options(selectinload(Device.taken)).order_by(Device.withdrawn_at, Device.seen_at.desc())
    return db.session.scalars(query).all()


def own_device(user: User, device_id: UUID) -> Device | None:
    """Return the person's own device of this id."""
    device = db.session.get(Device, device_id)
    return device if device is not None and device.user_id == user.id else None


def device_by_secret(secret: str) -> Device | None:
    """Return the device that knows this secret; asks across mechanisms, for nobody is signed in."""
    return db.session.scalars(select(Device).where(Device.secret_hash == hash_of(secret))).one_or_none()


def visits_on(device: Device) -> Sequence[Visit]:
    """Return the visits that lie on a device, as far as the server knows."""
    held = select(TakenAlong.visit_id).where(TakenAlong.device_id == device.id, TakenAlong.removed_at.is_(None))
    return db.session.scalars(select(Visit).where(Visit.id.in_(held))).all()


def hash_of(secret: str) -> bytes:
    """Return what is kept of a device's secret: it is random, so that a plain hash cannot be guessed back."""
    return sha256(secret.encode()).digest()


def taken_by(device: Device, visit: Visit) -> TakenAlong | None:
    """Return the note that this device holds this visit."""
    query = select(TakenAlong).where(TakenAlong.device_id == device.id, TakenAlong.visit_id == visit.id)
    return db.session.scalars(query).one_or_none()


def arrivals(ids: Collection[UUID]) -> dict[UUID, Arrival]:
    """Return what has arrived of these records, by id."""
    return {row.id: row for row in db.session.scalars(select(Arrival).where(Arrival.id.in_(ids)))}
