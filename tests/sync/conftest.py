"""A visit under way and the device of its leader."""

import json
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from monitor.accounts.models import Body, Mechanism, User
from monitor.places.models import Place
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import accounts, places, visits


@pytest.fixture
def leader(body: Body) -> User:
    """A monitor who leads visits."""
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A prison of the register."""
    return places.place(mechanism, code="NORTHGATE")


@pytest.fixture
def visit(prison: Place, leader: User) -> Visit:
    """A visit under way with the full form."""
    return visits.under_way(prison, lead=leader, form="full")


class AtHand:
    """A device as the scripts of its page speak to the office."""

    def __init__(self, web: Browser) -> None:
        self.web = web
        self.id = ""
        self.secret = ""

    def set_up(self, name: str = "Laptop of the office") -> None:
        """Become known to the office."""
        made = self.web.post_json("/devices", {"name": name})
        assert made.status_code == 200, made.text
        self.id, self.secret = made.get_json()["id"], made.get_json()["secret"]

    def ask(self, visit: Visit, what: str, **said: Any) -> TestResponse:
        """Send JSON to one of the addresses of a visit."""
        return self.web.post_json(f"/visits/{visit.id}/{what}", {"device": self.id, **said})

    def take(self, visit: Visit) -> dict[str, Any]:
        """Take a visit along; returns the package."""
        answer = self.ask(visit, "take-along")
        assert answer.status_code == 200, answer.text
        pack: dict[str, Any] = answer.get_json()
        return pack

    def hand_in(self, visit: Visit, *texts: str) -> list[dict[str, Any]]:
        """Hand records in; returns what became of each."""
        answer = self.ask(visit, "hand-in", records=texts)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.get_json()["results"]
        return results


@pytest.fixture
def device(web: Browser, leader: User) -> AtHand:
    """The leader's device, signed in at the office."""
    web.sign_in(leader)
    web.get("/")
    found = AtHand(web)
    found.set_up()
    return found


def record(kind: str, /, **said: Any) -> str:
    """Return a record as a device writes it."""
    return json.dumps({"id": str(uuid4()), "kind": kind, **said})


def answer(item: str, /, *texts: str, base: int = 0, **said: Any) -> str:
    """Return the record of an answer with these texts in its one field."""
    shape = {"comment": "", "sources": [], "urgent": False}
    return record("answer", item=item, base=base, fields={"value": texts} if texts else {}, **shape | said)


def id_of(text: str) -> str:
    """Return the id of a record."""
    return str(json.loads(text)["id"])
