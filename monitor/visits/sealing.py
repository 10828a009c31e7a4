"""Protected answers of visits: to whom they are sealed, and what happens to their keys when a visit moves on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.sealing import Protection, seal_what_lies_open
from monitor.audit.operations import record_event
from monitor.db import db
from monitor.vault import queries as keys
from monitor.vault import sealing as vault
from monitor.vault.keyring import Keyring, Owner, wraps_for
from monitor.vault.models import Compartment
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

also_sealed: list[Callable[[Visit], Mapping[UUID, Owner]]] = []
"""What upper domains keep sealed of a visit: talks, files; record -> owner. Filled by create_app, so that nothing here
knows them."""


@dataclass(frozen=True)
class Handover:
    """What was recorded before somebody became the leader and does not open for them."""

    leader: User
    closed: Mapping[UUID, Owner]
    """Record -> owner."""
    has_key: bool
    """Whether the leader has a key of their own, and the one that was made for them; else nothing is sealed to them."""
    can_do: int
    """How many of these records the person asking can open for the leader."""


def protection(visit: Visit, *, by: User | None, at: datetime, keyring: Keyring | None = None) -> Protection | None:
    """Return how protected answers of a visit are written; None while its body has no keys.

    Sealed to the body's readers and, until the visit is approved, to who writes and to who leads.
    """
    key = keys.current_key(visit.body_id, Compartment.INTERVIEWS)
    if key is None:
        return None
    people = [] if visit.state in SEEN_BY_THE_WHOLE_BODY else _writers(visit, by)
    own = keys.keys_to_seal_to(people)
    return Protection(vault.Sealer(key, tuple(own.values()), at=at), keyring)


def _writers(visit: Visit, by: User | None) -> list[UUID]:
    leader = visit.leader
    return [id_ for id_ in (by.id if by else None, leader.user_id if leader else None) if id_ is not None]


def seal_visits_of(body: Body, at: datetime) -> None:
    """Seal every protected answer of a body that lies open: its first reader has just set the keys up."""
    for visit in db.session.scalars(select(Visit).where(Visit.body_id == body.id).order_by(Visit.id)):
        writing = protection(visit, by=None, at=at)
        if writing is not None:
            seal_what_lies_open(visit.sheet, writing)


def leave_to_readers(visit: Visit) -> None:
    """Take the keys of protected answers away from author and leader; from the approval on, readers alone open them."""
    vault.let_go(answers.sealed_records(visit.sheet))


def handover(visit: Visit, keyring: Keyring | None) -> Handover | None:
    """Return what does not open for the leader of a visit, None when everything does.

    From the first approval on that is as it should be: readers alone open what was recorded.
    """
    leader = visit.leader.user if visit.leader else None
    if leader is None or visit.state in SEEN_BY_THE_WHOLE_BODY or visit.report_version > 1:
        return None
    sealed: dict[UUID, Owner] = {**answers.sealed_records(visit.sheet)}
    for of_visit in also_sealed:
        sealed |= of_visit(visit)
    closed = {id_: sealed[id_] for id_ in keys.closed_to(sealed, leader.id)}
    can_do = len(wraps_for(closed, keyring)) if keyring else 0
    return Handover(leader, closed, bool(keys.keys_to_seal_to([leader.id])), can_do) if closed else None


def hand_over(visit: Visit, keyring: Keyring | None, *, by: User, at: datetime) -> int:
    """Open for the leader of a visit what was sealed before they led it, as far as the keyring opens it.

    Returns how many records it were; in a session that opens none of them, or for a leader without a key, 0.
    """
    found = handover(visit, keyring)
    if found is None or keyring is None or not found.has_key:
        return 0
    done = vault.open_for(found.closed, keys.keys_to_seal_to([found.leader.id])[found.leader.id], keyring)
    if done:
        record_event(
            "visit:handed-over", mechanism_id=visit.mechanism_id, subject_id=visit.id, by=by.id, at=at,
            leader=str(found.leader.id), records=done,
        )  # fmt: skip
    return done
