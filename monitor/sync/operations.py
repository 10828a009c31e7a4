"""Making and withdrawing devices, noting what they took along, taking in what they hand in, and receipts for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from monitor.accounts.models import User
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.sync import queries
from monitor.sync.entries import KINDS, Batch, Entry, NotAnEntry, Result, read_entry
from monitor.sync.models import Arrival, Device, TakenAlong
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit

MOST_ENTRIES: Final = 100
"""Of one step of handing in; a step that fails is small."""


class Withdrawn(Exception):
    """The device was withdrawn: nothing is taken in from it, and it wipes itself."""


@dataclass(frozen=True)
class NewDevice:
    """A device that was just made, with its secret, which exists nowhere else on the server."""

    row: Device
    secret: str


def make_device(name: str, *, by: User, at: datetime) -> NewDevice:
    """Note a device of this person. `name` is what they call it, up to LONGEST_NAME characters."""
    secret = token_urlsafe(32)
    row = Device(
        id=new_id(), mechanism_id=by.mechanism_id, user_id=by.id, name=name, secret_hash=queries.hash_of(secret),
        made_at=at, seen_at=at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _audit("device:added", row, by, at)
    return NewDevice(row, secret)


def withdraw(device: Device, *, by: User, at: datetime) -> None:
    """Let a device wipe itself at its next contact; withdrawing twice changes nothing."""
    if device.withdrawn_at is None:
        device.withdrawn_at, device.withdrawn_by_id = at, by.id
        db.session.flush()
        _audit("device:withdrawn", device, by, at)


def take_along(visit: Visit, device: Device, *, by: User, at: datetime) -> TakenAlong:
    """Note that a device holds a visit from now on, or has fetched it anew. Raises Withdrawn."""
    _check_in_use(device)
    taken = queries.taken_by(device, visit)
    is_new = taken is None or taken.removed_at is not None
    if taken is None:
        taken = TakenAlong(id=new_id(), mechanism_id=visit.mechanism_id, device_id=device.id, visit_id=visit.id)
        db.session.add(taken)
    taken.taken_at, taken.handed_in_at, taken.removed_at = at, None, None
    device.seen_at = at
    db.session.flush()
    if is_new:
        _audit_visit("visit:taken-along", visit, device, by, at)
    return taken


def let_go(visit: Visit, device: Device, *, by: User, at: datetime) -> None:
    """Note that a device holds a visit no more."""
    taken = queries.taken_by(device, visit)
    if taken is not None and taken.removed_at is None:
        taken.removed_at = at
        db.session.flush()
        _audit_visit("visit:removed-from-device", visit, device, by, at)


def hand_in(visit: Visit, device: Device, texts: Sequence[str], *, batch: Batch) -> list[Result]:
    """Take records in, in their order, and say what became of each; one that is refused holds up no other.

    `texts` are the records as the device wrote them (JSON, see entries.py). What was taken in is noted in the same
    transaction, so that a step that is repeated, interrupted or comes late changes nothing. Raises Withdrawn.
    """
    _check_in_use(device)
    device.seen_at = batch.at
    read = [_read(text) for text in texts]
    once: dict[UUID, Entry] = {}  # one that stands twice in a step is taken in once
    for entry in read:
        if isinstance(entry, Entry):
            once.setdefault(entry.id, entry)
    with across_mechanisms():  # an id that another mechanism's record has is altered too, not a fault
        known = queries.arrivals(once)
    results: dict[UUID, Result] = {}
    waiting: dict[str, list[Entry]] = {}
    for entry in once.values():
        settled = _settled_before(visit, entry, known.get(entry.id))
        if settled is not None:
            results[entry.id] = settled
        else:
            waiting.setdefault(entry.kind, []).append(entry)
    for kind, entries in waiting.items():
        for entry, result in zip(entries, KINDS[kind].take_in(visit, entries, batch), strict=True):
            results[entry.id] = result
            if result.has_arrived and entry.id not in known:
                known[entry.id] = _note_arrival(visit, device, entry, batch)
    db.session.flush()
    return [_told(entry, once, results) for entry in read]


def _told(entry: Entry | Result, once: Mapping[UUID, Entry], results: Mapping[UUID, Result]) -> Result:
    """Return what is said of a record of a step; of another text with the id of one before it, that it is refused."""
    if isinstance(entry, Result):
        return entry
    return results[entry.id] if once[entry.id].digest == entry.digest else Result.refused(entry.id, "altered")


def _settled_before(visit: Visit, entry: Entry, before: Arrival | None) -> Result | None:
    """Return what is said of a record that arrived before; None where it goes down its path."""
    if before is None:
        return None
    if before.digest != entry.digest or before.visit_id != visit.id:
        return Result.refused(entry.id, "altered")
    return None if KINDS[entry.kind].is_asked_again else Result(entry.id, "applied")


def _read(text: str) -> Entry | Result:
    try:
        return read_entry(text)
    except NotAnEntry as problem:
        return Result.refused(problem.id, "malformed")


def _note_arrival(visit: Visit, device: Device, entry: Entry, batch: Batch) -> Arrival:
    row = Arrival(
        id=entry.id, mechanism_id=visit.mechanism_id, visit_id=visit.id, device_id=device.id, by_id=batch.by.id,
        at=batch.at, digest=entry.digest,
    )  # fmt: skip
    db.session.add(row)
    return row


def receipt(visit: Visit, device: Device, digests: Mapping[UUID, bytes], *, by: User, at: datetime) -> list[UUID]:
    """Compare what a device says it handed in with what is stored; returns the ids that are missing or differ.

    `digests` are the SHA-256 of the records' texts by id. When nothing is missing, the visit counts as handed in.
    """
    found = queries.arrivals(digests)
    missing = [
        id_ for id_, digest in digests.items()
        if id_ not in found or found[id_].digest != digest or found[id_].visit_id != visit.id
    ]  # fmt: skip
    taken = queries.taken_by(device, visit)
    if not missing and taken is not None:
        taken.handed_in_at = at
        db.session.flush()
        _audit_visit("visit:handed-in", visit, device, by, at, records=len(digests))
    return missing


def _check_in_use(device: Device) -> None:
    if device.withdrawn_at is not None:
        raise Withdrawn


def _audit(tag: str, device: Device, by: User, at: datetime) -> None:
    record_event(
        tag, mechanism_id=device.mechanism_id, subject_id=device.id, by=by.id, at=at, owner=str(device.user_id)
    )


def _audit_visit(tag: str, visit: Visit, device: Device, by: User, at: datetime, **detail: Any) -> None:
    record_event(
        tag, mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id, at=at, device=str(device.id), **detail
    )
