"""Reading the register of places."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from monitor.accounts.models import User
from monitor.db import db
from monitor.places.folding import folded
from monitor.places.models import Place, PlaceImport

MOST_CHOICES: Final = 300
"""Regions or authorities offered in a list; the search box finds the rest."""


def visible_to(user: User) -> Select[Place]:
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


def names_known(mechanism_id: UUID) -> set[str]:
    """Return every name of the register, made alike for searching."""
    return set(map(folded, db.session.scalars(select(Place.name).where(Place.mechanism_id == mechanism_id))))


def regions(mechanism_id: UUID) -> Sequence[str]:
    """Return the regions with most places, in the order of the alphabet."""
    return _frequent(Place.region, mechanism_id)


def authorities(mechanism_id: UUID) -> Sequence[str]:
    """Return the authorities with most places, in the order of the alphabet."""
    return _frequent(Place.authority, mechanism_id)


def _frequent(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], mechanism_id: UUID) -> list[str]:
    query = (
        select(column)
        .where(Place.mechanism_id == mechanism_id, column != "")
        .group_by(column)
        .order_by(func.count().desc(), column)
        .limit(MOST_CHOICES)
    )
    return sorted((value for value in db.session.scalars(query) if value), key=folded)


def get_waiting_import(user: User, import_id: UUID) -> PlaceImport | None:
    """Find the file that this person uploaded and has not decided about."""
    return db.session.scalar(select(PlaceImport).where(PlaceImport.id == import_id, PlaceImport.made_by_id == user.id))
