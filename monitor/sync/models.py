"""Devices, the visits they took along, and what arrived from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit

LONGEST_NAME = 60


class Device(OwnedByMechanism, Base):
    """One browser of one person that may hold visits; its passphrase and keys never reach the server.

    The device knows a secret by which it asks whether it was withdrawn, without anybody being signed in; only the hash
    is kept here.
    """

    __tablename__ = "device"
    __table_args__ = (Index(None, "mechanism_id", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    """What its person calls it: "Laptop of the office"."""
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it last took something along or handed something in."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])
    taken: Mapped[list["TakenAlong"]] = relationship(back_populates="device", order_by="TakenAlong.taken_at")


class TakenAlong(OwnedByMechanism, Base):
    """That a visit lies on a device. `handed_in_at`: when the server confirmed all that the device had for it."""

    __tablename__ = "taken_along"
    __table_args__ = (UniqueConstraint("device_id", "visit_id"), Index(None, "visit_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    taken_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    """When the device said that it holds the visit no more."""

    device: Mapped[Device] = relationship(back_populates="taken")
    visit: Mapped[Visit] = relationship()


class Arrival(OwnedByMechanism, Base):
    """That a record made on a device has arrived, in the same transaction as what it wrote.

    `id` is the record's own, made on the device: the same record sent again changes nothing. `digest` is the SHA-256 of
    its text as it was sent; receipts compare it.
    """

    __tablename__ = "arrival"
    __table_args__ = (Index(None, "visit_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    digest: Mapped[bytes]
