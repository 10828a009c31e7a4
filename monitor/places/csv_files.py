"""Reads a file of comma-separated values of unknown origin: bytes in, columns and numbered rows out.

Registers come from spreadsheets of every country and age, so nothing is taken for granted: encoding and separator are
found out, quoted cells may hold line breaks, and whatever cannot be read is named with its line. RFC 4180 describes
the format that most of them are near to.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

LARGEST_FILE: Final = 20 * 1024 * 1024  # bytes
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500
SEPARATORS: Final = (",", ";", "\t")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1256")
"""What a person may choose when the guess is wrong."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATOR_LINE = re.compile(r'"?sep=([,;|\t])"?\r?\n', re.IGNORECASE)
_SAMPLE: Final = 64 * 1024


class FileProblem(StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    WORKBOOK = "workbook"
    UNDECODABLE = "undecodable"
    OPEN_QUOTE = "open_quote"


class UnreadableFile(ValueError):
    """A file cannot be read: why, and the line or the limit where there is one."""

    def __init__(self, problem: FileProblem, *, line: int | None = None, limit: int | None = None) -> None:
        super().__init__(str(problem))
        self.problem, self.line, self.limit = problem, line, limit


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it begins on, and its cells, as many as there are columns."""

    line: int
    cells: tuple[str, ...]
    is_broken: bool = False
    """It has more cells than there are columns, or a stray quote: nobody knows which cell belongs where."""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file that was read. Names of columns are unique: a repeated one carries a number."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    separator: str
    is_guess: bool
    """True where nothing in the file says its encoding and it is not UTF-8."""

    def values(self, column: str) -> Iterator[str]:
        """Give the cells of a column without outer space, row by row."""
        place = self.columns.index(column)
        return (row.cells[place].strip() for row in self.rows if not row.is_broken)


def read_csv(data: bytes, encoding: str | None = None) -> CsvTable:
    """Read a file; `encoding` (one of ENCODINGS) prevails over what would be guessed. Raises UnreadableFile."""
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=LARGEST_FILE)
    if data.startswith(_WORKBOOKS):
        raise UnreadableFile(FileProblem.WORKBOOK)
    text, used, is_guess = _decoded(data, encoding)
    if not text.strip("\ufeff \t\r\n,;"):
        raise UnreadableFile(FileProblem.EMPTY)
    separator, start = _separator(text)
    records = _records(text[start:], separator, first_line=2 if start else 1)
    columns = _column_names(next(records))
    rows = tuple(islice((_fitted(row, len(columns)) for row in records), MOST_ROWS + 1))
    if not rows:
        raise UnreadableFile(FileProblem.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(FileProblem.TOO_MANY_ROWS, limit=MOST_ROWS)
    return CsvTable(columns, rows, used, separator, is_guess)


def _decoded(data: bytes, encoding: str | None) -> tuple[str, str, bool]:
    """Return the text, the name of its encoding and whether that is a guess.

    Bytes or halves of characters that do not fit stay in the text as lone surrogates, which no fact accepts: so one
    bad byte costs its row and not the file.
    """
    for mark, name in _MARKS:
        if data.startswith(mark) and encoding in (None, "utf-8", "utf-16"):
            return _decode(data, name), name.removesuffix("-sig"), False
    if encoding is not None:
        return _decode(data, encoding), encoding, False
    if wide := _utf16_without_mark(data):
        return _decode(data, wide), "utf-16", True
    try:
        return data.decode("utf-8", "surrogatepass"), "utf-8", False
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
    strange = sum(map(text.count, set(re.findall("[\udc80-\udcff]", text))))
    if strange * 2 <= sum(len(run) for run in re.findall("[\u0080-\ud7ff\ue000-\U0010ffff]+", text)):
        return text, "utf-8", False
    return data.decode("windows-1252", "surrogateescape"), "windows-1252", True


def _decode(data: bytes, encoding: str) -> str:
    errors = "surrogatepass" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        return data.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise UnreadableFile(FileProblem.UNDECODABLE) from error


def _utf16_without_mark(data: bytes) -> str | None:
    """Return the byte order where every other byte of the beginning is nearly always zero, as in Western UTF-16."""
    sample = data[:_SAMPLE]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(data) % 2 == 0 and len(zeros) > 1 and zeros.count(0) > 0.6 * len(zeros):
            return name
    return None


def _separator(text: str) -> tuple[str, int]:
    """Return the separator and where the table begins (spreadsheets may name the separator on a line before it)."""
    text = text[:_SAMPLE]
    if named := _SEPARATOR_LINE.match(text):
        return named[1], named.end()
    first = {separator: _cells_of_first_rows(text, separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: first[separator]), 0


def _cells_of_first_rows(text: str, separator: str) -> tuple[int, int]:
    """Return how many cells the heading has, and how many of the rows after it have as many."""
    try:
        heads, *rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 20)
    except (csv.Error, ValueError):
        return (0, 0)
    return len(heads), sum(len(row) == len(heads) for row in rows)


def _records(text: str, separator: str, first_line: int) -> Iterator[Row]:
    """Give every record that is not blank, with the line it begins on.

    Raises UnreadableFile at a quote that is never closed.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + first_line
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):  # an open quote swallowed the rest, or more than a cell can hold
                raise UnreadableFile(FileProblem.OPEN_QUOTE, line=line) from error
            yield Row(line, (), is_broken=True)
        else:
            if any(map(str.strip, cells)):
                yield Row(line, cells)


def _column_names(heads: Row) -> tuple[str, ...]:
    """Return unique names; a column without a name is called by its number. Raises UnreadableFile."""
    if heads.is_broken:
        raise UnreadableFile(FileProblem.OPEN_QUOTE, line=heads.line)
    if len(heads.cells) > MOST_COLUMNS:
        raise UnreadableFile(FileProblem.TOO_MANY_COLUMNS, limit=MOST_COLUMNS)
    seen: Counter[str] = Counter()
    names = []
    for number, head in enumerate(heads.cells, start=1):
        name = " ".join(head.strip("\ufeff").split()) or str(number)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _fitted(row: Row, width: int) -> Row:
    """Return the row with exactly `width` cells; missing ones at the end are empty, as spreadsheets leave them out."""
    if row.is_broken or any(cell.strip() for cell in row.cells[width:]):
        return Row(row.line, ("",) * width, is_broken=True)
    return Row(row.line, (row.cells + ("",) * width)[:width])
