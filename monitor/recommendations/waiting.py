"""Recommendations that wait for somebody: a reply that is due or overdue, a next step whose day has come.

They wait for the coordinators of the body, and for who follows them up.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_

from monitor.accounts.models import Role, User
from monitor.recommendations.models import SETTLED, Position, Recommendation
from monitor.visits.models import Visit

SOON: Final = timedelta(days=14)


class Wait(StrEnum):
    """What a recommendation waits for."""

    OVERDUE = "overdue"
    """The addressee should have answered."""
    DUE = "due"
    """The addressee has to answer soon."""
    STEP = "step"
    """The mechanism itself meant to do something by today."""


DAYS: Final = {
    Wait.OVERDUE: Recommendation.reply_due_on,
    Wait.DUE: Recommendation.reply_due_on,
    Wait.STEP: Recommendation.next_step_on,
}
"""Wait -> the day that counts, in whose order an index has them."""


def waiting_for(query: Select[Recommendation], user: User, wait: Wait, today: date) -> Select[Recommendation]:
    """Return those of the query that wait in this way for this person; `today` is the day where the mechanism is."""
    own = Recommendation.owner_id == user.id
    bodies = user.bodies_as(Role.COORDINATOR)
    coordinated = Recommendation.visit.has(Visit.body_id.in_(bodies))
    return query.where(_condition(wait, today), or_(coordinated, own) if bodies else own)


def _condition(wait: Wait, today: date) -> ColumnElement[bool]:
    unsettled = Recommendation.implementation.not_in(SETTLED)  # for a settled one no answer is missed any more
    awaiting = and_(Recommendation.position == Position.AWAITING, unsettled)
    match wait:
        case Wait.OVERDUE:
            return and_(awaiting, Recommendation.reply_due_on < today)
        case Wait.DUE:
            return and_(awaiting, Recommendation.reply_due_on.between(today, today + SOON))
        case Wait.STEP:
            return and_(unsettled, Recommendation.next_step_on <= today)
