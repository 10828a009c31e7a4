"""The step after the password: one-time codes, recovery codes, what a half-open session opens, what is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.accounts import factors, one_time_codes, operations, tries
from monitor.accounts.models import HALF_OPEN_FOR, NoticeKind, OneTimeCodes, Passkey, RecoveryCode, Role
from monitor.audit.models import AuditEvent
from monitor.db import db
from tests.accounts.conftest import copy_of, is_open, sessions_of, turn_back
from tests.client import Browser
from tests.factories import accounts
from tests.factories.accounts import PASSWORD

WRONG = "This is not the code of this half minute."
FACTOR = "/sign-in/factor"


@pytest.fixture
def with_codes(monitor):
    """A monitor who has one-time codes."""
    factors.give_codes(monitor, at=accounts.AT)
    db.session.commit()
    return monitor


def give_password(web, person, wish=""):
    web.get(f"/sign-in?next={wish}" if wish else "/sign-in")
    web.submit("sign-in", {"email": person.email, "password": PASSWORD})
    assert web.response.request.path == FACTOR


def code_of(person, *, steps=0):
    codes = factors.factors_of(person).codes
    return one_time_codes.code_at(factors.secret_of(codes), one_time_codes.step_at(datetime.now(UTC)) + steps)


def type_code(web, code, status=200):
    web.submit("factor", {"code": code}, status=status)
    return web.main


def test_password_alone_opens_no_page_and_the_code_opens_the_wanted_one(web, with_codes):
    give_password(web, with_codes, "/account/security")
    assert not is_open(web)
    type_code(web, code_of(with_codes))
    assert web.response.request.full_path == "/account/security/recovery-codes?next=/account/security"
    assert is_open(web)


def test_cookie_copied_before_the_second_factor_opens_nothing_after_it(web, app, with_codes):
    give_password(web, with_codes)
    thief = copy_of(web, app)
    type_code(web, code_of(with_codes))
    assert is_open(web)
    assert not is_open(thief)
    assert thief._send("GET", FACTOR, follow_redirects=False).location.startswith("/sign-in?")


def test_code_is_taken_once_whoever_brings_it_again(web, app, with_codes):
    code = code_of(with_codes)
    give_password(web, with_codes)
    type_code(web, code)
    assert is_open(web)
    for _ in range(3):
        other = Browser(app)
        give_password(other, with_codes)
        assert "This code was used already." in type_code(other, code)
        assert not is_open(other)


def test_a_hundred_replays_are_a_hundred_refusals(with_codes):
    codes = factors.factors_of(with_codes).codes
    present = one_time_codes.step_at(datetime.now(UTC))
    assert factors.take_step(codes, present)
    assert [factors.take_step(codes, step) for step in (present, present - 1) for _ in range(50)] == [False] * 100


@pytest.mark.parametrize("typed", ["000000x", "12345", "abc", "\u0661"])
def test_anything_else_is_a_wrong_code(web, with_codes, typed):
    give_password(web, with_codes)
    assert WRONG in type_code(web, typed)
    assert not is_open(web)


def test_missing_code_is_asked_for(web, with_codes):
    give_password(web, with_codes)
    type_code(web, "")
    assert web.response.request.path == FACTOR
    assert not is_open(web)


def test_wrong_clock_is_told_and_its_code_is_worth_nothing_later(web, with_codes):
    give_password(web, with_codes)
    assert "is behind by about 2 days" in type_code(web, code_of(with_codes, steps=-2 * 2880))
    ahead = one_time_codes.step_at(datetime.now(UTC)) + 120
    assert "is ahead by about 1 hour" in type_code(web, code_of(with_codes, steps=120))
    codes = factors.factors_of(with_codes).codes
    db.session.refresh(codes)
    assert not factors.take_step(codes, ahead)
    assert factors.take_step(codes, ahead + 1)
    assert not is_open(web)


def test_ten_wrong_codes_are_the_last_and_are_counted_apart_from_passwords(web, app, with_codes):
    give_password(web, with_codes)
    for _ in range(tries.MOST_OF_ADDRESS):
        assert WRONG in type_code(web, "12345")
    assert "Too many wrong codes." in type_code(web, code_of(with_codes), status=429)
    other = Browser(app)
    give_password(other, with_codes)
    assert "Too many wrong codes." in type_code(other, code_of(with_codes), status=429)
    assert not is_open(other)


def test_half_open_session_ends_after_a_quarter_of_an_hour(web, with_codes):
    give_password(web, with_codes)
    turn_back(with_codes, opened=HALF_OPEN_FOR)
    web.get(FACTOR)
    assert web.response.request.path == "/sign-in"


def test_half_open_session_can_be_left(web, with_codes):
    give_password(web, with_codes)
    web.post("/sign-out")
    assert sessions_of(with_codes)[0].ended_at is not None


def test_half_open_session_is_told_apart_where_one_sees_where_one_is_signed_in(web, app, with_codes):
    give_password(web, with_codes)
    type_code(web, code_of(with_codes))
    assert "second step missing" not in web.get("/account/security").get_text()
    give_password(Browser(app), with_codes)
    assert "password given, second step missing" in web.get("/account/security").get_text()


def test_half_open_session_changes_nothing_of_the_person(web, app, with_codes):
    give_password(web, with_codes)
    web._send("POST", "/language", data={"csrf_token": web.csrf_token, "language": "fr"})
    db.session.refresh(with_codes)
    assert with_codes.language == "en"
    assert web._send("GET", "/session/state").json["state"] == "ended"
    for path in ("lock", "unlock", "use"):
        assert web.post_json(f"/session/{path}", {"password": PASSWORD}).status_code == 401


def test_password_alone_adds_no_factor_where_there_is_one(web, with_codes):
    """SecureDrop's finding of 2024: enrolment of a second factor through the back door."""
    give_password(web, with_codes)
    token = {"csrf_token": web.csrf_token}
    assert web._send("POST", "/account/security/codes/begin", data=token).status_code == 403
    assert web._send("GET", "/account/security/codes/set-up").status_code == 403
    for path in ("passkeys/options", "passkeys"):
        assert web.post_json(f"/account/security/{path}", {}).status_code == 403
    assert web._send("POST", "/account/security/codes/remove", data=token).status_code == 401
    assert web._send("POST", "/account/security/recovery-codes", data=token).status_code == 401
    assert len(db.session.scalars(select(OneTimeCodes)).all()) == 1
    assert not db.session.scalars(select(Passkey)).all()


def set_up_codes(web):
    web.post("/account/security/codes/begin", {"next": "/account"})
    secret = web.page.find("code").get_text().replace(" ", "")
    web.submit("set-up-codes", {"code": "12345"})
    assert WRONG in web.main
    assert web.page.find("code").get_text().replace(" ", "") == secret, "the same square stays"
    web.submit("set-up-codes", {"code": pyotp_now(secret)})
    return secret


def pyotp_now(secret, steps=0):
    return one_time_codes.code_at(secret, one_time_codes.step_at(datetime.now(UTC)) + steps)


def test_first_sign_in_sets_codes_up_and_gives_recovery_codes_once(web, monitor):
    give_password(web, monitor, "/account")
    assert "Set up a second step" in web.main
    secret = set_up_codes(web)
    assert is_open(web)
    assert web.response.request.path == "/account/security/recovery-codes"
    web.submit("make-recovery-codes")
    shown = [tag.get_text() for tag in web.page.main.find_all("code")]
    assert len(set(shown)) == 10
    web.get("/account/security")
    assert "You have 10 left." in web.main
    assert not any(code in web.page.get_text() for code in [*shown, secret])
    instance = web.client.application.extensions["settings"].instance
    stored = b"".join(path.read_bytes() for path in instance.iterdir())
    assert not any(code.encode() in stored for code in [*shown, secret])
    assert not any(code.replace("-", "").encode() in stored for code in shown)


def test_codes_that_were_begun_and_not_confirmed_are_no_factor(web, app, monitor):
    give_password(web, monitor)
    web.post("/account/security/codes/begin")
    assert not is_open(web)
    other = Browser(app)
    give_password(other, monitor)
    assert "Set up a second step" in other.main, "nobody is locked out by a square that was not scanned"


def test_recovery_code_opens_once_and_the_person_is_told(web, app, with_codes):
    web.sign_in(with_codes)
    codes = factors.renew_recovery_codes(with_codes, session=sessions_of(with_codes)[0], at=datetime.now(UTC))
    db.session.commit()
    first = Browser(app)
    give_password(first, with_codes)
    type_code(first, f"  {codes[3].lower().replace('-', ' ')} ")
    assert is_open(first)
    again = Browser(app)
    give_password(again, with_codes)
    assert "or it was used already" in type_code(again, codes[3])
    assert not is_open(again)
    type_code(again, codes[4])
    assert is_open(again)
    assert "A recovery code was used." in again.get("/account/security/notices").get_text()


def test_recovery_codes_of_somebody_else_open_nothing(web, app, body, with_codes):
    other = accounts.monitor(body)
    web.sign_in(other)
    foreign = factors.renew_recovery_codes(other, session=sessions_of(other)[0], at=datetime.now(UTC))
    db.session.commit()
    web = Browser(app)
    give_password(web, with_codes)
    assert "not one of your recovery codes" in type_code(web, foreign[0])
    assert not is_open(web)


def test_codes_alone_do_not_open_for_a_coordinator_but_let_a_passkey_be_added(web, coordinator):
    factors.give_codes(coordinator, at=accounts.AT)
    db.session.commit()
    give_password(web, coordinator)
    type_code(web, code_of(coordinator))
    assert not is_open(web)
    assert web.response.request.path == FACTOR
    assert "Make a passkey" in web.main
    assert "Set up one-time codes" not in web.main
    assert "options" in web.post_json("/account/security/passkeys/options", {}).json


def test_codes_open_for_a_coordinator_where_the_head_allows_them(web, mechanism, coordinator):
    operations.update_mechanism(mechanism, {"codes_suffice": True}, by=coordinator, at=accounts.AT)
    factors.give_codes(coordinator, at=accounts.AT)
    db.session.commit()
    give_password(web, coordinator)
    type_code(web, code_of(coordinator))
    assert is_open(web)
    assert "allows one-time codes for everybody" in web.get("/account/security").get_text()
    tag = db.session.scalar(select(AuditEvent).where(AuditEvent.tag == "mechanism:changed")).detail
    assert tag == {"fields": ["codes_suffice"]}


def test_who_has_only_codes_is_signed_out_when_they_suffice_no_longer(web, mechanism, coordinator, with_codes):
    operations.update_mechanism(mechanism, {"codes_suffice": True}, by=coordinator, at=accounts.AT)
    factors.give_codes(coordinator, at=accounts.AT)
    db.session.commit()
    monitors = Browser(web.client.application)
    for browser, person in ((web, coordinator), (monitors, with_codes)):
        give_password(browser, person)
        type_code(browser, code_of(person))
        assert is_open(browser)
    operations.update_mechanism(mechanism, {"codes_suffice": False}, by=coordinator, at=accounts.AT)
    db.session.commit()
    assert not is_open(web)
    assert is_open(monitors)


def test_who_becomes_a_coordinator_signs_in_anew_with_a_passkey(web, body, administrator, with_codes):
    give_password(web, with_codes)
    type_code(web, code_of(with_codes))
    roles = {(row.body_id, row.role) for row in with_codes.roles}
    roles |= {(body.id, Role.HEALTH_MONITOR)}
    operations.set_roles(with_codes, roles, by=administrator, at=accounts.AT)
    db.session.commit()
    assert is_open(web), "codes are enough for this role"
    operations.set_roles(with_codes, roles | {(body.id, Role.COORDINATOR)}, by=administrator, at=accounts.AT)
    db.session.commit()
    assert not is_open(web)


def test_last_factor_stays(web, with_codes):
    web.sign_in(with_codes)
    web.post("/account/security/codes/remove")
    assert "This is the last one that lets you in." in web.page.get_text()
    assert factors.factors_of(with_codes).codes is not None


def test_new_link_takes_the_factors_away_and_the_person_is_told(web, app, with_codes):
    web.sign_in(with_codes)
    factors.renew_recovery_codes(with_codes, session=sessions_of(with_codes)[0], at=datetime.now(UTC))
    secret = operations.make_link(with_codes, by=None, at=datetime.now(UTC))
    db.session.commit()
    assert factors.factors_of(with_codes).is_set_up, "not before the link is used"
    web.get(f"/link/{secret}")
    web.submit("choose-password", {"new_password": PASSWORD + "!", "again": PASSWORD + "!"})
    held = factors.factors_of(with_codes)
    assert (held.is_set_up, held.recovery_codes_left) == (False, 0)
    kinds = {notice.kind for notice in factors.recent_notices(with_codes, datetime.now(UTC))}
    assert kinds >= {NoticeKind.FACTORS_RESET, NoticeKind.PASSWORD_CHANGED, NoticeKind.KEY_REPLACED}
    assert db.session.scalar(select(AuditEvent).where(AuditEvent.tag == "user:factors-reset"))


def test_new_browser_is_told_at_the_next_sign_in_elsewhere_until_it_was_read(web, app, with_codes):
    factors.renew_recovery_codes(with_codes, session=None, at=accounts.AT)
    db.session.execute(factors.update(factors.AccountNotice).values(seen_at=accounts.AT))
    db.session.commit()
    give_password(web, with_codes)
    type_code(web, code_of(with_codes, steps=-1))
    assert web.response.request.path == "/", "the first browser is no news"
    thief = Browser(app)
    give_password(thief, with_codes)
    type_code(thief, code_of(with_codes))
    assert "with a browser that you had not used before" not in thief.get("/account/security/notices").get_text()
    web.post("/sign-out")
    give_password(web, with_codes, "/account")
    type_code(web, code_of(with_codes, steps=1))
    assert "with a browser that you had not used before" in web.main
    web.submit("seen")
    assert web.response.request.path == "/account"
    assert "Nothing happened" in web.get("/account/security/notices").get_text()
    assert "had not used before" in web.get("/account/security").get_text(), "it stays on the list"


def test_factors_are_changed_only_by_who_gave_the_password_lately(web, with_codes):
    web.sign_in(with_codes)
    web.get("/account/security")
    for row in sessions_of(with_codes):
        row.stepped_up_at = datetime.now(UTC) - timedelta(minutes=10)
    db.session.commit()
    response = web._send("POST", "/account/security/codes/remove", data={"csrf_token": web.csrf_token})
    assert response.status_code == 428
    assert web.post_json("/account/security/passkeys/options", {}).json["error"] == "step_up"
    assert web._send("GET", "/account/security/codes/set-up", follow_redirects=False).location.startswith(
        "/session/step-up?"
    )


def test_training_page_shows_a_code_that_opens_and_a_fresh_one_each_time(app, mechanism, body):
    mechanism.is_training = mechanism.codes_suffice = True
    person = accounts.coordinator(body)
    factors.give_codes(person, at=accounts.AT)
    db.session.commit()
    for _ in range(2):
        web = Browser(app)
        give_password(web, person)
        type_code(web, web.page.find(class_="training-code").strong.get_text())
        assert is_open(web)


def test_code_is_shown_to_nobody_else(web, with_codes):
    give_password(web, with_codes)
    assert code_of(with_codes) not in web.page.get_text()
    assert not web.page.find(class_="training-code")


def test_recovery_codes_are_kept_as_hashes(web, with_codes):
    web.sign_in(with_codes)
    factors.renew_recovery_codes(with_codes, session=sessions_of(with_codes)[0], at=datetime.now(UTC))
    rows = db.session.scalars(select(RecoveryCode)).all()
    assert {len(row.hash) for row in rows} == {32}
    assert len(rows) == 10
