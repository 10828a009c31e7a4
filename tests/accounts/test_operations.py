"""Writing people and mechanisms: what an operation refuses, and the event each leaves."""

import pytest
from sqlalchemy import select

from monitor.accounts import operations, queries
from monitor.accounts.models import Role, in_language
from monitor.accounts.names import is_one_line, is_plain_text
from monitor.accounts.operations import AccountRefused
from monitor.accounts.passwords import WeakPassword
from monitor.audit.models import AuditEvent
from monitor.db import db
from tests.factories import accounts
from tests.factories.accounts import PASSWORD


def tags() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.sequence)))


WRITES = {
    "user:password-set": lambda user, **who: operations.set_password(user, "another long password", **who),
    "user:roles-changed": lambda user, **who: operations.set_roles(user, [], **who),
    "user:disabled": lambda user, **who: operations.set_enabled(user, False, **who),
    "user:changed": lambda user, **who: operations.update_user(user, name="Bo", language="en", **who),
    "user:link-made": operations.make_link,
    "body:added": lambda user, **who: operations.add_body(user.mechanism, name="Other", **who),
    "body:renamed": lambda user, **who: operations.rename_body(accounts.only_body(user.mechanism), "Other", **who),
    "mechanism:changed": lambda user, **who: operations.update_mechanism(user.mechanism, {"address": "x"}, **who),
}
BESIDES = {"user:password-set": ["user:key-made"]}
"""Events that a write leaves besides its own: a password chosen without the one before brings a new key."""
NOTHING_NEW = {
    "same name": lambda user, **who: operations.update_user(user, name=user.name, language=user.language, **who),
    "still enabled": lambda user, **who: operations.set_enabled(user, True, **who),
    "same roles": lambda user, **who: operations.set_roles(
        user, [(held.body_id, held.role) for held in user.roles], **who
    ),
    "same address": lambda user, **who: operations.update_mechanism(user.mechanism, {"address": ""}, **who),
}


@pytest.mark.parametrize("tag", WRITES)
def test_each_write_leaves_one_event_without_content(monitor, now, tag):
    before = tags()
    WRITES[tag](monitor, by=monitor, at=now)
    assert tags()[len(before) :] == [*BESIDES.get(tag, ()), tag]
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert (event.actor_id, event.at) == (monitor.id, now)
    said = str(event.detail)
    assert not [content for content in ("Bo", "Other", "another long password", monitor.email) if content in said]


@pytest.mark.parametrize("case", NOTHING_NEW)
def test_write_that_changes_nothing_leaves_no_event(monitor, now, case):
    before = tags()
    NOTHING_NEW[case](monitor, by=monitor, at=now)
    assert tags() == before


@pytest.mark.parametrize("email", ["", "x", "@x", "x@", "a@b@c", "a b@c", "a\nb@c", "a\x00@b", "x" * 250 + "@b.cd"])
def test_address_that_is_none_is_refused(body, now, email):
    with pytest.raises(AccountRefused) as refused:
        operations.add_user(body.mechanism, email=email, name="", roles=[], by=None, at=now)
    assert refused.value.code == "email_unfit"


def test_weak_password_changes_nothing(monitor, now):
    verifier = monitor.verifier
    with pytest.raises(WeakPassword):
        operations.set_password(monitor, "short", by=monitor, at=now)
    assert monitor.verifier == verifier


def test_person_without_password_or_kept_out_has_no_verifier(body, monitor, now):
    invited = operations.add_user(body.mechanism, email="new@npm.example", name="", roles=[], by=None, at=now)
    assert invited.verifier is None
    assert monitor.verifier is not None
    operations.set_enabled(monitor, False, by=monitor, at=now)
    assert monitor.verifier is None
    assert PASSWORD not in str(monitor.password_parameters)


def test_disabled_administrator_does_not_count_as_one(administrator, body, now):
    second = accounts.administrator(body)
    operations.set_enabled(second, False, by=administrator, at=now)
    with pytest.raises(AccountRefused):
        operations.set_roles(administrator, [(body.id, Role.MONITOR)], by=administrator, at=now)
    operations.set_enabled(second, True, by=administrator, at=now)
    operations.set_roles(administrator, [(body.id, Role.MONITOR)], by=administrator, at=now)
    assert not administrator.has_role(Role.ADMINISTRATOR)


def test_members_are_the_enabled_monitors_and_coordinators_of_the_body(body, monitor, coordinator, administrator, now):
    other = accounts.monitor(accounts.other_body(body.mechanism))
    kept_out = accounts.monitor(body)
    operations.set_enabled(kept_out, False, by=administrator, at=now)
    assert set(queries.list_members(body.id)) == {monitor, coordinator}
    assert list(queries.list_coordinators(body.id)) == [coordinator]
    assert other in queries.list_users(body.mechanism_id)


def test_text_falls_back_by_the_order_of_languages():
    texts = {"fr": "Mécanisme", "ar": "الآلية", "en": ""}
    assert in_language(texts, "ar", ["en", "fr"]) == "الآلية"
    assert in_language(texts, "en", ["en", "fr"]) == "Mécanisme"
    assert in_language({}, "en", ["en"]) == ""


@pytest.mark.parametrize(
    ("text", "fits"),
    [("Nour الزهلاني", True), ("می\u200cخواهم", True), ("a\nb", False), ("a\x7f", False), ("\ud800", False)],
)
def test_names_stand_on_one_line(text, fits):
    assert is_one_line(text) is fits


@pytest.mark.parametrize(("text", "fits"), [("a\nb\tc", True), ("a\x0bb", False), ("\x00", False), ("\udfff", False)])
def test_texts_hold_no_control_characters(text, fits):
    assert is_plain_text(text) is fits
