"""The sheet (a form as chosen), its answers (heads) and every change that was ever offered.

What a protected item says is sealed once its body has keys: the row then refers to a sealed record, and says by itself
only that something stands there. Until then it lies under the server's key.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.answers.server_key import Content, open_kept
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


EMPTY: Final[Content] = (None, "", [], False)
"""What an item says that nobody has answered."""


class Said(OwnedByMechanism):
    """Mixin of the rows that hold what an item says: in plain columns, under the server's key, or in a sealed record.

    `value`, `comment`, `sources` and `urgent` give the content or, once a reader's session opened the record and set
    `opened`, that of the record; until then a sealed row says nothing.
    """

    plain_value: Mapped[Any | None] = mapped_column("value", JSON(none_as_null=True))
    """Shape by answer type, see guide/answer_types.py; None: not answered (a comment may stand all the same)."""
    plain_comment: Mapped[str] = mapped_column("comment")
    plain_sources: Mapped[list[str]] = mapped_column("sources")
    plain_urgent: Mapped[bool] = mapped_column("urgent")
    kept: Mapped[bytes | None]
    """What a protected item says while its body has no keys, under the server's key; the columns above are EMPTY."""
    sealed_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_record.id"))
    is_answered: Mapped[bool]
    """Whether there is a value, sealed or not: progress needs no key."""
    has_comment: Mapped[bool]

    opened: Content | None = None
    """What the sealed record holds; set for the length of a request, never stored."""
    is_damaged: bool = False
    """Whether the reader holds a key, and the record does not open or does not fit; set as `opened` is."""

    @property
    def owner(self) -> tuple[object, ...]:
        """Name the revision or clash that the envelope of this row is bound to."""
        raise NotImplementedError

    @property
    def said(self) -> Content | None:
        """What it says; None where it is sealed and was not opened, or damaged."""
        if self.sealed_id is not None:
            return self.opened
        if self.kept is not None:
            return open_kept(self.mechanism_id, self.owner, self.kept)
        return self.plain_value, self.plain_comment, self.plain_sources, self.plain_urgent

    @property
    def is_closed(self) -> bool:
        """Say whether it does not open."""
        return self.said is None

    @property
    def is_for_others(self) -> bool:
        """Say whether it stays closed here, and others may be able to open it; nobody opens what is damaged."""
        return self.is_closed and not self.is_damaged

    @property
    def content(self) -> Content:
        """What it says; EMPTY while closed."""
        return self.said or EMPTY

    @property
    def value(self) -> Any:
        """The answer; None while unanswered or closed."""
        return self.content[0]

    @property
    def comment(self) -> str:
        """The note beside the answer."""
        return self.content[1]

    @property
    def sources(self) -> list[str]:
        """Kinds of sources the answer rests on."""
        return self.content[2]

    @property
    def urgent(self) -> bool:
        """Whether it cannot wait for the report."""
        return self.content[3]


class Answer(Said, Base):
    """The head: what the sheet says about one item now. `revision` counts the applied changes, from 1.

    `id` is that of the change that first answered the item.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("sheet_id", "item_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"))
    item_id: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]

    @property
    def owner(self) -> tuple[object, ...]:
        """Name the row for the sealed record it refers to."""
        return owner_of(self.sheet_id, self.item_id, self.revision)


class AnswerChange(Said, Base):
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
    by: Mapped[UUID | None]
    at: Mapped[datetime]
    outcome: Mapped[Outcome]
    event_id: Mapped[UUID | None]
    """The audit event that speaks of it; changes of one item by one person within five minutes share one."""

    @property
    def owner(self) -> tuple[object, ...]:
        """Name the row for the sealed record it refers to."""
        return owner_of(self.sheet_id, self.item_id, self.id if self.revision is None else self.revision)


def owner_of(sheet_id: UUID, item_id: str, what: UUID | int) -> tuple[object, ...]:
    """Name a revision of an item, or a change that clashed, for its sealed record."""
    return "answer", sheet_id, item_id, what


def owner_on_device(sheet_id: UUID, item_id: str, change_id: UUID | str) -> tuple[object, ...]:
    """Name a change as the device does that seals it, which cannot know what will become of it."""
    return "device answer", sheet_id, item_id, change_id
