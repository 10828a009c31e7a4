"""A seeded generator of mechanisms with many visits, written in bulk."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from monitor.accounts import operations as accounts
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.accounts.queries import list_bodies
from monitor.answers.models import Sheet
from monitor.db import db, new_id
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.recommendations.models import Kind, Position, Priority, Recommendation
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits.models import Announcement, TeamMember, TeamRole, Visit, VisitKind, VisitState

AT: Final = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
BATCH: Final = 5_000
RECOMMENDATIONS: Final = 10
"""Of each visit."""
AWAITING: Final = 0.05
"""Share of recommendations that nobody answered."""
COMMON: Final = ("give", "everybody", "the", "showers", "cells", "staff", "daily", "training", "access", "to", "doctor")
BEGINNINGS: Final = ("mar", "tel", "kon", "sav", "bri", "dul", "pra", "vek", "lom", "ster")
MIDDLES: Final = ("a", "e", "i", "o", "u", "an", "el", "is", "or", "um")
ENDS: Final = ("ting", "ment", "der", "lus", "kra", "vent", "mo", "sil", "gar", "nex")
WORDS: Final = (*COMMON, *("".join(parts) for parts in product(BEGINNINGS, MIDDLES, ENDS)))
"""A thousand words, made up but for those that every report has."""
TOWNS: Final = ("Ashkeld", "Brenmoor", "Caldrith", "Dunvarra", "Eastholm", "Farrowby", "Gildern", "Hallow")


@dataclass(frozen=True)
class World:
    """What a benchmark needs to know of what was made."""

    mechanism_id: UUID
    coordinator_id: UUID
    place_id: UUID
    visit_id: UUID


def build(visits: int, places: int, seed: int = 1) -> World:
    """Make one mechanism with this many places and visits, ten recommendations for each visit; commits.

    What they say is put into the search index as it is inserted, as always.
    """
    chance = random.Random(seed)  # noqa: S311  (the same world each time)
    with across_mechanisms():
        mechanism = accounts.add_mechanism(code=f"BENCH{visits}", name="Bench", country="XA", at=AT)
        (body,) = list_bodies(mechanism.id)
        people = [_person(mechanism, body, number) for number in range(20)]
        db.session.commit()
    with acting_for(mechanism.id):
        place_ids = _insert(Place, _places(mechanism, places, chance))
        visit_ids = _insert_visits(body, place_ids, [person.id for person in people], visits, chance)
        db.session.commit()
        return World(mechanism.id, people[0].id, place_ids[0], visit_ids[0])


def _person(mechanism: Mechanism, body: Body, number: int) -> User:
    roles = [(body.id, Role.COORDINATOR if number == 0 else Role.MONITOR)]
    email = f"person{number}@{mechanism.code.lower()}.example"
    return accounts.add_user(mechanism, email=email, name=f"Person {number}", roles=roles, by=None, at=AT)


def _insert(model: type[Any], rows: Iterator[dict[str, Any]]) -> list[UUID]:
    """Insert rows in batches and return their ids."""
    ids: list[UUID] = []
    batch: list[dict[str, Any]] = []
    for row in rows:
        ids.append(row["id"])
        batch.append(row)
        if len(batch) == BATCH:
            db.session.execute(insert(model), batch)
            batch = []
    if batch:
        db.session.execute(insert(model), batch)
    return ids


def _places(mechanism: Mechanism, count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    types = list(get_guide().place_types)
    for number in range(count):
        name = f"{chance.choice(TOWNS)} {chance.choice(['prison', 'station', 'home', 'centre'])} {number}"
        yield {
            "id": new_id(), "mechanism_id": mechanism.id, "code": f"P{number}", "name": name,
            "type": chance.choice(types), "authority": "Ministry", "city": chance.choice(TOWNS), "address": "",
            "region": f"Region {number % 12}", "country": "XA", "capacity": chance.randrange(10, 900), "notes": "",
            "search_text": f"{name} p{number}".casefold(), "created_at": AT, "version": 1,
        }  # fmt: skip


def _insert_visits(body: Body, places: list[UUID], people: list[UUID], count: int, chance: random.Random) -> list[UUID]:
    guide, scope = get_guide(), Scope("prison", (), "core").to_json()
    owner = {"mechanism_id": body.mechanism_id}
    sheets = _insert(
        Sheet,
        (
            {"id": new_id(), "guide_version": guide.version, "scope_data": scope, "version": 1, **owner}
            for _ in range(count)
        ),
    )
    visits = _insert(Visit, (_visit(body, places, sheet, number, chance) for number, sheet in enumerate(sheets)))
    _insert(
        TeamMember,
        (
            {"id": new_id(), "visit_id": visit, "user_id": chance.choice(people), "position": 0, "label": "",
             "role": TeamRole.LEAD, "sections": [], **owner}
            for visit in visits
        ),
    )  # fmt: skip
    _insert(
        Recommendation,
        (
            _recommendation(visit, number, owner, chance)
            for visit in visits
            for number in range(1, RECOMMENDATIONS + 1)
        ),
    )  # fmt: skip
    return visits


def _visit(body: Body, places: list[UUID], sheet: UUID, number: int, chance: random.Random) -> dict[str, Any]:
    day = date(2026, 3, 1) - timedelta(days=number % 3650)
    return {
        "id": new_id(), "mechanism_id": body.mechanism_id, "body_id": body.id, "place_id": places[number % len(places)],
        "sheet_id": sheet, "state": VisitState.APPROVED if number else VisitState.UNDER_WAY,
        "kind": chance.choice(list(VisitKind)), "announcement": Announcement.UNANNOUNCED, "started_on": day,
        "ended_on": day + timedelta(days=1), "reference": f"P-{number}", "language": "en", "purpose": "", "summary": "",
        "figures": {}, "report_version": 1, "created_at": AT, "version": 1,
    }  # fmt: skip


def _recommendation(visit: UUID, number: int, owner: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """One of many: most are answered, some await a reply, a few of them too long."""
    due = AT.date() + timedelta(days=chance.randrange(-900, 400))
    awaits = chance.random() < AWAITING
    return {
        "id": new_id(), "visit_id": visit, "number": number, "reference": f"{visit.hex}-{number}",
        "text": _sentence(chance), "kind": Kind.RECOMMENDATION,
        "priority": Priority.SHORT, "due_on": due, "items": ["san-shower"], "created_at": AT, "version": 1,
        "standards": [{"instrument": "nmr", "provision": "Rule 16"}], "reply_due_on": due - timedelta(days=60),
        "position": Position.AWAITING if awaits else Position.ACCEPTED, "next_step": "Ask again.",
        "next_step_on": due if awaits else None, **owner,
    }  # fmt: skip


def _sentence(chance: random.Random) -> str:
    words = [WORDS[int(len(WORDS) * chance.random() ** 3)] for _ in range(12)]  # some words are common, most are rare
    return f"{' '.join(words).capitalize()}."
