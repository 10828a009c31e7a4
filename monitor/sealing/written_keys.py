"""Keys that people write down: a person's recovery key, and the paper key in the safe.

Written in Crockford's base 32 (no I, L, O, U; small letters, spaces and hyphens do not matter; O reads as 0, I and L
as 1) in groups of four, with a check of two characters at the end, so that a slip of the pen is told at once.
"""

from hashlib import sha256
from secrets import token_bytes
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u00ad": None, "\u00a0": None})
RECOVERY_BYTES: Final = 16
"""A recovery key has 128 random bits: no costly derivation is needed to keep it from being guessed."""
PAPER_BYTES: Final = 32
CHECK_LETTERS: Final = 2
GROUP: Final = 4


class NotAWrittenKey(ValueError):
    """A letter is missing, wrong or too many; the check at the end does not fit."""


def new_recovery_secret() -> bytes:
    """Return the random bytes of a recovery key."""
    return token_bytes(RECOVERY_BYTES)


def wrapping_key(secret: bytes, purpose: str) -> bytes:
    """Return the key of 32 bytes that a written secret stands for."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"monitor written key v1 " + purpose.encode()).derive(
        secret
    )


def write(secret: bytes) -> str:
    """Return the secret as people write it: groups of four, joined by hyphens, the check at the end."""
    letters = _letters(secret) + _check(secret)
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def read(typed: str, size: int) -> bytes:
    """Return the secret of `size` bytes that was typed or scanned. Raises NotAWrittenKey."""
    letters = typed.upper().strip().translate(ALIKE)
    bits = size * 8
    count = -(-bits // 5)
    if len(letters) != count + CHECK_LETTERS or not set(letters) <= set(LETTERS):
        raise NotAWrittenKey
    number = 0
    for letter in letters[:count]:
        number = number * 32 + LETTERS.index(letter)
    if number >> bits:
        raise NotAWrittenKey
    secret = number.to_bytes(size, "big")
    if letters[count:] != _check(secret):
        raise NotAWrittenKey
    return secret


def _letters(secret: bytes) -> str:
    number, letters = int.from_bytes(secret, "big"), ""
    for _ in range(-(-len(secret) * 8 // 5)):
        number, rest = divmod(number, 32)
        letters = LETTERS[rest] + letters
    return letters


def _check(secret: bytes) -> str:
    number = int.from_bytes(sha256(b"monitor written key check" + secret).digest()[:2], "big")
    return LETTERS[number >> 5 & 31] + LETTERS[number & 31]
