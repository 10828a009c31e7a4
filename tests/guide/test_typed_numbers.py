"""Numbers are read as people type them, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.guide.problems import UnfitAnswer
from monitor.guide.typed_numbers import parse_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", 0),
        ("12", 12),
        (" 12 ", 12),
        ("+7", 7),
        ("007", 7),
        ("2.5", 2.5),
        ("2,5", 2.5),
        (",5", 0.5),
        ("3.", 3),
        ("3,0", 3),
        ("0,125", 0.125),
        ("4.125", 4.125),
        ("٢٫٥", 2.5),
        ("١٢", 12),
        ("۳۴", 34),
        ("\u200f١٢\u200e", 12),
        ("1 250", 1250),
        ("1\u202f250,5", 1250.5),
        ("1\u2009250\u2009000", 1250000),
        ("١٬٢٥٠", 1250),
        ("1'250", 1250),
        ("-0", 0),
    ],
)
def test_number_is_read(typed: str, number: float) -> None:
    assert parse_number(typed) == number
    assert type(parse_number(typed)) is type(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("about 12", "not_a_number"),
        ("", "not_a_number"),
        (".", "not_a_number"),
        ("1e5", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        ("12 5", "not_a_number"),
        ("1.250.000", "not_a_number"),
        ("1/2", "not_a_number"),
        ("²", "not_a_number"),
        ("1,250", "ambiguous_number"),
        ("١,٢٥٠", "ambiguous_number"),
        ("-3", "negative"),
        ("\u22120,5", "negative"),
        ("9" * 5000, "too_large"),
    ],
)
def test_refusal_carries_what_was_typed(typed: str, code: str) -> None:
    with pytest.raises(UnfitAnswer) as raised:
        parse_number(typed)
    assert raised.value.code == code
    assert raised.value.params["typed"] == typed


@given(st.one_of(st.integers(0, 10**9), st.floats(0, 10**9, allow_nan=False).filter(lambda value: value >= 1e-4)))
def test_number_shown_with_a_point_is_read_back(number: float) -> None:
    assert parse_number(str(number)) == number


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused_by_name(typed: str) -> None:
    try:
        number = parse_number(typed)
    except UnfitAnswer:
        return
    assert number >= 0
