"""The pages of a visit from plan to approval, in a browser without scripts."""

from datetime import date

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.answers.operations import Change
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from monitor.places.models import Place
from monitor.visits import operations, queries
from monitor.visits.models import TeamRole, Visit, VisitKind, VisitState
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import places, visits
from tests.visits.conftest import again, heading

PLAN = {
    "kind": "follow-up", "announcement": "unannounced", "started_on": "2026-04-07", "ended_on": "2026-04-09",
    "form": "core",
}  # fmt: skip


def only_visit() -> Visit:
    db.session.rollback()
    (visit,) = db.session.query(Visit)
    return visit


# planning


def test_a_visit_is_planned_from_its_place(desk: Browser, prison: Place, member: User, coordinator: User) -> None:
    desk.get(f"/visits/plan?place={prison.id}")
    desk.submit("plan", PLAN | {"unit_types": ["juvenile-centre"]})
    visit = only_visit()
    assert (visit.state, visit.kind, visit.started_on) == (VisitState.PLANNED, VisitKind.FOLLOW_UP, date(2026, 4, 7))
    assert (visit.sheet.scope.form, visit.sheet.scope.unit_types) == ("core", ("juvenile-centre",))
    assert visit.is_led_by(coordinator)
    assert "The visit is planned. Now choose the team." in desk.main
    roles = {f"role-{member.id}": "lead", f"role-{coordinator.id}": "", "label-0": "Dr. Okafor", "outside-0": "doctor"}
    desk.submit("team", roles)
    desk.get(f"/visits/{visit.id}/team")
    desk.submit("team", {"section-health": [str(member.id)]})
    assert [(m.shown_name, m.role, m.sections) for m in again(visit).team] == [
        ("Jonas Weber", TeamRole.LEAD, ["health"]), ("Dr. Okafor", TeamRole.DOCTOR, []),
    ]  # fmt: skip
    assert "7–9 April 2026" in desk.main
    assert "NORTHGATE-2026-01" in desk.main


def test_a_plan_needs_a_place(desk: Browser) -> None:
    desk.get("/visits/plan")
    assert heading(desk) == "Places"
    assert "Choose the place to visit" in desk.main
    desk.get("/visits/plan?place=0198aaaa-0000-7000-8000-000000000000", status=404)
    desk.get("/visits/plan?place=x")
    assert heading(desk) == "Places"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "surprise"}, "Not a valid choice."),
        ({"ended_on": "2026-04-06"}, "The last day lies before the first."),
        ({"started_on": "soon"}, "Not a valid date value."),
        ({"started_on": "", "ended_on": "2026-04-06"}, "Give the first day too."),
        ({"started_on": "0026-04-07"}, "Check the year: it can lie from 1990 to "),
        ({"ended_on": "2206-04-09"}, "Check the year: it can lie from 1990 to "),
        ({"form": "topics"}, "Choose at least one topic, or another form."),
        ({"form": "tiny"}, "Not a valid choice."),
        ({"unit_types": ["castle"]}, "'castle' is not a valid choice for this field."),
        ({"extra_topics": ["weather"]}, "is not a valid choice"),
        ({"language": "tlh"}, "Not a valid choice."),
        ({"body": "0198aaaa-0000-7000-8000-000000000000"}, "Not a valid choice."),
    ],
)
def test_a_plan_with_a_fault_says_which_and_keeps_the_rest(
    typed: dict[str, object], sentence: str, desk: Browser, prison: Place
) -> None:
    desk.get(f"/visits/plan?place={prison.id}")
    desk.submit("plan", PLAN | typed)
    assert sentence in desk.main
    assert db.session.query(Visit).count() == 0
    chosen = desk.page.select_one("#announcement option[selected]")
    assert chosen is not None
    assert chosen["value"] == "unannounced"


def test_a_plan_is_changed_by_its_leader(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/plan")
    web.submit("plan", PLAN | {"form": "topics", "topics": ["food-water"], "extra_topics": ["police-custody"]})
    assert "The plan is saved." in web.main
    scope = again(visit).sheet.scope
    assert (visit.kind, scope.form, scope.topics, scope.extra_topics) == (
        VisitKind.FOLLOW_UP, "topics", ("food-water",), ("police-custody",),
    )  # fmt: skip
    web.get(f"/visits/{visit.id}/plan")
    assert {box["value"] for box in web.page.select("#topics input[checked], [name=topics][checked]")} == {"food-water"}


def test_the_days_of_an_old_visit_that_was_imported_may_stay(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.planned(prison, lead=leader, started_on=date(1987, 5, 4), ended_on=None)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/plan")
    web.submit("plan", PLAN | {"started_on": "1987-05-04", "ended_on": ""})
    assert "The plan is saved." in web.main
    web.get(f"/visits/{visit.id}/plan")
    web.submit("plan", PLAN | {"started_on": "1987-05-05", "ended_on": ""})
    assert "Check the year" in web.main


def test_a_plan_says_how_many_items_each_form_asks_at_this_place(
    desk: Browser, prison: Place, mechanism: Mechanism
) -> None:
    station = places.place(mechanism, type="police-station", code="STATION")
    for place in (prison, station):
        desk.get(f"/visits/plan?place={place.id}")
        scopes = (Scope(place.type, tuple(place.unit_types), form) for form in ("core", "full"))
        core, full = (len(select_items(get_guide(), scope)) for scope in scopes)
        assert f"Items at this place: core form {core}, full form {full}." in desk.main


def test_nothing_of_an_approved_visit_is_planned_any_more(
    web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    for person in (leader, coordinator):
        browser = Browser(web.client.application)
        browser.sign_in(person)
        browser.get(f"/visits/{visit.id}/plan", status=403)
        browser.get(f"/visits/{visit.id}/team", status=403)


# findings


def test_purpose_summary_and_findings_are_written_beside_the_answers(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.under_way(prison, lead=leader, form="full")
    operations.record_answers(visit, [Change("food-quality", "partly", "Cold soup.")], by=leader, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings")
    web.submit("texts", {"purpose": "See the kitchen.", "summary": "Ünïcode\r\nand lines."})
    assert "Purpose and summary are saved." in web.main
    web.get(f"/visits/{visit.id}/findings/food-water")
    assert "Cold soup." in web.main
    web.submit("finding", {"found": "The soup is cold.", "why": "The kitchen is far."})
    assert "The finding is saved." in web.main
    assert (again(visit).purpose, visit.summary) == ("See the kitchen.", "Ünïcode\nand lines.")
    assert queries.findings(visit)["food-water"].found == "The soup is cold."


def test_what_somebody_else_wrote_meanwhile_is_shown_beside_ones_own(
    web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings/food-water")
    operations.save_finding(visit, "food-water", found="Theirs.", why="", base_version=0, by=coordinator, at=NOW)
    web.submit("finding", {"found": "Mine.", "why": ""})
    assert "Somebody else saved this while you were writing." in web.main
    assert "Theirs." in web.main
    assert "Mine." in str(web.page.find("textarea", id="found"))
    assert queries.findings(again(visit))["food-water"].found == "Theirs."
    web.submit("finding", {"found": "Theirs and mine."})
    assert queries.findings(again(visit))["food-water"].found == "Theirs and mine."


def test_a_text_that_is_too_long_comes_back_whole_with_its_count(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    long = "ض" * 20_001
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings")
    web.submit("texts", {"summary": long})
    assert "This text has 20001 characters, 20000 fit. Nothing was cut." in web.main.replace("20,00", "2000")
    field = web.page.find("textarea", id="summary")
    assert field is not None
    assert field.get_text().strip() == long
    assert again(visit).summary == ""


def test_figures_are_typed_and_taken_back(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    operations.record_answers(visit, [Change("talk-capacity", 400)], by=leader, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings")
    web.submit("figures", {"present": "384", "capacity": ""})
    assert "The figures are saved." in web.main
    assert again(visit).figures == {"present": 384}
    for typed, sentence in (("-1", "between 0 and"), ("many", "Not a valid integer value."), ("1.5", "Not a valid")):
        web.get(f"/visits/{visit.id}/findings")
        web.submit("figures", {"present": typed})
        assert sentence in web.main
        assert again(visit).figures == {"present": 384}
    web.submit("figures", {"present": ""})
    assert again(visit).figures == {}


def test_a_topic_that_is_not_on_the_form_has_no_finding(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/findings/police-custody", status=404)
    web.get(f"/visits/{visit.id}/findings/weather", status=404)


# the list


def test_the_list_is_filtered_and_sorted_by_its_address(web: Browser, prison: Place, leader: User) -> None:
    for month, kind in ((1, VisitKind.NIGHT), (2, VisitKind.JOINT), (3, VisitKind.NIGHT)):
        visits.planned(prison, lead=leader, kind=kind, started_on=date(2026, month, 1), ended_on=None)
    web.sign_in(leader)

    def references(query: str) -> list[str]:
        web.get(f"/visits/?{query}")
        return [row.find_all("td")[-1].get_text(strip=True)[-2:] for row in web.page.select("main tbody tr")]

    assert references("") == ["03", "02", "01"]
    assert references("sort=started") == ["01", "02", "03"]
    assert references("kind=night&sort=started") == ["01", "03"]
    assert references("since=2026-02-01&until=2026-02-28") == ["02"]
    assert references("q=northgate&own=1&state=planned") == ["03", "02", "01"]
    assert references("state=exploded&kind=x&since=soon&sort=weather&page=99") == ["03", "02", "01"]
    assert references("state=approved") == []
    assert "No visit fits." in web.main


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("sort=place&page=1", False), ("q=north", True), ("own=1", True), ("since=soon", True)],
)
def test_the_filters_are_open_while_one_is_set(
    query: str, is_open: bool, web: Browser, prison: Place, leader: User
) -> None:
    web.sign_in(leader)
    web.get(f"/visits/?{query}")
    assert bool(web.page.select("details.fold[open]")) is is_open
    assert (web.page.find("a", string="Show all") is not None) is is_open


def test_the_filters_lie_beside_their_fold_so_that_a_wide_screen_shows_them_in_every_browser(
    web: Browser, prison: Place, leader: User
) -> None:
    web.sign_in(leader)
    for path, name in (("/visits/", "state"), ("/places", "region")):
        web.get(path)
        assert len(web.page.select(f"details.fold + .fold-fields [name={name}]")) == 1
        assert web.page.select("details.fold [name]") == []


def test_only_who_may_import_documents_is_led_there(web: Browser, leader: User, coordinator: User) -> None:
    for person, expected in ((leader, 0), (coordinator, 1)):
        browser = Browser(web.client.application)
        browser.sign_in(person)
        browser.get("/visits/")
        assert len(browser.page.select("main a[href='/visits/import']")) == expected
