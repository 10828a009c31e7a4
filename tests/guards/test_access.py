"""Who gets in where: every address, method and person, held against one small table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from monitor.access.guard import Guard, mark_of, public
from monitor.access.permissions import Permission
from monitor.accounts import factors
from monitor.accounts.models import Role, User, UserSession
from monitor.accounts.operations import set_roles
from monitor.db import db
from monitor.permission_map import RULES, TEAM
from monitor.visits.models import VisitState
from monitor.visits.states import OPEN, SEEN_BY_THE_WHOLE_BODY
from tests.guards.access_table import PEOPLE, Line, lines
from tests.guards.addresses import Address, every_address
from tests.guards.entering import half_open, keep_fresh, rows, signed_in
from tests.guards.world import World


def outcome(response: TestResponse) -> str:
    """Return what became of a request: the view was reached (yes), or why it was not."""
    return "yes" if response.data == b"reached" else str(response.status_code)


def ask(client: FlaskClient, address: Address) -> str:
    """Ask as a script would, so that refusals come without a page around them."""
    return outcome(client.open(address.path, method=address.method, headers={"Accept": "application/json"}))


def replace_views(app: Flask) -> None:
    """Let every view answer "reached" and do nothing, so that only what stands before it is measured."""
    for endpoint, view in app.view_functions.items():

        @wraps(view)
        def reached(**_arguments: object) -> str:
            return "reached"

        app.view_functions[endpoint] = reached


def set_sessions(app: Flask, user_id: UUID, **values: object) -> None:
    """Change the session rows of a person."""
    with rows(app):
        db.session.execute(update(UserSession).where(UserSession.user_id == user_id).values(**values))


def move(app: Flask, world: World, name: str) -> None:
    """Move a person to the other body of the mechanism, as its coordinator."""
    with rows(app):
        person = db.session.get_one(User, world.people[name])
        set_roles(person, [(world.bodies[1], Role.COORDINATOR)], by=None, at=datetime.now(UTC))


@pytest.fixture
def app(walked: Flask) -> Flask:
    """The application without its views, and without asking for tokens."""
    walked.config["WTF_CSRF_ENABLED"] = False
    return walked


@pytest.fixture
def in_people(app: Flask, world: World) -> dict[str, FlaskClient]:
    """A signed-in browser for each of PEOPLE."""
    clients = {name: signed_in(app, world.people[name]) for name in PEOPLE}
    for name in PEOPLE:
        keep_fresh(app, world.people[name])
    replace_views(app)
    return clients


@pytest.fixture
def out_people(app: Flask, world: World) -> dict[str, FlaskClient]:
    """Browsers of those who are not signed in, or no longer."""
    now = datetime.now(UTC)
    clients = {"nobody": app.test_client(), "invited": app.test_client(), "forged": app.test_client()}
    with rows(app):
        email = db.session.get_one(User, world.people["invited"]).email
    clients["invited"].post("/sign-in", data={"email": email, "password": "a long walk to the river"})
    with clients["forged"].session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = str(world.people["coordinator"]), True
    clients["disabled"] = signed_in(app, world.people["disabled"])
    with rows(app):
        db.session.get_one(User, world.people["disabled"]).is_enabled = False
    clients["signed out"] = signed_in(app, world.people["coordinator"])
    set_sessions(app, world.people["coordinator"], ended_at=now)
    clients["two hours idle"] = signed_in(app, world.people["leader"])
    set_sessions(app, world.people["leader"], last_used_at=now - timedelta(hours=2))
    clients["twelve hours old"] = signed_in(app, world.people["member"])
    set_sessions(app, world.people["member"], created_at=now - timedelta(hours=12))
    clients["moved"] = signed_in(app, world.people["colleague"])
    move(app, world, "colleague")
    replace_views(app)
    return clients


@pytest.fixture
def locked_people(app: Flask, world: World) -> dict[str, FlaskClient]:
    """Browsers of people with every right whose session is locked: by themselves, and by time."""
    now = datetime.now(UTC)
    clients = {"locked": signed_in(app, world.people["everything"])}
    set_sessions(app, world.people["everything"], locked_at=now)
    clients["fifteen minutes idle"] = signed_in(app, world.people["coordinator"])
    set_sessions(app, world.people["coordinator"], last_used_at=now - timedelta(minutes=15))
    replace_views(app)
    return clients


def mismatches(
    app: Flask, addresses: Iterable[Address], clients: dict[str, FlaskClient], table: Iterable[Line]
) -> list[str]:
    """Walk the addresses as every person; return each cell that differs from the table, and what it leaves out."""
    found, unused = [], set(table)
    for address in addresses:
        mark = mark_of(app, address.rule.endpoint)
        permission = mark.permission if mark else None
        if permission is None:
            cells: tuple[str, ...] = ("yes",) * len(clients)
        else:
            line = next((line for line in table if line.is_about(address, permission)), None)
            if line is None:
                found.append(f"{address}: {permission} is not in the table")
                continue
            unused.discard(line)
            cells = line.cells
        for (name, client), expected in zip(clients.items(), cells, strict=True):
            got = ask(client, address)
            if got != expected:
                found.append(f"{address} as {name}: {got}, expected {expected}")
    return [*found, *sorted(f"{line.permission} {sorted(line.states)}: no address" for line in unused)]


def test_every_person_gets_in_exactly_where_the_table_says(
    app: Flask, world: World, in_people: dict[str, FlaskClient]
) -> None:
    assert mismatches(app, every_address(app, world), in_people, lines()) == []


def test_who_moved_to_another_body_gets_in_like_its_people_and_no_further(app: Flask, world: World) -> None:
    """With the ids of the body before, whose visits they led or were on the team of."""
    there = PEOPLE.index("other body")
    table = [replace(line, cells=(line.cells[there],) * 2) for line in lines()]
    for name in ("leader", "member"):
        move(app, world, name)
    moved = {name: signed_in(app, world.people[name]) for name in ("leader", "member")}
    replace_views(app)
    assert mismatches(app, every_address(app, world), moved, table) == []


def test_a_browser_is_led_to_sign_in_and_to_the_lock(
    world: World, out_people: dict[str, FlaskClient], locked_people: dict[str, FlaskClient]
) -> None:
    visit = f"/visits/{world.visits[VisitState.APPROVED]}"
    assert [client.get(visit).headers["Location"].split("?")[0] for client in out_people.values()] == ["/sign-in"] * 8
    assert [client.get(visit).headers["Location"].split("?")[0] for client in locked_people.values()] == [
        "/session/locked", "/session/locked",
    ]  # fmt: skip
    assert [client.post(f"{visit}/approve").status_code for client in out_people.values()] == [401] * 8
    assert [client.post(f"{visit}/approve").status_code for client in locked_people.values()] == [423] * 2


def test_who_is_not_signed_in_gets_in_nowhere_but_at_public_pages(
    app: Flask, world: World, out_people: dict[str, FlaskClient]
) -> None:
    wrong = []
    for address in every_address(app, world):
        mark = mark_of(app, address.rule.endpoint)
        expected = "yes" if mark and mark.permission is None else "401"
        for name, client in out_people.items():
            got = ask(client, address)
            if got != expected:
                wrong.append(f"{address} as {name}: {got}")
    assert wrong == []


def test_a_locked_session_opens_nothing_but_the_lock(
    app: Flask, world: World, locked_people: dict[str, FlaskClient]
) -> None:
    wrong = []
    for address in every_address(app, world):
        mark = mark_of(app, address.rule.endpoint)
        expected = "yes" if mark and mark.works_while_locked else "423"
        for name, client in locked_people.items():
            got = ask(client, address)
            if got != expected:
                wrong.append(f"{address} as {name}: {got}")
    assert wrong == []


def test_a_half_open_session_opens_nothing_but_the_second_factor(app: Flask, world: World) -> None:
    """With every role, and with what somebody may have set up and not confirmed: the password alone is not enough."""
    half = half_open(app, world.people["everything"])
    with rows(app):
        factors.begin_codes(db.session.get_one(User, world.people["everything"]), at=datetime.now(UTC))
    replace_views(app)
    wrong = []
    for address in every_address(app, world):
        mark = mark_of(app, address.rule.endpoint)
        is_open = mark is not None and (mark.permission is None or mark.works_before_factor)
        got = ask(half, address)
        expected = ("yes", "404") if is_open else ("401",)  # 404: the id is not one of the person's own
        if got not in expected:
            wrong.append(f"{address}: {got}")
    assert wrong == []


def test_delicate_acts_wait_for_the_password_when_it_was_not_given_lately(app: Flask, world: World) -> None:
    client = signed_in(app, world.people["everything"])
    set_sessions(app, world.people["everything"], stepped_up_at=datetime.now(UTC) - timedelta(minutes=10))
    replace_views(app)
    delicate = set()
    for address in every_address(app, world):
        mark = mark_of(app, address.rule.endpoint)
        got = ask(client, address)
        if mark is not None and mark.steps_up and got not in ("403", "404"):
            assert got == "428", address
            delicate.add(address.rule.endpoint)
        else:
            assert got != "428", address
    assert delicate >= DELICATE
    marked = {
        rule.endpoint for rule in app.url_map.iter_rules() if (mark := mark_of(app, rule.endpoint)) and mark.steps_up
    }
    assert marked - delicate == OUT_OF_REACH


DELICATE: Final = {
    "accounts.add_passkey", "accounts.begin_codes", "accounts.make_link", "accounts.new_passkey_options",
    "accounts.reactivate", "accounts.recovery_codes", "accounts.remove_codes", "accounts.renew_recovery_key",
    "accounts.send_invitation", "accounts.set_roles", "accounts.set_up_codes", "exchange.export_document",
    "letters.bundle", "letters.check", "letters.make", "letters.release", "letters.text", "recommendations.export",
    "releases.check", "releases.release", "releases.show", "reports.report_text", "vault.from_paper", "vault.set_up",
}  # fmt: skip
OUT_OF_REACH: Final = {"accounts.remove_passkey", "vault.grant", "vault.move", "vault.new_paper", "vault.remove"}
"""Delicate too, but refused before anything is asked: the passkey is another's, and nobody here reads with a key."""


def test_only_these_addresses_are_open_to_everybody_or_while_locked(app: Flask) -> None:
    marks = {rule.endpoint: mark_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert sorted(name for name, mark in marks.items() if mark and mark.permission is None) == [
        "accounts.language", "accounts.link", "accounts.recovery_key", "accounts.resume", "accounts.session_state",
        "accounts.sign_in", "accounts.sign_out", "static", "sync.device_state", "sync.manifest", "sync.newest_shell",
        "sync.shell", "sync.worker",
    ]  # fmt: skip
    while_locked = [name for name, mark in marks.items() if mark and mark.permission and mark.works_while_locked]
    assert sorted(while_locked) == ["accounts.lock", "accounts.locked", "accounts.unlock"]
    before_factor = [name for name, mark in marks.items() if mark and mark.works_before_factor]
    assert sorted(before_factor) == [
        "accounts.add_passkey", "accounts.begin_codes", "accounts.factor", "accounts.new_passkey_options",
        "accounts.passkey", "accounts.passkey_options", "accounts.resume", "accounts.set_up_codes", "accounts.sign_out",
    ]  # fmt: skip


# the guard of this guard


def those_of(app: Flask, world: World, endpoint: str) -> list[Address]:
    return [address for address in every_address(app, world) if address.rule.endpoint == endpoint]


def only(permission: str) -> list[Line]:
    return [line for line in lines() if line.permission == permission]


def test_a_rule_that_lets_too_many_in_is_noticed(app: Flask, world: World, in_people: dict[str, FlaskClient]) -> None:
    guard: Guard = app.extensions["guard"]
    guard.rules = {**RULES, Permission.VISIT_APPROVE: TEAM}
    wrong = mismatches(app, those_of(app, world, "visits.approve"), in_people, only("visit:approve"))
    let_in = Counter(line.rpartition(" as ")[2] for line in wrong)
    still_open = len(OPEN & world.visits.keys())  # outside experts see a visit no longer than that
    assert let_in == {
        "leader: yes, expected 403": len(world.visits), "member: yes, expected 403": len(world.visits),
        "expert: yes, expected 403": still_open,
    }  # fmt: skip


def test_an_address_that_became_public_is_noticed(app: Flask, world: World, in_people: dict[str, FlaskClient]) -> None:
    table = only("visit:read")
    assert mismatches(app, those_of(app, world, "visits.history"), in_people, table) == []
    app.view_functions["visits.history"] = public(lambda **_arguments: "reached")
    found = mismatches(app, those_of(app, world, "visits.history"), in_people, table)
    assert f"visit:read {sorted(state.value for state in SEEN_BY_THE_WHOLE_BODY)}: no address" in found
    assert all(line.startswith("visit:read [") and line.endswith("]: no address") for line in found)


def test_a_permission_that_the_table_leaves_out_is_noticed(
    app: Flask, world: World, in_people: dict[str, FlaskClient]
) -> None:
    wrong = mismatches(app, those_of(app, world, "guide.index"), in_people, only("home:read"))
    assert wrong == ["GET /guide: guide:read is not in the table", "home:read []: no address"]
