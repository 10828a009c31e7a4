"""An envelope opens with its key and in its place alone."""

from secrets import randbelow

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from monitor.sealing.envelopes import CannotOpen, context, new_key, open_under, open_with, seal_to, seal_under
from monitor.sealing.key_pairs import fingerprint, new_pair, pair_of
from tests.sealing.vectors import INFO, OURS, PLAIN, VECTORS, Vector, beside

PLACE = context("mechanism", "body", "record", "field")
TEXT = "She asked that nobody be told. — قالت".encode()


def test_what_was_sealed_to_a_pair_opens_with_it() -> None:
    pair = new_pair()
    envelope = seal_to(pair.public, TEXT, PLACE)
    assert TEXT not in envelope
    assert open_with(pair.private, envelope, PLACE) == TEXT


def test_what_was_sealed_under_a_key_opens_with_it() -> None:
    key = new_key()
    envelope = seal_under(key, TEXT, PLACE)
    assert TEXT not in envelope
    assert open_under(key, envelope, PLACE) == TEXT
    assert seal_under(key, TEXT, PLACE) != envelope


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_public_key_of_the_standards_vectors_comes_out(vector: Vector) -> None:
    assert pair_of(vector.private).public == vector.public


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_library_opens_the_standards_vectors(vector: Vector) -> None:
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, vector.aead)
    private = X25519PrivateKey.from_private_bytes(vector.private)
    sealed = vector.encapsulated + vector.sealed[0]
    assert openssl.hpke._decrypt_with_aad(suite, sealed, private, INFO, beside(0)) == PLAIN
    with pytest.raises(InvalidTag):
        openssl.hpke._decrypt_with_aad(suite, sealed, private, INFO, beside(1))


def test_the_vectors_are_of_the_suite_that_seals() -> None:
    """What Python seals opens by the suite of the vectors, once the first byte is off."""
    pair = pair_of(OURS.private)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, OURS.aead)
    envelope = seal_to(pair.public, TEXT, PLACE)
    assert TEXT in suite.decrypt(envelope[1:], X25519PrivateKey.from_private_bytes(pair.private), PLACE)


def test_other_places_other_pairs_and_other_keys_do_not_open() -> None:
    pair, key = new_pair(), new_key()
    to_people, under_key = seal_to(pair.public, TEXT, PLACE), seal_under(key, TEXT, PLACE)
    elsewhere = context("mechanism", "body", "other record", "field")
    for opening in (
        lambda: open_with(pair.private, to_people, elsewhere),
        lambda: open_with(new_pair().private, to_people, PLACE),
        lambda: open_with(pair.private, under_key, PLACE),
        lambda: open_under(key, under_key, elsewhere),
        lambda: open_under(new_key(), under_key, PLACE),
        lambda: open_under(key, to_people, PLACE),
    ):
        with pytest.raises(CannotOpen):
            opening()


def test_a_thousand_altered_envelopes_do_not_open() -> None:
    pair, key = new_pair(), new_key()
    to_people, under_key = seal_to(pair.public, TEXT, PLACE), seal_under(key, TEXT, PLACE)
    for turn in range(500):
        for sealed, opening in ((to_people, lambda e: open_with(pair.private, e, PLACE)),
                                (under_key, lambda e: open_under(key, e, PLACE))):  # fmt: skip
            at = randbelow(len(sealed))
            damaged = (
                sealed[:at] + bytes([sealed[at] ^ (1 << randbelow(8))]) + sealed[at + 1 :] if turn % 2 else sealed[:at]
            )
            with pytest.raises(CannotOpen):
                opening(damaged)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"\x02", b"\x03" + bytes(80), bytes(range(200))], ids=range(5))
def test_junk_does_not_open(junk: bytes) -> None:
    for opening in (lambda: open_with(new_pair().private, junk, PLACE), lambda: open_under(new_key(), junk, PLACE)):
        with pytest.raises(CannotOpen):
            opening()


@given(st.binary(max_size=2000))
def test_any_content_comes_back(content: bytes) -> None:
    key = new_key()
    assert open_under(key, seal_under(key, content, PLACE), PLACE) == content


def test_lengths_are_told_in_steps_alone() -> None:
    key = new_key()
    assert len({len(seal_under(key, b"x" * length, PLACE)) for length in range(253)}) == 1
    assert len(seal_under(key, b"x" * 253, PLACE)) == 28 + 1 + 512


def test_no_two_contexts_are_the_same() -> None:
    assert context("ab", "c") != context("a", "bc") != context("abc") != context("abc", "")


def test_a_key_that_no_pair_has_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        seal_to(b"short", TEXT, PLACE)


def test_fingerprints_are_short_and_of_one_key() -> None:
    pair = new_pair()
    assert fingerprint(pair.public) == fingerprint(pair.public) != fingerprint(new_pair().public)
    assert [len(group) for group in fingerprint(pair.public).split(" ")] == [4] * 5
