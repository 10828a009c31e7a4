"""Claims and checks: both are kept, only what the mechanism found out counts as implemented."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations import following_up, queries
from monitor.recommendations.following_up import (
    Judgement,
    NotApproved,
    NotProved,
    OutOfTime,
    ReplyDraft,
    VisitMissing,
    story,
)
from monitor.recommendations.models import Evidence, Implementation, Position, Recommendation
from monitor.visits.operations import approve
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

TODAY = date(2026, 9, 1)
REPLY = ReplyDraft(date(2026, 6, 1), Position.ACCEPTED, "The showers are mended.", claims_done=True)
SEEN = Judgement(Implementation.IN_PROGRESS, Evidence.MEETING, date(2026, 7, 1))


@pytest.fixture
def row(mechanism: Mechanism, monitor: User, coordinator: User) -> Recommendation:
    """A recommendation of an approved visit."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = recommendation(visit, by=coordinator)
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


def reply(row: Recommendation, by: User, draft: ReplyDraft = REPLY) -> None:
    following_up.record_reply(row, draft, today=TODAY, by=by, at=AT)


def assess(row: Recommendation, by: User, found: Judgement = SEEN) -> None:
    following_up.assess(row, found, today=TODAY, by=by, at=AT)


def standing(row: Recommendation) -> tuple[Position, Implementation]:
    return row.position, row.implementation


def test_a_claim_is_reported_and_never_implemented(row: Recommendation, coordinator: User) -> None:
    assert standing(row) == (Position.AWAITING, Implementation.NOT_ASSESSED)
    reply(row, coordinator)
    assert standing(row) == (Position.ACCEPTED, Implementation.REPORTED)
    assert row.is_open


def test_what_was_seen_outweighs_a_later_claim(
    mechanism: Mechanism, row: Recommendation, coordinator: User, monitor: User
) -> None:
    later = visits.under_way(row.visit.place, lead=monitor)
    seen = Judgement(Implementation.NOT_IMPLEMENTED, Evidence.VISIT, date(2026, 7, 1), "Still cold.", later)
    reply(row, coordinator)
    assess(row, coordinator, seen)
    reply(row, coordinator, replace(REPLY, received_on=date(2026, 8, 1)))
    assert standing(row) == (Position.ACCEPTED, Implementation.NOT_IMPLEMENTED)
    told = story(queries.replies(row), queries.assessments(row))
    assert [(moment.day.month, moment.reply is not None) for moment in told] == [
        (6, True), (6, False), (7, False), (8, True),
    ]  # fmt: skip


def test_the_reply_received_last_counts_however_late_it_is_typed(row: Recommendation, coordinator: User) -> None:
    reply(row, coordinator, replace(REPLY, position=Position.REJECTED, claims_done=False))
    reply(row, coordinator, replace(REPLY, received_on=date(2026, 5, 1)))
    assert row.position is Position.REJECTED
    assert [kept.position for kept in queries.replies(row)] == [Position.ACCEPTED, Position.REJECTED]


def test_the_word_of_an_authority_proves_nothing(row: Recommendation, coordinator: User) -> None:
    with pytest.raises(NotProved):
        assess(row, coordinator, replace(SEEN, implementation=Implementation.VERIFIED, evidence=Evidence.REPLY))
    assert row.implementation is Implementation.NOT_ASSESSED
    assess(row, coordinator, replace(SEEN, implementation=Implementation.VERIFIED, evidence=Evidence.DOCUMENT))
    assert not row.is_open


def test_what_was_seen_on_a_visit_names_the_visit(row: Recommendation, coordinator: User) -> None:
    with pytest.raises(VisitMissing):
        assess(row, coordinator, replace(SEEN, evidence=Evidence.VISIT))


@pytest.mark.parametrize("day", [date(2026, 9, 2), date(2025, 12, 31)], ids=["tomorrow", "before the visit"])
def test_a_day_that_cannot_be_is_refused(row: Recommendation, coordinator: User, day: date) -> None:
    with pytest.raises(OutOfTime):
        reply(row, coordinator, replace(REPLY, received_on=day))
    with pytest.raises(OutOfTime):
        assess(row, coordinator, replace(SEEN, assessed_on=day))
    assert not queries.replies(row)


def test_what_was_never_approved_was_never_answered(mechanism: Mechanism, monitor: User) -> None:
    draft = recommendation(visits.under_way(places.place(mechanism), lead=monitor), by=monitor)
    with pytest.raises(NotApproved):
        reply(draft, monitor)
    with pytest.raises(NotApproved):
        assess(draft, monitor)


def test_the_next_step_stays_when_a_claim_comes_in(row: Recommendation, coordinator: User) -> None:
    assess(row, coordinator, replace(SEEN, next_step="Ask the ministry.", next_step_on=date(2026, 10, 1)))
    reply(row, coordinator, replace(REPLY, received_on=date(2026, 8, 1)))
    assert (row.next_step, row.next_step_on) == ("Ask the ministry.", date(2026, 10, 1))


@pytest.mark.parametrize(
    ("position", "due", "is_overdue"),
    [
        (Position.AWAITING, date(2026, 8, 31), True),
        (Position.AWAITING, TODAY, False),
        (Position.AWAITING, None, False),
        (Position.REJECTED, date(2026, 8, 31), False),
    ],
    ids=["late", "today", "no clock", "answered"],
)
def test_a_reply_is_overdue_from_the_day_after(
    row: Recommendation, position: Position, due: date | None, is_overdue: bool
) -> None:
    row.position, row.reply_due_on = position, due
    assert row.is_overdue(TODAY) is is_overdue
