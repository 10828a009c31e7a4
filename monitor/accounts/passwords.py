"""Passwords: costly to guess, and split so that a key can hang on the same password later.

Argon2id gives a master secret; HKDF splits it into an authentication branch, whose SHA-256 is stored, and (later) a
branch that wraps the person's private key. So the stored verifier tells nothing about that key.
"""

import hmac
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST: Final = 15
LONGEST: Final = 128
FULL_WORK: Final = {"version": 1, "kdf": "argon2id", "memory_kib": 65536, "iterations": 3, "lanes": 4}
LIGHT_WORK: Final = {"version": 1, "kdf": "argon2id", "memory_kib": 32, "iterations": 1, "lanes": 1}
AUTHENTICATION: Final = b"monitor password v1 authentication"
_work: dict[str, Any] = dict(FULL_WORK)


class WeakPassword(ValueError):
    """The password is too short, too long or too easy; `reason` is `short`, `long` or `name`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def use_work(parameters: dict[str, Any]) -> None:
    """Set the work of new passwords: FULL_WORK, or LIGHT_WORK in tests (the settings refuse it elsewhere)."""
    _work.clear()
    _work.update(parameters)


def check_strength(password: str, *, email: str) -> None:
    """Raise WeakPassword unless it has 15 to 128 characters and is not just the e-mail address. No other rule."""
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    if password.casefold() in (email.casefold(), email.casefold().split("@", maxsplit=1)[0]):
        raise WeakPassword("name")


def make_verifier(password: str) -> tuple[bytes, dict[str, Any], bytes]:
    """Return (salt, parameters, verifier) to store for a new password."""
    salt = token_bytes(16)
    return salt, dict(_work), _derive(password, salt, _work)


def is_right(password: str, salt: bytes, parameters: dict[str, Any], verifier: bytes) -> bool:
    """Say whether this is the password behind the verifier, in constant time."""
    return hmac.compare_digest(_derive(password, salt, parameters), verifier)


def pretend() -> None:
    """Spend the time of one check, so that an unknown address answers no sooner than a known one."""
    _derive("no such person", bytes(16), _work)


def _derive(password: str, salt: bytes, parameters: dict[str, Any]) -> bytes:
    master = Argon2id(
        salt=salt,
        length=32,
        iterations=parameters["iterations"],
        lanes=parameters["lanes"],
        memory_cost=parameters["memory_kib"],
    ).derive(password[: LONGEST * 4].encode("utf-8", "surrogatepass"))
    branch = HKDF(algorithm=SHA256(), length=32, salt=None, info=AUTHENTICATION).derive(master)
    return sha256(branch).digest()
