"""The life of a visit as one table: each step, from where, to where, what it needs."""

from dataclasses import dataclass
from typing import Final

from monitor.access.permissions import Permission
from monitor.visits.models import VisitState

S = VisitState


@dataclass(frozen=True)
class Step:
    """One allowed step; who may take it is said by its permission's rule."""

    name: str
    from_states: frozenset[VisitState]
    to_state: VisitState
    permission: Permission
    needs_reason: bool = False


def _step(name: str, from_: set[VisitState], to: VisitState, permission: Permission, reason: bool = False) -> Step:
    return Step(name, frozenset(from_), to, permission, reason)


STEPS: Final = {
    step.name: step
    for step in (
        _step("start", {S.PLANNED}, S.UNDER_WAY, Permission.VISIT_START),
        _step("submit", {S.UNDER_WAY}, S.REVIEW, Permission.VISIT_SUBMIT),
        _step("return", {S.REVIEW}, S.UNDER_WAY, Permission.VISIT_RETURN),
        _step("approve", {S.REVIEW}, S.APPROVED, Permission.VISIT_APPROVE),
        _step("reopen", {S.APPROVED, S.SENT_DRAFT}, S.REVIEW, Permission.VISIT_REOPEN, reason=True),
        _step("send_draft", {S.APPROVED}, S.SENT_DRAFT, Permission.VISIT_SEND),
        _step("send_final", {S.APPROVED, S.SENT_DRAFT}, S.SENT_FINAL, Permission.VISIT_SEND),
        _step("publish", {S.SENT_FINAL}, S.PUBLISHED, Permission.VISIT_SEND),
        _step("follow_up", {S.SENT_FINAL, S.PUBLISHED}, S.FOLLOW_UP, Permission.VISIT_SEND),
        _step("close", {S.SENT_FINAL, S.PUBLISHED, S.FOLLOW_UP}, S.CLOSED, Permission.VISIT_SEND),
        _step("reopen_follow_up", {S.CLOSED}, S.FOLLOW_UP, Permission.VISIT_SEND, reason=True),
        _step("cancel", {S.PLANNED}, S.CANCELLED, Permission.VISIT_HALT, reason=True),
        _step("refuse", {S.PLANNED, S.UNDER_WAY}, S.REFUSED, Permission.VISIT_HALT, reason=True),
        _step("suspend", {S.UNDER_WAY}, S.SUSPENDED, Permission.VISIT_HALT, reason=True),
        _step("resume", {S.SUSPENDED}, S.UNDER_WAY, Permission.VISIT_HALT),
    )
}

MAIN_LINE: Final = (
    S.PLANNED, S.UNDER_WAY, S.REVIEW, S.APPROVED, S.SENT_DRAFT, S.SENT_FINAL, S.PUBLISHED, S.FOLLOW_UP, S.CLOSED,
)  # fmt: skip
MAY_BE_SKIPPED: Final = frozenset({S.SENT_DRAFT, S.PUBLISHED})
SEEN_BY_THE_WHOLE_BODY: Final = frozenset(MAIN_LINE[MAIN_LINE.index(S.APPROVED) :])
"""States in which every monitor of the body may read the visit; before, only its team and the coordinators."""
OPEN: Final = frozenset({S.PLANNED, S.UNDER_WAY, S.REVIEW, S.SUSPENDED})
"""States of a visit that is not over yet; outside experts and interpreters see it no longer than that."""
PREPARATION_SECTION: Final = "phase-preparation"


class WrongState(Exception):
    """The step does not start from where the visit stands."""

    def __init__(self, step: str, state: VisitState) -> None:
        super().__init__(f"a visit that is {state} cannot {step}")
        self.step, self.state = step, state


class ReasonMissing(Exception):
    """The step needs a reason."""


def check_start(name: str, state: VisitState) -> None:
    """Raise WrongState unless the step of this name starts from this state."""
    if state not in STEPS[name].from_states:
        raise WrongState(name, state)


def steps_from(state: VisitState) -> tuple[Step, ...]:
    """Return the steps that start from this state, in the order of the table."""
    return tuple(step for step in STEPS.values() if state in step.from_states)
