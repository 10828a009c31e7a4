"""A file that somebody added to a visit or to a place of the register."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.places.models import Place
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit


class FileState(StrEnum):
    """Whether somebody has looked at a file with reports in mind."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"
    """A copy for reports was made."""
    REFUSED = "refused"
    """It shows what must not leave: it stays sealed."""


class Reach(StrEnum):
    """How far a checked photo may go: each reach holds those before it."""

    INTERNAL = "internal"
    AUTHORITY = "authority"
    PUBLIC = "public"


class StoredFile(OwnedByMechanism, Base):
    """A photo or document. The file as it was sent is one sealed record, its name and its note are another."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("(visit_id is null) != (place_id is null)", name="one_subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"))
    """Whose readers open it."""
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    item_id: Mapped[str | None] = mapped_column(String(60))
    """The question of the visit's form that it belongs to, where it belongs to one."""
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"), index=True)
    """Of a file that belongs to no visit."""
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), index=True)
    note_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), index=True)
    """Apart from the file itself, so that notes are read without opening photos."""
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
    copy_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the copy."""
    caption: Mapped[str] = mapped_column(default="")
    """What reports print below it: written at the check, in the clear, compared like every other text that leaves."""
    reach: Mapped[Reach] = mapped_column(default=Reach.INTERNAL)
    """The widest version of a report that may print the copy."""

    visit: Mapped[Visit | None] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    added_by: Mapped[User] = relationship(foreign_keys=[added_by_id], lazy="joined", innerjoin=True)
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id], lazy="joined")

    @property
    def owner(self) -> tuple[str, str]:
        """What the sealed file is bound to."""
        return ("file", str(self.id))

    @property
    def owner_of_note(self) -> tuple[str, str]:
        """What the sealed name and note are bound to."""
        return ("file note", str(self.id))

    @property
    def is_picture(self) -> bool:
        """Say whether reports can print the copy."""
        return self.media_type is not None and self.media_type.startswith("image/")
