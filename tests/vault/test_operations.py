"""Keys of a body: made, granted, taken away and replaced, by reader and by paper, without losing a record."""

from pathlib import Path

import pytest
from flask import g

from monitor.accounts.models import Body, Role, User
from monitor.accounts.operations import set_roles
from monitor.db import db, new_id
from monitor.sealing import written_keys
from monitor.sealing.envelopes import open_with
from monitor.sealing.key_pairs import new_pair
from monitor.vault import operations, queries, sealing
from monitor.vault.contexts import of_paper
from monitor.vault.keyring import Closed, Keyring, open_record, open_records
from monitor.vault.models import Compartment, CompartmentKey, Grant
from monitor.vault.operations import REWRAPPED_AT_ONCE, KeysRefused, MadePaper
from monitor.vault.session import own_keyring
from tests.conftest import NOW
from tests.factories import accounts
from tests.factories.keys import own_key
from tests.vault.conftest import CONTENT, OWNER, Person, WithKey, keys_of, sealed


def test_a_grant_opens_old_and_new_records(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    before = sealed(body)
    new_key, new = with_key(monitor)
    operations.grant(interviews, new_key, reader[1], by=coordinator, at=NOW)
    after = sealed(body)
    assert open_record(before.id, OWNER, new) == CONTENT == open_record(after.id, OWNER, new)
    assert {grant.user_id for grant in queries.readers(interviews)} == {coordinator.id, monitor.id}
    with pytest.raises(KeysRefused, match="already"):
        operations.grant(interviews, new_key, reader[1], by=coordinator, at=NOW)


def test_who_reads_nothing_grants_nothing(
    interviews: CompartmentKey, with_key: WithKey, administrator: User, monitor: User
) -> None:
    with pytest.raises(KeysRefused) as refused:
        operations.grant(interviews, with_key(monitor)[0], with_key(administrator)[1], by=administrator, at=NOW)
    assert refused.value.code == "not_a_reader"
    assert queries.grant_of(interviews, monitor.id) is None


def test_a_forged_grant_opens_nothing(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, monitor: User
) -> None:
    record = sealed(body)
    key, thief = with_key(monitor)
    given = queries.grant_of(interviews, reader[0].user_id)
    assert given is not None
    db.session.add(
        Grant(
            id=new_id(), mechanism_id=body.mechanism_id, compartment_key_id=interviews.id, user_key_id=key.id,
            user_id=monitor.id, wrapped=given.wrapped, granted_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    assert open_record(record.id, OWNER, thief) is Closed.DAMAGED


def test_a_retired_key_reads_no_more(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    operations.grant(interviews, with_key(monitor)[0], reader[1], by=coordinator, at=NOW)
    reader[0].retired_at = NOW
    db.session.flush()
    assert [grant.user_id for grant in queries.readers(interviews)] == [monitor.id]


# removing a reader


def test_who_was_removed_reads_nothing_new_and_nothing_old(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    leaving_key, leaving = with_key(monitor)
    operations.grant(interviews, leaving_key, reader[1], by=coordinator, at=NOW)
    old = sealed(body)
    new = operations.remove_reader(interviews, monitor.id, reader[1], by=coordinator, at=NOW)
    later = sealed(body)
    assert (new.number, queries.current_key(body.id, Compartment.INTERVIEWS)) == (2, new)
    fresh = Keyring(leaving_key.id, leaving.private)
    for record in (old, later):
        assert open_record(record.id, OWNER, fresh) is Closed.NOT_FOR_YOU
        assert open_record(record.id, OWNER, reader[1]) == CONTENT


def test_records_move_to_the_new_key_in_steps_and_open_all_the_while(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(operations, "REWRAPPED_AT_ONCE", 4)
    operations.grant(interviews, with_key(monitor)[0], reader[1], by=coordinator, at=NOW)
    records = [sealed(body, ("interview", number)) for number in range(10)]
    owners = {record.id: ("interview", number) for number, record in enumerate(records)}
    new = operations.remove_reader(interviews, monitor.id, reader[1], by=coordinator, at=NOW)
    left = []
    while not left or left[-1]:
        left.append(operations.rewrap_some(new, reader[1], at=NOW, by=coordinator))
        assert all(found == CONTENT for found in open_records(owners, Keyring(*keys_of(reader))).values())
    assert left == [6, 2, 0]
    assert (queries.count_of_wraps(interviews), queries.count_of_wraps(new)) == (0, 10)
    assert REWRAPPED_AT_ONCE > 4


def test_a_record_that_does_not_open_does_not_stop_the_others(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    operations.grant(interviews, with_key(monitor)[0], reader[1], by=coordinator, at=NOW)
    records = [sealed(body, ("interview", number)) for number in range(3)]
    records[0].wraps[0].wrapped = b"\x01" + bytes(80)
    new = operations.remove_reader(interviews, monitor.id, reader[1], by=coordinator, at=NOW)
    assert operations.rewrap_some(new, reader[1], at=NOW, by=coordinator) == 0
    assert (queries.count_of_wraps(interviews), queries.count_of_wraps(new)) == (1, 2)


def test_the_last_reader_cannot_be_removed(interviews: CompartmentKey, reader: Person, coordinator: User) -> None:
    with pytest.raises(KeysRefused) as refused:
        operations.remove_reader(interviews, coordinator.id, reader[1], by=coordinator, at=NOW)
    assert refused.value.code == "last_reader"
    assert queries.grant_of(interviews, coordinator.id) is not None


def test_a_new_reader_gets_the_old_keys_that_records_still_rest_on(
    body: Body, interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, monitor: User
) -> None:
    record = sealed(body)
    operations.grant(interviews, with_key(monitor)[0], reader[1], by=coordinator, at=NOW)
    new = operations.remove_reader(interviews, monitor.id, reader[1], by=coordinator, at=NOW)
    third = accounts.coordinator(body)
    key, keyring = with_key(third)
    operations.grant(new, key, reader[1], by=coordinator, at=NOW)
    assert open_record(record.id, OWNER, keyring) == CONTENT


# the paper key


def test_the_paper_gives_a_body_back_that_lost_every_key(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, with_key: WithKey, coordinator: User
) -> None:
    record = sealed(body)
    reader[0].retired_at = NOW
    db.session.flush()
    key, keyring = with_key(coordinator)
    assert open_record(record.id, OWNER, keyring) is Closed.NOT_FOR_YOU
    operations.grant_from_paper(interviews, key, paper.text.lower(), by=coordinator, at=NOW)
    assert open_record(record.id, OWNER, Keyring(*keys_of((key, keyring)))) == CONTENT


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "not_a_key"), ("ABCD-EFGH", "not_a_key"), (written_keys.write(bytes(range(32))), "other_key")],
)
def test_another_paper_opens_nothing(
    typed: str, code: str, interviews: CompartmentKey, paper: MadePaper, with_key: WithKey, administrator: User
) -> None:
    for act in (
        lambda: operations.grant_from_paper(interviews, with_key(administrator)[0], typed, by=administrator, at=NOW),
        lambda: operations.drill(paper.row, typed, by=administrator, at=NOW),
    ):
        with pytest.raises(KeysRefused) as refused:
            act()
        assert refused.value.code == code
    assert paper.row.drilled_at is None


def test_a_drill_is_kept_and_asked_for_again_after_a_year(
    interviews: CompartmentKey, paper: MadePaper, coordinator: User
) -> None:
    assert paper.row.needs_drill(NOW)
    operations.drill(paper.row, paper.text, by=coordinator, at=NOW)
    assert not paper.row.needs_drill(NOW)
    assert paper.row.needs_drill(NOW.replace(year=NOW.year + 1))


def test_a_drill_finds_a_compartment_that_the_paper_does_not_open(
    interviews: CompartmentKey, paper: MadePaper, coordinator: User
) -> None:
    interviews.on_paper = interviews.on_paper[:-1] + bytes([interviews.on_paper[-1] ^ 1])
    with pytest.raises(KeysRefused, match="does not open"):
        operations.drill(paper.row, paper.text, by=coordinator, at=NOW)


def test_the_private_half_of_the_paper_is_stored_nowhere(
    interviews: CompartmentKey, paper: MadePaper, coordinator: User
) -> None:
    operations.drill(paper.row, paper.text, by=coordinator, at=NOW)
    db.session.commit()
    folder = Path(str(db.engine.url.database)).parent
    stored = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert paper.secret not in stored
    assert paper.text.encode() not in stored
    assert paper.row.public in stored


def test_a_new_paper_takes_the_place_of_a_lost_one(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, with_key: WithKey, coordinator: User,
    monitor: User,
) -> None:  # fmt: skip
    record = sealed(body)
    new = operations.replace_paper(body, reader[1], by=coordinator, at=NOW)
    key, keyring = with_key(monitor)
    with pytest.raises(KeysRefused):
        operations.grant_from_paper(interviews, key, paper.text, by=coordinator, at=NOW)
    operations.grant_from_paper(interviews, key, new.text, by=coordinator, at=NOW)
    assert open_record(record.id, OWNER, keyring) == CONTENT
    with pytest.raises(KeysRefused, match="only a reader"):
        operations.replace_paper(body, Keyring(new_id(), new_pair().private), by=coordinator, at=NOW)


def test_a_grant_that_is_refused_half_way_gives_nothing(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, coordinator: User, monitor: User
) -> None:
    sealed(body)
    new = operations.replace_paper(body, reader[1], by=coordinator, at=NOW)
    current = queries.current_key(body.id, Compartment.INTERVIEWS)
    key, _keyring = own_key(monitor)
    assert current is not None
    own = queries.grant_of(current, coordinator.id)
    interviews.paper_id = paper.row.id  # as if the older key still rested on the paper before
    db.session.delete(own)
    db.session.flush()

    def held() -> list[Grant | None]:
        return [queries.grant_of(each, monitor.id) for each in (interviews, current)]

    with pytest.raises(KeysRefused, match="only a reader"):  # the older key opens, the current one does not
        operations.grant(current, key, Keyring(*keys_of(reader)), by=coordinator, at=NOW)
    assert held() == [None, None]
    with pytest.raises(KeysRefused, match="not the one"):  # the current key opens, the older one does not
        operations.grant_from_paper(current, key, new.text, by=coordinator, at=NOW)
    assert held() == [None, None]


def test_nothing_is_sealed_to_an_exchanged_key_until_a_new_paper_brings_new_ones(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, coordinator: User
) -> None:
    before = sealed(body)
    interviews.public = new_pair().public
    db.session.flush()
    for seal in (lambda: sealed(body), lambda: sealing.Sealer(interviews, at=NOW).seal(OWNER, CONTENT)):
        with pytest.raises(KeysRefused) as refused:
            seal()
        assert refused.value.code == "exchanged_body_key"
    assert queries.bodies_with_exchanged_key(coordinator) == [body]
    operations.replace_paper(body, reader[1], by=coordinator, at=NOW)
    assert queries.bodies_with_exchanged_key(coordinator) == []
    assert open_record(sealed(body).id, OWNER, Keyring(reader[0].id, reader[1].private)) == CONTENT
    assert open_record(before.id, OWNER, Keyring(reader[0].id, reader[1].private)) == CONTENT


def test_what_is_sealed_after_a_new_paper_opens_with_no_old_paper_and_no_old_copy_of_the_rows(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, coordinator: User
) -> None:
    before = sealed(body)
    of_old_copy, place = interviews.on_paper, of_paper(interviews.id, paper.row.id)
    operations.replace_paper(body, reader[1], by=coordinator, at=NOW)
    seen = open_with(paper.secret, of_old_copy, place)
    thief = Keyring(new_id(), new_pair().private, _opened={interviews.id: seen})
    assert any(thief.record_key(wrap) for wrap in before.wraps), "it was opened by then"
    new = queries.current_key(body.id, Compartment.INTERVIEWS)
    assert new is not None
    assert not any(thief.record_key(wrap) for wrap in sealed(body).wraps)
    assert operations.rewrap_some(new, reader[1], at=NOW, by=coordinator) == 0
    for record in (before, sealed(body)):
        assert open_record(record.id, OWNER, Keyring(*keys_of(reader))) == CONTENT
        assert all(wrap.compartment_key_id == new.id for wrap in record.wraps)


def test_there_is_one_paper_and_one_key_at_a_time(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, coordinator: User
) -> None:
    with pytest.raises(KeysRefused, match="paper key already"):
        operations.make_paper(body, by=coordinator, at=NOW)
    with pytest.raises(KeysRefused, match="has a key"):
        operations.make_compartment(body, Compartment.INTERVIEWS, paper.row, [reader[0]], by=coordinator, at=NOW)


def test_medical_is_a_compartment_of_its_own(
    body: Body, interviews: CompartmentKey, paper: MadePaper, reader: Person, with_key: WithKey, monitor: User,
    coordinator: User,
) -> None:  # fmt: skip
    doctor_key, doctor = with_key(monitor)
    operations.make_compartment(body, Compartment.MEDICAL, paper.row, [doctor_key], by=coordinator, at=NOW)
    record = sealing.seal(body.id, Compartment.MEDICAL, OWNER, CONTENT, at=NOW)
    assert open_record(record.id, OWNER, doctor) == CONTENT
    assert open_record(record.id, OWNER, reader[1]) is Closed.NOT_FOR_YOU


def test_a_role_that_was_lost_closes_its_compartment_at_once(
    body: Body, interviews: CompartmentKey, paper: MadePaper, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = accounts.person(body, Role.HEALTH_MONITOR)
    key, whole = own_key(doctor)
    operations.make_compartment(body, Compartment.MEDICAL, paper.row, [key], by=coordinator, at=NOW)
    record = sealing.seal(body.id, Compartment.MEDICAL, OWNER, CONTENT, at=NOW)
    monkeypatch.setattr("monitor.vault.session.own_private_key", lambda: whole.private)
    monkeypatch.setattr("monitor.vault.session.current_user", doctor)

    def opened() -> object:
        g.pop("keyring", None)  # it lasts for one request
        return open_record(record.id, OWNER, own_keyring())

    assert opened() == CONTENT
    set_roles(doctor, [(body.id, Role.MONITOR)], by=None, at=NOW)
    assert opened() is Closed.NOT_FOR_YOU
    assert open_record(record.id, OWNER, whole) == CONTENT, "the grant itself stays until a reader takes it away"
