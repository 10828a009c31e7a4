"""Reply forms as people send them back: made with openpyxl in the ways of several spreadsheet programs."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADINGS = ("Number", "Position of the authority", "Date of the answer", "Answer", "Carried out")


def workbook(rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], None] = lambda _sheet: None) -> bytes:
    """Write rows into the first sheet of a workbook, `change` what else is in it, and return the file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def swollen(book: bytes, size: int) -> bytes:
    """Add a part that unpacks to `size` bytes of nothing."""
    kept = BytesIO(book)
    with ZipFile(kept, "a", ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/image1.xml", bytes(size))
    return kept.getvalue()
