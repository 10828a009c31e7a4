"""Reading visits: who sees which, and what the list finds."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from monitor.accounts import operations as account_operations
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.db import db
from monitor.places.models import Place
from monitor.tenancy import ForeignRow, MechanismNotChosen, act_for, acting_for
from monitor.visits import operations, queries
from monitor.visits.list_queries import Filters, matching
from monitor.visits.models import Visit, VisitKind, VisitState
from monitor.visits.states import MAIN_LINE
from tests.factories import accounts, places, visits

SEEN = {
    "leader": set(VisitState),
    "member": set(VisitState),
    "coordinator of the body": set(VisitState),
    "monitor of the body": set(MAIN_LINE[MAIN_LINE.index(VisitState.APPROVED) :]),
    "administrator of the body": set(),
    "monitor of another body": set(),
    "coordinator of another body": set(),
    "monitor without any role now": set(),
}
"""The states in which each person sees the visit."""


def found(user: User, **filters: Any) -> list[str]:
    """Return the references of the visits that the list finds for this person."""
    return sorted(visit.reference or "" for visit in db.session.scalars(matching(user, Filters(**filters))))


@pytest.fixture
def people(body: Body, mechanism: Mechanism, leader: User, member: User) -> dict[str, User]:
    """Everybody of SEEN."""
    other = accounts.other_body(mechanism)
    return {
        "leader": leader,
        "member": member,
        "coordinator of the body": accounts.coordinator(body),
        "monitor of the body": accounts.monitor(body),
        "administrator of the body": accounts.administrator(body),
        "monitor of another body": accounts.monitor(other),
        "coordinator of another body": accounts.coordinator(other),
        "monitor without any role now": accounts.person(body),
    }


def test_a_visit_is_seen_by_those_of_the_table_in_every_state(
    prison: Place, leader: User, member: User, people: dict[str, User]
) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    seen: dict[str, set[VisitState]] = {name: set() for name in people}
    for state in VisitState:
        visit.state = state
        db.session.flush()
        for name, person in people.items():
            if queries.get_visit(person, visit.id):
                seen[name].add(state)
    assert seen == SEEN


def test_a_visit_of_another_mechanism_is_not_there(coordinator: User) -> None:
    foreign = visits.in_other_mechanism(state=VisitState.APPROVED)
    assert queries.get_visit(coordinator, foreign.id) is None
    with acting_for(foreign.mechanism_id):
        assert db.session.scalar(queries.visible_to(coordinator)) is None, "a person stays of their mechanism"


def test_reading_is_refused_before_a_mechanism_is_chosen(coordinator: User) -> None:
    act_for(None)
    with pytest.raises(MechanismNotChosen):
        db.session.scalar(queries.visible_to(coordinator))


def test_a_visit_of_another_mechanism_cannot_be_changed(coordinator: User, now: datetime) -> None:
    foreign = visits.in_other_mechanism()
    with pytest.raises(ForeignRow):
        operations.start(foreign, by=coordinator, at=now)


def test_who_left_the_team_sees_the_visit_no_longer(prison: Place, leader: User, member: User, now: datetime) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    assert queries.get_visit(member, visit.id) is visit
    team = [operations.Member(leader.id, operations.TeamRole.LEAD)]
    operations.set_team(visit, team, by=leader, at=now)
    assert queries.get_visit(member, visit.id) is None


def test_who_moved_to_another_body_sees_the_old_ones_visits_no_longer(
    prison: Place, leader: User, monitor: User, coordinator: User, mechanism: Mechanism, now: datetime
) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    assert queries.get_visit(monitor, visit.id) is visit
    other = accounts.other_body(mechanism)
    account_operations.set_roles(monitor, [(other.id, Role.MONITOR)], by=None, at=now)
    account_operations.set_roles(coordinator, [(other.id, Role.COORDINATOR)], by=None, at=now)
    account_operations.set_roles(leader, [(other.id, Role.MONITOR)], by=None, at=now)
    assert queries.get_visit(monitor, visit.id) is None
    assert queries.get_visit(coordinator, visit.id) is None
    assert queries.get_visit(leader, visit.id) is None, "though the visit still names who led it"


# the list


@pytest.fixture
def listed(mechanism: Mechanism, leader: User, member: User, coordinator: User) -> None:
    """Three visits of the body: A planned, B under way, C approved."""
    here = places.place(mechanism, name="Høyer remand prison", city="Ålborg", code="HOYER")
    there = places.place(mechanism, name="100% Court_cells", type="court-cells", code="COURT")
    visits.planned(here, lead=leader, kind=VisitKind.NIGHT, started_on=date(2026, 4, 1), ended_on=None).reference = "A"
    visits.under_way(there, lead=leader, team=(member,), started_on=date(2026, 3, 1)).reference = "B_1"
    visits.approved(here, lead=member, by=coordinator, started_on=date(2025, 12, 30)).reference = "C"
    db.session.commit()


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("filters", "references"),
    [
        ({}, ["A", "B_1", "C"]),
        ({"text": "hoyer"}, ["A", "C"]),
        ({"text": "  ÅLBORG "}, ["A", "C"]),
        ({"text": "b_1"}, ["B_1"]),
        ({"text": "_"}, ["B_1"]),
        ({"text": "%"}, ["B_1"]),
        ({"text": "nowhere"}, []),
        ({"state": VisitState.PLANNED}, ["A"]),
        ({"kind": VisitKind.NIGHT}, ["A"]),
        ({"since": date(2026, 3, 1)}, ["A", "B_1"]),
        ({"until": date(2026, 3, 1)}, ["B_1", "C"]),
        ({"since": date(2026, 1, 1), "until": date(2026, 3, 31), "state": VisitState.UNDER_WAY}, ["B_1"]),
    ],
)
def test_the_list_finds_what_was_asked_for(filters: dict[str, Any], references: list[str], coordinator: User) -> None:
    assert found(coordinator, **filters) == references


@pytest.mark.usefixtures("listed")
def test_the_list_holds_only_what_a_person_may_see(leader: User, member: User, body: Body, administrator: User) -> None:
    assert found(leader) == ["A", "B_1", "C"]
    assert found(leader, only_own=True) == ["A", "B_1"]
    assert found(member) == ["B_1", "C"]
    assert found(accounts.monitor(body)) == ["C"]
    assert found(administrator) == []


def test_steps_and_comments_come_oldest_first(prison: Place, leader: User, coordinator: User, now: datetime) -> None:
    visit: Visit = visits.in_review(prison, lead=leader)
    for hour, text in enumerate(("first", "second")):
        at = now + timedelta(hours=hour)
        operations.return_visit(visit, {"food-water": text}, by=coordinator, at=at)
        visit.state = VisitState.REVIEW
    assert [comment.text for comment in queries.open_comments(visit)] == ["first", "second"]
    assert [step.step for step in queries.steps(visit)] == ["start", "submit", "return", "return"]
