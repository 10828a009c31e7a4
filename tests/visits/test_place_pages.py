"""The register and the page of a place."""

from datetime import date

import pytest

from monitor.answers.operations import Change
from monitor.db import db
from monitor.recommendations import queries
from monitor.recommendations.models import Implementation
from monitor.visits.operations import approve
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

DUE = (date(2026, 1, 1), date(2026, 5, 1), None, date(2026, 3, 1))


def rows(web):
    return [row.th.get_text(" ", strip=True) for row in web.page.main.tbody.find_all("tr")]


def row_of(web, name):
    return next(row.get_text(" ", strip=True) for row in web.page.main.tbody.find_all("tr") if name in row.get_text())


def test_the_register_lists_places_with_their_last_visit(web, mechanism, monitor):
    place = places.place(
        mechanism, name="Northgate", code="NG", city="Velmorra", capacity=1420, unit_types=("juvenile-centre",)
    )
    places.place(mechanism, name="Alder", city="", capacity=None)
    visits.under_way(place, lead=monitor, started_on=date(2026, 3, 9))
    web.sign_in(monitor)
    web.get("/places")
    assert rows(web) == ["Alder ALDER", "Northgate NG"]
    assert "2 places" in web.main
    assert "9 March 2026" in row_of(web, "Northgate")
    assert "1,420" in row_of(web, "Northgate")
    assert "Prison Closed centre for children" in row_of(web, "Northgate")
    assert "none yet" in row_of(web, "Alder")


def test_search_filters_and_order_stand_in_the_address(web, mechanism, monitor):
    for number in range(60):
        places.place(mechanism, name=f"Ward {number:02}", region="Nord", capacity=number)
    places.place(mechanism, name="Zell", region="Sud")
    web.sign_in(monitor)
    web.get("/places?q=wärd&region=Nord&sort=-capacity")
    assert "60 places" in web.main
    assert len(rows(web)) == 50
    assert rows(web)[0].startswith("Ward 59")
    web.get(web.page.find("a", rel="next")["href"])
    assert (len(rows(web)), rows(web)[-1][:7]) == (10, "Ward 00")
    assert web.page.find("select", id="region").find(selected=True)["value"] == "Nord"


@pytest.mark.parametrize(
    "query",
    [
        "type=castle",
        "visited=nonsense",
        "visited=since&day=soon",
        "sort=secret",
        "page=x",
        "day=2026-13-01",
        "q=%00",
        "region=%07",
    ],
)
def test_wrong_filters_ask_for_nothing(web, mechanism, monitor, query):
    places.place(mechanism)
    web.sign_in(monitor)
    web.get(f"/places?{query}")
    assert web.page.h1.get_text() == "Places"


def test_an_empty_register_says_what_to_do_next(web, coordinator):
    web.sign_in(coordinator)
    web.get("/places")
    assert "The register is empty. Add the first place" in web.main
    web.get("/places?q=x")
    assert "No place fits." in web.main


def test_a_monitor_is_not_offered_what_coordinators_do(web, mechanism, monitor):
    place = places.place(mechanism)
    web.sign_in(monitor)
    web.get("/places")
    assert "Add a place" not in web.main
    web.get(f"/places/{place.id}")
    assert "Change the facts" not in web.main
    assert "Plan a visit" not in web.main


def test_a_place_shows_its_facts_people_held_and_visits(web, mechanism, monitor, coordinator):
    place = places.place(
        mechanism, name="Northgate", code="NG", authority="Prison Administration", address="2 Northgate Road\nWing B",
        city="Velmorra", region="Capital", latitude=36.412, longitude=-39.871, capacity=80, notes="Two gates.",
    )  # fmt: skip
    people = Change("talk-population", {"men": {"sentenced": 100}}, "", (), False, 0)
    visits.approved(place, lead=monitor, by=coordinator, form="full", answers=(people,), started_on=date(2025, 3, 1))
    visits.planned(place, lead=monitor, started_on=date(2026, 9, 1), ended_on=date(2026, 9, 2))
    web.sign_in(coordinator)
    web.get(f"/places/{place.id}")
    for words in (
        "Prison Administration", "2 Northgate Road", "Velmorra, Capital, XA", "36.41200, -39.87100", "80 people",
        "Two gates.", "125% above capacity", "2 visits", "1–2 September 2026", "Planned", "Approved",
    ):  # fmt: skip
        assert words in web.main, words
    assert web.page.find("a", string="Plan a visit")["href"] == f"/visits/plan?place={place.id}"


def test_a_place_of_which_little_is_known_says_so(web, mechanism, monitor):
    place = places.place(mechanism, city="", authority=None)
    web.sign_in(monitor)
    web.get(f"/places/{place.id}")
    assert web.main.count("not known") == 3
    assert "Occupancy" not in web.main
    assert "No visit to this place is on record that is open to you." in web.main


def test_visits_of_others_are_not_on_the_page_of_a_place(web, mechanism, monitor, coordinator):
    place = places.place(mechanism)
    visits.under_way(place, lead=coordinator)
    web.sign_in(monitor)
    web.get(f"/places/{place.id}")
    assert "No visit to this place is on record that is open to you." in web.main


def test_administrators_see_no_register(web, mechanism, administrator):
    place = places.place(mechanism)
    web.sign_in(administrator)
    web.get("/places", status=403)
    web.get(f"/places/{place.id}", status=403)


def test_a_place_shows_its_first_open_recommendations(web, mechanism, monitor, coordinator, monkeypatch):
    monkeypatch.setattr(queries, "FIRST_OPEN", 2)
    place = places.place(mechanism, code="HILL")
    rows_of = [recommendation(visits.in_review(place, lead=monitor), by=coordinator, due_on=day) for day in DUE]
    for row in rows_of:
        approve(row.visit, by=coordinator, at=AT)
    recommendation(visits.in_review(place, lead=monitor), by=coordinator, text="In no approved report yet.")
    rows_of[0].implementation = Implementation.VERIFIED
    db.session.commit()
    web.sign_in(monitor)

    def shown():
        return [link.get_text() for link in web.get(f"/places/{place.id}").select("[aria-labelledby=open-title] th a")]

    assert shown() == [rows_of[3].reference, rows_of[1].reference]
    assert "Open recommendations: 3" in web.main
    assert "All of them, in the follow-up table" in web.main
    for row in rows_of:
        row.implementation = Implementation.VERIFIED
    db.session.commit()
    assert shown() == []
    assert "Open recommendations" not in web.main
