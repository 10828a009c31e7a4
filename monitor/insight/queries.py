"""What waits for one person, each list short and found by an index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import raiseload

from monitor.accounts.models import Role, User
from monitor.answers.models import AnswerChange, Outcome
from monitor.db import db
from monitor.visits.models import TeamMember, Visit, VisitState, VisitStep
from monitor.visits.queries import visible_to

SHOWN: Final = 20
"""Visits in a list."""
CHANGES_SHOWN: Final = 10


@dataclass(frozen=True)
class Waiting:
    """The lists of the start page; each holds at most SHOWN visits."""

    under_way: Sequence[Visit]
    returned: Sequence[Visit]
    planned: Sequence[Visit]
    with_clashes: Sequence[Visit]
    to_review: Sequence[Visit]
    returned_to_teams: Sequence[Visit]
    """Returned by a coordinator and not sent again; those of the person's own team are among `returned`."""
    not_started: Sequence[Visit]
    """Planned for a day that has passed."""

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
    open_for_answers = Visit.state.in_([VisitState.UNDER_WAY, VisitState.REVIEW])
    return Waiting(
        under_way=_first(mine.where(under_way, ~returned)),
        returned=_first(mine.where(under_way, returned)),
        planned=_first(mine.where(planned)),
        with_clashes=_first(visible_to(user).where(open_for_answers, clashing)),
        to_review=_first(coordinated.where(Visit.state == VisitState.REVIEW)),
        returned_to_teams=_first(coordinated.where(under_way, returned, ~own)),
        not_started=_first(coordinated.where(planned, Visit.started_on < today, ~own)),
    )


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
