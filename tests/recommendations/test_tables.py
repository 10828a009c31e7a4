"""The follow-up table: what stands in it, in which order, and what is counted."""

from datetime import date, timedelta

import pytest
from flask import Flask

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations import following_up, tables
from monitor.recommendations.following_up import Judgement, ReplyDraft
from monitor.recommendations.models import Evidence, Implementation, Position, Priority, Recommendation
from monitor.recommendations.tables import Coverage, Extent, TableRow, Totals, read_year
from monitor.visits.operations import approve
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

TODAY = date(2026, 3, 20)
PRIORITIES = (Priority.LONG, Priority.SHORT, Priority.IMMEDIATE, Priority.SHORT, Priority.SHORT)
DUE = (date(2026, 4, 1), None, date(2026, 9, 1), date(2026, 6, 1), date(2026, 5, 1))


@pytest.fixture
def asked(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """Five recommendations of an approved visit, in no order of urgency."""
    visit = visits.in_review(places.place(mechanism), lead=monitor)
    made = [
        recommendation(visit, by=coordinator, priority=priority, due_on=due)
        for priority, due in zip(PRIORITIES, DUE, strict=True)
    ]
    approve(visit, by=coordinator, at=AT)
    db.session.commit()
    return made


def whole(row: Recommendation) -> Coverage:
    return Coverage(Extent.PLACE, str(row.visit.place_id))


def rows_of(user: User, coverage: Coverage) -> tuple[TableRow, ...]:
    return tables.table_rows(db.session.scalars(tables.covered(user, coverage)).all(), TODAY)


def reply(row: Recommendation, position: Position, by: User, *, done: bool = False) -> None:
    draft = ReplyDraft(date(2026, 3, 15), position, "Our answer.", claims_done=done)
    following_up.record_reply(row, draft, today=TODAY, by=by, at=AT)


def check(row: Recommendation, state: Implementation, by: User) -> None:
    found = Judgement(state, Evidence.DOCUMENT, date(2026, 3, 18), "As we saw.", next_step="Write again.")
    following_up.assess(row, found, today=TODAY, by=by, at=AT)


def test_the_urgent_ones_stand_first_then_those_due_first(coordinator: User, asked: list[Recommendation]) -> None:
    assert [row.id for row in rows_of(coordinator, whole(asked[0]))] == [asked[n].id for n in (2, 4, 3, 1, 0)]


def test_the_claim_and_the_check_both_stand_in_it(coordinator: User, asked: list[Recommendation]) -> None:
    reply(asked[2], Position.ACCEPTED, coordinator, done=True)
    check(asked[2], Implementation.NOT_IMPLEMENTED, coordinator)
    first = rows_of(coordinator, whole(asked[0]))[0]
    assert (first.position, first.claims_done, first.reply_text) == (Position.ACCEPTED, True, "Our answer.")
    assert (first.implementation, first.evidence, first.assessed_on, first.note, first.next_step) == (
        Implementation.NOT_IMPLEMENTED, Evidence.DOCUMENT, date(2026, 3, 18), "As we saw.", "Write again.",
    )  # fmt: skip


def test_only_what_was_verified_counts_as_implemented(coordinator: User, asked: list[Recommendation]) -> None:
    reply(asked[0], Position.ACCEPTED, coordinator, done=True)
    reply(asked[1], Position.ACCEPTED, coordinator, done=True)
    check(asked[1], Implementation.VERIFIED, coordinator)
    reply(asked[2], Position.ACCEPTED_IN_PART, coordinator)
    reply(asked[3], Position.REJECTED, coordinator)
    found = tables.totals(tables.covered(coordinator, whole(asked[0])))
    assert found == Totals(asked=5, answered=4, accepted=2, accepted_in_part=1, implemented=1, reported=1)


def test_nothing_asked_is_nothing_of_nothing(mechanism: Mechanism, coordinator: User) -> None:
    nowhere = Coverage(Extent.PLACE, str(places.place(mechanism).id))
    assert tables.totals(tables.covered(coordinator, nowhere)) == Totals(0, 0, 0, 0, 0, 0)


def test_overdue_counts_from_the_day_after(coordinator: User, asked: list[Recommendation]) -> None:
    asked[2].reply_due_on, asked[4].reply_due_on = TODAY, TODAY - timedelta(days=1)
    db.session.flush()
    assert [row.is_overdue for row in rows_of(coordinator, whole(asked[0]))][:2] == [False, True]


def test_drafts_are_not_in_it(mechanism: Mechanism, monitor: User, coordinator: User) -> None:
    visit = visits.under_way(places.place(mechanism), lead=monitor)
    draft = recommendation(visit, by=monitor)
    for coverage in (whole(draft), Coverage(Extent.AUTHORITY, str(draft.authority_id)), Coverage(Extent.YEAR, "2026")):
        assert not rows_of(coordinator, coverage)


def test_tables_of_an_office_and_of_a_year_hold_theirs(coordinator: User, asked: list[Recommendation]) -> None:
    assert len(rows_of(coordinator, Coverage(Extent.AUTHORITY, str(asked[0].authority_id)))) == 5
    assert len(rows_of(coordinator, Coverage(Extent.YEAR, "2026"))) == 5
    assert not rows_of(coordinator, Coverage(Extent.YEAR, "2025"))


@pytest.mark.parametrize(("text", "year"), [("2026", 2026), ("0000", None), ("20x6", None), ("٢٠٢٦", None), ("", None)])
def test_years_are_read(text: str, year: int | None) -> None:
    assert read_year(text) == year


def test_the_page_says_all_of_it(app: Flask, web: Browser, coordinator: User, asked: list[Recommendation]) -> None:
    reply(asked[2], Position.ACCEPTED, coordinator, done=True)
    check(asked[2], Implementation.NOT_IMPLEMENTED, coordinator)
    web.sign_in(coordinator)
    for path in (
        f"/places/{asked[0].visit.place_id}/follow-up", f"/authorities/{asked[0].authority_id}/follow-up",
        "/recommendations/follow-up?year=2026",
    ):  # fmt: skip
        web.get(path)
        assert (
            "Answered 1/5 Accepted 1/5 Implemented, verified 0/5 Reported as implemented, not checked 0/5" in web.main
        )
        assert "15 March 2026: Accepted, says that it is carried out. Our answer." in web.main
        assert "18 March 2026: Not implemented (Proved by a document) As we saw." in web.main
    web.get("/recommendations/follow-up?year=never")
    assert "Follow-up of the visits of" in web.main


def test_a_stranger_finds_no_table_of_the_place(web: Browser, asked: list[Recommendation]) -> None:
    other = visits.in_other_mechanism()
    web.sign_in(other.team[0].user)
    web.get(f"/places/{asked[0].visit.place_id}/follow-up", status=404)
