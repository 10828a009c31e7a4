"""What Chromium seals through sealing.js, Python opens; both make the same bytes of any text."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error as ScriptError

from monitor.db import new_id
from monitor.guide.plain_text import _CONTROL, check_text
from monitor.guide.problems import UnfitAnswer
from monitor.sealing import envelopes
from monitor.sealing.envelopes import CannotOpen, context, open_object_under, open_under, open_with
from monitor.sealing.key_pairs import KeyPair, fingerprint, new_pair
from monitor.vault.contexts import of_content, of_record_key
from monitor.vault.from_devices import DeviceEnvelope
from tests.browser.conftest import PATIENCE
from tests.factories.device_envelopes import text
from tests.sealing.vectors import INFO, PLAIN, VECTORS, Vector

MODULE = "/static/js/offline/sealing.js"
NOTE = "taken out at night — قالت 😀 \n\t \\ \" '"
CONTENT = {"where": "Yard", "note": NOTE * 20, "agreed_to_talk": "yes", "agreed_to_notes": ""}
MECHANISM, BODY, RECORD, COMPARTMENT, AUTHOR = (new_id() for _ in range(5))
OWNER = ["device talk", str(new_id()), str(new_id())]
OPEN_VECTOR = """async (given) => {
    const hpke = await import("/static/vendor/hpke.js");
    const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
    const suite = new hpke.CipherSuite(
        hpke.KEM_DHKEM_X25519_HKDF_SHA256, hpke.KDF_HKDF_SHA256, hpke[`AEAD_${given.aead}`]);
    const holder = await suite.DeserializePrivateKey(bytes(given.private), true);
    const context = await suite.SetupRecipient(holder, bytes(given.encapsulated), { info: bytes(given.info) });
    const opened = [];
    for (const [number, sealed] of given.sealed.entries()) {
        const beside = new TextEncoder().encode(`Count-${number}`);
        opened.push(new TextDecoder().decode(await context.Open(bytes(sealed), beside)));
    }
    return opened;
}"""
"""Opens the messages of a vector by the library that seals on devices."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)
"""Any text that is one: half of a surrogate pair is none, and no id holds it."""
Call = Callable[..., Any]


@pytest.fixture
def call(chromium: Chromium, server: str) -> Iterator[Call]:
    """Calls a function of the module on a page of the application, under its policy: `call("fingerprint", public)`."""
    window = chromium.new_context()
    window.set_default_timeout(PATIENCE)
    page = window.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{server}/sign-in")
    run = f"""async ([name, given]) => {{
        const found = await (await import("{MODULE}"))[name](...given);
        return found instanceof Uint8Array ? Array.from(found) : found;
    }}"""
    yield lambda name, *given: page.evaluate(run, [name, given])
    window.close()
    assert complaints == []


@pytest.fixture
def readers() -> KeyPair:
    return new_pair()


@pytest.fixture
def author() -> KeyPair:
    return new_pair()


@pytest.fixture
def sealed(call: Call, readers: KeyPair, author: KeyPair) -> dict[str, Any]:
    """What the device makes of CONTENT for the body's readers and the author."""
    found: dict[str, Any] = call("sealOnDevice", sealing({COMPARTMENT: readers, AUTHOR: author}))
    return found


def sealing(holders: dict[UUID, KeyPair], content: object = CONTENT) -> dict[str, Any]:
    return {
        "mechanism": str(MECHANISM), "body": str(BODY), "record": str(RECORD), "owner": OWNER, "content": content,
        "holders": [{"id": str(id_), "public": text(pair.public)} for id_, pair in holders.items()],
    }  # fmt: skip


def open_as(
    holder: UUID, pair: KeyPair, sealed: dict[str, Any], owner: list[str] = OWNER, record: UUID = RECORD
) -> dict[str, Any]:
    """Open an envelope as a holder of one of its keys does."""
    envelope = DeviceEnvelope.read(sealed)
    key = open_with(pair.private, envelope.wraps[holder], of_record_key(record, holder))
    return open_object_under(key, envelope.content, of_content(MECHANISM, BODY, record, owner))


def test_each_holder_opens_what_chromium_sealed(
    sealed: dict[str, Any], readers: KeyPair, author: KeyPair, call: Call
) -> None:
    assert open_as(COMPARTMENT, readers, sealed) == open_as(AUTHOR, author, sealed) == CONTENT
    assert "Yard" not in json.dumps(sealed)
    again = call("sealOnDevice", sealing({COMPARTMENT: readers, AUTHOR: author}))
    assert again["content"] != sealed["content"], "each has a key and a nonce of its own"
    assert call("canSeal") is True


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_library_of_devices_opens_the_standards_vectors(vector: Vector, chromium: Chromium, server: str) -> None:
    given = {
        "aead": vector.name, "info": INFO.hex(), "private": vector.private.hex(),
        "encapsulated": vector.encapsulated.hex(), "sealed": [message.hex() for message in vector.sealed],
    }  # fmt: skip
    page = chromium.new_context().new_page()
    page.goto(f"{server}/sign-in")
    assert page.evaluate(OPEN_VECTOR, given) == [PLAIN.decode()] * len(vector.sealed)
    with pytest.raises(ScriptError, match="OpenError"):
        page.evaluate(OPEN_VECTOR, {**given, "sealed": [damaged_once(vector.sealed[0]).hex()]})
    page.context.close()


def damaged_once(whole: bytes) -> bytes:
    """Return an envelope with its last bit turned."""
    return whole[:-1] + bytes([whole[-1] ^ 1])


def test_lengths_are_told_in_steps_alone(call: Call, readers: KeyPair) -> None:
    sizes = {
        len(call("sealOnDevice", sealing({COMPARTMENT: readers}, {"n": "x" * length}))["content"])
        for length in (0, 1, 100, 243)
    }
    assert len(sizes) == 1


def test_another_place_another_record_and_another_holder_do_not_open(
    sealed: dict[str, Any], readers: KeyPair, author: KeyPair
) -> None:
    for attempt in (
        lambda: open_as(COMPARTMENT, readers, sealed, owner=[*OWNER[:2], str(new_id())]),
        lambda: open_as(COMPARTMENT, readers, sealed, record=new_id()),
        lambda: open_as(COMPARTMENT, author, sealed),
    ):
        with pytest.raises(CannotOpen):
            attempt()


def test_cut_and_altered_envelopes_do_not_open(sealed: dict[str, Any], readers: KeyPair) -> None:
    place, place_of_key = of_content(MECHANISM, BODY, RECORD, OWNER), of_record_key(RECORD, COMPARTMENT)
    wrap, content = b64decode(sealed["wraps"][str(COMPARTMENT)]), b64decode(sealed["content"])
    key = open_with(readers.private, wrap, place_of_key)
    for broken in damaged(wrap):
        with pytest.raises(CannotOpen):
            open_with(readers.private, broken, place_of_key)
    for broken in damaged(content):
        with pytest.raises(CannotOpen):
            open_under(key, broken, place)


def damaged(whole: bytes) -> Iterator[bytes]:
    """Yield cut and altered versions of an envelope."""
    for at in range(0, len(whole), 7):
        yield whole[:at]
        yield whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


@pytest.mark.parametrize("note", ["\0", "\r\n", "\x85", "x" * 20_001])
def test_what_no_page_could_show_is_not_sealed(note: str, call: Call, readers: KeyPair) -> None:
    with pytest.raises(ScriptError, match="UnfitText"):
        call("sealOnDevice", sealing({COMPARTMENT: readers}, {"texts": {"note": [note]}}))
    with pytest.raises(UnfitAnswer):
        check_text(note)


def test_a_key_that_no_pair_has_seals_nothing(call: Call, readers: KeyPair) -> None:
    for public in (b"short", bytes(32)):
        holders = {COMPARTMENT: readers, AUTHOR: KeyPair(b"", public)}
        with pytest.raises(ScriptError):
            call("sealOnDevice", sealing(holders))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(TEXTS, max_size=6))
def test_both_make_the_same_context_of_any_texts(call: Call, parts: list[str]) -> None:
    assert bytes(call("context", *parts)) == context(*parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=TEXTS)
def test_both_read_the_same_out_of_any_content(call: Call, note: str) -> None:
    readers = new_pair()
    given = sealing({COMPARTMENT: readers}, {"note": note})
    if _CONTROL.search(note):
        with pytest.raises(ScriptError):
            call("sealOnDevice", given)
    else:
        assert open_as(COMPARTMENT, readers, call("sealOnDevice", given)) == {"note": note}


def test_both_fill_up_to_the_same_steps(call: Call) -> None:
    for length in (0, 1, 251, 252, 253, 508, 509, 5000):
        assert bytes(call("fillUp", [7] * length)) == envelopes._fill_up(bytes([7] * length))


def test_both_show_the_same_fingerprint(call: Call) -> None:
    for _ in range(30):
        public = new_pair().public
        assert call("fingerprint", text(public)) == fingerprint(public)
