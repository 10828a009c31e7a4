"""Keys of bodies, grants to people, the paper key, and sealed records.

A body has two compartments, `interviews` and `medical`, each with a key pair. The private key of a compartment is
stored only sealed: once to each reader (a grant) and once to the body's paper key. A record has a random key of its
own, sealed to the compartment and, until its visit is approved, to the people who wrote it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User, UserKey
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism

DRILL_EVERY: Final = timedelta(days=365)


class Compartment(StrEnum):
    """One part of what a body keeps sealed; `medical` is for its health members."""

    INTERVIEWS = "interviews"
    MEDICAL = "medical"


class PaperKey(OwnedByMechanism, Base):
    """A body's key on paper in the safe: its private half is printed once and never stored."""

    __tablename__ = "paper_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True)
    public: Mapped[bytes]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    drilled_at: Mapped[datetime | None]
    """When somebody last typed it from the paper and it fitted; never: the print may be unreadable or lost."""
    retired_at: Mapped[datetime | None]

    def needs_drill(self, now: datetime) -> bool:
        """Say whether nobody has tried the paper for a year, or ever."""
        return self.drilled_at is None or now - self.drilled_at >= DRILL_EVERY


class CompartmentKey(OwnedByMechanism, Base):
    """One key pair of one compartment of a body; a new number replaces it when a reader is removed."""

    __tablename__ = "compartment_key"
    __table_args__ = (UniqueConstraint("body_id", "compartment", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"))
    compartment: Mapped[Compartment]
    number: Mapped[int]
    public: Mapped[bytes]
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper_key.id"))
    on_paper: Mapped[bytes]
    """The private key, sealed to the paper key."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    """From then on nothing new is sealed to it."""

    grants: Mapped[list["Grant"]] = relationship(back_populates="key", order_by="Grant.granted_at")


class Grant(OwnedByMechanism, Base):
    """One person's copy of a compartment's private key, sealed to that person's own key."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("compartment_key_id", "user_key_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    compartment_key_id: Mapped[UUID] = mapped_column(ForeignKey("compartment_key.id"))
    user_key_id: Mapped[UUID] = mapped_column(ForeignKey("user_key.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    wrapped: Mapped[bytes]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    granted_at: Mapped[datetime]

    key: Mapped[CompartmentKey] = relationship(back_populates="grants")
    user_key: Mapped[UserKey] = relationship(lazy="joined")
    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")


class SealedRecord(OwnedByMechanism, Base):
    """One confidential record: content that only the holders of its key open. What it belongs to refers to it."""

    __tablename__ = "sealed_record"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"))
    compartment: Mapped[Compartment]
    content: Mapped[bytes]
    sealed_at: Mapped[datetime]

    wraps: Mapped[list["RecordKeyWrap"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class RecordKeyWrap(OwnedByMechanism, Base):
    """The key of a record, sealed to a compartment or to a person."""

    __tablename__ = "record_key_wrap"
    __table_args__ = (
        CheckConstraint("(compartment_key_id is null) != (user_key_id is null)", name="one_holder"),
        Index("ix_record_key_wrap_compartment_key_id", "compartment_key_id", "record_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id", ondelete="CASCADE"), index=True)
    compartment_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("compartment_key.id"))
    user_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_key.id"), index=True)
    wrapped: Mapped[bytes]
