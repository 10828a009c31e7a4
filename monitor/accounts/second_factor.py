"""The step after the password: a passkey, a one-time code or a recovery code opens the half-open session."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import current_app, g, request, url_for
from flask_babel import LazyString, format_timedelta, lazy_gettext

from monitor.accounts import factors, one_time_codes, operations, passkeys, recovery_codes, session, tries
from monitor.accounts.factors import FactorRefused, Factors
from monitor.accounts.models import CHALLENGE_LASTS, OneTimeCodes, User, UserSession
from monitor.accounts.one_time_codes import Finding
from monitor.accounts.passkeys import NewPasskey, PasskeyRefused, Site
from monitor.config import Settings
from monitor.db import db

TOO_MANY_CODES: Final = lazy_gettext("Too many wrong codes. Wait a quarter of an hour, then try again.")
WRONG_CODE: Final = lazy_gettext(
    "This is not the code of this half minute. Look at your authenticator and type it anew."
)
USED_CODE: Final = lazy_gettext("This code was used already. Wait for the next one, at most half a minute.")
WRONG_RECOVERY_CODE: Final = lazy_gettext("This is not one of your recovery codes, or it was used already.")
NOT_A_PASSKEY: Final = lazy_gettext("The passkey was not accepted. Try again, or use another one.")
UNKNOWN_PASSKEY: Final = lazy_gettext("This passkey is not one of yours.")
NO_SITE: Final = lazy_gettext("Passkeys do not work at this address.")
REFUSED: Final = {
    "last": lazy_gettext("This is the last one that lets you in. Add another first."),
    "too_many": lazy_gettext("These are too many passkeys. Remove one that you do not use any more."),
    "known": lazy_gettext("This passkey is in use already."),
}
"""Code of FactorRefused -> what is said."""


@dataclass(frozen=True)
class FactorPage:
    """What a page needs that asks for a second factor, or sets the first one up."""

    held: Factors
    must_set_up: bool
    """Nothing is there to be asked for, or (after a right code) the passkey that is needed is missing."""
    site: Site | None
    training_code: str | None
    """A code that is good now, for people of the training mechanism, who have no authenticator of their persons."""
    is_training: bool


def factor_page() -> FactorPage:
    """Return what the page of the half-open session of this browser shows."""
    half_open: UserSession = g.half_open_session or g.user_session
    with session.acting_for_session(half_open):
        held = factors.factors_of(half_open.user)
        return FactorPage(
            held, must_set_up(half_open, held), site(), training_code(half_open.user, held.codes),
            half_open.user.mechanism.is_training,
        )  # fmt: skip


def must_set_up(half_open: UserSession, held: Factors) -> bool:
    """Say whether the next step is to add a factor: the first one, or a passkey after a code was right."""
    return not held.is_set_up or (half_open.code_at is not None and not held.suffice)


def may_set_up() -> bool:
    """Say whether this session may add factors: one that is open, or one that has nothing to be asked for."""
    found: UserSession = g.user_session
    return not found.is_half_open or must_set_up(found, factors.factors_of(session.own_account()))


def training_code(user: User, codes: OneTimeCodes | None) -> str | None:
    """Return a code that is good now, for people of the training mechanism alone; they sign in on this machine only."""
    if codes is None or not user.mechanism.is_training or not session.may_sign_in_here(user):
        return None
    return one_time_codes.next_good(factors.secret_of(codes), g.now, after=codes.last_step)


def site() -> Site | None:
    """Return the site that passkeys belong to, None where browsers do not offer them."""
    settings: Settings = current_app.extensions["settings"]
    if settings.public_url:
        return Site.of_address(settings.public_url)
    found = Site.of_address(request.host_url)
    return found if found is not None and found.id == "localhost" else None


def try_code(typed: str) -> LazyString | None:
    """Take a one-time code or a recovery code; open the session, or let a passkey be added; else return why not."""
    if recovery_codes.is_one(typed):
        return _try_recovery_code(typed)
    person = session.own_account()
    held = factors.factors_of(person)
    if held.codes is None or not held.takes_codes:
        return _count_only(person)
    problem, step = _look_at(person, held.codes, typed)
    if problem is not None:
        return problem
    held = factors.factors_of(person)
    if held.codes is None or not factors.take_step(held.codes, step):
        return USED_CODE
    _pass(held)
    return None


def try_first_code(begun: OneTimeCodes, typed: str) -> LazyString | None:
    """Make one-time codes a factor when the first code is right; else return why not."""
    person = session.own_account()
    problem, step = _look_at(person, begun, typed)
    if problem is not None:
        return problem
    found = factors.begun_codes(person)
    if found is None or not may_set_up():
        return WRONG_CODE
    factors.confirm_codes(person, found, step, session=g.user_session, at=g.now)
    _pass(factors.factors_of(person))
    return None


def _look_at(person: User, codes: OneTimeCodes, typed: str) -> tuple[LazyString | None, int]:
    """Count the try; return why a code is not good, or the step that it belongs to."""
    fingerprint = _fingerprint(person)
    secret, last_step, codes_id = factors.secret_of(codes), codes.last_step, codes.id
    with session.without_database():
        if not tries.note_try(fingerprint, at=g.now):
            return TOO_MANY_CODES, 0
        finding = one_time_codes.find(secret, typed, g.now, after=last_step)
    if finding.step is None:
        return WRONG_CODE, 0
    if finding.off:
        row = db.session.get(OneTimeCodes, codes_id)
        if row is not None and finding.off > timedelta(0):
            factors.spend_step(row, finding.step)
        return _wrong_clock(finding), 0
    if finding.step > last_step:
        tries.forget_tries(fingerprint)
    return None, finding.step


def _wrong_clock(finding: Finding) -> LazyString:
    how_much = format_timedelta(abs(finding.off), threshold=1)
    if finding.off > timedelta(0):
        return lazy_gettext(
            "The clock of your device is ahead by about %(time)s. Set it to the right time, then use a new code.",
            time=how_much,
        )
    return lazy_gettext(
        "The clock of your device is behind by about %(time)s, or this is an old code. Set it to the right time, then "
        "use a new code.", time=how_much,
    )  # fmt: skip


def _try_recovery_code(typed: str) -> LazyString | None:
    person = session.own_account()
    fingerprint = _fingerprint(person)
    with session.without_database():
        if not tries.note_try(fingerprint, at=g.now):
            return TOO_MANY_CODES
    if not factors.use_recovery_code(person, typed, session=g.user_session, at=g.now):
        return WRONG_RECOVERY_CODE
    tries.forget_tries(fingerprint)
    _pass(factors.factors_of(person))
    return None


def _count_only(person: User) -> LazyString:
    """Answer a code that nobody asked for like a wrong one."""
    fingerprint = _fingerprint(person)
    with session.without_database():
        return WRONG_CODE if tries.note_try(fingerprint, at=g.now) else TOO_MANY_CODES


def _pass(held: Factors) -> None:
    """Open the session when the person has what their roles ask for; else let them add a passkey."""
    if not g.user_session.is_half_open:
        return
    if held.suffice:
        session.pass_factor()
    else:
        g.user_session.code_at = g.now
        db.session.flush()


def creation_options() -> dict[str, Any] | None:
    """Return what the browser is asked for to make a passkey, with a new challenge; None where there are none."""
    place, person = site(), session.own_account()
    if place is None:
        return None
    return passkeys.creation_options(
        place, _new_challenge(), user_id=person.id, account=person.email, name=person.name,
        has=[each.credential_id for each in factors.factors_of(person).passkeys],
    )  # fmt: skip


def request_options() -> dict[str, Any] | None:
    """Return what the browser is asked for to prove a passkey, with a new challenge; None where there are none."""
    place, held = site(), factors.factors_of(session.own_account())
    if place is None or not held.passkeys:
        return None
    has = [(each.credential_id, each.transports) for each in held.passkeys]
    return passkeys.request_options(place, _new_challenge(), has=has)


def add_passkey(credential: object, name: str) -> LazyString | None:
    """Add the passkey that the browser made, and open the session; else return why not."""
    place, person = site(), session.own_account()
    if place is None:
        return NO_SITE
    try:
        made: NewPasskey = passkeys.check_new(place, _take_challenge(), credential)
        factors.add_passkey(person, made, name, session=g.user_session, at=g.now)
    except PasskeyRefused:
        return NOT_A_PASSKEY
    except FactorRefused as refused:
        return REFUSED[refused.code]
    _pass(factors.factors_of(person))
    return None


def try_passkey(credential: object) -> LazyString | None:
    """Open the half-open session with a passkey of the person; else return why not."""
    problem = _check_passkey(credential)
    if problem is None:
        _pass(factors.factors_of(session.own_account()))
    return problem


def try_to_step_up_by_passkey(credential: object) -> LazyString | None:
    """Note that the person is still there when one of their passkeys says so; else return why not."""
    problem = _check_passkey(credential)
    if problem is None:
        operations.step_up(g.user_session, at=g.now)
    return problem


def site_to_step_up_at() -> Site | None:
    """Return the site whose passkey the person can prove instead of the password; None where they have none for it."""
    return site() if factors.factors_of(session.own_account()).passkeys else None


def _check_passkey(credential: object) -> LazyString | None:
    """Return why a passkey does not prove that the person is there; None when it does, with finger or PIN."""
    place, person = site(), session.own_account()
    if place is None:
        return NO_SITE
    try:
        challenge = _take_challenge()
        wanted = passkeys.credential_id_of(credential)
        held = factors.factors_of(person)
        found = next((each for each in held.passkeys if hmac.compare_digest(each.credential_id, wanted)), None)
        if found is None:
            return UNKNOWN_PASSKEY
        found.sign_count = passkeys.check_answer(
            place, challenge, credential, public_key=found.public_key, sign_count=found.sign_count
        )
    except PasskeyRefused:
        return NOT_A_PASSKEY
    found.last_used_at = g.now
    db.session.flush()
    return None


def _new_challenge() -> bytes:
    g.user_session.challenge, g.user_session.challenge_at = passkeys.new_challenge(), g.now
    db.session.flush()
    challenge: bytes = g.user_session.challenge
    return challenge


def _take_challenge() -> bytes:
    """Return what the passkey had to sign, once. Raises PasskeyRefused when nothing was asked for lately."""
    found: UserSession = g.user_session
    challenge, asked_at = found.challenge, found.challenge_at
    found.challenge = found.challenge_at = None
    db.session.flush()
    if challenge is None or asked_at is None or g.now - asked_at > CHALLENGE_LASTS:
        raise PasskeyRefused
    return challenge


def way_on(wish: str) -> str:
    """Return the address after the second factor: first what the person has to keep or hear, then what they wanted."""
    person = session.own_account()
    if factors.factors_of(person).recovery_codes_left == 0 and not person.mechanism.is_training:
        return url_for("accounts.recovery_codes", next=wish)
    if factors.unseen_notices(person, g.user_session):
        return url_for("accounts.notices", next=wish)
    return wish


def _fingerprint(person: User) -> bytes:
    """Return what the count of tries of second factors knows a person by."""
    key: bytes = current_app.config["SECRET_KEY"]
    return hmac.digest(key, b"tries of factors " + person.id.bytes, "sha256")
