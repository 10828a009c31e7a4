"""From an address and a password that were typed to an open session, or to the sentence that says why not."""

import hmac
from typing import Final

from flask import current_app, g
from flask_babel import LazyString, lazy_gettext

from monitor.accounts import operations, own_keys, passwords, queries, session, tries
from monitor.accounts.models import User
from monitor.accounts.passwords import Derived
from monitor.tenancy import across_mechanisms

WRONG: Final = lazy_gettext("The e-mail address or the password is not right.")
WRONG_PASSWORD: Final = lazy_gettext("This is not your password.")
TOO_OFTEN: Final = lazy_gettext("Too many wrong passwords. Wait a quarter of an hour, then try again.")
NOT_HERE: Final = lazy_gettext(
    "People of the training mechanism sign in only on the machine that Monitor runs on, and only while Monitor has no "
    "public address. Its passwords are known to everybody."
)


class _Refused(Exception):
    """The password does not open anything; `sentence` says why."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def try_to_sign_in(address: str, password: str) -> LazyString | None:
    """Open a half-open session for the person with this address and password; else return why not.

    An unknown address, a deactivated person and a wrong password get the same answer after the same time.
    """
    with across_mechanisms():
        user = queries.get_user_by_email(address)
        try:
            wrap_key = _check(user, address, password, WRONG)
        except _Refused as refused:
            return refused.sentence
        if user is None or not session.may_sign_in_here(user):
            return NOT_HERE
        private_key = own_key(user, wrap_key)
    session.sign_in(user, private_key)
    return None


def try_to_unlock(password: str) -> LazyString | None:
    """Open this browser's locked session when the password is right; else return why not."""
    person = session.own_account()
    try:
        wrap_key = _check(person, person.email, password, WRONG_PASSWORD)
    except _Refused as refused:
        return refused.sentence
    session.renew(own_key(person, wrap_key))
    return None


def try_to_step_up(password: str) -> LazyString | None:
    """Note that the person is still there when the password is right; else return why not."""
    person = session.own_account()
    try:
        _check(person, person.email, password, WRONG_PASSWORD)
    except _Refused as refused:
        return refused.sentence
    operations.step_up(g.user_session, at=g.now)
    return None


def try_to_change_password(password: str, chosen: Derived) -> LazyString | None:
    """Let the person's key hang on another password when the one so far is right; else return why not."""
    person = session.own_account()
    try:
        wrap_key = _check(person, person.email, password, WRONG_PASSWORD)
    except _Refused as refused:
        return refused.sentence
    private_key = own_key(person, wrap_key)
    operations.store_password(person, chosen, private_key=private_key, keep=g.user_session, by=person, at=g.now)
    session.renew(private_key)
    return None


def own_key(user: User, wrap_key: bytes) -> bytes | None:
    """Return the private key of a person, None before they have one."""
    key = queries.current_key(user)
    return None if key is None else own_keys.unwrap(key, wrap_key)


def _check(user: User | None, address: str, password: str, wrong: LazyString) -> bytes:
    """Return the key that hangs on the password. Raises _Refused."""
    fingerprint = fingerprint_of(address)
    verifier = user.verifier if user else None
    with session.without_database():
        if not tries.note_try(fingerprint, at=g.now):
            raise _Refused(TOO_OFTEN)
        wrap_key = passwords.wrap_key_of(password, verifier)
    if user is None or wrap_key is None or user.verifier != verifier:  # it may have changed meanwhile
        raise _Refused(wrong)
    tries.forget_tries(fingerprint)
    return wrap_key


def fingerprint_of(address: str) -> bytes:
    """Return what the count of tries knows an address by."""
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.digest(key, b"tries " + address.strip().casefold().encode("utf-8", "surrogatepass"), "sha256")
