"""A place and the further types of its units."""

from datetime import datetime
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
        Index(None, "mechanism_id", "type", "name"),
        Index(None, "mechanism_id", "search_text"),
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
    """Name, code, city and authority, casefolded and without accents; kept by operations."""
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
    __table_args__ = (UniqueConstraint("place_id", "type"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    type: Mapped[str] = mapped_column(String(40))
