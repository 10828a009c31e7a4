"""What a device sealed opens for its holders alone, is used only where its check passes it, and outlives its keys."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

from monitor.accounts.models import Body, User, UserKey
from monitor.db import db, new_id
from monitor.sealing.envelopes import new_key, seal_to
from monitor.tenancy import across_mechanisms, acting_for
from monitor.vault import contexts, from_devices, operations, queries, sealing
from monitor.vault.devices import MOST_HOLDERS, receive
from monitor.vault.from_devices import LARGEST_CONTENT, DeviceEnvelope, EnvelopeRefused
from monitor.vault.keyring import Closed, Keyring, open_record, open_records
from monitor.vault.models import Compartment, CompartmentKey, Grant, RecordKeyWrap, SealedRecord
from monitor.vault.operations import MadePaper
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories.device_envelopes import device_envelope, text
from tests.factories.keys import own_key
from tests.statements import statements
from tests.vault.conftest import Person

CONTENT = {"note": "He was taken out at night. — قالت"}
OWNER = ("walnut", "one", 3)
NAMED = ("device walnut", "one", "a change")
WithKey = Callable[[User], Person]


@pytest.fixture(autouse=True)
def walnuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of record that devices seal: a note for one walnut."""

    def check(owner: Sequence[object], named: Sequence[str], content: dict[str, Any]) -> dict[str, Any] | None:
        fits = named[:2] == ("device walnut", owner[1]) and content.keys() == {"note"}
        return {"note": content["note"].strip()} if fits else None

    monkeypatch.setitem(from_devices.checks, "walnut", check)


def stored(
    envelope: dict[str, Any], key: CompartmentKey, *people: UserKey, named: tuple[object, ...] = NAMED
) -> SealedRecord:
    """Take an envelope in for a record of OWNER, as a domain does."""
    taken = receive(envelope, key.body_id)
    record = sealing.sealer(key.body_id, Compartment.INTERVIEWS, people=people, at=NOW).enclose(OWNER, taken, named)
    db.session.add(record)
    db.session.flush()
    return record


def keyring(of: Keyring) -> Keyring:
    """Return what a person can open in a further request."""
    return Keyring(of.user_key_id, of.private)


def opened(record: SealedRecord, by: Keyring) -> object:
    db.session.expire_all()
    return open_record(record.id, OWNER, keyring(by))


def test_holders_open_it_and_nobody_else(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User, administrator: User
) -> None:
    author_key, author = with_key(monitor)
    record = stored(device_envelope(interviews, NAMED, CONTENT, author_key), interviews, author_key)
    assert b"taken out" not in record.content
    assert [opened(record, who) for who in (reader[1], author)] == [CONTENT] * 2
    assert opened(record, with_key(administrator)[1]) is Closed.NOT_FOR_YOU


def test_what_its_check_returns_is_all_that_comes_out(interviews: CompartmentKey, reader: Person) -> None:
    record = stored(device_envelope(interviews, NAMED, {"note": " trimmed "}), interviews)
    assert opened(record, reader[1]) == {"note": "trimmed"}


@pytest.mark.parametrize("content", [{"note": "x", "more": "y"}, {}, [], "text", None, 7], ids=repr)
def test_what_does_not_fit_is_damaged(content: object, interviews: CompartmentKey, reader: Person) -> None:
    record = stored(device_envelope(interviews, NAMED, content), interviews)
    assert opened(record, reader[1]) is Closed.DAMAGED


def test_a_kind_of_record_without_a_check_is_damaged(
    interviews: CompartmentKey, reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = stored(device_envelope(interviews, NAMED, CONTENT), interviews)
    monkeypatch.delitem(from_devices.checks, "walnut")
    assert opened(record, reader[1]) is Closed.DAMAGED


def test_it_is_bound_to_what_the_device_sealed_it_for(interviews: CompartmentKey, reader: Person) -> None:
    other = ("device walnut", "two", "a change")
    sealed_for_other = stored(device_envelope(interviews, other, CONTENT), interviews)
    told_truly = stored(device_envelope(interviews, other, CONTENT), interviews, named=other)
    other_record = stored(device_envelope(interviews, NAMED, CONTENT) | {"record": str(new_id())}, interviews)
    found = open_records({row.id: OWNER for row in (sealed_for_other, told_truly, other_record)}, reader[1])
    assert set(found.values()) == {Closed.DAMAGED}


def damaged(envelope: dict[str, Any], how: str) -> dict[str, Any]:
    """Return an envelope of sound shape that does not open."""
    content = b64decode(envelope["content"])
    wraps = {holder: b64decode(wrap) for holder, wrap in envelope["wraps"].items()}
    match how:
        case "cut":
            content = content[:-256]
        case "altered":
            content = content[:-1] + bytes([content[-1] ^ 1])
        case "never sealed":
            content = content[:13] + b'{"note": "In plain"}'.ljust(256 + 16)
        case "other key":
            wraps = dict.fromkeys(wraps, next(iter(wraps.values()))[:-1] + b"x")
    return envelope | {"content": text(content), "wraps": {holder: text(wrap) for holder, wrap in wraps.items()}}


@pytest.mark.parametrize("how", ["cut", "altered", "never sealed", "other key"])
def test_one_that_does_not_open_is_damaged_and_the_others_stay(
    how: str, interviews: CompartmentKey, reader: Person
) -> None:
    whole = device_envelope(interviews, NAMED, {"note": "x" * 300})
    sound, broken = stored(whole, interviews), stored(damaged(whole, how), interviews)
    assert b"In plain" not in broken.content
    assert [opened(sound, reader[1]), opened(broken, reader[1])] == [{"note": "x" * 300}, Closed.DAMAGED]


def test_exchanged_keys_of_two_envelopes_do_not_open(interviews: CompartmentKey, reader: Person) -> None:
    one, other = (device_envelope(interviews, NAMED, CONTENT) for _ in range(2))
    record = stored(one | {"wraps": other["wraps"]}, interviews)
    assert opened(record, reader[1]) is Closed.DAMAGED


def test_a_wrong_key_for_one_holder_leaves_the_others_theirs(
    interviews: CompartmentKey, reader: Person, with_key: WithKey
) -> None:
    envelope = device_envelope(interviews, NAMED, CONTENT, reader[0])
    place = contexts.of_record_key(UUID(envelope["record"]), reader[0].id)
    envelope["wraps"][str(reader[0].id)] = text(seal_to(reader[0].public, new_key(), place))
    assert opened(stored(envelope, interviews, reader[0]), reader[1]) == CONTENT


@pytest.mark.parametrize(
    "content",
    [
        {"from_device": 5, "owner": list(NAMED)}, {"from_device": {}}, {"from_device": {}, "owner": []},
        {"from_device": {}, "owner": [[]]},
    ],
    ids=range(4),
)  # fmt: skip
def test_whatever_else_is_sealed_as_from_a_device_is_damaged(
    content: dict[str, Any], body: Body, interviews: CompartmentKey, reader: Person
) -> None:
    record = sealing.seal(body.id, Compartment.INTERVIEWS, OWNER, content, at=NOW)
    assert opened(record, reader[1]) is Closed.DAMAGED
    assert sealing.open_for({record.id: OWNER}, reader[0], reader[1]) == 1, "it is damaged for everybody"


def test_json_that_is_nested_too_deep_is_damaged(interviews: CompartmentKey, reader: Person) -> None:
    record = stored(device_envelope(interviews, NAMED, b"[" * 200_000), interviews)
    assert opened(record, reader[1]) is Closed.DAMAGED


SHAPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a text": lambda _: "envelope",
    "nothing": lambda _: None,
    "a list": lambda sent: [sent],
    "a part missing": lambda sent: {name: sent[name] for name in ("format", "record", "content")},
    "a part more": lambda sent: sent | {"plain": "He was taken out"},
    "another format": lambda sent: sent | {"format": 2},
    "format as text": lambda sent: sent | {"format": "1"},
    "format as truth": lambda sent: sent | {"format": True},
    "record no id": lambda sent: sent | {"record": "record"},
    "record as number": lambda sent: sent | {"record": 7},
    "record in capitals": lambda sent: sent | {"record": sent["record"].upper().replace("-", "")},
    "content in plain": lambda sent: sent | {"content": "He was taken out at night."},
    "content as bytes of plain": lambda sent: sent | {"content": text(b"x" * 285)},
    "content not filled up": lambda sent: sent | {"content": text(b64decode(sent["content"])[:-1])},
    "content empty": lambda sent: sent | {"content": text(b64decode(sent["content"])[:29])},
    "content null": lambda sent: sent | {"content": None},
    "wraps a list": lambda sent: sent | {"wraps": [*sent["wraps"]]},
    "a wrap too short": lambda sent: sent | {"wraps": dict.fromkeys(sent["wraps"], text(b"\x01" * 304))},
    "a wrap of another suite": lambda sent: sent | {"wraps": dict.fromkeys(sent["wraps"], text(b"\x02" * 305))},
    "a wrap null": lambda sent: sent | {"wraps": dict.fromkeys(sent["wraps"])},
    "a holder no id": lambda sent: sent | {"wraps": {"reader": next(iter(sent["wraps"].values()))}},
}


@pytest.mark.parametrize("how", SHAPES)
def test_what_has_not_the_shape_of_an_envelope_is_refused(how: str, interviews: CompartmentKey) -> None:
    sent = device_envelope(interviews, NAMED, CONTENT)
    with pytest.raises(EnvelopeRefused) as refused:
        DeviceEnvelope.read(SHAPES[how](sent))
    assert refused.value.code == "malformed"
    assert DeviceEnvelope.read(sent).to_json() == sent


def test_the_largest_is_taken_and_a_larger_one_refused(interviews: CompartmentKey) -> None:
    largest = device_envelope(interviews, NAMED, {"note": "x" * (LARGEST_CONTENT - 4 - len('{"note": ""}'))})
    assert len(DeviceEnvelope.read(largest).content) == LARGEST_CONTENT + 29
    larger = device_envelope(interviews, NAMED, {"note": "x" * LARGEST_CONTENT})
    with pytest.raises(EnvelopeRefused) as refused:
        DeviceEnvelope.read(larger)
    assert refused.value.code == "too_large"


def test_the_longest_answer_with_the_longest_comment_fits(interviews: CompartmentKey) -> None:
    longest = '"\\' * 10_000
    content = {"fields": {"value": [longest]}, "comment": longest, "sources": [], "urgent": True}
    DeviceEnvelope.read(device_envelope(interviews, NAMED, content))


@pytest.fixture
def other_body(body: Body, coordinator: User) -> CompartmentKey:
    """The key of a further body of the mechanism."""
    other = accounts.other_body(body.mechanism)
    paper = operations.make_paper(other, by=coordinator, at=NOW)
    return operations.make_compartment(other, Compartment.INTERVIEWS, paper.row, [], by=coordinator, at=NOW)


def test_it_must_be_sealed_to_a_key_of_the_bodys_interviews_and_to_known_people(
    body: Body,
    paper: MadePaper,
    interviews: CompartmentKey,
    reader: Person,
    other_body: CompartmentKey,
    coordinator: User,
) -> None:
    medical = operations.make_compartment(body, Compartment.MEDICAL, paper.row, [reader[0]], by=coordinator, at=NOW)
    sound = device_envelope(interviews, NAMED, CONTENT, reader[0])
    wrap = next(iter(sound["wraps"].values()))
    for wraps, code in (
        ({}, "no_compartment"),
        ({str(reader[0].id): wrap}, "no_compartment"),
        (device_envelope(medical, NAMED, CONTENT)["wraps"], "no_compartment"),
        (device_envelope(other_body, NAMED, CONTENT)["wraps"], "no_compartment"),
        (sound["wraps"] | {str(new_id()): wrap}, "unknown_holder"),
        (sound["wraps"] | {str(medical.id): wrap}, "unknown_holder"),
        (sound["wraps"] | {str(new_id()): wrap for _ in range(MOST_HOLDERS)}, "too_large"),
    ):
        with pytest.raises(EnvelopeRefused) as refused:
            receive(sound | {"wraps": wraps}, body.id)
        assert refused.value.code == code
    assert receive(sound, body.id).wraps.keys() == {interviews.id, reader[0].id}


def test_a_person_of_another_mechanism_is_unknown(body: Body, interviews: CompartmentKey, reader: Person) -> None:
    with across_mechanisms():
        stranger = own_key(accounts.monitor(accounts.only_body(accounts.mechanism())))[0]
        envelope = device_envelope(interviews, NAMED, CONTENT, stranger)
        db.session.commit()
    with acting_for(body.mechanism_id), pytest.raises(EnvelopeRefused) as refused:
        receive(envelope, body.id)
    assert refused.value.code == "unknown_holder"


def test_opening_takes_the_same_few_statements_however_many_records(interviews: CompartmentKey, reader: Person) -> None:
    made = [stored(device_envelope(interviews, NAMED, CONTENT), interviews).id for _ in range(20)]
    counts = []
    for wanted in (made[:2], made):
        db.session.expunge_all()
        with statements() as seen:
            assert list(open_records(dict.fromkeys(wanted, OWNER), keyring(reader[1])).values()) == [CONTENT] * len(
                wanted
            )
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 5


# keys change hands


def test_its_author_opens_it_until_let_go(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User
) -> None:
    author_key, author = with_key(monitor)
    record = stored(device_envelope(interviews, NAMED, CONTENT, author_key), interviews, author_key)
    assert opened(record, author) == CONTENT
    sealing.let_go([record.id])
    assert [opened(record, who) for who in (author, reader[1])] == [Closed.NOT_FOR_YOU, CONTENT]


def test_who_reads_a_record_and_not_what_is_inside_is_told_that_it_is_not_for_them(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User
) -> None:
    leader_key, leader = with_key(monitor)
    record = stored(device_envelope(interviews, NAMED, CONTENT), interviews, leader_key)
    assert [wrap.user_key_id for wrap in record.wraps] == [None], "the device did not seal it to the leader"
    record_key = reader[1].record_key(record.wraps[0])
    assert record_key is not None
    wrapped = seal_to(leader_key.public, record_key, contexts.of_record_key(record.id, leader_key.id))
    wrap = RecordKeyWrap(
        id=new_id(), mechanism_id=record.mechanism_id, record_id=record.id, user_key_id=leader_key.id, wrapped=wrapped
    )
    db.session.add(wrap)
    db.session.flush()
    assert opened(record, leader) is Closed.NOT_FOR_YOU


def test_a_further_person_reads_it_once_it_was_opened_for_them(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User, administrator: User
) -> None:
    (author_key, author), (later_key, later) = with_key(monitor), with_key(administrator)
    record = stored(device_envelope(interviews, NAMED, CONTENT, author_key), interviews, author_key)
    assert queries.closed_to([record.id], administrator.id) == [record.id]
    assert sealing.open_for({record.id: OWNER}, later_key, later) == 0
    assert sealing.open_for({record.id: OWNER}, later_key, author) == 1
    assert [opened(record, who) for who in (later, author, reader[1])] == [CONTENT] * 3
    sealing.let_go([record.id])
    assert [opened(record, who) for who in (later, author)] == [Closed.NOT_FOR_YOU] * 2


def replaced(key: CompartmentKey, reader: Person, leaving: Person, *, by: User) -> CompartmentKey:
    """Return the key that replaces another one because a reader left."""
    operations.grant(key, leaving[0], reader[1], by=by, at=NOW)
    return operations.remove_reader(key, leaving[0].user_id, reader[1], by=by, at=NOW)


def test_a_device_that_pinned_a_replaced_key_is_read_by_all_readers_and_not_by_who_left(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    before = stored(device_envelope(interviews, NAMED, CONTENT), interviews)
    left_key, left = with_key(monitor)
    new = replaced(interviews, reader, (left_key, left), by=coordinator)
    assert operations.rewrap_some(new, reader[1], at=NOW, by=coordinator) == 0
    assert queries.count_of_wraps(interviews) == 0
    key, later_reader = with_key(accounts.coordinator(body))
    operations.grant(new, key, reader[1], by=coordinator, at=NOW)
    late = stored(device_envelope(interviews, NAMED, CONTENT), interviews)
    for record in (before, late):
        assert [opened(record, who) for who in (reader[1], later_reader)] == [CONTENT] * 2
        assert opened(record, left) is Closed.NOT_FOR_YOU


@pytest.mark.parametrize("paper_is_new", [False, True])
def test_the_paper_brings_back_what_devices_sealed_to_a_replaced_key(
    paper_is_new: bool, body: Body, paper: MadePaper, interviews: CompartmentKey, reader: Person, with_key: WithKey,
    coordinator: User, monitor: User,
) -> None:  # fmt: skip
    new = replaced(interviews, reader, with_key(monitor), by=coordinator)
    if paper_is_new:
        paper = operations.replace_paper(body, reader[1], by=coordinator, at=NOW)
    late = stored(device_envelope(interviews, NAMED, CONTENT), interviews)
    key, keyring = with_key(coordinator)
    assert opened(late, keyring) is Closed.NOT_FOR_YOU
    present = queries.current_key(body.id, Compartment.INTERVIEWS)
    assert present is not None
    assert (present == new) is not paper_is_new
    operations.grant_from_paper(present, key, paper.text, by=coordinator, at=NOW)
    assert opened(late, keyring) == CONTENT
    operations.drill(paper.row, paper.text, by=coordinator, at=NOW)


def test_an_old_key_that_the_granting_reader_never_had_stops_nobody(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    new = replaced(interviews, reader, with_key(monitor), by=coordinator)
    db.session.execute(delete(Grant).where(Grant.compartment_key_id == interviews.id))
    key, later = with_key(accounts.coordinator(body))
    operations.grant(new, key, keyring(reader[1]), by=coordinator, at=NOW)
    late = stored(device_envelope(interviews, NAMED, CONTENT), interviews)
    assert opened(late, later) is Closed.NOT_FOR_YOU, "the twin: only the older key opens it"
