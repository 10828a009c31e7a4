"""Who may do what: the table is whole, and says of each kind of person what it should."""

import ast
import inspect
import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from monitor.access import permissions
from monitor.access.guard import Guard, mark_of
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.config import ROOT
from monitor.permission_map import RULES
from monitor.visits import operations
from monitor.visits.models import TeamRole, Visit, VisitState
from tests.factories import accounts, places, visits

WITHOUT_ROLE = {"guide:read", "home:read", "session:own"}
FIELD = {
    "document:read",
    "form:print",
    "place:list",
    "place:read",
    "recommendation:list",
    "recommendation:read",
    "visit:list",
}
OF_ROLE = {
    (): WITHOUT_ROLE,
    (Role.MONITOR,): WITHOUT_ROLE | FIELD,
    (Role.COORDINATOR,): WITHOUT_ROLE | FIELD | {"place:edit", "place:import", "visit:import", "visit:plan"},
    (Role.ADMINISTRATOR,): WITHOUT_ROLE | {"mechanism:edit", "user:manage"},
    (Role.MONITOR, Role.ADMINISTRATOR): WITHOUT_ROLE | FIELD | {"mechanism:edit", "user:manage"},
}
"""Roles -> what they permit whatever it is about; everything else depends on the visit."""


def permitted(app: Flask, user: User, subject: object = None) -> set[str]:
    guard: Guard = app.extensions["guard"]
    rules = {name for name, ways in RULES.items() if subject is not None or not needs_subject(ways)}
    return {permission.value for permission in rules if guard.permits(user, permission, subject)}


def needs_subject(ways: Any) -> bool:
    """Say whether a rule looks at the row it is about: its predicates name it without an underscore before it."""
    return any(not list(inspect.signature(fact).parameters)[1].startswith("_") for way in ways for fact in way)


def test_every_permission_has_a_rule_and_every_rule_a_permission() -> None:
    assert set(RULES) == set(Permission)
    assert list(Permission) == sorted(Permission, key=str)


def test_every_permission_says_what_it_permits() -> None:
    (enumeration,) = [node for node in ast.parse(inspect.getsource(permissions)).body if isinstance(node, ast.ClassDef)]
    names = [node for node in enumeration.body[1:] if isinstance(node, ast.Assign)]
    sentences = [node for node in enumeration.body[1:] if isinstance(node, ast.Expr)]
    assert len(names) == len(sentences) == len(Permission)


def test_every_permission_is_asked_somewhere(app: Flask) -> None:
    marks = [mark_of(app, rule.endpoint) for rule in app.url_map.iter_rules()]
    asked = {mark.permission for mark in marks if mark and mark.permission}
    templates = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    asked |= {Permission(name) for name in re.findall(r"""can\(["']([\w:-]+)["']""", templates)}
    assert set(Permission) - asked == set()


def test_every_way_of_a_rule_is_made_of_facts() -> None:
    for permission, ways in RULES.items():
        assert ways, permission
        for way in ways:
            assert way, permission
            assert all(fact.__module__.endswith(".predicates") and fact.__doc__ for fact in way), permission


@pytest.mark.parametrize("roles", OF_ROLE, ids=lambda roles: " and ".join(roles) or "no role")
def test_a_role_permits_exactly_this_whatever_it_is_about(roles: tuple[Role, ...], app: Flask, body: Body) -> None:
    assert permitted(app, accounts.person(body, *roles)) == OF_ROLE[roles]


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit under way, led by a monitor."""
    return visits.under_way(places.place(mechanism), lead=monitor)


def about_visits(app: Flask, user: User, visit: Visit) -> set[str]:
    """Return what the person may do with this visit beyond what the role permits anyway."""
    guard: Guard = app.extensions["guard"]
    names = {name for name, ways in RULES.items() if needs_subject(ways) and not name.startswith("recommendation:")}
    return {permission.value for permission in names if guard.permits(user, permission, visit)}


def test_a_coordinator_has_nothing_to_say_in_another_body(app: Flask, visit: Visit, mechanism: Mechanism) -> None:
    elsewhere = accounts.coordinator(accounts.other_body(mechanism))
    for state in VisitState:
        visit.state = state
        assert about_visits(app, elsewhere, visit) == set()


def test_who_joins_the_team_from_another_body_may_do_what_members_do(
    app: Flask, visit: Visit, mechanism: Mechanism, monitor: User, now: datetime
) -> None:
    guest = accounts.monitor(accounts.other_body(mechanism))
    team = [operations.Member(monitor.id, TeamRole.LEAD), operations.Member(guest.id, TeamRole.DOCTOR)]
    operations.set_team(visit, team, by=monitor, at=now)
    assert about_visits(app, guest, visit) == {
        "document:request", "visit:export", "visit:fill", "visit:read", "visit:read-protected", "visit:recommend",
        "visit:start",
    }  # fmt: skip


def test_an_administrator_sees_no_content_of_visits(app: Flask, visit: Visit, administrator: User) -> None:
    for state in VisitState:
        visit.state = state
        assert about_visits(app, administrator, visit) == set()


def test_protected_answers_are_for_team_and_coordinators_alone(
    app: Flask, visit: Visit, monitor: User, coordinator: User, body: Body
) -> None:
    guard: Guard = app.extensions["guard"]
    colleague = accounts.monitor(body)
    visit.state = VisitState.APPROVED
    assert guard.permits(colleague, Permission.VISIT_READ, visit)
    readers = [
        each
        for each in (monitor, coordinator, colleague)
        if guard.permits(each, Permission.VISIT_READ_PROTECTED, visit)
    ]
    assert readers == [monitor, coordinator]


@pytest.mark.parametrize(
    "state", [state for state in VisitState if state not in (VisitState.PLANNED, VisitState.UNDER_WAY)]
)
def test_outside_its_work_only_coordinators_write_and_only_in_review(
    state: VisitState, app: Flask, visit: Visit, monitor: User, coordinator: User
) -> None:
    writing = {"finding:write", "visit:fill", "visit:lead", "visit:recommend"}
    visit.state = state
    assert about_visits(app, monitor, visit) & writing == set()
    assert about_visits(app, coordinator, visit) & writing == (writing if state is VisitState.REVIEW else set())
