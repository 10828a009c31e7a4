"""The short record of a recommendation; follow-up extends it later."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit

LONGEST_ADDRESSEE: Final = 300


class Priority(StrEnum):
    """How soon something must happen."""

    IMMEDIATE = "immediate"
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Recommendation(OwnedByMechanism, Base):
    """One action asked of one addressee, resting on items of a visit and on standards; `number` counts in the visit."""

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("visit_id", "number"), Index(None, "mechanism_id", "due_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    text: Mapped[str]
    addressee: Mapped[str] = mapped_column(String(LONGEST_ADDRESSEE))
    priority: Mapped[Priority]
    due_on: Mapped[date | None]
    items: Mapped[list[str]]
    standards: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{instrument, provision}] as cited by the guide."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
