"""Recommendations."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from monitor.accounts.models import User
from monitor.db import db
from monitor.recommendations import operations
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.operations import Draft
from monitor.visits.models import Visit
from tests.factories.accounts import AT

DRAFT = Draft(
    text="Give everybody two hours outside a day.",
    addressee="Prison service",
    priority=Priority.SHORT,
    due_on=date(2026, 6, 30),
    items=("talk-capacity",),
    standards=({"instrument": "opcat", "provision": "Article 20(a)"},),
)


def recommendation(of: Visit, *, by: User, at: datetime = AT, **changes: Any) -> Recommendation:
    """Make a recommendation that says what DRAFT says, but for `changes`."""
    made = operations.add_recommendation(of, replace(DRAFT, **changes), by=by, at=at)
    db.session.commit()
    return made
