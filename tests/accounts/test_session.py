"""Sessions: what ends them, what counts as use, and that a copied cookie opens nothing afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.accounts import operations
from monitor.accounts.models import ABSOLUTE_END, END_AFTER, LOCK_AFTER, Role
from monitor.db import SQLITE_SETTINGS, db, sqlite_module
from tests.accounts.conftest import copy_of, is_open, sessions_of, turn_back
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import PASSWORD
from tests.statements import statements

MINUTE = timedelta(minutes=1)
NEW_PASSWORD = "a new walk to another river"


def sign_out(web, person):
    web._send("POST", "/sign-out", data={"csrf_token": web.csrf_token})


def change_password(web, person):
    web.get("/account/password")
    web.submit("change-password", {"password": PASSWORD, "new_password": NEW_PASSWORD, "again": NEW_PASSWORD})


def deactivate(web, person):
    operations.set_enabled(person, False, by=person, at=datetime.now(UTC))
    db.session.commit()


def lose_a_role(web, person):
    body = accounts.only_body(person.mechanism)
    operations.set_roles(person, [(body.id, Role.MONITOR)], by=person, at=datetime.now(UTC))
    db.session.commit()


def move_to_another_body(web, person):
    other = accounts.other_body(person.mechanism)
    operations.set_roles(person, [(other.id, Role.ADMINISTRATOR)], by=person, at=datetime.now(UTC))
    db.session.commit()


def leave_unused(web, person):
    turn_back(person, used=END_AFTER)


def work_all_day(web, person):
    turn_back(person, opened=ABSOLUTE_END)


@pytest.mark.parametrize("end", [
    sign_out, change_password, deactivate, lose_a_role, move_to_another_body, leave_unused, work_all_day,
])  # fmt: skip
def test_copied_cookie_opens_nothing_after_the_session_ended(web, app, administrator, body, end):
    accounts.administrator(body)  # so that the first one can be deactivated
    web.sign_in(administrator)
    web.get("/account")
    thief = copy_of(web, app)
    assert is_open(thief), "the copy works until then"
    end(web, administrator)
    assert not is_open(thief)


def test_person_who_gets_a_further_role_stays_signed_in(web, app, monitor, body):
    web.sign_in(monitor)
    roles = [(body.id, Role.MONITOR), (body.id, Role.REVIEWER)]
    operations.set_roles(monitor, roles, by=None, at=datetime.now(UTC))
    db.session.commit()
    assert is_open(web)


def test_cookie_of_a_session_before_unlocking_opens_nothing_after(web, app, monitor):
    web.sign_in(monitor)
    thief = copy_of(web, app)
    turn_back(monitor, used=LOCK_AFTER)
    web.get("/account")
    web.submit("unlock", {"password": PASSWORD})
    assert is_open(web)
    assert not is_open(thief)


def test_password_change_keeps_the_browser_at_hand_signed_in_and_ends_the_others(web, app, monitor):
    other = Browser(app)
    other.sign_in(monitor)
    web.sign_in(monitor)
    change_password(web, monitor)
    assert "Your password was changed" in web.page.get_text()
    assert is_open(web)
    assert not is_open(other)
    assert [row.ended_at is None for row in sessions_of(monitor)] == [False, True]


def test_session_ends_just_in_time_and_not_before(web, monitor):
    web.sign_in(monitor)
    turn_back(monitor, used=LOCK_AFTER - MINUTE, opened=ABSOLUTE_END - MINUTE)
    assert is_open(web)
    turn_back(monitor, used=END_AFTER - MINUTE)
    assert web._send("GET", "/session/state").json["state"] == "locked"
    turn_back(monitor, used=END_AFTER)
    assert web._send("GET", "/session/state").json["state"] == "ended"


def updates_of_sessions(seen):
    return [statement for statement in seen if statement.startswith("UPDATE user_session")]


def test_use_is_noted_at_most_once_a_minute(web, monitor):
    web.sign_in(monitor)
    with statements() as seen:
        for _ in range(5):
            web.get("/account")
    assert updates_of_sessions(seen) == []
    turn_back(monitor, used=2 * MINUTE)
    with statements() as seen:
        for _ in range(5):
            web.get("/account")
    assert len(updates_of_sessions(seen)) == 1
    assert datetime.now(UTC) - sessions_of(monitor)[0].last_used_at < MINUTE


def test_page_is_read_while_somebody_else_writes_though_its_use_cannot_be_noted(web, app, monitor, monkeypatch):
    web.sign_in(monitor)
    turn_back(monitor, used=2 * MINUTE)
    monkeypatch.setitem(SQLITE_SETTINGS, "busy_timeout", 50)  # milliseconds
    db.session.rollback()
    db.engine.dispose()
    writer = sqlite_module.connect(str(app.extensions["settings"].instance / "monitor.db"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    web.get("/account")
    writer.execute("ROLLBACK")
    assert datetime.now(UTC) - sessions_of(monitor)[0].last_used_at >= 2 * MINUTE
    web.get("/account")
    assert datetime.now(UTC) - sessions_of(monitor)[0].last_used_at < MINUTE
    writer.close()


def test_typing_counts_as_use_and_polling_does_not(web, monitor):
    web.sign_in(monitor)
    web.get("/account")
    turn_back(monitor, used=10 * MINUTE)
    state = web._send("GET", "/session/state").json
    assert 290 < state["locks_in"] <= 300
    assert datetime.now(UTC) - sessions_of(monitor)[0].last_used_at >= 10 * MINUTE
    answer = web.post_json("/session/use", {})
    assert answer.json == {"locks_in": 900}
    assert datetime.now(UTC) - sessions_of(monitor)[0].last_used_at < MINUTE


def test_use_is_not_counted_once_the_session_is_locked(web, monitor):
    web.sign_in(monitor)
    web.get("/account")
    turn_back(monitor, used=LOCK_AFTER)
    assert web.post_json("/session/use", {}).status_code == 423
    assert sessions_of(monitor)[0].is_locked(datetime.now(UTC))


def test_time_left_ends_with_the_day_even_while_typing(web, monitor):
    web.sign_in(monitor)
    web.get("/account")
    turn_back(monitor, opened=ABSOLUTE_END - 5 * MINUTE)
    assert 0 < web.post_json("/session/use", {}).json["locks_in"] <= 300


def test_state_tells_whose_session_it_is_and_gives_its_token(web, monitor):
    assert web._send("GET", "/session/state").json["state"] == "ended"
    assert web._send("GET", "/session/state").json["person"] is None
    web.sign_in(monitor)
    state = web._send("GET", "/session/state").json
    assert (state["state"], state["person"]) == ("open", str(monitor.id))
    response = web._send("POST", "/session/lock", data={"csrf_token": state["csrf_token"]}, follow_redirects=False)
    assert response.status_code == 302


def test_reader_is_told_that_the_session_ended(web, monitor):
    web.sign_in(monitor)
    turn_back(monitor, used=END_AFTER)
    web.get("/account")
    assert "Your session has ended. Please sign in again." in web.page.get_text()
    web.get("/account")
    assert "Your session has ended" not in web.page.get_text()
