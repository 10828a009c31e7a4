"""Writing and verifying the chain of audit events."""

import hmac
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, select, type_coerce
from sqlalchemy.orm import aliased

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
    said = _said(event.sequence, at.astimezone(UTC).isoformat(), by.hex if by else None, tag, _written(detail))
    event.mac = _mac(event.id.bytes + mechanism_id.bytes + subject_id.bytes, said, last.mac if last else START)
    db.session.add(event)
    db.session.flush()
    return event


def _mac(ids: bytes, said: str, before: bytes) -> bytes:
    """Seal an event. What is there in every event comes first, in a fixed length: nothing can be read in two ways."""
    return hmac.digest(_key[0], before + ids + said.encode(), "sha256")


def _said(sequence: int, at: str, actor: str | None, tag: str, detail: str) -> str:
    """Return the JSON of the rest: `at` as ISO writes UTC, the actor in hex, the detail as JSON already."""
    return f"[{sequence},{_quoted(at)},{_quoted(actor) if actor else 'null'},{_quoted(tag)},{detail}]"


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
    query = select(*_as_kept()).where(AuditEvent.mechanism_id == mechanism_id).order_by(AuditEvent.sequence)
    for event in db.session.execute(query.execution_options(yield_per=1000)):
        count += 1
        if event.sequence != count:
            return ChainReport(count, before, f"event {count} is missing or out of order")
        if not _is_as_written(event, of, before):
            return ChainReport(count, before, f"event {count} is not as it was written")
        before = event.mac
    return ChainReport(count, before, None)


def proven(tag: str, subject_ids: Collection[UUID], *, mechanism_id: UUID) -> list[tuple[UUID, dict[str, Any]]]:
    """Return subject and detail of the events of one tag about these subjects, oldest first.

    Only events that are as they were written, behind the one before them: who writes the database alone can write
    events too, and cannot seal them. One statement, however many subjects there are.
    """
    earlier = aliased(AuditEvent)
    before = and_(earlier.mechanism_id == AuditEvent.mechanism_id, earlier.sequence == AuditEvent.sequence - 1)
    query = (
        select(earlier.mac.label("before"), *_as_kept())
        .outerjoin(earlier, before)
        .where(
            AuditEvent.mechanism_id == mechanism_id, AuditEvent.tag == tag, AuditEvent.subject_id.in_(list(subject_ids))
        )
    )  # put in order here: asked to do that, SQLite reads all events of the tag
    return [
        (UUID(_hex(row.subject_id)), json.loads(_normal(row.detail)))
        for row in sorted(db.session.execute(query), key=lambda row: row.sequence)
        if _is_as_written(row[1:], mechanism_id.bytes, row.before or START)
    ]


def check_chain(mechanism_id: UUID, *, by: UUID, at: datetime) -> ChainReport:
    """Verify the chain and record who did it and what came of it: the newest such event is the last check."""
    report = verify_chain(mechanism_id)
    record_event(
        CHECKED, mechanism_id=mechanism_id, subject_id=mechanism_id, by=by, at=at,
        events=report.events, head=report.head.hex(), fault=report.fault,
    )  # fmt: skip
    return report


def _as_kept() -> list[Any]:
    """Return the columns of events as the database keeps them: making objects of them takes most of the time."""
    columns = (
        AuditEvent.id, AuditEvent.sequence, AuditEvent.at, AuditEvent.actor_id, AuditEvent.tag, AuditEvent.subject_id,
        AuditEvent.detail, AuditEvent.mac,
    )  # fmt: skip
    return [type_coerce(column, String).label(column.key) for column in columns]


def _is_as_written(event: Sequence[Any], of: bytes, before: bytes) -> bool:
    """Say whether an event, its columns as they are kept, has the seal that it got behind the one before it."""
    id_, sequence, at, actor, tag, subject, detail, mac = event
    try:
        said = _said(sequence, _moment(at), _hex(actor) if actor else None, tag, _normal(detail))
        ids = bytes.fromhex(_hex(id_)) + of + bytes.fromhex(_hex(subject))
        return hmac.compare_digest(mac, _mac(ids, said, before))
    except (TypeError, ValueError):  # no id, no moment or no JSON at all
        return False


def _moment(kept: str | datetime) -> str:
    """Return a moment as the chain has it: SQLite keeps a text with six digits of seconds, others a moment."""
    if isinstance(kept, str):
        return f"{kept.replace(' ', 'T').removesuffix('.000000')}+00:00"
    return kept.replace(tzinfo=UTC).isoformat()


def _hex(kept: str | UUID) -> str:
    """Return an id in hex: SQLite keeps it so, others as an id."""
    return kept if isinstance(kept, str) else kept.hex


def _normal(kept: str | dict[str, Any]) -> str:
    """Return a detail as the chain has it: SQLite keeps a text that is written otherwise, others what it says."""
    return _rewritten(kept) if isinstance(kept, str) else _written(kept)


@lru_cache(maxsize=4096)  # most events say what others of their tag say
def _rewritten(text: str) -> str:
    return _written(json.loads(text))
