"""What the tests of accounts share: the clock of a session turned back, cookies copied, a probe of the write lock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts import passwords
from monitor.accounts.models import User, UserSession
from monitor.db import db, sqlite_module
from tests.client import Browser


def sessions_of(user: User) -> list[UserSession]:
    """Return all session rows of a person, oldest first."""
    query = select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.id)
    found = list(db.session.scalars(query).all())
    for row in found:
        db.session.refresh(row)
    return found


def turn_back(user: User, *, used: timedelta = timedelta(0), opened: timedelta = timedelta(0)) -> None:
    """Pretend that the person's sessions were last used, and opened, that long ago."""
    for row in sessions_of(user):
        row.last_used_at = datetime.now(UTC) - used
        row.created_at = datetime.now(UTC) - max(opened, used)
    db.session.commit()


def copy_of(web: Browser, app: Flask) -> Browser:
    """Return another browser with the same cookies, as a thief would have."""
    thief = Browser(app)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = web.client.get_cookie(name)
    assert cookie is not None
    thief.client.set_cookie(name, cookie.value)
    return thief


def keep_recovery_key(web: Browser) -> str:
    """Say that the recovery key on the page was written down, as the page asks; return it."""
    key = str(web.page.find("input", attrs={"name": "key"})["value"])
    web.submit("recovery-key", {"last_group": key[-4:].lower()})
    return key


def sign_in_by_password(web: Browser, email: str, password: str) -> None:
    """Sign in by the page, and pass the second factor."""
    web.get("/sign-in")
    web.submit("sign-in", {"email": email, "password": password})
    assert web.response is not None
    assert web.response.request.path == "/sign-in/factor"
    web.pass_factor()
    web.get("/")


def is_open(web: Browser) -> bool:
    """Say whether this browser's cookie opens a page of the person."""
    response = web._send("GET", "/account", follow_redirects=False)
    assert response.status_code in (200, 302)
    return response.status_code == 200


@pytest.fixture
def signed_in(web: Browser, administrator: User) -> Browser:
    """A browser that the administrator is signed in with."""
    web.sign_in(administrator)
    return web


@pytest.fixture
def lock_probe(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A list that tells, for each password derived, whether somebody else could have written meanwhile."""
    derive, found = passwords._derive, []
    path = Path(app.extensions["settings"].instance) / "monitor.db"

    def probing(*arguments: object) -> tuple[bytes, bytes]:
        found.append(can_write(path))
        return derive(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(passwords, "_derive", probing)
    return found


def can_write(path: Path) -> bool:
    """Say whether a second connection gets the write lock at once."""
    connection = sqlite_module.connect(str(path), timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite_module.OperationalError:
        return False
    finally:
        connection.close()
    return True


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The salts of all passwords derived during the test."""
    derive: Callable[..., tuple[bytes, bytes]] = passwords._derive
    salts: list[bytes] = []

    def counting(password: str, salt: bytes, parameters: dict[str, object]) -> tuple[bytes, bytes]:
        salts.append(salt)
        return derive(password, salt, parameters)

    monkeypatch.setattr(passwords, "_derive", counting)
    return salts
