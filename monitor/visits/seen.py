"""Who saves from a page that no longer shows what stands is told so, and nothing is overwritten unseen."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

from monitor.visits.models import INTERVIEW_FIGURES, POPULATION_FIGURES, Correction, Visit

STATE_LENGTH: Final = 16


class Overtaken(Exception):
    """Somebody changed the same meanwhile; `present` is what stands now, by name, and nothing was written.

    `version` is that of what stands: who saves with it has seen it.
    """

    def __init__(self, present: Mapping[str, Any], version: int | str) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.present, self.version = present, version


def plan_of(visit: Visit) -> dict[str, Any]:
    """Return what is planned, by the names of the form."""
    scope = visit.sheet.scope
    return {
        "kind": visit.kind, "announcement": visit.announcement, "started_on": visit.started_on,
        "ended_on": visit.ended_on, "language": visit.language, "form": scope.form, "topics": scope.topics,
        "unit_types": scope.unit_types, "extra_topics": scope.extra_topics,
    }  # fmt: skip


def team_of(team: Iterable[Any]) -> dict[str, Any]:
    """Return who is on a team, each (TeamMember or Member) with part and sections; their order says nothing."""
    return {"team": sorted((str(one.user_id or ""), one.label, one.role, sorted(one.sections)) for one in team)}


def figures_of(visit: Visit) -> dict[str, Any]:
    """Return the typed figures by name, None where one follows the answers."""
    return {name: visit.figures.get(name) for name in (*POPULATION_FIGURES, *INTERVIEW_FIGURES)}


def answer_of(correction: Correction) -> dict[str, Any]:
    """Return the mechanism's answer to a correction of fact."""
    return {"outcome": correction.outcome, "answer": correction.answer}


def state_of(present: Mapping[str, Any]) -> str:
    """Return what names a state without telling it: a page carries it, so that who saves says what they saw."""
    return sha256(repr(sorted(present.items())).encode()).hexdigest()[:STATE_LENGTH]


def check_seen(present: Mapping[str, Any], wished: Mapping[str, Any], base: str | None) -> None:
    """Raise Overtaken, with what differs from what is wished, if the writer saw another state than the present one.

    `base` is the state that the writer saw (`state_of`), None for who reads and writes at once.
    """
    differing = {name: value for name, value in present.items() if wished.get(name, value) != value}
    if differing and base not in (None, state_of(present)):
        raise Overtaken(differing, state_of(present))
