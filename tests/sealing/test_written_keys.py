"""Keys on paper: slips of the pen are told, small letters and spaces do not matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sealing.written_keys import (
    LETTERS,
    PAPER_BYTES,
    RECOVERY_BYTES,
    NotAWrittenKey,
    new_recovery_secret,
    read,
    wrapping_key,
    write,
)


@pytest.mark.parametrize("size", [RECOVERY_BYTES, PAPER_BYTES])
@given(data=st.data())
def test_what_was_written_is_read(size: int, data: st.DataObject) -> None:
    secret = data.draw(st.binary(min_size=size, max_size=size))
    assert read(write(secret), size) == secret


def test_people_may_write_it_their_way() -> None:
    secret = new_recovery_secret()
    written = write(secret)
    for typed in (
        written.lower(),
        written.replace("-", " "),
        f"  {written} ",
        written.replace("0", "O").replace("1", "l"),
    ):
        assert read(typed, RECOVERY_BYTES) == secret


def test_one_wrong_letter_is_nearly_always_told() -> None:
    written = write(bytes(range(RECOVERY_BYTES)))
    untold = 0
    tried = 0
    for at, letter in enumerate(written):
        for other in LETTERS:
            if letter not in ("-", other):
                tried += 1
                try:
                    read(written[:at] + other + written[at + 1 :], RECOVERY_BYTES)
                    untold += 1
                except NotAWrittenKey:
                    pass
    assert tried > 800
    assert untold <= tried // 200


@pytest.mark.parametrize("typed", ["", "ABCD", "ÄÖÜ", "Z" * 28, "0" * 27])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(NotAWrittenKey):
        read(typed, RECOVERY_BYTES)


def test_one_secret_gives_another_key_for_each_purpose() -> None:
    secret = new_recovery_secret()
    assert wrapping_key(secret, "own key") != wrapping_key(secret, "body key")
    assert len(wrapping_key(secret, "own key")) == 32
