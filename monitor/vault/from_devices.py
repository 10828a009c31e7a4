"""Envelopes that a device sealed: read from an upload, kept inside a record that the server seals, opened from there.

A device seals a finished talk or a protected answer under a random key of its own, and that key to the compartment it
has pinned and to the people who may read; it can never open it again (static/js/offline/sealing.js). An envelope is
JSON: {"format": 1, "record": id, "content": base64, "wraps": {holder's key id: base64}}; suites and contexts are those
of monitor/sealing/envelopes.py.

Whether an upload is sealed at all, nobody can tell who cannot open it. So the server seals every one once more, as
ordinary content {"from_device": envelope, "owner": [...]}: a false "already sealed" leaves no plain row. `owner` names
what the device sealed it for. What comes out was checked by no server: `fitting` decides whether it may be used.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self
from uuid import UUID

from monitor.sealing.envelopes import (
    KEY_BYTES,
    NONCE_BYTES,
    STEP,
    TO_PEOPLE,
    UNDER_A_KEY,
    CannotOpen,
    open_object_under,
    open_with,
)
from monitor.vault import contexts
from monitor.vault.models import SealedRecord

FORMAT: Final = 1
FROM_DEVICE: Final = "from_device"
OWNER: Final = "owner"
PARTS: Final = {"format", "record", "content", "wraps"}
TAG_BYTES: Final = 16
"""What AES-GCM adds to a text."""
LARGEST_CONTENT: Final = 1024 * STEP
"""Bytes of filled-up content; the longest answer with the longest comment, both of four-byte letters, is smaller."""
WRAP_BYTES: Final = len(TO_PEOPLE) + KEY_BYTES + STEP + TAG_BYTES

Check = Callable[[Sequence[object], Sequence[str], dict[str, Any]], dict[str, Any] | None]
"""Takes the owner of a record, the owner that the device named, and what it sealed; returns what may be used of it."""
checks: dict[str, Check] = {}
"""First word of an owner -> its check. Filled by create_app, so that nothing here knows them; without one nothing is
used."""


class EnvelopeRefused(Exception):
    """What a device sent as sealed cannot be taken in.

    `code` names the reason: malformed, too_large; where the holders are known, also no_compartment, unknown_holder.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class DeviceEnvelope:
    """An envelope as a device made it: its shape is sound; what it holds, only its holders can tell."""

    record: UUID
    content: bytes = field(repr=False)
    wraps: Mapping[UUID, bytes] = field(repr=False)
    """Id of a compartment's or a person's key -> the key of the content, sealed to it."""

    @classmethod
    def read(cls, data: object) -> Self:
        """Return the envelope of this JSON value. Raises EnvelopeRefused (malformed, too_large)."""
        if not isinstance(data, dict) or data.keys() != PARTS or type(data["format"]) is not int:
            raise EnvelopeRefused("malformed", "these are not the parts of an envelope")
        if data["format"] != FORMAT or not isinstance(data["wraps"], dict):
            raise EnvelopeRefused("malformed", "this is no envelope of a known format")
        content = _bytes(data["content"])
        length = len(content) - len(UNDER_A_KEY) - NONCE_BYTES - TAG_BYTES
        if length > LARGEST_CONTENT:
            raise EnvelopeRefused("too_large", f"an envelope holds {LARGEST_CONTENT} bytes at most")
        wraps = {_id(holder): _bytes(wrapped) for holder, wrapped in data["wraps"].items()}
        is_sealed = content[:1] == UNDER_A_KEY and length > 0 and length % STEP == 0
        if not is_sealed or any(len(wrapped) != WRAP_BYTES or wrapped[:1] != TO_PEOPLE for wrapped in wraps.values()):
            raise EnvelopeRefused("malformed", "content or key is not sealed by a known suite")
        return cls(_id(data["record"]), content, wraps)

    def to_json(self) -> dict[str, Any]:
        """Return the envelope as the device sent it."""
        wraps = {str(holder): b64encode(wrapped).decode() for holder, wrapped in self.wraps.items()}
        content = b64encode(self.content).decode()
        return {"format": FORMAT, "record": str(self.record), "content": content, "wraps": wraps}

    def keys(self, privates: Mapping[UUID, bytes]) -> Iterator[bytes]:
        """Yield what the wraps say the key of the content is, as far as these private keys (by key id) open them."""
        for holder in self.wraps.keys() & privates.keys():
            with suppress(CannotOpen):
                yield open_with(privates[holder], self.wraps[holder], contexts.of_record_key(self.record, holder))


@dataclass(frozen=True)
class Enclosed:
    """A device's envelope as a sealed record of the server's holds it, with the owner that the device named."""

    envelope: DeviceEnvelope
    owner: tuple[str, ...]

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """Return what a record holds. Raises EnvelopeRefused: who writes the database can seal anything to anybody."""
        owner = content.get(OWNER)
        if not isinstance(owner, list) or not all(isinstance(part, str) for part in owner):
            raise EnvelopeRefused("malformed", "nothing says what the device sealed it for")
        return cls(DeviceEnvelope.read(content[FROM_DEVICE]), tuple(owner))

    def to_json(self) -> dict[str, Any]:
        """Return it as the content of a record."""
        return {FROM_DEVICE: self.envelope.to_json(), OWNER: list(self.owner)}

    def opened_for(self, holder: UUID, wrapped: bytes) -> Self:
        """Return it with one holder more, to whose key the key of the content is sealed."""
        return replace(self, envelope=replace(self.envelope, wraps={**self.envelope.wraps, holder: wrapped}))

    def open(self, within: SealedRecord, privates: Mapping[UUID, bytes]) -> tuple[bytes, dict[str, Any]] | None:
        """Return the key and what the device sealed; None where nothing opens with these private keys (by key id)."""
        place = contexts.of_content(within.mechanism_id, within.body_id, self.envelope.record, self.owner)
        for key in self.envelope.keys(privates):
            with suppress(CannotOpen):
                return key, open_object_under(key, self.envelope.content, place)
        return None


def may_come_from_devices(owner: Sequence[object]) -> bool:
    """Say whether devices seal records of this kind at all."""
    return str(owner[0]) in checks


def fitting(owner: Sequence[object], named: Sequence[str], content: dict[str, Any]) -> dict[str, Any] | None:
    """Return what may be used of a content that a device sealed for `named`, for the record that belongs to `owner`.

    None where it was sealed for something else, or does not fit; it then counts as damaged.
    """
    return checks[str(owner[0])](owner, named, content) if may_come_from_devices(owner) else None


def _bytes(text: object) -> bytes:
    try:
        return b64decode(text, validate=True)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise EnvelopeRefused("malformed", "a part of the envelope is no base64") from error


def _id(text: object) -> UUID:
    """Return an id that is written as all are: one id has one spelling, which the contexts hold."""
    try:
        found = UUID(text)  # type: ignore[arg-type]
    except (TypeError, ValueError, AttributeError) as error:
        raise EnvelopeRefused("malformed", "a part of the envelope is no id") from error
    if str(found) != text:
        raise EnvelopeRefused("malformed", "a part of the envelope is no id as it is written everywhere")
    return found
