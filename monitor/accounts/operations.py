"""Writing mechanisms, bodies, people, links and sessions; each write leaves an audit event."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from monitor.accounts import factors, own_keys, passwords, queries
from monitor.accounts.models import (
    LINK_LIFETIME,
    Body,
    Mechanism,
    NoticeKind,
    OneTimeLink,
    Role,
    User,
    UserKey,
    UserRole,
    UserSession,
)
from monitor.accounts.passwords import Derived
from monitor.accounts.reference_schemes import DEFAULT_SCHEME, check_scheme
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.sealing.key_pairs import fingerprint, new_pair
from monitor.tenancy import across_mechanisms

ADDRESS: Final = re.compile(r"(?=.{3,254}$)[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
"""One @ with something on both sides: whether an address exists, no pattern can tell."""


class AccountRefused(Exception):
    """A change of people or mechanisms that cannot be; `code` names the reason for a page, the text for a command."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def add_mechanism(
    *, code: str, name: str, country: str, at: datetime, by: User | None = None, **settings: Any
) -> Mechanism:
    """Make a mechanism with one body of the same name; `settings` are named as the columns.

    Raises AccountRefused when the code is taken, UnfitScheme for a reference scheme that cannot be.
    """
    check_scheme(settings.get("reference_scheme", DEFAULT_SCHEME))
    if queries.get_mechanism(code):
        raise AccountRefused("code_taken", f"there is a mechanism with the code {code} already")
    names = settings.pop("names", None) or {"en": name}
    mechanism = Mechanism(id=new_id(), code=code, names=names, country=country, created_at=at, **settings)
    db.session.add(mechanism)
    db.session.flush()
    _audit("mechanism:added", mechanism.id, mechanism.id, by, at)
    add_body(mechanism, name=name, by=by, at=at)
    return mechanism


def add_body(mechanism: Mechanism, *, name: str, by: User | None, at: datetime) -> Body:
    """Make a further body of a mechanism."""
    body = Body(id=new_id(), mechanism_id=mechanism.id, name=name, created_at=at)
    db.session.add(body)
    db.session.flush()
    _audit("body:added", mechanism.id, body.id, by, at)
    return body


def rename_body(body: Body, name: str, *, by: User, at: datetime) -> None:
    """Give a body another name."""
    if body.name != name:
        body.name = name
        db.session.flush()
        _audit("body:renamed", body.mechanism_id, body.id, by, at)


def expect_version(row: Mechanism | User, version: int) -> None:
    """Raise StaleDataError when somebody changed the row after the page with this version of it was made."""
    if row.version != version:
        raise StaleDataError(f"version {row.version} of this {type(row).__name__} is newer than {version}")


def update_mechanism(mechanism: Mechanism, values: Mapping[str, Any], *, by: User | None, at: datetime) -> None:
    """Change settings of the mechanism; `values` are named as the columns. The names of what changed are audited.

    When one-time codes suffice no longer, the sessions of those end who have nothing but codes and need a passkey.
    Raises UnfitScheme for a reference scheme that cannot be.
    """
    check_scheme(values.get("reference_scheme", mechanism.reference_scheme))
    changed = sorted(name for name, value in values.items() if getattr(mechanism, name) != value)
    for name in changed:
        setattr(mechanism, name, values[name])
    if changed:
        db.session.flush()
        _audit("mechanism:changed", mechanism.id, mechanism.id, by, at, fields=changed)
    if "codes_suffice" in changed:
        for user in queries.list_users(mechanism.id):
            _end_unproven(user, at)


def _end_unproven(user: User, at: datetime) -> None:
    """End the sessions of a person who needs a passkey and has none."""
    proofs = factors.factors_of(user)
    if proofs.needs_passkey and not proofs.suffice:
        end_all_sessions(user, at=at)


def add_user(
    mechanism: Mechanism,
    *,
    email: str,
    name: str,
    roles: Iterable[tuple[UUID, Role]],
    by: User | None,
    at: datetime,
    language: str = "en",
) -> User:
    """Make a person without a password; give them a one-time link next.

    Raises AccountRefused when the address is taken or none.
    """
    address = email.strip().casefold()
    if not ADDRESS.fullmatch(address):
        raise AccountRefused("email_unfit", f"{email!r} is no e-mail address, such as amina@example.org")
    with across_mechanisms():  # one address, one person, in the whole installation
        taken = queries.get_user_by_email(address)
    if taken:
        raise AccountRefused("email_taken", f"somebody has the address {address} already")
    user = User(
        id=new_id(), mechanism_id=mechanism.id, email=address, name=name.strip() or address, language=language,
        created_at=at,
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    _audit("user:added", mechanism.id, user.id, by, at)
    set_roles(user, roles, by=by, at=at)
    return user


def set_roles(user: User, roles: Iterable[tuple[UUID, Role]], *, by: User | None, at: datetime) -> None:
    """Give a person exactly these (body id, role) pairs; where one is taken away, their sessions end.

    They end too where a new role needs a passkey that the person does not have yet. A person who moves to another body
    loses the roles in the one so far. Raises AccountRefused when no administrator would be left.
    """
    wanted = set(roles)
    held = {(row.body_id, row.role): row for row in user.roles}
    if wanted == set(held):
        return
    _keep_an_administrator(user, Role.ADMINISTRATOR in {role for _, role in wanted})
    taken = sorted(set(held) - wanted)
    for pair in taken:
        user.roles.remove(held[pair])
    for body_id, role in sorted(wanted - set(held)):
        user.roles.append(UserRole(id=new_id(), mechanism_id=user.mechanism_id, body_id=body_id, role=role))
    db.session.flush()
    if taken:
        end_all_sessions(user, at=at)
    _end_unproven(user, at)
    names = sorted(f"{body_id}:{role}" for body_id, role in wanted)
    _audit("user:roles-changed", user.mechanism_id, user.id, by, at, roles=names)


def set_enabled(user: User, enabled: bool, *, by: User, at: datetime) -> None:
    """Let a person sign in, or not, which ends their sessions. Raises AccountRefused for the last administrator."""
    if user.is_enabled == enabled:
        return
    if not enabled:
        _keep_an_administrator(user, False)
        end_all_sessions(user, at=at)
    user.is_enabled = enabled
    db.session.flush()
    _audit("user:enabled" if enabled else "user:disabled", user.mechanism_id, user.id, by, at)


def _keep_an_administrator(user: User, stays: bool) -> None:
    if stays or not user.has_role(Role.ADMINISTRATOR):
        return
    others = [
        other
        for other in queries.list_users(user.mechanism_id)
        if other.id != user.id and other.is_enabled and other.has_role(Role.ADMINISTRATOR)
    ]
    if not others:
        raise AccountRefused("last_administrator", "the mechanism would be left without an administrator")


def update_user(
    user: User, *, name: str, language: str, wants_mail: bool | None = None, by: User, at: datetime
) -> None:
    """Change a person's name, language of the interface and (None: as it is) whether mails tell them what waits."""
    values = {"name": name, "language": language, "wants_mail": user.wants_mail if wants_mail is None else wants_mail}
    changed = sorted(field for field, value in values.items() if getattr(user, field) != value)
    for field in changed:
        setattr(user, field, values[field])
    if changed:
        db.session.flush()
        _audit("user:changed", user.mechanism_id, user.id, by, at, fields=changed)


def make_link(user: User, *, by: User | None, at: datetime) -> str:
    """Return the secret of a new one-time link (shown once, lives seven days); older ones of this person end."""
    db.session.execute(
        update(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)).values(expires_at=at)
    )
    secret = token_urlsafe(32)
    link = OneTimeLink(
        id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, secret_hash=queries.secret_hash(secret),
        created_at=at, expires_at=at + LINK_LIFETIME,
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    _audit("user:link-made", user.mechanism_id, user.id, by, at)
    return secret


def use_link(link: OneTimeLink, chosen: Derived, *, private_key: bytes | None, at: datetime) -> str | None:
    """Store the password that was chosen through a one-time link, which ends it and takes all second factors away.

    With the private key (from the recovery key) the person keeps it. Without, they get a new one, and the recovery key
    to that is returned as people write it.
    """
    store_password(link.user, chosen, private_key=private_key, by=link.user, at=at)
    factors.reset(link.user, by=link.user, at=at)
    link.used_at = at
    key = queries.current_key(link.user)
    written = None
    if private_key is None and key is not None:
        written = own_keys.wrap_for_recovery(key, own_keys.unwrap(key, chosen.wrap_key))
    db.session.flush()
    return written


def set_password(user: User, password: str, *, by: User | None, at: datetime) -> None:
    """Check, derive and store a new password, for commands; pages derive it first. Raises passwords.WeakPassword."""
    store_password(user, passwords.choose(password, email=user.email), private_key=None, by=by, at=at)


def store_password(
    user: User,
    chosen: Derived,
    *,
    private_key: bytes | None,
    by: User | None,
    at: datetime,
    keep: UserSession | None = None,
) -> None:
    """Store a new password that was derived already, and end the person's sessions, except the one to keep.

    The private key, where one is given, is the person's own, which hangs on the new password from now on; without it
    they get a new one, and what was sealed to the old one is lost to them.
    """
    verifier = chosen.verifier
    if user.password_verifier is not None:
        factors.tell(user, NoticeKind.PASSWORD_CHANGED, session=keep, at=at)
    user.password_salt, user.password_parameters, user.password_verifier = (
        verifier.salt, verifier.parameters, verifier.hash,
    )  # fmt: skip
    end_all_sessions(user, at=at, but=keep)
    key = queries.current_key(user)
    if key is not None and private_key is not None:
        own_keys.wrap(key, private_key, chosen.wrap_key)
    else:
        _replace_key(user, key, chosen.wrap_key, at)
    db.session.flush()
    _audit("user:password-set", user.mechanism_id, user.id, by, at)


def _replace_key(user: User, old: UserKey | None, wrap_key: bytes, at: datetime) -> None:
    if old is not None:
        old.retired_at = at
        factors.tell(user, NoticeKind.KEY_REPLACED, session=None, at=at)
    private, public = new_pair()
    key = UserKey(id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, public=public, created_at=at)
    own_keys.wrap(key, private, wrap_key)
    db.session.add(key)
    db.session.flush()
    _audit("user:key-made", user.mechanism_id, user.id, None, at, key=str(key.id), fingerprint=fingerprint(public))


def renew_recovery_key(user: User, private_key: bytes, *, at: datetime) -> str:
    """Return a new recovery key to the person's own key, as people write it; the one before opens nothing more."""
    key = queries.current_key(user)
    if key is None:
        raise AccountRefused("no_key", f"{user.email} has no key of their own yet")
    written = own_keys.wrap_for_recovery(key, private_key)
    db.session.flush()
    _audit("user:recovery-key-renewed", user.mechanism_id, user.id, user, at)
    return written


def open_session(user: User, *, private_key: bytes | None, at: datetime) -> str:
    """Begin a half-open session for somebody whose password was right; returns the secret for the cookie."""
    secret = token_urlsafe(32)
    session = UserSession(
        id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, secret_hash=queries.secret_hash(secret),
        created_at=at, last_used_at=at,
    )  # fmt: skip
    own_keys.lend(session, secret, private_key)
    db.session.add(session)
    db.session.flush()
    _audit("session:opened", user.mechanism_id, user.id, user, at, session=str(session.id))
    return secret


def pass_factor(session: UserSession, secret: str, *, at: datetime) -> str:
    """Open a half-open session after the second factor; returns the secret that replaces the one so far."""
    new = _change_secret(session, own_keys.borrow(session, secret))
    session.factor_at = session.stepped_up_at = session.last_used_at = at
    db.session.flush()
    _audit("session:factor-passed", session.mechanism_id, session.user_id, session.user, at, session=str(session.id))
    return new


def step_up(session: UserSession, *, at: datetime) -> None:
    """Note that the person proved once more to be there."""
    session.stepped_up_at = at
    db.session.flush()
    _audit("session:stepped-up", session.mechanism_id, session.user_id, session.user, at, session=str(session.id))


def end_session(session: UserSession, *, at: datetime) -> None:
    """End one session; its cookie opens nothing any more."""
    if session.ended_at is None:
        session.ended_at = at
        session.sealed_key = session.challenge = None
        db.session.flush()
        _audit("session:ended", session.mechanism_id, session.user_id, session.user, at, session=str(session.id))


def end_all_sessions(user: User, *, at: datetime, but: UserSession | None = None) -> None:
    """End every open session of a person, except the one given."""
    query = select(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    for session in db.session.scalars(query):
        if session is not but:
            end_session(session, at=at)


def lock_session(session: UserSession, *, at: datetime) -> None:
    """Lock a session; only the password opens it again."""
    session.locked_at = session.locked_at or at
    session.sealed_key = session.stepped_up_at = None
    db.session.flush()


def renew_session(session: UserSession, *, private_key: bytes | None, at: datetime) -> str:
    """Open a session after its person gave the right password; returns the secret that replaces the old one."""
    secret = _change_secret(session, private_key)
    session.locked_at = None
    session.last_used_at = session.stepped_up_at = at
    db.session.flush()
    return secret


def _change_secret(session: UserSession, private_key: bytes | None) -> str:
    """Give a session another secret, so that a cookie copied before opens nothing."""
    secret = token_urlsafe(32)
    session.secret_hash = queries.secret_hash(secret)
    own_keys.lend(session, secret, private_key)
    return secret


def drop_idle_key(session_id: UUID, *, at: datetime) -> None:
    """Delete the sealed private key of a session, unless it was used again meanwhile."""
    session = db.session.get(UserSession, session_id)
    if session is not None and (session.ended_at is not None or session.is_locked(at)):
        session.sealed_key = None
        db.session.flush()


def _audit(tag: str, mechanism_id: UUID, subject_id: UUID, by: User | None, at: datetime, **detail: Any) -> None:
    record_event(tag, mechanism_id=mechanism_id, subject_id=subject_id, by=by.id if by else None, at=at, **detail)
