"""A body at work: who visits, and where."""

import pytest

from monitor.accounts.models import Body, Mechanism, User
from monitor.places.models import Place
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
