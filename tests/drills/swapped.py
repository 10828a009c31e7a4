"""Alters what is sealed, behind everybody's back, and has a reader open everything."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import Body
from monitor.answers.models import AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, new_id
from monitor.interviews import protection
from monitor.interviews.models import Kind, Risk, Talk, TalkRecord
from monitor.interviews.protection import Dates
from monitor.sealing.envelopes import new_key, seal_under
from monitor.vault.keyring import Closed, Keyring, open_records
from monitor.vault.models import SealedRecord
from monitor.visits import operations as visits
from tests.conftest import NOW
from tests.drills.figures import Row
from tests.drills.installation import installed
from tests.drills.records import every_record
from tests.factories import accounts
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence
from tests.interviews.conftest import open_by_password

ALTERATIONS = 1000
VISITS = 2
TALKS = 3
VERSIONS = 3
Content = Mapping[str, Any]


@dataclass
class Altered:
    """In how many of the alterations what was touched did not open, was said to be damaged, and harmed nothing else."""

    altered: int = 0
    accepted: int = 0
    shown_as_damaged: int = 0
    others_stayed: int = 0


def plant(body: Body) -> Keyring:
    """Have records of every kind written in two visits of a body; returns what its reader opens."""
    people = confided.readers(body)
    writing = open_by_password(people.leader)
    for number in range(VISITS):
        visit = confided.visit(people, seed=number)
        for talk in range(TALKS):
            confided.talk(visit, people.leader, confidence(10 * number + talk), NOW, keyring=writing)
        for revision in range(1, VERSIONS):
            change = Change(confided.PROTECTED_ITEM, "yes", f"Version {revision}", [], id=new_id(), base=revision)
            visits.record_answers(visit, [change], by=people.leader, at=NOW)
        protection.set_protection(visit, Risk.HIGH, "Threats", Dates(), base="", by=people.leader, at=NOW)
        protection.add_measure(visit, "A call to the family", None, by=people.leader, at=NOW)
    db.session.commit()
    return open_by_password(people.coordinator)


class Alterations:
    """Ways to alter the rows behind records; each returns the records that it touched."""

    def __init__(self, own: list[UUID], foreign: list[UUID], chance: Random) -> None:
        self.own, self.foreign, self.chance = own, foreign, chance
        self.ways: tuple[Callable[[], set[UUID]], ...] = (
            self.flip_a_bit, self.cut, self.lengthen, self.forge, self.exchange_contents, self.exchange_fields,
            self.exchange_versions, self.take_from_another_body, self.exchange_keys, self.exchange_contents_and_keys,
            self.flip_a_bit_of_keys, self.cut_keys, self.move_to_another_talk, self.call_it_another_kind,
        )  # fmt: skip

    def flip_a_bit(self) -> set[UUID]:
        return self._spoil(self._flipped)

    def cut(self) -> set[UUID]:
        return self._spoil(self._cut)

    def lengthen(self) -> set[UUID]:
        return self._spoil(lambda content: content + self.chance.randbytes(self.chance.randrange(1, 300)))

    def forge(self) -> set[UUID]:
        return self._spoil(lambda _content: seal_under(new_key(), b'{"said": "Nothing."}', b""))

    def flip_a_bit_of_keys(self) -> set[UUID]:
        return self._spoil_keys(self._flipped)

    def cut_keys(self) -> set[UUID]:
        return self._spoil_keys(self._cut)

    def exchange_contents(self) -> set[UUID]:
        return self._exchange(self.own)

    def exchange_fields(self) -> set[UUID]:
        """Exchange two records of one talk, such as the line and the name."""
        talk = db.session.get_one(Talk, self._talk_record().talk_id)
        return self._exchange([row.record_id for row in talk.records])

    def exchange_versions(self) -> set[UUID]:
        """Exchange two versions of protected answers, of one visit or of two."""
        ids = db.session.scalars(select(AnswerChange.sealed_id).order_by(AnswerChange.id))
        return self._exchange([id_ for id_ in ids if id_ in self.own])

    def take_from_another_body(self) -> set[UUID]:
        """Put what another body's people sealed in the place of a record, its keys too."""
        record, other = self._record(self.own), self._record(self.foreign)
        record.content = other.content
        self._give_keys(record, [wrap.wrapped for wrap in other.wraps])
        return {record.id}

    def exchange_keys(self) -> set[UUID]:
        one, other = (self._record([id_]) for id_ in self.chance.sample(self.own, 2))
        of_one, of_other = ([wrap.wrapped for wrap in record.wraps] for record in (one, other))
        self._give_keys(one, of_other)
        self._give_keys(other, of_one)
        return {one.id, other.id}

    def exchange_contents_and_keys(self) -> set[UUID]:
        """Exchange all of two records but the ids that they are bound to."""
        touched = self.exchange_keys()
        return self._exchange(sorted(touched))

    def move_to_another_talk(self) -> set[UUID]:
        row = self._talk_record()
        talks = db.session.scalars(select(Talk.id).where(Talk.id != row.talk_id).order_by(Talk.id)).all()
        row.talk_id = self.chance.choice(talks)
        return {row.record_id}

    def call_it_another_kind(self) -> set[UUID]:
        row = self._talk_record()
        row.kind = self.chance.choice([kind for kind in Kind if kind is not row.kind])
        return {row.record_id}

    def _talk_record(self) -> TalkRecord:
        found = db.session.scalars(select(TalkRecord).where(TalkRecord.record_id.in_(self.own)).order_by(TalkRecord.id))
        return self.chance.choice(found.all())

    def _record(self, among: list[UUID]) -> SealedRecord:
        return db.session.get_one(SealedRecord, self.chance.choice(among))

    def _spoil(self, change: Callable[[bytes], bytes]) -> set[UUID]:
        record = self._record(self.own)
        record.content = change(record.content)
        return {record.id}

    def _spoil_keys(self, change: Callable[[bytes], bytes]) -> set[UUID]:
        record = self._record(self.own)
        self._give_keys(record, [change(wrap.wrapped) for wrap in record.wraps])
        return {record.id}

    def _exchange(self, among: list[UUID]) -> set[UUID]:
        one, other = (self._record([id_]) for id_ in self.chance.sample(among, 2))
        one.content, other.content = other.content, one.content
        return {one.id, other.id}

    @staticmethod
    def _give_keys(record: SealedRecord, wrapped: list[bytes]) -> None:
        for number, wrap in enumerate(record.wraps):
            wrap.wrapped = wrapped[number % len(wrapped)]

    def _flipped(self, data: bytes) -> bytes:
        at = self.chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.chance.randrange(8)]) + data[at + 1 :]

    def _cut(self, data: bytes) -> bytes:
        return data[: self.chance.randrange(len(data))]


def run(body: Body, alterations: int) -> Altered:
    """Plant records, alter them this often, each time from what they were, and open all of them each time."""
    keyring = plant(body)
    elsewhere = plant(accounts.other_body(body.mechanism))
    said, foreign = what_opens(keyring), what_opens(elsewhere)
    ways = Alterations(sorted(said), sorted(foreign), Random(1)).ways  # noqa: S311  # it has to be the same each time
    found = Altered()
    for number in range(alterations):
        touched = ways[number % len(ways)]()
        db.session.flush()
        judge(said, touched, keyring, found)
        db.session.rollback()
    return found


def what_opens(keyring: Keyring) -> dict[UUID, Content]:
    """Return what a keyring opens of all records there are."""
    found = open_records(every_record(), keyring).items()
    return {id_: content for id_, content in found if not isinstance(content, Closed)}


def judge(said: Mapping[UUID, Content], touched: set[UUID], keyring: Keyring, found: Altered) -> None:
    """Open everything and count: what was touched must be damaged, all else must say what it said."""
    owners = every_record()
    opened = open_records({id_: owners[id_] for id_ in said}, Keyring(keyring.user_key_id, keyring.private))
    found.altered += 1
    found.accepted += any(not isinstance(opened[id_], Closed) for id_ in touched)
    found.shown_as_damaged += all(opened[id_] is Closed.DAMAGED for id_ in touched)
    found.others_stayed += all(opened[id_] == said[id_] for id_ in said if id_ not in touched)


def figures(found: Altered, alterations: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("records swapped or altered", found.altered, alterations)
    yield Row("of these accepted", found.accepted, 0)
    yield Row("of these said to be damaged", found.shown_as_damaged, alterations)
    yield Row("of these after which every other record opens as before", found.others_stayed, alterations)


def drill() -> Iterator[Row]:
    """Alter what is sealed a thousand times."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation, installation.acting():
        found = run(installation.body, ALTERATIONS)
    yield from figures(found, ALTERATIONS)
