"""Facts about a person, a visit and its talks that the rules of permission_map.py are made of."""

from monitor.accounts.models import Role, User
from monitor.interviews.models import Talk
from monitor.vault import queries as vault
from monitor.visits.models import TeamRole, Visit, VisitState
from monitor.visits.predicates import visit_led_by_user, visit_on_own_team

TAKES_TALKS = frozenset({VisitState.UNDER_WAY, VisitState.REVIEW, VisitState.SUSPENDED, VisitState.REFUSED})
"""States in which talks are written down: notes are often typed after the visit was broken off or sent for review."""


def visit_takes_talks(_user: User, visit: Visit) -> bool:
    """The team is or was on site, and the visit is not approved yet."""
    return visit.state in TAKES_TALKS


def visit_of_body_read_by_user(user: User, visit: Visit) -> bool:
    """The person holds a key of the confidential records of the visit's body."""
    return vault.reads_in(visit.body_id, user)


def talk_on_own_team(user: User, talk: Talk) -> bool:
    """The person is on the team of the talk's visit."""
    return visit_on_own_team(user, talk.visit)


def talk_of_led_visit(user: User, talk: Talk) -> bool:
    """The person leads the talk's visit."""
    return visit_led_by_user(user, talk.visit)


def talk_in_coordinated_body(user: User, talk: Talk) -> bool:
    """The person coordinates the body of the talk's visit."""
    return user.has_role(Role.COORDINATOR, talk.visit.body_id)


def talk_of_body_read_by_user(user: User, talk: Talk) -> bool:
    """The person holds a key of the confidential records of the body."""
    return visit_of_body_read_by_user(user, talk.visit)


def talk_by_user(user: User, talk: Talk) -> bool:
    """The person wrote the talk down."""
    return talk.author_id == user.id


def talk_can_change(user: User, talk: Talk) -> bool:
    """The record is not finished, and the visit not approved."""
    return not talk.is_finished and visit_takes_talks(user, talk.visit)


def talk_by_health_member(user: User, talk: Talk) -> bool:
    """The person is on the team as a doctor or nurse, or as a health monitor of the body."""
    member = talk.visit.member(user)
    is_health = member is not None and member.role is TeamRole.DOCTOR
    return is_health or (member is not None and user.has_role(Role.HEALTH_MONITOR, talk.visit.body_id))
