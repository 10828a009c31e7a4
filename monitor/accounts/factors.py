"""A person's second factors: which they have and need, every change of them, and what they are told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update

from monitor.accounts import one_time_codes, recovery_codes
from monitor.accounts.models import (
    AccountNotice,
    KnownBrowser,
    NoticeKind,
    OneTimeCodes,
    Passkey,
    RecoveryCode,
    Role,
    User,
    UserSession,
)
from monitor.accounts.passkeys import NewPasskey
from monitor.audit.operations import record_event
from monitor.db import db, new_id
from monitor.sealing.envelopes import context, open_under, seal_under
from monitor.tenancy import across_mechanisms

NEED_A_PASSKEY: Final = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
"""They see or change most; a code can be asked for by a page that only looks like ours, a passkey cannot."""
MOST_PASSKEYS: Final = 20
MOST_SPENT: Final = 50
NOTICES_SHOWN_FOR: Final = timedelta(days=90)
_key = {"secrets of codes": b""}


class FactorRefused(Exception):
    """A change of factors that cannot be: `last` would leave none, `too_many` passkeys, `known` passkey of somebody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def use_key(key: bytes) -> None:
    """Set the key of 32 bytes that the secrets of one-time codes are sealed under."""
    _key["secrets of codes"] = key


@dataclass(frozen=True)
class Factors:
    """What a person can prove with that it is them, besides the password."""

    passkeys: Sequence[Passkey]
    codes: OneTimeCodes | None
    recovery_codes_left: int
    needs_passkey: bool

    @property
    def is_set_up(self) -> bool:
        """Say whether there is anything to ask for."""
        return bool(self.passkeys) or self.codes is not None

    @property
    def suffice(self) -> bool:
        """Say whether the person has what their roles ask for."""
        return bool(self.passkeys) or (self.codes is not None and not self.needs_passkey)

    @property
    def takes_codes(self) -> bool:
        """Say whether a one-time code is asked for: not where a passkey is needed and there."""
        return self.codes is not None and not (self.needs_passkey and self.passkeys)

    @property
    def can_lose_passkey(self) -> bool:
        """Say whether one passkey less leaves enough."""
        return len(self.passkeys) > 1 or (self.codes is not None and not self.needs_passkey)

    @property
    def can_lose_codes(self) -> bool:
        """Say whether no one-time codes leaves enough."""
        return bool(self.passkeys)


def needs_passkey(user: User) -> bool:
    """Say whether codes are not enough for this person."""
    return not user.mechanism.codes_suffice and any(user.has_role(role) for role in NEED_A_PASSKEY)


def factors_of(user: User) -> Factors:
    """Return the person's second factors; what was begun and not confirmed is none."""
    passkeys = db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.id)).all()
    codes = db.session.scalar(
        select(OneTimeCodes).where(OneTimeCodes.user_id == user.id, OneTimeCodes.confirmed_at.is_not(None))
    )
    unused = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return Factors(passkeys, codes, db.session.scalar(unused) or 0, needs_passkey(user))


def begun_codes(user: User) -> OneTimeCodes | None:
    """Return the one-time codes that the person began to set up."""
    return db.session.scalar(
        select(OneTimeCodes).where(OneTimeCodes.user_id == user.id, OneTimeCodes.confirmed_at.is_(None))
    )


def begin_codes(user: User, *, at: datetime) -> OneTimeCodes:
    """Make a secret for an authenticator; it is no factor until a first code of it was right."""
    db.session.execute(delete(OneTimeCodes).where(OneTimeCodes.user_id == user.id, OneTimeCodes.confirmed_at.is_(None)))
    begun = OneTimeCodes(id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, created_at=at, last_step=0)
    begun.secret = seal_under(_key["secrets of codes"], one_time_codes.new_secret().encode(), _place(begun))
    db.session.add(begun)
    db.session.flush()
    return begun


def give_codes(user: User, *, at: datetime) -> OneTimeCodes:
    """Set one-time codes up for somebody of the training mechanism, whose pages show the code themselves."""
    codes = begin_codes(user, at=at)
    codes.confirmed_at = at
    db.session.flush()
    return codes


def secret_of(codes: OneTimeCodes) -> str:
    """Return the secret behind one-time codes. Raises CannotOpen where the key of the installation is another."""
    return open_under(_key["secrets of codes"], codes.secret, _place(codes)).decode()


def _place(codes: OneTimeCodes) -> bytes:
    return context("one-time codes", codes.id)


def take_step(codes: OneTimeCodes, step: int) -> bool:
    """Accept a code by its step, unless it was used already; say whether it was good."""
    if step <= codes.last_step or str(step) in codes.spent_steps:
        return False
    codes.last_step = step
    db.session.flush()
    return True


def spend_step(codes: OneTimeCodes, step: int) -> None:
    """Make the code of a step to come worthless: whoever guessed it was told that it is one."""
    codes.spent_steps = [*codes.spent_steps, str(step)][-MOST_SPENT:]
    db.session.flush()


def confirm_codes(user: User, begun: OneTimeCodes, step: int, *, session: UserSession, at: datetime) -> None:
    """Make one-time codes a factor after a first right one; they take the place of those before."""
    db.session.execute(delete(OneTimeCodes).where(OneTimeCodes.user_id == user.id, OneTimeCodes.id != begun.id))
    begun.confirmed_at, begun.last_step = at, step
    db.session.flush()
    _note(user, NoticeKind.CODES_ADDED, session=session, at=at)


def remove_codes(user: User, *, session: UserSession, at: datetime) -> None:
    """Take the one-time codes away. Raises FactorRefused when no sufficient factor would be left."""
    if not factors_of(user).can_lose_codes:
        raise FactorRefused("last")
    db.session.execute(delete(OneTimeCodes).where(OneTimeCodes.user_id == user.id))
    _note(user, NoticeKind.CODES_REMOVED, session=session, at=at)


def add_passkey(user: User, made: NewPasskey, name: str, *, session: UserSession, at: datetime) -> None:
    """Add a passkey. Raises FactorRefused."""
    held = factors_of(user)
    if len(held.passkeys) >= MOST_PASSKEYS:
        raise FactorRefused("too_many")
    with across_mechanisms():  # one passkey, one person, in the whole installation
        if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
            raise FactorRefused("known")
    db.session.add(
        Passkey(
            id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, credential_id=made.credential_id,
            public_key=made.public_key, sign_count=made.sign_count, name=name, transports=made.transports,
            created_at=at,
        )
    )  # fmt: skip
    db.session.flush()
    _note(user, NoticeKind.PASSKEY_ADDED, session=session, at=at)


def remove_passkey(user: User, passkey: Passkey, *, session: UserSession, at: datetime) -> None:
    """Take a passkey away. Raises FactorRefused when no sufficient factor would be left."""
    if not factors_of(user).can_lose_passkey:
        raise FactorRefused("last")
    db.session.delete(passkey)
    db.session.flush()
    _note(user, NoticeKind.PASSKEY_REMOVED, session=session, at=at)


def get_own_passkey(user: User, passkey_id: UUID) -> Passkey | None:
    """Find one of the person's own passkeys."""
    return db.session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user.id))


def renew_recovery_codes(user: User, *, session: UserSession, at: datetime) -> list[str]:
    """Return ten new recovery codes, shown once; those before are worth nothing any more."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = recovery_codes.new_codes()
    db.session.add_all(
        RecoveryCode(
            id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, created_at=at,
            hash=recovery_codes.hash_of(code, user.id),
        )
        for code in codes
    )  # fmt: skip
    db.session.flush()
    _note(user, NoticeKind.RECOVERY_CODES_RENEWED, session=session, at=at)
    return codes


def use_recovery_code(user: User, typed: str, *, session: UserSession, at: datetime) -> bool:
    """Spend a recovery code; say whether it was a good one."""
    found = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user.id, RecoveryCode.hash == recovery_codes.hash_of(typed, user.id),
            RecoveryCode.used_at.is_(None),
        )
    )  # fmt: skip
    if found is None:
        return False
    found.used_at = at
    db.session.flush()
    _note(user, NoticeKind.RECOVERY_CODE_USED, session=session, at=at)
    return True


def reset(user: User, *, by: User | None, at: datetime) -> None:
    """Take all second factors away, for a person who lost them: the next sign-in sets one up anew."""
    if not factors_of(user).is_set_up:
        return
    for kind in (Passkey, OneTimeCodes, RecoveryCode):
        db.session.execute(delete(kind).where(kind.user_id == user.id))
    _note(user, NoticeKind.FACTORS_RESET, session=None, at=at, by=by)


def is_known_browser(user: User, secret: str) -> bool:
    """Say whether the person signed in with the browser that holds this secret before."""
    return bool(db.session.scalar(select(KnownBrowser.id).where(KnownBrowser.secret_hash == _hash(user, secret))))


def know_browser(user: User, secret: str, *, session: UserSession, at: datetime) -> None:
    """Remember a browser; unless it is the person's first, they are told of it at another one."""
    others = db.session.scalar(select(func.count(KnownBrowser.id)).where(KnownBrowser.user_id == user.id))
    db.session.add(
        KnownBrowser(
            id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, secret_hash=_hash(user, secret), created_at=at
        )
    )
    db.session.flush()
    if others:
        _note(user, NoticeKind.NEW_BROWSER, session=session, at=at)


def _hash(user: User, secret: str) -> bytes:
    return sha256(b"monitor browser v1" + user.id.bytes + secret.encode("utf-8", "surrogatepass")).digest()


def tell(user: User, kind: NoticeKind, *, session: UserSession | None, at: datetime) -> None:
    """Have the person told about their sign-in, the next time that they sign in elsewhere or again."""
    db.session.add(
        AccountNotice(
            id=new_id(), mechanism_id=user.mechanism_id, user_id=user.id, kind=kind, at=at,
            session_id=session.id if session else None,
        )
    )  # fmt: skip
    db.session.flush()


def unseen_notices(user: User, session: UserSession) -> Sequence[AccountNotice]:
    """Return what the person has to be told in this session, oldest first; not what was done in it."""
    query = (
        select(AccountNotice)
        .where(
            AccountNotice.user_id == user.id, AccountNotice.seen_at.is_(None),
            AccountNotice.session_id.is_distinct_from(session.id),
        )
        .order_by(AccountNotice.id)
    )  # fmt: skip
    return db.session.scalars(query).all()


def recent_notices(user: User, now: datetime) -> Sequence[AccountNotice]:
    """Return what happened to the person's sign-in lately, newest first, seen or not."""
    since = now - NOTICES_SHOWN_FOR
    query = select(AccountNotice).where(AccountNotice.user_id == user.id, AccountNotice.at > since)
    return db.session.scalars(query.order_by(AccountNotice.id.desc())).all()


def see_notices(user: User, session: UserSession, *, at: datetime) -> None:
    """Note that the person has read what they were told."""
    ids = [notice.id for notice in unseen_notices(user, session)]
    db.session.execute(update(AccountNotice).where(AccountNotice.id.in_(ids)).values(seen_at=at))


def _note(user: User, kind: NoticeKind, *, session: UserSession | None, at: datetime, by: User | None = None) -> None:
    """Leave an event in the audit, and a notice to the person."""
    actor = user if session is not None else by
    detail: dict[str, Any] = {"session": str(session.id)} if session else {}
    tag = f"user:{kind.replace('_', '-')}"
    record_event(
        tag, mechanism_id=user.mechanism_id, subject_id=user.id, by=actor.id if actor else None, at=at, **detail
    )
    tell(user, kind, session=session, at=at)
