"""The pages of a visit from plan to approval, in a browser without scripts."""

from datetime import date

import pytest

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items
from monitor.db import db
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from monitor.places.models import Place
from monitor.visits import operations, queries
from monitor.visits.models import TeamRole, Visit, VisitKind, VisitState
from monitor.visits.operations import Member
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits

PLAN = {
    "kind": "follow-up", "announcement": "unannounced", "started_on": "2026-04-07", "ended_on": "2026-04-09",
    "form": "core",
}  # fmt: skip


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The browser of a coordinator."""
    web.sign_in(coordinator)
    return web


def only_visit() -> Visit:
    db.session.rollback()
    (visit,) = db.session.query(Visit)
    return visit


def again(visit: Visit) -> Visit:
    """Return the visit as the database has it now."""
    db.session.expire_all()
    return visit


def heading(web: Browser) -> str:
    assert web.page.h1 is not None
    return web.page.h1.get_text(" ", strip=True)


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


# team


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"label-0": "Dr. Okafor"}, "Choose a role for this person."),
        ({"outside-0": "doctor"}, "Write the name of this person, or what is known of them."),
        ({"label-0": "a\fb", "outside-0": "doctor"}, "This text holds characters that cannot be stored."),
        ({"label-0": "x" * 301, "outside-0": "doctor"}, "300"),
    ],
)
def test_a_line_of_the_team_that_is_half_filled_is_kept_and_asked_about(
    typed: dict[str, str], sentence: str, web: Browser, prison: Place, leader: User
) -> None:
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", typed)
    assert sentence in web.main
    assert len(again(visit).team) == 1


def test_sections_offer_only_the_team(web: Browser, prison: Place, leader: User, member: User, body: Body) -> None:
    other = accounts.monitor(body, name="Ines Okafor")
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    assert offered(web, "health") == {str(leader.id)}
    web.submit("team", {f"role-{member.id}": "monitor"})
    assert "The team is saved. Now choose who looks after which section." in web.main
    assert offered(web, "health") == {str(leader.id), str(member.id)}
    web.submit("team", {"section-health": [str(member.id)]})
    assert heading(web) == f"Visit to {prison.name}"
    assert again(visit).member(member).sections == ["health"]  # type: ignore[union-attr]
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {"section-health": [str(other.id)]})
    assert "is not a valid choice" in web.main
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {f"role-{member.id}": ""})
    assert [one.shown_name for one in again(visit).team] == ["Amina Diallo"]


def offered(web: Browser, section: str) -> set[str]:
    """Return the ids of those whom the page at hand offers for a section."""
    return {str(box["value"]) for box in web.page.select(f"[name=section-{section}]")}


def test_a_team_without_a_leader_is_refused(web: Browser, prison: Place, leader: User, member: User) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    web.sign_in(leader)
    for role in ("monitor", ""):
        web.get(f"/visits/{visit.id}/team")
        web.submit("team", {f"role-{leader.id}": role})
        assert "Choose exactly one team leader." in web.main
    assert again(visit).is_led_by(leader)


def test_everybody_of_an_imported_team_is_still_on_it_when_a_leader_is_chosen(
    desk: Browser, prison: Place, leader: User
) -> None:
    visit = visits.in_review(prison, lead=leader)
    guests = [Member(None, TeamRole.EXPERT, f"Expert {number}") for number in range(5)]
    operations.set_team(visit, guests, by=None, at=NOW)
    desk.get(f"/visits/{visit.id}/team")
    desk.submit("team", {f"role-{leader.id}": "lead"})
    assert [member.shown_name for member in again(visit).team] == ["Amina Diallo", *(guest.label for guest in guests)]


def test_who_left_the_body_stays_on_the_team_until_taken_off(
    web: Browser, prison: Place, leader: User, member: User
) -> None:
    visit = visits.planned(prison, lead=leader, team=(member,))
    accounts.operations.set_roles(member, [], by=None, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/team")
    web.submit("team")
    assert again(visit).member(member) is not None
    web.get(f"/visits/{visit.id}/team")
    web.submit("team", {f"role-{member.id}": ""})
    assert again(visit).member(member) is None


# steps


def test_a_visit_is_led_from_plan_to_approval(
    app: object, web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}")
    web.post(f"/visits/{visit.id}/start")
    assert "The visit is under way. The whole form is open." in web.main
    web.get(f"/visits/{visit.id}/submit")
    assert "items of the core form are not answered" in web.main
    web.submit("submit")
    assert "The visit was sent for review." in web.main
    desk = Browser(web.client.application)
    desk.sign_in(coordinator)
    desk.get(f"/visits/{visit.id}/return")
    desk.submit("return", {"reason": "Nearly there.", "topic-food-water": "Which meal?"})
    assert "The visit is with its team again." in desk.main
    web.get(f"/visits/{visit.id}")
    assert "Nearly there." in web.main
    assert "Which meal?" in web.main
    web.get(f"/visits/{visit.id}/findings/food-water")
    assert "Which meal?" in web.main
    web.get(f"/visits/{visit.id}/submit")
    web.submit("submit")
    assert "Nearly there." not in web.main
    desk.get(f"/visits/{visit.id}")
    desk.post(f"/visits/{visit.id}/approve")
    assert "The visit is approved. All monitors of the body can read it now." in desk.main
    assert again(visit).state is VisitState.APPROVED
    desk.get(f"/visits/{visit.id}/history")
    assert [row.get_text(strip=True) for row in desk.page.select("main tbody th")] == [
        "The visit began", "Sent for review", "Returned to the team", "Sent for review", "Approved",
    ]  # fmt: skip


def test_what_must_be_closed_is_listed_as_links_and_keeps_the_visit(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.under_way(prison, lead=leader)
    rated = next(item.id for item in guide_and_items(visit.sheet)[1].values() if item.ratings)
    operations.record_answers(visit, [Change(rated, "partly")], by=leader, at=NOW)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}/submit")
    assert "1 point must be closed first" in web.main
    assert web.page.find("form", id="submit") is None
    link = web.page.select_one("main .gaps a")
    assert link is not None
    web.get(str(link["href"]))
    assert web.page.find(id=f"item-{rated}") is not None
    web.post(f"/visits/{visit.id}/submit")
    assert "Nothing was sent: some points must be closed first." in web.main
    assert again(visit).state is VisitState.UNDER_WAY


def test_the_next_step_stands_in_the_title_line(
    web: Browser, prison: Place, leader: User, member: User, coordinator: User
) -> None:
    visit = visits.under_way(prison, lead=leader, team=(member,))
    rated = next(item.id for item in guide_and_items(visit.sheet)[1].values() if item.ratings)
    operations.record_answers(visit, [Change(rated, "partly")], by=leader, at=NOW)

    def actions(person: User) -> list[str]:
        browser = Browser(web.client.application)
        browser.sign_in(person)
        browser.get(f"/visits/{visit.id}")
        assert ("1 point must be closed" in browser.main) is (again(visit).state is VisitState.UNDER_WAY)
        return [one.get_text(strip=True) for one in browser.page.select(".title-actions > .btn, .title-actions > form")]

    assert actions(leader) == ["Send for review", "Urgent letter", "Open the form"]
    assert actions(member) == ["Open the form"]
    operations.record_answers(visit, [Change(rated, "meets", base=1)], by=leader, at=NOW)
    operations.submit(visit, by=leader, at=NOW)
    assert actions(coordinator) == ["Approve", "Return to the team", "Urgent letter", "Open the form"]


def test_a_return_marks_topics_with_open_notes_and_leads_to_their_answers(
    desk: Browser, prison: Place, leader: User
) -> None:
    notes = (Change("food-quality", "partly", "Cold soup."), Change("san-cleaning", "partly", "Mould."))
    visit = visits.in_review(prison, lead=leader, form="full", answers=notes)
    operations.save_finding(visit, "sanitation", found="Damp.", why="", base_version=0, by=leader, at=NOW)
    operations.record_answers(visit, [Change("food-diets", "partly")], by=leader, at=NOW)
    desk.get(f"/visits/{visit.id}/return")
    marked = {
        str(field["id"]).removesuffix("-hint"): field.get_text(" ", strip=True)
        for field in desk.page.select(".field-hint:has(.state)")
    }
    assert list(marked) == ["topic-food-water"]
    assert "1 point to close" in marked["topic-food-water"]
    assert "Notes, not yet a finding" in marked["topic-food-water"]
    assert desk.page.select_one(f"#topic-food-water-hint a[href='/visits/{visit.id}/findings/food-water']")
    assert [one.get_text(strip=True) for one in desk.page.select("summary .quiet")] == ["1 topic with open notes"]
    assert desk.page.select("main details.topic-comments[open]") == []
    desk.submit("return", {"topic-food-water": "x" * 20_001})
    (opened,) = desk.page.select("main details.topic-comments[open]")
    assert opened.select_one("#topic-food-water") is not None


def test_a_return_needs_something_to_look_at(desk: Browser, prison: Place, leader: User) -> None:
    visit = visits.in_review(prison, lead=leader)
    desk.get(f"/visits/{visit.id}/return")
    desk.submit("return", {"topic-food-water": "  "})
    assert "Write at least one comment" in desk.main
    desk.post(f"/visits/{visit.id}/return")  # a script of somebody's own may leave every field out
    assert "Write at least one comment" in desk.main
    assert again(visit).state is VisitState.REVIEW


def test_one_coordinator_approves_what_another_sent(
    desk: Browser, prison: Place, coordinator: User, body: Body
) -> None:
    visit = visits.in_review(prison, lead=coordinator)
    other = accounts.coordinator(body, name="Ines Okafor")
    desk.get(f"/visits/{visit.id}")
    desk.post(f"/visits/{visit.id}/approve")
    assert "You sent this visit for review yourself, so somebody else approves it: Ines Okafor." in desk.main
    assert again(visit).state is VisitState.REVIEW
    accounts.operations.set_enabled(other, False, by=coordinator, at=NOW)
    desk.post(f"/visits/{visit.id}/approve")
    assert "Sent for review and approved by the same person" in desk.main


def test_an_approved_visit_is_opened_again_with_a_reason(
    desk: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    desk.get(f"/visits/{visit.id}/reopen")
    desk.submit("step")
    assert "Write the reason." in desk.main
    desk.submit("step", {"reason": "A figure was wrong."})
    assert "The visit is open again, as its next version." in desk.main
    assert (again(visit).state, visit.report_version) == (VisitState.REVIEW, 2)
    assert queries.steps(visit)[-1].reason == "A figure was wrong."


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        (VisitState.PLANNED, "cancel", VisitState.CANCELLED),
        (VisitState.PLANNED, "refuse", VisitState.REFUSED),
        (VisitState.UNDER_WAY, "refuse", VisitState.REFUSED),
        (VisitState.UNDER_WAY, "suspend", VisitState.SUSPENDED),
        (VisitState.SUSPENDED, "resume", VisitState.UNDER_WAY),
    ],
)
def test_side_steps_ask_for_a_reason_where_one_is_needed(
    before: VisitState, step: str, after: VisitState, web: Browser, prison: Place, leader: User
) -> None:
    visit = visits.planned(prison, lead=leader)
    visit.state = before
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}")
    link = web.page.find("a", href=f"/visits/{visit.id}/halt/{step}")
    assert link is not None
    web.get(str(link["href"]))
    if step != "resume":
        web.submit("step")
        assert "Write the reason." in web.main
        assert again(visit).state is before
    web.submit("step", {"reason": "The road was closed."})
    assert again(visit).state is after


def test_a_step_that_somebody_took_before_changes_nothing(web: Browser, prison: Place, leader: User) -> None:
    visit = visits.planned(prison, lead=leader)
    web.sign_in(leader)
    web.get(f"/visits/{visit.id}")
    operations.start(visit, by=leader, at=NOW)
    web.post(f"/visits/{visit.id}/start")
    assert "The visit stands elsewhere by now; nothing was changed." in web.main
    assert [step.step for step in queries.steps(again(visit))] == ["start"]
    web.get(f"/visits/{visit.id}/halt/explode", status=404)
    web.get(f"/visits/{visit.id}/halt/approve", status=404)


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
    assert "Somebody saved another text while you were writing." in web.main
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


def test_only_who_may_import_documents_is_led_there(web: Browser, leader: User, coordinator: User) -> None:
    for person, expected in ((leader, 0), (coordinator, 1)):
        browser = Browser(web.client.application)
        browser.sign_in(person)
        browser.get("/visits/")
        assert len(browser.page.select("main a[href='/visits/import']")) == expected
