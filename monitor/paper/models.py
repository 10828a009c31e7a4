"""Printings of a visit's form, what became of their pages, and scans of these."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.db import Base, new_id
from monitor.evidence.models import StoredFile
from monitor.guide.scope import Scope
from monitor.paper.codes import NUMBER_DIGITS
from monitor.reports.models import Document
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit

WHOLE = "whole"
"""Part: the form in one piece."""
SHARED = "shared"
"""Part: the whole form, each assigned section on sheets of its own, for sharing out."""


class PrintedForm(OwnedByMechanism, Base):
    """One printing of the form of a visit. Copies made of its pages carry the same codes."""

    __tablename__ = "printed_form"
    __table_args__ = (UniqueConstraint("mechanism_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), unique=True)
    number: Mapped[str] = mapped_column(String(NUMBER_DIGITS))
    """What the codes of all its pages begin with."""
    guide_version: Mapped[str] = mapped_column(String(20))
    scope_data: Mapped[dict[str, Any]]
    """Which items the form of the visit had when this was printed (guide.scope.Scope)."""
    part: Mapped[str] = mapped_column(String(60))
    """WHOLE, SHARED or the id of the one section that was printed."""
    pages: Mapped[list[list[str]] | None] = mapped_column(JSON(none_as_null=True))
    """What stands on each page, in order: ids of items, and of recommendations behind RECOMMENDATION; empty until it
    is drawn."""

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)

    @property
    def scope(self) -> Scope:
        """The scope of the visit's form when this was printed."""
        return Scope.from_json(self.scope_data)

    @property
    def is_old(self) -> bool:
        """Say whether the form of the visit has changed since."""
        sheet = self.visit.sheet
        return (self.guide_version, self.scope) != (sheet.guide_version, sheet.scope)


class Mark(StrEnum):
    """What somebody says about a page."""

    ENTERED = "entered"
    CHECKED = "checked"
    """Somebody held what was typed against the paper."""


class PageMark(OwnedByMechanism, Base):
    """Who said when that a page is entered or checked; rows are only added."""

    __tablename__ = "page_mark"
    __table_args__ = (Index(None, "printed_form_id", "page"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    printed_form_id: Mapped[UUID] = mapped_column(ForeignKey("printed_form.id"))
    page: Mapped[int]
    mark: Mapped[Mark]
    scans_destroyed: Mapped[int] = mapped_column(default=0)
    """How many scans of the page this check destroyed, by the mechanism's rule."""
    by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class PageScan(OwnedByMechanism, Base):
    """A file that is a scan of a page."""

    __tablename__ = "page_scan"
    __table_args__ = (Index(None, "printed_form_id", "page"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    printed_form_id: Mapped[UUID] = mapped_column(ForeignKey("printed_form.id"))
    page: Mapped[int]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id", ondelete="CASCADE"), unique=True)

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
