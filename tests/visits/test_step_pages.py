"""The steps that lead a visit from plan to approval and aside from it, in a browser without scripts."""

import pytest

from monitor.accounts.models import Body, User
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items
from monitor.places.models import Place
from monitor.visits import completeness, operations, queries
from monitor.visits.models import VisitState
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.visits.conftest import again


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

    assert actions(leader) == ["Open the form", "Send for review", "Urgent letter"]
    assert actions(member) == ["Open the form"]
    operations.record_answers(visit, [Change(rated, "meets", base=1)], by=leader, at=NOW)
    operations.submit(visit, by=leader, at=NOW)
    assert actions(coordinator) == ["Approve", "Return to the team", "Urgent letter", "Open the form"]


def test_while_questions_are_open_the_form_comes_before_sending(
    web: Browser, prison: Place, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visits.under_way(prison, lead=leader)
    web.sign_in(leader)
    for is_whole, words in ((False, "Open the form"), (True, "Send for review")):
        if is_whole:
            monkeypatch.setattr(completeness, "gaps", lambda _visit: [])
        title = web.get(f"/visits/{visit.id}").select_one(".title-actions")
        assert [link.get_text(strip=True) for link in title.select("a.btn-primary")] == [words]
        assert {link.get_text(strip=True) for link in title.select("a.btn")} == {"Open the form", "Send for review"}
        assert title.select_one("a.btn").get_text(strip=True) == words


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
