"""One's own account: name, language, password, sessions."""

import pytest

from monitor.db import db
from tests.accounts.conftest import is_open, sessions_of
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

NEW = "seven green kettles hum"


@pytest.fixture
def own(web, monitor):
    """A browser that a monitor is signed in with."""
    web.sign_in(monitor)
    return web


def test_person_changes_name_and_language(own, monitor):
    own.get("/account")
    own.submit("profile", {"name": "  Amina Diallo ", "language": "en"})
    assert "Your account was saved." in own.page.get_text()
    db.session.refresh(monitor)
    assert monitor.name == "Amina Diallo"


@pytest.mark.parametrize(
    ("name", "said"), [("", "Enter your name."), ("a\nb", "Remove the line breaks"), ("x" * 201, "200 characters")]
)
def test_unfit_name_is_said_and_kept_on_the_page(own, monitor, name, said):
    before = monitor.name
    own.get("/account")
    own.submit("profile", {"name": name})
    assert said in own.main
    db.session.refresh(monitor)
    assert monitor.name == before


def test_unknown_language_is_refused(own, monitor):
    own.get("/account")
    own.submit("profile", {"language": "tlh"})
    db.session.refresh(monitor)
    assert monitor.language == "en"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"password": "not the right password", "new_password": NEW, "again": NEW}, "This is not your password."),
        ({"password": "", "new_password": NEW, "again": NEW}, "Enter your password."),
        ({"password": PASSWORD, "new_password": "short", "again": "short"}, "Use at least 15 characters"),
        ({"password": PASSWORD, "new_password": NEW, "again": "other"}, "The two new passwords differ."),
    ],
)
def test_password_stays_when_something_is_not_right(own, monitor, values, said):
    own.get("/account/password")
    own.submit("change-password", values)
    assert said in own.main
    assert is_open(own)
    web = Browser(own.client.application)
    web.sign_in(monitor)
    assert is_open(web)


def test_write_lock_is_free_while_both_passwords_are_derived(own, lock_probe):
    own.get("/account/password")
    own.submit("change-password", {"password": PASSWORD, "new_password": NEW, "again": NEW})
    assert "Your password was changed" in own.page.get_text()
    assert lock_probe == [True, True]


def test_person_ends_one_session_and_all_others(own, monitor, app):
    browsers = [Browser(app) for _ in range(3)]
    for web in browsers:
        web.sign_in(monitor)
    own.get("/account/security")
    assert own.main.count("this browser") == 1
    assert [button.get_text() for button in own.page.main.find_all("button")].count("End") == 3
    own.post(f"/account/sessions/{sessions_of(monitor)[1].id}/end")
    assert [is_open(web) for web in browsers] == [False, True, True]
    own.post("/account/sessions/end-others")
    assert [is_open(web) for web in browsers] == [False, False, False]
    assert is_open(own)


def test_ending_the_session_at_hand_signs_out(own, monitor):
    own.get("/account")
    own.post(f"/account/sessions/{sessions_of(monitor)[0].id}/end")
    assert not is_open(own)


def test_session_of_somebody_else_is_not_there(own, body, app):
    other = accounts.monitor(body)
    web = Browser(app)
    web.sign_in(other)
    own.get("/account")
    own.post(f"/account/sessions/{sessions_of(other)[0].id}/end", status=404)
    assert is_open(web)
