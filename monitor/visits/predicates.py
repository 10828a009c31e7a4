"""Facts about a person and a visit that the rules of permission_map.py are made of."""

from monitor.accounts.models import MONITORS, Role, User
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import OPEN, SEEN_BY_THE_WHOLE_BODY


def visit_on_own_team(user: User, visit: Visit) -> bool:
    """The person is on the visit's team and of its body; from outside, until the visit closes for the first time."""
    return visit.member(user) is not None and (
        user.belongs_to(visit.body_id)
        or (user.has_role(Role.OUTSIDE, visit.body_id) and visit.state in OPEN and visit.report_version == 1)
    )


def visit_led_by_user(user: User, visit: Visit) -> bool:
    """The person leads the visit and is of its body."""
    return visit.is_led_by(user) and user.belongs_to(visit.body_id)


def visit_in_coordinated_body(user: User, visit: Visit) -> bool:
    """The person coordinates the visit's body."""
    return user.has_role(Role.COORDINATOR, visit.body_id)


def visit_approved_in_own_body(user: User, visit: Visit) -> bool:
    """The visit is approved and the person is a monitor of its body."""
    return visit.state in SEEN_BY_THE_WHOLE_BODY and visit.body_id in user.bodies_as(*MONITORS)


def visit_reviewed_by_user(user: User, visit: Visit) -> bool:
    """The visit is in review and the person reviews drafts of its body."""
    return visit.state is VisitState.REVIEW and user.has_role(Role.REVIEWER, visit.body_id)


def visit_is_planned_or_under_way(_user: User, visit: Visit) -> bool:
    """The team still works on it."""
    return visit.state in (VisitState.PLANNED, VisitState.UNDER_WAY)


def visit_is_under_way(_user: User, visit: Visit) -> bool:
    """The team is on site, or types what it saw there."""
    return visit.state is VisitState.UNDER_WAY


def visit_is_in_review(_user: User, visit: Visit) -> bool:
    """A coordinator works on it."""
    return visit.state is VisitState.REVIEW


def visit_is_approved(_user: User, visit: Visit) -> bool:
    """It was reviewed and approved."""
    return visit.state in SEEN_BY_THE_WHOLE_BODY
