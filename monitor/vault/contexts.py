"""The places that envelopes are bound to: each names everything that must not be exchanged behind people's backs."""

from collections.abc import Sequence
from uuid import UUID

from monitor.sealing.envelopes import context


def of_grant(compartment_key_id: UUID, user_key_id: UUID) -> bytes:
    """Return the place of a compartment's private key that is sealed to a person."""
    return context("grant", 1, compartment_key_id, user_key_id)


def of_paper(compartment_key_id: UUID, paper_id: UUID) -> bytes:
    """Return the place of a compartment's private key that is sealed to the paper key."""
    return context("paper", 1, compartment_key_id, paper_id)


def of_record_key(record_id: UUID, holder_id: UUID) -> bytes:
    """Return the place of a record's key that is sealed to a compartment's or a person's key."""
    return context("record key", 1, record_id, holder_id)


def of_content(mechanism_id: UUID, body_id: UUID, record_id: UUID, owner: Sequence[object]) -> bytes:
    """Return the place of a record's content; `owner` names what refers to it, such as ("answer", sheet, item, id)."""
    return context("content", 1, mechanism_id, body_id, record_id, *owner)
