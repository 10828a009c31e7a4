"""What fits as a fact of a place."""

import pytest

from monitor.places.facts import (
    FactProblem,
    UnfitFact,
    check_position,
    read_capacity,
    read_code,
    read_country,
    read_degrees,
    read_name,
    read_text,
)
from monitor.places.folding import folded


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), (" 420 ", 420), ("724.0", 724), ("1 834", 1834), ("٤٢٠", 420), ("0", 0)]
)
def test_capacity_is_read_as_people_write_it(typed, value):
    assert read_capacity(typed) == value


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("many", FactProblem.NOT_A_NUMBER),
        ("-5", FactProblem.OUT_OF_RANGE),
        ("1,834", FactProblem.AMBIGUOUS_NUMBER),
        ("12.5", FactProblem.NOT_WHOLE),
        ("1000001", FactProblem.OUT_OF_RANGE),
        ("9" * 41, FactProblem.NOT_A_NUMBER),
        ("inf", FactProblem.NOT_A_NUMBER),
    ],
)
def test_capacity_is_refused_with_the_reason(typed, problem):
    with pytest.raises(UnfitFact) as refused:
        read_capacity(typed)
    assert (refused.value.fact, refused.value.problem) == ("capacity", problem)


@pytest.mark.parametrize(("typed", "value"), [("-86.62401724", -86.62401724), ("59,94", 59.94), ("\u22120.5", -0.5)])
def test_degrees_are_read(typed, value):
    assert read_degrees("longitude", typed) == value


@pytest.mark.parametrize(("fact", "typed"), [("latitude", "90.01"), ("latitude", "-91"), ("longitude", "180.5")])
def test_degrees_beyond_the_globe_are_refused(fact, typed):
    with pytest.raises(UnfitFact) as refused:
        read_degrees(fact, typed)
    assert refused.value.problem is FactProblem.DEGREES_OUT_OF_RANGE


def test_one_coordinate_alone_is_refused_and_the_missing_one_named():
    check_position(None, None)
    check_position(1.0, 2.0)
    with pytest.raises(UnfitFact) as refused:
        check_position(1.0, None)
    assert (refused.value.fact, refused.value.problem) == ("longitude", FactProblem.HALF_A_POSITION)


@pytest.mark.parametrize("typed", ["x\x00y", "x\x07", "x\x85y", "x\x1fy"])
def test_control_characters_are_refused(typed):
    with pytest.raises(UnfitFact) as refused:
        read_text("city", typed)
    assert refused.value.problem is FactProblem.CONTROL_CHARACTERS


def test_half_characters_are_refused():
    with pytest.raises(UnfitFact) as refused:
        read_text("notes", "x\udce9")
    assert refused.value.problem is FactProblem.UNREADABLE_CHARACTERS


def test_a_text_that_is_too_long_names_the_limit():
    assert read_name("x" * 300) == "x" * 300
    with pytest.raises(UnfitFact) as refused:
        read_name("x" * 301)
    assert (refused.value.problem, refused.value.limit) == (FactProblem.TOO_LONG, 300)


def test_a_name_stands_on_one_line_and_an_address_keeps_its_lines():
    assert read_name(" Northgate \r\n  prison ") == "Northgate prison"
    assert read_text("address", "2 Road\r\nVelmorra") == "2 Road\nVelmorra"


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_a_place_needs_a_name(typed):
    with pytest.raises(UnfitFact) as refused:
        read_name(typed)
    assert refused.value.problem is FactProblem.MISSING


def test_codes_and_countries_have_their_shape():
    assert read_code(" A-1/b_2.ض ") == "A-1/b_2.ض"
    assert read_country("fr") == "FR"
    for read, typed in ((read_code, "two words"), (read_code, "<b>"), (read_country, "France"), (read_country, "")):
        with pytest.raises(UnfitFact):
            read(typed)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("MAISON D'ARRÊT", "maison d'arret"),
        ("Østre Łódź", "ostre lodz"),
        ("Straße", "STRASSE"),
        ("مَرْكَز الإصلاح", "مركز الاصلاح"),
        ("مستشفى المدينة", "مستشفي المدينه"),
        ("İstanbul", "istanbul"),
    ],
)
def test_texts_are_alike_whatever_accents_and_case(written, typed):
    assert folded(written) == folded(typed)
