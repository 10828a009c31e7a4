"""Protected answers of visits: to whom they are sealed, and what happens to their keys when a visit moves on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.sealing import Protection, seal_what_lies_open
from monitor.db import db
from monitor.vault import operations as vault
from monitor.vault import queries as keys
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY


def protection(visit: Visit, *, by: User | None, at: datetime, keyring: Keyring | None = None) -> Protection | None:
    """Return how protected answers of a visit are written; None while its body has no keys.

    Sealed to the body's readers and, until the visit is approved, to who writes and to who leads.
    """
    key = keys.current_key(visit.body_id, Compartment.INTERVIEWS)
    if key is None:
        return None
    people = [] if visit.state in SEEN_BY_THE_WHOLE_BODY else _writers(visit, by)
    own = keys.users_keys(people)
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
    vault.let_go(answers.sealed_ids(visit.sheet))
