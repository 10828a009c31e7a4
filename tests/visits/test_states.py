"""The life of a visit: which step starts where, who may take it, and what it needs."""

from datetime import datetime
from itertools import pairwise

import pytest
from flask import Flask

from monitor.access.guard import Guard
from monitor.access.permissions import Permission
from monitor.accounts.models import Body, Mechanism, User
from monitor.visits import operations
from monitor.visits.models import Visit, VisitState
from monitor.visits.states import (
    MAIN_LINE,
    MAY_BE_SKIPPED,
    SEEN_BY_THE_WHOLE_BODY,
    STEPS,
    ReasonMissing,
    WrongState,
    steps_from,
)
from tests.factories import accounts, places, visits

BEFORE = """
state     | start      submit  return     approve   reopen  cancel     refuse   suspend    resume
planned   | under_way  -       -          -         -       cancelled  refused  -          -
under_way | -          review  -          -         -       -          refused  suspended  -
review    | -          -       under_way  approved  -       -          -        -          -
approved  | -          -       -          -         review  -          -        -          -
sent_draft| -          -       -          -         review  -          -        -          -
sent_final| -          -       -          -         -       -          -        -          -
published | -          -       -          -         -       -          -        -          -
follow_up | -          -       -          -         -       -          -        -          -
closed    | -          -       -          -         -       -          -        -          -
cancelled | -          -       -          -         -       -          -        -          -
refused   | -          -       -          -         -       -          -        -          -
suspended | -          -       -          -         -       -          -        -          under_way
"""
AFTER = """
state     | send_draft  send_final  publish    follow_up  close   reopen_follow_up
planned   | -           -           -          -          -       -
under_way | -           -           -          -          -       -
review    | -           -           -          -          -       -
approved  | sent_draft  sent_final  -          -          -       -
sent_draft| -           sent_final  -          -          -       -
sent_final| -           -           published  follow_up  closed  -
published | -           -           -          follow_up  closed  -
follow_up | -           -           -          -          closed  -
closed    | -           -           -          -          -       follow_up
cancelled | -           -           -          -          -       -
refused   | -           -           -          -          -       -
suspended | -           -           -          -          -       -
"""
"""Where each step leads from each state, up to the approval and after it; a dash: it does not start there."""

TAKERS = {
    "start": {"member", "leader", "coordinator"},
    "submit": {"leader", "coordinator"},
    "return": {"coordinator"},
    "approve": {"coordinator"},
    "reopen": {"coordinator"},
    **dict.fromkeys(
        ("send_draft", "send_final", "publish", "follow_up", "close", "reopen_follow_up"), frozenset({"coordinator"})
    ),
    "cancel": {"leader", "coordinator"},
    "refuse": {"leader", "coordinator"},
    "suspend": {"leader", "coordinator"},
    "resume": {"leader", "coordinator"},
}
"""Who may take a step, wherever it starts."""

NEED_REASON = {"reopen", "reopen_follow_up", "cancel", "refuse", "suspend"}


def life() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {state.value: {} for state in VisitState}
    for table in (BEFORE, AFTER):
        head, *lines = [line.replace("|", " ").split() for line in table.strip().splitlines()]
        for state, *row in lines:
            found[state] |= dict(zip(head[1:], row, strict=True))
    return found


@pytest.fixture
def people(body: Body, mechanism: Mechanism) -> dict[str, User]:
    """One person of each kind."""
    other = accounts.other_body(mechanism)
    return {
        "member": accounts.monitor(body),
        "leader": accounts.monitor(body),
        "coordinator": accounts.coordinator(body),
        "other monitor of the body": accounts.monitor(body),
        "administrator": accounts.administrator(body),
        "coordinator of another body": accounts.coordinator(other),
    }


@pytest.fixture
def visit(people: dict[str, User], mechanism: Mechanism) -> Visit:
    """A planned visit of the leader with one member."""
    return visits.planned(places.place(mechanism), lead=people["leader"], team=(people["member"],))


def take(visit: Visit, step: str, *, by: User, at: datetime, reason: str = "the reason") -> None:
    match step:
        case "start":
            operations.start(visit, by=by, at=at)
        case "submit":
            operations.submit(visit, by=by, at=at)
        case "return":
            operations.return_visit(visit, {}, reason=reason, by=by, at=at)
        case "approve":
            operations.approve(visit, by=by, at=at)
        case "reopen":
            operations.reopen(visit, reason=reason, by=by, at=at)
        case _ if STEPS[step].permission is Permission.VISIT_SEND:
            operations.move_on(visit, step, reason=reason if STEPS[step].needs_reason else "", by=by, at=at)
        case _:
            operations.halt(visit, step, reason=reason if STEPS[step].needs_reason else "", by=by, at=at)


def outcome(visit: Visit, step: str, *, by: User, at: datetime) -> str:
    """Return the state after the step, a dash where it was refused because of the state."""
    try:
        take(visit, step, by=by, at=at)
    except WrongState as refused:
        return "-" if (refused.step, refused.state) == (step, visit.state) else str(refused)
    return visit.state.value


def test_every_step_leads_where_the_table_says(visit: Visit, people: dict[str, User], now: datetime) -> None:
    found: dict[str, dict[str, str]] = {state.value: {} for state in VisitState}
    for state in VisitState:
        for step in STEPS:
            visit.state = state
            found[state][step] = outcome(visit, step, by=people["coordinator"], at=now)
    assert found == life()


def test_pages_offer_the_steps_that_start_from_a_state() -> None:
    offered = {state.value: {step.name: step.to_state.value for step in steps_from(state)} for state in VisitState}
    assert offered == {state: {step: to for step, to in row.items() if to != "-"} for state, row in life().items()}


def test_a_step_is_permitted_to_those_alone_who_may_take_it(app: Flask, visit: Visit, people: dict[str, User]) -> None:
    guard: Guard = app.extensions["guard"]
    for state, row in life().items():
        visit.state = VisitState(state)
        for step in [step for step, to in row.items() if to != "-"]:
            may = {name for name, person in people.items() if guard.permits(person, STEPS[step].permission, visit)}
            assert may == TAKERS[step], f"{step} from {state}"


def test_a_step_that_needs_a_reason_is_refused_without_one(
    visit: Visit, people: dict[str, User], now: datetime
) -> None:
    assert {name for name, step in STEPS.items() if step.needs_reason} == NEED_REASON
    for step in sorted(NEED_REASON):
        for reason in ("", "  \n\t"):
            visit.state = before = min(STEPS[step].from_states)
            with pytest.raises(ReasonMissing):
                take(visit, step, by=people["coordinator"], at=now, reason=reason)
            assert visit.state is before


def test_a_step_of_the_main_line_is_refused_as_a_side_step(
    visit: Visit, people: dict[str, User], now: datetime
) -> None:
    visit.state = VisitState.APPROVED
    with pytest.raises(ValueError, match="reopen is no side step"):
        operations.halt(visit, "reopen", reason="a reason", by=people["coordinator"], at=now)
    assert (visit.state, visit.report_version) == (VisitState.APPROVED, 1)


def test_the_main_line_is_walked_step_by_step() -> None:
    names = ("start", "submit", "approve", "send_draft", "send_final", "publish", "follow_up", "close")
    for (state, following), step in zip(pairwise(MAIN_LINE), (STEPS[name] for name in names), strict=True):
        assert state in step.from_states
        assert step.to_state is following


def test_what_may_be_skipped_can_be_skipped() -> None:
    for state, skipped, following in zip(MAIN_LINE, MAIN_LINE[1:], MAIN_LINE[2:], strict=False):
        leads_past = any(state in step.from_states and step.to_state is following for step in STEPS.values())
        assert leads_past is (skipped in MAY_BE_SKIPPED) or skipped is VisitState.FOLLOW_UP, skipped


def test_visits_are_seen_by_the_whole_body_from_their_approval_on() -> None:
    assert {state.value for state in SEEN_BY_THE_WHOLE_BODY} == {
        "approved", "sent_draft", "sent_final", "published", "follow_up", "closed",
    }  # fmt: skip
