"""People's own keys, and bodies whose keys are set up."""

from sqlalchemy import update

from monitor.accounts.models import Body, User, UserKey
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.sealing.key_pairs import fingerprint, new_pair
from monitor.vault import operations
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment, CompartmentKey
from tests.factories.accounts import AT


def own_key(user: User) -> tuple[UserKey, Keyring]:
    """Give a person a new key of their own in place of any other; returns it with what it opens."""
    db.session.execute(
        update(UserKey).where(UserKey.user_id == user.id, UserKey.retired_at.is_(None)).values(retired_at=AT)
    )
    pair = new_pair()
    key = UserKey(
        id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, public=pair.public, wrapped=b"", created_at=AT
    )
    db.session.add(key)
    db.session.flush()
    said = {"key": str(key.id), "fingerprint": fingerprint(pair.public)}
    record_event("user:key-made", mechanism_id=user.mechanism_id, subject_id=user.id, by=None, at=AT, **said)
    return key, Keyring(key.id, pair.private)


def compartments(body: Body, *readers: UserKey, health: tuple[UserKey, ...] = ()) -> dict[Compartment, CompartmentKey]:
    """Set a body's keys up for these readers of interviews and medical notes; the paper key is thrown away."""
    paper = operations.make_paper(body, by=None, at=AT).row
    return {
        Compartment.INTERVIEWS: operations.make_compartment(
            body, Compartment.INTERVIEWS, paper, readers, by=None, at=AT
        ),
        Compartment.MEDICAL: operations.make_compartment(body, Compartment.MEDICAL, paper, health, by=None, at=AT),
    }
