"""Documents, rendered in the background, and the checks without which no version leaves the mechanism.

Of a release check no text stands here, neither of a report nor of an interview: only hashes, ids and codes.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.reports.content import Version
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit


class DocumentKind(StrEnum):
    """What a document is."""

    VISIT_REPORT = "visit_report"
    BLANK_FORM = "blank_form"
    """An empty form for any visit to a type of place."""
    PRINTED_FORM = "printed_form"
    """The form of one visit, with a code on every page."""
    FOLLOW_UP = "follow_up"
    """What became of recommendations: of a place, an authority or a year."""
    LETTER = "letter"
    """A letter to an authority or partner about a visit."""
    BUNDLE = "bundle"
    """Everything about a visit that one person may open, in one zip."""


STEMS: Final = {
    DocumentKind.VISIT_REPORT: "report", DocumentKind.BLANK_FORM: "form",
    DocumentKind.PRINTED_FORM: "form", DocumentKind.FOLLOW_UP: "follow-up",
    DocumentKind.LETTER: "letter", DocumentKind.BUNDLE: "visit",
}  # fmt: skip
"""What the names of files begin with."""


class DocumentState(StrEnum):
    """How far its rendering is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Paper(StrEnum):
    """Size of the pages."""

    A4 = "a4"
    LETTER = "letter"


class Problem(StrEnum):
    """Why a document could not be rendered."""

    TOO_LARGE = "too_large"
    FAULT = "fault"
    NOT_RELEASED = "not_released"
    """No release check stands for exactly what it would say."""


class Document(OwnedByMechanism, Base):
    """A rendering. A bundle, and one without visit, belong to the person who asked, and say what they may see."""

    __tablename__ = "document"
    __table_args__ = (
        Index(None, "visit_id", "requested_at"),
        Index(None, "mechanism_id", "requested_by_id", "requested_at"),
        Index(None, "state", "requested_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    kind: Mapped[DocumentKind]
    audience: Mapped[Version]
    """For whom it is made; printed on every page."""
    language: Mapped[str] = mapped_column(String(12))
    paper: Mapped[Paper]
    scope_data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Of a form: which items (guide.scope.Scope); of a table: what it covers (recommendations.tables.Coverage); of a
    bundle: the ids of its documents, and of the letters still drafted (`documents`, `letters`)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what it says, without date and reader."""
    look: Mapped[str] = mapped_column(String(16))
    """Hash of the templates and stylesheets it was or will be drawn with."""
    state: Mapped[DocumentState]
    progress: Mapped[int] = mapped_column(default=0)
    """Percent."""
    pdf: Mapped[bytes | None] = mapped_column(deferred=True)
    """The finished file; of a bundle the zip."""
    size: Mapped[int | None]
    """Bytes."""
    pages: Mapped[int | None]
    requested_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    problem: Mapped[Problem | None]
    problem_detail: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Too large: the topics with most text as [name, characters]."""

    visit: Mapped[Visit | None] = relationship(lazy="joined")
    requested_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_open(self) -> bool:
        """True while it waits or is being rendered."""
        return self.state in (DocumentState.QUEUED, DocumentState.RUNNING)

    @property
    def file_name(self) -> str:
        """A name that tells neither place nor date."""
        stem = STEMS[self.kind]
        return f"{stem}-{self.id.hex[-8:]}.{'zip' if self.kind is DocumentKind.BUNDLE else 'pdf'}"

    @property
    def media_type(self) -> str:
        """What the file is."""
        return "application/zip" if self.kind is DocumentKind.BUNDLE else "application/pdf"


class Settlement(StrEnum):
    """How a hit was settled: a recorded consent covers it, or it points at nobody, for one of these reasons."""

    CONSENT = "consent"
    NOT_A_PERSON = "not_a_person"
    """The word or number stands for something else: an article, a date, a sum, a thing."""
    OFFICE = "office"
    """It names an office or a function, not the person in it."""
    MANY = "many"
    """It fits so many people that nobody can be recognised."""
    PUBLIC_ALREADY = "public_already"
    """The authority or the public knows it from elsewhere, lawfully."""
    LOOKED_AT = "looked_at"
    """Of a photo: a reader looked at it, and it shows nobody and nothing that points at a person."""


class Outgoing(StrEnum):
    """What leaves the mechanism, and is checked before."""

    AUTHORITY = "authority"
    """The report for the authority."""
    PUBLIC = "public"
    """The public report."""
    EXPORT = "export"
    """The visit document."""
    LETTER = "letter"
    """A letter about the visit; each is a content of its own."""


class ReleaseCheck(OwnedByMechanism, Base):
    """One reader compared what is to leave with everything confidential that opened for that reader.

    It holds for exactly this content. `compared` names the sealed records that were compared.
    """

    __tablename__ = "release_check"
    __table_args__ = (Index(None, "visit_id", "outgoing", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    outgoing: Mapped[Outgoing]
    language: Mapped[str] = mapped_column(String(12))
    content_hash: Mapped[str] = mapped_column(String(64))
    compared: Mapped[list[str]]
    hits: Mapped[int]
    checked_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[datetime]

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    checked_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    settled: Mapped[list["SettledHit"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def rests_on_consents(self) -> bool:
        """Say whether a hit was settled by what somebody agreed to have published."""
        return any(hit.settlement is Settlement.CONSENT for hit in self.settled)


class SettledHit(OwnedByMechanism, Base):
    """One hit, known by a keyed hash alone, and how the reader settled it."""

    __tablename__ = "settled_hit"
    __table_args__ = (UniqueConstraint("check_id", "hit"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("release_check.id", ondelete="CASCADE"))
    hit: Mapped[str] = mapped_column(String(64))
    settlement: Mapped[Settlement]
