"""Reading the chain of audit events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select

from monitor.audit.models import CHECKED, AuditEvent
from monitor.db import db

LONGEST_NUMBER: Final = 12
"""Digits of a sequence."""
SHORTEST_MAC: Final = 12
"""Hex digits that suffice to compare two heads."""


def chain_head(mechanism_id: UUID) -> str:
    """Return the sequence and mac of the last event (`117:9f3c…`, mac in hex), empty for an empty chain.

    Printed in documents, so that a chain that was cut short later can be told.
    """
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.mac)
        .where(AuditEvent.mechanism_id == mechanism_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).first()
    return f"{last.sequence}:{last.mac.hex()}" if last else ""


def events_about(subject_id: UUID, tag: str, *, by: UUID, since: datetime) -> Sequence[AuditEvent]:
    """Return what a person did with one subject since then, by the tag of the act."""
    query = select(AuditEvent).where(
        AuditEvent.subject_id == subject_id,
        AuditEvent.tag == tag,
        AuditEvent.actor_id == by,
        AuditEvent.at >= since,
    )
    return db.session.scalars(query).all()


@dataclass(frozen=True)
class Filters:
    """What a reader of the log asks for; empty fields ask for nothing."""

    actor_id: UUID | None = None
    by_command: bool = False
    """Only what commands did, nobody being signed in."""
    tags: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""
    subject_id: UUID | None = None


def matching(mechanism_id: UUID, filters: Filters) -> Select[AuditEvent]:
    """Select the events of a mechanism that match, newest first."""
    query = select(AuditEvent).where(AuditEvent.mechanism_id == mechanism_id).order_by(AuditEvent.sequence.desc())
    if filters.actor_id:
        query = query.where(AuditEvent.actor_id == filters.actor_id)
    if filters.by_command:
        query = query.where(AuditEvent.actor_id.is_(None))
    if filters.tags:
        query = query.where(AuditEvent.tag.in_(filters.tags))
    if filters.since:
        query = query.where(AuditEvent.at >= filters.since)
    if filters.until:
        query = query.where(AuditEvent.at < filters.until)
    if filters.subject_id:
        query = query.where(AuditEvent.subject_id == filters.subject_id)
    return query


def last_check(mechanism_id: UUID) -> AuditEvent | None:
    """Return the event that the last check of the chain left."""
    return db.session.scalar(matching(mechanism_id, Filters(tags=[CHECKED])).limit(1))


class Printed(StrEnum):
    """What a head printed in a document says of the chain as it is now."""

    IN_PLACE = "in_place"
    """The chain still holds that event as it was: nothing before it was cut off or written anew."""
    CUT = "cut"
    """The chain is shorter than it was then."""
    OTHER = "other"
    """The chain holds another event in that place."""
    UNREADABLE = "unreadable"
    """What was typed is no head."""


def compare_head(mechanism_id: UUID, printed: str) -> Printed:
    """Say what a head such as `117:9f3c…`, typed from a document (its end may be left out), says of the chain."""
    number, _, mac = printed.replace(" ", "").lower().partition(":")
    is_head = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not is_head or len(mac) < SHORTEST_MAC or not set(mac) <= set("0123456789abcdef"):
        return Printed.UNREADABLE
    query = select(AuditEvent.mac).where(AuditEvent.mechanism_id == mechanism_id, AuditEvent.sequence == int(number))
    present = db.session.scalar(query)
    if present is None:
        return Printed.CUT
    return Printed.IN_PLACE if present.hex().startswith(mac) else Printed.OTHER
