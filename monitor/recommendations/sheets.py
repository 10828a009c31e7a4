"""Tables that people fill in elsewhere: pasted text, CSV or XLSX in; numbered rows of cells out, nothing interpreted.

A workbook is a zip of XML from outside: its size is checked, packed and unpacked, before any of it is parsed, and no
row or column is read beyond what a spreadsheet can have, whatever the file says of itself.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import WINDOWS_EPOCH

from monitor.places.csv_files import FileProblem, read_csv
from monitor.places.csv_files import UnreadableFile as UnreadableCsv

LARGEST_FILE: Final = 2 * 1024 * 1024
LARGEST_UNPACKED: Final = 24 * 1024 * 1024
MOST_PARTS: Final = 500
"""Files in the zip of a workbook."""
MOST_SHEETS: Final = 10
MOST_ROWS: Final = 1000
MOST_COLUMNS: Final = 40
MOST_MERGES: Final = 2000
LAST_ROW: Final = 1_048_576
"""Of a sheet; spreadsheets that format whole columns write it."""

Cell = str | int | date
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_NUMBERED_LINE: Final = re.compile(r"\s*([^\s:：]*\d[^\s:：]*)\s*[:：]\s*(.*)")


class SheetProblem(StrEnum):
    """Why nothing can be read."""

    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    OTHER_KIND = "other_kind"
    """Neither CSV nor XLSX."""
    DAMAGED = "damaged"
    EMPTY = "empty"


class UnreadableSheet(Exception):
    """Nothing can be read from the file or text; `problem` says why."""

    def __init__(self, problem: SheetProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: the line of the file, and its cells; "" is an empty one."""

    line: int
    cells: tuple[Cell, ...]
    continued: frozenset[int] = frozenset()
    """Places of the cells that only repeat the one above, with which they are merged."""
    is_broken: bool = False
    """Nobody knows which cell belongs where."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it came."""

    rows: tuple[SheetRow, ...]
    day_zero: date = field(default=WINDOWS_EPOCH.date())
    """From which the file counts days."""
    months_first: bool = False
    """Whether a day with strokes is written as 03/31/2026."""

    def day(self, number: int) -> date:
        """Return the day that a cell holds which a spreadsheet keeps as a number of days. Raises OverflowError."""
        return self.day_zero + timedelta(days=number)


def read_file(name: str, content: bytes) -> Sequence[Sheet]:
    """Read an uploaded CSV or XLSX file by its name and its first bytes. Raises UnreadableSheet."""
    if len(content) > LARGEST_FILE:
        raise UnreadableSheet(SheetProblem.TOO_LARGE)
    match name.rpartition(".")[2].lower(), content.startswith(b"PK\x03\x04"):
        case "xlsx", True:
            return read_xlsx(content)
        case "csv", False:
            return [_read_csv(content)]
        case _:
            raise UnreadableSheet(SheetProblem.OTHER_KIND)


def read_pasted(text: str) -> Sheet:
    """Read what was pasted: cells between tabs or semicolons, or lines `NUMBER: text`, whose text may run on.

    Raises UnreadableSheet.
    """
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise UnreadableSheet(SheetProblem.EMPTY)
    if "\t" in first:
        return Sheet(_capped(_separated(text, "\t")))
    if ";" in first.partition(":")[0]:
        return Sheet(_capped(_separated(text, ";")))
    return Sheet(_capped(_numbered(lines)))


def read_xlsx(content: bytes) -> Sequence[Sheet]:
    """Read the sheets of a workbook that are not empty. Raises UnreadableSheet."""
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            _check_size(parts)
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheets = [_read_sheet(sheet, parts, book.epoch.date()) for sheet in book.worksheets[:MOST_SHEETS]]
    except UnreadableSheet:
        raise
    except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, OSError, EOFError,
            NotImplementedError, OverflowError) as error:  # fmt: skip  # whatever the library meets in a forged file
        raise UnreadableSheet(SheetProblem.DAMAGED) from error
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise UnreadableSheet(SheetProblem.EMPTY)
    return found


def _check_size(parts: ZipFile) -> None:
    """Refuse what unpacks to more than a form can be; the library that unpacks stops where these sizes say."""
    listed = parts.infolist()
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > LARGEST_UNPACKED:
        raise UnreadableSheet(SheetProblem.TOO_LARGE)


def _read_sheet(sheet: Any, parts: ZipFile, day_zero: date) -> Sheet:
    sheet.reset_dimensions()  # it may claim any size
    rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
    found = _capped(
        SheetRow(line, tuple(_cell(value) for value in values))
        for line, values in enumerate(rows, start=1)
        if values.count(None) < len(values) and any(_cell(value) != "" for value in values)
    )
    return Sheet(_filled(found, _merges(parts.read(sheet._worksheet_path))), day_zero)  # noqa: SLF001  # said nowhere else


def _cell(value: Any) -> Cell:
    """Return a cell's value: a text without outer space, a day or a whole number; other numbers as text."""
    match value:
        case datetime():
            return value.date()
        case date() | int() if not isinstance(value, bool):
            return value
        case float() if value.is_integer():
            return int(value)
        case _:
            return "" if value is None else str(value).strip()


def _merges(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Return (first column, first row, last column, last row) of the merged cells of more than one row."""
    found = [range_boundaries(one[1].decode()) for one in _MERGED.finditer(xml)]
    if len(found) > MOST_MERGES:
        raise UnreadableSheet(SheetProblem.TOO_LARGE)
    return [one for one in found if one[1] < one[3]]


def _filled(rows: Sequence[SheetRow], merges: Sequence[tuple[int, int, int, int]]) -> tuple[SheetRow, ...]:
    """Write what stands once in cells merged over several rows into each of these rows."""
    by_line = {row.line: row for row in rows}
    found = []
    for row in rows:
        own: dict[int, Cell] = {}
        for column, top, _last, bottom in merges:
            if top < row.line <= bottom and top in by_line and column <= len(by_line[top].cells):
                own[column - 1] = by_line[top].cells[column - 1]
        cells = [*row.cells, *[""] * (max(own, default=-1) + 1 - len(row.cells))]
        for place, value in own.items():
            cells[place] = value
        found.append(SheetRow(row.line, tuple(cells), frozenset(own)))
    return tuple(found)


def _read_csv(content: bytes) -> Sheet:
    try:
        table = read_csv(content)
    except UnreadableCsv as error:
        found = {FileProblem.EMPTY: SheetProblem.EMPTY, FileProblem.NO_ROWS: SheetProblem.EMPTY}
        raise UnreadableSheet(found.get(error.problem, SheetProblem.DAMAGED)) from error
    head = SheetRow(1, table.columns)
    rows = (SheetRow(row.line, tuple(map(str.strip, row.cells)), is_broken=row.is_broken) for row in table.rows)
    return Sheet(_capped(row for row in (head, *rows) if row.is_broken or any(row.cells)))


def _separated(text: str, separator: str) -> Iterator[SheetRow]:
    has_open_quote = text.count('"') % 2 == 1  # it would swallow the rest
    lines = io.StringIO(text, newline="")
    if has_open_quote:
        reader = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=separator)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield SheetRow(line, tuple(map(str.strip, cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableSheet(SheetProblem.DAMAGED) from error


def _numbered(lines: Sequence[str]) -> Iterator[SheetRow]:
    """Give lines of `NUMBER: text`; a line without number goes on with the text above."""
    current: list[str] = []
    begun = 0
    for line, text in enumerate([*lines, None], start=1):
        found = _NUMBERED_LINE.fullmatch(text) if text is not None else None
        if (found or text is None or not current) and current:
            yield SheetRow(begun, (current[0], "\n".join(current[1:]).strip()))
            current = []
        if found:
            begun, current = line, [found[1], found[2]]
        elif text is not None and current:
            current.append(text)
        elif text is not None and text.strip():
            yield SheetRow(line, ("", text.strip()))


def _capped(rows: Iterator[SheetRow]) -> tuple[SheetRow, ...]:
    found: list[SheetRow] = []
    for row in rows:
        if len(found) == MOST_ROWS:
            raise UnreadableSheet(SheetProblem.TOO_MANY_ROWS)
        found.append(row)
    return tuple(found)
