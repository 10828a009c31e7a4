"""People with keys of their own, and a body whose first reader has set it up."""

from collections.abc import Callable
from typing import Any

import pytest

from monitor.accounts.models import Body, User, UserKey
from monitor.vault import operations, sealing
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment, CompartmentKey, SealedRecord
from monitor.vault.operations import MadePaper
from tests.client import Browser
from tests.conftest import NOW
from tests.factories.keys import own_key

Person = tuple[UserKey, Keyring]
WithKey = Callable[[User], Person]
CONTENT = {"said": "He was taken out at night.", "topics": ["ill-treatment"]}
OWNER = ("interview", "a talk")
CANARY = "kestrel over the water tower"


@pytest.fixture
def with_key() -> WithKey:
    """Gives a person a key pair of their own."""
    return own_key


@pytest.fixture
def paper(body: Body, coordinator: User) -> MadePaper:
    """The body's paper key, just printed."""
    return operations.make_paper(body, by=coordinator, at=NOW)


@pytest.fixture
def reader(coordinator: User) -> Person:
    """The coordinator as a person with a key."""
    return own_key(coordinator)


@pytest.fixture
def interviews(body: Body, paper: MadePaper, reader: Person, coordinator: User) -> CompartmentKey:
    """The key of the body's interviews, granted to the coordinator."""
    return operations.make_compartment(body, Compartment.INTERVIEWS, paper.row, [reader[0]], by=coordinator, at=NOW)


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The browser of a coordinator."""
    web.sign_in(coordinator)
    return web


def sealed(
    body: Body, owner: tuple[object, ...] = OWNER, content: dict[str, Any] = CONTENT, **more: Any
) -> SealedRecord:
    """Seal a record to the readers of a body's interviews."""
    return sealing.seal(body.id, Compartment.INTERVIEWS, owner, content, at=NOW, **more)


def keys_of(person: Person) -> tuple[Any, bytes]:
    """Return what a new keyring of this person is made of."""
    return person[1].user_key_id, person[1].private


def set_up(desk: Browser, body: Body, **values: object) -> str:
    """Make the keys on the page; returns the paper key that it shows."""
    desk.get(f"/keys/{body.id}")
    desk.submit("set-up", {"understood": "y", **values})
    return written(desk)


def written(desk: Browser) -> str:
    """Return the paper key that the page at hand shows."""
    found = desk.page.select_one(".paper-key-text")
    assert found is not None
    return found.get_text(strip=True)
