"""What one signed-in person can open, for the length of one request."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from monitor.db import db
from monitor.sealing.envelopes import CannotOpen, open_under, open_with
from monitor.vault import contexts
from monitor.vault.models import Grant, RecordKeyWrap, SealedRecord


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
    _opened: dict[UUID, bytes] = field(default_factory=dict, repr=False)
    """Private keys of compartments that were opened already."""

    def compartment(self, compartment_key_id: UUID) -> bytes | None:
        """Return the private key of a compartment; None when it is not granted, or the grant does not open."""
        if compartment_key_id not in self._opened:
            query = select(Grant.wrapped).where(
                Grant.compartment_key_id == compartment_key_id, Grant.user_key_id == self.user_key_id
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
    return {
        id_: _open(found[id_], owner, wraps.get(id_, []), keyring) if id_ in found else Closed.DAMAGED
        for id_, owner in records.items()
    }


def open_record(record_id: UUID, owner: Owner, keyring: Keyring | None) -> dict[str, Any] | Closed:
    """Open one record; see open_records."""
    return open_records({record_id: owner}, keyring)[record_id]


def wraps_for(records: Iterable[UUID], keyring: Keyring) -> dict[UUID, list[RecordKeyWrap]]:
    """Return record -> the wraps of its key that this person may hold a key to, the person's own first."""
    granted = select(Grant.compartment_key_id).where(Grant.user_key_id == keyring.user_key_id)
    query = (
        select(RecordKeyWrap)
        .where(RecordKeyWrap.record_id.in_(records))
        .where(or_(RecordKeyWrap.user_key_id == keyring.user_key_id, RecordKeyWrap.compartment_key_id.in_(granted)))
        .order_by(RecordKeyWrap.user_key_id.is_(None), RecordKeyWrap.id)
    )
    found: dict[UUID, list[RecordKeyWrap]] = {}
    for wrap in db.session.scalars(query):
        found.setdefault(wrap.record_id, []).append(wrap)
    return found


def _open(record: SealedRecord, owner: Owner, wraps: list[RecordKeyWrap], keyring: Keyring) -> dict[str, Any] | Closed:
    if not wraps:
        return Closed.NOT_FOR_YOU
    place = contexts.of_content(record.mechanism_id, record.body_id, record.id, owner)
    for wrap in wraps:
        key = keyring.record_key(wrap)
        if key is None:
            continue
        try:
            opened = json.loads(open_under(key, record.content, place))
        except (CannotOpen, ValueError):
            continue
        if isinstance(opened, dict):  # who writes the database can seal anything to a public key, also no record
            return opened
    return Closed.DAMAGED
