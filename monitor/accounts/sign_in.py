"""From an address and a password that were typed to an open session, or to the sentence that says why not."""

import hmac
from typing import Final

from flask import current_app, g
from flask_babel import LazyString, lazy_gettext

from monitor.accounts import passwords, queries, session, tries
from monitor.accounts.models import User
from monitor.tenancy import across_mechanisms

WRONG: Final = lazy_gettext("The e-mail address or the password is not right.")
WRONG_PASSWORD: Final = lazy_gettext("This is not your password.")
TOO_OFTEN: Final = lazy_gettext("Too many wrong passwords. Wait a quarter of an hour, then try again.")
NOT_HERE: Final = lazy_gettext(
    "People of the training mechanism sign in only on the machine that Monitor runs on, and only while Monitor has no "
    "public address. Its passwords are known to everybody."
)


def try_to_sign_in(address: str, password: str) -> LazyString | None:
    """Open a session for the person with this address and password; else return why not.

    An unknown address, a deactivated person and a wrong password get the same answer after the same time.
    """
    with across_mechanisms():
        user = queries.get_user_by_email(address)
        refusal = _check(user, address, password, WRONG)
    if user is None or refusal is not None:
        return refusal
    if not session.may_sign_in_here(user):
        return NOT_HERE
    session.sign_in(user)
    return None


def try_to_unlock(password: str) -> LazyString | None:
    """Open this browser's locked session when the password is right; else return why not."""
    refusal = try_own_password(password)
    if refusal is None:
        session.unlock()
    return refusal


def try_own_password(password: str) -> LazyString | None:
    """Return None when this is the password of the person who is signed in; else why not."""
    person = session.own_account()
    return _check(person, person.email, password, WRONG_PASSWORD)


def _check(user: User | None, address: str, password: str, wrong: LazyString) -> LazyString | None:
    fingerprint = _fingerprint(address)
    verifier = user.verifier if user else None
    with session.without_database():
        if not tries.note_try(fingerprint, at=g.now):
            return TOO_OFTEN
        is_right = passwords.is_right(password, verifier)
    if user is None or not is_right or user.verifier != verifier:  # it may have changed meanwhile
        return wrong
    tries.forget_tries(fingerprint)
    return None


def _fingerprint(address: str) -> bytes:
    """Return what the count of tries knows an address by."""
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.digest(key, b"tries " + address.strip().casefold().encode("utf-8", "surrogatepass"), "sha256")
