"""The pages of the register of authorities and partners."""

import pytest
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.authorities.models import Authority
from monitor.db import db
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.recommendations import recommendation


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The coordinator's browser."""
    web.sign_in(coordinator)
    return web


def add(desk: Browser, **values: str) -> None:
    desk.get("/authorities/add")
    desk.submit("authority", {"name": "Ministry of Justice", "days_to_answer": "60", **values})


def the_one() -> Authority:
    return db.session.scalars(select(Authority)).one()


def test_an_office_is_added_changed_and_removed(desk: Browser) -> None:
    add(desk)
    assert "Ministry of Justice is in the register now." in desk.main
    desk.get(f"/authorities/{the_one().id}/edit")
    desk.submit("authority", {"address": "1 Long Street"})
    assert "1 Long Street" in desk.main
    desk.get("/authorities/?q=long+street")
    assert "Ministry of Justice" in desk.main
    desk.post(f"/authorities/{the_one().id}/remove")
    assert "no longer in the register" in desk.main
    assert db.session.scalar(select(Authority)) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Enter the name of the office."),
        ({"name": "x" * 301}, "Shorten this to 300 characters."),
        ({"days_to_answer": "0"}, "Enter a number of days from 1 to 1000."),
        ({"place_code": "NOWHERE"}, "The register of places has no place with the code NOWHERE."),
        ({"days_to_answer": "soon"}, "Not a valid integer value."),
    ],
    ids=["no name", "long name", "no days", "no place", "words"],
)
def test_a_wrong_entry_is_told_and_kept(desk: Browser, values: dict[str, str], sentence: str) -> None:
    add(desk, address="1 Long Street", **values)
    assert sentence in desk.main
    assert "1 Long Street" in desk.main
    assert db.session.scalar(select(Authority)) is None


def test_an_office_within_a_place_leads_to_it(desk: Browser, mechanism: Mechanism) -> None:
    prison = places.place(mechanism, code="HILL")
    add(desk, kind="place", place_code="HILL")
    assert desk.page.select_one(f"dl.facts a[href='/places/{prison.id}']")
    desk.get(f"/authorities/{the_one().id}/edit")
    desk.submit("authority", {"address": "1 Long Street"})
    assert the_one().place_id == prison.id
    desk.get(f"/authorities/{the_one().id}/edit")
    desk.submit("authority", {"place_code": ""})
    assert the_one().place_id is None


def test_a_second_office_of_one_name_is_refused(desk: Browser) -> None:
    add(desk)
    add(desk)
    assert "The register has an office of this name already." in desk.main


def test_who_was_overtaken_sees_both_texts(desk: Browser) -> None:
    add(desk)
    address = f"/authorities/{the_one().id}/edit"
    page = desk.get(address)
    base = page.find("input", attrs={"name": "base_version"})["value"]
    desk.submit("authority", {"address": "theirs"})
    desk.get(address)
    desk.submit("authority", {"address": "mine", "base_version": base})
    assert "theirs" in desk.main
    assert "mine" in desk.main
    desk.submit("authority")
    assert the_one().address == "mine"


def test_an_office_in_use_is_not_removed(desk: Browser, mechanism: Mechanism, monitor: User) -> None:
    visit = visits.under_way(places.place(mechanism), lead=monitor)
    row = recommendation(visit, by=monitor)
    desk.get(f"/authorities/{row.authority_id}")
    assert row.text in desk.main
    desk.post(f"/authorities/{row.authority_id}/remove")
    assert "Prison service stays in the register" in desk.main
