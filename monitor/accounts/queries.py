"""Reading people, bodies and sessions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from monitor.accounts.models import (
    INSIDE,
    LOCK_AFTER,
    Body,
    Mechanism,
    OneTimeLink,
    Role,
    User,
    UserKey,
    UserRole,
    UserSession,
)
from monitor.audit.operations import proven
from monitor.db import db
from monitor.sealing.key_pairs import fingerprint


def get_mechanism(code: str) -> Mechanism | None:
    """Find a mechanism by its code."""
    return db.session.scalar(select(Mechanism).where(Mechanism.code == code))


def list_mechanisms() -> Sequence[Mechanism]:
    """Return every mechanism, by code."""
    return db.session.scalars(select(Mechanism).order_by(Mechanism.code)).all()


def list_bodies(mechanism_id: UUID) -> Sequence[Body]:
    """Return the bodies of a mechanism, oldest first."""
    return db.session.scalars(select(Body).where(Body.mechanism_id == mechanism_id).order_by(Body.id)).all()


def get_body(reader: User, body_id: UUID) -> Body | None:
    """Find a body of the reader's mechanism."""
    return db.session.scalar(select(Body).where(Body.id == body_id, Body.mechanism_id == reader.mechanism_id))


def get_user_by_email(email: str) -> User | None:
    """Find a person by e-mail address, whatever its case. Looks across all mechanisms: nobody is signed in yet."""
    return db.session.scalar(select(User).where(User.email == email.strip().casefold()))


def get_user(reader: User, user_id: UUID) -> User | None:
    """Find a person of the reader's mechanism."""
    return db.session.scalar(select(User).where(User.id == user_id, User.mechanism_id == reader.mechanism_id))


def people_of(mechanism_id: UUID) -> Select[User]:
    """Select all people of a mechanism, by name."""
    return select(User).where(User.mechanism_id == mechanism_id).order_by(User.name, User.id)


def list_users(mechanism_id: UUID) -> Sequence[User]:
    """Return all people of a mechanism, by name."""
    return db.session.scalars(people_of(mechanism_id)).all()


def list_members(body_id: UUID) -> Sequence[User]:
    """Return the enabled monitors and coordinators of a body, by name."""
    return _enabled_as(body_id, *INSIDE)


def list_team_candidates(body_id: UUID) -> Sequence[User]:
    """Return the enabled people who can be on a team of a body, by name: its members, outside experts, interpreters."""
    return _enabled_as(body_id, *INSIDE, Role.OUTSIDE)


def list_health_members(body_id: UUID) -> Sequence[User]:
    """Return the enabled health monitors of a body, by name: those who may be given the key of medical notes."""
    return _enabled_as(body_id, Role.HEALTH_MONITOR)


def list_coordinators(body_id: UUID) -> Sequence[User]:
    """Return the enabled coordinators of a body, by name."""
    return _enabled_as(body_id, Role.COORDINATOR)


def _enabled_as(body_id: UUID, *roles: Role) -> Sequence[User]:
    query = (
        select(User)
        .where(User.is_enabled, User.roles.any((UserRole.body_id == body_id) & UserRole.role.in_(roles)))
        .order_by(User.name, User.id)
    )
    return db.session.scalars(query).all()


def get_session(secret: str) -> UserSession | None:
    """Find a session by the secret in its cookie, over or not."""
    query = (
        select(UserSession)
        .where(UserSession.secret_hash == secret_hash(secret))
        .options(joinedload(UserSession.user).selectinload(User.roles))
    )
    return db.session.scalar(query)


def list_sessions(user: User, now: datetime) -> Sequence[UserSession]:
    """Return the person's sessions that are still open, newest first."""
    query = select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.id.desc())
    return [session for session in db.session.scalars(query) if not session.is_over(now)]


def get_own_session(user: User, session_id: UUID) -> UserSession | None:
    """Find one of the person's own sessions."""
    return db.session.scalar(select(UserSession).where(UserSession.id == session_id, UserSession.user_id == user.id))


def sessions_with_idle_key(now: datetime) -> Sequence[UUID]:
    """Return the ids of sessions that nobody uses any more and that still hold a sealed private key."""
    unused = or_(
        UserSession.ended_at.is_not(None),
        UserSession.locked_at.is_not(None),
        UserSession.last_used_at <= now - LOCK_AFTER,
    )
    return db.session.scalars(select(UserSession.id).where(UserSession.sealed_key.is_not(None), unused)).all()


def current_key(user: User) -> UserKey | None:
    """Return the person's own key; None before the first password."""
    return db.session.scalar(select(UserKey).where(UserKey.user_id == user.id, UserKey.retired_at.is_(None)))


def exchanged_keys(keys: Iterable[UserKey]) -> set[UUID]:
    """Return the ids of those own keys whose public key is not the one that was made under the id.

    What was made stands in the chain of events: who writes the database can exchange a key, and cannot forge the chain.
    """
    made: dict[str, Mapping[str, Any]] = {}
    asked = {key.id: key for key in keys}
    for mechanism_id in {key.mechanism_id for key in asked.values()}:
        told = proven("user:key-made", [key.user_id for key in asked.values()], mechanism_id=mechanism_id)
        made |= {detail["key"]: detail for _, detail in told}
    return {id_ for id_, key in asked.items() if not has_letters_of(made.get(str(id_)), key.public)}


def has_letters_of(made: Mapping[str, Any] | None, public: bytes) -> bool:
    """Say whether an event of a key's making speaks of this public key; the oldest events name no letters."""
    return made is not None and made.get("fingerprint", fingerprint(public)) == fingerprint(public)


def get_link(secret: str, now: datetime) -> OneTimeLink | None:
    """Find a one-time link that can still be used. Looks across all mechanisms: nobody is signed in yet."""
    link = db.session.scalar(select(OneTimeLink).where(OneTimeLink.secret_hash == secret_hash(secret)))
    return link if link and link.used_at is None and link.expires_at > now and link.user.is_enabled else None


def secret_hash(secret: str) -> bytes:
    """Return what is stored of a secret with 256 random bits (no salt needed: it cannot be guessed)."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
