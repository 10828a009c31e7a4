"""Two devices and the office write to a few questions, in any order, with answers lost and records coming again.

A device here does what static/js/offline/handing_in.js does: it freezes a text before sending, sends the same text
until it is answered for, and moves its base on by what it handed in itself alone. What becomes of each change is
compared with a model of one question, and so is all that stands in the database at the end.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import Answer, AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, new_id
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.models import Visit
from monitor.visits.typed_answers import fields_of
from tests.conftest import NOW
from tests.factories import visits
from tests.sync.conftest import AtHand

VALUES: dict[str, dict[str, Any]] = {
    "space-single": {"": None, "4": 4, "5.2": 5.2},
    "san-shower": {"": None, "1": 1, "2": 2},
    "int-fear": {"": None, "yes": "yes", "no": "no"},
}
"""Item id -> what is typed and the value that it is; the last one is protected, of a body without keys."""
CLOCKS = (timedelta(days=-1), timedelta(days=1))
"""How wrong the clocks of the two devices are."""


class Said(NamedTuple):
    """What somebody says to a question."""

    typed: str = ""
    comment: str = ""
    urgent: bool = False


NOTHING = Said()


@dataclass
class Model:
    """What the office must hold of one question: its revisions, from 1, and each change it took in."""

    revisions: list[Said] = field(default_factory=list)
    taken: dict[str, tuple[Said, str, int | None]] = field(default_factory=dict)
    """Id of a change -> what it says, what became of it, the revision it became."""

    @property
    def present(self) -> int:
        """The revision now."""
        return len(self.revisions)

    def at(self, revision: int) -> Said | None:
        """Return what a revision said; None for one that there never was."""
        return [NOTHING, *self.revisions][revision] if revision <= self.present else None

    def take(self, id_: str, base: int, said: Said) -> tuple[str, int]:
        """Take a change in; returns what must become of it, and the revision that the answer names."""
        if id_ not in self.taken:
            if said in (self.at(self.present), self.at(base)):
                return "unchanged", self.present
            if base == self.present:
                self.revisions.append(said)
                self.taken[id_] = said, "applied", self.present
            else:
                self.taken[id_] = said, "clash", None
        _, outcome, became = self.taken[id_]
        return outcome, became or self.present


Models = dict[str, Model]


@dataclass
class Draft:
    """What a device knows of one question: its base, what is typed, and the record on the way."""

    base: int = 0
    typed: Said | None = None
    sending: str | None = None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to hand in."""
        return self.typed is None and self.sending is None


@dataclass
class Device:
    """One device with its drafts."""

    at_hand: AtHand
    clock: timedelta
    drafts: dict[str, Draft] = field(default_factory=lambda: {item: Draft() for item in VALUES})
    sent: list[str] = field(default_factory=list)
    """Every record that ever left, for one that comes again."""

    def hand_in(self, visit: Visit, models: Models, *, is_answer_lost: bool) -> None:
        """Send what is on the way or typed, in one step; a lost answer leaves it on the way."""
        busy = {item: draft for item, draft in self.drafts.items() if not draft.is_idle}
        for item, draft in busy.items():
            if draft.sending is None and draft.typed is not None:
                draft.sending, draft.typed = self._frozen(item, draft.base, draft.typed), None
                self.sent.append(draft.sending)
        results = send(self.at_hand, visit, models, [draft.sending for draft in busy.values() if draft.sending])
        for draft, (outcome, revision) in zip(busy.values(), results, strict=True):
            if not is_answer_lost:
                draft.sending = None
                draft.base = draft.base if outcome == "clash" else revision

    def _frozen(self, item: str, base: int, said: Said) -> str:
        millisecond = int((NOW + self.clock).timestamp() * 1000)
        id_ = UUID(int=(millisecond << 80) | (new_id().int & ((1 << 80) - 1)))
        fields = {"value": [said.typed]} if said.typed else {}
        content = {"fields": fields, "comment": said.comment, "sources": [], "urgent": said.urgent}
        return json.dumps({"id": str(id_), "kind": "answer", "item": item, "base": base, **content})


def send(device: AtHand, visit: Visit, models: Models, texts: list[str]) -> list[tuple[str, int]]:
    """Hand records in, and compare what became of each with the model; returns outcomes and revisions."""
    results = [(result["outcome"], result["revision"]) for result in device.hand_in(visit, *texts)]
    assert results == [
        models[one["item"]].take(
            one["id"], one["base"], Said("".join(one["fields"].get("value", [])), one["comment"], one["urgent"])
        )
        for one in map(json.loads, texts)
    ]
    return results


def write_at_the_office(visit: Visit, models: Models, item: str, said: Said, base: int, by: User) -> None:
    """Write by a page of the office that was opened when the question had revision `base`."""
    change = Change(item, VALUES[item][said.typed], said.comment, urgent=said.urgent, base=base)
    (recorded,) = operations.record_answers(visit, [change], by=by, at=NOW)
    db.session.commit()
    assert (recorded.outcome.value, recorded.revision) == models[item].take(str(change.id), base, said)


DEVICES = st.integers(0, 1)
ITEMS = st.sampled_from(list(VALUES))
SAYINGS = st.tuples(st.integers(0, 2), st.sampled_from(["", "Cold.", "own"]), st.booleans())
"""Which value, which comment ("own" is one that nobody else writes), whether it is urgent."""
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), ITEMS, SAYINGS, DEVICES),
        st.tuples(st.just("hand in"), DEVICES, st.booleans()),
        st.tuples(st.just("again"), DEVICES, st.integers(0, 9)),
        st.tuples(st.just("fetch"), ITEMS, DEVICES),
        st.tuples(st.just("office"), ITEMS, SAYINGS, st.integers(0, 2)),
    ),
    min_size=1,
    max_size=16,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_each_change_becomes_what_the_model_says(device: AtHand, prison: Place, leader: User, steps: list[Any]) -> None:
    visit = visits.under_way(prison, lead=leader, form="full")
    models = {item: Model() for item in VALUES}
    devices = [Device(device, clock) for clock in CLOCKS]
    for number, step in enumerate(steps):
        match step:
            case ("type", item, saying, which):
                devices[which].drafts[item].typed = _said(item, saying, number)
            case ("hand in", which, is_lost):
                devices[which].hand_in(visit, models, is_answer_lost=is_lost)
            case ("again", which, place) if devices[which].sent:
                send(device, visit, models, [devices[which].sent[place % len(devices[which].sent)]])
            case ("fetch", item, which) if devices[which].drafts[item].is_idle:
                devices[which].drafts[item].base = models[item].present
            case ("office", item, saying, age):
                base = max(0, models[item].present - age)
                write_at_the_office(visit, models, item, _said(item, saying, number), base, leader)
    for one in devices:
        one.hand_in(visit, models, is_answer_lost=False)
        one.hand_in(visit, models, is_answer_lost=False)
    _compare(visit, models)


def _said(item: str, saying: tuple[int, str, bool], number: int) -> Said:
    place, comment, urgent = saying
    return Said(list(VALUES[item])[place], f"text {number}" if comment == "own" else comment, urgent)


def _compare(visit: Visit, models: Models) -> None:
    """Every change stands once, as the model has it, and each question says what its last revision said."""
    db.session.expire_all()
    heads = {head.item_id: head for head in answers.heads(visit.sheet, set(VALUES))}
    for item, model in models.items():
        changes = db.session.query(AnswerChange).filter_by(sheet_id=visit.sheet_id, item_id=item)
        stored = {str(change.id): (_content(change), change.outcome.value, change.revision) for change in changes}
        assert stored == model.taken
        head = heads.get(item)
        assert (head.revision if head else 0, _content(head)) == (model.present, model.at(model.present))


def _content(row: Answer | AnswerChange | None) -> Said:
    return Said("".join(fields_of(row.value).get("value", [])), row.comment, row.urgent) if row else NOTHING
