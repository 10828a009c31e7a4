"""The register with what visits say about it."""

from datetime import date

import pytest

from monitor.accounts.operations import add_body
from monitor.answers.operations import Change
from monitor.db import db
from monitor.visits import operations, place_queries
from monitor.visits.models import VisitState
from monitor.visits.place_queries import Filters, Visited
from monitor.web.pagination import Sort
from tests.factories import accounts, places, visits
from tests.statements import statements

BY_NAME = Sort("name")


def names(user, sort=BY_NAME, page=1, **filters):
    return [place.name for place in place_queries.list_places(user, Filters(**filters), sort, page).items]


def last(user, *shown):
    found = place_queries.last_visits(user, shown)
    return [found.get(place.id) for place in shown]


@pytest.fixture
def register(mechanism):
    """Four places."""
    return [
        places.place(mechanism, **facts)
        for facts in (
            {"name": "Établissement de Rouvière", "city": "Vélac", "region": "Sud", "authority": "Justice"},
            {"name": "مركز الإصلاح في الوادي", "city": "الوادي", "type": "juvenile-centre", "region": ""},
            {"name": "elm ward", "type": "police-station", "region": "Nord", "authority": "Health", "capacity": 7},
            {"name": "Zell 100%", "unit_types": ("juvenile-centre",), "region": "Nord", "capacity": 40},
        )
    ]  # fmt: skip


def test_the_order_of_names_minds_neither_accents_nor_case(register, monitor):
    assert names(monitor) == ["elm ward", "Établissement de Rouvière", "Zell 100%", "مركز الإصلاح في الوادي"]
    assert names(monitor, Sort("name", is_descending=True))[0] == "مركز الإصلاح في الوادي"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ROUVIERE", "Établissement de Rouvière"),
        ("velac etab", "Établissement de Rouvière"),
        ("etabl", "Établissement de Rouvière"),
        ("health", "elm ward"),
        ("الاصلاح", "مركز الإصلاح في الوادي"),
        ("إِصلاح", "مركز الإصلاح في الوادي"),
        ("100%", "Zell 100%"),
        ("0%", "Zell 100%"),
    ],
)
def test_search_minds_neither_accents_nor_case_nor_order(register, monitor, typed, found):
    assert names(monitor, text=typed) == [found]


@pytest.mark.parametrize("typed", ["%", "_", "rouviere nord"])
def test_search_finds_what_was_typed_and_nothing_else(register, monitor, typed):
    assert names(monitor, text=typed) == (["Zell 100%"] if typed == "%" else [])


def test_filters_narrow_the_register(register, monitor):
    assert names(monitor, type="juvenile-centre") == ["Zell 100%", "مركز الإصلاح في الوادي"]
    assert names(monitor, region="Nord") == ["elm ward", "Zell 100%"]
    assert names(monitor, authority="Health", region="Nord") == ["elm ward"]
    assert names(monitor, type="prison", region="Nord") == ["Zell 100%"]


def test_places_of_other_mechanisms_are_not_there(register, monitor, mechanism):
    assert all(
        place.mechanism_id == mechanism.id for place in place_queries.list_places(monitor, Filters(), BY_NAME, 1).items
    )


def test_places_without_a_value_come_last_in_both_directions(register, monitor):
    assert names(monitor, Sort("capacity"))[:2] == ["elm ward", "Zell 100%"]
    assert names(monitor, Sort("capacity", is_descending=True))[:2] == ["Zell 100%", "elm ward"]


def test_the_last_visit_is_the_newest_that_took_place(mechanism, monitor, coordinator):
    place, other = places.place(mechanism), places.place(mechanism)
    visits.under_way(place, lead=monitor, started_on=date(2026, 1, 5), ended_on=date(2026, 1, 6))
    visits.under_way(place, lead=monitor, started_on=date(2025, 1, 5), ended_on=date(2025, 1, 6))
    visits.planned(place, lead=monitor, started_on=date(2026, 6, 1), ended_on=date(2026, 6, 2))
    called_off = visits.planned(other, lead=monitor, started_on=date(2026, 2, 1), ended_on=date(2026, 2, 2))
    operations.halt(called_off, "cancel", reason="Illness.", by=coordinator, at=visits.AT)
    db.session.commit()
    assert last(monitor, place, other) == [date(2026, 1, 5), None]
    assert names(monitor, visited=Visited.NEVER) == [other.name]


def test_visits_that_a_person_may_not_see_do_not_count(mechanism, body, monitor, coordinator):
    place = places.place(mechanism)
    visits.under_way(place, lead=monitor, started_on=date(2026, 1, 5), ended_on=date(2026, 1, 6))
    visits.approved(place, lead=monitor, by=coordinator, started_on=date(2024, 1, 5), ended_on=date(2024, 1, 6))
    colleague = accounts.monitor(body)
    elsewhere = accounts.coordinator(add_body(mechanism, name="Second office", by=None, at=visits.AT))
    assert last(monitor, place) == last(coordinator, place) == [date(2026, 1, 5)]
    assert last(colleague, place) == [date(2024, 1, 5)]
    assert last(elsewhere, place) == [None]
    assert names(elsewhere, visited=Visited.NEVER) == [place.name]
    assert [visit.started_on.year for visit in place_queries.visits_of(colleague, place, 1).items] == [2024]


def test_places_can_be_asked_for_by_the_day_of_the_last_visit(mechanism, monitor):
    old, new, never = (places.place(mechanism, name=name) for name in ("Old", "New", "Never"))
    visits.under_way(old, lead=monitor, started_on=date(2023, 1, 5), ended_on=date(2023, 1, 5))
    visits.under_way(new, lead=monitor, started_on=date(2026, 1, 5), ended_on=date(2026, 1, 5))
    day = date(2025, 1, 1)
    assert names(monitor, visited=Visited.SINCE, day=day) == ["New"]
    assert names(monitor, visited=Visited.NOT_SINCE, day=day) == ["Never", "Old"]
    assert names(monitor, visited=Visited.SINCE, day=date(2026, 1, 5)) == ["New"]
    assert names(monitor, Sort("visited")) == ["Old", "New", "Never"]
    assert names(monitor, Sort("visited", is_descending=True)) == ["New", "Old", "Never"]
    assert never.name in names(monitor, visited=Visited.NEVER)


def held(count, capacity=None):
    """Answer how many men are held and for how many there is room."""
    room = [Change("talk-capacity", capacity, "", (), False, 0)] if capacity is not None else []
    return (Change("talk-population", {"men": {"sentenced": count}}, "", (), False, 0), *room)


def test_occupancy_comes_from_approved_visits_oldest_first(mechanism, monitor, coordinator):
    place = places.place(mechanism, capacity=80)
    for year, answers in ((2025, held(100)), (2023, held(50, 100)), (2024, ())):
        day = date(year, 3, 1)
        visits.approved(place, lead=monitor, by=coordinator, form="full", answers=answers, started_on=day, ended_on=day)
    visits.in_review(place, lead=monitor, form="full", answers=held(1), started_on=date(2026, 1, 1))
    found = [
        (one.visit.started_on.year, one.present, one.capacity, one.share)
        for one in place_queries.occupancies(monitor, place)
    ]
    assert found == [(2023, 50, 100, 0.5), (2025, 100, 80, 1.25)]


def test_typed_figures_prevail_over_answers(mechanism, monitor, coordinator):
    place = places.place(mechanism)
    visit = visits.in_review(place, lead=monitor, form="full", answers=held(50, 100))
    operations.save_figures(visit, {"present": 60}, by=coordinator, at=visits.AT)
    operations.approve(visit, by=coordinator, at=visits.AT)
    db.session.commit()
    assert [(one.present, one.capacity) for one in place_queries.occupancies(coordinator, place)] == [(60, 100)]


def test_a_place_without_capacity_has_people_but_no_share(mechanism, monitor, coordinator):
    place = places.place(mechanism)
    visits.approved(place, lead=monitor, by=coordinator, form="full", answers=held(3))
    (one,) = place_queries.occupancies(monitor, place)
    assert (one.present, one.capacity, one.share) == (3, None, None)


def statements_of(work):
    """Return the SQL that `work` sends."""
    with statements() as sent:
        work()
    return sent


def read_all(user, place):
    page = place_queries.list_places(user, Filters(), BY_NAME, 1)
    place_queries.last_visits(user, page.items)
    place_queries.visits_of(user, place, 1)
    place_queries.occupancies(user, place)


def test_the_number_of_queries_does_not_grow_with_places_and_visits(mechanism, monitor, coordinator):
    place = places.place(mechanism)
    visits.approved(place, lead=monitor, by=coordinator, form="full", answers=held(3))
    db.session.expire_all()
    few = len(statements_of(lambda: read_all(coordinator, place)))
    for _ in range(4):
        another = places.place(mechanism, unit_types=("juvenile-centre",))
        for at in (place, another):
            visits.approved(at, lead=monitor, by=coordinator, form="full", answers=held(3))
    db.session.expire_all()
    assert len(statements_of(lambda: read_all(coordinator, place))) == few


def test_the_newest_visit_is_found_by_its_index_and_not_by_reading_all(mechanism, monitor):
    place = places.place(mechanism)
    last_visit = next(
        sql for sql in statements_of(lambda: place_queries.last_visits(monitor, [place])) if "started_on" in sql
    )
    cursor = db.session.connection().connection.cursor()
    plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {_filled(last_visit)}")]
    assert any("ix_visit_mechanism_id_place_id_started_on" in line for line in plan), plan
    assert not any(line.startswith("SCAN visit") for line in plan), plan


def _filled(sql):
    return sql.replace("?", "''")


def test_a_planned_visit_is_on_the_page_of_its_place(mechanism, monitor):
    place = places.place(mechanism)
    visits.planned(place, lead=monitor)
    assert [visit.state for visit in place_queries.visits_of(monitor, place, 1).items] == [VisitState.PLANNED]
