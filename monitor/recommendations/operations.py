"""Writing recommendations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.authorities.models import Authority
from monitor.authorities.operations import authority_named
from monitor.db import db, new_id
from monitor.recommendations import queries
from monitor.recommendations.models import Kind, Priority, Question, Reach, Recommendation, RootCause
from monitor.visits.models import Visit


class Overtaken(Exception):
    """Somebody changed the recommendation meanwhile; nothing was written. `present` says what differs by now."""

    def __init__(self, present: Mapping[str, Any], version: int) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.present, self.version = present, version


class Numbered(Exception):
    """The recommendation stood in an approved report: its reference is known outside, so it stays."""


@dataclass(frozen=True)
class Draft:
    """What a recommendation says; `items` are item ids, `standards` [{instrument, provision}] of the guide.

    `addressee` is the name of an office; one that the register does not have is added to it.
    """

    text: str
    addressee: str
    priority: Priority
    due_on: date | None
    items: Sequence[str]
    standards: Sequence[Mapping[str, str]]
    kind: Kind = Kind.RECOMMENDATION
    public_text: str = ""
    root_cause: RootCause | None = None
    reach: Reach = Reach.PLACE
    questions: Sequence[Question] = ()
    suits_fund: bool = False
    repeated_from: Recommendation | None = None
    owner_id: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The draft as column values of a recommendation, but for its addressee."""
        return {
            "text": self.text, "priority": self.priority, "due_on": self.due_on,
            "items": list(self.items), "standards": [dict(standard) for standard in self.standards],
            "kind": self.kind, "public_text": self.public_text, "root_cause": self.root_cause, "reach": self.reach,
            "questions": [question.value for question in self.questions], "suits_fund": self.suits_fund,
            "repeated_from": self.repeated_from, "owner_id": self.owner_id,
            "repeats": self.repeated_from.repeats + 1 if self.repeated_from else 0,
        }  # fmt: skip

    def authority(self, mechanism_id: UUID, *, by: User | None, at: datetime) -> Authority | None:
        """The office that it goes to; added to the register of this mechanism where it is new."""
        name = self.addressee.strip()
        return authority_named(mechanism_id, name, by=by, at=at) if name else None


def add_recommendation(visit: Visit, draft: Draft, *, by: User | None, at: datetime) -> Recommendation:
    """Add a recommendation at the end of the visit's list."""
    number = queries.last_number(visit) + 1
    recommendation = Recommendation(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, visit=visit, number=number, created_at=at,
        authority=draft.authority(visit.mechanism_id, by=by, at=at), **draft.columns(),
    )  # fmt: skip
    db.session.add(recommendation)
    db.session.flush()
    _audit("recommendation:added", recommendation, by, at)
    return recommendation


def update_recommendation(
    recommendation: Recommendation, draft: Draft, *, base_version: int, by: User, at: datetime
) -> None:
    """Change a recommendation. Raises Overtaken when it is no longer the version its writer saw."""
    values = draft.columns()
    typed = values | {"addressee": draft.addressee.strip()}
    changed = [name for name, value in typed.items() if getattr(recommendation, name) != value]
    if not changed:
        return
    if recommendation.version != base_version:
        raise Overtaken({name: getattr(recommendation, name) for name in changed}, recommendation.version)
    if "addressee" in changed:  # only now: what is refused must add no office to the register
        recommendation.authority = draft.authority(recommendation.mechanism_id, by=by, at=at)
    for name, value in values.items():
        setattr(recommendation, name, value)
    db.session.flush()
    _audit("recommendation:changed", recommendation, by, at, fields=changed)


def remove_recommendation(recommendation: Recommendation, *, by: User, at: datetime) -> None:
    """Remove a recommendation that stood in no approved report; those after it move up. Raises Numbered."""
    if recommendation.reference is not None:
        raise Numbered
    visit = recommendation.visit
    _audit("recommendation:removed", recommendation, by, at)
    db.session.delete(recommendation)
    db.session.flush()
    for number, left in enumerate(queries.of_visit(visit), start=1):
        left.number = number
        db.session.flush()


def number_for_good(visit: Visit) -> None:
    """Give the recommendations of a visit that was approved their lasting references."""
    lasting = queries.lasting_references(visit)
    for row in queries.of_visit(visit):
        row.reference = lasting[row.id]
    db.session.flush()


def _audit(tag: str, recommendation: Recommendation, by: User | None, at: datetime, **detail: Any) -> None:
    record_event(
        tag, mechanism_id=recommendation.mechanism_id, subject_id=recommendation.id, by=by.id if by else None, at=at,
        visit=str(recommendation.visit_id), **detail,
    )  # fmt: skip
