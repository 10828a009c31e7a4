"""A follow-up on site: open recommendations go along, and what was seen stands beside what the authority says."""

from datetime import date

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.places.models import Place
from monitor.recommendations import queries
from monitor.recommendations.models import Implementation, Priority, Recommendation
from monitor.reports.blank_form import blank_form_html
from monitor.reports.models import Paper
from monitor.reports.operations import form_of
from monitor.visits.models import Visit
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation


@pytest.fixture
def place(mechanism: Mechanism) -> Place:
    """A place that was visited before."""
    return places.place(mechanism)


@pytest.fixture
def rows(place: Place, monitor: User, coordinator: User) -> list[Recommendation]:
    """Three recommendations of an approved visit to it: one long-term, one immediate, one that is settled."""
    visit = visits.in_review(place, lead=monitor)
    made = [
        recommendation(visit, by=coordinator, text=text, priority=priority)
        for text, priority in (("Build.", Priority.LONG), ("Stop.", Priority.IMMEDIATE), ("Paint.", Priority.SHORT))
    ]
    made[2].implementation = Implementation.VERIFIED
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


@pytest.fixture
def follower(place: Place, monitor: User, rows: list[Recommendation]) -> Visit:
    """A later visit to the place, under way."""
    return visits.under_way(place, lead=monitor)


def test_open_ones_of_earlier_visits_go_along_the_most_pressing_first(
    rows: list[Recommendation], follower: Visit, coordinator: User, monitor: User
) -> None:
    own = recommendation(follower, by=monitor)
    assert list(queries.to_check(coordinator, follower)) == [rows[1], rows[0]]
    assert list(queries.open_at(follower)) == [rows[1], rows[0]]
    assert own not in queries.to_check(coordinator, follower)


def test_the_printed_form_of_the_visit_carries_them(rows: list[Recommendation], follower: Visit) -> None:
    form = form_of(follower.sheet.scope, follower, "en", Paper.A4, follower.body.mechanism)
    html = blank_form_html(form)
    assert html.index("Stop.") < html.index("Build.")
    assert "Paint." not in html
    assert str(rows[0].reference) in html
    assert "Stop." not in blank_form_html(form_of(follower.sheet.scope, None, "en", Paper.A4, follower.body.mechanism))


def test_what_was_seen_is_recorded_with_the_visit(
    web: Browser, rows: list[Recommendation], follower: Visit, monitor: User
) -> None:
    follower.started_on = follower.ended_on = date(2026, 9, 1)
    web.sign_in(monitor)
    web.get(f"/visits/{follower.id}/checks")
    long, immediate = rows[0].id.hex, rows[1].id.hex
    web.submit(
        "checks",
        {f"state-{immediate}": "not_implemented", f"note-{immediate}": "Still done.", f"state-{long}": ""},
    )
    db.session.expire_all()
    assert (rows[0].implementation, rows[1].implementation) == (
        Implementation.NOT_ASSESSED, Implementation.NOT_IMPLEMENTED,
    )  # fmt: skip
    (seen,) = queries.assessments(rows[1])
    assert (seen.visit_id, seen.note) == (follower.id, "Still done.")
    assert "Still done." in web.main


def test_what_was_settled_on_the_visit_stays_on_its_page(
    web: Browser, rows: list[Recommendation], follower: Visit, monitor: User
) -> None:
    follower.started_on = date(2026, 9, 1)
    web.sign_in(monitor)
    web.get(f"/visits/{follower.id}/checks")
    web.submit("checks", {f"state-{rows[0].id.hex}": "implemented_verified"})
    assert "Build." in web.main
    assert "Implemented, verified" in web.main


def test_days_before_the_recommendation_are_told_and_nothing_is_lost(
    web: Browser, rows: list[Recommendation], follower: Visit, monitor: User
) -> None:
    follower.started_on = follower.ended_on = date(2020, 1, 1)
    web.sign_in(monitor)
    web.get(f"/visits/{follower.id}/checks")
    web.submit("checks", {f"state-{rows[0].id.hex}": "in_progress", f"note-{rows[0].id.hex}": "Half done."})
    assert "The days of this visit lie before the recommendation" in web.main
    assert "Half done." in web.main
    assert not queries.assessments(rows[0])


def test_of_a_page_that_is_refused_nothing_is_recorded(
    web: Browser, place: Place, rows: list[Recommendation], follower: Visit, monitor: User, coordinator: User
) -> None:
    """Two earlier visits: the day fits the recommendation of one and lies before that of the other."""
    follower.started_on = follower.ended_on = date(2026, 9, 1)
    later = visits.in_review(place, lead=monitor)
    newer = recommendation(later, by=coordinator, text="Open.", priority=Priority.LONG, due_on=date(2030, 1, 1))
    later.started_on = later.ended_on = date(2026, 10, 1)
    approve(later, by=coordinator, at=AT)
    web.sign_in(monitor)
    web.get(f"/visits/{follower.id}/checks")
    web.submit("checks", {f"state-{row.id.hex}": "in_progress" for row in (rows[1], newer)})
    assert "The days of this visit lie before the recommendation" in web.main
    assert not queries.assessments(rows[1])


@pytest.mark.parametrize(
    ("next_page", "leads_to"), [("/visits/", "/visits/"), ("//elsewhere.example/", "checks"), ("", "checks")]
)
def test_it_leads_on_to_pages_of_ours_alone(
    web: Browser, rows: list[Recommendation], follower: Visit, monitor: User, next_page: str, leads_to: str
) -> None:
    web.sign_in(monitor)
    web.get(f"/visits/{follower.id}/checks")
    web.submit("checks", {"next": next_page})
    assert web.response is not None
    assert web.response.request.path == (f"/visits/{follower.id}/checks" if leads_to == "checks" else leads_to)
