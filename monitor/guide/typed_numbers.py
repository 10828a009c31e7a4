"""Numbers as people type them: comma or point, digits of any script, thin spaces between thousands."""

import re
import unicodedata

from monitor.guide.problems import NUMBER_CAP, UnfitAnswer

_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
_BETWEEN_THOUSANDS = "[ \u00a0\u2007\u2009\u202f'\u2019\u066c]"
_MINUS = frozenset("-\u2212")
_NUMBER = re.compile(rf"([-\u2212+]?)(\d{{1,3}}(?:{_BETWEEN_THOUSANDS}\d{{3}})+|\d*)(?:[.,\u066b](\d*))?")
_THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2},\d{3}")
_MOST_DIGITS = 40


def parse_number(typed: str) -> int | float:
    """Give the number that was typed, whole where it has no fraction.

    Comma and point both begin the decimals, and spaces may part the thousands; "1,250" alone is refused, since it
    means 1250 to some people and 1.25 to others. Arabic-Indic, Persian and other decimal digits are read.
    Raises UnfitAnswer (not_a_number, ambiguous_number, negative, too_large).
    """
    text = _with_western_digits(typed.translate(_DIRECTION_MARKS).strip())
    if _THOUSANDS_OR_DECIMALS.fullmatch(text):
        raise UnfitAnswer("ambiguous_number", typed=typed)
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise UnfitAnswer("not_a_number", typed=typed)
    whole = re.sub(_BETWEEN_THOUSANDS, "", match[2]).lstrip("0")
    fraction = (match[3] or "").rstrip("0")
    if match[1] in _MINUS and (whole or fraction):
        raise UnfitAnswer("negative", typed=typed)
    if len(whole) > _MOST_DIGITS:
        raise UnfitAnswer("too_large", typed=typed, cap=NUMBER_CAP)
    return float(f"{whole or 0}.{fraction}") if fraction else int(whole or 0)


def _with_western_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
