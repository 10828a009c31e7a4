"""What was seen of open recommendations travels like the other records, and nobody's check writes over another's."""

from datetime import date
from typing import Any

import pytest

from monitor.accounts.models import Body, User
from monitor.db import db
from monitor.places.models import Place
from monitor.recommendations import following_up, queries
from monitor.recommendations.models import Implementation, Recommendation
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.conftest import NOW
from tests.factories import accounts, visits
from tests.factories.recommendations import recommendation
from tests.sync.conftest import AtHand, record


@pytest.fixture
def advised(prison: Place, leader: User, body: Body) -> Recommendation:
    """An open recommendation of an approved visit to the prison."""
    coordinator = accounts.coordinator(body)
    before = visits.in_review(prison, lead=leader)
    row = recommendation(before, by=coordinator, text="Mend the showers.")
    operations.approve(before, by=coordinator, at=NOW)
    db.session.commit()
    return row


def check(row: Recommendation, state: str = "in_progress", note: str = "Two of six work.", base: str = "") -> str:
    return record("check", recommendation=str(row.id), state=state, note=note, base=base)


def seen(row: Recommendation) -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(one.implementation.value, one.note) for one in queries.assessments(row)]


def test_a_check_arrives_as_if_made_at_the_office(device: AtHand, visit: Visit, advised: Recommendation) -> None:
    pack = device.take(visit)
    assert pack["may"]["check"] is True
    assert [one["id"] for one in pack["recommendations"]] == [str(advised.id)]
    assert pack["checks"] == {}
    text = check(advised)
    assert [result["outcome"] for result in device.hand_in(visit, text)] == ["applied"]
    assert [result["outcome"] for result in device.hand_in(visit, text)] == ["applied"]
    assert seen(advised) == [("in_progress", "Two of six work.")]
    (made,) = queries.assessments(advised)
    assert (made.visit_id, made.assessed_on) == (visit.id, visit.ended_on)
    assert advised.implementation is Implementation.IN_PROGRESS
    there = {
        "state": "in_progress", "note": "Two of six work.", "base": str(made.id),
        "by": made.assessed_by.name, "at": made.recorded_at.isoformat(),
    }  # fmt: skip
    assert device.take(visit)["checks"] == {str(advised.id): there}


def test_a_second_check_needs_to_have_seen_the_first(
    device: AtHand, visit: Visit, advised: Recommendation, leader: User
) -> None:
    device.take(visit)
    by_another = {advised: (Implementation.NOT_STARTED, "Nothing was done.")}
    (made,) = following_up.check_on_site(visit, by_another, today=date(2026, 3, 14), by=leader, at=NOW)
    db.session.commit()
    (result,) = device.hand_in(visit, check(advised))
    assert result["outcome"] == "refused"
    assert "meanwhile" in result["message"]
    (same,) = device.hand_in(visit, check(advised, "not_started", "Nothing was done."))
    assert same["outcome"] == "applied"
    assert seen(advised) == [("not_started", "Nothing was done.")]
    (result,) = device.hand_in(visit, check(advised, base=str(made.id)))
    assert result["outcome"] == "applied"
    assert seen(advised) == [("not_started", "Nothing was done."), ("in_progress", "Two of six work.")]


@pytest.mark.parametrize(
    ("altered", "why"),
    [
        ({"state": "implemented_reported"}, "cannot be read"),
        ({"state": "not_assessed"}, "cannot be read"),
        ({"state": 3}, "cannot be read"),
        ({"recommendation": "elsewhere"}, "no longer to be checked"),
        ({"note": "\x07"}, "cannot be stored"),
    ],
)
def test_what_cannot_be_a_check_stays_on_the_device(
    device: AtHand, visit: Visit, advised: Recommendation, altered: dict[str, Any], why: str
) -> None:
    said = {"recommendation": str(advised.id), "state": "in_progress", "note": "", "base": ""}
    (result,) = device.hand_in(visit, record("check", **said | altered))
    assert result["outcome"] == "refused"
    assert why in result["message"]
    assert seen(advised) == []


def test_a_visit_before_the_recommendation_checks_nothing(
    device: AtHand, visit: Visit, advised: Recommendation
) -> None:
    visit.started_on = visit.ended_on = date(2020, 1, 1)
    (result,) = device.hand_in(visit, check(advised))
    assert "mend them in its plan" in result["message"]
    assert seen(advised) == []


def test_who_may_not_check_hands_no_check_in(
    device: AtHand, visit: Visit, advised: Recommendation, leader: User
) -> None:
    operations.submit(visit, by=leader, at=NOW)
    (result,) = device.hand_in(visit, check(advised))
    assert "may not write this any more" in result["message"]
    assert seen(advised) == []
