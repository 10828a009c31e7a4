"""Dates, numbers and sizes read as people of each language write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from monitor.web import filters

TODAY = date(2023, 3, 10)


@pytest.fixture(params=["en"])
def language(sample: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with sample.test_request_context():
        sample.preprocess_request()  # the mechanism in Oslo
        with force_locale(request.param):
            yield request.param


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "14 March 2023"), ("fr", "14\u00a0mars 2023"), ("ar", "14 مارس 2023"), ("pt_BR", "14 de março de 2023")],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_a_day_is_written_out(expected: str) -> None:
    assert filters.day(date(2023, 3, 14)) == expected


@pytest.mark.usefixtures("language")
def test_a_moment_is_told_where_the_mechanism_is() -> None:
    late = datetime(2023, 3, 14, 23, 30, tzinfo=UTC)
    assert filters.day(late) == "15 March 2023"
    assert filters.clock_time(late) == "00:30"
    assert filters.moment(late) == "15 March 2023 at 00:30"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2023, 3, 13), date(2023, 3, 16), "13–16 March 2023"),
        (date(2023, 3, 30), date(2023, 4, 2), "30 March – 2 April 2023"),
        (date(2022, 12, 30), date(2023, 1, 2), "30 December 2022 – 2 January 2023"),
        (date(2023, 3, 13), date(2023, 3, 13), "13 March 2023"),
        (date(2023, 3, 13), None, "13 March 2023"),
        (None, date(2023, 3, 13), "13 March 2023"),
        (None, None, ""),
    ],
)
@pytest.mark.usefixtures("language")
def test_a_range_says_nothing_twice(start: date | None, end: date | None, expected: str) -> None:
    assert filters.day_range(start, end).replace("\u2009", " ") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "13–16\u00a0mars 2023"), ("ar", "13–16 مارس 2023"), ("es", "13–16 de marzo de 2023")],
    indirect=["language"],
)
@pytest.mark.usefixtures("language")
def test_a_range_follows_the_language(expected: str) -> None:
    assert filters.day_range(date(2023, 3, 13), date(2023, 3, 16)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2023, 3, 10), "today"),
        (date(2023, 3, 11), "tomorrow"),
        (date(2023, 3, 9), "yesterday"),
        (date(2023, 3, 13), "in 3 days"),
        (date(2023, 3, 20), "in 10 days"),
        (date(2023, 1, 10), "59 days ago"),
        (date(2023, 9, 10), "in 6 months"),
        (date(2020, 3, 10), "3 years ago"),
        (None, ""),
    ],
)
@pytest.mark.usefixtures("language")
def test_a_relative_day_is_exact_while_it_is_near(value: date | None, expected: str) -> None:
    assert filters.relative_day(value, TODAY) == expected


@pytest.mark.usefixtures("language")
def test_a_relative_day_counts_from_today_by_itself() -> None:
    assert filters.relative_day(datetime.now(UTC)) == "today"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2147, None, "2,147"),
        (2.5, None, "2.5"),
        (2.5, 0, "3"),
        (3.85, 1, "3.9"),
        (4, 1, "4"),
        (-0.5, None, "-0.5"),
        (None, None, ""),
    ],
)
@pytest.mark.usefixtures("language")
def test_a_number_has_separators_and_rounds_halves_up(value: float | None, digits: int | None, expected: str) -> None:
    assert filters.number(value, digits) == expected


@pytest.mark.parametrize(
    ("part", "digits", "expected"), [(0.345, 0, "35%"), (0.345, 1, "34.5%"), (1, 0, "100%"), (None, 0, "")]
)
@pytest.mark.usefixtures("language")
def test_a_share_is_a_percentage(part: float | None, digits: int, expected: str) -> None:
    assert filters.percent(part, digits) == expected


@pytest.mark.parametrize("language", ["ar"], indirect=True)
@pytest.mark.usefixtures("language")
def test_figures_keep_their_order_in_right_to_left_text() -> None:
    for text in (filters.ratio(7, 37), filters.number(-5), filters.percent(0.5)):
        assert text.startswith("\u2066"), text
        assert text.endswith("\u2069"), text


@pytest.mark.parametrize(
    ("size", "expected"), [(262_144, "256 KB"), (8 * 1024 * 1024, "8 MB"), (2048 * 1024 * 1024, "2,048 MB")]
)
@pytest.mark.usefixtures("language")
def test_a_size_is_whole(size: int, expected: str) -> None:
    assert filters.byte_size(size) == expected


def test_templates_have_every_filter(sample: Flask) -> None:
    template = sample.jinja_env.from_string(
        "{{ value | day }} {{ 7 | ratio(37) }} {{ 5 | number }} {{ 0.5 | percent }}"
    )
    with sample.test_request_context():
        assert template.render(value=TODAY) == "10 March 2023 7/37 5 50%"
