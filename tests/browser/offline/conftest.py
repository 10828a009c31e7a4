"""A visit, and a device that took it along, in a real browser whose network goes and comes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.db import db, writing
from monitor.guide.loading import get_guide
from monitor.vault.keyring import Keyring
from monitor.visits.models import Visit
from tests.browser.pages.device_page import DevicePage
from tests.factories import accounts, keys, places, visits

Opener = Callable[..., Page]
ITEMS = get_guide().items
CLEANING, SHOWER, SINGLE, FEAR = (ITEMS[id_] for id_ in ("san-cleaning", "san-shower", "space-single", "int-fear"))
WRONG_BY = """(() => {
  const [Right, wrong] = [Date, MILLISECONDS];
  globalThis.Date = class extends Right {
    constructor(...given) { super(...(given.length ? given : [Right.now() + wrong])); }
    static now() { return Right.now() + wrong; }
  };
})()"""


@pytest.fixture
def leader(body: Body) -> User:
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def visit(mechanism: Mechanism, leader: User) -> Visit:
    return visits.under_way(places.place(mechanism), lead=leader, form="full")


@pytest.fixture
def device(open_window: Opener, leader: User, visit: Visit) -> DevicePage:
    """A device that took the visit along."""
    found = DevicePage(open_window(leader), visit.id)
    found.take_along()
    return found


@contextmanager
def at_the_office() -> Iterator[None]:
    """Write to the database beside the server; a transaction that began as a reader cannot."""
    db.session.rollback()
    with writing():
        yield
        db.session.commit()


def offline(device: DevicePage, is_offline: bool = True) -> None:
    device.page.context.set_offline(is_offline)


@pytest.fixture
def keyring(body: Body) -> Keyring:
    """What opens the confidential records of the body; from now on it has readers."""
    reader, found = keys.own_key(accounts.coordinator(body))
    keys.compartments(body, reader)
    return found


@pytest.fixture
def sealing_device(keyring: Keyring, open_window: Opener, leader: User, visit: Visit) -> DevicePage:
    """A device that took the visit along, of a body with readers."""
    found = DevicePage(open_window(leader), visit.id)
    found.take_along()
    return found


def wrong_clock(by: timedelta) -> str:
    """Return the script that makes the clock of a page wrong."""
    return WRONG_BY.replace("MILLISECONDS", str(by // timedelta(milliseconds=1)))


def write_offline(device: DevicePage, comment: str = "Cold.") -> None:
    """Write to the question about showers without a network, and go to the list of visits."""
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill(comment)
    device.is_saved()
    device.visits()


def said(visit: Visit) -> dict[str, Any]:
    db.session.rollback()
    heads = answers.heads(visit.sheet)
    return {head.item_id: (head.value, head.comment) for head in heads if head.item_id != "prep-visit-type"}


def rows(model: Any) -> int:
    db.session.rollback()
    return db.session.query(model).count()


def eventually(is_so: Callable[[], bool]) -> bool:
    """Say whether something comes true within half a minute."""
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


def changes() -> int:
    """Count what was written to the question about showers."""
    db.session.rollback()
    return db.session.query(AnswerChange).filter_by(item_id=SHOWER.id).count()
