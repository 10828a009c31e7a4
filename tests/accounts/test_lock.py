"""The lock: nothing opens while it holds, and the password alone opens it."""

import pytest

from monitor.accounts import tries
from monitor.accounts.models import LOCK_AFTER
from tests.accounts.conftest import is_open, sessions_of, turn_back
from tests.factories import accounts
from tests.factories.accounts import PASSWORD


@pytest.fixture
def locked(web, monitor):
    """A browser whose session has locked by itself."""
    web.sign_in(monitor)
    web.get("/account")
    turn_back(monitor, used=LOCK_AFTER)
    return web


def test_locked_reader_is_asked_for_the_password_and_led_back(locked, monitor):
    locked.get("/account?x=1")
    assert locked.response.request.path == "/session/locked"
    assert monitor.email in locked.main
    assert "Change your password" not in locked.page.get_text()
    locked.submit("unlock", {"password": PASSWORD})
    assert locked.response.request.full_path == "/account?x=1"


def test_wrong_password_leaves_it_locked(locked):
    locked.get("/account")
    locked.submit("unlock", {"password": "not the right password"})
    assert "This is not your password." in locked.main
    assert not is_open(locked)


def test_password_of_somebody_else_leaves_it_locked(locked, body):
    accounts.monitor(body)
    locked.get("/account")
    locked.submit("unlock", {"password": ""})
    assert "Enter your password." in locked.main


def test_script_is_answered_423_while_locked(locked):
    response = locked.post_json("/session/use", {})
    assert response.status_code == 423
    assert response.json["error"] == "locked"


def test_script_unlocks_in_place_and_gets_a_token(locked):
    wrong = locked.post_json("/session/unlock", {"password": "not the right password"})
    assert (wrong.status_code, wrong.json["error"]) == (403, "wrong_password")
    assert wrong.json["message"] == "This is not your password."
    right = locked.post_json("/session/unlock", {"password": PASSWORD})
    assert right.status_code == 200
    assert right.json["locks_in"] == 900
    assert is_open(locked)
    locked._send("POST", "/session/lock", data={"csrf_token": right.json["csrf_token"]})
    assert not is_open(locked)


@pytest.mark.parametrize("said", [None, [], "password", {"password": 7}, {"password": None}, {}, {"password": ["x"]}])
def test_anything_else_than_a_password_is_a_wrong_one(locked, said):
    assert locked.post_json("/session/unlock", said).status_code == 403


def test_unlocking_has_ten_tries_too(locked):
    for _ in range(tries.MOST_OF_ADDRESS):
        assert locked.post_json("/session/unlock", {"password": "not the right password"}).status_code == 403
    assert locked.post_json("/session/unlock", {"password": PASSWORD}).status_code == 429
    locked.get("/account")
    locked.submit("unlock", {"password": PASSWORD}, status=429)
    assert "Too many wrong passwords" in locked.main


def test_person_locks_by_hand(web, monitor):
    web.sign_in(monitor)
    web.get("/account")
    web._take(web._send("POST", "/session/lock", data={"csrf_token": web.csrf_token, "next": "/account"}), 200)
    assert web.response.request.path == "/session/locked"
    assert not is_open(web)
    web.submit("unlock", {"password": PASSWORD})
    assert web.response.request.path == "/account"


def test_lock_page_leads_on_when_nothing_is_locked(web, monitor):
    web.sign_in(monitor)
    web.get("/session/locked?next=/account")
    assert web.response.request.path == "/account"
    assert web._send("GET", "/session/locked?next=https://evil.example", follow_redirects=False).location == "/"


def test_locked_person_can_sign_out(locked, monitor):
    locked.get("/account")
    locked._send("POST", "/sign-out", data={"csrf_token": locked.csrf_token})
    assert sessions_of(monitor)[0].ended_at is not None


def test_language_of_a_locked_person_is_not_written(locked, monitor):
    locked.get("/account")
    locked._send("POST", "/language", data={"csrf_token": locked.csrf_token, "language": "en"})
    assert monitor.version == 2  # made, then given a password


def test_write_lock_is_free_while_the_password_is_derived(locked, lock_probe):
    assert locked.post_json("/session/unlock", {"password": PASSWORD}).status_code == 200
    assert lock_probe == [True]
