"""A letter about one visit to one office: blocks of text that people edit until it is sent."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import Base, new_id
from monitor.reports.models import Document
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit


class LetterKind(StrEnum):
    """What a letter is for (reports.md section 3)."""

    URGENT = "urgent"
    """The same day to three days after the visit: something cannot wait for the report."""
    PRELIMINARY = "preliminary"
    """About two weeks after the visit: first impressions, and what can be solved now."""
    TRANSMISSION_OF_DRAFT = "transmission_of_draft"
    """Goes with the draft report, for correction of facts."""
    TRANSMISSION_OF_REPORT = "transmission_of_report"
    """Goes with the final report and carries the reply form."""
    REFUSAL = "refusal"
    """Access was refused or obstructed: what happened, what the law says, the next attempt."""


TRANSMISSIONS: Final = frozenset({LetterKind.TRANSMISSION_OF_DRAFT, LetterKind.TRANSMISSION_OF_REPORT})
"""Letters that go with a report, and so need an approved visit."""


class LetterState(StrEnum):
    """Whether it can still be changed."""

    DRAFT = "draft"
    SENT = "sent"


class Block(StrEnum):
    """A part of a letter that is edited by itself."""

    OPENING = "opening"
    MANDATE = "mandate"
    PLACE = "place"
    THANKS = "thanks"
    PURPOSE = "purpose"
    CORRECTIONS = "corrections"
    FACTS = "facts"
    WHY = "why"
    IMPRESSIONS = "impressions"
    GOOD = "good"
    NOW = "now"
    DUTY = "duty"
    ATTEMPT = "attempt"
    ASKED = "asked"
    TO_FOLLOW = "to_follow"
    QUESTIONS = "questions"
    REPLY = "reply"
    PUBLICATION = "publication"
    MEETING = "meeting"
    REMINDER = "reminder"
    CONTACT = "contact"
    CLOSING = "closing"


B = Block
BLOCKS: Final[dict[LetterKind, tuple[Block, ...]]] = {
    LetterKind.URGENT: (
        B.OPENING, B.MANDATE, B.PLACE, B.FACTS, B.WHY, B.ASKED, B.REPLY, B.REMINDER, B.CONTACT, B.CLOSING,
    ),
    LetterKind.PRELIMINARY: (
        B.OPENING, B.MANDATE, B.THANKS, B.IMPRESSIONS, B.GOOD, B.NOW, B.TO_FOLLOW, B.QUESTIONS, B.REPLY, B.REMINDER,
        B.CONTACT, B.CLOSING,
    ),
    LetterKind.TRANSMISSION_OF_DRAFT: (B.OPENING, B.PURPOSE, B.REPLY, B.MEETING, B.REMINDER, B.CONTACT, B.CLOSING),
    LetterKind.TRANSMISSION_OF_REPORT: (
        B.OPENING, B.PURPOSE, B.CORRECTIONS, B.REPLY, B.PUBLICATION, B.MEETING, B.REMINDER, B.CONTACT, B.CLOSING,
    ),
    LetterKind.REFUSAL: (
        B.OPENING, B.MANDATE, B.PLACE, B.FACTS, B.DUTY, B.ATTEMPT, B.ASKED, B.REPLY, B.REMINDER, B.CONTACT, B.CLOSING,
    ),
}  # fmt: skip
"""The blocks of each kind in printed order (reports.md section 3)."""
WITHOUT_HEADING: Final = frozenset({B.OPENING, B.MANDATE, B.CLOSING})


class Letter(OwnedByMechanism, Base):
    """One letter; once it is sent nothing of it changes. `number` counts in the visit."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    kind: Mapped[LetterKind]
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"), index=True)
    """None while nobody is chosen; it is not sent like that."""
    language: Mapped[str] = mapped_column(String(12))
    dated: Mapped[date]
    reply_by: Mapped[date | None]
    blocks: Mapped[dict[str, Any]]
    """Block -> its text."""
    offered: Mapped[dict[str, Any]]
    """Block -> the text it was filled with; a block that still says so follows the letter's language and dates."""
    state: Mapped[LetterState] = mapped_column(default=LetterState.DRAFT)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    """The PDF that was asked for last; of a sent letter the one that was sent."""
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    """Of a sent letter: SHA-256 of what it says."""
    sent_on: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    """When it was recorded that it was sent."""
    sent_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    authority: Mapped[Authority | None] = relationship(lazy="joined")
    document: Mapped[Document | None] = relationship()
    created_by: Mapped[User] = relationship(foreign_keys=[created_by_id])
    sent_by: Mapped[User | None] = relationship(foreign_keys=[sent_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def reference(self) -> str:
        """The reference by which the addressee answers."""
        return f"{self.visit.shown_reference}/{self.number}"

    @property
    def is_draft(self) -> bool:
        """True while it can be changed."""
        return self.state is LetterState.DRAFT

    @property
    def addressee(self) -> str:
        """Name of the office it goes to, empty while none is chosen."""
        return self.authority.name if self.authority else ""
