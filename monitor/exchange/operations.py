"""Taking visit documents in and giving them out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.audit.operations import record_event
from monitor.db import db
from monitor.exchange.document_scope import scope_part
from monitor.exchange.visit_document import FORMAT, PART_KEYS, VisitDocument, read_document
from monitor.guide.answer_types import needs_comment
from monitor.guide.catalogue import NO_JUDGEMENT
from monitor.guide.loading import get_guide
from monitor.places import operations as places
from monitor.places.models import Place
from monitor.recommendations import operations as recommendations
from monitor.recommendations import queries as recommendation_queries
from monitor.recommendations.models import Priority, Recommendation
from monitor.vault import queries as vault_queries
from monitor.vault import sealing as vault
from monitor.vault.models import Compartment
from monitor.visits import figures as visit_figures
from monitor.visits import operations as visits
from monitor.visits.models import (
    INTERVIEW_FIGURES,
    POPULATION_FIGURES,
    Announcement,
    TeamMember,
    TeamRole,
    Visit,
    VisitKind,
    VisitState,
)

CAPACITY_ITEM: Final = "talk-capacity"


class ImportedBefore(Exception):
    """The same document (address of its source, dates) was imported before; `visit` is what it became."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(f"this document was imported before, as visit {visit.id}; --again imports it once more")
        self.visit = visit


class UnfinishedAnswers(Exception):
    """A visit document holds finished answers; `items` are those that are not."""

    def __init__(self, items: list[str]) -> None:
        super().__init__(f"these answers lack a value or a required comment: {', '.join(items)}")
        self.items = items


class CapacityTypedOtherwise(Exception):
    """A visit document says the capacity once, but the figure that was typed is not what the answer says."""

    def __init__(self, typed: int | None, answered: object) -> None:
        figure = "unknown" if typed is None else typed
        super().__init__(
            f"the capacity is {figure} among the figures of the visit and {answered} in item {CAPACITY_ITEM}; "
            "make them the same first"
        )
        self.typed, self.answered = typed, answered


@dataclass(frozen=True)
class Imported:
    """What an import made; `similar` is another place of the same name, for a person to look at."""

    visit: Visit
    similar: Place | None


def import_visit(raw: bytes, body: Body, *, by: User | None, at: datetime, again: bool = False) -> Imported:
    """Make a visit in review from a visit document.

    Raises UnfitDocument, ImportedBefore or KeysRefused (an exchanged key of the body); then nothing is written.
    """
    document = read_document(raw, get_guide(), today=at.date())
    key = _source_key(document)
    before = db.session.scalar(
        select(Visit).where(Visit.mechanism_id == body.mechanism_id, Visit.source_key == key).limit(1)
    )
    if before is not None and not again:
        raise ImportedBefore(before)
    if vault_queries.current_key(body.id, Compartment.INTERVIEWS):
        vault.sealer(body.id, Compartment.INTERVIEWS, at=at)  # refuses before anything is written
    place, similar = _place(document, body, by, at)
    visit = _visit(document, place, body, at)
    visit.source, visit.source_key = {name: document.data["source"][name] for name in PART_KEYS["source"]}, key
    changes = [
        Change(answer["item"], answer["value"], answer["comment"], tuple(answer["sources"]), answer["urgent"])
        for answer in document.data["answers"]
    ]
    visits.record_answers(visit, changes, by=by, at=at)
    for data in document.data["recommendations"]:
        recommendations.add_recommendation(visit, _draft(data), by=by, at=at)
    record_event("visit:imported", mechanism_id=body.mechanism_id, subject_id=visit.id, by=by.id if by else None, at=at)
    return Imported(visit, similar)


def _source_key(document: VisitDocument) -> str:
    dates = (document.visit["started_on"], document.visit["ended_on"])
    return sha256(repr((document.data["source"]["url"], *dates)).encode()).hexdigest()


def _place(document: VisitDocument, body: Body, by: User | None, at: datetime) -> tuple[Place, Place | None]:
    """Return the place of the register that is the same in every fact, or a new one and one of the same name."""
    facts = {key: document.place[key] for key in PART_KEYS["place"]}
    named = db.session.scalars(
        select(Place).where(Place.mechanism_id == body.mechanism_id, Place.name == facts["name"]).order_by(Place.id)
    ).all()
    for place in named:
        if all(getattr(place, key) == value for key, value in facts.items() if key != "capacity"):
            return place, None
    unit_types = document.scope.unit_types
    place = places.add_place(body.mechanism_id, facts, unit_types=unit_types, by=by.id if by else None, at=at)
    return place, named[0] if named else None


def _visit(document: VisitDocument, place: Place, body: Body, at: datetime) -> Visit:
    data = document.visit
    plan = visits.Plan(
        kind=VisitKind(data["kind"]) if data["kind"] else None,
        announcement=Announcement(data["announcement"]) if data["announcement"] else None,
        started_on=_day(data["started_on"]),
        ended_on=_day(data["ended_on"]),
        language=document.data["language"],
    )
    team = [visits.Member(None, TeamRole(member["role"]), member["label"]) for member in data["team"]]
    visit = visits.plan_visit(
        place, body.id, plan, document.scope, team, by=None, at=at, state=VisitState.REVIEW,
        reference=data["reference"],
    )  # fmt: skip
    visit.purpose, visit.summary = data["purpose"], data["summary"]
    typed = {**document.data["population"], **document.data["interviews"]}
    visit.figures = {name: value for name, value in typed.items() if value is not None}
    db.session.flush()
    return visit


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _draft(data: Mapping[str, Any]) -> recommendations.Draft:
    return recommendations.Draft(
        text=data["text"],
        addressee=data["addressee"],
        priority=Priority(data["priority"]),
        due_on=_day(data["due_on"]),
        items=data["items"],
        standards=data["standards"],
    )


def export_visit(visit: Visit, *, with_protected: bool = True) -> dict[str, Any]:
    """Return the visit as the data of a visit document (internal).

    Protected answers are in it while they are not sealed, and never without `with_protected`; afterwards they are left
    out (`sealed_answers`). What may leave of it is said by monitor/exchange/leaving.py. Raises
    UnfinishedAnswers while an answer lacks its value or a comment that its rating needs, CapacityTypedOtherwise while
    figures and answer contradict each other.
    """
    population, told = _figures(visit), _answers(visit, with_protected=with_protected)
    _check_capacity(population["capacity"], told)
    return {
        "format": FORMAT,
        "source": visit.source or _own_source(visit),
        "language": visit.language,
        "place": {key: getattr(visit.place, key) for key in PART_KEYS["place"]} | {"capacity": population["capacity"]},
        **scope_part(visit.sheet.scope),
        "visit": {
            "kind": visit.kind,
            "announcement": visit.announcement,
            "started_on": _written(visit.started_on),
            "ended_on": _written(visit.ended_on),
            "reference": visit.reference,
            "team": [_member(member) for member in visit.team],
            "purpose": visit.purpose,
            "summary": visit.summary,
        },
        "population": {name: population[name] for name in POPULATION_FIGURES},
        "interviews": {name: population[name] for name in INTERVIEW_FIGURES},
        "answers": told,
        "recommendations": [_recommendation(row) for row in recommendation_queries.of_visit(visit)],
    }


def sealed_answers(visit: Visit) -> int:
    """Return how many answers of a visit are sealed, or damaged, and so in none of its documents."""
    return sum(1 for head in answers.heads(visit.sheet) if head.sealed_id is not None or head.is_closed)


def _figures(visit: Visit) -> dict[str, int | None]:
    """Imported visits give back what their document said; others, and of all the capacity, what the reports use."""
    used = visit_figures.figures(visit)
    if visit.source is None:
        return used
    return {name: visit.figures.get(name) for name in used} | {"capacity": used["capacity"]}


def _check_capacity(capacity: int | None, told: list[dict[str, Any]]) -> None:
    for answer in told:
        if answer["item"] == CAPACITY_ITEM and answer["value"] != capacity:
            is_unknown = capacity is None and answer["value"] in NO_JUDGEMENT
            if not is_unknown:
                raise CapacityTypedOtherwise(capacity, answer["value"])


def _own_source(visit: Visit) -> dict[str, str]:
    mechanism = visit.body.mechanism
    return {
        "title": visit.shown_reference,
        "publisher": mechanism.name(visit.language),
        "url": f"https://monitor.invalid/visits/{visit.id}",
        "note": "Internal. Not published.",
    }


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _member(member: TeamMember) -> dict[str, str]:
    return {"role": member.role.value, "label": member.shown_name}


def _answers(visit: Visit, *, with_protected: bool) -> list[dict[str, Any]]:
    """Return the answers in the order in which they were first given, so that a document comes back as it was."""
    guide, items = answers.guide_and_items(visit.sheet)
    heads = sorted(answers.heads(visit.sheet), key=lambda head: head.id)
    open_ones = (head for head in heads if head.item_id in items and head.sealed_id is None and not head.is_closed)
    told = [
        head
        for head in open_ones
        if (head.value is not None or head.comment) and (with_protected or not items[head.item_id].is_protected)
    ]
    unfinished = [
        head.item_id
        for head in told
        if head.value is None or (not head.comment and needs_comment(guide, items[head.item_id], head.value))
    ]
    if unfinished:
        raise UnfinishedAnswers(unfinished)
    return [
        {
            "item": head.item_id, "value": head.value, "comment": head.comment, "sources": head.sources,
            "urgent": head.urgent,
        }
        for head in told
    ]  # fmt: skip


def _recommendation(row: Recommendation) -> dict[str, Any]:
    return {
        "text": row.text, "addressee": row.addressee, "priority": row.priority.value, "due_on": _written(row.due_on),
        "items": row.items, "standards": row.standards,
    }  # fmt: skip
