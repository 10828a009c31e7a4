"""What waits for one person, each list short and found by an index."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import raiseload

from monitor.accounts.models import Mechanism, Role, User
from monitor.answers.models import AnswerChange, Outcome
from monitor.db import db
from monitor.insight.labels import KINDS
from monitor.insight.models import WaitingMail
from monitor.interviews.queries import protection_due
from monitor.places.models import Place
from monitor.recommendations import queries as recommendations
from monitor.recommendations import waiting
from monitor.recommendations.models import Recommendation
from monitor.recommendations.waiting import Wait
from monitor.visits.models import Correction, CorrectionOutcome, TeamMember, TeamRole, Visit, VisitState, VisitStep
from monitor.visits.queries import visible_to

SHOWN: Final = 20
"""Visits in a list."""
CHANGES_SHOWN: Final = 10
BEFORE_THE_FINAL_REPORT: Final = (VisitState.SENT_DRAFT, VisitState.REVIEW, VisitState.APPROVED)
"""Where a visit stands whose draft the authority commented on: a fact is mended by opening the visit again."""
KNOWN: Final = 500
"""Of more of one kind than this the oldest are not told apart: a mail counts them, and none of them is news."""
LARGE_FROM: Final = 100
"""Places for so many people are large: their reports take longer."""
DRAFT_OF_SMALL: Final = timedelta(weeks=4)
DRAFT_OF_LARGE: Final = timedelta(weeks=8)
"""From the last day of a visit to the draft."""
REVIEWING: Final = (Role.COORDINATOR, Role.REVIEWER)
"""Whom visits in review wait for."""


@dataclass(frozen=True)
class Waiting:
    """The lists of visits of the start page; each holds at most SHOWN."""

    under_way: Sequence[Visit]
    returned: Sequence[Visit]
    planned: Sequence[Visit]
    with_clashes: Sequence[Visit]
    to_review: Sequence[Visit]
    returned_to_teams: Sequence[Visit]
    """Returned by a coordinator and not sent again; those of the person's own team are among `returned`."""
    not_started: Sequence[Visit]
    """Planned for a day that has passed."""
    late_drafts: Sequence[Visit]
    """Long over, and not sent for review yet."""
    with_corrections: Sequence[Visit]
    """The authority named facts as wrong, and nobody has answered that yet, while the final report can still do so."""

    def visits(self) -> Iterable[Visit]:
        """Return the visits of every list."""
        return chain.from_iterable(getattr(self, field.name) for field in fields(self))


def waiting_for(user: User, today: date) -> Waiting:
    """Return what this person can work on; `today` is the day where the mechanism is."""
    return Waiting(**{name: _first(query) for name, query in visits_waiting(user, today).items()})


def visits_waiting(user: User, today: date) -> dict[str, Select[Visit]]:
    """Return the queries of the lists, by their names in Waiting.

    What else is asked of a visit is asked visit by visit: open ones are few, a person's past visits are not.
    """
    own = select(TeamMember.id).where(TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id).exists()
    mine = visible_to(user).where(own)
    coordinated = visible_to(user).where(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)))
    reviewed = visible_to(user).where(Visit.body_id.in_(user.bodies_as(*REVIEWING)))
    under_way, planned = Visit.state == VisitState.UNDER_WAY, Visit.state == VisitState.PLANNED
    returned_before = select(VisitStep.id).where(
        VisitStep.visit_id == Visit.id,
        VisitStep.step == "return",
        VisitStep.at >= func.coalesce(Visit.submitted_at, Visit.created_at),
    )
    returned = returned_before.exists()
    clashing = select(AnswerChange.id).where(
        AnswerChange.sheet_id == Visit.sheet_id, AnswerChange.outcome == Outcome.CLASH
    )
    led = select(TeamMember.id).where(
        TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id, TeamMember.role == TeamRole.LEAD
    )
    to_write = visible_to(user).where(or_(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)), led.exists()))
    corrected = select(Correction.id).where(
        Correction.visit_id == Visit.id, Correction.outcome == CorrectionOutcome.OPEN
    )
    settled = visible_to(user).where(or_(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)), own))
    open_for_answers = Visit.state.in_([VisitState.UNDER_WAY, VisitState.REVIEW])
    return {
        "under_way": mine.where(under_way, ~returned),
        "returned": mine.where(under_way, returned),
        "planned": mine.where(planned),
        "with_clashes": settled.where(open_for_answers, clashing.exists()),
        "to_review": reviewed.where(Visit.state == VisitState.REVIEW),
        "returned_to_teams": coordinated.where(under_way, returned, ~own),
        "not_started": coordinated.where(planned, Visit.started_on < today, ~own),
        "late_drafts": to_write.where(under_way, _draft_is_late(today)),
        "with_corrections": coordinated.where(Visit.state.in_(BEFORE_THE_FINAL_REPORT), corrected.exists()),
    }


def _draft_is_late(today: date) -> ColumnElement[bool]:
    """Return the condition that the time meant for writing a draft is over (reports.md 2.2)."""
    over = func.coalesce(Visit.ended_on, Visit.started_on)
    is_large = Visit.place.has(Place.capacity >= LARGE_FROM)
    return or_(over < today - DRAFT_OF_LARGE, and_(over < today - DRAFT_OF_SMALL, ~is_large))


def recommendations_waiting(user: User, today: date) -> dict[Wait, Sequence[Recommendation]]:
    """Return the recommendations that wait for this person, the longest waiting first; at most SHOWN of each."""
    return {wait: _longest_waiting(user, wait, today) for wait in Wait}


def _longest_waiting(user: User, wait: Wait, today: date) -> Sequence[Recommendation]:
    """Choose them first, in the order of an index, and load them with their visits then."""
    day = waiting.DAYS[wait]
    chosen = waiting.waiting_for(recommendations.visible_to(user), user, wait, today).order_by(day, Recommendation.id)
    ids = db.session.scalars(chosen.with_only_columns(Recommendation.id).limit(SHOWN)).all()
    query = select(Recommendation).where(Recommendation.id.in_(ids)).order_by(day, Recommendation.id)
    return db.session.scalars(query).unique().all() if ids else []


def _first(query: Select[Visit]) -> Sequence[Visit]:
    return db.session.scalars(query.order_by(Visit.started_on.desc().nulls_last(), Visit.id.desc()).limit(SHOWN)).all()


def last_steps(visits: Iterable[Visit]) -> Mapping[UUID, VisitStep]:
    """Return visit id -> the last step that led each of these visits where it stands."""
    query = select(VisitStep).where(VisitStep.visit_id.in_({visit.id for visit in visits})).order_by(VisitStep.at)
    return {step.visit_id: step for step in db.session.scalars(query)}


def last_changes(user: User) -> Sequence[tuple[VisitStep, Visit]]:
    """Return the last CHANGES_SHOWN steps of visits this person may see, newest first, each with its visit."""
    query = (
        visible_to(user)
        .join(VisitStep, VisitStep.visit_id == Visit.id)
        .with_only_columns(VisitStep, Visit)
        .options(raiseload(Visit.team))
        .order_by(VisitStep.at.desc(), VisitStep.id.desc())
        .limit(CHANGES_SHOWN)
    )
    return [(step, visit) for step, visit in db.session.execute(query)]


@dataclass(frozen=True)
class Tasks:
    """What a person is asked to do, as a mail tells it."""

    counts: Mapping[str, int]
    """Kind (a key of KINDS) -> how many."""
    known: frozenset[str]
    """Kind and id of each, at most KNOWN of a kind."""


def tasks_of(user: User, today: date) -> Tasks:
    """Return everything that the start page asks this person to do, however much it is."""
    counts, known = {}, set()
    for kind, number, ids in _tasks(user, today):
        if number:
            counts[kind] = number
            known |= {f"{kind}:{id_}" for id_ in ids}
    return Tasks({kind: counts[kind] for kind in KINDS if kind in counts}, frozenset(known))


def _tasks(user: User, today: date) -> Iterator[tuple[str, int, Iterable[object]]]:
    due = protection_due(user, today)
    yield "promised", len(due), [f"{one.visit.id}:{one.task}:{one.due_on}" for one in due]
    for name, visits in visits_waiting(user, today).items():
        if name in KINDS:
            newest = visits.with_only_columns(Visit.id).order_by(Visit.started_on.desc().nulls_last(), Visit.id)
            yield name, _count(visits.with_only_columns(Visit.id)), db.session.scalars(newest.limit(KNOWN))
    for wait, day in waiting.DAYS.items():
        found = waiting.waiting_for(recommendations.visible_to(user), user, wait, today)
        ids = found.with_only_columns(Recommendation.id)
        newest_ids = ids.order_by(day.desc(), Recommendation.id).limit(KNOWN)
        yield wait.value, _count(ids), db.session.scalars(newest_ids)


def _count(ids: Select[UUID]) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def who_wants_mail() -> Sequence[Row[UUID, UUID]]:
    """Return person and mechanism of everybody who is to be told by e-mail, whatever the mechanism.

    Addresses of a training mechanism are nobody's.
    """
    query = (
        select(User.id, User.mechanism_id)
        .join(Mechanism, Mechanism.id == User.mechanism_id)
        .where(User.wants_mail, User.is_enabled, User.password_verifier.is_not(None), ~Mechanism.is_training)
        .order_by(User.mechanism_id, User.id)
    )
    return db.session.execute(query).all()


def mail_of(user: User) -> WaitingMail | None:
    """Return what this person was told by e-mail, None before the first time."""
    return db.session.scalar(select(WaitingMail).where(WaitingMail.user_id == user.id))


def failed_mails() -> Sequence[WaitingMail]:
    """Return the mails of the mechanism acted for whose last try failed, the newest first."""
    wanted = WaitingMail.user.has(and_(User.wants_mail, User.is_enabled))
    query = select(WaitingMail).where(WaitingMail.fault.is_not(None), wanted).order_by(WaitingMail.failed_at.desc())
    return db.session.scalars(query).all()
