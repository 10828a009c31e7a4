"""Talks, what is sealed about them, and what is done so that nobody suffers for having spoken (OPCAT Article 21).

In the clear stand only counters and dates on which something is to be done. Everything else is a sealed record.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import Body, User
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY


class Partner(StrEnum):
    """Who was talked to; those of the staff are the rows of item staff-int-count."""

    HELD = "held"
    MANAGEMENT = "management"
    CUSTODIAL = "custodial"
    HEALTH = "health"
    SOCIAL = "social"
    OTHER_STAFF = "other"


class Sex(StrEnum):
    """Sex of the person, or of everybody in the group."""

    NOT_STATED = "not_stated"
    MAN = "man"
    WOMAN = "woman"
    OTHER = "other"


class AgeGroup(StrEnum):
    """Age of the person, or of most people in the group, in groups wide enough to point at nobody."""

    NOT_STATED = "not_stated"
    CHILD = "child"
    YOUNG = "young"
    ADULT = "adult"
    OLDER = "older"


class Kind(StrEnum):
    """One kind of sealed record about a talk."""

    LINE = "line"
    """Where, whether the person agreed to talk and to notes, a note."""
    RECORD = "record"
    """What was said, topics, groups at risk, requests for action."""
    SUPPLEMENT = "supplement"
    """Added after the record was finished."""
    MEDICAL = "medical"
    """Injuries and medical notes, for health members."""
    ACT = "act"
    """A step of the consent to act on the person's case."""
    PUBLISH = "publish"
    """A step of the consent to publish something that could identify the person."""
    NAME = "name"
    """The key from code to name."""


class ConsentStep(StrEnum):
    """What a person said about one consent; before the first step nobody has asked."""

    GIVEN = "given"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Risk(StrEnum):
    """How likely reprisals are after a visit; the same ids as the choices of item after-reprisal-risk."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


WRITTEN_ONCE: Final = frozenset({Kind.LINE, Kind.RECORD, Kind.NAME})
"""Kinds of which a talk has one at most; of the others each stays as it was written, and the next is added."""
LONGEST_CODE: Final = 2


class Talk(OwnedByMechanism, Base):
    """One line: a talk with one person or a group. Its code is given by the system and says nothing about anybody."""

    __tablename__ = "talk"
    __table_args__ = (UniqueConstraint("visit_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    partner: Mapped[Partner]
    sex: Mapped[Sex]
    age: Mapped[AgeGroup]
    people: Mapped[int]
    """1 for a person alone, n for a group; 0 where nobody agreed to talk."""
    finished_at: Mapped[datetime | None]
    """From then on the record can be supplemented, never changed."""

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    records: Mapped[list["TalkRecord"]] = relationship(lazy="selectin", order_by="TalkRecord.id", back_populates="talk")

    @property
    def code(self) -> str:
        """The code that stands for the people of this talk, such as T-07; unique within the visit."""
        return f"T-{self.number:0{LONGEST_CODE}}"

    @property
    def is_staff(self) -> bool:
        """Say whether staff was talked to."""
        return self.partner is not Partner.HELD

    @property
    def is_finished(self) -> bool:
        """Say whether the record can no longer be changed: its author finished it, or the visit was approved."""
        return self.finished_at is not None or self.visit.state in SEEN_BY_THE_WHOLE_BODY

    def of_kind(self, kind: Kind) -> list["TalkRecord"]:
        """Return the records of one kind, oldest first."""
        return [record for record in self.records if record.kind is kind]

    def only(self, kind: Kind) -> "TalkRecord | None":
        """Return the one record of a kind of WRITTEN_ONCE, None where there is none."""
        return next(iter(self.of_kind(kind)), None)


class TalkRecord(OwnedByMechanism, Base):
    """One sealed record about a talk: what kind, who wrote it and when; the content opens for people only."""

    __tablename__ = "talk_record"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talk.id"), index=True)
    kind: Mapped[Kind]
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), unique=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]

    talk: Mapped[Talk] = relationship(back_populates="records")
    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def owner(self) -> tuple[str, ...]:
        """What the sealed content is bound to: exchanged with another one it does not open."""
        return ("talk", str(self.talk_id), self.kind.value, str(self.id))


class VisitProtection(OwnedByMechanism, Base):
    """How a visit's sources are protected. The level and its reasons are sealed; the dates say no reason."""

    __tablename__ = "visit_protection"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), unique=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), unique=True)
    call_by: Mapped[date | None] = mapped_column(index=True)
    called_on: Mapped[date | None]
    return_by: Mapped[date | None] = mapped_column(index=True)
    returned_on: Mapped[date | None]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]

    @property
    def owner(self) -> tuple[str, ...]:
        """What the sealed level is bound to."""
        return ("protection", str(self.visit_id))

    @property
    def state(self) -> str:
        """What stands, as one word without content: who saves says which state they saw."""
        dates = (self.call_by, self.called_on, self.return_by, self.returned_on)
        return " ".join([str(self.record_id), *(str(each or "-") for each in dates)])


class ProtectionMeasure(OwnedByMechanism, Base):
    """One thing to do for the protection of those who spoke: sealed text, plain date."""

    __tablename__ = "protection_measure"
    __table_args__ = (Index(None, "due_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), unique=True)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    written_at: Mapped[datetime]

    author: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def owner(self) -> tuple[str, ...]:
        """What the sealed text is bound to."""
        return ("measure", str(self.id))


class Incident(OwnedByMechanism, Base):
    """A reprisal that happened. Place, visit and everything else are sealed; the year alone is counted."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "mechanism_id", "year"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"))
    record_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_record.id"), unique=True)
    year: Mapped[int]
    written_at: Mapped[datetime]

    body: Mapped[Body] = relationship(lazy="joined", innerjoin=True)

    @property
    def owner(self) -> tuple[str, ...]:
        """What the sealed content is bound to."""
        return ("incident", str(self.id))
