"""Codes of pages: typed on any keyboard, in any script; a slip is noticed and leads nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.paper.codes import DAMM, Mistyped, NotACode, PageCode, new_number, read_code

pages = st.builds(PageCode, st.from_regex(r"[0-9]{8}", fullmatch=True), st.integers(1, 999))


@given(pages)
def test_what_is_printed_is_read_back(page: PageCode) -> None:
    assert read_code(page.shown) == read_code(str(page)) == page


@given(pages, st.data())
def test_a_wrong_digit_is_noticed(page: PageCode, data: st.DataObject) -> None:
    code = str(page)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[place]]))
    with pytest.raises(Mistyped):
        read_code(code[:place] + wrong + code[place + 1 :])


@given(pages, st.data())
def test_two_exchanged_digits_are_noticed(page: PageCode, data: st.DataObject) -> None:
    code = str(page)
    place = data.draw(st.integers(0, len(code) - 2))
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if exchanged != code:
        with pytest.raises(Mistyped):
            read_code(exchanged)


def test_the_table_is_a_quasigroup_that_knows_its_neighbours() -> None:
    """What the method asks of its table: each row and column holds each digit once, and no pair may be exchanged."""
    assert all(sorted(line) == list("0123456789") for line in [*DAMM, *map("".join, zip(*DAMM, strict=True))])
    for interim in range(10):
        for x in range(10):
            for y in range(x):
                assert DAMM[int(DAMM[interim][x])][y] != DAMM[int(DAMM[interim][y])][x]


@pytest.mark.parametrize(
    "typed", ["4821 7305 03 5", "48217305035\n", "4821-7305-03-5", "٤٨٢١ ٧٣٠٥ ٠٣ ٥", "४८२१७३०५०३५"]
)
def test_any_spacing_and_any_digits_are_read(typed: str) -> None:
    assert read_code(typed) == PageCode("48217305", 3)


@pytest.mark.parametrize(
    "typed", ["", "4821730503", "4821730503555", "H821 7305 03 5", "4821 7305 O3 5", "https://x.y"]
)
def test_what_is_no_code_is_told_apart_from_a_slip(typed: str) -> None:
    with pytest.raises(NotACode):
        read_code(typed)


def test_a_hundredth_page_has_a_code() -> None:
    assert len(str(PageCode("48217305", 99))) + 1 == len(str(PageCode("48217305", 100)))


def test_numbers_are_eight_digits_and_differ() -> None:
    numbers = {new_number() for _ in range(200)}
    assert len(numbers) > 190
    assert all(len(number) == 8 and number.isdecimal() for number in numbers)
