"""Passwords: costly to guess, and split so that the person's own key hangs on the same password.

Argon2id gives a master secret; HKDF splits it into an authentication branch, whose SHA-256 is stored, and a branch that
wraps the person's private key. So the stored verifier tells nothing about that key.
"""

import hmac
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from threading import Lock
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from monitor.accounts.common_passwords import is_common

SHORTEST: Final = 15
LONGEST: Final = 128
FEWEST_DIFFERENT: Final = 6
"""Different characters that a password needs."""
FULL_WORK: Final = {"version": 1, "kdf": "argon2id", "memory_kib": 65536, "iterations": 3, "lanes": 4}
LIGHT_WORK: Final = {"version": 1, "kdf": "argon2id", "memory_kib": 32, "iterations": 1, "lanes": 1}
AUTHENTICATION: Final = b"monitor password v1 authentication"
WRAPPING: Final = b"monitor password v1 wrapping of the own key"
ROWS_OF_KEYS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
)
"""Alphabets and keyboards that the commonest long passwords walk along, forwards or backwards."""
_work: dict[str, Any] = dict(FULL_WORK)
_one_at_a_time = Lock()
"""Two derivations at once wait for each other's threads for ever: OpenSSL's Argon2id with several lanes."""


class WeakPassword(ValueError):
    """The password is too short, too long or too easy; `reason` is `short`, `long`, `name` or `easy`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Verifier:
    """What is stored of a password."""

    salt: bytes
    parameters: dict[str, Any]
    hash: bytes


@dataclass(frozen=True)
class Derived:
    """What becomes of a password: what is stored of it, and the key that is never stored."""

    verifier: Verifier
    wrap_key: bytes = field(repr=False)


def use_work(work: Literal["full", "light"]) -> None:
    """Set the work of new passwords; the settings refuse `light` outside of tests."""
    _work.clear()
    _work.update(LIGHT_WORK if work == "light" else FULL_WORK)


def check_strength(password: str, *, email: str) -> None:
    """Raise WeakPassword for fewer than 15 or more than 128 characters, the person's address, a walk on the keyboard.

    No rule asks for kinds of characters (NIST SP 800-63B, 5.1.1.2; OWASP ASVS 5.0, V6.2).
    """
    if len(password) < SHORTEST:
        raise WeakPassword("short")
    if len(password) > LONGEST:
        raise WeakPassword("long")
    plain = password.casefold()
    if plain in (email.casefold(), email.casefold().split("@", maxsplit=1)[0]):
        raise WeakPassword("name")
    if len(set(plain)) < FEWEST_DIFFERENT or _repeats_itself(plain) or _walks_the_keyboard(plain) or is_common(plain):
        raise WeakPassword("easy")


def _repeats_itself(plain: str) -> bool:
    """Say whether the text is one shorter piece over and over, such as `passwordpassword`."""
    return plain in (plain + plain)[1:-1]


def _walks_the_keyboard(plain: str) -> bool:
    return any(plain in row * 2 or plain in row[::-1] * 2 for row in ROWS_OF_KEYS)


def choose(password: str, *, email: str) -> Derived:
    """Return what becomes of a new password of this person. Raises WeakPassword. As slow as wrap_key_of."""
    check_strength(password, email=email)
    return derive(password)


def derive(password: str) -> Derived:
    """Return what becomes of a new password; as slow as wrap_key_of."""
    salt = token_bytes(16)
    stored, wrap_key = _derive(password, salt, _work)
    return Derived(Verifier(salt, dict(_work), stored), wrap_key)


def is_right(password: str, verifier: Verifier | None) -> bool:
    """Say whether this is the password behind the verifier; as slow as wrap_key_of."""
    return wrap_key_of(password, verifier) is not None


def wrap_key_of(password: str, verifier: Verifier | None) -> bytes | None:
    """Return the key that hangs on this password, None when it is not the one behind the verifier.

    No verifier (an unknown address, nobody's password yet) is never right, and the answer takes as long. With full work
    that is a third of a second: never ask while holding the database's write lock.
    """
    if verifier is None:
        _derive(password, bytes(16), _work)
        return None
    stored, wrap_key = _derive(password, verifier.salt, verifier.parameters)
    return wrap_key if hmac.compare_digest(stored, verifier.hash) else None


def _derive(password: str, salt: bytes, parameters: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the hash of the authentication branch, which is stored, and the wrap key, which is not."""
    function = Argon2id(
        salt=salt,
        length=32,
        iterations=parameters["iterations"],
        lanes=parameters["lanes"],
        memory_cost=parameters["memory_kib"],
    )
    typed = unicodedata.normalize("NFKC", password[: LONGEST * 4])  # one keyboard sends é as one character, one as two
    with _one_at_a_time:
        master = function.derive(typed.encode("utf-8", "surrogatepass"))
    return sha256(_branch(master, AUTHENTICATION)).digest(), _branch(master, WRAPPING)


def _branch(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master)
