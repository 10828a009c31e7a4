"""Mechanisms, bodies and people."""

from datetime import UTC, datetime
from itertools import count

from monitor.accounts import operations, queries
from monitor.accounts.models import Body, Mechanism, Role, User
from monitor.db import db

PASSWORD = "a long walk to the river"
AT = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
_numbers = count(1)


def mechanism(*, at: datetime = AT, code: str | None = None, **settings: object) -> Mechanism:
    """Make a mechanism with one body."""
    number = next(_numbers)
    return operations.add_mechanism(
        code=code or f"NPM{number}", name=f"Prevention Mechanism {number}", country="XA", at=at, **settings
    )


def only_body(of: Mechanism) -> Body:
    """Return the body that was made with the mechanism."""
    (found,) = queries.list_bodies(of.id)
    return found


def other_body(of: Mechanism, *, name: str = "Health commission", at: datetime = AT) -> Body:
    """Make a further body of the mechanism."""
    body = operations.add_body(of, name=name, by=None, at=at)
    db.session.commit()
    return body


def person(body: Body, *roles: Role, name: str = "", at: datetime = AT) -> User:
    """Make a person with these roles in the body and the password PASSWORD."""
    number = next(_numbers)
    user = operations.add_user(
        body.mechanism, email=f"person{number}@npm.example", name=name or f"Person {number}",
        roles=[(body.id, role) for role in roles], by=None, at=at,
    )  # fmt: skip
    operations.set_password(user, PASSWORD, by=None, at=at)
    db.session.commit()
    return user


def monitor(body: Body, **given: str) -> User:
    """Make a monitor of the body."""
    return person(body, Role.MONITOR, **given)


def coordinator(body: Body, **given: str) -> User:
    """Make a coordinator of the body."""
    return person(body, Role.COORDINATOR, **given)


def administrator(body: Body, **given: str) -> User:
    """Make an administrator."""
    return person(body, Role.ADMINISTRATOR, **given)
