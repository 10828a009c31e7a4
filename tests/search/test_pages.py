"""The box in the bar, the search page, and the command."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner

from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.db import db
from monitor.places.models import Place
from monitor.search import views
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, recommendations, visits


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, name="Northgate", code="P1")


@pytest.fixture
def visit(prison: Place, monitor: User, coordinator: User) -> Visit:
    """An approved visit with a recommendation and a summary."""
    made = visits.in_review(prison, lead=monitor)
    made.summary = "The showers <b>leak</b>."
    recommendations.recommendation(made, by=monitor, text="Mend the broken showers.")
    operations.approve(made, by=coordinator, at=NOW)
    db.session.commit()
    return made


def results(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return heading -> the lines under it."""
    return {
        section.h2.get_text(): [" ".join(line.get_text().split()) for line in section.select("li")]
        for section in page.select("main section")
    }


def test_one_box_finds_every_kind(web: Browser, visit: Visit, monitor: User) -> None:
    web.sign_in(monitor)
    page = web.get("/search?q=NORTHGATE")
    assert list(results(page)) == ["Places", "Visits", "Recommendations"]
    found = results(web.get("/search?q=shower"))
    assert found["Visits"] == ["Northgate 9 March 2026 The showers <b>leak</b>."]
    assert found["Recommendations"] == ["P1-2026-01 Northgate, 9 March 2026 Mend the broken showers."]
    links = [link["href"] for link in web.get("/search?q=shower").select(".results a")]
    assert links[0] == f"/visits/{visit.id}"
    for link in links:
        web.get(link)  # must come with status 200


def test_the_hit_is_marked(web: Browser, visit: Visit, monitor: User) -> None:
    web.sign_in(monitor)
    assert {mark.get_text() for mark in web.get("/search?q=shower").select("mark")} == {"showers"}


def test_the_box_stands_on_every_page_of_who_reads_visits(
    app: Flask, visit: Visit, monitor: User, administrator: User
) -> None:
    reader, other = Browser(app), Browser(app)
    reader.sign_in(monitor)
    assert reader.get(f"/visits/{visit.id}").select_one("form[role=search]")["action"] == "/search"
    other.sign_in(administrator)
    assert other.get("/").select_one("form[role=search]") is None
    other.get("/search?q=shower", status=403)


def test_who_reads_no_register_finds_nothing_of_it(web: Browser, visit: Visit, body: Body) -> None:
    web.sign_in(accounts.person(body, Role.OUTSIDE))
    page = web.get("/search?q=northgate")
    assert results(page) == {}
    assert "Nothing that you may read" in page.get_text()


def test_one_kind_is_leafed_through(
    web: Browser, mechanism: Mechanism, monitor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OF_EACH", 2)
    monkeypatch.setattr(views, "OF_ONE", 3)
    for number in range(5):
        places.place(mechanism, name=f"Station {number}")
    web.sign_in(monitor)
    page = web.get("/search?q=station")
    assert len(results(page)["Places"]) == 2
    page = web.get(page.select_one("main section > p a")["href"])
    assert len(results(page)["Places"]) == 3
    page = web.get(page.select_one("a[rel=next]")["href"])
    assert [line.partition(" Station")[0] for line in results(page)["Places"]] == ["Station 1", "Station 0"]
    assert page.select_one("a[rel=next]") is None


def test_the_index_is_made_anew_by_a_command(cli: FlaskCliRunner, visit: Visit) -> None:
    result = cli.invoke(args=["search", "rebuild"])
    assert (result.exit_code, result.output) == (0, "4 entries\n")


@pytest.mark.parametrize("before", ["x", "", "-1", "9" * 40, "-" + "9" * 40])
def test_a_number_that_cannot_be_asks_for_nothing_special(web: Browser, monitor: User, before: str) -> None:
    web.sign_in(monitor)
    web.get(f"/search?q=station&kind=place&before={before}")
