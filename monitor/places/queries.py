"""Reading the register of places."""

from uuid import UUID

from sqlalchemy import Select, select

from monitor.accounts.models import User
from monitor.db import db
from monitor.places.models import Place


def visible_to(user: User) -> Select[tuple[Place]]:
    """Return the places this person may see: the register is shared by all bodies of the mechanism."""
    return select(Place).where(Place.mechanism_id == user.mechanism_id)


def get_place(user: User, place_id: UUID) -> Place | None:
    """Find a place that this person may see."""
    return db.session.scalar(visible_to(user).where(Place.id == place_id))


def get_place_by_code(mechanism_id: UUID, code: str) -> Place | None:
    """Find a place by its code."""
    return db.session.scalar(select(Place).where(Place.mechanism_id == mechanism_id, Place.code == code))


def codes_taken(mechanism_id: UUID) -> set[str]:
    """Return every code in use."""
    return set(db.session.scalars(select(Place.code).where(Place.mechanism_id == mechanism_id)))
