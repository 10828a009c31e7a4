"""The sheet (a form as chosen), its answers (heads) and every change that was ever offered."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.db import Base, new_id
from monitor.guide.scope import Scope
from monitor.tenancy import OwnedByMechanism


class Sheet(OwnedByMechanism, Base):
    """Which items are asked, and by which version of the guide; kept for ever with what was filled."""

    __tablename__ = "sheet"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    guide_version: Mapped[str] = mapped_column(String(20))
    scope_data: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def scope(self) -> Scope:
        """The place type, unit types and topics the items come from."""
        return Scope.from_json(self.scope_data)

    @scope.setter
    def scope(self, scope: Scope) -> None:
        self.scope_data = scope.to_json()


class Outcome(StrEnum):
    """What became of a change."""

    APPLIED = "applied"
    CLASH = "clash"
    """Somebody else had changed the item meanwhile: kept until a person settles it."""
    SETTLED = "settled"
    """A clash that a person has settled."""
    UNCHANGED = "unchanged"
    """It said what stood there already; nothing is stored."""


class Answer(OwnedByMechanism, Base):
    """The head: what the sheet says about one item now. `revision` counts the applied changes, from 1.

    `id` is that of the change that first answered the item.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("sheet_id", "item_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    item_id: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    """Shape by answer type, see guide/answer_types.py; None: not answered (a comment may stand all the same)."""
    comment: Mapped[str]
    sources: Mapped[list[str]]
    urgent: Mapped[bool]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class AnswerChange(OwnedByMechanism, Base):
    """One offered change; rows are only added, and only `outcome` ever moves (clash to settled).

    `id` is made where the change is born (also offline), so that a repeated upload changes nothing.
    """

    __tablename__ = "answer_change"
    __table_args__ = (
        Index(None, "sheet_id", "item_id", "revision"),
        Index(None, "sheet_id", "outcome"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    item_id: Mapped[str] = mapped_column(String(60))
    base_revision: Mapped[int]
    """The revision its writer saw; 0 when there was none."""
    revision: Mapped[int | None]
    """The revision it became; empty while it is a clash."""
    value: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    comment: Mapped[str]
    sources: Mapped[list[str]]
    urgent: Mapped[bool]
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    outcome: Mapped[Outcome]
    event_id: Mapped[UUID | None]
    """The audit event that speaks of it; changes of one item by one person within five minutes share one."""
