"""A recommendation, what its addressee replied, and what the mechanism found out about it.

The two are kept apart (domain/reports.md section 5): an accepted recommendation may stay on paper, and a rejected one
may be carried out later. What the authority says never counts as implemented; what somebody saw does.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism
from monitor.visits.models import Visit

LONGEST_REFERENCE: Final = 80


class Priority(StrEnum):
    """How soon something must happen."""

    IMMEDIATE = "immediate"
    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Kind(StrEnum):
    """What is asked for, as practice tells them apart (reports.md 4.2)."""

    RECOMMENDATION = "recommendation"
    INFORMATION = "information"
    """A request for information."""
    DUTY = "duty"
    """A reminder of a legal duty."""
    SUGGESTION = "suggestion"


class RootCause(StrEnum):
    """Why it happens."""

    LAW = "law"
    POLICY = "policy"
    RESOURCES = "resources"
    INFRASTRUCTURE = "infrastructure"
    TRAINING = "training"
    PRACTICE = "practice"
    CULTURE = "culture"


class Reach(StrEnum):
    """How far it reaches."""

    PLACE = "place"
    TYPE = "type"
    """All places of the type."""
    NATIONAL = "national"


class Question(StrEnum):
    """The ten questions of a good recommendation (Double-SMART, reports.md 4.1)."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    ACHIEVABLE = "achievable"
    RESULTS = "results"
    TIMED = "timed"
    SOLUTION = "solution"
    MINDFUL = "mindful"
    ARGUED = "argued"
    ROOT_CAUSE = "root_cause"
    TARGETED = "targeted"


class Position(StrEnum):
    """Axis A: what the authority answered (reports.md section 5). Overdue is awaiting, past the reply date."""

    AWAITING = "awaiting"
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    REJECTED = "rejected"
    INFORMATION_GIVEN = "information_given"
    """It answered without taking a position."""


class Implementation(StrEnum):
    """Axis B: how far it is carried out, judged by the mechanism alone (reports.md section 5)."""

    NOT_ASSESSED = "not_assessed"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    PARTLY = "partly_implemented"
    REPORTED = "implemented_reported"
    """The authority says it is done; nobody has checked."""
    VERIFIED = "implemented_verified"
    """Seen on a visit or proved. The only one that counts as implemented."""
    NOT_IMPLEMENTED = "not_implemented"
    NO_LONGER_RELEVANT = "no_longer_relevant"


SETTLED: Final = (Implementation.VERIFIED, Implementation.NO_LONGER_RELEVANT)
"""Nothing remains to be done; every other state is open."""

JUDGED: Final = tuple(
    state for state in Implementation if state not in (Implementation.NOT_ASSESSED, Implementation.REPORTED)
)
"""What can be found out; "reported" follows from a reply that says so."""


class Evidence(StrEnum):
    """How the mechanism found out how far something is carried out."""

    VISIT = "visit"
    DOCUMENT = "document"
    MEETING = "meeting"
    THIRD_SOURCE = "third_source"
    REPLY = "reply"
    """By the word of the authority alone: never enough for `implemented_verified`."""


class Recommendation(OwnedByMechanism, Base):
    """One action asked of one addressee, resting on items of a visit and on standards; `number` counts in the visit."""

    __tablename__ = "recommendation"
    __table_args__ = (
        UniqueConstraint("visit_id", "number"),
        UniqueConstraint("mechanism_id", "reference"),
        Index(None, "mechanism_id", "due_on"),
        Index(None, "mechanism_id", "position", "reply_due_on"),
        Index(None, "mechanism_id", "next_step_on"),
        Index(None, "authority_id", "due_on"),
        Index(None, "owner_id", "reply_due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    reference: Mapped[str | None] = mapped_column(String(LONGEST_REFERENCE))
    """PLACE-YEAR-NN, given when the visit is approved and never again to another; authorities answer by it."""
    kind: Mapped[Kind] = mapped_column(default=Kind.RECOMMENDATION)
    text: Mapped[str]
    public_text: Mapped[str] = mapped_column(default="")
    """What the public version says instead; empty: the text."""
    authority_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    root_cause: Mapped[RootCause | None]
    reach: Mapped[Reach] = mapped_column(default=Reach.PLACE)
    priority: Mapped[Priority]
    due_on: Mapped[date | None]
    reply_due_on: Mapped[date | None]
    """Set when the final report is sent: the day by which the addressee has to answer."""
    items: Mapped[list[str]]
    standards: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{instrument, provision}] as cited by the guide."""
    questions: Mapped[list[str]] = mapped_column(default=list)
    """Those of `Question` that its writer has answered with yes."""
    suits_fund: Mapped[bool] = mapped_column(default=False)
    """Suitable for the Special Fund (OPCAT Art. 26)."""
    repeated_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("recommendation.id"), index=True)
    repeats: Mapped[int] = mapped_column(default=0)
    """How often the same was asked before."""
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    """Who in the mechanism follows it up."""
    position: Mapped[Position] = mapped_column(default=Position.AWAITING)
    """Of the last reply."""
    implementation: Mapped[Implementation] = mapped_column(default=Implementation.NOT_ASSESSED)
    """Of the last assessment."""
    next_step: Mapped[str] = mapped_column(default="")
    next_step_on: Mapped[date | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)
    authority: Mapped[Authority | None] = relationship(lazy="joined")
    owner: Mapped[User | None] = relationship()
    repeated_from: Mapped["Recommendation | None"] = relationship(remote_side="Recommendation.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def addressee(self) -> str:
        """Name of the office it goes to, empty while none is chosen."""
        return self.authority.name if self.authority else ""

    @property
    def is_open(self) -> bool:
        """True while something remains to be done."""
        return self.implementation not in SETTLED

    def is_overdue(self, today: date) -> bool:
        """Say whether the addressee should have answered before today and has not."""
        return self.position is Position.AWAITING and self.reply_due_on is not None and self.reply_due_on < today


class Reply(OwnedByMechanism, Base):
    """What an authority answered to one recommendation, kept as it came; a later reply does not change it."""

    __tablename__ = "reply"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"), index=True)
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("reply_letter.id"), index=True)
    received_on: Mapped[date]
    position: Mapped[Position]
    claims_done: Mapped[bool] = mapped_column(default=False)
    """The authority says it is carried out."""
    text: Mapped[str]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    recommendation: Mapped[Recommendation] = relationship()
    letter: Mapped["ReplyLetter | None"] = relationship(lazy="joined")
    recorded_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class ReplyLetter(OwnedByMechanism, Base):
    """The file of a reply, as it was received; one letter may answer many recommendations."""

    __tablename__ = "reply_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """Bytes."""
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256."""
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]


class Assessment(OwnedByMechanism, Base):
    """What the mechanism found out about one recommendation, when and how; the last one counts, all are kept."""

    __tablename__ = "assessment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recommendation_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation.id"), index=True)
    implementation: Mapped[Implementation]
    evidence: Mapped[Evidence]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    """The visit on which it was seen."""
    assessed_on: Mapped[date]
    note: Mapped[str]
    assessed_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]

    recommendation: Mapped[Recommendation] = relationship()
    visit: Mapped[Visit | None] = relationship()
    assessed_by: Mapped[User] = relationship(lazy="joined", innerjoin=True)
