"""Protected answers of a body that has no keys yet lie under the server's key, and never in plain columns.

That keeps them from who reads the database or a copy of it without the key file beside it; only keys of people, which
the first reader sets up, keep them from the server too. An envelope is bound to the revision of the item it belongs to.
"""

import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from monitor.sealing.envelopes import CannotOpen, context, open_under, seal_under

_key: Final = {"answers": b""}
Content = tuple[Any, str, list[str], bool]
"""value, comment, sources, urgent"""


def use_key(key: bytes) -> None:
    """Set the key of 32 bytes that protected answers lie under while their body has no keys."""
    _key["answers"] = key


def keep(mechanism_id: UUID, owner: Sequence[object], content: Content) -> bytes:
    """Return the envelope of what an item says; `owner` names its revision or clash, see models.owner_of."""
    return seal_under(_key["answers"], json.dumps(content, ensure_ascii=False).encode(), _place(mechanism_id, owner))


def open_kept(mechanism_id: UUID, owner: Sequence[object], kept: bytes) -> Content | None:
    """Return what an envelope holds; None when it was altered, or put where another belongs, or the key is another."""
    try:
        value, comment, sources, urgent = json.loads(open_under(_key["answers"], kept, _place(mechanism_id, owner)))
    except CannotOpen:
        return None
    return value, comment, sources, urgent


def _place(mechanism_id: UUID, owner: Sequence[object]) -> bytes:
    return context("kept answer", 1, mechanism_id, *owner)
