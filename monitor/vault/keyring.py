"""What one signed-in person can open, for the length of one request."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from monitor.accounts.models import UserKey
from monitor.db import db
from monitor.sealing.envelopes import CannotOpen, open_object_under, open_with, seal_to, seal_under
from monitor.sealing.key_pairs import pair_of
from monitor.vault import contexts
from monitor.vault.from_devices import FROM_DEVICE, Enclosed, EnvelopeRefused, fitting, may_come_from_devices
from monitor.vault.models import Compartment, CompartmentKey, Grant, RecordKeyWrap, SealedRecord


class Closed(StrEnum):
    """Why a record does not open."""

    NOT_FOR_YOU = "not_for_you"
    """None of the person's keys fits, or there is no key in this session."""
    DAMAGED = "damaged"
    """The person holds a key of it, and the content or the key does not open: altered, exchanged or cut."""


Owner = Sequence[object]
"""Names what refers to a record, such as ("answer", sheet id, item id, change id); must be the same as at sealing."""


@dataclass(frozen=True)
class Keyring:
    """A person's own private key, and through it the compartments that were granted to that person."""

    user_key_id: UUID
    private: bytes = field(repr=False)
    entitled_in: Mapping[Compartment, Collection[UUID]] | None = None
    """Compartment -> the bodies whose records of it the person's roles allow; None: wherever it was granted."""
    _opened: dict[UUID, bytes] = field(default_factory=dict, repr=False)
    """Private keys of compartments that were opened already."""

    def granted(self) -> Select[UUID]:
        """Return the query of the compartments' keys that open: who lost a role keeps its grant, and opens nothing."""
        query = select(Grant.compartment_key_id).where(Grant.user_key_id == self.user_key_id)
        if self.entitled_in is None:
            return query
        allowed = [
            and_(CompartmentKey.compartment == compartment, CompartmentKey.body_id.in_(bodies))
            for compartment, bodies in self.entitled_in.items()
        ]
        return query.join(Grant.key).where(or_(*allowed))

    def compartment(self, compartment_key_id: UUID) -> bytes | None:
        """Return the private key of a compartment; None when it is not granted, or the grant does not open."""
        if compartment_key_id not in self._opened:
            query = select(Grant.wrapped).where(
                Grant.compartment_key_id == compartment_key_id,
                Grant.user_key_id == self.user_key_id,
                Grant.compartment_key_id.in_(self.granted()),
            )
            wrapped = db.session.scalar(query)
            if wrapped is None:
                return None
            try:
                place = contexts.of_grant(compartment_key_id, self.user_key_id)
                self._opened[compartment_key_id] = open_with(self.private, wrapped, place)
            except CannotOpen:
                return None
        return self._opened[compartment_key_id]

    def is_exchanged(self, key: CompartmentKey) -> bool:
        """Say whether the public half that is stored is another key's than the private half this person was given."""
        private = self.compartment(key.id)
        return private is not None and pair_of(private).public != key.public

    def privates(self, holders: Iterable[UUID]) -> dict[UUID, bytes]:
        """Return those private keys of these holders (ids of people's and compartments' keys) that the person has."""
        asked = set(holders)
        query = self.granted().where(Grant.compartment_key_id.in_(asked))
        granted = {id_: self.compartment(id_) for id_ in db.session.scalars(query)} if asked else {}
        own = {self.user_key_id: self.private} if self.user_key_id in asked else {}
        return own | {id_: private for id_, private in granted.items() if private is not None}

    def record_key(self, wrap: RecordKeyWrap) -> bytes | None:
        """Return the key of a record from one of its wraps; None when this person cannot open the wrap."""
        if wrap.user_key_id == self.user_key_id:
            holder, private = self.user_key_id, self.private
        elif wrap.compartment_key_id and (opened := self.compartment(wrap.compartment_key_id)):
            holder, private = wrap.compartment_key_id, opened
        else:
            return None
        try:
            return open_with(private, wrap.wrapped, contexts.of_record_key(wrap.record_id, holder))
        except CannotOpen:
            return None


def open_records(records: Mapping[UUID, Owner], keyring: Keyring | None) -> dict[UUID, dict[str, Any] | Closed]:
    """Open records, given as id -> owner; a record that does not open never keeps the others closed.

    A fixed number of statements, however many records there are. Records that do not exist are damaged.
    """
    if keyring is None:
        return dict.fromkeys(records, Closed.NOT_FOR_YOU)
    found = {row.id: row for row in db.session.scalars(select(SealedRecord).where(SealedRecord.id.in_(records)))}
    wraps = wraps_for(records, keyring)
    opened = {
        id_: _open(found[id_], owner, wraps.get(id_, []), keyring) if id_ in found else Closed.DAMAGED
        for id_, owner in records.items()
    }
    enclosed = {id_: each for id_, content in opened.items() if (each := _enclosed(content)) is not None}
    envelopes = [each.envelope for each in enclosed.values() if isinstance(each, Enclosed)]
    privates = keyring.privates(holder for envelope in envelopes for holder in envelope.wraps)
    return opened | {
        id_: each if isinstance(each, Closed) else _open_enclosed(found[id_], records[id_], each, privates)
        for id_, each in enclosed.items()
    }


def open_record(record_id: UUID, owner: Owner, keyring: Keyring | None) -> dict[str, Any] | Closed:
    """Open one record; see open_records."""
    return open_records({record_id: owner}, keyring)[record_id]


def wraps_for(records: Iterable[UUID], keyring: Keyring) -> dict[UUID, list[RecordKeyWrap]]:
    """Return record -> the wraps of its key that this person may hold a key to, the person's own first."""
    own = RecordKeyWrap.user_key_id == keyring.user_key_id
    query = (
        select(RecordKeyWrap)
        .where(RecordKeyWrap.record_id.in_(records))
        .where(or_(own, RecordKeyWrap.compartment_key_id.in_(keyring.granted())))
        .order_by(RecordKeyWrap.user_key_id.is_(None), RecordKeyWrap.id)
    )
    found: dict[UUID, list[RecordKeyWrap]] = {}
    for wrap in db.session.scalars(query):
        found.setdefault(wrap.record_id, []).append(wrap)
    return found


def _enclosed(content: dict[str, Any] | Closed) -> Enclosed | Closed | None:
    """Return what a device sealed inside a record's content; None where no device did."""
    if isinstance(content, Closed) or FROM_DEVICE not in content:
        return None
    try:
        return Enclosed.read(content)
    except EnvelopeRefused:
        return Closed.DAMAGED


def _open_enclosed(
    record: SealedRecord, owner: Owner, enclosed: Enclosed, privates: Mapping[UUID, bytes]
) -> dict[str, Any] | Closed:
    """Open what a device sealed, and let nothing out that its check does not pass."""
    if not enclosed.envelope.wraps.keys() & privates.keys():
        return Closed.NOT_FOR_YOU
    opened = enclosed.open(record, privates)
    found = fitting(owner, enclosed.owner, opened[1]) if opened else None
    return Closed.DAMAGED if found is None else found


def let_in(record_id: UUID, owner: Owner, record_key: bytes, to: UserKey, keyring: Keyring) -> bool:
    """Seal what a device sealed inside this record to one person more, who gets the key of the record too.

    False where the keyring does not open it: the record's own key alone would open nothing. True where no device sealed
    anything, or where nobody can tell: a damaged record is damaged for the next person too.
    """
    if not may_come_from_devices(owner):
        return True
    record = db.session.get_one(SealedRecord, record_id)
    place = contexts.of_content(record.mechanism_id, record.body_id, record.id, owner)
    try:
        enclosed = _enclosed(open_object_under(record_key, record.content, place))
    except CannotOpen:
        return True
    if not isinstance(enclosed, Enclosed):
        return True
    opened = enclosed.open(record, keyring.privates(enclosed.envelope.wraps))
    if opened is None:
        return False
    wrapped = seal_to(to.public, opened[0], contexts.of_record_key(enclosed.envelope.record, to.id))
    shared = enclosed.opened_for(to.id, wrapped)
    record.content = seal_under(record_key, json.dumps(shared.to_json()).encode(), place)
    return True


def _open(record: SealedRecord, owner: Owner, wraps: list[RecordKeyWrap], keyring: Keyring) -> dict[str, Any] | Closed:
    if not wraps:
        return Closed.NOT_FOR_YOU
    place = contexts.of_content(record.mechanism_id, record.body_id, record.id, owner)
    for wrap in wraps:
        key = keyring.record_key(wrap)
        if key is None:
            continue
        try:
            return open_object_under(key, record.content, place)
        except CannotOpen:
            continue
    return Closed.DAMAGED
