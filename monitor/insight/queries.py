"""What waits for one person, each list short and found by an index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import raiseload

from monitor.accounts.models import Role, User
from monitor.answers.models import AnswerChange, Outcome
from monitor.db import db
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
LARGE_FROM: Final = 100
"""Places for so many people are large: their reports take longer."""
DRAFT_OF_SMALL: Final = timedelta(weeks=4)
DRAFT_OF_LARGE: Final = timedelta(weeks=8)
"""From the last day of a visit to the draft."""


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
    """The authority named facts as wrong, and nobody has answered that yet."""

    def visits(self) -> Iterable[Visit]:
        """Return the visits of every list."""
        return chain.from_iterable(getattr(self, field.name) for field in fields(self))


def waiting_for(user: User, today: date) -> Waiting:
    """Return what this person can work on; `today` is the day where the mechanism is.

    What else is asked of a visit is asked visit by visit: open ones are few, a person's past visits are not.
    """
    own = select(TeamMember.id).where(TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id).exists()
    mine = visible_to(user).where(own)
    coordinated = visible_to(user).where(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)))
    under_way, planned = Visit.state == VisitState.UNDER_WAY, Visit.state == VisitState.PLANNED
    returned_before = select(VisitStep.id).where(
        VisitStep.visit_id == Visit.id,
        VisitStep.step == "return",
        VisitStep.at >= func.coalesce(Visit.submitted_at, Visit.created_at),
    )
    returned = returned_before.exists()
    clashing = (
        select(AnswerChange.id)
        .where(AnswerChange.sheet_id == Visit.sheet_id, AnswerChange.outcome == Outcome.CLASH)
        .exists()
    )
    led = select(TeamMember.id).where(
        TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id, TeamMember.role == TeamRole.LEAD
    )
    to_write = visible_to(user).where(or_(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)), led.exists()))
    corrected = select(Correction.id).where(
        Correction.visit_id == Visit.id, Correction.outcome == CorrectionOutcome.OPEN
    )
    open_for_answers = Visit.state.in_([VisitState.UNDER_WAY, VisitState.REVIEW])
    return Waiting(
        under_way=_first(mine.where(under_way, ~returned)),
        returned=_first(mine.where(under_way, returned)),
        planned=_first(mine.where(planned)),
        with_clashes=_first(visible_to(user).where(open_for_answers, clashing)),
        to_review=_first(coordinated.where(Visit.state == VisitState.REVIEW)),
        returned_to_teams=_first(coordinated.where(under_way, returned, ~own)),
        not_started=_first(coordinated.where(planned, Visit.started_on < today, ~own)),
        late_drafts=_first(to_write.where(under_way, _draft_is_late(today))),
        with_corrections=_first(coordinated.where(Visit.state == VisitState.SENT_DRAFT, corrected.exists())),
    )


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
