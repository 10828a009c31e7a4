"""A body at work: who visits, and where."""

import pytest

from monitor.accounts.models import Body, Mechanism, User
from monitor.db import db
from monitor.places.models import Place
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import accounts, places


@pytest.fixture
def leader(body: Body) -> User:
    """A monitor who leads visits."""
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def member(body: Body) -> User:
    """A monitor on the team."""
    return accounts.monitor(body, name="Jonas Weber")


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, code="NORTHGATE")


@pytest.fixture
def desk(web: Browser, coordinator: User) -> Browser:
    """The browser of a coordinator."""
    web.sign_in(coordinator)
    return web


def again(visit: Visit) -> Visit:
    """Return the visit as the database has it now."""
    db.session.expire_all()
    return visit


def heading(web: Browser) -> str:
    assert web.page.h1 is not None
    return web.page.h1.get_text(" ", strip=True)
