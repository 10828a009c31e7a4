"""A place, the further types of its units, and a file that waits to be imported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism


class Place(OwnedByMechanism, Base):
    """A place where people are or may be deprived of liberty; all bodies of the mechanism share the register."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("mechanism_id", "code"),
        Index(None, "mechanism_id", "name"),
        Index(None, "mechanism_id", "search_text"),
        Index(None, "mechanism_id", "region"),
        Index(None, "mechanism_id", "authority"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    """Short and lasting; part of the references of visits."""
    name: Mapped[str] = mapped_column(String(300))
    type: Mapped[str] = mapped_column(String(40))
    """Main place type of the guide."""
    authority: Mapped[str | None] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(String(200), default="")
    region: Mapped[str] = mapped_column(String(200), default="")
    country: Mapped[str] = mapped_column(String(2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    capacity: Mapped[int | None]
    notes: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str]
    """Name, code, city, region and authority, made alike by places/folding.py; it begins with the name, so that it is
    the order of the register too. Kept by operations."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    units: Mapped[list["PlaceUnit"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="PlaceUnit.type"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def unit_types(self) -> tuple[str, ...]:
        """Types of the units inside (a juvenile wing, court cells), besides the main type."""
        return tuple(unit.type for unit in self.units)


class PlaceUnit(OwnedByMechanism, Base):
    """A further type that a place has units of."""

    __tablename__ = "place_unit"
    __table_args__ = (UniqueConstraint("place_id", "type"), Index(None, "type", "mechanism_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    type: Mapped[str] = mapped_column(String(40))


class PlaceImport(OwnedByMechanism, Base):
    """A file of places between its upload and the decision about it; one for each person, gone after a day."""

    __tablename__ = "place_import"
    __table_args__ = (UniqueConstraint("made_by_id"), Index(None, "mechanism_id", "made_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(deferred=True)
    """As it was uploaded."""
    encoding: Mapped[str | None] = mapped_column(String(40))
    """One of places/csv_files.py's ENCODINGS; empty: as the file says, or as guessed."""
    plan: Mapped[dict[str, Any] | None]
    """What was chosen so far, as `Plan.to_json` in places/importing.py gives it."""
