"""Copies of a session's cookie, sent again after the session came to its end."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from monitor.access.guard import mark_of
from monitor.accounts import operations
from monitor.accounts.models import ABSOLUTE_END, END_AFTER, LOCK_AFTER, Role, User
from monitor.db import db
from tests.accounts.conftest import turn_back
from tests.drills.figures import Row
from tests.drills.installation import settled
from tests.factories.accounts import PASSWORD
from tests.guards.addresses import Address, every_address
from tests.guards.database import Watch
from tests.guards.entering import rows, signed_in
from tests.guards.tour import NEW_PASSWORD
from tests.guards.world import World

PERSON = "everything"
"""Somebody who may open every page."""
LEAD_BACK = ("/sign-in", "/session/locked")
"""Where a browser is sent whose session is over or locked."""
End = Callable[[Flask, FlaskClient, UUID], None]


@dataclass
class Replayed:
    """What became of copied cookies."""

    opened_before: int = 0
    """Copies that opened a page while the session was open."""
    sent: int = 0
    accepted: list[str] = field(default_factory=list)
    """Requests that were answered as if the session had not ended, or that changed something."""


@contextmanager
def _person(app: Flask, id_: UUID) -> Iterator[User]:
    with rows(app):
        yield db.session.get_one(User, id_)


def _post(client: FlaskClient, path: str, **values: str) -> None:
    token = client.get("/session/state").get_json()["csrf_token"]
    client.post(path, data={"csrf_token": token, **values})


def sign_out(app: Flask, client: FlaskClient, id_: UUID) -> None:
    _post(client, "/sign-out")


def lock(app: Flask, client: FlaskClient, id_: UUID) -> None:
    _post(client, "/session/lock")


def leave_until_locked(app: Flask, client: FlaskClient, id_: UUID) -> None:
    with _person(app, id_) as person:
        turn_back(person, used=LOCK_AFTER)


def leave_unused(app: Flask, client: FlaskClient, id_: UUID) -> None:
    with _person(app, id_) as person:
        turn_back(person, used=END_AFTER)


def work_all_day(app: Flask, client: FlaskClient, id_: UUID) -> None:
    with _person(app, id_) as person:
        turn_back(person, opened=ABSOLUTE_END)


def deactivate(app: Flask, client: FlaskClient, id_: UUID) -> None:
    with _person(app, id_) as person:
        operations.set_enabled(person, False, by=person, at=datetime.now(UTC))


def deactivate_and_let_back(app: Flask, client: FlaskClient, id_: UUID) -> None:
    deactivate(app, client, id_)
    with _person(app, id_) as person:
        operations.set_enabled(person, True, by=person, at=datetime.now(UTC))


def lose_a_role(app: Flask, client: FlaskClient, id_: UUID) -> None:
    with _person(app, id_) as person:
        kept = [(row.body_id, row.role) for row in person.roles if row.role is not Role.REVIEWER]
        operations.set_roles(person, kept, by=person, at=datetime.now(UTC))


def change_password(app: Flask, client: FlaskClient, id_: UUID) -> None:
    _post(client, "/account/password", password=PASSWORD, new_password=NEW_PASSWORD, again=NEW_PASSWORD)


ENDS: tuple[End, ...] = (
    sign_out, lock, leave_until_locked, leave_unused, work_all_day, lose_a_role, change_password,
    deactivate_and_let_back, deactivate,
)  # fmt: skip


def run(app: Flask, world: World, ends: tuple[End, ...] = ENDS, every: int = 1) -> Replayed:
    """Copy a cookie, bring its session to each end, and send the copy to every (or every so many) address."""
    found, watch = Replayed(), Watch(app)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as in earnest: a fault is an answer
    for end in ends:
        client = signed_in(app, world.people[PERSON])
        found.opened_before += client.get("/account").status_code == 200
        thief, token = _copy(app, client), client.get("/session/state").get_json()["csrf_token"]
        end(app, client, world.people[PERSON])
        for address in islice(closed_addresses(app, world), 0, None, every):
            watch.has_changed()
            found.sent += 1
            if _is_accepted(thief, address, token) or watch.has_changed():
                found.accepted.append(f"{end.__name__}: {address}")
    watch.close()
    return found


def closed_addresses(app: Flask, world: World) -> Iterator[Address]:
    """Yield the addresses that need somebody who is signed in, whose session is open."""
    for address in every_address(app, world):
        mark = mark_of(app, address.rule.endpoint)
        if mark is not None and mark.permission is not None and not mark.works_while_locked:
            yield address


def _copy(app: Flask, client: FlaskClient) -> FlaskClient:
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie(name, cookie.value)
    return thief


def _is_accepted(thief: FlaskClient, address: Address, token: str) -> bool:
    data = {"csrf_token": token} if address.method == "POST" else None
    cookie = thief.get_cookie(thief.application.config["SESSION_COOKIE_NAME"])
    with thief.open(address.path, method=address.method, data=data) as response:
        leads_back = response.headers.get("Location", "").startswith(LEAD_BACK)
        accepted = not 400 <= response.status_code < 500 and not leads_back  # who causes a fault was let in
    if cookie is not None:  # the server has the browser forget it; a thief does not
        thief.set_cookie(cookie.key, cookie.value)
    return accepted


def figures(found: Replayed, ends: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("cookies copied from open sessions that opened pages until then", found.opened_before, ends)
    yield Row(f"of {found.sent} replays after the session's end or lock, accepted", len(found.accepted), 0)


def drill() -> Iterator[Row]:
    """Replay to every address after every end."""
    with tempfile.TemporaryDirectory() as folder, settled(Path(folder)) as (app, world):
        yield from figures(run(app, world), len(ENDS))
