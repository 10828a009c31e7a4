"""Reading visits; every read for a person starts from `visible_to`."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from monitor.accounts.models import INSIDE, MONITORS, Role, User
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.visits.models import Finding, ReviewComment, TeamMember, Visit, VisitState, VisitStep
from monitor.visits.states import OPEN, SEEN_BY_THE_WHOLE_BODY


def visible_to(user: User) -> Select[Visit]:
    """Return the visits this person may see.

    Before approval: the team and the coordinators of the body; in review, also its reviewers. From approval on: also
    the monitors of the body. Outside experts and interpreters: visits of their teams that never closed. Who moved to
    another body sees nothing of the one before, on a team of it or not. Administrators and the data protection person
    as such see none.
    """
    return select(Visit).where(
        Visit.mechanism_id == user.mechanism_id,
        or_(
            Visit.body_id.in_(user.bodies_as(Role.COORDINATOR)),
            and_(Visit.state.in_(SEEN_BY_THE_WHOLE_BODY), Visit.body_id.in_(user.bodies_as(*MONITORS))),
            and_(Visit.state == VisitState.REVIEW, Visit.body_id.in_(user.bodies_as(Role.REVIEWER))),
            _on_own_team(user),  # last and visit by visit: nobody's whole past is gathered for it
        ),
    )


def _on_own_team(user: User) -> ColumnElement[bool]:
    """Return the condition that visits.predicates.visit_on_own_team states for one visit."""
    own = select(TeamMember.id).where(TeamMember.visit_id == Visit.id, TeamMember.user_id == user.id).exists()
    not_closed_yet = and_(Visit.state.in_(OPEN), Visit.report_version == 1)
    return or_(
        and_(Visit.body_id.in_(user.bodies_as(*INSIDE)), own),
        and_(Visit.body_id.in_(user.bodies_as(Role.OUTSIDE)), not_closed_yet, own),
    )


def get_visit(user: User, visit_id: UUID) -> Visit | None:
    """Find a visit that this person may see."""
    return db.session.scalar(visible_to(user).where(Visit.id == visit_id))


def findings(visit: Visit) -> dict[str, Finding]:
    """Return the findings of a visit by topic."""
    rows = db.session.scalars(select(Finding).where(Finding.visit_id == visit.id).order_by(Finding.id))
    return {finding.topic_id: finding for finding in rows}


def topics_found(visit: Visit) -> set[str]:
    """Return the topics of a visit that a finding is written on."""
    return {topic for topic, finding in findings(visit).items() if finding.found or finding.why}


def topics_of_items(visit: Visit, item_ids: Sequence[str]) -> list[str]:
    """Return the topics of these items of the visit's guide, each once, in the order of the items."""
    guide = get_guide(visit.sheet.guide_version)
    return list(dict.fromkeys(guide.items[item_id].topic_id for item_id in item_ids))


def open_comments(visit: Visit) -> Sequence[ReviewComment]:
    """Return the coordinator's comments that the visit was returned with and that are not resolved, oldest first."""
    query = (
        select(ReviewComment)
        .where(ReviewComment.visit_id == visit.id, ReviewComment.resolved_at.is_(None))
        .order_by(ReviewComment.id)
    )
    return db.session.scalars(query).all()


def reason_of_return(visit: Visit) -> str:
    """Return what the coordinator wrote in general when returning a visit that the team works on again; else empty."""
    last = next(reversed(steps(visit)), None)
    return last.reason if last is not None and last.step == "return" else ""


def steps(visit: Visit) -> Sequence[VisitStep]:
    """Return the steps of a visit's life so far, oldest first."""
    return db.session.scalars(select(VisitStep).where(VisitStep.visit_id == visit.id).order_by(VisitStep.id)).all()
