"""What earlier visits to a place said, beside the questions of the next one."""

from datetime import date, timedelta
from typing import Any

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.answers.operations import Change
from monitor.answers.queries import heads
from monitor.db import db
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.earlier import changes_at, last_answers, last_visit_before
from monitor.visits.models import Visit, VisitKind
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT

FIRST = date(2025, 3, 1)


@pytest.fixture
def place(mechanism: Mechanism) -> Place:
    """A place that is visited again and again."""
    return places.place(mechanism)


def visited(place: Place, on: date, monitor: User, coordinator: User, **answers: Any) -> Visit:
    """Make an approved visit on this day with these answers (underscores stand for hyphens)."""
    visit = visits.under_way(place, lead=monitor)
    visit.started_on = visit.ended_on = on
    changes = [Change(item.replace("_", "-"), value, f"Note on {item}.") for item, value in answers.items()]
    operations.record_answers(visit, changes, by=monitor, at=AT)
    operations.submit(visit, by=monitor, at=AT)
    operations.approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return visit


def test_the_latest_approved_visit_before_is_the_last(place: Place, monitor: User, coordinator: User) -> None:
    first = visited(place, FIRST, monitor, coordinator)
    second = visited(place, FIRST + timedelta(days=90), monitor, coordinator)
    present = visits.under_way(place, lead=monitor)
    assert last_visit_before(monitor, second) is first
    assert last_visit_before(monitor, first) is None
    assert last_visit_before(monitor, present) is second


def test_what_was_protected_stays_with_its_visit(place: Place, monitor: User, coordinator: User) -> None:
    visit = visited(place, FIRST, monitor, coordinator, force_record="meets", int_fear="yes")
    assert {head.item_id for head in heads(visit.sheet)} >= {"force-record", "int-fear"}
    assert set(last_answers(visit)) == {"force-record"}


def test_ratings_that_differ_are_the_changes(place: Place, monitor: User, coordinator: User) -> None:
    assert changes_at(coordinator, place) is None
    before = visited(place, FIRST, monitor, coordinator, force_record="meets", info_given="partly")
    assert changes_at(coordinator, place) is None
    after = visited(
        place, FIRST + timedelta(days=90), monitor, coordinator, force_record="does_not_meet", info_given="partly"
    )
    found = changes_at(coordinator, place)
    assert found
    assert (found.before, found.after) == (before, after)
    assert [(change.item.id, change.before.value, change.after.value) for change in found.items] == [
        ("force-record", "meets", "does_not_meet")
    ]


def test_of_other_answers_those_are_changes_that_differ_at_a_glance(
    place: Place, monitor: User, coordinator: User
) -> None:
    before = {"talk_capacity": 100, "int_private": "no", "tour_objects": "yes"}
    after = {"talk_capacity": 120, "int_private": "yes", "tour_objects": "yes"}
    visited(place, FIRST, monitor, coordinator, final_urgent="Two men in cell 4.", **before)
    visited(place, FIRST + timedelta(days=90), monitor, coordinator, final_urgent="Nothing.", **after)
    found = changes_at(coordinator, place)
    assert found
    assert {change.item.id for change in found.items} == {"talk-capacity", "int-private"}


def test_form_and_place_page_show_them(web: Browser, place: Place, monitor: User, coordinator: User) -> None:
    visited(place, FIRST, monitor, coordinator, force_record="meets")
    visited(place, FIRST + timedelta(days=90), monitor, coordinator, force_record="does_not_meet")
    present = visits.under_way(place, lead=monitor)
    web.sign_in(monitor)
    web.get(f"/places/{place.id}")
    assert "Changes since the visit of 1 March 2025" in web.main
    web.get(f"/visits/{present.id}/form/item/force-record")
    shown = web.page.find(id="item-force-record").find(class_="last-time").get_text(" ", strip=True)
    assert "Last visit, 30 May 2025" in shown
    assert "Note on force_record." in shown


@pytest.mark.parametrize("kind", [VisitKind.FOLLOW_UP, VisitKind.NIGHT], ids=["by its kind", "by what it follows"])
def test_a_follow_up_visit_shows_what_it_found_changed(
    web: Browser, place: Place, monitor: User, coordinator: User, kind: VisitKind
) -> None:
    before = visited(place, FIRST, monitor, coordinator, force_record="meets")
    present = visits.under_way(place, lead=monitor, kind=kind)
    present.follows_id = before.id if kind is VisitKind.NIGHT else None
    db.session.commit()
    web.sign_in(monitor)
    web.get(f"/visits/{present.id}")
    assert "Changes since" not in web.main
    operations.record_answers(present, [Change("force-record", "does_not_meet", "No book.")], by=monitor, at=AT)
    db.session.commit()
    web.get(f"/visits/{present.id}")
    assert "Changes since the visit of 1 March 2025" in web.main
    assert "Does not meet" in web.main
