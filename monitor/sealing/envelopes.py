"""Envelopes: bytes sealed to a public key, or under a record's own key, and bound to the place where they are kept.

An envelope opens with one byte that names its suite, so that stronger ones can follow while old ones stay readable:

    1  sealed to a key pair: HPKE base mode, X25519, HKDF-SHA-256, AES-256-GCM (RFC 9180); 48 bytes more than the text
    2  sealed under a 32-byte key: AES-256-GCM with a random nonce of 12 bytes; 28 bytes more than the text

`context` says where an envelope belongs (mechanism, body, record, field ...). It is not kept inside; whoever opens the
envelope must say the same, so that an envelope which was moved to another row does not open. Texts are filled up to
steps of 256 bytes first: the length of an answer would tell what it is.
"""

import json
from secrets import token_bytes
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

KEY_BYTES: Final = 32
STEP: Final = 256
NONCE_BYTES: Final = 12
TO_PEOPLE: Final = b"\x01"
UNDER_A_KEY: Final = b"\x02"
_suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(Exception):
    """The envelope is damaged, belongs to another place, or is sealed to another key; which of them, nobody can say."""


def context(*parts: object) -> bytes:
    """Return the context of an envelope from the parts that name its place; no two lists give the same bytes."""
    texts = [str(part).encode() for part in parts]
    return b"monitor" + b"".join(len(text).to_bytes(4, "big") + text for text in texts)


def seal_to(public_key: bytes, content: bytes, place: bytes) -> bytes:
    """Seal content to the holder of a key pair; `public_key` is a raw X25519 key, `place` comes from `context`.

    Raises ValueError for a public key that no pair has.
    """
    return TO_PEOPLE + _suite.encrypt(_fill_up(content), X25519PublicKey.from_public_bytes(public_key), place)


def open_with(private_key: bytes, envelope: bytes, place: bytes) -> bytes:
    """Open what `seal_to` sealed, with the raw private key. Raises CannotOpen."""
    if envelope[:1] != TO_PEOPLE:
        raise CannotOpen
    try:
        filled = _suite.decrypt(envelope[1:], X25519PrivateKey.from_private_bytes(private_key), place)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
    return _cut_back(filled)


def new_key() -> bytes:
    """Return a random key for one record."""
    return token_bytes(KEY_BYTES)


def seal_under(key: bytes, content: bytes, place: bytes) -> bytes:
    """Seal content under a key of 32 bytes."""
    nonce = token_bytes(NONCE_BYTES)
    return UNDER_A_KEY + nonce + AESGCM(key).encrypt(nonce, _fill_up(content), place)


def open_under(key: bytes, envelope: bytes, place: bytes) -> bytes:
    """Open what `seal_under` sealed. Raises CannotOpen."""
    if envelope[:1] != UNDER_A_KEY:
        raise CannotOpen
    nonce, sealed = envelope[1 : 1 + NONCE_BYTES], envelope[1 + NONCE_BYTES :]
    try:
        return _cut_back(AESGCM(key).decrypt(nonce, sealed, place))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def open_object_under(key: bytes, envelope: bytes, place: bytes) -> dict[str, Any]:
    """Open a JSON object that was sealed under a key. Raises CannotOpen, also for what is none.

    Who writes the database can seal anything to a public key, so what opens is not therefore what belongs there.
    """
    try:
        opened = json.loads(open_under(key, envelope, place))
    except (ValueError, RecursionError) as error:
        raise CannotOpen from error
    if not isinstance(opened, dict):
        raise CannotOpen
    return opened


def _fill_up(content: bytes) -> bytes:
    """Put the length in front and zeros behind, up to the next step."""
    framed = len(content).to_bytes(4, "big") + content
    return framed + bytes(-len(framed) % STEP)


def _cut_back(filled: bytes) -> bytes:
    length = int.from_bytes(filled[:4], "big")
    if len(filled) < 4 + length:
        raise CannotOpen
    return filled[4 : 4 + length]
