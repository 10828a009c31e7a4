"""Ways to change a chain of audit events behind its back."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from monitor.audit.models import AuditEvent
from monitor.audit.operations import verify_chain
from monitor.audit.queries import chain_head
from monitor.db import db, new_id


def sequences(mechanism_id: UUID) -> list[int]:
    query = select(AuditEvent.sequence).where(AuditEvent.mechanism_id == mechanism_id).order_by(AuditEvent.sequence)
    return list(db.session.scalars(query))


def row(mechanism_id: UUID, sequence: int) -> AuditEvent:
    query = select(AuditEvent).where(AuditEvent.mechanism_id == mechanism_id, AuditEvent.sequence == sequence)
    return db.session.scalars(query).one()


def edit(chance: Random, mechanism_id: UUID) -> None:
    event = row(mechanism_id, chance.choice(sequences(mechanism_id)))
    changes: list[Callable[[], None]] = [
        lambda: setattr(event, "at", event.at + timedelta(microseconds=chance.randint(1, 10**9))),
        lambda: setattr(event, "actor_id", new_id()),
        lambda: setattr(event, "tag", f"{event.tag}x"),
        lambda: setattr(event, "subject_id", new_id()),
        lambda: setattr(event, "detail", event.detail | {"count": -1}),
        lambda: setattr(event, "detail", {name: event.detail[name] for name in list(event.detail)[1:]} | {"x": 1}),
        lambda: setattr(event, "mac", bytes([event.mac[0] ^ 1]) + event.mac[1:]),
        lambda: setattr(event, "id", new_id()),
    ]
    chance.choice(changes)()


def remove(chance: Random, mechanism_id: UUID) -> None:
    numbers = sequences(mechanism_id)
    start = chance.randrange(len(numbers) - 1)
    gone = numbers[start : min(start + chance.randint(1, 5), len(numbers) - 1)]
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence.in_(gone)))


def remove_and_close_the_gap(chance: Random, mechanism_id: UUID) -> None:
    gone = chance.choice(sequences(mechanism_id)[:-1])
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence == gone))
    for sequence in sequences(mechanism_id):
        if sequence > gone:
            db.session.execute(update(AuditEvent).where(AuditEvent.sequence == sequence).values(sequence=sequence - 1))


def truncate(chance: Random, mechanism_id: UUID) -> None:
    kept = chance.randrange(len(sequences(mechanism_id)))
    db.session.execute(delete(AuditEvent).where(AuditEvent.sequence > kept))


def reorder(chance: Random, mechanism_id: UUID) -> None:
    first, second = (row(mechanism_id, number) for number in chance.sample(sequences(mechanism_id), 2))
    moved = ("at", "actor_id", "tag", "subject_id", "detail", "mac")
    before = [[getattr(event, name) for name in moved] for event in (first, second)]
    for event, values in zip((second, first), before, strict=True):
        for name, value in zip(moved, values, strict=True):
            setattr(event, name, value)


def insert_one(chance: Random, mechanism_id: UUID) -> None:
    last = row(mechanism_id, sequences(mechanism_id)[-1])
    forged = {
        "id": new_id(),
        "mechanism_id": mechanism_id,
        "sequence": last.sequence + 1,
        "at": last.at,
        "actor_id": None,
    }
    forged |= {"tag": "visit:approved", "subject_id": new_id(), "detail": {}, "mac": chance.randbytes(32)}
    db.session.execute(insert(AuditEvent), [forged])


TAMPERINGS = (edit, remove, remove_and_close_the_gap, truncate, reorder, insert_one)


def is_noticed(mechanism_id: UUID, head: str) -> bool:
    """Say whether the chain shows that it was changed, beside the head that was kept elsewhere."""
    return verify_chain(mechanism_id).fault is not None or chain_head(mechanism_id) != head


def unnoticed(mechanism_id: UUID, alterations: int) -> list[str]:
    """Change the chain this often, each time from what it was; returns the changes that did not show."""
    head, missed = chain_head(mechanism_id), []
    for seed in range(alterations):
        tamper = TAMPERINGS[seed % len(TAMPERINGS)]
        tamper(Random(seed), mechanism_id)  # noqa: S311 - it has to be the same each time
        db.session.flush()
        db.session.expire_all()
        if not is_noticed(mechanism_id, head):
            missed.append(f"{tamper.__name__} {seed}")
        db.session.rollback()
    return missed
