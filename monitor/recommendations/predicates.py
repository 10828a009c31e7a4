"""Facts about a person and a recommendation: those of its visit."""

from monitor.accounts.models import INSIDE, User
from monitor.recommendations.models import Recommendation
from monitor.visits import predicates as visits


def recommendation_of_coordinated_body(user: User, recommendation: Recommendation) -> bool:
    """The person coordinates the body of the recommendation's visit."""
    return visits.visit_in_coordinated_body(user, recommendation.visit)


def recommendation_of_own_visit(user: User, recommendation: Recommendation) -> bool:
    """The person is on the team of the recommendation's visit."""
    return visits.visit_on_own_team(user, recommendation.visit)


def recommendation_owned_by_user(user: User, recommendation: Recommendation) -> bool:
    """The person follows it up and belongs to the body of its visit."""
    return recommendation.owner_id == user.id and recommendation.visit.body_id in user.bodies_as(*INSIDE)


def recommendation_was_approved(_user: User, recommendation: Recommendation) -> bool:
    """It stood in an approved report, so that an authority can have answered it."""
    return recommendation.reference is not None


def recommendation_is_still_drafted(user: User, recommendation: Recommendation) -> bool:
    """The recommendation's visit is still being worked on by its team."""
    return visits.visit_is_planned_or_under_way(user, recommendation.visit)


def recommendation_is_in_review(user: User, recommendation: Recommendation) -> bool:
    """The recommendation's visit is in review."""
    return visits.visit_is_in_review(user, recommendation.visit)
