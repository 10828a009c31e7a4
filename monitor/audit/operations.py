"""Writing and verifying the chain of audit events."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from monitor.audit.models import CHECKED, AuditEvent
from monitor.db import db, new_id

START = bytes(32)
_written = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode
_key: list[bytes] = []


def use_key(key: bytes) -> None:
    """Set the secret (32 bytes) that the chain is sealed with; called once by create_app."""
    _key[:] = [key]


def record_event(
    tag: str, *, mechanism_id: UUID, subject_id: UUID, by: UUID | None, at: datetime, **detail: Any
) -> AuditEvent:
    """Add one event to the mechanism's chain, in the transaction of the write that it speaks of.

    The transaction holds the write lock, so the sequence has no gaps and no doubles. `detail` holds names of fields,
    states, counts and ids only: never content.
    """
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.mac)
        .where(AuditEvent.mechanism_id == mechanism_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).first()
    event = AuditEvent(
        id=new_id(), mechanism_id=mechanism_id, sequence=last.sequence + 1 if last else 1, at=at, actor_id=by,
        tag=tag, subject_id=subject_id, detail=detail,
    )  # fmt: skip
    event.mac = _mac(event, mechanism_id.bytes, last.mac if last else START)
    db.session.add(event)
    db.session.flush()
    return event


def _mac(event: AuditEvent | Row[Any], mechanism: bytes, before: bytes) -> bytes:
    """Seal an event. What is there in every event comes first, in a fixed length: nothing can be read in two ways."""
    actor = event.actor_id.hex if event.actor_id else None
    said = _written((event.sequence, event.at.isoformat(), actor, event.tag, event.detail)).encode()
    ids = event.id.bytes + mechanism + event.subject_id.bytes
    return hmac.digest(_key[0], before + ids + said, "sha256")


@dataclass(frozen=True)
class ChainReport:
    """What verifying one mechanism's chain found: events read, the last mac, and the first fault (None: whole)."""

    events: int
    head: bytes
    fault: str | None


def verify_chain(mechanism_id: UUID) -> ChainReport:
    """Read a mechanism's whole chain and say whether every event is as it was written.

    A tail that was cut off shows only against a head kept elsewhere (printed in reports), so the head is returned.
    """
    of, before, count = mechanism_id.bytes, START, 0
    for event in _events(mechanism_id):
        count += 1
        if event.sequence != count:
            return ChainReport(count, before, f"event {count} is missing or out of order")
        if not hmac.compare_digest(event.mac, _mac(event, of, before)):
            return ChainReport(count, before, f"event {count} is not as it was written")
        before = event.mac
    return ChainReport(count, before, None)


def check_chain(mechanism_id: UUID, *, by: UUID, at: datetime) -> ChainReport:
    """Verify the chain and record who did it and what came of it: the newest such event is the last check."""
    report = verify_chain(mechanism_id)
    record_event(
        CHECKED, mechanism_id=mechanism_id, subject_id=mechanism_id, by=by, at=at,
        events=report.events, head=report.head.hex(), fault=report.fault,
    )  # fmt: skip
    return report


def _events(mechanism_id: UUID) -> Iterator[Row[Any]]:
    """Yield the events as rows: a long chain is read twice as fast as by objects."""
    columns = (
        AuditEvent.id, AuditEvent.sequence, AuditEvent.at, AuditEvent.actor_id, AuditEvent.tag, AuditEvent.subject_id,
        AuditEvent.detail, AuditEvent.mac,
    )  # fmt: skip
    query = select(*columns).where(AuditEvent.mechanism_id == mechanism_id).order_by(AuditEvent.sequence)
    return iter(db.session.execute(query.execution_options(yield_per=1000)))
