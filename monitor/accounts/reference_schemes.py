"""The scheme that a mechanism's visit references follow, such as `{place}-{year}-{number:02}`."""

import re
from string import Formatter
from typing import Final

DEFAULT_SCHEME: Final = "{place}-{year}-{number:02}"
KNOWN: Final = ("place", "year", "number")
WIDTH: Final = re.compile(r"(0[1-9])?")
"""How a number may be padded: not at all, or with zeros to one to nine digits."""
BETWEEN: Final = re.compile(r"[\w ./-]*")
"""What may stand between the parts: it becomes part of file names and of addresses in letters."""


REASONS: Final = {
    "unreadable": "its braces do not match",
    "unknown": "it may hold {place}, {year} and {number}, which may be padded as in {number:02}, and no other braces",
    "characters": "beside its parts it may hold letters, digits, spaces and the marks . / - _ only",
    "no_number": "it must hold {number}, or two visits of a year could not be told apart",
}


class UnfitScheme(ValueError):
    """A reference scheme that cannot be; `reason` is a key of REASONS, the text a sentence for a command."""

    def __init__(self, reason: str, scheme: str) -> None:
        super().__init__(f"the reference scheme {scheme!r} cannot be used: {REASONS[reason]}")
        self.reason = reason


def check_scheme(scheme: str) -> None:
    """Raise UnfitScheme unless the scheme holds {number} and nothing else but {place}, {year} and plain characters."""
    try:
        parts = list(Formatter().parse(scheme))
    except ValueError as error:
        raise UnfitScheme("unreadable", scheme) from error
    for literal, name, width, conversion in parts:
        if not BETWEEN.fullmatch(literal):
            raise UnfitScheme("characters", scheme)
        if name is None:
            continue
        if name not in KNOWN or conversion or not WIDTH.fullmatch(width or "") or (width and name != "number"):
            raise UnfitScheme("unknown", scheme)
    if "number" not in {name for _, name, _, _ in parts}:
        raise UnfitScheme("no_number", scheme)


def preview(scheme: str, *, year: int) -> str:
    """Return what the first reference of a place with the code NORTHGATE would be in this year."""
    return scheme.format(place="NORTHGATE", year=year, number=1)
