"""People of the small world at the door: sessions as signing in opens them, and the rows behind all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from monitor.accounts import operations as accounts
from monitor.accounts import own_keys, passwords
from monitor.accounts.models import User, UserSession
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.factories.accounts import PASSWORD


@contextmanager
def rows(app: Flask) -> Iterator[None]:
    """Inside, rows of every mechanism can be read and written; what was changed is kept."""
    with app.app_context(), across_mechanisms():
        yield
        db.session.commit()
        db.session.remove()


def signed_in(app: Flask, user_id: UUID, *, at: datetime | None = None) -> FlaskClient:
    """Return a client with a session of this person, opened `at` this moment (None: just now) as signing in does."""
    client = app.test_client()
    with rows(app):
        secret = half_open_secret(user_id, at=at)
        found = accounts.queries.get_session(secret)
        assert found is not None
        secret = accounts.pass_factor(found, secret, at=at or datetime.now(UTC))
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def keep_fresh(app: Flask, user_id: UUID) -> None:
    """Let this person's sessions count as just used and just stepped up for an hour: a walk may take long."""
    with rows(app):
        later = datetime.now(UTC) + timedelta(hours=1)
        values = {"last_used_at": later, "stepped_up_at": later}
        db.session.execute(update(UserSession).where(UserSession.user_id == user_id).values(values))


def half_open(app: Flask, user_id: UUID) -> FlaskClient:
    """Return a client with a session of this person whose second factor was not passed."""
    client = app.test_client()
    with rows(app):
        secret = half_open_secret(user_id)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def half_open_secret(user_id: UUID, *, at: datetime | None = None) -> str:
    """Begin a session of this person as the right password does."""
    person = db.session.get_one(User, user_id)
    return accounts.open_session(person, private_key=private_key_of(person), at=at or datetime.now(UTC))


def private_key_of(person: User) -> bytes | None:
    """Return the private key that the person's password opens; None for people without a password."""
    key, wrap_key = accounts.queries.current_key(person), passwords.wrap_key_of(PASSWORD, person.verifier)
    return own_keys.unwrap(key, wrap_key) if key is not None and wrap_key is not None else None
