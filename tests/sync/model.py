"""Two devices and the office write to a few questions of a visit, in any order; a model says what must come of it.

A device here does what static/js/offline/handing_in.js does: it freezes a text before sending, sends the same text
until it is answered for, and moves its base on by what it handed in itself alone. What it sends may be lost on the way,
its answer may be lost on the way back, a step may come in another order, and everything that ever left may come again.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import Answer, AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, new_id
from monitor.recommendations import queries as recommendations
from monitor.visits import operations
from monitor.visits.models import Visit
from monitor.visits.typed_answers import fields_of
from tests.conftest import NOW
from tests.sync.conftest import AtHand

VALUES: Final[dict[str, dict[str, Any]]] = {
    "space-single": {"": None, "4": 4, "5.2": 5.2},
    "san-shower": {"": None, "1": 1, "2": 2},
    "int-fear": {"": None, "yes": "yes", "no": "no"},
}
"""Item id -> what is typed and the value that it is; the last one is protected, of a body without keys."""
CLOCKS: Final = (timedelta(days=-1), timedelta(days=1))
"""How wrong the clocks of the two devices are."""


class Fate(StrEnum):
    """What becomes of a step of handing in on its way."""

    ANSWERED = "answered"
    LOST = "lost"
    UNANSWERED = "unanswered"
    """It arrives, and the answer does not come back."""


class Said(NamedTuple):
    """What somebody says to a question."""

    typed: str = ""
    comment: str = ""
    urgent: bool = False


NOTHING: Final = Said()


@dataclass
class Model:
    """What the office must hold of one question: its revisions, from 1, and each change it took in."""

    revisions: list[Said] = field(default_factory=list)
    taken: dict[str, tuple[Said, str, int | None]] = field(default_factory=dict)
    """Id of a change -> what it says, what became of it, the revision it became."""
    said: dict[str, Said] = field(default_factory=dict)
    """Id of each change that ever reached the office -> what it says."""

    @property
    def present(self) -> int:
        """The revision now."""
        return len(self.revisions)

    def at(self, revision: int) -> Said | None:
        """Return what a revision said; None for one that there never was."""
        return [NOTHING, *self.revisions][revision] if revision <= self.present else None

    def take(self, id_: str, base: int, said: Said) -> tuple[str, int]:
        """Take a change in; returns what must become of it, and the revision that the answer names."""
        self.said[id_] = said
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
    recommended: list[str] = field(default_factory=list)
    """Recommendations to hand in, as records."""
    sent: list[str] = field(default_factory=list)
    """Every record that ever left, for one that comes again."""

    def freeze(self) -> list[str]:
        """Return the records of the next step: what is on the way already, and what was typed."""
        for item, draft in self.drafts.items():
            if draft.sending is None and draft.typed is not None:
                draft.sending, draft.typed = self._answer(item, draft.base, draft.typed), None
        step = [*(draft.sending for draft in self.drafts.values() if draft.sending), *self.recommended]
        self.sent += [record for record in step if record not in self.sent]
        return step

    def settle(self, outcomes: dict[str, tuple[str, int | None]]) -> None:
        """Take over what became of each record of a step."""
        for draft in self.drafts.values():
            if draft.sending in outcomes:
                outcome, revision = outcomes[draft.sending]
                draft.sending = None
                draft.base = draft.base if outcome == "clash" or revision is None else revision
        self.recommended = [record for record in self.recommended if record not in outcomes]

    def recommend(self, text: str) -> None:
        """Write a recommendation."""
        self.recommended.append(json.dumps({"id": self._id(), "kind": "recommendation", "text": text, "items": []}))

    def _answer(self, item: str, base: int, said: Said) -> str:
        fields = {"value": [said.typed]} if said.typed else {}
        content = {"fields": fields, "comment": said.comment, "sources": [], "urgent": said.urgent}
        return json.dumps({"id": self._id(), "kind": "answer", "item": item, "base": base, **content})

    def _id(self) -> str:
        """Return an id as this device's clock makes it."""
        millisecond = int((NOW + self.clock).timestamp() * 1000)
        return str(UUID(int=(millisecond << 80) | (new_id().int & ((1 << 80) - 1))))


@dataclass
class Tally:
    """What came of all that was done, beside what the model says."""

    orders: int = 0
    """Of steps, each on a visit of its own."""
    texts: int = 0
    """Handed in or written at the office."""
    clashes: int = 0
    clashes_of_model: int = 0
    lost: list[str] = field(default_factory=list)
    """Texts that were handed in and stand nowhere, and questions that do not say what was said last."""
    doubled: list[str] = field(default_factory=list)
    """What stands there more often than it was written."""
    astray: list[str] = field(default_factory=list)
    """What became something else than the model says."""

    @property
    def wrong(self) -> list[str]:
        """Everything that should not be."""
        return [*self.lost, *self.doubled, *self.astray]


DEVICES = st.integers(0, 1)
ITEMS = st.sampled_from(list(VALUES))
SAYINGS = st.tuples(st.integers(0, 2), st.sampled_from(["", "Cold.", "own"]), st.booleans())
"""Which value, which comment ("own" is one that nobody else writes), whether it is urgent."""
STEP = st.one_of(
    st.tuples(st.just("type"), ITEMS, SAYINGS, DEVICES),
    st.tuples(st.just("recommend"), DEVICES),
    st.tuples(st.just("hand in"), DEVICES, st.sampled_from(Fate), st.booleans()),
    st.tuples(st.just("again"), DEVICES, st.integers(0, 9)),
    st.tuples(st.just("fetch"), ITEMS, DEVICES),
    st.tuples(st.just("office"), ITEMS, SAYINGS, st.integers(0, 2)),
)


@dataclass
class Play:
    """One visit on which steps are carried out; `at_hand` are the two devices, `office` who writes at the office."""

    visit: Visit
    office: User
    at_hand: Sequence[AtHand]
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.models = {item: Model() for item in VALUES}
        self.recommended: set[str] = set()
        self.devices = [Device(device, clock) for device, clock in zip(self.at_hand, CLOCKS, strict=True)]

    def run(self, steps: Iterable[Any]) -> None:
        """Carry the steps out, let both devices hand in all they hold, and compare what stands with the model."""
        self.tally.orders += 1
        for number, step in enumerate(steps):
            self._step(step, number)
        for device in self.devices:
            while step := device.freeze():
                device.settle(self.send(device, step))
        self._compare()

    def _step(self, step: Any, number: int) -> None:
        match step:
            case ("type", item, saying, which):
                self.devices[which].drafts[item].typed = as_said(item, saying, number)
            case ("recommend", which):
                self.devices[which].recommend(f"Recommendation {number}")
            case ("hand in", which, fate, is_turned):
                self.hand_in(self.devices[which], fate, is_turned=is_turned)
            case ("again", which, place) if self.devices[which].sent:
                sent = self.devices[which].sent
                self.send(self.devices[which], [sent[place % len(sent)]])
            case ("fetch", item, which) if self.devices[which].drafts[item].is_idle:
                self.devices[which].drafts[item].base = self.models[item].present
            case ("office", item, saying, age):
                base = max(0, self.models[item].present - age)
                self.write_at_the_office(item, as_said(item, saying, number), base)

    def hand_in(self, device: Device, fate: Fate, *, is_turned: bool) -> None:
        """Send what is on the way or typed, in one step, the last record first if it is turned round."""
        step = device.freeze()
        if fate is not Fate.LOST:
            outcomes = self.send(device, step[::-1] if is_turned else step)
            if fate is Fate.ANSWERED:
                device.settle(outcomes)

    def send(self, device: Device, step: Sequence[str]) -> dict[str, tuple[str, int | None]]:
        """Hand records in, and compare what became of each with the model; returns outcomes and revisions."""
        results = device.at_hand.hand_in(self.visit, *step)
        outcomes = {
            record: (result["outcome"], result.get("revision")) for record, result in zip(step, results, strict=True)
        }
        for record, result in zip(step, results, strict=True):
            outcome, revision = self._expected(json.loads(record))
            is_withheld = outcome == "unchanged" and "revision" not in result  # of a text that goes to no device
            self._must_be(record, outcomes[record], (outcome, None if is_withheld else revision))
            if outcome == "unchanged" and "present" in result:  # the device has not shown that text yet
                outcomes[record] = outcome, None
        return outcomes

    def _expected(self, record: dict[str, Any]) -> tuple[str, int | None]:
        if record["kind"] == "recommendation":
            self.recommended.add(record["text"])
            return "applied", None
        said = Said("".join(record["fields"].get("value", [])), record["comment"], record["urgent"])
        return self.models[record["item"]].take(record["id"], record["base"], said)

    def write_at_the_office(self, item: str, said: Said, base: int) -> None:
        """Write by a page of the office that was opened when the question had revision `base`."""
        change = Change(item, VALUES[item][said.typed], said.comment, urgent=said.urgent, base=base)
        (recorded,) = operations.record_answers(self.visit, [change], by=self.office, at=NOW)
        db.session.commit()
        expected = self.models[item].take(str(change.id), base, said)
        self._must_be(str(change.id), (recorded.outcome.value, recorded.revision), expected)

    def _must_be(self, what: str, is_: object, expected: object) -> None:
        if is_ != expected:
            self.tally.astray.append(f"{what}: {is_}, not {expected}")

    def _compare(self) -> None:
        db.session.expire_all()
        heads = {head.item_id: head for head in answers.heads(self.visit.sheet, set(VALUES))}
        for item, model in self.models.items():
            changes = db.session.query(AnswerChange).filter_by(sheet_id=self.visit.sheet_id, item_id=item).all()
            self._compare_item(item, model, changes, heads.get(item))
        written = Counter(row.text for row in recommendations.of_visit(self.visit))
        self.tally.texts += len(self.recommended)
        self.tally.lost += sorted(self.recommended - written.keys())
        self.tally.doubled += sorted((written - Counter(self.recommended)).elements())
        shown = {str(change.id) for change in answers.clashes(self.visit.sheet)}
        expected = {id_ for model in self.models.values() for id_, taken in model.taken.items() if taken[1] == "clash"}
        self.tally.clashes += len(shown)
        self.tally.clashes_of_model += len(expected)
        self._must_be("the clashes that are shown", shown, expected)

    def _compare_item(self, item: str, model: Model, changes: Sequence[AnswerChange], head: Answer | None) -> None:
        """Every change stands once, as the model has it, and the question says what its last revision said."""
        stored = {str(change.id): (content_of(change), change.outcome.value, change.revision) for change in changes}
        contents = {NOTHING, *(content for content, _outcome, _revision in stored.values())}
        self.tally.texts += len(model.said)
        self.tally.lost += [f"{item}: {said}" for said in model.said.values() if said not in contents]
        self.tally.doubled += [f"{item}: {stored[id_]}" for id_ in stored.keys() - model.said.keys()]
        self._must_be(item, stored, model.taken)
        present = (head.revision if head else 0, content_of(head))
        if present != (model.present, model.at(model.present)):
            self.tally.lost.append(f"{item}: {present}, not {model.at(model.present)}")


def as_said(item: str, saying: tuple[int, str, bool], number: int) -> Said:
    """Return one of SAYINGS as it is said in this step."""
    place, comment, urgent = saying
    return Said(list(VALUES[item])[place], f"text {number}" if comment == "own" else comment, urgent)


def content_of(row: Answer | AnswerChange | None) -> Said:
    """Return what a row of the office says."""
    return Said("".join(fields_of(row.value).get("value", [])), row.comment, row.urgent) if row else NOTHING
