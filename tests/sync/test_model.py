"""What two devices and the office write comes out as the model says, in whatever order it arrives."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.accounts.models import User
from monitor.answers.models import AnswerChange
from monitor.db import db
from monitor.places.models import Place
from monitor.visits.models import Visit
from tests.factories import visits
from tests.sync.conftest import AtHand
from tests.sync.model import STEP, Fate, Play

WRITING = [("type", "san-shower", (1, "own", False), 0), ("recommend", 0)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(STEP, min_size=1, max_size=16))
def test_each_change_becomes_what_the_model_says(device: AtHand, prison: Place, leader: User, steps: list[Any]) -> None:
    play = Play(visits.under_way(prison, lead=leader, form="full"), leader, [device, device])
    play.run(steps)
    assert play.tally.wrong == []


def test_steps_that_get_lost_turn_round_and_come_again_change_nothing(
    device: AtHand, visit: Visit, leader: User
) -> None:
    play = Play(visit, leader, [device, device])
    lost = [("hand in", 0, Fate.LOST, False), ("again", 0, 0), ("hand in", 0, Fate.UNANSWERED, True)]
    play.run([*WRITING, *lost, ("hand in", 0, Fate.ANSWERED, True), ("again", 0, 1), ("again", 0, 0)])
    assert play.tally.wrong == []
    assert play.tally.texts == len(WRITING)


def test_a_text_that_is_missing_and_one_that_nobody_wrote_are_seen(
    device: AtHand, visit: Visit, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play(visit, leader, [device, device])
    compare = play._compare

    def exchanged() -> None:
        row = db.session.query(AnswerChange).filter_by(item_id="san-shower").one()
        row.id, row.plain_urgent = uuid4(), True
        db.session.commit()
        compare()

    monkeypatch.setattr(play, "_compare", exchanged)
    play.run(WRITING)
    assert (len(play.tally.lost), len(play.tally.doubled), len(play.tally.astray)) == (1, 1, 1)
