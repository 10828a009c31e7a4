"""The facts of a place as people type them and registers hold them: what fits, and what is wrong with the rest.

One set of rules for the form and for imported files. Nothing here says it in words: places/words.py does.
"""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from monitor.guide.problems import UnfitAnswer
from monitor.guide.typed_numbers import parse_number

LONGEST: Final = MappingProxyType(
    {
        "name": 300, "code": 40, "authority": 300, "address": 1000, "city": 200, "region": 200, "country": 2,
        "notes": 20_000,
    }
)  # fmt: skip
"""Fact -> most characters."""
FURTHEST: Final = MappingProxyType({"latitude": 90.0, "longitude": 180.0})
"""Degrees, on either side of the equator and of Greenwich."""
LARGEST_CAPACITY: Final = 1_000_000
LONGEST_NUMBER: Final = 40  # characters
SEVERAL_LINES: Final = frozenset({"address", "notes"})
UNKNOWN: Final = frozenset({"", "NA", "N/A", "#N/A"})
"""How registers write that a fact is not known."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile("[ \t\n\u00a0]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?")
_CODE = re.compile(r"[\w./-]+")
_COUNTRY = re.compile("[A-Z]{2}")


class FactProblem(StrEnum):
    """What can be wrong with one fact."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    UNREADABLE_CHARACTERS = "unreadable_characters"
    """Bytes that are no characters of the file's encoding, or half of a character."""
    NOT_A_NUMBER = "not_a_number"
    AMBIGUOUS_NUMBER = "ambiguous_number"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    DEGREES_OUT_OF_RANGE = "degrees_out_of_range"
    HALF_A_POSITION = "half_a_position"
    UNFIT_COUNTRY = "unfit_country"
    UNFIT_CODE = "unfit_code"


class UnfitFact(ValueError):
    """A fact cannot be taken: which one, why, what was written and the limit that it breaks."""

    def __init__(self, fact: str, problem: FactProblem, *, typed: str = "", limit: float | None = None) -> None:
        super().__init__(f"{fact}: {problem}")
        self.fact, self.problem, self.typed, self.limit = fact, problem, typed, limit


def read_text(fact: str, typed: str) -> str:
    """Return a text as it is stored: outer space gone, one line where the fact is one. Raises UnfitFact."""
    if not typed:
        return ""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if fact not in SEVERAL_LINES:
        text = _SPACES.sub(" ", text)
    if _SURROGATE.search(text):
        raise UnfitFact(fact, FactProblem.UNREADABLE_CHARACTERS)
    if _CONTROL.search(text):
        raise UnfitFact(fact, FactProblem.CONTROL_CHARACTERS)
    if len(text) > LONGEST[fact]:
        raise UnfitFact(fact, FactProblem.TOO_LONG, limit=LONGEST[fact])
    return text


def made_visible(typed: str) -> str:
    """Return the text with a mark where it holds what no page can show, so that a person finds the place."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("\ufffd", typed.replace("\r\n", "\n")))


def read_name(typed: str) -> str:
    """Return the name of a place. Raises UnfitFact, also when it is empty."""
    name = read_text("name", typed)
    if not name:
        raise UnfitFact("name", FactProblem.MISSING)
    return name


def read_code(typed: str) -> str:
    """Return a code, letters, digits and . / - _ of any script; empty: none was given. Raises UnfitFact."""
    code = read_text("code", typed)
    if code and not _CODE.fullmatch(code):
        raise UnfitFact("code", FactProblem.UNFIT_CODE, typed=code)
    return code


def read_country(typed: str) -> str:
    """Return a country as its two letters of ISO 3166-1 in capitals. Raises UnfitFact."""
    country = typed.strip().upper()
    if not _COUNTRY.fullmatch(country):
        raise UnfitFact("country", FactProblem.UNFIT_COUNTRY, typed=typed.strip())
    return country


def read_capacity(typed: str) -> int | None:
    """Return a number of people, None where nothing was written. Raises UnfitFact."""
    number = _number("capacity", typed)
    if number is None:
        return None
    if number != int(number):
        raise UnfitFact("capacity", FactProblem.NOT_WHOLE, typed=typed.strip())
    if not 0 <= number <= LARGEST_CAPACITY:
        raise UnfitFact("capacity", FactProblem.OUT_OF_RANGE, typed=typed.strip(), limit=LARGEST_CAPACITY)
    return int(number)


def read_degrees(fact: str, typed: str) -> float | None:
    """Return a latitude or longitude in degrees, south and west below zero, None where nothing was written.

    Raises UnfitFact.
    """
    degrees = _number(fact, typed)
    if degrees is None:
        return None
    if abs(degrees) > FURTHEST[fact]:
        raise UnfitFact(fact, FactProblem.DEGREES_OUT_OF_RANGE, typed=typed.strip(), limit=FURTHEST[fact])
    return float(degrees)


def check_position(latitude: float | None, longitude: float | None) -> None:
    """Refuse one coordinate without the other: UnfitFact about the one that is missing."""
    if (latitude is None) != (longitude is None):
        raise UnfitFact("latitude" if latitude is None else "longitude", FactProblem.HALF_A_POSITION)


def _number(fact: str, typed: str) -> float | None:
    text = typed.strip()
    if not text:
        return None
    if _PLAIN_NUMBER.fullmatch(text):
        return float(text)
    if len(text) > LONGEST_NUMBER:
        raise UnfitFact(fact, FactProblem.NOT_A_NUMBER, typed=text)
    sign = -1 if text[0] in "-\u2212" else 1
    try:
        return sign * parse_number(text[1:] if sign < 0 else text)
    except UnfitAnswer as reason:
        ambiguous = reason.code == "ambiguous_number"
        problem = FactProblem.AMBIGUOUS_NUMBER if ambiguous else FactProblem.NOT_A_NUMBER
        raise UnfitFact(fact, problem, typed=text) from reason
