"""Passkeys: made and proved by a device in software, and refused when anything about them is not right."""

import pytest
from sqlalchemy import select

from monitor.accounts.models import Passkey
from monitor.accounts.passkeys import CHALLENGE_BYTES, Site
from monitor.db import db
from tests.accounts.authenticator import Authenticator
from tests.accounts.conftest import is_open, sessions_of
from tests.accounts.test_second_factor import FACTOR, give_password
from tests.client import Browser
from tests.factories import accounts


def ask(web, path):
    return web.post_json(path, {}).json["options"]


def make(web, device, name="Office"):
    options = ask(web, "/account/security/passkeys/options")
    return web.post_json("/account/security/passkeys", {"credential": device.make(options), "name": name}).json


def prove(web, device):
    options = ask(web, "/sign-in/passkey/options")
    return web.post_json("/sign-in/passkey", {"credential": device.prove(options), "next": "/account"}).json


@pytest.fixture
def device(app, coordinator):
    """The device of the coordinator, with a passkey."""
    made, web = Authenticator(), Browser(app)
    give_password(web, coordinator)
    assert "location" in make(web, made)
    assert is_open(web)
    return made


def test_coordinator_makes_a_passkey_at_first_and_signs_in_with_it_later(web, coordinator, device):
    give_password(web, coordinator)
    assert not is_open(web)
    assert prove(web, device)["location"].startswith("/account")
    assert is_open(web)
    (row,) = db.session.scalars(select(Passkey)).all()
    assert (row.name, row.transports, row.sign_count) == ("Office", ["internal"], 1)
    assert row.last_used_at is not None


def test_what_is_asked_for_is_a_finger_or_pin_on_a_long_challenge_of_this_session(web, coordinator, device):
    give_password(web, coordinator)
    options = ask(web, "/sign-in/passkey/options")
    assert options["userVerification"] == "required"
    assert options["rpId"] == "localhost"
    session = sessions_of(coordinator)[-1]
    assert len(session.challenge) == CHALLENGE_BYTES
    cookie = web.client.get_cookie("monitor").value
    serializer = web.client.application.session_interface.get_signing_serializer(web.client.application)
    assert set(serializer.loads(cookie)) <= {"_user_id", "_fresh", "_id", "csrf_token"}


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://monitor.evil.example"}, {"site": "evil.example"}, {"verifies": False}, {"count": -1},
        {"key": Authenticator().key}, {"id": b"x" * 32},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_proof_that_is_not_right_in_one_thing_opens_nothing(web, app, coordinator, device, change):
    give_password(web, coordinator)
    if "count" in change:  # a copy of the device that is behind: the real one was used meanwhile
        other = Browser(app)
        give_password(other, coordinator)
        prove(other, device)
    forged = Authenticator(**(vars(device) | change))
    assert "message" in prove(web, forged)
    assert not is_open(web)


@pytest.mark.parametrize("said", [None, [], {}, {"credential": None}, {"credential": {"rawId": 7}}, {"credential": []}])
def test_anything_else_than_a_proof_is_refused(web, coordinator, device, said):
    give_password(web, coordinator)
    ask(web, "/sign-in/passkey/options")
    assert "message" in web.post_json("/sign-in/passkey", said).json
    assert not is_open(web)


def test_proof_is_taken_once_and_only_for_the_challenge_that_was_asked(web, app, coordinator, device):
    give_password(web, coordinator)
    first = ask(web, "/sign-in/passkey/options")
    ask(web, "/sign-in/passkey/options")
    assert "message" in web.post_json("/sign-in/passkey", {"credential": device.prove(first)}).json
    options = ask(web, "/sign-in/passkey/options")
    proof = {"credential": device.prove(options)}
    other = Browser(app)
    give_password(other, coordinator)
    ask(other, "/sign-in/passkey/options")
    assert "message" in other.post_json("/sign-in/passkey", proof).json, "another session asked something else"
    assert "location" in web.post_json("/sign-in/passkey", proof).json
    third = Browser(app)
    give_password(third, coordinator)
    assert "message" in third.post_json("/sign-in/passkey", proof).json, "nothing was asked"


def test_passkey_of_somebody_else_opens_nothing(app, web, body, device):
    other = accounts.coordinator(body)
    first = Browser(app)
    give_password(first, other)
    make(first, Authenticator())
    give_password(web, other)
    assert "not one of yours" in prove(web, device)["message"]
    assert not is_open(web)


def test_passkey_in_use_by_somebody_is_not_added_again(app, web, body, device):
    other = accounts.coordinator(body)
    give_password(web, other)
    assert "in use already" in make(web, device)["message"]


def test_passkey_without_finger_or_pin_is_not_added(web, coordinator):
    give_password(web, coordinator)
    assert "message" in make(web, Authenticator(verifies=False))
    assert not is_open(web)


def test_code_of_a_coordinator_with_a_passkey_is_not_taken(web, coordinator, device):
    give_password(web, coordinator)
    assert not web.page.find(id="factor"), "neither codes nor recovery codes are there"
    web.post(FACTOR, {"code": "123456"})
    assert not is_open(web)


def test_last_passkey_stays_and_another_one_can_go(web, coordinator, device):
    web.sign_in(coordinator)
    (first,) = db.session.scalars(select(Passkey)).all()
    web.get("/account/security")
    web.post(f"/account/security/passkeys/{first.id}/remove")
    assert "This is the last one that lets you in." in web.page.get_text()
    assert "location" in make(web, Authenticator(), "  ")
    web.post(f"/account/security/passkeys/{first.id}/remove")
    assert [row.name for row in db.session.scalars(select(Passkey))] == ["Passkey"]


WAITING = "/account/security/recovery-codes"
"""A page that waits for a new proof."""


@pytest.fixture
def waiting(web, coordinator, device):
    """A browser of the coordinator that showed long ago that it is them, at the page that asks for it again."""
    web.sign_in(coordinator)
    for row in sessions_of(coordinator):
        row.stepped_up_at = None
    db.session.commit()
    web.get(WAITING)
    assert web.response.request.path == "/session/step-up"
    return web


def step_up(web, device):
    options = ask(web, "/sign-in/passkey/options")
    assert options["userVerification"] == "required"
    said = {"credential": device.prove(options), "next": WAITING}
    return web.post_json("/session/step-up/passkey", said).json


def test_passkey_stands_in_for_the_password_before_something_delicate(waiting, device):
    assert waiting.page.find(attrs={"data-passkey": "get"})["data-next"] == WAITING
    assert "scripts are switched off" in waiting.main
    assert waiting.page.find("form", id="step-up"), "the password does as well, also without script"
    assert step_up(waiting, device)["location"] == WAITING
    waiting.get(WAITING)
    assert waiting.response.request.path == WAITING


@pytest.mark.parametrize(
    "change",
    [{"verifies": False}, {"key": Authenticator().key}, {"id": b"x" * 32}],
    ids=["no finger or PIN", "another key", "another passkey"],
)
def test_passkey_that_proves_nothing_steps_nothing_up(waiting, device, change):
    assert "message" in step_up(waiting, Authenticator(**(vars(device) | change)))
    waiting.get(WAITING)
    assert waiting.response.request.path == "/session/step-up"


def test_proof_for_stepping_up_is_taken_once(waiting, coordinator, device):
    said = {"credential": device.prove(ask(waiting, "/sign-in/passkey/options"))}
    assert "location" in waiting.post_json("/session/step-up/passkey", said).json
    for row in sessions_of(coordinator):
        row.stepped_up_at = None
    db.session.commit()
    assert "message" in waiting.post_json("/session/step-up/passkey", said).json


def test_form_that_waits_for_a_proof_is_sent_after_a_passkey(web, coordinator, device):
    web.sign_in(coordinator)
    web.get(WAITING)
    for row in sessions_of(coordinator):
        row.stepped_up_at = None
    db.session.commit()
    web.post(WAITING, {"next": "/account"}, status=428)
    assert web.page.find(attrs={"data-passkey": "get"})["data-submits"] == "resume"
    assert "location" in step_up(web, device)
    web.submit("resume", {"password": ""})
    web.submit("send-again")
    assert len(web.page.select(".recovery-codes li")) == 10


def test_person_without_a_passkey_is_asked_for_the_password_alone(web, monitor):
    web.sign_in(monitor)
    for row in sessions_of(monitor):
        row.stepped_up_at = None
    db.session.commit()
    web.get(WAITING)
    assert not web.page.find(attrs={"data-passkey": True})
    assert "message" in web.post_json("/session/step-up/passkey", {"credential": {}}).json


def test_passkey_of_somebody_else_cannot_be_removed(web, body, device):
    web.sign_in(accounts.coordinator(body))
    (row,) = db.session.scalars(select(Passkey)).all()
    web.post(f"/account/security/passkeys/{row.id}/remove", status=404)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://monitor.npm.example/", Site("monitor.npm.example", "https://monitor.npm.example")),
        ("https://npm.example:8443", Site("npm.example", "https://npm.example:8443")),
        ("http://localhost:8000/", Site("localhost", "http://localhost:8000")),
        ("http://npm.example", None), ("http://127.0.0.1:8000", None), ("https://192.0.2.7", None),
    ],
)  # fmt: skip
def test_passkeys_belong_to_a_secure_address_with_a_name(address, site):
    assert Site.of_address(address) == site


def test_page_says_where_passkeys_do_not_work(app, web, monitor):
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"public_url": "http://npm.example"})
    give_password(web, monitor)
    assert "Passkeys do not work at this address" in web.main
    assert "message" in web.post_json("/account/security/passkeys/options", {}).json
