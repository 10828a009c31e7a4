"""A document: one rendering of a report or a form, asked for by a person, made in the background."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
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


class Document(OwnedByMechanism, Base):
    """A rendering. A form without visit belongs to the person who asked for it."""

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
    """Of a form without visit: which items (monitor.guide.scope.Scope)."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what it says, without date and reader."""
    look: Mapped[str] = mapped_column(String(16))
    """Hash of the templates and stylesheets it was or will be drawn with."""
    state: Mapped[DocumentState]
    progress: Mapped[int] = mapped_column(default=0)
    """Percent."""
    pdf: Mapped[bytes | None] = mapped_column(deferred=True)
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
        stem = {DocumentKind.VISIT_REPORT: "report", DocumentKind.BLANK_FORM: "form"}[self.kind]
        return f"{stem}-{self.id.hex[-8:]}.pdf"
