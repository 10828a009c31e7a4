"""Every step of a visit's life, from every state, by everybody, through the real addresses."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from monitor.access.guard import Guard
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.db import db
from monitor.permission_map import RULES, TEAM
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import STEPS
from tests.client import Browser
from tests.factories import accounts, places, visits
from tests.visits.test_states import TAKERS, life

PEOPLE: Final = {
    "member": Role.MONITOR, "leader": Role.MONITOR, "coordinator": Role.COORDINATOR, "colleague": Role.MONITOR,
    "reviewer": Role.REVIEWER, "expert": Role.OUTSIDE, "administrator": Role.ADMINISTRATOR,
    "other body": Role.COORDINATOR,
}  # fmt: skip
"""The first two and the expert are on the team; the last coordinates another body. More people: tests/guards."""
AFTER: Final = frozenset({"approved", "sent_draft", "sent_final", "published", "follow_up", "closed"})
OPEN: Final = frozenset({"planned", "under_way", "review", "suspended"})
EVERY: Final = frozenset(state.value for state in VisitState)
SEE: Final[Mapping[str, frozenset[str]]] = {
    "member": EVERY, "leader": EVERY, "coordinator": EVERY, "colleague": AFTER,
    "reviewer": frozenset({"review"}), "expert": OPEN,
}  # fmt: skip
"""In which states a visit is there for somebody; for the others it is never there."""
ALSO_TAKEN: Final = {"start": {"expert"}}
"""The team starts a visit: outside experts on it too."""
FIELDS: Final = {
    "on": "2026-03-12", "comments_due_on": "2026-04-30", "otherwise": "y", "keeps_passed": "y", "reason": "The reason.",
}  # fmt: skip
"""What the forms of all steps may ask for."""
Poster = Callable[[str], TestResponse]
Outcomes = dict[tuple[str, str, str], str]
"""State, step and person -> the state after it, `404`, `403`, or a dash: it does not start there."""


def address(visit: Visit, step: str) -> str:
    match STEPS[step].permission:
        case Permission.VISIT_SEND:
            return f"/visits/{visit.id}/after-approval/{step}"
        case Permission.VISIT_HALT:
            return f"/visits/{visit.id}/halt/{step}"
        case _:
            return f"/visits/{visit.id}/{step}"


def expected() -> Outcomes:
    found = {}
    for state, row in life().items():
        for step, to in row.items():
            takers = TAKERS[step] | ALSO_TAKEN.get(step, set())
            for person in PEOPLE:
                allowed = to if person in takers else "403"
                found[state, step, person] = allowed if state in SEE.get(person, ()) else "404"
    return found


@pytest.fixture
def posters(app: Flask, body: Body, mechanism: Mechanism) -> tuple[Visit, dict[str, Poster]]:
    """A visit, and how everybody posts to an address, signed in."""
    other = accounts.other_body(mechanism)
    users = {name: accounts.person(other if name == "other body" else body, role) for name, role in PEOPLE.items()}
    team = (users["member"], users["expert"])
    visit = visits.planned(places.place(mechanism), lead=users["leader"], team=team)
    return visit, {name: signed_in(app, user) for name, user in users.items()}


def signed_in(app: Flask, user: User) -> Poster:
    browser = Browser(app)
    browser.sign_in(user)
    token = browser.csrf_token
    return lambda path: browser._send("POST", path, data={"csrf_token": token, **FIELDS}, follow_redirects=False)


def outcomes(visit: Visit, posters: Mapping[str, Poster], wanted: Outcomes) -> Outcomes:
    """Take each of these steps through its page."""
    return {
        (state, step, person): outcome(visit, VisitState(state), step, posters[person])
        for state, step, person in wanted
    }


def outcome(visit: Visit, state: VisitState, step: str, post: Poster) -> str:
    visit.state, visit.submitted_by_id, visit.report_version = state, None, 1
    answer = post(address(visit, step))
    db.session.refresh(visit)
    reached = visit.state
    if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
        return str(answer.status_code) if reached is state else f"{answer.status_code}, and {reached}"
    return "-" if reached is state else reached.value


def test_every_step_from_every_state_by_everybody(posters: tuple[Visit, dict[str, Poster]]) -> None:
    wanted = expected()
    assert len(wanted) == len(VisitState) * len(STEPS) * len(PEOPLE)
    found = outcomes(*posters, wanted)
    assert {case: (found[case], wanted[case]) for case in wanted if found[case] != wanted[case]} == {}


# the guard of this guard


def test_a_rule_that_lets_the_team_approve_is_found(app: Flask, posters: tuple[Visit, dict[str, Poster]]) -> None:
    guard: Guard = app.extensions["guard"]
    guard.rules = {**RULES, Permission.VISIT_APPROVE: TEAM}
    wanted = {case: to for case, to in expected().items() if case[:2] == ("review", "approve")}
    found = outcomes(*posters, wanted)
    assert {case[2] for case in wanted if found[case] != wanted[case]} == {"member", "leader", "expert"}
    assert found["review", "approve", "member"] == "approved"


def test_a_step_that_starts_where_it_should_not_is_found(
    posters: tuple[Visit, dict[str, Poster]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.visits.operations.check_start", lambda *_: None)
    wanted = {case: to for case, to in expected().items() if case[:2] == ("planned", "approve")}
    found = outcomes(*posters, wanted)
    assert {case[2]: found[case] for case in wanted if found[case] != wanted[case]} == {"coordinator": "approved"}
