"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is good. Knows no rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from secrets import token_bytes
from typing import Any, Final, Self
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES: Final = 64
NAME: Final = "Monitor"
LONGEST_TRANSPORTS: Final = 8
_KNOWN_TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}


class PasskeyRefused(Exception):
    """What the browser sent proves nothing: forged, damaged, for another site or challenge, without PIN or finger."""


@dataclass(frozen=True)
class Site:
    """The site that a passkey belongs to: it answers to no other, whatever that one looks like."""

    id: str
    origin: str

    @classmethod
    def of_address(cls, address: str) -> Self | None:
        """Return the site of an address; None where browsers know no passkeys: without https, at a bare number."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme != "https" and host != "localhost":
            return None
        try:
            ip_address(host)
        except ValueError:
            return cls(host, f"{parts.scheme}://{parts.netloc}")
        return None


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that was just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


def new_challenge() -> bytes:
    """Return what a passkey has to sign."""
    return token_bytes(CHALLENGE_BYTES)


def creation_options(
    site: Site, challenge: bytes, *, user_id: UUID, account: str, name: str, has: Sequence[bytes]
) -> dict[str, Any]:
    """Return what a browser is asked for to make a passkey; `has` are those that the person has already."""
    options = webauthn.generate_registration_options(
        rp_id=site.id, rp_name=NAME, user_id=user_id.bytes, user_name=account, user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in has],
    )  # fmt: skip
    return dict(options_to_json_dict(options))


def request_options(site: Site, challenge: bytes, *, has: Sequence[tuple[bytes, list[str]]]) -> dict[str, Any]:
    """Return what a browser is asked for to prove that one of these passkeys (id, transports) is there."""
    allowed = [
        PublicKeyCredentialDescriptor(id=each, transports=[AuthenticatorTransport(way) for way in ways])
        for each, ways in has
    ]
    options = webauthn.generate_authentication_options(
        rp_id=site.id, challenge=challenge, allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return dict(options_to_json_dict(options))


def check_new(site: Site, challenge: bytes, credential: object) -> NewPasskey:
    """Return the passkey that a browser made. Raises PasskeyRefused."""
    try:
        verified = webauthn.verify_registration_response(
            credential=_as_object(credential), expected_challenge=challenge, expected_rp_id=site.id,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    return NewPasskey(
        verified.credential_id, verified.credential_public_key, verified.sign_count, _transports(credential)
    )


def credential_id_of(credential: object) -> bytes:
    """Return which passkey an answer says it is from. Raises PasskeyRefused."""
    try:
        return base64url_to_bytes(_as_object(credential)["rawId"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error


def check_answer(site: Site, challenge: bytes, credential: object, *, public_key: bytes, sign_count: int) -> int:
    """Return the new count of signatures when the passkey signed the challenge. Raises PasskeyRefused."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=_as_object(credential), expected_challenge=challenge, expected_rp_id=site.id,
            expected_origin=site.origin, credential_public_key=public_key, credential_current_sign_count=sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    return verified.new_sign_count


def _as_object(credential: object) -> dict[str, Any]:
    if not isinstance(credential, dict):
        raise PasskeyRefused
    return credential


def _transports(credential: object) -> list[str]:
    """Return how the device says that it can be reached, as far as the words are known."""
    said = _as_object(_as_object(credential).get("response")).get("transports")
    known = [way for way in said if isinstance(way, str) and way in _KNOWN_TRANSPORTS] if isinstance(said, list) else []
    return known[:LONGEST_TRANSPORTS]
