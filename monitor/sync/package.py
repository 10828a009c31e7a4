"""What a device gets of a visit that is taken along: plain data, format 1, readable by every later version.

    format, taken_at       1; moment
    visit                  id, mechanism, place, reference, started_on, ended_on, language, is_planned, is_training
    guide                  version of the guide that the form was made by
    pages                  the pages of the form: [[{topic, items: [item id]}]]
    closed                 ids of the items that the state of the visit keeps closed
    answers                item id -> {fields, comment, sources, urgent, base}; of a protected item only {is_answered},
                           and of one's own its base
    types                  place types of the form: main type and unit types, for the figures of standards
    last                   the last visit to the place: {on, answers: item id -> {fields, comment}}; null without one
    history                visits to the place: [{on, kind, state}], newest first
    recommendations        open ones of the place: [{id, reference, text, language, addressee, due_on}]
    checks                 recommendation id -> {state, note, base, by, at}: what this visit noted of them last
    findings               topic id -> {found, why, base, by, at}; what the person may not write is not there
    sealing                to whom the device seals: {mechanism, body, sheet, compartment, people} (vault/devices.py);
                           null while the body has no keys
    may                    what the person may write: answer, finding, recommendation, check, photo, talk -> bool

`by` is the name of who wrote something last, null where nobody is known, and `at` the moment. What protected items
say never leaves the server this way (security.md 4.2): a device can write them and not read them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from monitor.access.permissions import Permission
from monitor.accounts.models import User
from monitor.answers.models import Answer
from monitor.guide.catalogue import Item
from monitor.recommendations import queries as recommendations
from monitor.sync.entries import KINDS
from monitor.vault.devices import holders_for
from monitor.visits import queries as visits
from monitor.visits.earlier import last_answers, last_visit_before
from monitor.visits.form_pages import VisitForm, names_of
from monitor.visits.models import Visit, VisitState
from monitor.visits.place_queries import visits_of
from monitor.visits.typed_answers import content_of, fields_of

FORMAT: Final = 1


def package(form: VisitForm, *, by: User, at: datetime, may: Callable[[Permission], bool]) -> dict[str, Any]:
    """Return a visit as a device takes it along; see the head of this file."""
    visit = form.visit
    allowed = {name: may(kind.permission) for name, kind in KINDS.items()}
    return {
        "format": FORMAT,
        "taken_at": at.isoformat(),
        "visit": _visit(visit),
        "guide": form.guide.version,
        "pages": [
            [{"topic": each.topic.id, "items": [item.id for item in each.items]} for each in page.topics]
            for page in form.pages
        ],
        "closed": [item.id for item in form.items.values() if not form.is_open(item)],
        "types": list(visit.sheet.scope.place_types),
        "answers": answers(form.items, form.heads.values(), by),
        "last": _last(by, visit),
        "history": [
            {"on": _day(one.started_on), "kind": one.kind, "state": one.state}
            for one in visits_of(by, visit.place, 1).items
            if one.id != visit.id
        ],
        "recommendations": [
            {
                "id": str(one.id), "reference": one.reference, "text": one.text, "language": one.visit.language,
                "addressee": one.addressee, "due_on": _day(one.due_on),
            }
            for one in recommendations.to_check(by, visit)
        ],
        "checks": checks(visit, by),
        "findings": findings(visit, may),
        "sealing": _sealing(visit, by),
        "may": allowed,
    }  # fmt: skip


def answers(items: Mapping[str, Item], heads: Iterable[Answer], by: User) -> dict[str, Any]:
    """Return the answers as the fields of the form hold them; of protected ones only that they are there.

    Who gave a protected answer may replace it unread. To somebody else it is not shown, so that what they write is kept
    as a clash, beside it.
    """
    return {head.item_id: _answer(items[head.item_id], head, by) for head in heads if head.item_id in items}


def _answer(item: Item, head: Answer, by: User) -> dict[str, Any]:
    if item.is_protected:
        own = {"base": head.revision} if head.changed_by == by.id else {}
        return {"is_answered": head.is_answered} | own
    value, comment, sources, urgent = content_of(head)
    return {
        "fields": fields_of(value), "comment": comment, "sources": sources, "urgent": urgent, "base": head.revision,
    }  # fmt: skip


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "id": str(visit.id), "mechanism": str(visit.mechanism_id), "place": visit.place.name,
        "reference": visit.shown_reference,
        "started_on": _day(visit.started_on), "ended_on": _day(visit.ended_on), "language": visit.language,
        "is_planned": visit.state is VisitState.PLANNED, "is_training": visit.body.mechanism.is_training,
    }  # fmt: skip


def _last(user: User, visit: Visit) -> dict[str, Any] | None:
    before = last_visit_before(user, visit)
    if before is None:
        return None
    found = last_answers(before).items()
    said = {item: {"fields": fields_of(head.value), "comment": head.comment} for item, head in found}
    return {"on": _day(before.started_on), "answers": said}


def findings(visit: Visit, may: Callable[[Permission], bool]) -> dict[str, Any]:
    """Return the findings by their topics; none to whom may not write them."""
    if not may(KINDS["finding"].permission):
        return {}
    found = visits.findings(visit)
    names = names_of(one.changed_by for one in found.values())
    return {
        topic: {"found": one.found, "why": one.why, "base": one.version}
        | _last_written(names.get(one.changed_by) if one.changed_by else None, one.changed_at)
        for topic, one in found.items()
    }


def checks(visit: Visit, user: User) -> dict[str, Any]:
    """Return what a visit noted of the recommendations that the person may see, by their ids."""
    seen = recommendations.seen_on(visit)
    shown = [seen[row.id] for row in recommendations.to_check(user, visit) if row.id in seen]
    return {
        str(one.recommendation_id): {"state": one.implementation, "note": one.note, "base": str(one.id)}
        | _last_written(one.assessed_by.name, one.recorded_at)
        for one in shown
    }


def _last_written(by: str | None, at: datetime) -> dict[str, str | None]:
    return {"by": by, "at": at.isoformat()}


def _sealing(visit: Visit, user: User) -> dict[str, Any] | None:
    leader = visit.leader
    found = holders_for(visit.body_id, {user.id, *([leader.user_id] if leader and leader.user_id else [])})
    ids = {"mechanism": str(visit.mechanism_id), "body": str(visit.body_id), "sheet": str(visit.sheet_id)}
    return ids | found if found else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
