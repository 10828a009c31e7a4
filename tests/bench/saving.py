"""How fast answers are saved, against bare durable commits of the same database library."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask

from monitor.accounts.models import User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items
from monitor.db import SQLITE_SETTINGS, db, new_id, sqlite_journal_mode, sqlite_module
from monitor.guide.scope import Scope
from monitor.places.models import Place
from monitor.tenancy import acting_for
from monitor.visits import operations
from monitor.visits.models import TeamRole, Visit, VisitKind, VisitState
from monitor.visits.operations import Member, Plan
from tests.bench.measure import Row, in_turns
from tests.bench.world import AT, World

COMMENT = "The showers on the second floor have been out of order since January; people wash at the basins. "
WHOLE_VISIT = 200


class Bare:
    """The least a durable write can cost: one table, one commit."""

    def __init__(self, path: Path) -> None:
        self.connection: Any = sqlite_module.connect(path, isolation_level=None)
        self.connection.execute(f"PRAGMA journal_mode = {sqlite_journal_mode()}")
        for name, value in SQLITE_SETTINGS.items():
            self.connection.execute(f"PRAGMA {name} = {value}")
        self.connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, item TEXT, value TEXT, comment TEXT)")

    def commit(self, rows: int) -> None:
        """Write this many rows in one durable transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        values = [("item", "meets", COMMENT)] * rows
        self.connection.executemany("INSERT INTO answer (item, value, comment) VALUES (?, ?, ?)", values)
        self.connection.execute("COMMIT")


def rows(app: Flask, world: World, folder: Path) -> Iterator[Row]:
    """Measure one answer and a whole visit of 200."""
    bare = Bare(folder / "bare.db")
    with app.app_context(), acting_for(world.mechanism_id):
        user = db.session.get_one(User, world.coordinator_id)
        visit = _visit(db.session.get_one(Place, world.place_id), user)
        one, base_one = in_turns(_one_answer(visit, user), lambda: bare.commit(1), 60)
        yield Row("one answer saved, against a bare commit of 1 row", one * 1000, base_one * 1000, "ms", "")
        whole, base_whole = in_turns(_whole_visit(world, user), lambda: bare.commit(WHOLE_VISIT), 15)
        yield Row(
            f"a visit of {WHOLE_VISIT} answers, against a bare commit of {WHOLE_VISIT} rows", whole * 1000,
            base_whole * 1000, "ms", "10 or less",
        )  # fmt: skip
        yield Row(
            f"a visit of {WHOLE_VISIT} answers, against {WHOLE_VISIT} bare commits of 1 row", whole * 1000,
            base_one * WHOLE_VISIT * 1000, "ms", "10 or less",
        )  # fmt: skip


def _visit(place: Place, user: User) -> Visit:
    plan = Plan(VisitKind.IN_DEPTH, None, None, None, "en")
    body_id = user.roles[0].body_id
    visit = operations.plan_visit(
        place, body_id, plan, Scope("prison"), [Member(user.id, TeamRole.LEAD)], by=user, at=AT,
        state=VisitState.UNDER_WAY,
    )  # fmt: skip
    db.session.commit()
    return visit


def _one_answer(visit: Visit, user: User) -> Any:
    """Save the same item again and again, each time a new text, half an hour apart: each makes an audit event."""
    revisions = count(0)

    def save() -> None:
        base = next(revisions)
        change = Change("san-shower", 2, f"{COMMENT}{base}", ("observation",), base=base)
        operations.record_answers(visit, [change], by=user, at=AT + timedelta(minutes=30 * base))
        db.session.commit()

    return save


def _whole_visit(world: World, user: User) -> Any:
    """Accept 200 answers of a new visit in one call, as an import or an upload does."""

    def accept() -> None:
        operations.record_answers(*fresh.pop(), by=user, at=AT)
        db.session.commit()

    place = db.session.get_one(Place, world.place_id)
    visits = [_visit(place, user) for _ in range(20)]
    items = guide_and_items(visits[0].sheet)[1].values()
    changes = [_change(item) for item in items if item.id != "prep-visit-type"][:WHOLE_VISIT]
    fresh = [(visit, [replace(change, id=new_id()) for change in changes]) for visit in visits]
    return accept


def _change(item: Any) -> Change:
    values: dict[str, Any] = {
        "rating": "partly", "yes_no": "yes", "number": 3, "text": COMMENT.strip(), "choice": None,
        "multi_choice": None, "count_table": None,
    }  # fmt: skip
    value = values[item.answer]
    if item.choices:
        value = [item.choices[0].id] if item.answer == "multi_choice" else item.choices[0].id
    if item.table:
        value = {item.table.rows[0].id: {item.table.columns[0].id: 4}}
    return Change(item.id, value, COMMENT, ("observation", "register"))
