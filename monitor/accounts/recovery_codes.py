"""Ten codes that stand in for a lost second factor, each once; only their hashes are kept."""

from hashlib import sha256
from secrets import choice
from typing import Final
from uuid import UUID

from monitor.sealing.written_keys import ALIKE, LETTERS

HOW_MANY: Final = 10
LENGTH: Final = 16
"""Letters of 5 bits each: with 80 random bits the hash needs neither salt nor work."""
GROUP: Final = 4


def new_codes() -> list[str]:
    """Return ten codes as people write them."""
    return [
        "-".join("".join(choice(LETTERS) for _ in range(GROUP)) for _ in range(LENGTH // GROUP))
        for _ in range(HOW_MANY)
    ]


def is_one(typed: str) -> bool:
    """Say whether what was typed looks like a recovery code."""
    plain = _plain(typed)
    return len(plain) == LENGTH and set(plain) <= set(LETTERS)


def hash_of(typed: str, user_id: UUID) -> bytes:
    """Return what is stored of a code of this person; spaces, hyphens and small letters do not matter."""
    return sha256(b"monitor recovery code v1" + user_id.bytes + _plain(typed).encode()).digest()


def _plain(typed: str) -> str:
    return typed.upper().strip().translate(ALIKE)
