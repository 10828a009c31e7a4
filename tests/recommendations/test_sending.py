"""Sending a report: the clocks that start, and the days that cannot be."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.recommendations import sending
from monitor.recommendations.models import Priority, Recommendation
from monitor.recommendations.sending import DeadlinesPassed, NotReleasedHere, OutOfTime
from monitor.reports.content import Version
from monitor.reports.models import Outgoing, Paper
from monitor.reports.operations import finish, request_visit_report
from monitor.reports.rendering import Pdf
from monitor.visits import operations
from monitor.visits.models import Visit, VisitState, VisitStep
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation
from tests.factories.releases import let_leave

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


def send(visit: Visit, by: User, *, on: date = DAY, keeps_passed: bool = False, otherwise: str = "By courier.") -> None:
    sending.send_final(visit, on=on, keeps_passed=keeps_passed, otherwise=otherwise, today=TODAY, by=by, at=AT)


def send_draft(visit: Visit, by: User, *, comments_due_on: date | None = None, otherwise: str = "By courier.") -> None:
    sending.send_draft(visit, on=DAY, comments_due_on=comments_due_on, otherwise=otherwise, today=TODAY, by=by, at=AT)


def release(visit: Visit, version: Version, by: User) -> None:
    """Make a version of the report leave, as far as the finished document."""
    let_leave(visit, Outgoing(version.value), by=by.id, at=AT)
    document = request_visit_report(visit, language=None, paper=Paper.A4, by=by, at=AT, version=version)
    finish(document, Pdf(b"%PDF-", ((),)), at=AT)


def events(visit: Visit) -> list[tuple[str, dict[str, str]]]:
    query = select(AuditEvent).where(AuditEvent.subject_id == visit.id).order_by(AuditEvent.sequence.desc())
    return [(event.tag, event.detail) for event in db.session.scalars(query.limit(2))]


def test_a_version_that_was_not_released_here_is_not_said_to_have_left(
    rows: list[Recommendation], coordinator: User
) -> None:
    visit = rows[0].visit
    release(visit, Version.PUBLIC, coordinator)
    with pytest.raises(NotReleasedHere):
        send(visit, coordinator, otherwise="")
    assert (visit.state, visit.sent_on, rows[0].reply_due_on) == (VisitState.APPROVED, None, None)
    release(visit, Version.AUTHORITY, coordinator)
    send(visit, coordinator, otherwise="")
    assert visit.state is VisitState.SENT_FINAL
    sending.publish(visit, by=coordinator, at=AT)
    assert visit.state is VisitState.PUBLISHED
    assert "visit:left-otherwise" not in [tag for tag, _ in events(visit)]


def test_a_draft_is_sent_when_the_version_for_the_authority_was_released_or_with_the_reason(
    rows: list[Recommendation], coordinator: User
) -> None:
    visit = rows[0].visit
    with pytest.raises(NotReleasedHere):
        send_draft(visit, coordinator, otherwise="")
    assert visit.state is VisitState.APPROVED
    send_draft(visit, coordinator)
    assert events(visit) == [("visit:left-otherwise", {"step": "send_draft"}), ("visit:send_draft", {})]


def test_a_draft_that_was_released_here_is_sent_without_a_reason(rows: list[Recommendation], coordinator: User) -> None:
    visit = rows[0].visit
    release(visit, Version.AUTHORITY, coordinator)
    send_draft(visit, coordinator, otherwise="")
    assert visit.state is VisitState.SENT_DRAFT


def test_only_what_was_released_since_the_approval_counts(rows: list[Recommendation], coordinator: User) -> None:
    visit = rows[0].visit
    release(visit, Version.AUTHORITY, coordinator)
    operations.reopen(visit, reason="A wrong figure.", by=coordinator, at=AT)
    approve(visit, by=coordinator, at=AT + timedelta(hours=1))
    with pytest.raises(NotReleasedHere):
        send(visit, coordinator, otherwise="")


def test_a_version_that_is_still_being_made_has_not_left(rows: list[Recommendation], coordinator: User) -> None:
    visit = rows[0].visit
    let_leave(visit, Outgoing.AUTHORITY, by=coordinator.id, at=AT)
    request_visit_report(visit, language=None, paper=Paper.A4, by=coordinator, at=AT, version=Version.AUTHORITY)
    with pytest.raises(NotReleasedHere):
        send(visit, coordinator, otherwise="")


def test_what_left_otherwise_is_said_with_a_reason_and_logged(rows: list[Recommendation], coordinator: User) -> None:
    visit = rows[0].visit
    send(visit, coordinator, otherwise="By courier, from the old system.")
    assert events(visit) == [("visit:left-otherwise", {"step": "send_final"}), ("visit:send_final", {})]
    with pytest.raises(NotReleasedHere):
        sending.publish(visit, by=coordinator, at=AT)
    sending.publish(visit, otherwise="In the annual report.", by=coordinator, at=AT)
    steps = db.session.scalars(select(VisitStep.reason).where(VisitStep.visit_id == visit.id).order_by(VisitStep.id))
    assert list(steps)[-2:] == ["By courier, from the old system.", "In the annual report."]


def test_the_page_asks_for_a_release_or_for_the_reason(
    web: Browser, rows: list[Recommendation], coordinator: User
) -> None:
    visit = rows[0].visit
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/after-approval/send_final")
    web.submit("step", {"on": "2026-03-30"})
    assert "This version has not been released. Nothing was recorded." in web.main
    web.submit("step", {"otherwise": "y", "reason": "  "})
    assert "Write the reason." in web.main
    web.submit("step", {"otherwise": "y", "reason": "By courier."})
    assert "The final report was sent on" in web.main
    release(visit, Version.PUBLIC, coordinator)
    db.session.commit()
    page = web.get(f"/visits/{visit.id}/after-approval/publish")
    assert not page.select("[name=otherwise]")
    web.submit("step")
    db.session.expire_all()
    assert visit.state is VisitState.PUBLISHED


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
        send_draft(visit, coordinator, comments_due_on=DAY - timedelta(days=1))
    send_draft(visit, coordinator, comments_due_on=DAY)
    assert (visit.state, visit.comments_due_on) == (VisitState.SENT_DRAFT, DAY)


def test_a_visit_is_led_to_its_end_on_pages(web: Browser, rows: list[Recommendation], coordinator: User) -> None:
    visit, bound = rows[0].visit, rows[1]
    bound.due_on = date(2026, 3, 20)
    web.sign_in(coordinator)

    def step(stage: str, **values: str) -> None:
        web.get(f"/visits/{visit.id}/after-approval/{stage}")
        web.submit("step", values)

    step("send_draft", on="2026-03-25", comments_due_on="2026-03-24", otherwise="y", reason="By courier.")
    assert "Give a day between the visit and today; comments are due after it." in web.main
    web.submit("step", {"comments_due_on": "2026-04-24"})
    assert "comments are expected by" in web.main
    step("send_final", on="2026-03-30", otherwise="y", reason="By courier.")
    assert "Some dates by which something is to be done lie before this day." in web.main
    assert str(bound.reference) in web.main
    web.submit("step", {"keeps_passed": "y"})
    assert "The final report was sent on" in web.main
    step("send_final", on="2026-03-30", otherwise="y", reason="By courier.")
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
