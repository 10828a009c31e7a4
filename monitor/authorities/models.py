"""An office that can act on a recommendation, or a partner that is told of it."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.db import Base, new_id
from monitor.places.models import Place
from monitor.tenancy import OwnedByMechanism

LONGEST_NAME: Final = 300


class AuthorityKind(StrEnum):
    """Where in the state, or beside it, an office stands (reports.md 4.2: addressee)."""

    PLACE = "place"
    REGION = "region"
    MINISTRY = "ministry"
    PARLIAMENT = "parliament"
    JUDICIARY = "judiciary"
    OTHER = "other"
    """An authority of another kind, or one that an import named and nobody has sorted yet."""
    NHRI = "nhri"
    NGO = "ngo"
    SPT = "spt"
    REGIONAL_BODY = "regional_body"


PARTNERS: Final = (AuthorityKind.NHRI, AuthorityKind.NGO, AuthorityKind.SPT, AuthorityKind.REGIONAL_BODY)
"""Those who are written to but have no duty to answer; a recommendation goes to none of them."""


class Authority(OwnedByMechanism, Base):
    """An office with its address; all bodies of the mechanism share the register. It names no person."""

    __tablename__ = "authority"
    __table_args__ = (UniqueConstraint("mechanism_id", "name"), Index(None, "mechanism_id", "search_text"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[AuthorityKind]
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    """Of an office within a place, such as its management: which place."""
    language: Mapped[str] = mapped_column(String(12), default="")
    """Language to write in; empty: the language of the visit."""
    address: Mapped[str] = mapped_column(default="")
    days_to_answer: Mapped[int | None]
    """Days the law gives it to answer; it goes before the days of a priority."""
    search_text: Mapped[str]
    """Name and address, made alike by places/folding.py; it begins with the name. Kept by operations."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    place: Mapped[Place | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_partner(self) -> bool:
        """True for a partner, which is no authority."""
        return self.kind in PARTNERS
