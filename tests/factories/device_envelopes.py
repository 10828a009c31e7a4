"""Envelopes as a device seals them, made with Python's own sealing; tests/browser/test_sealing.py compares the two."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from monitor.accounts.models import UserKey
from monitor.db import new_id
from monitor.sealing.envelopes import new_key, seal_to, seal_under
from monitor.vault import contexts
from monitor.vault.models import CompartmentKey


def device_envelope(
    key: CompartmentKey, owner: Sequence[object], content: object, *people: UserKey, record: UUID | None = None
) -> dict[str, Any]:
    """Return what a device sends of this content, sealed to a compartment and to these people's keys.

    Content is any JSON value or, as bytes, what no device would write.
    """
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    record_key, record_id = new_key(), record or new_id()
    place = contexts.of_content(key.mechanism_id, key.body_id, record_id, owner)
    holders: Mapping[UUID, bytes] = {key.id: key.public} | {person.id: person.public for person in people}
    return {
        "format": 1,
        "record": str(record_id),
        "content": text(seal_under(record_key, written, place)),
        "wraps": {
            str(holder): text(seal_to(public, record_key, contexts.of_record_key(record_id, holder)))
            for holder, public in holders.items()
        },
    }


def text(data: bytes) -> str:
    """Return bytes as base64."""
    return b64encode(data).decode()
