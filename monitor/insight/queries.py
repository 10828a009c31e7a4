"""What waits for one person, each list short and found by an index."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from monitor.accounts.models import Role, User
from monitor.answers.models import AnswerChange, Outcome
from monitor.db import db
from monitor.visits.models import ReviewComment, TeamMember, Visit, VisitState
from monitor.visits.queries import visible_to

SHOWN = 20


@dataclass(frozen=True)
class Waiting:
    """The lists of the start page; each holds at most SHOWN visits."""

    under_way: Sequence[Visit]
    returned: Sequence[Visit]
    planned: Sequence[Visit]
    to_review: Sequence[Visit]
    with_clashes: Sequence[Visit]


def waiting_for(user: User) -> Waiting:
    """Return what this person can work on now."""
    own = Visit.id.in_(select(TeamMember.visit_id).where(TeamMember.user_id == user.id))
    open_comments = Visit.id.in_(select(ReviewComment.visit_id).where(ReviewComment.resolved_at.is_(None)))
    mine = visible_to(user).where(own)
    coordinated = visible_to(user).where(Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)))
    under_way = Visit.state == VisitState.UNDER_WAY
    clashing = Visit.sheet_id.in_(select(AnswerChange.sheet_id).where(AnswerChange.outcome == Outcome.CLASH))
    open_for_answers = Visit.state.in_([VisitState.UNDER_WAY, VisitState.REVIEW])
    return Waiting(
        under_way=_first(mine.where(under_way, ~open_comments)),
        returned=_first(mine.where(under_way, open_comments)),
        planned=_first(mine.where(Visit.state == VisitState.PLANNED)),
        to_review=_first(coordinated.where(Visit.state == VisitState.REVIEW)),
        with_clashes=_first(visible_to(user).where(open_for_answers, clashing)),
    )


def _first(query: Select[Visit]) -> Sequence[Visit]:
    return db.session.scalars(query.order_by(Visit.started_on.desc().nulls_last(), Visit.id.desc()).limit(SHOWN)).all()
