"""The columns of a reply form: their headings and words in every language it is printed in, and back again.

What comes back is found by its words, in any of these languages and in any order, since people move columns, cut
titles off and answer in the language they have.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from flask_babel import force_locale, lazy_pgettext
from flask_babel import lazy_gettext as _

from monitor.places.folding import folded
from monitor.recommendations.labels import POSITIONS
from monitor.recommendations.models import Position
from monitor.recommendations.sheets import Cell, Sheet, SheetRow
from monitor.web.locale import available_languages

Word = TypeVar("Word")

HEADING_WITHIN: Final = 30
"""Rows in which the headings are looked for; what stands above them is a title."""
NEAREST_DAY: Final = 20_000
FURTHEST_DAY: Final = 80_000
"""Between these numbers, a whole number in a column of days is one: 1954 to 2119 as most spreadsheets count."""


class Column(StrEnum):
    """What a column holds; the first four are printed, the others are filled in."""

    NUMBER = "number"
    RECOMMENDATION = "recommendation"
    ADDRESSEE = "addressee"
    REPLY_DUE = "reply_due"
    POSITION = "position"
    DATE = "date"
    TEXT = "text"
    DONE = "done"


HEADINGS: Final = {
    Column.NUMBER: lazy_pgettext("heading of a reply form", "Number"),
    Column.RECOMMENDATION: _("Recommendation"),
    Column.ADDRESSEE: _("Addressee"),
    Column.REPLY_DUE: _("To be answered by"),
    Column.POSITION: _("Position of the authority"),
    Column.DATE: _("Date of the answer"),
    Column.TEXT: lazy_pgettext("heading of a reply form", "Answer"),
    Column.DONE: _("Carried out"),
}
ANSWERS: Final = {position: word for position, word in POSITIONS.items() if position is not Position.AWAITING}
"""What an authority can answer."""
YES_OR_NO: Final = {True: _("Yes"), False: _("No")}
CODES_OF_YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "x": True, "no": False, "false": False, "0": False}
WITHOUT_HEADINGS: Final = (
    (Column.NUMBER,),
    (Column.NUMBER, Column.TEXT),
    (Column.NUMBER, Column.POSITION, Column.TEXT),
    (Column.NUMBER, Column.POSITION, Column.DATE, Column.TEXT),
)
"""The order of pasted cells without headings, by how many there are; what follows the last belongs to the text."""

_DAY: Final = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})\s?(?P<sign>[./-])\s?(?P<m2>\d{1,2})\s?[./-]\s?(?P<y2>\d{4}|\d{2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
CENTURY: Final = 2000
"""Of years that are written with two digits, as some spreadsheets show them."""
FIRST_YEAR: Final = 1000
MONTHS: Final = 12
_MARKS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\ufeff"))
_DASHES: Final = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2014\u2212"}


class Entry(NamedTuple):
    """One row of a reply as it came: what stands in the columns that are filled in, and in that of the number."""

    line: int
    number: str = ""
    position: str = ""
    day: Cell = ""
    text: str = ""
    done: str = ""
    is_broken: bool = False

    @property
    def is_filled(self) -> bool:
        """True where anything stands in it beside the number."""
        return any((self.position, self.day, self.text, self.done))


class NoHeadings(Exception):
    """No row names the column of the numbers and one of the columns that are filled in."""


@dataclass(frozen=True)
class Words:
    """What columns, positions, yes and no are called, in every language: folded word -> what it stands for."""

    headings: Mapping[str, Column]
    positions: Mapping[str, Position]
    yes_or_no: Mapping[str, bool]

    @classmethod
    def of_all_languages(cls) -> "Words":
        """Return the words that forms are printed with, and the codes. Needs an application context."""
        return cls(
            {column.value: column for column in Column} | _spoken(HEADINGS),
            {position.value: position for position in ANSWERS} | _spoken(ANSWERS),
            CODES_OF_YES_OR_NO | _spoken(YES_OR_NO),
        )

    def position(self, text: str) -> Position | None:
        """Return the position that a word or code names."""
        return self.positions.get(plain(text))

    def done(self, text: str) -> bool | None:
        """Return what yes or no a word names."""
        return self.yes_or_no.get(plain(text))


def plain(text: str) -> str:
    """Return a word or number without what people and programs add to it: case, accents, outer signs, kinds of dash."""
    return " ".join(folded(text.translate(_MARKS).translate(_DASHES)).split()).strip(" .:*()?")


def entries_of_file(sheets: Sequence[Sheet], words: Words) -> tuple[Sheet, list[Entry]]:
    """Return the first sheet with headings and its rows below them. Raises NoHeadings."""
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:HEADING_WITHIN]):
            if columns := _columns(row, words):
                return sheet, _entries(sheet.rows[index + 1 :], columns)
    raise NoHeadings


def entries_of_text(sheet: Sheet, words: Words) -> list[Entry]:
    """Return the rows of a pasted text, whose columns go by their headings, or without them by their order."""
    if columns := _columns(sheet.rows[0], words):
        return _entries(sheet.rows[1:], columns)
    return [entry for row in sheet.rows for entry in _entries([_fitted(row)], _in_order(row))]


def day_of(cell: Cell, sheet: Sheet) -> date | None:
    """Return the day that a cell stands for: a day, 2026-03-31, 31.03.2026, 31/03/26, or the number of a day.

    None where it cannot be read, or is no day of the calendar.
    """
    if isinstance(cell, date):
        return cell
    text = _evened(cell)
    if text.isdecimal():
        number = int(text) if len(text) < len(str(FURTHEST_DAY)) + 1 else 0
        return sheet.day(number) if NEAREST_DAY < number < FURTHEST_DAY else None
    if (found := _DAY.fullmatch(text)) is None:
        return None
    year, month, day = (int(found[part] or found[f"{part}2"]) for part in "ymd")
    if found["sign"] == "/" and sheet.months_first:
        month, day = day, month
    try:
        return date(year if year >= FIRST_YEAR else CENTURY + year, month, day)
    except ValueError:
        return None


def months_come_first(cells: Iterable[Cell]) -> bool:
    """Say whether days with strokes are written as 03/31/2026: one can only be read so, and none only as 31/03/2026."""
    found = [match for match in map(_DAY.fullmatch, map(_evened, cells)) if match and match["sign"] == "/"]
    return any(int(day["m2"]) > MONTHS for day in found) and not any(int(day["d2"]) > MONTHS for day in found)


def _evened(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).translate(_MARKS).translate(_DASHES).strip()


def number_of(text: str) -> str:
    """Return the number of a recommendation as it is kept, whatever dashes and invisible signs it came with."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).translate(_DASHES).split()).lstrip("'")


def _spoken(words: Mapping[Word, Any]) -> dict[str, Word]:
    found: dict[str, Word] = {}
    for language in available_languages():
        with force_locale(language):
            found |= {plain(str(word)): meant for meant, word in words.items()}
    return found


def _columns(row: SheetRow, words: Words) -> dict[Column, int]:
    """Return where the columns are that a row names; empty where it does not name those without which none is read."""
    named = ((words.headings.get(plain(str(cell))), place) for place, cell in enumerate(row.cells))
    found = {column: place for column, place in reversed(list(named)) if column is not None}
    to_fill = {Column.POSITION, Column.DATE, Column.TEXT, Column.DONE}
    return found if Column.NUMBER in found and to_fill & found.keys() else {}


def _entries(rows: Iterable[SheetRow], columns: Mapping[Column, int]) -> list[Entry]:
    """Return what the rows say; a row whose number is merged with the one above goes on with its text."""
    found: list[Entry] = []
    for row in rows:
        value = partial(_value, row, columns)
        if found and columns[Column.NUMBER] in row.continued:
            text = value(Column.TEXT) if columns.get(Column.TEXT) not in row.continued else ""
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{text}".strip())
            continue
        place = columns.get(Column.DATE)
        day = row.cells[place] if place is not None and place < len(row.cells) else ""
        entry = Entry(
            row.line, number_of(value(Column.NUMBER)), value(Column.POSITION), day, value(Column.TEXT),
            value(Column.DONE), row.is_broken,
        )  # fmt: skip
        if entry.number or entry.is_filled or entry.is_broken:
            found.append(entry)
    return found


def _value(row: SheetRow, columns: Mapping[Column, int], column: Column) -> str:
    place = columns.get(column)
    return "" if place is None or place >= len(row.cells) else str(row.cells[place])


def _in_order(row: SheetRow) -> dict[Column, int]:
    order = WITHOUT_HEADINGS[min(len(row.cells), len(WITHOUT_HEADINGS)) - 1]
    return {column: place for place, column in enumerate(order)}


def _fitted(row: SheetRow) -> SheetRow:
    """Join the cells behind the last column to its text."""
    most = len(WITHOUT_HEADINGS)
    kept, rest = row.cells[: most - 1], row.cells[most - 1 :]
    return SheetRow(row.line, (*kept, "; ".join(map(str, rest)).strip("; ")) if rest else kept)
