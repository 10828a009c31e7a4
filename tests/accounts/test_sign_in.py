"""Signing in and out: what it tells, what it counts, where it leads."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.accounts import operations, tries
from monitor.accounts.models import PasswordTry, Role, User, UserSession
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.accounts.conftest import can_write, is_open, sessions_of
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

WRONG = "The e-mail address or the password is not right."


def try_sign_in(web: Browser, email: str, password: str, status: int = 200) -> str:
    web.get("/sign-in")
    web.submit("sign-in", {"email": email, "password": password}, status=status)
    return web.main


def test_person_is_signed_in_by_address_in_any_case_and_password(web, monitor):
    assert monitor.name not in web.get("/sign-in").text
    try_sign_in(web, f"  {monitor.email.upper()} ", PASSWORD)
    web.pass_factor()
    web.get("/")
    assert is_open(web)
    assert monitor.name in web.page.find(id="person-menu").get_text()


def test_the_answer_is_the_same_for_wrong_password_unknown_deactivated_and_invited_people(
    web, body, monitor, derivations
):
    off = accounts.monitor(body)
    operations.set_enabled(off, False, by=off, at=accounts.AT)
    invited = operations.add_user(
        body.mechanism, email="new@npm.example", name="", roles=[(body.id, Role.MONITOR)], by=None, at=accounts.AT
    )
    db.session.commit()
    answers = []
    for email in (monitor.email, "nobody@npm.example", off.email, invited.email):
        derivations.clear()
        answer = try_sign_in(web, email, "not the right password")
        assert WRONG in answer
        assert not is_open(web)
        assert len(derivations) == 1, "each answer costs exactly one derivation"
        answers.append(web.response.text.replace(email, "").replace(web.csrf_token, ""))
    assert len(set(answers)) == 1


def test_deactivated_person_is_refused_with_the_right_password(web, body):
    off = accounts.monitor(body)
    operations.set_enabled(off, False, by=off, at=accounts.AT)
    db.session.commit()
    assert WRONG in try_sign_in(web, off.email, PASSWORD)


def test_missing_fields_are_said_beside_them(web, app):
    assert "Enter your e-mail address." in try_sign_in(web, "", "")
    assert "Enter your password." in web.main
    assert web.page.find(id="password").get("value", "") == ""


@pytest.mark.parametrize(
    ("wish", "arrives"),
    [
        ("/account", "/account"),
        ("/account?x=1", "/account?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_sign_in_the_way_leads_to_our_own_pages_only(web, monitor, wish, arrives):
    web.get("/sign-in")
    values = {"csrf_token": web.csrf_token, "email": monitor.email, "password": PASSWORD, "next": wish}
    response = web._send("POST", "/sign-in", data=values, follow_redirects=False)
    assert response.status_code == 302
    assert response.location.startswith("/sign-in/factor")
    web.pass_factor()
    response = web._send("GET", response.location, follow_redirects=False)
    assert response.location == arrives


def test_anonymous_reader_is_led_to_sign_in_and_back(web, monitor):
    response = web._send("GET", "/account?tab=2", follow_redirects=False)
    assert response.location == "/sign-in?next=/account?tab%3D2"
    web.get("/account?tab=2")
    web.submit("sign-in", {"email": monitor.email, "password": PASSWORD})
    web.pass_factor()
    web.get(web.response.request.full_path)
    assert web.response.request.full_path == "/account?tab=2"


def test_script_gets_401_as_json_instead_of_a_page(web, app):
    response = web._send("GET", "/account", headers={"Accept": "application/json"}, follow_redirects=False)
    assert response.status_code == 401
    assert response.json["error"] == "signed_out"


def test_new_secret_at_every_sign_in(web, monitor, app):
    web.sign_in(monitor)
    web._send("POST", "/sign-out", data={"csrf_token": web.csrf_token})
    web.sign_in(monitor)
    hashes = {row.secret_hash for row in sessions_of(monitor)}
    assert len(hashes) == 2


def test_cookie_holds_no_id_of_the_person_and_the_database_no_secret(web, monitor, app):
    web.sign_in(monitor)
    cookie = web.client.get_cookie("monitor")
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert str(monitor.id) not in cookie.value
    secret = app.session_interface.get_signing_serializer(app).loads(cookie.value)["_user_id"]
    assert len(secret) >= 43
    instance = app.extensions["settings"].instance
    assert sessions_of(monitor)
    assert all(secret.encode() not in path.read_bytes() for path in instance.iterdir())


def test_sign_out_ends_the_session_and_keeps_unsent_work_of_the_browser(signed_in, administrator):
    response = signed_in._send("POST", "/sign-out", data={"csrf_token": signed_in.csrf_token}, follow_redirects=False)
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert sessions_of(administrator)[0].ended_at is not None
    assert not is_open(signed_in)


def test_sign_out_without_token_changes_nothing(signed_in, administrator):
    signed_in._send("POST", "/sign-out")
    assert sessions_of(administrator)[0].ended_at is None


def test_sign_in_without_token_is_refused(web, monitor):
    response = web._send("POST", "/sign-in", data={"email": monitor.email, "password": PASSWORD})
    assert response.status_code == 400
    assert not sessions_of(monitor)


def test_address_has_ten_tries_in_a_quarter_of_an_hour_whether_known_or_not(web, monitor):
    for email in (monitor.email, "nobody@npm.example"):
        for _ in range(tries.MOST_OF_ADDRESS):
            assert WRONG in try_sign_in(web, email, "not the right password")
        assert "Too many wrong passwords" in try_sign_in(web, email, PASSWORD, status=429)
    with across_mechanisms():
        for row in db.session.scalars(select(PasswordTry)):
            row.at -= timedelta(minutes=15)
        db.session.commit()
    try_sign_in(web, monitor.email, PASSWORD)
    assert web.response.request.path == "/sign-in/factor"


def test_right_password_starts_the_count_again(web, monitor, app):
    for _ in range(2):
        for _ in range(tries.MOST_OF_ADDRESS - 1):
            try_sign_in(web, monitor.email, "not the right password")
        try_sign_in(web, monitor.email, PASSWORD)
        assert web.response.request.path == "/sign-in/factor"
        web._send("POST", "/sign-out", data={"csrf_token": web.csrf_token})
    with across_mechanisms():
        assert not db.session.scalars(select(PasswordTry)).all()


def test_count_of_tries_does_not_keep_what_was_typed(web, app):
    try_sign_in(web, "my secret password 123", "x")
    with across_mechanisms():
        (row,) = db.session.scalars(select(PasswordTry)).all()
    assert len(row.address_hash) == 32
    assert b"secret" not in row.address_hash


def test_write_lock_is_free_while_a_password_is_derived(web, monitor, lock_probe):
    try_sign_in(web, monitor.email, PASSWORD)
    assert web.response.request.path == "/sign-in/factor"
    try_sign_in(Browser(web.client.application), monitor.email, "not the right password")
    assert lock_probe == [True, True]


def test_lock_probe_sees_a_lock(app):
    """The twin: with a writer at work the probe says so."""
    path = app.extensions["settings"].instance / "monitor.db"
    assert can_write(path)
    with across_mechanisms():
        db.session.scalars(select(User)).all()  # begins at once as a writer
    assert not can_write(path)
    db.session.rollback()


def test_password_changed_while_it_was_derived_is_not_accepted(web, monitor, monkeypatch):
    real = tries.note_try

    def change_meanwhile(address_hash: bytes, *, at: datetime) -> bool:
        with across_mechanisms():
            operations.set_password(db.session.get_one(User, user_id), "another long password", by=None, at=at)
            db.session.commit()
        return real(address_hash, at=at)

    user_id = monitor.id
    monkeypatch.setattr(tries, "note_try", change_meanwhile)
    assert WRONG in try_sign_in(web, monitor.email, PASSWORD)
    assert not is_open(web)


def test_language_chosen_before_sign_in_stays_and_unknown_ones_are_refused(web, monitor):
    web.get("/sign-in")
    response = web._send(
        "POST", "/language", data={"csrf_token": web.csrf_token, "language": "xx"}, follow_redirects=False
    )
    assert response.status_code == 400
    response = web._send(
        "POST", "/language", data={"csrf_token": web.csrf_token, "language": "en", "next": "/sign-in?next=/account"},
        follow_redirects=False,
    )  # fmt: skip
    assert response.location == "/sign-in?next=/account"


def test_training_person_signs_in_from_the_machine_itself_only(app, mechanism, body):
    mechanism.is_training = True
    person = accounts.monitor(body)
    db.session.commit()
    for address, headers, opens in [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, False),
        ("", {}, False),
    ]:
        web = Browser(app)
        web.get("/sign-in")
        values = {"csrf_token": web.csrf_token, "email": person.email, "password": PASSWORD}
        response = web._send(
            "POST",
            "/sign-in",
            data=values,
            headers=headers,
            environ_base={"REMOTE_ADDR": address},
            follow_redirects=False,
        )
        assert (response.status_code == 302) is opens, (address, headers)
        assert ("only on the machine that Monitor runs on" in response.text) is not opens


def test_training_session_opens_nothing_from_elsewhere(app, mechanism, body, web):
    mechanism.is_training = True
    person = accounts.monitor(body)
    db.session.commit()
    web.sign_in(person)
    assert is_open(web)
    response = web._send("GET", "/account", environ_base={"REMOTE_ADDR": "192.0.2.7"}, follow_redirects=False)
    assert response.status_code == 302
    assert "/sign-in" in response.location


def test_training_person_is_refused_where_there_is_a_public_address(app, mechanism, body, web):
    mechanism.is_training = True
    person = accounts.monitor(body)
    db.session.commit()
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"public_url": "http://monitor.example"})
    assert "only on the machine that Monitor runs on" in try_sign_in(web, person.email, PASSWORD)
    assert not db.session.scalars(select(UserSession)).all()


def test_old_sign_in_page_is_opened_anew_instead_of_an_error(web, monitor):
    web.get("/sign-in")
    web.client.delete_cookie("monitor")
    values = {"csrf_token": "of another session", "email": monitor.email, "password": PASSWORD}
    response = web._send("POST", "/sign-in", data=values, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 200
    assert "Please fill it in once more" in response.text


def test_many_failures_in_all_leave_fewer_tries_to_each_address(app):
    now = datetime.now(UTC)
    for number in range(tries.MANY_IN_ALL):
        assert tries.note_try(number.to_bytes(32), at=now)
    fresh = b"f" * 32
    assert [tries.note_try(fresh, at=now) for _ in range(4)] == [True, True, True, False]


def test_tries_end_for_everybody_at_the_limit_in_all(app, monkeypatch):
    monkeypatch.setattr(tries, "MOST_IN_ALL", 5)
    now = datetime.now(UTC)
    assert [tries.note_try(number.to_bytes(32), at=now) for number in range(6)] == [True] * 5 + [False]
    assert tries.note_try(b"x" * 32, at=now + timedelta(minutes=15))
