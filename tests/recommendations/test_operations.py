"""Writing recommendations: numbers without gaps, nobody overwritten, and the record of it."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.authorities.queries import named
from monitor.db import db
from monitor.recommendations import operations, queries
from monitor.recommendations.models import Implementation, Priority, Reach, Recommendation
from monitor.recommendations.operations import Numbered, Overtaken
from monitor.visits.models import Visit
from monitor.visits.operations import approve, reopen
from tests.factories import places, visits
from tests.factories.recommendations import DRAFT, recommendation


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit under way."""
    return visits.under_way(places.place(mechanism), lead=monitor)


def add(visit: Visit, *texts: str, by: User, at: datetime) -> list[Recommendation]:
    return [operations.add_recommendation(visit, replace(DRAFT, text=text), by=by, at=at) for text in texts]


def numbered(visit: Visit) -> list[tuple[int, str]]:
    return [(row.number, row.text) for row in queries.of_visit(visit)]


def last_event() -> tuple[str, dict[str, object]]:
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()
    return event.tag, event.detail


def test_a_recommendation_says_what_was_drafted(visit: Visit, monitor: User, now: datetime) -> None:
    (row,) = add(visit, DRAFT.text, by=monitor, at=now)
    db.session.commit()
    assert (row.text, row.addressee, row.priority, row.due_on) == (
        DRAFT.text, "Prison service", Priority.SHORT, date(2026, 6, 30),
    )  # fmt: skip
    assert row.items == ["talk-capacity"]
    assert row.standards == [{"instrument": "opcat", "provision": "Article 20(a)"}]
    assert (row.visit_id, row.mechanism_id, row.created_at) == (visit.id, visit.mechanism_id, now)
    assert last_event() == ("recommendation:added", {"visit": str(visit.id)})


def test_numbers_count_within_the_visit(visit: Visit, mechanism: Mechanism, monitor: User, now: datetime) -> None:
    other = visits.under_way(places.place(mechanism), lead=monitor)
    add(visit, "one", "two", by=monitor, at=now)
    add(other, "uno", by=monitor, at=now)
    add(visit, "three", by=monitor, at=now)
    assert numbered(visit) == [(1, "one"), (2, "two"), (3, "three")]
    assert numbered(other) == [(1, "uno")]


@pytest.mark.parametrize("removed", range(4))
def test_those_after_a_removed_one_move_up(removed: int, visit: Visit, monitor: User, now: datetime) -> None:
    texts = ["a", "b", "c", "d"]
    rows = add(visit, *texts, by=monitor, at=now)
    operations.remove_recommendation(rows[removed], by=monitor, at=now)
    db.session.commit()
    left = texts[:removed] + texts[removed + 1 :]
    assert numbered(visit) == list(enumerate(left, start=1))
    assert last_event()[0] == "recommendation:removed"
    add(visit, "e", by=monitor, at=now)
    assert numbered(visit)[-1] == (4, "e")


def test_a_change_names_the_changed_fields_alone(visit: Visit, monitor: User, now: datetime) -> None:
    (row,) = add(visit, DRAFT.text, by=monitor, at=now)
    changed = replace(DRAFT, priority=Priority.LONG, due_on=None)
    operations.update_recommendation(row, changed, base_version=row.version, by=monitor, at=now)
    assert (row.priority, row.due_on, row.text) == (Priority.LONG, None, DRAFT.text)
    assert last_event() == ("recommendation:changed", {"visit": str(visit.id), "fields": ["priority", "due_on"]})


def test_a_text_that_somebody_else_wrote_meanwhile_stays(visit: Visit, monitor: User, now: datetime) -> None:
    (row,) = add(visit, DRAFT.text, by=monitor, at=now)
    seen = row.version
    operations.update_recommendation(row, replace(DRAFT, text="Theirs."), base_version=seen, by=monitor, at=now)
    mine = replace(DRAFT, text="Mine.", addressee="An office that nobody knows yet", reach=Reach.NATIONAL)
    with pytest.raises(Overtaken) as overtaken:
        operations.update_recommendation(row, mine, base_version=seen, by=monitor, at=now)
    assert overtaken.value.present == {"text": "Theirs.", "addressee": row.addressee, "reach": row.reach}
    assert row.text == "Theirs."
    assert named(row.mechanism_id, mine.addressee) is None, "what was refused added an office"
    operations.update_recommendation(row, replace(DRAFT, text="Theirs."), base_version=seen, by=monitor, at=now)
    operations.update_recommendation(row, replace(DRAFT, text="Both."), base_version=row.version, by=monitor, at=now)
    assert row.text == "Both."


def test_an_approved_recommendation_is_numbered_for_good(
    mechanism: Mechanism, monitor: User, coordinator: User, now: datetime
) -> None:
    place = places.place(mechanism, code="HILL")
    first = visits.in_review(place, lead=monitor)
    add(first, "one", "two", by=coordinator, at=now)
    assert [row.reference for row in queries.of_visit(first)] == [None, None]
    approve(first, by=coordinator, at=now)
    assert [row.reference for row in queries.of_visit(first)] == ["HILL-2026-01", "HILL-2026-02"]

    second = visits.in_review(place, lead=monitor)
    add(second, "three", by=coordinator, at=now)
    approve(second, by=coordinator, at=now)
    assert [row.reference for row in queries.of_visit(second)] == ["HILL-2026-03"]

    reopen(first, reason="A wrong figure.", by=coordinator, at=now)
    with pytest.raises(Numbered):
        operations.remove_recommendation(queries.of_visit(first)[1], by=coordinator, at=now)
    add(first, "four", by=coordinator, at=now)
    approve(first, by=coordinator, at=now)
    assert [row.reference for row in queries.of_visit(first)] == ["HILL-2026-01", "HILL-2026-02", "HILL-2026-04"]


def test_what_is_asked_again_counts_how_often(mechanism: Mechanism, monitor: User, coordinator: User) -> None:
    place = places.place(mechanism)
    earlier = recommendation(visits.approved(place, lead=monitor, by=coordinator), by=monitor)
    again = recommendation(visits.under_way(place, lead=monitor), by=monitor, repeated_from=earlier)
    third = recommendation(visits.under_way(place, lead=monitor), by=monitor, repeated_from=again)
    assert (earlier.repeats, again.repeats, third.repeats) == (0, 1, 2)
    assert list(queries.repeats_of(coordinator, earlier)) == [again]


def test_open_ones_of_earlier_visits_to_the_place_can_be_repeated(
    mechanism: Mechanism, monitor: User, coordinator: User, now: datetime
) -> None:
    place, elsewhere = places.place(mechanism), places.place(mechanism)
    before, other = visits.in_review(place, lead=monitor), visits.in_review(elsewhere, lead=monitor)
    wanted, settled = add(before, "open", "done", by=coordinator, at=now)
    add(other, "elsewhere", by=coordinator, at=now)
    settled.implementation = Implementation.VERIFIED
    for visit in (before, other):
        approve(visit, by=coordinator, at=now)
    present = visits.under_way(place, lead=monitor)
    add(present, "of the visit itself", by=monitor, at=now)
    assert list(queries.repeatable(coordinator, present)) == [wanted]
