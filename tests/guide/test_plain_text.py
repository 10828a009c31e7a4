"""Texts survive as they were typed, and what cannot be kept is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.guide.plain_text import check_comment, check_text, clean_text
from monitor.guide.problems import TEXT_CAP, UnfitAnswer


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two\r\nlines\n", "two\nlines"),
        ("tab\there", "tab\there"),
        ("e\u0301", "e\u0301"),
        ("\u2003النص\u00a0", "النص"),
        ("", ""),
        ("x" * TEXT_CAP + " \n", "x" * TEXT_CAP),
    ],
)
def test_text_is_kept_without_surrounding_space(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code", "params"),
    [
        ("a\x00b", "control_characters", {"position": 2}),
        ("ab\x0b", "control_characters", {"position": 3}),
        ("a\rb", "control_characters", {"position": 2}),
        ("\x7f", "control_characters", {"position": 1}),
        ("\x85", "control_characters", {"position": 1}),
        ("\x1cab", "control_characters", {"position": 1}),
        ("a\ud83d", "unpaired_surrogate", {"position": 2}),
        ("x" * (TEXT_CAP + 1), "text_too_long", {"length": TEXT_CAP + 1, "cap": TEXT_CAP}),
    ],
)
def test_text_is_refused_by_name(typed: str, code: str, params: dict[str, object]) -> None:
    for check in (clean_text, check_comment, check_text):
        with pytest.raises(UnfitAnswer) as raised:
            check(typed)
        assert (raised.value.code, raised.value.params) == (code, params)


def test_comment_that_is_no_text_is_refused() -> None:
    with pytest.raises(UnfitAnswer, match="must be a text"):
        check_comment(None)


def test_surrounding_space_is_refused_where_nothing_may_change() -> None:
    with pytest.raises(UnfitAnswer, match="begins or ends with a space"):
        check_text(" a")


@given(st.text())
def test_clean_text_is_accepted_and_stays_as_it_is(typed: str) -> None:
    try:
        cleaned = clean_text(typed)
    except UnfitAnswer:
        return
    check_text(cleaned)
    assert clean_text(cleaned) == cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
