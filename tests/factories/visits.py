"""Visits in every state."""

from datetime import date, datetime
from typing import Any

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.db import db
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.tenancy import across_mechanisms
from monitor.visits import operations
from monitor.visits.models import TeamRole, Visit, VisitKind
from monitor.visits.operations import Member, Plan
from tests.factories import accounts, places
from tests.factories.accounts import AT


def planned(at_place: Place, *, lead: User, team: tuple[User, ...] = (), at: datetime = AT, **given: Any) -> Visit:
    """Make a planned visit led by `lead`; what Scope takes chooses the items (default: the core form)."""
    scope = Scope(
        at_place.type, given.pop("unit_types", ()), given.pop("form", "core"), given.pop("topics", ()),
        given.pop("extra_topics", ()),
    )  # fmt: skip
    plan = Plan(
        kind=given.pop("kind", VisitKind.IN_DEPTH), announcement=None,
        started_on=given.pop("started_on", date(2026, 3, 9)), ended_on=given.pop("ended_on", date(2026, 3, 11)),
        language=given.pop("language", "en"),
    )  # fmt: skip
    members = [Member(lead.id, TeamRole.LEAD), *(Member(user.id, TeamRole.MONITOR) for user in team)]
    body_id = (lead.roles[0]).body_id
    visit = operations.plan_visit(at_place, body_id, plan, scope, members, by=lead, at=at)
    db.session.commit()
    return visit


def under_way(at_place: Place, *, lead: User, at: datetime = AT, **given: Any) -> Visit:
    """Make a visit that its team is working on."""
    visit = planned(at_place, lead=lead, at=at, **given)
    operations.start(visit, by=lead, at=at)
    db.session.commit()
    return visit


def in_review(
    at_place: Place, *, lead: User, answers: tuple[Change, ...] = (), at: datetime = AT, **given: Any
) -> Visit:
    """Make a visit that waits for the coordinator."""
    visit = under_way(at_place, lead=lead, at=at, **given)
    operations.record_answers(visit, answers, by=lead, at=at)
    operations.submit(visit, by=lead, at=at)
    db.session.commit()
    return visit


def approved(at_place: Place, *, lead: User, by: User, at: datetime = AT, **given: Any) -> Visit:
    """Make an approved visit."""
    visit = in_review(at_place, lead=lead, at=at, **given)
    operations.approve(visit, by=by, at=at)
    db.session.commit()
    return visit


def in_other_mechanism(**given: Any) -> Visit:
    """Make a planned visit of another mechanism, with a place and a coordinator of its own."""
    with across_mechanisms():
        body = accounts.only_body(accounts.mechanism())
        visit = planned(places.place(body.mechanism), lead=accounts.coordinator(body))
        for name, value in given.items():
            setattr(visit, name, value)
        db.session.commit()
        db.session.refresh(visit)
    return visit
