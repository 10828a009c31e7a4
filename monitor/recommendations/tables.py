"""The follow-up table (reports.md section 5): what was asked, what the authority says, what the mechanism found out.

The claim and the check stand beside each other; what counts as implemented was verified.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, case, func, select

from monitor.accounts.models import User
from monitor.authorities.models import Authority
from monitor.db import db
from monitor.places.models import Place
from monitor.recommendations import queries
from monitor.recommendations.models import Evidence, Implementation, Position, Priority, Recommendation


class Extent(StrEnum):
    """What a table is of."""

    PLACE = "place"
    AUTHORITY = "authority"
    YEAR = "year"
    """Of the visits that began in it."""


_YEAR: Final = re.compile("[12][0-9]{3}")


def read_year(text: str) -> int | None:
    """Return the year of the calendar that a text names, None where it names none."""
    return int(text) if _YEAR.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one table covers: a place or an authority by its id, or a year."""

    extent: Extent
    of: str

    @classmethod
    def about(cls, subject: Place | Authority | int) -> "Coverage":
        """Return what covers a place, an authority or a year."""
        match subject:
            case Place():
                return cls(Extent.PLACE, str(subject.id))
            case Authority():
                return cls(Extent.AUTHORITY, str(subject.id))
            case _:
                return cls(Extent.YEAR, str(subject))

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept with a document."""
        return {"extent": self.extent.value, "of": self.of}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Coverage":
        """Read what `to_json` gave."""
        return cls(Extent(data["extent"]), data["of"])


@dataclass(frozen=True, slots=True)
class TableRow:
    """One recommendation, with the last claim and the last check; plain values, so that a document can hold them."""

    id: UUID
    reference: str
    text: str
    place: str
    addressee: str
    priority: Priority
    due_on: date | None
    position: Position
    reply_due_on: date | None
    is_overdue: bool
    """The authority should have answered by now."""
    replied_on: date | None
    reply_text: str
    claims_done: bool
    implementation: Implementation
    assessed_on: date | None
    evidence: Evidence | None
    note: str
    next_step: str
    next_step_on: date | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many were asked, and what became of them."""

    asked: int
    answered: int
    accepted: int
    accepted_in_part: int
    implemented: int
    """Verified."""
    reported: int
    """Said to be implemented, and not checked: no part of `implemented`."""


def covered(user: User, coverage: Coverage) -> Select[Recommendation]:
    """Return the recommendations of a table that this person may see, by priority, then by due date.

    They stood in an approved report: before that nobody was asked anything.
    """
    match coverage.extent:
        case Extent.PLACE:
            found = queries.at_place(user, db.session.get_one(Place, UUID(coverage.of)))
        case Extent.AUTHORITY:
            found = queries.to_authority(user, db.session.get_one(Authority, UUID(coverage.of))).order_by(None)
        case Extent.YEAR:
            found = queries.of_year(user, int(coverage.of))
    urgency = case(*((Recommendation.priority == priority, place) for place, priority in enumerate(Priority)))
    order = (urgency, Recommendation.due_on.asc().nulls_last(), Recommendation.reference)
    return found.where(Recommendation.reference.is_not(None)).order_by(*order)


def name_of(coverage: Coverage) -> str:
    """Return the name of the place or office, or the year, that a table is of."""
    match coverage.extent:
        case Extent.PLACE:
            return db.session.get_one(Place, UUID(coverage.of)).name
        case Extent.AUTHORITY:
            return db.session.get_one(Authority, UUID(coverage.of)).name
        case Extent.YEAR:
            return coverage.of


def table_rows(rows: Sequence[Recommendation], today: date) -> tuple[TableRow, ...]:
    """Return the rows of a table with the last claim and the last check of each."""
    ids = [row.id for row in rows]
    replies, assessments = queries.replies_to(ids), queries.assessments_of(ids)
    found = []
    for row in rows:
        reply = replies[row.id][-1] if row.id in replies else None
        check = assessments[row.id][-1] if row.id in assessments else None
        found.append(
            TableRow(
                id=row.id, reference=row.reference or "", text=row.text, place=row.visit.place.name,
                addressee=row.addressee, priority=row.priority, due_on=row.due_on,
                position=row.position, reply_due_on=row.reply_due_on, is_overdue=row.is_overdue(today),
                replied_on=reply.received_on if reply else None, reply_text=reply.text if reply else "",
                claims_done=bool(reply and reply.claims_done),
                implementation=row.implementation, assessed_on=check.assessed_on if check else None,
                evidence=check.evidence if check else None, note=check.note if check else "",
                next_step=row.next_step, next_step_on=row.next_step_on,
            )
        )  # fmt: skip
    return tuple(found)


def totals(covered_rows: Select[Recommendation]) -> Totals:
    """Count what `covered` returned."""
    rows = covered_rows.order_by(None).subquery()

    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(
        func.count(),
        count(rows.c.position != Position.AWAITING),
        count(rows.c.position == Position.ACCEPTED),
        count(rows.c.position == Position.ACCEPTED_IN_PART),
        count(rows.c.implementation == Implementation.VERIFIED),
        count(rows.c.implementation == Implementation.REPORTED),
    ).select_from(rows)
    return Totals(*db.session.execute(query).one())
