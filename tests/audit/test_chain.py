"""The chain of audit events: whatever is changed, removed or moved afterwards shows."""

import hmac
import json
from datetime import timedelta, timezone

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from monitor.audit.models import AuditEvent
from monitor.audit.operations import START, proven, record_event, use_key, verify_chain
from monitor.audit.queries import chain_head
from monitor.db import db, new_id
from monitor.tenancy import across_mechanisms, acting_for
from tests.audit.tampering import row, sequences, unnoticed
from tests.factories import accounts

EVENTS = 24
TAGS = ("visit:planned", "visit:approved", "user:added", "answer:changed")


@pytest.fixture
def chain(mechanism, monitor, now):
    """A mechanism with a chain of events behind it; gives the mechanism's id and the chain's head."""
    for number in range(EVENTS):
        record_event(
            TAGS[number % len(TAGS)], mechanism_id=mechanism.id, subject_id=new_id(),
            by=monitor.id if number % 3 else None, at=now + timedelta(seconds=number),
            count=number, fields=["name", "الاسم"],
        )  # fmt: skip
    db.session.commit()
    return mechanism.id, chain_head(mechanism.id)


def test_whole_chain_is_verified_and_its_head_is_the_newest_event(chain):
    mechanism_id, head = chain
    report = verify_chain(mechanism_id)
    assert report.fault is None
    assert report.events == len(sequences(mechanism_id)) >= EVENTS
    assert report.head != START
    assert f"{report.events}:{report.head.hex()}" == head


def test_an_event_is_sealed_as_it_always_was(mechanism, monitor, app, now):
    """What is written here is not the code that seals: chains of earlier releases must stay whole."""
    at = now.astimezone(timezone(timedelta(hours=3))) + timedelta(microseconds=7)
    detail = {"fields": ["name", "الاسم"], "count": 3, "is": None}
    before = bytes.fromhex(chain_head(mechanism.id).partition(":")[2])
    event = record_event("x:y", mechanism_id=mechanism.id, subject_id=new_id(), by=monitor.id, at=at, **detail)
    rest = [event.sequence, "2026-03-14T09:30:00.000007+00:00", monitor.id.hex, "x:y", detail]
    said = before + event.id.bytes + mechanism.id.bytes + event.subject_id.bytes
    said += json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()
    assert event.mac == hmac.digest(app.extensions["settings"].key("audit"), said, "sha256")
    assert verify_chain(mechanism.id).fault is None


@pytest.mark.parametrize("damage", ["detail = '{'", "at = 'noon'", "subject_id = 'xyz'", "mac = 'text'", "id = x'00'"])
def test_what_cannot_even_be_read_is_a_fault(chain, damage):
    mechanism_id, _ = chain
    with across_mechanisms():
        db.session.execute(text(f"UPDATE audit_event SET {damage} WHERE sequence = 7"))  # noqa: S608  # our own words
        assert verify_chain(mechanism_id).fault == "event 7 is not as it was written"


def test_hundred_random_tamperings_are_all_detected_with_the_head_kept(chain):
    mechanism_id, _head = chain
    assert unnoticed(mechanism_id, 100) == []
    assert verify_chain(mechanism_id).fault is None, "each tampering was undone before the next"


def test_detector_sees_no_fault_where_nothing_was_changed(chain):
    """The twin: rewriting a row with what it held is no tampering, and the detector keeps still."""
    mechanism_id, head = chain
    event = row(mechanism_id, 5)
    db.session.execute(update(AuditEvent).where(AuditEvent.sequence == 5).values(tag=event.tag, detail=event.detail))
    db.session.expire_all()
    report = verify_chain(mechanism_id)
    assert (report.fault, chain_head(mechanism_id)) == (None, head)


def test_cut_tail_shows_only_against_the_head_kept_elsewhere(chain):
    mechanism_id, head = chain
    last = sequences(mechanism_id)[-1]
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence == last))
    report = verify_chain(mechanism_id)
    assert report.fault is None
    assert report.head
    assert chain_head(mechanism_id) != head


def test_fault_names_the_event(chain):
    mechanism_id, _ = chain
    row(mechanism_id, 7).tag = "visit:deleted"
    db.session.flush()
    assert verify_chain(mechanism_id).fault == "event 7 is not as it was written"
    db.session.rollback()
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence == 9))
    assert verify_chain(mechanism_id).fault == "event 9 is missing or out of order"


def test_chain_cannot_be_forged_without_the_key(chain, app, now):
    mechanism_id, _ = chain
    use_key(bytes(32))
    record_event("visit:approved", mechanism_id=mechanism_id, subject_id=new_id(), by=None, at=now)
    use_key(app.extensions["settings"].key("audit"))
    assert "not as it was written" in str(verify_chain(mechanism_id).fault)


def test_chains_of_two_mechanisms_know_nothing_of_each_other(chain, now):
    mechanism_id, head = chain
    with across_mechanisms():
        other = accounts.mechanism()
        db.session.commit()
        other_id = other.id
    with acting_for(other_id):
        record_event("visit:planned", mechanism_id=other_id, subject_id=new_id(), by=None, at=now)
        assert verify_chain(other_id).fault is None
        assert sequences(other_id) == [1, 2, 3]
    with acting_for(mechanism_id):
        assert chain_head(mechanism_id) == head


def test_two_events_cannot_take_one_place(chain, now):
    mechanism_id, _ = chain
    forged = {"id": new_id(), "mechanism_id": mechanism_id, "sequence": 1, "at": now, "actor_id": None, "tag": "x:y"}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(AuditEvent), [forged | {"subject_id": new_id(), "detail": {}, "mac": bytes(32)}])


def test_event_is_gone_when_its_write_is_rolled_back(chain, now):
    mechanism_id, head = chain
    record_event("visit:approved", mechanism_id=mechanism_id, subject_id=new_id(), by=None, at=now)
    assert chain_head(mechanism_id) != head
    db.session.rollback()
    assert chain_head(mechanism_id) == head


def test_order_is_by_sequence_when_the_clock_is_set_back(chain, now):
    mechanism_id, _ = chain
    record_event("visit:approved", mechanism_id=mechanism_id, subject_id=new_id(), by=None, at=now - timedelta(days=1))
    report = verify_chain(mechanism_id)
    assert report.fault is None
    assert chain_head(mechanism_id).endswith(report.head.hex())


def test_empty_chain_is_whole(mechanism):
    with across_mechanisms():
        report = verify_chain(new_id())
    assert (report.events, report.head, report.fault) == (0, START, None)


def test_what_an_event_says_is_proven_by_its_seal(mechanism, now):
    subjects = [new_id(), new_id()]
    for number, subject in enumerate((*subjects, subjects[0])):
        record_event("file:made", mechanism_id=mechanism.id, subject_id=subject, by=None, at=now, number=number)
    asked = {"mechanism_id": mechanism.id}
    assert proven("file:made", subjects, **asked) == [
        (subjects[0], {"number": 0}), (subjects[1], {"number": 1}), (subjects[0], {"number": 2}),
    ]  # fmt: skip
    assert proven("file:lost", subjects, **asked) == proven("file:made", [], **asked) == []


def test_the_first_event_of_a_chain_is_proven_too(chain):
    mechanism_id, _ = chain
    first = row(mechanism_id, 1)
    assert (first.subject_id, first.detail) in proven(first.tag, [first.subject_id], mechanism_id=mechanism_id)


@pytest.mark.parametrize("change", ["detail = '{\"count\": 9}'", "detail = '{'", "mac = x'00'", "actor_id = NULL"])
def test_an_event_that_was_changed_proves_nothing(chain, change):
    mechanism_id, _ = chain
    event = row(mechanism_id, max(sequences(mechanism_id)))
    tag, subject, number = event.tag, event.subject_id, event.sequence
    assert event.actor_id is not None
    assert proven(tag, [subject], mechanism_id=mechanism_id) == [(subject, event.detail)]
    with across_mechanisms():
        db.session.execute(text(f"UPDATE audit_event SET {change} WHERE sequence = {number}"))  # noqa: S608  # our own words
        assert proven(tag, [subject], mechanism_id=mechanism_id) == []


def test_an_event_that_somebody_wrote_without_the_key_proves_nothing(chain, now):
    mechanism_id, _ = chain
    subject, last = new_id(), max(sequences(mechanism_id))
    forged = {"id": new_id(), "mechanism_id": mechanism_id, "subject_id": subject, "tag": "file:made", "at": now}
    with across_mechanisms():
        db.session.execute(insert(AuditEvent).values(**forged, sequence=last + 1, detail={"file": "x"}, mac=bytes(32)))
    assert proven("file:made", [subject], mechanism_id=mechanism_id) == []
