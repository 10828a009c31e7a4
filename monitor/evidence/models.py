"""A file that somebody added to a visit."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit


class FileState(StrEnum):
    """Whether somebody has looked at a file with reports in mind."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"
    """A copy for reports was made."""
    REFUSED = "refused"
    """It shows what must not leave: it stays sealed."""


class StoredFile(OwnedByMechanism, Base):
    """A photo or document of a visit. The file as it was sent, its name and its note are a sealed record."""

    __tablename__ = "stored_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), index=True)
    size: Mapped[int]
    """Bytes, as it was sent."""
    state: Mapped[FileState] = mapped_column(default=FileState.UNCHECKED)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
    checked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime | None]
    copy: Mapped[bytes | None] = mapped_column(deferred=True)
    """Made anew, without anything but what it shows; for reports."""
    media_type: Mapped[str | None] = mapped_column(String(40))
    """Of the copy."""

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    added_by: Mapped[User] = relationship(foreign_keys=[added_by_id], lazy="joined", innerjoin=True)
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id], lazy="joined")

    @property
    def owner(self) -> tuple[str, str]:
        """What the sealed record is bound to."""
        return ("file", str(self.id))
