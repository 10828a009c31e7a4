"""A visit, its team, its findings and the steps of its life."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.models import Body, User
from monitor.answers.models import Sheet
from monitor.db import Base, new_id
from monitor.places.models import Place
from monitor.tenancy import OwnedByMechanism


class VisitKind(StrEnum):
    """Main purpose of a visit; the same ids as the choices of item prep-visit-type."""

    IN_DEPTH = "in-depth"
    FOLLOW_UP = "follow-up"
    THEMATIC = "thematic"
    AD_HOC = "ad-hoc"
    NIGHT = "night"
    JOINT = "joint"


class Announcement(StrEnum):
    """What the place knew beforehand; the same ids as the choices of item prep-announced."""

    UNANNOUNCED = "unannounced"
    WINDOW = "window"
    ANNOUNCED = "announced"


class TeamRole(StrEnum):
    """Part of a person on a team."""

    LEAD = "lead"
    MONITOR = "monitor"
    DOCTOR = "doctor"
    LAWYER = "lawyer"
    INTERPRETER = "interpreter"
    EXPERT = "expert"


class VisitState(StrEnum):
    """Where a visit stands; the steps between are in visits/states.py."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    REVIEW = "review"
    APPROVED = "approved"
    SENT_DRAFT = "sent_draft"
    """With the authority for correction of facts."""
    SENT_FINAL = "sent_final"
    """The final report is with the authority; its time to reply runs."""
    PUBLISHED = "published"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    SUSPENDED = "suspended"


POPULATION_FIGURES = (
    "capacity", "present", "women", "men", "children", "foreign_nationals", "remand", "sentenced",
)  # fmt: skip
INTERVIEW_FIGURES = ("persons_held", "staff")
LONGEST_REFERENCE: Final = 200
LONGEST_LABEL: Final = 300


class Visit(OwnedByMechanism, Base):
    """One visit of one body to one place. `report_version` grows each time an approved visit is opened again."""

    __tablename__ = "visit"
    __table_args__ = (
        Index(None, "mechanism_id", "place_id", "started_on"),
        Index(None, "body_id", "state", "started_on"),
        Index(None, "mechanism_id", "started_on"),
        Index(None, "mechanism_id", "state", "started_on"),
        Index(None, "mechanism_id", "source_key"),
        Index(None, "mechanism_id", "reference"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"))
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("sheet.id"), unique=True)
    state: Mapped[VisitState]
    kind: Mapped[VisitKind | None]
    announcement: Mapped[Announcement | None]
    started_on: Mapped[date | None]
    """First day on site; while planned, the first day meant."""
    ended_on: Mapped[date | None]
    reference: Mapped[str | None] = mapped_column(String(LONGEST_REFERENCE))
    language: Mapped[str] = mapped_column(String(12))
    """Language of the texts of this visit and of its report."""
    purpose: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Typed figures by name (POPULATION_FIGURES, and `persons_held`, `staff` heard): whole numbers. A name that is
    missing follows the answers, see visits/figures.py."""
    source: Mapped[dict[str, Any] | None]
    """Where an imported visit was published: title, publisher, url, note."""
    source_key: Mapped[str | None] = mapped_column(String(64))
    """Hash of source.url and the dates, to recognise a document that was imported before."""
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    """The earlier visit that this one follows up, or that was refused and is tried again."""
    comments_due_on: Mapped[date | None]
    """The day by which the authority may name wrong facts in the draft."""
    sent_on: Mapped[date | None]
    """The day on which the final report was sent; the time to reply counts from it."""
    report_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column()

    # outer joins, though each is there: the database then reads visits first, in the order of an index
    body: Mapped[Body] = relationship(lazy="joined")
    place: Mapped[Place] = relationship(lazy="joined")
    sheet: Mapped[Sheet] = relationship(lazy="joined")
    team: Mapped[list["TeamMember"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="TeamMember.position"
    )
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    follows: Mapped["Visit | None"] = relationship(remote_side="Visit.id")

    __mapper_args__ = {"version_id_col": version}

    def member(self, user: User) -> "TeamMember | None":
        """Return this person's part on the team, None when not on it."""
        return next((member for member in self.team if member.user_id == user.id), None)

    def is_led_by(self, user: User) -> bool:
        """Say whether this person leads the visit."""
        member = self.member(user)
        return member is not None and member.role is TeamRole.LEAD

    @property
    def leader(self) -> "TeamMember | None":
        """The person who leads, None where nobody does yet."""
        return next((member for member in self.team if member.role is TeamRole.LEAD), None)

    @property
    def shown_reference(self) -> str:
        """The reference, or where an imported visit has none, the place's code and the year."""
        return self.reference or "-".join(filter(None, [self.place.code, str(self.started_on or "")[:4]]))

    @property
    def was_approved_by_its_submitter(self) -> bool:
        """True where one person sent it for review and approved it; the report says so."""
        return self.approved_by_id is not None and self.approved_by_id == self.submitted_by_id


class TeamMember(OwnedByMechanism, Base):
    """A person on the team: one with an account, or a role and a label (an outside expert, an imported visit)."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("visit_id", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    position: Mapped[int]
    role: Mapped[TeamRole]
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL), default="")
    sections: Mapped[list[str]] = mapped_column(default=list)
    """Ids of the guide's sections assigned to this person; others can be read, and written when need be."""

    user: Mapped[User | None] = relationship(lazy="joined")

    @property
    def shown_name(self) -> str:
        """The person's name, or the label where there is no account."""
        return self.user.name if self.user else self.label


class Finding(OwnedByMechanism, Base):
    """Report text of one topic of one visit: what we found, and why it happens."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("visit_id", "topic_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    topic_id: Mapped[str] = mapped_column(String(60))
    found: Mapped[str]
    why: Mapped[str]
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ReviewComment(OwnedByMechanism, Base):
    """What a reviewer or the coordinator wrote on one topic of a visit in review; resolved when it is sent again."""

    __tablename__ = "review_comment"
    __table_args__ = (Index(None, "visit_id", "topic_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    topic_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str]
    by: Mapped[UUID]
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class CorrectionOutcome(StrEnum):
    """What the mechanism did with a fact that the authority called wrong; it alone decides (reports.md 2.2)."""

    OPEN = "open"
    TAKEN = "taken"
    TAKEN_IN_PART = "taken_in_part"
    NOT_TAKEN = "not_taken"


class Correction(OwnedByMechanism, Base):
    """What an authority calls wrong in one passage of a draft report, and the mechanism's answer to it."""

    __tablename__ = "correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    passage: Mapped[str]
    """The passage, as it is quoted or named."""
    asked: Mapped[str]
    """What the authority says instead."""
    received_on: Mapped[date]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
    outcome: Mapped[CorrectionOutcome] = mapped_column(default=CorrectionOutcome.OPEN)
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship(lazy="joined", innerjoin=True)


class VisitStep(OwnedByMechanism, Base):
    """One step in the life of a visit: from where to where, who, when, why."""

    __tablename__ = "visit_step"
    __table_args__ = (Index(None, "mechanism_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[VisitState]
    to_state: Mapped[VisitState]
    reason: Mapped[str]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]

    by: Mapped[User | None] = relationship(lazy="joined")
