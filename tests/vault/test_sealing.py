"""Records open for those who were given a key, and for nobody else."""

from typing import Any

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.db import db, new_id
from monitor.sealing.envelopes import seal_under
from monitor.sealing.key_pairs import new_pair
from monitor.vault import sealing
from monitor.vault.contexts import of_content
from monitor.vault.keyring import Closed, Keyring, open_record, open_records
from monitor.vault.models import CompartmentKey, PaperKey, RecordKeyWrap
from monitor.vault.operations import KeysRefused
from tests.statements import statements
from tests.vault.conftest import CONTENT, OWNER, Person, WithKey, keys_of, sealed


def test_a_reader_opens_what_anybody_sealed(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    record = sealed(body)
    assert open_record(record.id, OWNER, reader[1]) == CONTENT
    assert b"taken out" not in record.content


def test_nobody_else_opens_it(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User, administrator: User
) -> None:
    record = sealed(body)
    for other in (with_key(monitor), with_key(administrator)):
        assert open_record(record.id, OWNER, other[1]) is Closed.NOT_FOR_YOU
    assert open_record(record.id, OWNER, None) is Closed.NOT_FOR_YOU
    assert open_record(record.id, OWNER, Keyring(reader[0].id, new_pair().private)) is Closed.DAMAGED


def test_its_author_opens_it_until_let_go(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User
) -> None:
    author_key, author = with_key(monitor)
    record = sealed(body, people=[author_key])
    assert open_record(record.id, OWNER, author) == CONTENT
    sealing.let_go([record.id])
    db.session.expire_all()
    assert open_record(record.id, OWNER, author) is Closed.NOT_FOR_YOU
    assert open_record(record.id, OWNER, reader[1]) == CONTENT


def test_nothing_is_sealed_before_there_is_a_reader(body: Body) -> None:
    with pytest.raises(KeysRefused) as refused:
        sealed(body)
    assert refused.value.code == "no_key"


def test_exchanged_records_do_not_open(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    one, other = sealed(body), sealed(body, ("interview", "another talk"))
    one.content, other.content = other.content, one.content
    db.session.flush()
    found = open_records({one.id: OWNER, other.id: ("interview", "another talk")}, reader[1])
    assert set(found.values()) == {Closed.DAMAGED}


def test_a_record_put_under_another_owner_does_not_open(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    record = sealed(body)
    assert open_record(record.id, ("interview", "another talk"), reader[1]) is Closed.DAMAGED
    assert open_record(new_id(), OWNER, reader[1]) is Closed.DAMAGED


def test_what_somebody_else_sealed_with_a_key_of_his_own_does_not_open(
    body: Body, interviews: CompartmentKey, reader: Person
) -> None:
    record = sealed(body)
    record.content = seal_under(bytes(32), b'{"said": "Nothing."}', b"")
    db.session.flush()
    assert open_record(record.id, OWNER, reader[1]) is Closed.DAMAGED


@pytest.mark.parametrize("forged", [b"no record", b'["no record"]', b"\xff"], ids=["text", "list", "bytes"])
def test_what_opens_and_is_no_record_counts_as_damaged(
    body: Body, interviews: CompartmentKey, reader: Person, forged: bytes
) -> None:
    record = sealed(body)
    wrap = db.session.scalars(select(RecordKeyWrap).where(RecordKeyWrap.record_id == record.id)).one()
    key = reader[1].record_key(wrap)
    assert key
    record.content = seal_under(key, forged, of_content(record.mechanism_id, record.body_id, record.id, OWNER))
    db.session.flush()
    assert open_record(record.id, OWNER, reader[1]) is Closed.DAMAGED


def test_one_damaged_record_leaves_the_others_open(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    records = [sealed(body, ("interview", number)) for number in range(5)]
    records[2].content = records[2].content[:40]
    db.session.flush()
    found = open_records({record.id: ("interview", number) for number, record in enumerate(records)}, reader[1])
    assert [found[record.id] for record in records] == [CONTENT, CONTENT, Closed.DAMAGED, CONTENT, CONTENT]


def test_what_is_destroyed_is_gone(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    record = sealed(body)
    kept = sealed(body)
    sealing.destroy([record.id])
    db.session.expire_all()
    assert open_record(record.id, OWNER, reader[1]) is Closed.DAMAGED
    assert open_record(kept.id, OWNER, reader[1]) == CONTENT
    assert db.session.query(RecordKeyWrap).filter_by(record_id=record.id).count() == 0
    assert db.session.query(PaperKey).count() == 1


def test_opening_takes_the_same_few_statements_however_many_records(
    body: Body, interviews: CompartmentKey, reader: Person
) -> None:
    owners: dict[Any, Any] = {sealed(body, ("interview", n)).id: ("interview", n) for n in range(40)}
    few = dict(list(owners.items())[:2])
    db.session.flush()
    counts = []
    for wanted in (few, owners):
        db.session.expunge_all()
        with statements() as seen:
            assert all(found == CONTENT for found in open_records(wanted, Keyring(*keys_of(reader))).values())
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4
