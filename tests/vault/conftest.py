"""People with keys of their own, and a body whose first reader has set it up."""

from collections.abc import Callable

import pytest

from monitor.accounts.models import Body, User, UserKey
from monitor.vault import operations
from monitor.vault.keyring import Keyring
from monitor.vault.models import Compartment, CompartmentKey
from monitor.vault.operations import MadePaper
from tests.client import Browser
from tests.conftest import NOW
from tests.factories.keys import own_key

Person = tuple[UserKey, Keyring]
CANARY = "kestrel over the water tower"


@pytest.fixture
def with_key() -> Callable[[User], Person]:
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
