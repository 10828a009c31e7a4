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
from monitor.db import db
from monitor.permission_map import RULES
from monitor.places.queries import get_place
from monitor.visits import operations, queries
from monitor.visits.models import TeamRole, Visit, VisitState
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY
from tests.factories import accounts, places, visits

WITHOUT_ROLE = {"device:list", "device:withdraw", "guide:read", "home:read", "session:own"}
WITH_VISITS = {"document:read", "letter:read", "recommendation:list", "recommendation:read", "visit:list"}
FIELD = WITH_VISITS | {
    "authority:list",
    "authority:read",
    "device:own",
    "form:print",
    "incident:report",
    "interview:search",
    "keys:list",
    "place:add-file",
    "place:list",
    "place:read",
}
OVERSIGHT = {"audit:read", "settings:read"}
OF_ROLE = {
    (): WITHOUT_ROLE,
    (Role.MONITOR,): WITHOUT_ROLE | FIELD,
    (Role.HEALTH_MONITOR,): WITHOUT_ROLE | FIELD,
    (Role.REVIEWER,): WITHOUT_ROLE | WITH_VISITS,
    (Role.OUTSIDE,): WITHOUT_ROLE | WITH_VISITS | {"device:own"},
    (Role.DATA_PROTECTION,): WITHOUT_ROLE | OVERSIGHT,
    (Role.COORDINATOR,): WITHOUT_ROLE
    | FIELD
    | {"authority:edit", "place:edit", "place:import", "recommendation:reply-many", "visit:import", "visit:plan"},
    (Role.ADMINISTRATOR,): WITHOUT_ROLE | OVERSIGHT | {"mechanism:edit", "user:manage"},
    (Role.MONITOR, Role.ADMINISTRATOR): WITHOUT_ROLE | FIELD | OVERSIGHT | {"mechanism:edit", "user:manage"},
}
"""Roles -> what they permit whatever it is about; everything else depends on the visit."""


def permitted(app: Flask, user: User, subject: object = None) -> set[str]:
    guard: Guard = app.extensions["guard"]
    rules = {name for name, ways in RULES.items() if subject is not None or not needs_subject(ways)}
    return {permission.value for permission in rules if guard.permits(user, permission, subject)}


def is_about(kind: type, ways: Any) -> bool:
    """Say whether a rule looks at a row of this kind."""
    return any(list(inspect.signature(fact).parameters.values())[1].annotation is kind for way in ways for fact in way)


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
    names = {name for name, ways in RULES.items() if is_about(Visit, ways)}
    return {permission.value for permission in names if guard.permits(user, permission, visit)}


def test_a_coordinator_has_nothing_to_say_in_another_body(app: Flask, visit: Visit, mechanism: Mechanism) -> None:
    elsewhere = accounts.coordinator(accounts.other_body(mechanism))
    for state in VisitState:
        visit.state = state
        assert about_visits(app, elsewhere, visit) == set()


def test_being_on_a_team_counts_inside_the_visits_body_alone(
    app: Flask, visit: Visit, mechanism: Mechanism, monitor: User, body: Body, now: datetime
) -> None:
    colleague, stranger = accounts.monitor(body), accounts.monitor(accounts.other_body(mechanism))
    team = [
        operations.Member(monitor.id, TeamRole.LEAD),
        operations.Member(colleague.id, TeamRole.DOCTOR),
        operations.Member(stranger.id, TeamRole.DOCTOR),
    ]
    operations.set_team(visit, team, by=monitor, at=now)
    assert about_visits(app, colleague, visit) == {
        "document:request", "file:add", "interview:add", "interview:list", "visit:check", "visit:export", "visit:fill",
        "visit:read",
        "visit:read-protected", "visit:recommend", "visit:start", "visit:take-along",
    }  # fmt: skip
    assert about_visits(app, stranger, visit) == set()


def test_what_an_approved_visit_permits_holds_in_every_state_after_it(
    app: Flask, visit: Visit, monitor: User, coordinator: User, administrator: User, body: Body
) -> None:
    colleague, reviewer = accounts.monitor(body), accounts.person(body, Role.REVIEWER)
    for person in (monitor, coordinator, administrator, colleague, reviewer):
        found = {}
        for state in sorted(SEEN_BY_THE_WHOLE_BODY):
            visit.state = state
            found[state] = about_visits(app, person, visit)
        assert all(permitted == found[VisitState.APPROVED] for permitted in found.values()), found


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
    writing = {"file:add", "finding:write", "visit:check", "visit:fill", "visit:lead", "visit:recommend"}
    visit.state = state
    assert about_visits(app, monitor, visit) & writing == set()
    assert about_visits(app, coordinator, visit) & writing == (writing if state is VisitState.REVIEW else set())


def outside(visit: Visit, body: Body, monitor: User, now: datetime) -> User:
    """Put an outside expert on the team of the visit."""
    expert = accounts.person(body, Role.OUTSIDE)
    team = [operations.Member(monitor.id, TeamRole.LEAD), operations.Member(expert.id, TeamRole.EXPERT)]
    operations.set_team(visit, team, by=monitor, at=now)
    return expert


def test_an_outside_expert_works_with_the_team_until_the_visit_closes(
    app: Flask, visit: Visit, body: Body, monitor: User, now: datetime
) -> None:
    expert = outside(visit, body, monitor, now)
    assert about_visits(app, expert, visit) == {
        "document:request", "file:add", "interview:add", "interview:list", "visit:check", "visit:export", "visit:fill",
        "visit:read",
        "visit:read-protected", "visit:recommend", "visit:start", "visit:take-along",
    }  # fmt: skip
    for state in (VisitState.APPROVED, VisitState.CANCELLED, VisitState.REFUSED):
        visit.state = state
        assert about_visits(app, expert, visit) == set()
        assert queries.get_visit(expert, visit.id) is None


def test_a_visit_that_was_opened_again_stays_closed_to_outside_experts(
    app: Flask, visit: Visit, body: Body, monitor: User, coordinator: User, now: datetime
) -> None:
    expert = outside(visit, body, monitor, now)
    visit.state = VisitState.APPROVED
    operations.reopen(visit, reason="A figure was wrong.", by=coordinator, at=now)
    assert about_visits(app, expert, visit) == set()
    assert queries.get_visit(expert, visit.id) is None
    assert queries.get_visit(monitor, visit.id) is visit


def test_who_lost_every_role_sees_the_visits_of_old_teams_no_longer(app: Flask, visit: Visit, monitor: User) -> None:
    monitor.roles[0].role = Role.ADMINISTRATOR
    db.session.flush()
    assert about_visits(app, monitor, visit) == set()
    assert queries.get_visit(monitor, visit.id) is None


def test_a_reviewer_reads_and_comments_in_review_and_sees_no_protected_answer(
    app: Flask, visit: Visit, body: Body
) -> None:
    reviewer = accounts.person(body, Role.REVIEWER)
    for state in VisitState:
        visit.state = state
        db.session.flush()
        may = {"document:request", "visit:comment", "visit:read"} if state is VisitState.REVIEW else set()
        assert about_visits(app, reviewer, visit) == may
        assert (queries.get_visit(reviewer, visit.id) is not None) is (state is VisitState.REVIEW)


def test_bodies_share_the_register_and_keep_their_visits_apart(visit: Visit, mechanism: Mechanism) -> None:
    elsewhere = accounts.coordinator(accounts.other_body(mechanism))
    visit.state = VisitState.APPROVED
    db.session.flush()
    assert get_place(elsewhere, visit.place_id) is visit.place
    assert queries.get_visit(elsewhere, visit.id) is None
