"""Corrections of fact: what the authority says is kept beside the mechanism's answer; the mechanism decides."""

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.visits import corrections
from monitor.visits.corrections import AnswerMissing, NotWithTheAuthority
from monitor.visits.models import CorrectionOutcome, Visit
from monitor.visits.operations import approve, move_on, reopen
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.accounts import AT

DAY = AT.date()


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User, coordinator: User) -> Visit:
    """A visit whose draft is with the authority."""
    made = visits.approved(places.place(mechanism), lead=monitor, by=coordinator)
    move_on(made, "send_draft", by=coordinator, at=AT)
    db.session.commit()
    return made


def test_what_is_asked_and_what_is_answered_stand_together(visit: Visit, coordinator: User) -> None:
    row = corrections.receive(visit, "Page 4", "There are 12 cells.", received_on=DAY, by=coordinator, at=AT)
    assert (row.outcome, row.answer) == (CorrectionOutcome.OPEN, "")
    corrections.answer(row, CorrectionOutcome.TAKEN, "", by=coordinator, at=AT)
    assert [(one.passage, one.asked, one.outcome) for one in corrections.of_visit(visit)] == [
        ("Page 4", "There are 12 cells.", CorrectionOutcome.TAKEN)
    ]


@pytest.mark.parametrize("outcome", [CorrectionOutcome.NOT_TAKEN, CorrectionOutcome.TAKEN_IN_PART])
def test_who_does_not_follow_says_why(visit: Visit, coordinator: User, outcome: CorrectionOutcome) -> None:
    row = corrections.receive(visit, "Page 4", "There are 12 cells.", received_on=DAY, by=coordinator, at=AT)
    with pytest.raises(AnswerMissing):
        corrections.answer(row, outcome, "  ", by=coordinator, at=AT)
    assert row.outcome is CorrectionOutcome.OPEN


def test_corrections_come_while_the_draft_is_with_the_authority(visit: Visit, coordinator: User) -> None:
    move_on(visit, "send_final", by=coordinator, at=AT)
    with pytest.raises(NotWithTheAuthority):
        corrections.receive(visit, "Page 4", "Late.", received_on=DAY, by=coordinator, at=AT)


def test_they_stay_in_sight_while_the_report_is_mended_and_when_it_is_sent(
    web: Browser, visit: Visit, coordinator: User
) -> None:
    address = f"/visits/{visit.id}/corrections"
    row = corrections.receive(visit, "Page 4", "There are 12 cells.", received_on=DAY, by=coordinator, at=AT)
    web.sign_in(coordinator)

    def links() -> list[str]:
        found = web.get(f"/visits/{visit.id}").select(f"a[href='{address}']")
        return [link.get_text(strip=True) for link in found]

    told = "One correction of fact is not answered yet."
    reopen(visit, reason="Count again.", by=coordinator, at=AT)
    assert links() == ["Corrections of fact", told]
    approve(visit, by=coordinator, at=AT)
    assert links() == ["Corrections of fact", told]
    web.get(f"/visits/{visit.id}/after-approval/send_final")
    assert told in web.main
    corrections.answer(row, CorrectionOutcome.TAKEN, "", by=coordinator, at=AT)
    assert links() == ["Corrections of fact"]
    web.get(f"/visits/{visit.id}/after-approval/send_final")
    assert told not in web.main


def test_they_are_recorded_and_answered_on_pages(web: Browser, visit: Visit, coordinator: User) -> None:
    web.sign_in(coordinator)
    web.get(f"/visits/{visit.id}/corrections")
    web.submit("correction", {"passage": "", "asked": "There are 12 cells."})
    assert "Quote the passage, or name its page and paragraph." in web.main
    assert "There are 12 cells." in web.main
    web.submit("correction", {"passage": "Page 4"})
    (row,) = corrections.of_visit(visit)
    web.get(f"/visits/{visit.id}/corrections/{row.id.hex}")
    web.submit("correction-answer", {"outcome": "not_taken"})
    assert "Say why the report does not follow the correction." in web.main
    web.submit("correction-answer", {"answer": "We counted nine."})
    assert "The report stays as it is" in web.main
    assert "We counted nine." in web.main
    web.get(f"/visits/{visit.id}/corrections/{visit.id.hex}", status=404)
