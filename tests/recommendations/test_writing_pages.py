"""Writing a recommendation on its page: what it holds comes back, and saving anew loses nothing."""

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations.models import Implementation, Kind, Question, Reach, Recommendation, RootCause
from tests.client import Browser
from tests.factories import places, visits
from tests.factories.recommendations import recommendation

KEPT = (
    "kind", "text", "public_text", "authority_id", "root_cause", "reach", "priority", "due_on", "items", "standards",
    "questions", "suits_fund", "repeated_from_id", "repeats", "owner_id",
)  # fmt: skip


@pytest.fixture
def row(mechanism: Mechanism, monitor: User, coordinator: User) -> Recommendation:
    """A recommendation in which every field says something."""
    place = places.place(mechanism)
    earlier = recommendation(visits.approved(place, lead=monitor, by=coordinator), by=coordinator)
    earlier.reference = "NORTHGATE-2026-01"
    return recommendation(
        visits.under_way(place, lead=monitor), by=monitor, kind=Kind.DUTY, public_text="Less.",
        root_cause=RootCause.TRAINING, reach=Reach.TYPE, questions=(Question.SPECIFIC, Question.TIMED), suits_fund=True,
        repeated_from=earlier, owner_id=monitor.id,
    )  # fmt: skip


def values(row: Recommendation) -> dict[str, object]:
    db.session.expire_all()
    return {name: getattr(row, name) for name in KEPT}


@pytest.mark.parametrize(
    "is_over", [False, True], ids=["as it stood", "when what it repeats is settled and its owner gone"]
)
def test_saving_as_it_stands_changes_nothing(
    web: Browser, row: Recommendation, monitor: User, coordinator: User, is_over: bool
) -> None:
    if is_over:
        assert row.repeated_from
        row.repeated_from.implementation = Implementation.VERIFIED
        monitor.is_enabled = False
        db.session.commit()
    before = values(row)
    web.sign_in(coordinator)
    web.get(f"/recommendations/{row.id}/edit")
    web.submit("recommendation", {"text": "Another sentence."})
    assert "The recommendation is saved." in web.page.get_text()
    assert values(row) == before | {"text": "Another sentence."}
