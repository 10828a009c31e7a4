"""A person's key pair: made with a password, opened by the password or the recovery key, lent to one session."""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.accounts.models import UserKey, UserSession
from monitor.sealing import written_keys
from monitor.sealing.envelopes import context, open_under, seal_under

PURPOSE: Final = "own key"
SESSION_BRANCH: Final = b"monitor session key v1"


def wrap(key: UserKey, private: bytes, wrap_key: bytes) -> None:
    """Put the private key under the wrap key of a (new) password."""
    key.wrapped = seal_under(wrap_key, private, _place(key))


def unwrap(key: UserKey, wrap_key: bytes) -> bytes:
    """Return the private key. Raises CannotOpen for the wrap key of another password."""
    return open_under(wrap_key, key.wrapped, _place(key))


def wrap_for_recovery(key: UserKey, private: bytes) -> str:
    """Put the private key under a new recovery key; return that as people write it, for it is kept nowhere."""
    secret = written_keys.new_recovery_secret()
    key.recovery_wrapped = seal_under(written_keys.wrapping_key(secret, PURPOSE), private, _place(key))
    return written_keys.write(secret)


def unwrap_by_recovery(key: UserKey, typed: str) -> bytes:
    """Return the private key by what was typed as recovery key.

    Raises NotAWrittenKey for a slip of the pen, CannotOpen for the recovery key of somebody else, or an older one.
    """
    secret = written_keys.read(typed, written_keys.RECOVERY_BYTES)
    return open_under(written_keys.wrapping_key(secret, PURPOSE), key.recovery_wrapped or b"", _place(key))


def lend(session: UserSession, secret: str, private: bytes | None) -> None:
    """Seal the private key so that it opens with the session's secret, which only the browser's cookie holds."""
    session.sealed_key = None if private is None else seal_under(_session_key(secret), private, _session_place(session))


def borrow(session: UserSession, secret: str) -> bytes | None:
    """Return the private key lent to a session, None where there is none. Raises CannotOpen for another secret."""
    if session.sealed_key is None:
        return None
    return open_under(_session_key(secret), session.sealed_key, _session_place(session))


def _session_key(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=SESSION_BRANCH).derive(secret.encode())


def _place(key: UserKey) -> bytes:
    return context(PURPOSE, key.id)


def _session_place(session: UserSession) -> bytes:
    return context("session key", session.id)
