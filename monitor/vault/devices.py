"""What a device must know to seal, what it may hand in, and how it comes to seal to another key than the one it pinned.

A device pins the public key of a body's interviews when it takes its first visit along, and shows its fingerprint. It
seals to that key until its person compared the fingerprint of another with the one on the page of the keys, and typed
it: a server that lies about a key must lie to people too. The comparing itself is the device's (`fingerprint` in
static/js/offline/sealing.js); here it is checked once more and written into the chain.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from monitor.accounts.models import Body, User
from monitor.audit.operations import record_event
from monitor.sealing.key_pairs import fingerprint
from monitor.vault import queries
from monitor.vault.from_devices import DeviceEnvelope, EnvelopeRefused
from monitor.vault.models import Compartment, CompartmentKey
from monitor.vault.operations import KeysRefused

MOST_HOLDERS: Final = 8
"""More than a body's key, an author and a leader; leaders change."""


def holders_for(body_id: UUID, people: Iterable[UUID]) -> dict[str, Any] | None:
    """Return to whom a device seals what is recorded for a body, as plain data; None while it has no sound key.

    compartment    id, number, public (base64), fingerprint: of the key of interviews in use
    people         [{id, public, person}]: own keys of these people (ids); who never chose a password has none

    A device shows letters that it made of the public key itself: a server that lies about a key lies about these too.
    """
    key = queries.current_key(body_id, Compartment.INTERVIEWS)
    if key is None or queries.exchanged([key]):
        return None
    own_keys = queries.keys_to_seal_to(people).values()
    told = {"number": key.number, "fingerprint": fingerprint(key.public)}
    return {
        "compartment": _holder(key.id, key.public) | told,
        "people": [_holder(own.id, own.public) | {"person": str(own.user_id)} for own in own_keys],
    }


def _holder(key_id: UUID, public: bytes) -> dict[str, Any]:
    return {"id": str(key_id), "public": b64encode(public).decode()}


def receive(data: object, body_id: UUID) -> DeviceEnvelope:
    """Return the envelope that a device sent for a body.

    It must be sealed to a key of the body's interviews, the present one or one that was replaced since. Raises
    EnvelopeRefused.
    """
    envelope = DeviceEnvelope.read(data)
    if len(envelope.wraps) > MOST_HOLDERS:
        raise EnvelopeRefused("too_large", f"an envelope is sealed to {MOST_HOLDERS} holders at most")
    keys = {key.id for key in queries.keys(body_id) if key.compartment is Compartment.INTERVIEWS}
    if not envelope.wraps.keys() & keys:
        raise EnvelopeRefused("no_compartment", "no reader of the body could ever open it")
    others = envelope.wraps.keys() - keys
    if others != queries.known_users_keys(others):
        raise EnvelopeRefused("unknown_holder", "it is sealed to a key that nobody here has")
    return envelope


def confirm_key(body: Body, key_id: UUID, typed: str, *, by: User, at: datetime) -> CompartmentKey:
    """Note that a person compared the body's key with the fingerprint that readers see, and lets a device seal to it.

    `key_id` is the key that the device was offered, `typed` what the person typed, in any case and grouping. Raises
    KeysRefused: overtaken where another key is in use by now, other_fingerprint where the letters are others.
    """
    key = queries.current_key(body.id, Compartment.INTERVIEWS)
    if key is None or key.id != key_id:
        raise KeysRefused("overtaken", "the body has another key by now")
    if _letters(typed) != _letters(fingerprint(key.public)):
        raise KeysRefused("other_fingerprint", "the letters are those of another key")
    _audit("compartment-key:confirmed-on-device", key, by, at)
    return key


def refuse_key(body: Body, *, by: User, at: datetime) -> None:
    """Note that a device was offered another key than it pinned and did not take it: readers should look into that."""
    key = queries.current_key(body.id, Compartment.INTERVIEWS)
    if key is not None:
        _audit("compartment-key:refused-on-device", key, by, at)


def _letters(text: str) -> str:
    return "".join(text.split()).upper()


def _audit(tag: str, key: CompartmentKey, by: User, at: datetime) -> None:
    record_event(tag, mechanism_id=key.mechanism_id, subject_id=key.id, by=by.id, at=at, number=key.number)
