"""Adding and changing a place in the browser."""

import pytest
from sqlalchemy import select

from monitor.db import db
from monitor.places import operations
from monitor.places.models import Place
from tests.factories import places


def field_text(web, name):
    return web.page.find(id=name).get("value")


def stored():
    db.session.rollback()
    return db.session.scalars(select(Place).order_by(Place.id)).all()


def test_a_coordinator_adds_a_place(web, coordinator):
    web.sign_in(coordinator)
    web.get("/places/add")
    web.submit("place", {
        "name": "Maison d'arrêt de Rouvière", "type": "remand-centre",
        "unit_types": ["juvenile-centre", "remand-centre"],
        "authority": "Prison administration", "city": "Rouvière", "capacity": "420", "latitude": "59,94",
        "longitude": "-10.99", "notes": "Two gates.",
    })  # fmt: skip
    assert "is in the register now" in web.main
    (place,) = stored()
    assert (place.code, place.country, place.unit_types) == ("MAISON-D-ARRET-D", "XA", ("juvenile-centre",))
    assert (place.capacity, place.latitude, place.longitude) == (420, 59.94, -10.99)


def test_every_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(web, coordinator):
    web.sign_in(coordinator)
    web.get("/places/add")
    web.submit("place", {
        "name": " ", "code": "two words", "capacity": "many", "latitude": "95", "longitude": "1", "city": "x" * 201,
        "notes": "kept",
    })  # fmt: skip
    for sentence in (
        "Name: this is needed.", "Choose the main type of the place.", "Code: “two words” holds more than",
        "Capacity: “many” is not a number.", "Latitude: 95 does not lie between -90 and 90 degrees.",
        "City: longer than 200 characters.",
    ):  # fmt: skip
        assert web.main.count(sentence) == 2, sentence
    assert (field_text(web, "capacity"), field_text(web, "city")) == ("many", "x" * 201)
    assert web.page.find(id="notes").get_text().strip() == "kept"
    assert stored() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"latitude": "1"}, "Longitude: latitude and longitude go together; give both or neither."),
        ({"name": "A\x07B"}, "Name: holds a control character, which cannot be printed."),
        ({"notes": "x" * 20_001}, "Notes: longer than 20000 characters."),
    ],
)
def test_what_does_not_fit_is_refused(web, coordinator, typed, sentence):
    web.sign_in(coordinator)
    web.get("/places/add")
    web.submit("place", {"name": "Northgate", "type": "prison"} | typed)
    assert sentence in web.main
    assert stored() == []


def test_a_code_that_is_taken_is_told_at_its_field(web, coordinator, mechanism):
    places.place(mechanism, code="ONE")
    web.sign_in(coordinator)
    web.get("/places/add")
    web.submit("place", {"name": "Northgate", "type": "prison", "code": "ONE"})
    assert "Another place of the register has the code ONE." in web.page.find(id="code-error").get_text()
    assert len(stored()) == 1


def test_a_place_is_changed(web, coordinator, mechanism):
    place_id = places.place(mechanism, name="Northgate", code="NG", capacity=10, unit_types=("juvenile-centre",)).id
    web.sign_in(coordinator)
    web.get(f"/places/{place_id}/edit")
    assert field_text(web, "capacity") == "10"
    assert web.page.find("input", value="juvenile-centre").has_attr("checked")
    web.submit("place", {"name": "Southgate", "code": "", "capacity": ""})
    assert "The place is saved." in web.main
    (place,) = stored()
    assert (place.name, place.code, place.capacity, place.unit_types) == ("Southgate", "NG", None, ("juvenile-centre",))


def test_both_texts_are_shown_when_somebody_was_quicker(web, coordinator, mechanism, now):
    place = places.place(mechanism, name="Northgate", city="Velmorra")
    web.sign_in(coordinator)
    web.get(f"/places/{place.id}/edit")
    place = db.session.scalars(select(Place)).one()
    operations.update_place(
        place, {"name": "Southgate", "capacity": 12}, unit_types=(), base_version=1, by=None, at=now
    )
    db.session.commit()
    web.submit("place", {"name": "Eastgate"})
    assert "Somebody changed this place while you were typing" in web.main
    warning = web.page.find(class_="message-warning").get_text(" ", strip=True)
    assert "Southgate" in warning
    assert "12" in warning
    assert "Velmorra" not in warning
    assert field_text(web, "name") == "Eastgate"
    assert stored()[0].name == "Southgate"
    web.submit("place", {"capacity": "12"})
    (place,) = stored()
    assert (place.name, place.capacity) == ("Eastgate", 12)


def test_a_tampered_version_counts_as_outdated(web, coordinator, mechanism):
    place = places.place(mechanism, name="Northgate")
    web.sign_in(coordinator)
    web.get(f"/places/{place.id}/edit")
    web.submit("place", {"name": "Eastgate", "version": "²"})
    assert "Somebody changed this place" in web.main
    assert stored()[0].name == "Northgate"


@pytest.mark.parametrize("person", ["monitor", "administrator"])
def test_only_coordinators_write_the_register(web, mechanism, request, person):
    place = places.place(mechanism)
    web.sign_in(request.getfixturevalue(person))
    for path in ("/places/add", f"/places/{place.id}/edit", "/places/import"):
        web.get(path, status=403)
