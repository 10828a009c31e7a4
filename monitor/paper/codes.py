"""The code of a page of paper: digits alone, so that every keyboard and number pad types it, in every script.

Eight random digits name the printing and say nothing about visit, place or date to who finds a page; two or more
number the page; the last is a check digit by Damm's method (H. M. Damm, Total anti-symmetrische Quasigruppen, 2004),
which notices every single wrong digit and every pair of neighbours typed in the wrong order.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import Final

NUMBER_DIGITS: Final = 8
PAGE_DIGITS: Final = 2
"""At least; a form of a hundred pages has three."""
SHORTEST: Final = NUMBER_DIGITS + PAGE_DIGITS + 1
LONGEST: Final = SHORTEST + 1
SEPARATORS: Final = frozenset(" -.·/\t\n\r\N{NO-BREAK SPACE}")
"""What may stand between digits: printed, typed, or sent by a scanner behind them."""
DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class NotACode(ValueError):
    """What was typed has other signs than digits, or too few or too many of them."""


class Mistyped(ValueError):
    """The check digit does not fit: a digit is wrong, or two are exchanged."""


@dataclass(frozen=True, slots=True)
class PageCode:
    """A page of a printing; `page` counts from 1."""

    number: str
    page: int

    def __str__(self) -> str:
        digits = f"{self.number}{self.page:0{PAGE_DIGITS}}"
        return f"{digits}{check_digit(digits)}"

    @property
    def shown(self) -> str:
        """The code as it is printed: in groups that are easy to read out and to type."""
        code = str(self)
        return " ".join((code[:4], code[4:NUMBER_DIGITS], code[NUMBER_DIGITS:-1], code[-1]))

    @property
    def in_line(self) -> str:
        """The code for a sentence: its groups keep their order where the line runs from right to left."""
        return f"\u2066{self.shown}\u2069"


def new_number() -> str:
    """Return the number of a printing: random, so that none can be guessed from another."""
    return "".join(secrets.choice("0123456789") for _ in range(NUMBER_DIGITS))


def check_digit(digits: str) -> str:
    """Return the digit that belongs behind these."""
    return reduce(lambda interim, digit: DAMM[int(interim)][int(digit)], digits, "0")


def read_code(typed: str) -> PageCode:
    """Return the page that a typed or scanned code names. Raises NotACode, Mistyped."""
    digits = "".join(_digit(sign) for sign in typed.strip() if sign not in SEPARATORS)
    if not SHORTEST <= len(digits) <= LONGEST:
        raise NotACode
    if check_digit(digits) != "0":
        raise Mistyped
    return PageCode(digits[:NUMBER_DIGITS], int(digits[NUMBER_DIGITS:-1]))


def _digit(sign: str) -> str:
    """Return a digit of any script as one of ours."""
    value = unicodedata.digit(sign, None)
    if value is None:
        raise NotACode
    return str(value)
