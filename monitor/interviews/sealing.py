"""To whom the records of a visit are sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from monitor.accounts.models import User
from monitor.vault import queries
from monitor.vault import sealing as vault
from monitor.vault.keyring import Owner
from monitor.vault.models import Compartment, SealedRecord
from monitor.vault.sealing import Sealer
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY


def sealer_for_visit(
    visit: Visit,
    *,
    by: User,
    at: datetime,
    author_id: UUID | None = None,
    compartment: Compartment = Compartment.INTERVIEWS,
) -> Sealer:
    """Return what seals to the readers of the visit's body and, until the visit is approved, to those who wrote it.

    These are the writer, the author of the talk and the visit's leader; of medical notes, the writer alone. People
    without a key of their own, or whose key was exchanged, are left out. Raises KeysRefused while the body has no key.
    """
    people = {by.id}
    if compartment is Compartment.INTERVIEWS:
        leader = visit.leader
        people |= {id_ for id_ in (author_id, leader.user_id if leader else None) if id_}
    if visit.state in SEEN_BY_THE_WHOLE_BODY:
        people = set()
    return vault.sealer(visit.body_id, compartment, people=queries.keys_to_seal_to(people).values(), at=at)


def seal_for_visit(visit: Visit, owner: Owner, content: Mapping[str, Any], *, by: User, at: datetime) -> SealedRecord:
    """Seal content as `sealer_for_visit` does, and store it. Raises KeysRefused while the body has no key."""
    return vault.store(sealer_for_visit(visit, by=by, at=at).seal(owner, content))
