"""What each role permits, asked of the rules themselves with made-up people and visits: nothing is written twice."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from monitor.access.guard import Predicate, Rules
from monitor.access.permissions import Permission
from monitor.accounts.models import INSIDE, Body, Role, User, UserRole
from monitor.accounts.role_words import ROLES
from monitor.db import new_id
from monitor.visits.models import TeamMember, TeamRole, Visit, VisitState
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

BODY: Final = UUID(int=1)
WRITERS: Final = ("author_id", "added_by_id")
"""Columns that name who made a row."""


class Reach(StrEnum):
    """Which visits, or what belongs to them, a role may do something with."""

    ALL = "all"
    OWN = "own"
    WITH_KEY = "with_key"


@dataclass(frozen=True)
class Column:
    """A role, or a part on a team, as the table shows it."""

    title: LazyString = field(compare=False)
    role: Role
    on_team: TeamRole | None = None
    """The part the person takes on the teams of their own visits; None: the role needs no team."""

    @property
    def key(self) -> str:
        """What stands for it in an address."""
        return f"{self.role}-{self.on_team}" if self.on_team else self.role.value


@dataclass(frozen=True)
class Part:
    """One way in which a role may do something."""

    reach: Reach
    states: tuple[VisitState, ...]
    """Only while the visit is in one of these; empty: always."""

    @property
    def is_since_approval(self) -> bool:
        """True where it holds in every state from the approval on."""
        return set(self.states) >= SEEN_BY_THE_WHOLE_BODY

    @property
    def named_states(self) -> tuple[VisitState, ...]:
        """The states to be named one by one, those from the approval on left out where all of them belong to it."""
        named = (state for state in self.states if not (self.is_since_approval and state in SEEN_BY_THE_WHOLE_BODY))
        return tuple(named)


@dataclass(frozen=True)
class Row:
    """A permission, and for each column the ways in which it is given; no way: not at all."""

    permission: Permission
    cells: tuple[tuple[Part, ...], ...]


COLUMNS: Final = (
    Column(ROLES[Role.MONITOR], Role.MONITOR, TeamRole.MONITOR),
    Column(ROLES[Role.HEALTH_MONITOR], Role.HEALTH_MONITOR, TeamRole.MONITOR),
    Column(_("Team leader"), Role.MONITOR, TeamRole.LEAD),
    Column(ROLES[Role.COORDINATOR], Role.COORDINATOR),
    Column(ROLES[Role.REVIEWER], Role.REVIEWER),
    Column(ROLES[Role.OUTSIDE], Role.OUTSIDE, TeamRole.EXPERT),
    Column(ROLES[Role.DATA_PROTECTION], Role.DATA_PROTECTION),
    Column(ROLES[Role.ADMINISTRATOR], Role.ADMINISTRATOR),
)
REACHES: Final = {
    Reach.ALL: _("Yes"),
    Reach.OWN: _("Own visits"),
    Reach.WITH_KEY: _("With a key"),
}


def table(rules: Rules, columns: Sequence[Column] = COLUMNS) -> list[Row]:
    """Return a row for each permission, in the order of their names."""
    return [Row(permission, tuple(_cell(rules[permission], column) for column in columns)) for permission in Permission]


def list_permitted(rules: Rules, column: Column) -> list[Row]:
    """Return a row of one cell for each permission that a role has."""
    return [row for row in table(rules, [column]) if any(row.cells)]


@cache  # some thirty thousand questions to facts; rules are made once
def _cell(ways: Sequence[Sequence[Predicate]], column: Column) -> tuple[Part, ...]:
    kind = _subject_of(ways)
    everywhere = _states(ways, column, kind, is_own=False, has_key=False)
    found = {Reach.ALL: everywhere}
    if kind not in (None, Body) and column.on_team:
        found[Reach.OWN] = _states(ways, column, kind, is_own=True, has_key=False)
    if column.role in INSIDE:
        found[Reach.WITH_KEY] = _states(ways, column, kind, is_own=False, has_key=True)
    adding = {reach: states for reach, states in found.items() if reach is Reach.ALL or states - everywhere}
    return tuple(_part(reach, states) for reach, states in adding.items() if states)


def _part(reach: Reach, states: set[VisitState]) -> Part:
    is_always = states == set(VisitState)
    return Part(reach, () if is_always else tuple(state for state in VisitState if state in states))


def _subject_of(ways: Sequence[Sequence[Predicate]]) -> Any:
    """Return the class of the row that a rule is about, None where it asks for the person alone."""
    for way in ways:
        for fact in way:
            kind = list(inspect.signature(fact).parameters.values())[1].annotation
            if kind is not object:
                return kind
    return None


def _states(
    ways: Sequence[Sequence[Predicate]], column: Column, kind: Any, *, is_own: bool, has_key: bool
) -> set[VisitState]:
    """Return the states of a visit in which the rule says yes; all of them where it is about no visit."""
    return {state for state in VisitState if _permits(ways, column, kind, state, is_own=is_own, has_key=has_key)}


def _permits(
    ways: Sequence[Sequence[Predicate]], column: Column, kind: Any, state: VisitState, *, is_own: bool, has_key: bool
) -> bool:
    person = User(id=new_id(), roles=[UserRole(body_id=BODY, role=column.role)])
    subject = _sample(kind, person, column, state, is_own=is_own)
    return any(all(_holds(fact, person, subject, has_key=has_key) for fact in way) for way in ways)


def _holds(fact: Predicate, person: User, subject: Any, *, has_key: bool) -> bool:
    """Ask a fact, or assume it where it hangs on no role.

    Whether somebody holds a key (`…read_by_user`) hangs on grants. Facts that ask for no person say how far a row is:
    those of visits are asked, state by state; those of what belongs to a visit are taken as fitting.
    """
    asks_for_nobody = next(iter(inspect.signature(fact).parameters)).startswith("_")
    if asks_for_nobody and subject is not None and not isinstance(subject, Visit):
        return True
    return has_key if fact.__name__.endswith("read_by_user") else fact(person, subject)


def _sample(kind: Any, person: User, column: Column, state: VisitState, *, is_own: bool) -> Any:
    """Return a row of this kind that is nowhere stored: of the person's body, and of a visit in this state."""
    if kind is None:
        return None
    if kind is Body:
        return Body(id=BODY)
    visit = Visit(body_id=BODY, state=state, report_version=1)
    if is_own:
        visit.team = [TeamMember(user_id=person.id, role=column.on_team)]
    if kind is Visit:
        return visit
    by = {name: person.id if is_own else new_id() for name in WRITERS if name in kind.__mapper__.columns}
    return kind(visit=visit, **by)
