"""How often a password may be tried: counted in the database, because several processes serve one installation.

A try is written before the password is looked at and removed when it was right, so that many tries at the same moment
cannot slip past the count together.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from monitor.accounts.models import TRIES_COUNTED_FOR, PasswordTry
from monitor.db import db, new_id, writing

MOST_OF_ADDRESS: Final = 10
MOST_WHILE_MANY_FAIL: Final = 3
MANY_IN_ALL: Final = 100
"""From here on somebody is trying address after address: each address gets MOST_WHILE_MANY_FAIL tries."""
MOST_IN_ALL: Final = 1000
"""Each try costs a third of a second of a processor; above this those who are signed in go first."""


def note_try(address_hash: bytes, *, at: datetime) -> bool:
    """Count one more try for this address and say whether it may go on.

    Commits at once, in a short transaction of its own, since the request that fails is rolled back.
    """
    with writing(), db.engine.begin() as connection:
        connection.execute(delete(PasswordTry).where(PasswordTry.at <= at - TRIES_COUNTED_FOR))
        in_all = _count(connection)
        of_address = _count(connection, PasswordTry.address_hash == address_hash)
        most = MOST_OF_ADDRESS if in_all < MANY_IN_ALL else MOST_WHILE_MANY_FAIL
        if of_address >= most or in_all >= MOST_IN_ALL:
            return False
        connection.execute(insert(PasswordTry).values(id=new_id(), address_hash=address_hash, at=at))
    return True


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(PasswordTry).where(*conditions)) or 0


def forget_tries(address_hash: bytes) -> None:
    """Start this address's count again, after a right password."""
    db.session.execute(delete(PasswordTry).where(PasswordTry.address_hash == address_hash))
