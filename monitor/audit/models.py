"""The audit event and its place in the chain of a mechanism."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism

CHECKED: Final = "log:checked"
"""Tag of the event that a check of the chain leaves."""


class AuditEvent(OwnedByMechanism, Base):
    """One act: who (a plain id, so that people can be removed), what, on which record, when. Never any content.

    `mac` is HMAC-SHA-256 over the event and the `mac` before it, so that a changed, missing or moved event shows.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("mechanism_id", "sequence"),
        Index(None, "mechanism_id", "actor_id", "sequence"),
        Index(None, "mechanism_id", "tag", "sequence"),
        Index(None, "subject_id", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    """The user; empty where a command acted."""
    tag: Mapped[str] = mapped_column(String(60))
    """`subject:verb`, such as `visit:approved`."""
    subject_id: Mapped[UUID]
    detail: Mapped[dict[str, Any]]
    """Names of changed fields, states, counts, item ids: never what somebody wrote."""
    mac: Mapped[bytes]
