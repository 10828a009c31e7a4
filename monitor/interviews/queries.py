"""Reading talks, protection and incidents: what stands in the clear. The rest opens in a reader's session only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from monitor.accounts.models import Role, User
from monitor.answers import queries as answers
from monitor.audit.operations import proven
from monitor.db import db
from monitor.guide.catalogue import Item
from monitor.interviews.counts import Table, TalkCounts, count
from monitor.interviews.models import Incident, Kind, ProtectionMeasure, Talk, TalkRecord, VisitProtection
from monitor.vault import queries as vault
from monitor.vault.keyring import Owner
from monitor.vault.models import Compartment
from monitor.visits.models import TeamMember, TeamRole, Visit
from monitor.visits.queries import visible_to as visits_visible_to

NOTHING: Final = (None, "", (), False, 0)
"""Value, comment, sources, urgency and revision of an item that nobody has answered."""


def listed_for(user: User) -> Select[Talk]:
    """Return the talks whose lines this person sees: of own visits, of the bodies coordinated, and of those granted.

    Whether a line's text opens is another question, which the person's keys answer.
    """
    own = select(TeamMember.visit_id).where(TeamMember.user_id == user.id)
    bodies = [body.id for body in vault.bodies_concerning(user)]
    seen = visits_visible_to(user).where(or_(Visit.id.in_(own), Visit.body_id.in_(bodies)))
    return select(Talk).where(Talk.visit_id.in_(seen.with_only_columns(Visit.id)))


def altered_consents(talks: Collection[Talk]) -> set[tuple[UUID, Kind]]:
    """Return talk and kind of the consents whose newest step is not the one that the chain of events noted last.

    Who writes the database can delete the step that took a consent back, or seal one that was never said; neither can
    they forge the event beside it. Such a consent counts as not given, until a further step is noted.
    """
    noted: dict[tuple[UUID, str], list[dict[str, Any]]] = defaultdict(list)
    for mechanism_id in {talk.mechanism_id for talk in talks}:
        for talk_id, detail in proven("talk:consent-noted", [talk.id for talk in talks], mechanism_id=mechanism_id):
            noted[talk_id, detail["consent"]].append(detail)
    return {
        (talk.id, kind)
        for talk in talks
        for kind in (Kind.ACT, Kind.PUBLISH)
        if not _are_as_noted(talk.of_kind(kind), noted[talk.id, kind.value])
    }


def _are_as_noted(steps: Sequence[TalkRecord], noted: Sequence[Mapping[str, Any]]) -> bool:
    """Hold the newest step against the event that was noted last; the oldest events do not name it, and are counted."""
    if not steps or not noted or "step" not in noted[-1]:
        return len(steps) == len(noted)
    return bool(noted[-1]["step"] == str(steps[-1].id))


def get_talk(user: User, talk_id: UUID) -> Talk | None:
    """Find a talk of a visit that this person may see."""
    seen = visits_visible_to(user).with_only_columns(Visit.id)
    return db.session.scalar(select(Talk).where(Talk.id == talk_id, Talk.visit_id.in_(seen)))


def of_visit(visit: Visit) -> Sequence[Talk]:
    """Return the talks of a visit in the order of their codes."""
    return db.session.scalars(select(Talk).where(Talk.visit_id == visit.id).order_by(Talk.number)).all()


def count_of_visit(visit: Visit) -> int:
    """Return how many lines a visit has."""
    return db.session.scalar(select(func.count(Talk.id)).where(Talk.visit_id == visit.id)) or 0


def counts(visit: Visit) -> TalkCounts:
    """Return what the lines of a visit count, for statistics and for the items of the form; opens nothing."""
    return count(of_visit(visit))


@dataclass(frozen=True)
class Offer:
    """What the lines would answer to one item of the form, beside what is answered."""

    item: Item
    table: Table
    present: Any
    comment: str
    sources: tuple[str, ...]
    urgent: bool
    revision: int

    @property
    def is_open(self) -> bool:
        """Say whether the item waits for an answer."""
        return self.present is None

    @property
    def differs(self) -> bool:
        """Say whether something else was typed; zeros and empty cells are the same."""
        return self.present is not None and _cells(self.present) != _cells(self.table)


def _cells(table: Any) -> dict[tuple[str, str], int]:
    if not isinstance(table, dict):
        return {}
    return {(row, column): number for row, cells in table.items() for column, number in cells.items() if number}


def offers(visit: Visit) -> list[Offer]:
    """Return what the lines offer to the items of the visit's form that count talks."""
    tables = counts(visit).tables
    _guide, items = answers.guide_and_items(visit.sheet)
    wanted = [item for item in tables if item in items]
    heads = {head.item_id: head for head in answers.heads(visit.sheet, wanted)}
    found = []
    for id_ in wanted:
        head = heads.get(id_)
        kept = (head.value, head.comment, tuple(head.sources), head.urgent, head.revision) if head else NOTHING
        found.append(Offer(items[id_], tables[id_], *kept))
    return found


def next_number(visit: Visit) -> int:
    """Return the number that follows the last one given in a visit."""
    return (db.session.scalar(select(func.max(Talk.number)).where(Talk.visit_id == visit.id)) or 0) + 1


def sealed_of_visit(visit: Visit) -> dict[UUID, Owner]:
    """Return every sealed record that belongs to a visit, incidents excepted: these nobody but the readers opens.

    Record -> owner.
    """
    rows: list[TalkRecord | VisitProtection | ProtectionMeasure] = []
    rows += db.session.scalars(select(TalkRecord).join(TalkRecord.talk).where(Talk.visit_id == visit.id))
    for model in (VisitProtection, ProtectionMeasure):
        rows += db.session.scalars(select(model).where(model.visit_id == visit.id))
    return {row.record_id: row.owner for row in rows}


def readers_names(body_id: UUID, compartment: Compartment = Compartment.INTERVIEWS) -> list[str]:
    """Return the names of those who can read a compartment of a body, for telling others whom to ask."""
    key = vault.current_key(body_id, compartment)
    return [grant.user.name for grant in vault.readers(key)] if key else []


def open_cases(visit: Visit) -> int:
    """Return for how many talks of a visit a name is kept."""
    query = (
        select(func.count(TalkRecord.id))
        .join(TalkRecord.talk)
        .where(Talk.visit_id == visit.id, TalkRecord.kind == Kind.NAME)
    )
    return db.session.scalar(query) or 0


def protection_of(visit: Visit) -> VisitProtection | None:
    """Return how a visit's sources are protected, None where nobody has said."""
    return db.session.scalar(select(VisitProtection).where(VisitProtection.visit_id == visit.id))


def measures_of(visit: Visit) -> Sequence[ProtectionMeasure]:
    """Return the measures of a visit, those to be done first in front."""
    query = (
        select(ProtectionMeasure)
        .where(ProtectionMeasure.visit_id == visit.id)
        .order_by(ProtectionMeasure.done_on.is_not(None), ProtectionMeasure.due_on.nulls_last(), ProtectionMeasure.id)
    )
    return db.session.scalars(query).all()


class Task(StrEnum):
    """What is to be done by a day; never why."""

    CALL = "call"
    RETURN = "return"
    MEASURE = "measure"


@dataclass(frozen=True)
class Due:
    """One thing that is to be done for a visit by a day."""

    visit: Visit
    task: Task
    due_on: date


def protection_due(user: User, today: date) -> list[Due]:
    """Return what leader and coordinators have to do for visits by now, the oldest first.

    Things stand in the list from the day on which they are due until somebody says that they are done.
    """
    waiting = list(_waiting(today))
    if not waiting:
        return []
    leads = (
        select(TeamMember.id)
        .where(TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id, TeamMember.role == TeamRole.LEAD)
        .exists()
    )
    mine = visits_visible_to(user).where(
        Visit.id.in_({visit_id for _, visit_id, _ in waiting}),  # few, however many visits there were
        or_(leads, Visit.body_id.in_(user.bodies_as(Role.COORDINATOR))),
    )
    visits = {visit.id: visit for visit in db.session.scalars(mine)}
    due = (Due(visits[visit_id], task, due_on) for task, visit_id, due_on in waiting if visit_id in visits)
    return sorted(due, key=lambda each: (each.due_on, each.task, each.visit.id))


def _waiting(today: date) -> Iterable[tuple[Task, UUID, date]]:
    for task, model, by, done in (
        (Task.CALL, VisitProtection, VisitProtection.call_by, VisitProtection.called_on),
        (Task.RETURN, VisitProtection, VisitProtection.return_by, VisitProtection.returned_on),
        (Task.MEASURE, ProtectionMeasure, ProtectionMeasure.due_on, ProtectionMeasure.done_on),
    ):
        for visit_id, due_on in db.session.execute(select(model.visit_id, by).where(by <= today, done.is_(None))):
            if due_on is not None:
                yield task, visit_id, due_on


def incidents_of(body_ids: Iterable[UUID]) -> Sequence[Incident]:
    """Return the incidents of these bodies, newest first; whom and which place they are about is sealed."""
    query = (
        select(Incident).where(Incident.body_id.in_(list(body_ids))).order_by(Incident.year.desc(), Incident.id.desc())
    )
    return db.session.scalars(query).all()


def incidents_since(body_id: UUID, year: int) -> Sequence[Incident]:
    """Return the incidents of a body from a year on: those about a visit of that year are among them, unmarked."""
    query = select(Incident).where(Incident.body_id == body_id, Incident.year >= year).order_by(Incident.id)
    return db.session.scalars(query).all()


def incidents_in_year(mechanism_id: UUID, year: int) -> int:
    """Return how many reprisals a mechanism knows of in a year: the only thing that is ever published of them."""
    query = select(func.count(Incident.id)).where(Incident.mechanism_id == mechanism_id, Incident.year == year)
    return db.session.scalar(query) or 0
