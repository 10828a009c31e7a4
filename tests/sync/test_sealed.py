"""What a device sealed, handed in: protected answers and talks, the keys they are sealed to, and other keys offered."""

from typing import Any

import pytest

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.interviews.models import Kind, Sex, Talk
from monitor.sealing.key_pairs import fingerprint, new_pair
from monitor.vault.keyring import Closed, Keyring, open_record
from monitor.vault.models import Compartment, CompartmentKey
from monitor.visits.models import Visit
from tests.factories import accounts, keys
from tests.factories.device_envelopes import device_envelope
from tests.sync.conftest import AtHand, record

FEAR = "int-fear"
COUNTED = {"partner": "held", "sex": "woman", "age": "adult", "people": 1}
LINE = {"where": "Yard", "note": "Slapped on arrival.", "agreed_to_talk": "yes", "agreed_to_notes": "yes"}
SAID = {"fields": {"value": ["yes"]}, "comment": "They looked at the door.", "sources": [], "urgent": True}
Set = tuple[CompartmentKey, Keyring]


@pytest.fixture
def sealed_to(body: Body) -> Set:
    """The body's key of interviews, and what a reader opens with it."""
    reader, keyring = keys.own_key(accounts.coordinator(body))
    made = keys.compartments(body, reader)[Compartment.INTERVIEWS]
    db.session.commit()
    return made, keyring


def answer(visit: Visit, key: CompartmentKey, content: object = SAID, *, item: str = FEAR, **said: Any) -> str:
    change = str(new_id())
    envelope = device_envelope(key, ("device answer", visit.sheet_id, item, change), content)
    return record("answer", **{"id": change, "item": item, "base": 0, **said}, sealed={
        "envelope": envelope, "is_answered": True, "has_comment": True,
    })  # fmt: skip


def talk(visit: Visit, key: CompartmentKey, counted: object = COUNTED) -> str:
    talk_id = str(new_id())
    envelope = device_envelope(key, ("device talk", visit.id, talk_id), LINE)
    return record("talk", id=talk_id, counted=counted, envelope=envelope)


def test_sealed_records_arrive_and_open_for_readers(sealed_to: Set, device: AtHand, visit: Visit) -> None:
    key, keyring = sealed_to
    texts = [answer(visit, key), talk(visit, key)]
    for _ in range(2):
        assert [result["outcome"] for result in device.hand_in(visit, *texts)] == ["applied", "applied"]
    db.session.expire_all()
    (head,) = [head for head in answers.heads(visit.sheet) if head.item_id == FEAR]
    assert (head.is_answered, head.is_closed, head.revision) == (True, True, 1)
    assert head.sealed_id is not None
    opened = open_record(head.sealed_id, head.owner, keyring)
    assert not isinstance(opened, Closed)
    assert (opened["value"], opened["comment"], opened["urgent"]) == ("yes", SAID["comment"], True)
    (row,) = db.session.query(Talk).all()
    line = row.only(Kind.LINE)
    assert (row.sex, line is not None and open_record(line.record_id, line.owner, keyring)) == (Sex.WOMAN, LINE)


def test_who_refused_to_talk_is_no_talk(sealed_to: Set, device: AtHand, visit: Visit) -> None:
    (result,) = device.hand_in(visit, talk(visit, sealed_to[0], {**COUNTED, "people": 0}))
    assert result["outcome"] == "applied"
    assert db.session.query(Talk).one().people == 0


@pytest.mark.parametrize(
    "counted", [None, {}, {**COUNTED, "people": -1}, {**COUNTED, "people": 501}, {**COUNTED, "sex": "x"}]
)
def test_a_talk_that_cannot_be_counted_is_refused(
    sealed_to: Set, device: AtHand, visit: Visit, counted: object
) -> None:
    (result,) = device.hand_in(visit, talk(visit, sealed_to[0], counted))
    assert result["outcome"] == "refused"
    assert db.session.query(Talk).count() == 0


def test_what_is_no_envelope_or_not_for_the_body_is_refused(
    sealed_to: Set, device: AtHand, visit: Visit, body: Body
) -> None:
    key, _keyring = sealed_to
    plain = record("answer", item=FEAR, base=0, sealed={"envelope": SAID, "is_answered": True, "has_comment": True})
    claimed = record("answer", item=FEAR, base=0, sealed="already sealed")
    open_item = answer(visit, key, item="san-shower")
    results = device.hand_in(visit, plain, claimed, open_item, record("talk", counted=COUNTED, envelope={}))
    assert [result["outcome"] for result in results] == ["refused"] * 4
    assert all(len(result["message"]) > 20 for result in results)
    assert not [head for head in answers.heads(visit.sheet) if head.item_id in (FEAR, "san-shower")]


def test_without_keys_nothing_sealed_is_taken(device: AtHand, visit: Visit, body: Body) -> None:
    assert device.take(visit)["sealing"] is None
    foreign = keys.compartments(accounts.other_body(body.mechanism))[Compartment.INTERVIEWS]
    db.session.commit()
    results = device.hand_in(visit, answer(visit, foreign), talk(visit, foreign))
    assert [result["outcome"] for result in results] == ["refused", "refused"]


def test_under_a_key_that_was_exchanged_everything_sealed_stays_on_the_device(
    sealed_to: Set, device: AtHand, visit: Visit
) -> None:
    key, _keyring = sealed_to
    texts = [answer(visit, key), talk(visit, key)]
    made, key.public = key.public, new_pair().public
    db.session.commit()
    assert device.take(visit)["sealing"] is None
    results = device.hand_in(visit, *texts)
    assert [result["outcome"] for result in results] == ["refused"] * 2
    assert all("stays on the device" in result["message"] for result in results)
    key.public = made
    db.session.commit()
    assert [result["outcome"] for result in device.hand_in(visit, *texts)] == ["applied"] * 2


def test_a_package_names_to_whom_the_device_seals(sealed_to: Set, device: AtHand, visit: Visit) -> None:
    pack = device.take(visit)
    key, _keyring = sealed_to
    assert pack["sealing"]["compartment"]["id"] == str(key.id)
    assert pack["sealing"]["sheet"] == str(visit.sheet_id)


def test_a_key_is_confirmed_by_its_letters_and_a_refusal_is_noted(sealed_to: Set, device: AtHand, visit: Visit) -> None:
    offered = device.take(visit)["sealing"]["compartment"]
    assert device.ask(visit, "refuse-key").status_code == 200
    wrong = device.ask(visit, "confirm-key", key=offered["id"], typed="AAAA BBBB CCCC DDDD EEEE")
    assert wrong.status_code == 400
    assert len(wrong.get_json()["message"]) > 20
    letters = fingerprint(sealed_to[0].public)
    assert device.ask(visit, "confirm-key", key=offered["id"], typed=letters.lower()).status_code == 200
    tags = [event.tag for event in db.session.query(AuditEvent).order_by(AuditEvent.sequence)]
    assert tags[-2:] == ["compartment-key:refused-on-device", "compartment-key:confirmed-on-device"]


def test_malformed_questions_about_keys_are_400(sealed_to: Set, device: AtHand, visit: Visit, leader: User) -> None:
    for said in ({}, {"key": "x", "typed": "y"}, {"key": 3, "typed": "y"}):
        assert device.ask(visit, "confirm-key", **said).status_code == 400
