"""The one-time link: chooses a password once, and leaves no trace of its secret."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from monitor.accounts import operations
from monitor.accounts.models import LINK_LIFETIME, OneTimeLink, Role
from monitor.db import db
from monitor.web.logging import write_log_to
from tests.accounts.conftest import is_open, keep_recovery_key, sessions_of, sign_in_by_password
from tests.client import Browser
from tests.factories import accounts

CHOSEN = "seven green kettles hum"
OVER = "This link no longer works"


@pytest.fixture
def invited(body):
    """A person without a password."""
    person = operations.add_user(
        body.mechanism, email="new@npm.example", name="Nova Larsen", roles=[(body.id, Role.MONITOR)], by=None,
        at=accounts.AT,
    )  # fmt: skip
    db.session.commit()
    return person


def link_for(person, *, at=None):
    secret = operations.make_link(person, by=None, at=at or datetime.now(tz=accounts.AT.tzinfo))
    db.session.commit()
    return f"/link/{secret}"


def choose(web, link, first=CHOSEN, again=CHOSEN, status=200):
    web.get(link)
    web.submit("choose-password", {"new_password": first, "again": again}, status=status)
    if web.page.find(id="recovery-key"):
        keep_recovery_key(web)


def test_invited_person_chooses_a_password_and_signs_in(web, invited):
    choose(web, link_for(invited))
    assert web.response.request.path == "/sign-in"
    assert "Your password is set" in web.page.get_text()
    sign_in_by_password(web, invited.email, CHOSEN)
    assert is_open(web)


def test_link_works_once(web, invited):
    link = link_for(invited)
    choose(web, link)
    web.get(link, status=410)
    assert OVER in web.main


def test_link_used_in_one_tab_is_over_in_the_other(app, web, invited):
    link = link_for(invited)
    other = Browser(app)
    other.get(link)
    choose(web, link)
    other.submit(
        "choose-password", {"new_password": "another long password", "again": "another long password"}, status=410
    )
    assert OVER in other.main


def test_opening_a_link_does_not_spend_it(web, invited):
    link = link_for(invited)
    for _ in range(3):
        web.get(link)
    choose(web, link)
    assert "Your password is set" in web.page.get_text()


def test_link_is_over_after_seven_days_after_a_newer_one_and_for_deactivated_people(web, invited, app):
    old = link_for(invited, at=datetime.now(tz=accounts.AT.tzinfo) - LINK_LIFETIME - timedelta(seconds=1))
    web.get(old, status=410)
    first, second = link_for(invited), link_for(invited)
    web.get(first, status=410)
    web.get(second)
    operations.set_enabled(invited, False, by=invited, at=accounts.AT)
    db.session.commit()
    web.get(second, status=410)


def test_made_up_secret_opens_nothing(web, app):
    web.get("/link/x", status=410)
    web.get("/link/" + "A" * 43, status=410)


@pytest.mark.parametrize(
    ("first", "again", "said"),
    [
        ("short", "short", "Use at least 15 characters"),
        ("passwordpassword", "passwordpassword", "first that somebody would try"),
        ("x" * 60 + "yz" * 50, "", "Type the new password again."),
        (CHOSEN, CHOSEN + "!", "The two new passwords differ."),
        ("", "", "Choose a password."),
    ],
)
def test_unfit_password_is_said_beside_its_field_and_leaves_the_link_good(web, invited, first, again, said):
    link = link_for(invited)
    choose(web, link, first, again)
    assert said in web.main
    assert web.page.find(id="new_password").get("value", "") == ""
    choose(web, link)
    assert "Your password is set" in web.page.get_text()


def test_new_password_by_link_ends_the_sessions_there_were(web, app, monitor):
    web.sign_in(monitor)
    link = link_for(monitor)
    assert is_open(web), "the old password and its sessions stay until the link is used"
    choose(Browser(app), link)
    assert not is_open(web)
    assert all(row.ended_at for row in sessions_of(monitor))
    web.sign_in(monitor)
    assert not is_open(web)


def test_person_signed_in_as_somebody_else_is_signed_out_by_using_a_link(web, monitor, invited):
    web.sign_in(monitor)
    choose(web, link_for(invited))
    assert not is_open(web)


def test_secret_reaches_neither_log_nor_referrer_nor_database(web, invited, app, capsys):
    log = StringIO()
    write_log_to(log)
    link = link_for(invited)
    secret = link.removeprefix("/link/")
    web.get(link)
    assert web.response.headers["Referrer-Policy"] == "no-referrer"
    assert web.response.headers["Cache-Control"] == "no-store"
    choose(web, link, "short", "short")
    web._send("POST", link, data={"csrf_token": "forged"})
    choose(web, link)
    web.get(link, status=410)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line.get("status") for line in lines} >= {400, 410}
    assert secret not in log.getvalue()
    assert all(secret.encode() not in path.read_bytes() for path in app.extensions["settings"].instance.iterdir())
    assert len(db.session.scalars(select(OneTimeLink)).all()) == 1


def test_write_lock_is_free_while_the_password_is_derived(web, invited, lock_probe):
    choose(web, link_for(invited))
    assert lock_probe == [True]
