"""Key pairs of people, bodies and the paper in the safe: raw X25519 keys of 32 bytes."""

from base64 import b32encode
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

FINGERPRINT_LETTERS: Final = 20
"""A hundred bits: nobody makes a second key with the same ones."""


class KeyPair(NamedTuple):
    """A private key and the public one to it."""

    private: bytes
    public: bytes


def new_pair() -> KeyPair:
    """Make a key pair."""
    return pair_of(X25519PrivateKey.generate().private_bytes_raw())


def pair_of(private: bytes) -> KeyPair:
    """Return the pair to a raw private key of 32 bytes. Raises ValueError for another length."""
    return KeyPair(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def fingerprint(public: bytes) -> str:
    """Return five groups of four letters and digits that people compare, on paper or by telephone."""
    letters = b32encode(sha256(b"monitor key fingerprint v1" + public).digest()).decode()[:FINGERPRINT_LETTERS]
    return " ".join(letters[start : start + 4] for start in range(0, FINGERPRINT_LETTERS, 4))
