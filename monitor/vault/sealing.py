"""Sealing records to the readers of a body and to some people; none of it can open anything."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from monitor.accounts.models import UserKey
from monitor.db import db, new_id
from monitor.sealing.envelopes import new_key, seal_to, seal_under
from monitor.vault import contexts, queries
from monitor.vault.from_devices import DeviceEnvelope, Enclosed
from monitor.vault.keyring import Keyring, Owner, let_in, wraps_for
from monitor.vault.models import Compartment, CompartmentKey, RecordKeyWrap, SealedRecord
from monitor.vault.operations import KeysRefused


@dataclass(frozen=True)
class Sealer:
    """Seals records of one body to a compartment and to some people; needs nobody's private key.

    It refuses a compartment's key that somebody exchanged (KeysRefused): they would read what is sealed to it.
    """

    key: CompartmentKey
    people: tuple[UserKey, ...] = ()
    """They open the records too, until `let_go`."""
    at: datetime = field(kw_only=True)

    def seal(self, owner: Owner, content: Mapping[str, Any]) -> SealedRecord:
        """Return a sealed record of this content (JSON), for the caller to add.

        `owner` names what will refer to the record; whoever opens it must name the same. Raises KeysRefused.
        """
        self.refuse_exchanged()
        record_key, id_ = new_key(), new_id()
        place = contexts.of_content(self.key.mechanism_id, self.key.body_id, id_, owner)
        record = SealedRecord(
            id=id_, mechanism_id=self.key.mechanism_id, body_id=self.key.body_id, compartment=self.key.compartment,
            content=seal_under(record_key, json.dumps(dict(content), ensure_ascii=False).encode("utf-8"), place),
            sealed_at=self.at,
        )  # fmt: skip
        self._wrap(record, record_key, self.key.public, compartment_key_id=self.key.id)
        for person in {person.id: person for person in self.people}.values():
            self._wrap(record, record_key, person.public, user_key_id=person.id)
        return record

    def enclose(self, owner: Owner, envelope: DeviceEnvelope, named: Owner) -> SealedRecord:
        """Return a sealed record of what a device sealed for `named`, for the caller to add.

        Of the people, those open it to whom the device sealed it too: the others could not read what is inside.
        """
        people = tuple(person for person in self.people if person.id in envelope.wraps)
        enclosed = Enclosed(envelope, tuple(map(str, named)))
        return replace(self, people=people).seal(owner, enclosed.to_json())

    def refuse_exchanged(self) -> None:
        """Raise KeysRefused where the key is not the one that was made for the body; asked once of each sealer."""
        if self._is_exchanged:
            raise KeysRefused("exchanged_body_key", "the stored key of the body is not the one that was made for it")

    @cached_property
    def _is_exchanged(self) -> bool:
        return bool(queries.exchanged([self.key]))

    def _wrap(self, record: SealedRecord, record_key: bytes, public: bytes, **holder: UUID) -> None:
        (holder_id,) = holder.values()
        wrapped = seal_to(public, record_key, contexts.of_record_key(record.id, holder_id))
        record.wraps.append(
            RecordKeyWrap(id=new_id(), mechanism_id=record.mechanism_id, record_id=record.id, wrapped=wrapped, **holder)
        )


def sealer(body_id: UUID, compartment: Compartment, *, people: Iterable[UserKey] = (), at: datetime) -> Sealer:
    """Return what seals to a compartment of a body. Raises KeysRefused where the body has no sound key."""
    key = queries.current_key(body_id, compartment)
    if key is None:
        raise KeysRefused("no_key", "this body has no key yet: a first reader must set it up")
    made = Sealer(key, tuple(people), at=at)
    made.refuse_exchanged()
    return made


def seal(
    body_id: UUID, compartment: Compartment, owner: Owner, content: Mapping[str, Any], *,
    people: Iterable[UserKey] = (), at: datetime,
) -> SealedRecord:  # fmt: skip
    """Seal one content and store it; see Sealer. Raises as `sealer`."""
    return store(sealer(body_id, compartment, people=people, at=at).seal(owner, content))


def store(record: SealedRecord) -> SealedRecord:
    """Store a record that a Sealer made; returns it."""
    db.session.add(record)
    db.session.flush()
    return record


def open_for(records: Mapping[UUID, Owner], to: UserKey, keyring: Keyring) -> int:
    """Seal the keys of records to one more person, as far as the keyring opens them; returns how many it were.

    Records are given as id -> owner. For whoever may read them as a writer does, until `let_go`; a record that does not
    open is left as it is.
    """
    done = 0
    for record_id, wraps in wraps_for(records, keyring).items():
        record_key = next(filter(None, map(keyring.record_key, wraps)), None)
        if record_key is None or not let_in(record_id, records[record_id], record_key, to, keyring):
            continue
        wrapped = seal_to(to.public, record_key, contexts.of_record_key(record_id, to.id))
        db.session.add(
            RecordKeyWrap(
                id=new_id(), mechanism_id=to.mechanism_id, record_id=record_id, user_key_id=to.id, wrapped=wrapped
            )
        )
        done += 1
    db.session.flush()
    return done


def let_go(record_ids: Iterable[UUID]) -> None:
    """Take the keys of these records away from the people who wrote them: only the compartment's readers open them."""
    db.session.execute(
        delete(RecordKeyWrap).where(
            RecordKeyWrap.record_id.in_(list(record_ids)), RecordKeyWrap.user_key_id.is_not(None)
        )
    )


def destroy(record_ids: Iterable[UUID]) -> None:
    """Delete sealed records with all wraps of their keys; `secure_delete` overwrites them in the file."""
    db.session.execute(delete(SealedRecord).where(SealedRecord.id.in_(list(record_ids))))
