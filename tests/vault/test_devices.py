"""A device is told to whom it seals, and takes another key over only when a person compared it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.sealing.key_pairs import fingerprint
from monitor.vault import devices, operations
from monitor.vault.models import CompartmentKey
from monitor.vault.operations import KeysRefused
from tests.conftest import NOW
from tests.factories.device_envelopes import text
from tests.vault.conftest import Person

WithKey = Callable[[User], Person]


@pytest.fixture
def new(
    interviews: CompartmentKey, reader: Person, with_key: WithKey, coordinator: User, administrator: User
) -> CompartmentKey:
    """The key that took the place of the first one, because a reader left."""
    operations.grant(interviews, with_key(administrator)[0], reader[1], by=coordinator, at=NOW)
    return operations.remove_reader(interviews, administrator.id, reader[1], by=coordinator, at=NOW)


def test_a_device_is_told_the_key_in_use_and_the_keys_of_its_people(
    body: Body, interviews: CompartmentKey, with_key: WithKey, monitor: User
) -> None:
    own, _ = with_key(monitor)
    told = devices.holders_for(body.id, [monitor.id])
    assert told == {
        "compartment": {
            "id": str(interviews.id), "number": 1, "public": text(interviews.public),
            "fingerprint": fingerprint(interviews.public),
        },
        "people": [{"id": str(own.id), "public": text(own.public), "person": str(monitor.id)}],
    }  # fmt: skip


def test_a_device_that_comes_later_is_told_the_new_key(body: Body, new: CompartmentKey) -> None:
    told = devices.holders_for(body.id, [])
    assert told is not None
    assert (told["compartment"]["id"], told["compartment"]["number"], told["people"]) == (str(new.id), 2, [])


def test_a_body_without_keys_has_nobody_to_seal_to(body: Body, monitor: User) -> None:
    assert devices.holders_for(body.id, [monitor.id]) is None


def test_a_new_key_is_taken_over_by_who_types_its_letters(
    body: Body, interviews: CompartmentKey, new: CompartmentKey, monitor: User
) -> None:
    letters = fingerprint(new.public)
    for key_id, typed, code in (
        (interviews.id, fingerprint(interviews.public), "overtaken"),
        (new.id, fingerprint(interviews.public), "other_fingerprint"),
        (new.id, letters[:-1], "other_fingerprint"),
        (new.id, "", "other_fingerprint"),
    ):
        with pytest.raises(KeysRefused) as refused:
            devices.confirm_key(body, key_id, typed, by=monitor, at=NOW)
        assert refused.value.code == code
    assert events("compartment-key:confirmed-on-device") == []
    assert devices.confirm_key(body, new.id, letters.lower().replace(" ", ""), by=monitor, at=NOW) is new
    assert events("compartment-key:confirmed-on-device") == [(monitor.id, new.id)]


def test_a_refused_key_is_written_into_the_log(body: Body, interviews: CompartmentKey, monitor: User) -> None:
    devices.refuse_key(body, by=monitor, at=NOW)
    assert events("compartment-key:refused-on-device") == [(monitor.id, interviews.id)]


def events(tag: str) -> list[tuple[UUID | None, UUID | None]]:
    """Return by whom and about which key the events of a tag are."""
    return [
        (row.actor_id, row.subject_id) for row in db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag))
    ]
