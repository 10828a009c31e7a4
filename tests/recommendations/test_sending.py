"""Sending a report: the clocks that start, and the days that cannot be."""

from datetime import date, timedelta

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations import sending
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.sending import DeadlinesPassed, OutOfTime
from monitor.visits.models import Visit, VisitState
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

DAY = date(2026, 4, 1)
TODAY = date(2026, 4, 2)


@pytest.fixture
def rows(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """Two recommendations of an approved visit: one without date, one whose addressee answers by law in ten days."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    free = recommendation(visit, by=coordinator, priority=Priority.MEDIUM, due_on=None)
    bound = recommendation(visit, by=coordinator, addressee="Ministry", due_on=date(2026, 12, 24))
    assert bound.authority
    bound.authority.days_to_answer = 10
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return [free, bound]


def send(visit: Visit, by: User, *, on: date = DAY, keeps_passed: bool = False) -> None:
    sending.send_final(visit, on=on, keeps_passed=keeps_passed, today=TODAY, by=by, at=AT)


def test_the_time_to_reply_runs_from_the_day_of_sending(rows: list[Recommendation], coordinator: User) -> None:
    free, bound = rows
    send(free.visit, coordinator)
    assert (free.visit.state, free.visit.sent_on) == (VisitState.SENT_FINAL, DAY)
    assert (free.reply_due_on, free.due_on) == (DAY + timedelta(days=90), DAY + timedelta(days=180))
    assert (bound.reply_due_on, bound.due_on) == (DAY + timedelta(days=10), date(2026, 12, 24))


def test_dates_that_have_passed_are_named_before_anything_is_sent(
    rows: list[Recommendation], coordinator: User
) -> None:
    free, bound = rows
    bound.due_on = date(2026, 3, 31)
    with pytest.raises(DeadlinesPassed) as passed:
        send(free.visit, coordinator)
    assert passed.value.rows == [bound]
    assert (free.visit.state, free.reply_due_on) == (VisitState.APPROVED, None)
    send(free.visit, coordinator, keeps_passed=True)
    assert bound.due_on == date(2026, 3, 31)


@pytest.mark.parametrize("on", [date(2026, 4, 3), date(2026, 1, 1)], ids=["tomorrow", "before the visit"])
def test_a_day_that_cannot_be_is_refused(rows: list[Recommendation], coordinator: User, on: date) -> None:
    with pytest.raises(OutOfTime):
        send(rows[0].visit, coordinator, on=on)
    assert rows[0].visit.state is VisitState.APPROVED


def test_comments_are_not_due_before_the_draft_was_sent(rows: list[Recommendation], coordinator: User) -> None:
    visit = rows[0].visit
    with pytest.raises(OutOfTime):
        sending.send_draft(visit, on=DAY, comments_due_on=DAY - timedelta(days=1), today=TODAY, by=coordinator, at=AT)
    sending.send_draft(visit, on=DAY, comments_due_on=DAY, today=TODAY, by=coordinator, at=AT)
    assert (visit.state, visit.comments_due_on) == (VisitState.SENT_DRAFT, DAY)


def test_a_visit_is_led_to_its_end_on_pages(web: Browser, rows: list[Recommendation], coordinator: User) -> None:
    visit, bound = rows[0].visit, rows[1]
    bound.due_on = date(2026, 3, 20)
    web.sign_in(coordinator)

    def step(stage: str, **values: str) -> None:
        web.get(f"/visits/{visit.id}/after-approval/{stage}")
        web.submit("step", values)

    step("send_draft", on="2026-03-25", comments_due_on="2026-03-24")
    assert "Give a day between the visit and today; comments are due after it." in web.main
    web.submit("step", {"comments_due_on": "2026-04-24"})
    assert "comments are expected by" in web.main
    step("send_final", on="2026-03-30")
    assert "Some dates by which something is to be done lie before this day." in web.main
    assert str(bound.reference) in web.main
    web.submit("step", {"keeps_passed": "y"})
    assert "The final report was sent on" in web.main
    step("send_final", on="2026-03-30")
    assert "The visit stands elsewhere by now; nothing was changed." in web.main
    step("follow_up")
    web.get(f"/visits/{visit.id}/after-approval/close")
    assert "2 recommendations are still open." in web.main
    web.submit("step")
    step("reopen_follow_up")
    assert "Write the reason." in web.main
    web.submit("step", {"reason": "A late reply came."})
    db.session.expire_all()
    assert visit.state is VisitState.FOLLOW_UP
    web.get(f"/visits/{visit.id}/after-approval/start", status=404)


def test_a_follow_up_visit_knows_the_one_it_follows(
    web: Browser, rows: list[Recommendation], coordinator: User
) -> None:
    visit = rows[0].visit
    web.sign_in(coordinator)
    web.get(f"/visits/plan?place={visit.place_id}&follows={visit.id}")
    assert "the open recommendations of this place go along" in web.main
    web.submit("plan", {"started_on": "2026-09-01"})
    follower = db.session.query(Visit).filter(Visit.follows_id == visit.id).one()
    assert follower.kind == "follow-up"
    web.get(f"/visits/{follower.id}")
    assert visit.shown_reference in web.main
