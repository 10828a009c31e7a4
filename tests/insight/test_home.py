"""The start page: what waits for whom, and what happened last."""

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.answers.operations import Change
from monitor.db import db
from monitor.insight.queries import (
    CHANGES_SHOWN,
    last_changes,
    last_steps,
    recommendations_waiting,
    tasks_of,
    waiting_for,
)
from monitor.places.models import Place
from monitor.recommendations.models import Implementation, Position, Recommendation
from monitor.recommendations.waiting import Wait
from monitor.sealing.key_pairs import new_pair
from monitor.vault import operations as vault
from monitor.vault.models import Compartment
from monitor.visits import corrections, operations
from monitor.visits.models import CorrectionOutcome, Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, recommendations, visits
from tests.factories.keys import compartments
from tests.statements import statements

TODAY = date(2026, 3, 20)


@pytest.fixture
def leader(body: Body) -> User:
    """A monitor who leads visits."""
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, name="Northgate", code="NORTHGATE")


def returned(prison: Place, *, lead: User, by: User) -> Visit:
    """Make a visit that its coordinator has returned, without a comment on a single topic."""
    visit = visits.in_review(prison, lead=lead)
    operations.return_visit(visit, {}, reason="Nearly there.", by=by, at=NOW)
    db.session.commit()
    return visit


def test_each_visit_waits_in_the_list_of_who_works_on_it(prison: Place, leader: User, coordinator: User) -> None:
    planned = visits.planned(prison, lead=leader, started_on=TODAY, ended_on=None)
    going_on = visits.under_way(prison, lead=leader)
    back, to_review = returned(prison, lead=leader, by=coordinator), visits.in_review(prison, lead=leader)
    overdue = visits.planned(prison, lead=leader, started_on=TODAY - timedelta(days=1), ended_on=None)
    mine, theirs = waiting_for(leader, TODAY), waiting_for(coordinator, TODAY)
    assert (list(mine.under_way), list(mine.returned), list(mine.planned)) == ([going_on], [back], [planned, overdue])
    assert [*mine.to_review, *mine.returned_to_teams, *mine.not_started] == []
    assert (list(theirs.to_review), list(theirs.returned_to_teams)) == ([to_review], [back])
    assert list(theirs.not_started) == [overdue]
    assert [*theirs.under_way, *theirs.returned, *theirs.planned] == []


def test_a_visit_that_was_sent_again_is_no_longer_returned(prison: Place, leader: User, coordinator: User) -> None:
    visit = returned(prison, lead=leader, by=coordinator)
    operations.halt(visit, "suspend", reason="The road is closed.", by=leader, at=NOW)
    assert list(waiting_for(coordinator, TODAY).returned_to_teams) == []
    operations.halt(visit, "resume", by=leader, at=NOW)
    assert list(waiting_for(coordinator, TODAY).returned_to_teams) == [visit]
    operations.submit(visit, by=leader, at=NOW + timedelta(hours=1))
    waiting = waiting_for(coordinator, TODAY)
    assert (list(waiting.returned_to_teams), list(waiting.to_review)) == ([], [visit])


def test_a_coordinator_settles_clashes_of_every_visit_of_the_body(
    prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.under_way(prison, lead=leader, form="full")
    for comment in ("Clean.", "Dirty."):
        operations.record_answers(visit, [Change("san-cleaning", "meets", comment)], by=leader, at=NOW)
    assert list(waiting_for(coordinator, TODAY).with_clashes) == [visit]


def test_nothing_of_another_body_or_before_approval_is_among_the_last_changes(
    mechanism: Mechanism, prison: Place, leader: User, coordinator: User
) -> None:
    elsewhere = accounts.coordinator(accounts.other_body(mechanism))
    visits.approved(prison, lead=leader, by=coordinator)
    assert last_changes(elsewhere) == []
    assert [step.step for step, _visit in last_changes(coordinator)] == ["approve", "submit", "start"]


def test_the_last_changes_stand_newest_first_and_are_few(prison: Place, leader: User, coordinator: User) -> None:
    made = []
    for day in range(1, 7):
        at = datetime(2026, 3, day, 9, 0, tzinfo=UTC)
        made.append(visits.in_review(prison, lead=leader, at=at))
    found = last_changes(coordinator)
    assert len(found) == CHANGES_SHOWN
    assert [visit for _step, visit in found[::2]] == made[:0:-1]
    assert last_steps(made)[made[0].id].step == "submit"


def test_the_page_of_a_coordinator_names_what_waits_and_links_to_it(
    web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    visit = visits.in_review(prison, lead=leader)
    visits.planned(prison, lead=leader, started_on=date(2020, 1, 1), ended_on=None)
    web.sign_in(coordinator)
    web.get("/")
    (row,) = web.page.select("[aria-labelledby=review] li")
    assert row.a is not None
    assert row.a["href"] == f"/visits/{visit.id}"
    assert "Sent for review" in row.get_text()
    assert "Amina Diallo" in row.get_text()
    assert "The first day has passed" in web.page.select("[aria-labelledby=not-started]")[0].get_text()
    assert len(web.page.select("[aria-labelledby=changes] li")) == 2


def test_a_reviewer_is_told_what_waits_for_review_in_the_own_body_and_of_nothing_else(
    web: Browser, mechanism: Mechanism, prison: Place, body: Body, leader: User, coordinator: User
) -> None:
    reviewer = accounts.person(body, Role.REVIEWER)
    elsewhere = accounts.person(accounts.other_body(mechanism), Role.REVIEWER)
    web.sign_in(reviewer)
    assert "No visit waits for review." in web.get("/").select("[aria-labelledby=review]")[0].get_text()
    visit = visits.in_review(prison, lead=leader, form="full")
    for comment in ("Clean.", "Dirty."):
        operations.record_answers(visit, [Change("san-cleaning", "meets", comment)], by=coordinator, at=NOW)
    db.session.commit()
    (row,) = web.get("/").select("[aria-labelledby=review] li")
    assert row.a is not None
    assert row.a["href"] == f"/visits/{visit.id}"
    assert tasks_of(reviewer, TODAY).counts == {"to_review": 1}
    assert tasks_of(coordinator, TODAY).counts == {"with_clashes": 1, "to_review": 1}
    assert tasks_of(elsewhere, TODAY).counts == {}


def test_a_list_that_is_full_leads_to_all_of_them(
    web: Browser, prison: Place, leader: User, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.insight.queries.SHOWN", 2)
    web.sign_in(coordinator)
    for number, links in ((1, 0), (2, 1), (3, 1)):
        visits.in_review(prison, lead=leader)
        web.get("/")
        assert len(web.page.select("[aria-labelledby=review] li")) == min(number, 2)
        assert len(web.page.select("[aria-labelledby=review] p a")) == links
    web.get(str(web.page.select("[aria-labelledby=review] p a")[0]["href"]))
    assert "3 visits" in web.main


def test_a_monitor_sees_only_own_work(web: Browser, prison: Place, leader: User, coordinator: User) -> None:
    returned(prison, lead=leader, by=coordinator)
    web.sign_in(leader)
    web.get("/")
    assert [title.get_text(strip=True) for title in web.page.select("main h2")] == [
        "Returned to you with comments", "Drafts that are late", "Visits going on",
    ]  # fmt: skip


def test_a_draft_is_late_after_four_weeks_and_of_a_large_place_after_eight(
    mechanism: Mechanism, body: Body, leader: User, coordinator: User
) -> None:
    small, large = places.place(mechanism, capacity=20), places.place(mechanism, capacity=400)
    on = {"started_on": date(2026, 3, 9), "ended_on": date(2026, 3, 10)}
    visits.under_way(small, lead=leader, team=(coordinator,), **on)
    visits.under_way(large, lead=leader, **on)
    visits.in_review(small, lead=leader, **on)
    visits.planned(small, lead=leader, **on)
    for days, late in ((28, []), (29, [small]), (56, [small]), (57, [large, small])):
        for user in (leader, coordinator):
            found = waiting_for(user, date(2026, 3, 10) + timedelta(days=days)).late_drafts
            assert [visit.place for visit in found] == late
    assert list(waiting_for(accounts.monitor(body), TODAY + timedelta(days=90)).late_drafts) == []


def sent(prison: Place, leader: User, coordinator: User, **given: date) -> Recommendation:
    """Make a recommendation whose report was sent; `given` are columns of it."""
    visit = visits.in_review(prison, lead=leader)
    row = recommendations.recommendation(visit, by=leader)
    operations.approve(visit, by=coordinator, at=NOW)
    for name, value in given.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def test_replies_and_next_steps_wait_for_the_coordinator_and_who_follows_up(
    prison: Place, body: Body, leader: User, coordinator: User
) -> None:
    overdue = sent(prison, leader, coordinator, reply_due_on=TODAY - timedelta(days=1))
    due = sent(prison, leader, coordinator, reply_due_on=TODAY)
    sent(prison, leader, coordinator, reply_due_on=TODAY + timedelta(days=15))
    step = sent(prison, leader, coordinator, next_step_on=TODAY)
    answered = sent(prison, leader, coordinator, reply_due_on=TODAY - timedelta(days=9))
    answered.position = Position.REJECTED
    settled = sent(prison, leader, coordinator, reply_due_on=TODAY - timedelta(days=9))
    settled.implementation = Implementation.VERIFIED
    db.session.commit()
    assert recommendations_waiting(coordinator, TODAY) == {Wait.OVERDUE: [overdue], Wait.DUE: [due], Wait.STEP: [step]}
    assert not any(recommendations_waiting(leader, TODAY).values())
    due.owner_id = leader.id
    db.session.commit()
    assert recommendations_waiting(leader, TODAY) == {Wait.OVERDUE: [], Wait.DUE: [due], Wait.STEP: []}
    elsewhere = accounts.coordinator(accounts.other_body(body.mechanism))
    assert not any(recommendations_waiting(elsewhere, TODAY).values())


def test_what_is_overdue_stands_on_the_page_and_in_the_list(
    web: Browser, prison: Place, leader: User, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.insight.queries.SHOWN", 1)
    row = sent(prison, leader, coordinator, reply_due_on=date(2020, 1, 1))
    sent(prison, leader, coordinator)
    web.sign_in(coordinator)
    (line,) = web.get("/").select("[aria-labelledby=overdue] li")
    assert line.a is not None
    assert line.a["href"] == f"/recommendations/{row.id}"
    assert "1 January 2020" in line.get_text()
    web.get(str(web.page.select("[aria-labelledby=overdue] p a")[0]["href"]))
    assert "1 recommendation" in web.main


def test_an_open_correction_waits_until_it_is_answered(prison: Place, leader: User, coordinator: User) -> None:
    visit = visits.approved(prison, lead=leader, by=coordinator)
    operations.move_on(visit, "send_draft", by=coordinator, at=NOW)
    assert list(waiting_for(coordinator, TODAY).with_corrections) == []
    made = corrections.receive(visit, "Page 3", "There are 12.", received_on=TODAY, by=coordinator, at=NOW)
    assert list(waiting_for(coordinator, TODAY).with_corrections) == [visit]
    assert list(waiting_for(leader, TODAY).with_corrections) == []
    operations.reopen(visit, reason="Count again.", by=coordinator, at=NOW)  # as the page of corrections says
    assert list(waiting_for(coordinator, TODAY).with_corrections) == [visit]
    corrections.answer(made, CorrectionOutcome.TAKEN, "", by=coordinator, at=NOW)
    assert list(waiting_for(coordinator, TODAY).with_corrections) == []


def test_a_paper_key_that_nobody_tried_for_a_year_is_named_to_coordinators_alone(
    web: Browser, body: Body, leader: User, coordinator: User
) -> None:
    def named() -> list[str]:
        return [str(link["href"]) for link in web.get("/").select("main .note-attention a")]

    web.sign_in(coordinator)
    assert named() == []
    paper = vault.make_paper(body, by=coordinator, at=NOW).row
    db.session.commit()
    assert named() == [f"/keys/{body.id}"]
    paper.drilled_at = datetime.now(UTC) - timedelta(days=364)
    db.session.commit()
    assert named() == []
    paper.drilled_at -= timedelta(days=1)
    db.session.commit()
    assert named() == [f"/keys/{body.id}"]
    web.sign_in(leader)
    assert named() == []


def test_a_key_that_was_exchanged_is_named_to_who_coordinates_or_reads(
    web: Browser, body: Body, leader: User, coordinator: User
) -> None:
    def warning() -> bool:
        return "was exchanged in the database" in web.get("/").get_text()

    key = compartments(body)[Compartment.MEDICAL]
    db.session.commit()
    web.sign_in(coordinator)
    assert not warning()
    key.public = new_pair().public
    db.session.commit()
    assert warning()
    web.sign_in(leader)
    assert not warning()


def test_the_page_asks_the_database_no_more_for_more_visits(
    web: Browser, prison: Place, leader: User, coordinator: User
) -> None:
    web.sign_in(coordinator)
    counts = []
    for number in range(2):
        for lead in [leader] * (1 + 4 * number):
            visits.in_review(prison, lead=lead)
            returned(prison, lead=lead, by=coordinator)
            visits.planned(prison, lead=lead)
            sent(prison, lead, coordinator, reply_due_on=date(2020, 1, 1), next_step_on=date(2020, 1, 1))
        counts.append(queries_of(web))
    assert counts[0] == counts[1]


def queries_of(web: Browser) -> int:
    """Return how many statements the start page takes."""
    with statements() as seen:
        web.get("/")
    return len(seen)
