"""A person's own key: hangs on the password, survives its change, leaves with the session."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from monitor.access.guard import public
from monitor.accounts import operations, own_keys, passwords, queries
from monitor.accounts.models import LOCK_AFTER, UserKey
from monitor.accounts.session import own_private_key
from monitor.accounts.tasks import DROP_IDLE_KEYS
from monitor.db import db
from monitor.jobs.queue import get_queue
from monitor.sealing.envelopes import CannotOpen
from monitor.sealing.key_pairs import pair_of
from monitor.tenancy import across_mechanisms
from tests.accounts.conftest import keep_recovery_key, sessions_of, turn_back
from tests.factories.accounts import PASSWORD

NEW = "seven green kettles hum"


def unwrapped(person, password):
    wrap_key = passwords.wrap_key_of(password, person.verifier)
    return own_keys.unwrap(queries.current_key(person), wrap_key)


@pytest.fixture
def reading_key(app):
    """Let a page answer with the private key of whoever is signed in."""
    found = []

    def show() -> str:
        found.append(own_private_key())
        return ""

    app.view_functions["guide.index"] = public(show)
    return found


def held(web, reading_key):
    reading_key.clear()
    web._send("GET", "/guide")
    return reading_key[0]


def test_first_password_makes_a_key_that_only_it_opens(monitor):
    key = queries.current_key(monitor)
    assert pair_of(unwrapped(monitor, PASSWORD)).public == key.public
    with pytest.raises(CannotOpen):
        own_keys.unwrap(key, passwords.derive(PASSWORD).wrap_key)
    assert unwrapped(monitor, PASSWORD) not in key.wrapped


def test_session_holds_the_key_for_the_cookie_alone(web, monitor, reading_key):
    web.sign_in(monitor)
    private = unwrapped(monitor, PASSWORD)
    assert held(web, reading_key) == private
    (row,) = sessions_of(monitor)
    assert private not in row.sealed_key
    for secret in (row.secret_hash.hex(), str(row.id), "", row.secret_hash.decode("latin-1")):
        with pytest.raises(CannotOpen):
            own_keys.borrow(row, secret)


def test_stored_rows_open_no_key_without_a_cookie(web, app, monitor, reading_key):
    """Whoever takes the database of a server at work with all its keys has none of the people's."""
    web.sign_in(monitor)
    private = held(web, reading_key)
    instance = app.extensions["settings"].instance
    assert all(private not in path.read_bytes() for path in instance.iterdir())
    keys = [path.read_bytes() for path in instance.glob("*.key")]
    (row,) = sessions_of(monitor)
    opened = [secret for key in keys for secret in (key.hex(), key.decode("latin-1")) if opens(row, secret)]
    assert (len(keys) >= 2, opened) == (True, [])


def opens(row, secret):
    try:
        return own_keys.borrow(row, secret)
    except CannotOpen:
        return None


def test_half_open_session_lends_nothing(web, monitor, reading_key):
    web.get("/sign-in")
    web.submit("sign-in", {"email": monitor.email, "password": PASSWORD})
    assert sessions_of(monitor)[0].sealed_key is not None
    assert held(web, reading_key) is None


def test_key_leaves_with_lock_and_sign_out_and_comes_back_with_the_password(web, monitor, reading_key):
    web.sign_in(monitor)
    private = held(web, reading_key)
    web.get("/account")
    web._send("POST", "/session/lock", data={"csrf_token": web.csrf_token})
    assert sessions_of(monitor)[0].sealed_key is None
    assert held(web, reading_key) is None
    assert web.post_json("/session/unlock", {"password": PASSWORD}).status_code == 200
    assert held(web, reading_key) == private
    web.get("/account")
    web._send("POST", "/sign-out", data={"csrf_token": web.csrf_token})
    assert sessions_of(monitor)[0].sealed_key is None


def test_worker_drops_the_key_of_a_session_that_locked_by_time(web, monitor, reading_key):
    web.sign_in(monitor)
    db.session.commit()
    get_queue().bring_back()
    get_queue().work_off()
    assert sessions_of(monitor)[0].sealed_key is not None
    turn_back(monitor, used=LOCK_AFTER)
    assert held(web, reading_key) is None, "at once"
    with across_mechanisms():
        assert list(DROP_IDLE_KEYS.lost(datetime.now(UTC))) == [sessions_of(monitor)[0].id]
    db.session.commit()
    get_queue().bring_back()
    get_queue().work_off()
    assert sessions_of(monitor)[0].sealed_key is None


def test_deactivation_drops_the_key(web, monitor, administrator):
    web.sign_in(monitor)
    operations.set_enabled(monitor, False, by=administrator, at=datetime.now(UTC))
    assert sessions_of(monitor)[0].sealed_key is None


def test_password_change_keeps_the_key(web, monitor, reading_key):
    web.sign_in(monitor)
    private = held(web, reading_key)
    web.get("/account/password")
    web.submit("change-password", {"password": PASSWORD, "new_password": NEW, "again": NEW})
    db.session.refresh(monitor)
    assert unwrapped(monitor, NEW) == private
    assert held(web, reading_key) == private
    assert len(db.session.scalars(select(UserKey)).all()) == 1


def use_link(web, person, password, recovery_key=""):
    secret = operations.make_link(person, by=None, at=datetime.now(UTC))
    db.session.commit()
    web.get(f"/link/{secret}")
    values = {"new_password": password, "again": password, "recovery_key": recovery_key}
    web.submit("choose-password", values)
    db.session.refresh(person)


def test_recovery_key_keeps_the_key_when_the_password_is_forgotten(web, monitor):
    use_link(web, monitor, PASSWORD)
    written = keep_recovery_key(web)
    before = unwrapped(monitor, PASSWORD)
    use_link(web, monitor, NEW, written.replace("-", " ").lower())
    assert "Your password is set" in web.page.get_text()
    assert unwrapped(monitor, NEW) == before


def test_new_password_without_the_recovery_key_retires_the_key(web, monitor):
    before = queries.current_key(monitor)
    use_link(web, monitor, NEW)
    db.session.refresh(before)
    assert before.retired_at is not None
    assert queries.current_key(monitor).public != before.public


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0JBZ-1K40-38JM-4EEX-RJJ0-7419-9E6X", "does not belong to your own key"),
        ("0JBZ-1K40-38JM-4EEX-RJJ0-7419-9E6Y", "A letter is missing or wrong"),
        ("nonsense", "A letter is missing or wrong"),
    ],
)
def test_wrong_recovery_key_is_said_and_loses_nothing(web, monitor, typed, said):
    before = queries.current_key(monitor)
    use_link(web, monitor, NEW, typed)
    assert said in web.main
    assert queries.current_key(monitor) is before
    assert unwrapped(monitor, PASSWORD)


def test_recovery_key_is_asked_for_once_more_and_can_be_renewed(web, monitor):
    use_link(web, monitor, PASSWORD)
    first = str(web.page.find("input", attrs={"name": "key"})["value"])
    web.submit("recovery-key", {"last_group": "XXXX"})
    assert "not the last four letters" in web.main
    keep_recovery_key(web)
    web.sign_in(monitor)
    web.get("/account/security")
    web.post("/account/security/recovery-key")
    second = str(web.page.find("input", attrs={"name": "key"})["value"])
    keep_recovery_key(web)
    key = queries.current_key(monitor)
    db.session.refresh(key)
    assert own_keys.unwrap_by_recovery(key, second) == unwrapped(monitor, PASSWORD)
    with pytest.raises(CannotOpen):
        own_keys.unwrap_by_recovery(key, first)
