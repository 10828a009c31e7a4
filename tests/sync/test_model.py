"""Two devices and the office write to one question, in any order, with answers lost and records coming again.

A device here does what static/js/offline/handing_in.js does: it freezes a text before sending, sends the same text
until it is answered for, and moves its base on by what it handed in itself alone.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, new_id
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.conftest import NOW
from tests.sync.conftest import AtHand

ITEM = "space-single"
CLOCKS = (timedelta(days=-1), timedelta(days=1))
"""How wrong the clocks of the two devices are."""


@dataclass
class Device:
    """One device: what it knows of the question, what is typed, and what is on the way."""

    at_hand: AtHand
    clock: timedelta
    base: int = 0
    typed: str | None = None
    sending: str | None = None
    sent: list[str] = field(default_factory=list)
    """Every record that ever left, for one that comes again."""

    def hand_in(self, visit: Visit, *, is_answer_lost: bool) -> None:
        """Send what is on the way or typed; a lost answer leaves it on the way."""
        if self.sending is None and self.typed is not None:
            self.sending, self.typed = self._frozen(self.typed), None
            self.sent.append(self.sending)
        if self.sending is None:
            return
        (result,) = self.at_hand.hand_in(visit, self.sending)
        if not is_answer_lost:
            self.sending = None
            if result["outcome"] in ("applied", "unchanged"):
                self.base = result["revision"]

    def _frozen(self, text: str) -> str:
        millisecond = int((NOW + self.clock).timestamp() * 1000)
        id_ = UUID(int=(millisecond << 80) | (new_id().int & ((1 << 80) - 1)))
        said = {"fields": {}, "comment": text, "sources": [], "urgent": False}
        return json.dumps({"id": str(id_), "kind": "answer", "item": ITEM, "base": self.base, **said})


DEVICES = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), DEVICES),
        st.tuples(st.just("hand in"), DEVICES, st.booleans()),
        st.tuples(st.just("again"), DEVICES, st.integers(0, 9)),
        st.tuples(st.just("fetch"), DEVICES),
        st.tuples(st.just("office")),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_no_text_is_lost_or_written_twice(device: AtHand, visit: Visit, leader: User, steps: list[Any]) -> None:
    start = _present(visit)
    devices = [Device(device, clock, base=start) for clock in CLOCKS]
    written = []
    for number, step in enumerate(steps):
        text = f"text {number} of {new_id()}"
        match step:
            case ("type", which):
                devices[which].typed = text
            case ("hand in", which, is_lost):
                devices[which].hand_in(visit, is_answer_lost=is_lost)
            case ("again", which, place) if devices[which].sent:
                device.hand_in(visit, devices[which].sent[place % len(devices[which].sent)])
            case ("fetch", which) if devices[which].typed is None and devices[which].sending is None:
                devices[which].base = _present(visit)
            case ("office",):
                operations.record_answers(visit, [Change(ITEM, None, text, base=_present(visit))], by=leader, at=NOW)
                db.session.commit()
                written.append(text)
    for one in devices:
        one.hand_in(visit, is_answer_lost=False)
        one.hand_in(visit, is_answer_lost=False)
    written += [json.loads(text)["comment"] for one in devices for text in one.sent]
    db.session.expire_all()
    stored = [change.comment for change in db.session.query(AnswerChange).filter_by(sheet_id=visit.sheet_id)]
    assert sorted(text for text in stored if text in written) == sorted(written)


def _present(visit: Visit) -> int:
    db.session.expire_all()
    return next((head.revision for head in answers.heads(visit.sheet) if head.item_id == ITEM), 0)
