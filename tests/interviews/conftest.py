"""A visit of a body whose coordinator set the keys up; what each person can open."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts import own_keys, passwords
from monitor.accounts.models import Body, Mechanism, User
from monitor.accounts.queries import current_key
from monitor.db import db
from monitor.interviews import operations
from monitor.interviews.models import Kind, Talk
from monitor.interviews.operations import Counted, FullRecord, Line
from monitor.tenancy import across_mechanisms
from monitor.vault import operations as vault
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment, CompartmentKey
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.factories.accounts import PASSWORD

KeyringOf = Callable[[User], Keyring]
SignedIn = Callable[[User], Browser]
LINE = Line(where="Yard, north corner", note="Afraid of the night shift")
RECORD = FullRecord(
    said="He was taken out at night and beaten.",
    requests="Ask for a doctor",
    groups=("foreign",),
    topics=("food-water",),
)


@pytest.fixture
def keyring_of(app: object) -> KeyringOf:
    """Gives what a person's own key opens, as their session would have it."""
    return open_by_password


def open_by_password(user: User) -> Keyring:
    """Open a person's own key with the password of all made-up people."""
    key = current_key(user)
    wrap_key = passwords.wrap_key_of(PASSWORD, user.verifier)
    assert key is not None
    assert wrap_key is not None
    return Keyring(key.id, own_keys.unwrap(key, wrap_key))


@pytest.fixture
def interviews(body: Body, coordinator: User) -> CompartmentKey:
    """The keys of the body: interviews are read by the coordinator, medical notes by nobody yet."""
    return set_up(body, coordinator)


def set_up(body: Body, reader: User) -> CompartmentKey:
    """Make a body's keys with one reader of its interviews."""
    paper = vault.make_paper(body, by=reader, at=NOW).row
    key = current_key(reader)
    assert key is not None
    made = vault.make_compartment(body, Compartment.INTERVIEWS, paper, [key], by=reader, at=NOW)
    vault.make_compartment(body, Compartment.MEDICAL, paper, [], by=reader, at=NOW)
    db.session.commit()
    return made


@pytest.fixture
def author(body: Body) -> User:
    """A monitor on the team, who writes talks."""
    return accounts.monitor(body, name="Ana Author")


@pytest.fixture
def leader(body: Body) -> User:
    """The monitor who leads the visit."""
    return accounts.monitor(body, name="Leo Leader")


@pytest.fixture
def visit(mechanism: Mechanism, leader: User, author: User, interviews: CompartmentKey) -> Visit:
    """A visit under way, of a body with keys."""
    return visits.under_way(places.place(mechanism), lead=leader, team=(author,))


@pytest.fixture
def talk(visit: Visit, author: User) -> Talk:
    """A talk with its full record, not finished."""
    made = operations.add_talk(visit, Counted(), LINE, by=author, at=NOW)
    operations.write_record(
        made, Counted(), LINE, RECORD, base={Kind.LINE: base_of(made, Kind.LINE)}, by=author, at=NOW
    )
    db.session.commit()
    return made


@pytest.fixture
def stranger(keyring_of: KeyringOf) -> tuple[User, Keyring]:
    """A coordinator of another mechanism who reads the interviews of a body there, and what that key opens."""
    with across_mechanisms():
        body = accounts.only_body(accounts.mechanism())
        user = accounts.coordinator(body)
        set_up(body, user)
        return user, keyring_of(user)


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """Opens a browser of a person."""

    def enter(user: User) -> Browser:
        browser = Browser(app)
        browser.sign_in(user)
        return browser

    return enter


def only_talk() -> Talk:
    """Return the one talk there is, as the database has it now."""
    db.session.rollback()
    return db.session.scalars(select(Talk)).one()


def base_of(talk: Talk, kind: Kind) -> str:
    """Return which sealed version of a kind a writer sees now."""
    row = talk.only(kind)
    return str(row.record_id) if row else ""
