"""Mechanisms and bodies; users, their roles, keys, second factors, links and sessions."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from monitor.accounts.passwords import Verifier
from monitor.accounts.reference_schemes import DEFAULT_SCHEME
from monitor.db import Base, new_id
from monitor.tenancy import OwnedByMechanism

LOCK_AFTER = timedelta(minutes=15)
END_AFTER = timedelta(hours=2)
ABSOLUTE_END = timedelta(hours=12)
LINK_LIFETIME = timedelta(days=7)
TRIES_COUNTED_FOR = timedelta(minutes=15)
HALF_OPEN_FOR = timedelta(minutes=15)
"""How long the second factor may take after the password."""
STEP_UP_LASTS = timedelta(minutes=10)
CHALLENGE_LASTS = timedelta(minutes=5)


class Role(StrEnum):
    """What a person does in a body."""

    MONITOR = "monitor"
    HEALTH_MONITOR = "health_monitor"
    """A monitor who may be given the key of medical notes."""
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    """Reads drafts of visits in review and comments on them."""
    OUTSIDE = "outside"
    """An outside expert or interpreter: takes part in single visits, until these close."""
    DATA_PROTECTION = "data_protection"
    """Reads the log and the settings, no content."""
    ADMINISTRATOR = "administrator"


MONITORS: Final = (Role.MONITOR, Role.HEALTH_MONITOR)
INSIDE: Final = (*MONITORS, Role.COORDINATOR)
"""Those who belong to a body; the others see of its visits what their part asks for."""


class Mechanism(Base):
    """A national preventive mechanism and its settings; everything else belongs to exactly one."""

    __tablename__ = "mechanism"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[dict[str, Any]]
    """Language -> name; the first of `languages` is the one to fall back to."""
    country: Mapped[str] = mapped_column(String(2))
    languages: Mapped[list[str]] = mapped_column(default=lambda: ["en"])
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    address: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language -> the national law the mechanism rests on."""
    signatory_name: Mapped[str] = mapped_column(default="")
    signatory_title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Language -> office of the person who signs."""
    reference_scheme: Mapped[str] = mapped_column(String(80), default=DEFAULT_SCHEME)
    reply_days: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: {"immediate": 7, "short": 30, "medium": 90, "long": 180}
    )
    """Priority -> days the authority has to reply; a national limit prevails."""
    due_days: Mapped[dict[str, Any]] = mapped_column(
        default=lambda: {"immediate": 3, "short": 30, "medium": 180, "long": 730}
    )
    """Priority -> days by which what is asked should be done, offered when a recommendation is written."""
    logo: Mapped[bytes | None] = mapped_column(deferred=True)
    """PNG, re-encoded by us."""
    is_training: Mapped[bool] = mapped_column(default=False)
    codes_suffice: Mapped[bool] = mapped_column(default=False)
    """Its head allows one-time codes where a passkey is asked for otherwise: its machines have no authenticator."""
    destroys_scans: Mapped[bool] = mapped_column(default=False)
    """Scans of paper forms are destroyed as soon as somebody has checked the entry of their page."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one that has a name."""
        return in_language(self.names, language, self.languages)


def in_language(texts: dict[str, Any], language: str, order: list[str]) -> str:
    """Return the text in this language, else in the first language of `order` that has one, else any, else empty."""
    for code in [language, *order, *texts]:
        if texts.get(code):
            return str(texts[code])
    return ""


class Body(OwnedByMechanism, Base):
    """One of the offices that together make up a mechanism; a small mechanism has one."""

    __tablename__ = "body"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]

    mechanism: Mapped[Mechanism] = relationship(lazy="joined")


class User(OwnedByMechanism, Base):
    """A person who signs in. Without a password until the one-time link was used."""

    __tablename__ = "user"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Casefolded; one address, one person, in the whole installation."""
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12), default="en")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    wants_mail: Mapped[bool] = mapped_column(default=False)
    """To be told by e-mail, at most once a day, that something waits."""
    password_salt: Mapped[bytes | None]
    password_parameters: Mapped[dict[str, Any] | None]
    password_verifier: Mapped[bytes | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    mechanism: Mapped[Mechanism] = relationship(lazy="joined")
    roles: Mapped[list["UserRole"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="UserRole.id"
    )

    __mapper_args__ = {"version_id_col": version}

    # the four names Flask-Login asks for
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Say whether the person may be signed in."""
        return self.is_enabled

    def get_id(self) -> str:
        """Return what the cookie holds: the secret of the session, never the id of the person."""
        return str(self.session_token)

    session_token: str = ""
    """Secret of the session of this request; set by accounts/session.py, never stored."""

    @property
    def verifier(self) -> Verifier | None:
        """What a password is held against; None where no password opens anything: none chosen yet, or not enabled."""
        salt, parameters, stored = self.password_salt, self.password_parameters, self.password_verifier
        if not self.is_enabled or salt is None or parameters is None or stored is None:
            return None
        return Verifier(salt, parameters, stored)

    def has_role(self, role: Role, body_id: UUID | None = None) -> bool:
        """Say whether the person has this role, in this body or (None) in any."""
        return any(held.role == role and body_id in (None, held.body_id) for held in self.roles)

    def belongs_to(self, body_id: UUID) -> bool:
        """Say whether the person is of this body: one of its monitors or coordinators."""
        return body_id in self.bodies_as(*INSIDE)

    def bodies_as(self, *roles: Role) -> list[UUID]:
        """Return the ids of the bodies in which the person has one of these roles."""
        return sorted({held.body_id for held in self.roles if held.role in roles})


class UserRole(OwnedByMechanism, Base):
    """One role of one person in one body."""

    __tablename__ = "user_role"
    __table_args__ = (UniqueConstraint("user_id", "body_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    body_id: Mapped[UUID] = mapped_column(ForeignKey("body.id"), index=True)
    role: Mapped[Role]


class OneTimeLink(OwnedByMechanism, Base):
    """A link that lets a person choose a password once; only the hash of its secret is kept."""

    __tablename__ = "one_time_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class UserSession(OwnedByMechanism, Base):
    """One signed-in browser; only the hash of its secret is kept, so that a stolen database opens no session."""

    __tablename__ = "user_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    """When the person locked it; a session also locks by itself after LOCK_AFTER without use."""
    ended_at: Mapped[datetime | None]
    code_at: Mapped[datetime | None]
    """When a one-time code was right for a person who needs a passkey and has none: one can be added, nothing else."""
    factor_at: Mapped[datetime | None]
    """When the second factor was passed; until then the session is half open."""
    stepped_up_at: Mapped[datetime | None]
    """When the person last proved to be there, for acts that ask for it."""
    sealed_key: Mapped[bytes | None] = mapped_column(deferred=True)
    """The person's private key, sealed under a key that the cookie's secret alone gives; the row opens nothing."""
    challenge: Mapped[bytes | None]
    """What a passkey has to sign; used once, whatever comes of it."""
    challenge_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    def is_over(self, now: datetime) -> bool:
        """Say whether it can no longer be used: signed out, two hours without use, twelve hours old, half open long."""
        return (
            self.ended_at is not None
            or now - self.last_used_at >= END_AFTER
            or now - self.created_at >= ABSOLUTE_END
            or (self.is_half_open and now - self.created_at >= HALF_OPEN_FOR)
        )

    @property
    def is_half_open(self) -> bool:
        """Say whether the password was right but the second factor has not been passed yet."""
        return self.factor_at is None

    def is_stepped_up(self, now: datetime) -> bool:
        """Say whether the person proved lately to be there; in a half-open session they just gave their password."""
        proved_at = self.created_at if self.is_half_open else self.stepped_up_at
        return proved_at is not None and now - proved_at < STEP_UP_LASTS

    def is_locked(self, now: datetime) -> bool:
        """Say whether only the password opens it again."""
        return self.locked_at is not None or now - self.last_used_at >= LOCK_AFTER

    def locks_in(self, now: datetime) -> timedelta:
        """Return how long the session stays open without further use; zero when it is locked or over."""
        if self.is_over(now) or self.is_locked(now):
            return timedelta(0)
        return min(self.last_used_at + LOCK_AFTER, self.created_at + ABSOLUTE_END) - now


class PasswordTry(Base):
    """One password that was tried and not (yet) found right; a right one removes those of its address.

    Belongs to no mechanism: an address may be nobody's.
    """

    __tablename__ = "password_try"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    address_hash: Mapped[bytes] = mapped_column(index=True)
    """Keyed hash of what was typed as address: people type passwords there too."""
    at: Mapped[datetime] = mapped_column(index=True)


class UserKey(OwnedByMechanism, Base):
    """A person's key pair; the private half opens by their password or recovery key alone."""

    __tablename__ = "user_key"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    public: Mapped[bytes]
    """Raw X25519 key of 32 bytes."""
    wrapped: Mapped[bytes]
    """Envelope of the private key under the wrap key of the password."""
    recovery_wrapped: Mapped[bytes | None]
    """The same under the recovery key, which is shown once and kept nowhere."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """When another key took its place, because password and recovery key were both lost; what hung on it is void."""


class Passkey(OwnedByMechanism, Base):
    """A public key whose private half a person's device keeps (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    transports: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class OneTimeCodes(OwnedByMechanism, Base):
    """The secret that a person's authenticator and we make codes from, one every 30 seconds (RFC 6238)."""

    __tablename__ = "one_time_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    secret: Mapped[bytes]
    """Sealed under a key of the installation."""
    last_step: Mapped[int] = mapped_column(default=0)
    """The step of the last code that was accepted; an earlier one, or the same again, is refused."""
    spent_steps: Mapped[list[str]] = mapped_column(default=list)
    """Steps to come whose codes were tried on a clock that is ahead: whoever tried them must not use them then."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When a first code was right; before that they are no factor."""


class RecoveryCode(OwnedByMechanism, Base):
    """One of ten codes that each stand once for the second factor; shown once, kept as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownBrowser(OwnedByMechanism, Base):
    """A browser that a person signed in with before: another one is told to them. Holds nothing about the browser."""

    __tablename__ = "known_browser"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class NoticeKind(StrEnum):
    """What a person is told about their own sign-in."""

    NEW_BROWSER = "new_browser"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # the name of a kind
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_ADDED = "codes_added"
    CODES_REMOVED = "codes_removed"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTORS_RESET = "factors_reset"
    KEY_REPLACED = "key_replaced"


class AccountNotice(OwnedByMechanism, Base):
    """Something about a person's sign-in that they are told at the next one, until they say that they have seen it."""

    __tablename__ = "account_notice"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_session.id"))
    """The session that did it, which is not told: who sits there knows, or is somebody who should not be there."""
    kind: Mapped[NoticeKind]
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
