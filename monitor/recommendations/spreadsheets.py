"""Reply forms to fill in, and lists of recommendations, as XLSX and CSV.

What people have written never runs as a formula in somebody's spreadsheet: in a workbook every text is stored as text,
and in a CSV, which knows no kinds of cells, one that could be taken for a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any, Final

from flask_babel import force_locale, get_locale, gettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from monitor.recommendations.labels import EVIDENCE, IMPLEMENTATIONS, POSITIONS, SHORT_PRIORITIES
from monitor.recommendations.models import Recommendation
from monitor.recommendations.reply_columns import ANSWERS, HEADINGS, YES_OR_NO, Column
from monitor.recommendations.sheets import MOST_ROWS
from monitor.recommendations.tables import TableRow

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
WIDTHS: Final = {
    Column.NUMBER: 24, Column.RECOMMENDATION: 60, Column.ADDRESSEE: 28, Column.REPLY_DUE: 16, Column.POSITION: 26,
    Column.DATE: 16, Column.TEXT: 60, Column.DONE: 14,
}  # fmt: skip
"""Of a form's columns, in characters."""
LONGEST_FORM: Final = MOST_ROWS - 2
"""What is read back, without the headings and the line that says that there are further forms."""
LIST_WIDTHS: Final = (20, 50, 20, 22, 13, 12, 18, 18, 28, 14, 14, 14, 50, 14, 14, 24, 50)
PRINTED: Final = 10
"""Columns of a list that its print holds: more do not fit the width of a page in letters that can be read."""
FORM_LINES: Final = 4
"""Lines of a row of a form, if its texts need no more: what is typed into it is longer than what is there."""
LINE_POINTS: Final = 15
SPARE: Final = 2
"""Characters by which a bold or wide text is longer than its letters say."""
MOST_LINES: Final = 27
"""Lines of the highest row that a spreadsheet takes."""
DAY_FORMAT: Final = "yyyy-mm-dd"
"""Said of a form's empty cells too: a file saved as CSV holds days as they are shown."""
LONGEST_LIST: Final = 255
"""Characters of a list to choose from that a spreadsheet takes."""

WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
TOP: Final = Alignment(vertical="top")
BOLD: Final = Font(bold=True)

Cell = str | date | None


@dataclass(frozen=True)
class FormPart:
    """What one form holds; a list that is longer than what is read back goes into several."""

    rows: Sequence[Recommendation]
    number: int = 1
    of: int = 1

    @property
    def is_training(self) -> bool:
        """Say whether it is of the training mechanism."""
        return any(row.visit.body.mechanism.is_training for row in self.rows[:1])


def forms_for(rows: int) -> int:
    """Return how many forms so many recommendations need."""
    return max(1, -(-rows // LONGEST_FORM))


def reply_form_xlsx(part: FormPart, language: str) -> bytes:
    """Return the form for replies to these, in a language of the interface, with lists to choose from."""
    with force_locale(language):
        book, sheet = _workbook(gettext("Reply form"), list(WIDTHS.values()), is_training=part.is_training)
        _write(sheet, _form_cells(part), list(WIDTHS.values()), least=FORM_LINES)
        for column, words in ((Column.POSITION, ANSWERS), (Column.DONE, YES_OR_NO)):
            _offer(sheet, column, [str(word) for word in words.values()], len(part.rows) + 1)
        for line in range(2, len(part.rows) + 2):
            cell: Any = sheet.cell(line, list(WIDTHS).index(Column.DATE) + 1)
            cell.number_format = DAY_FORMAT
    return _saved(book)


def reply_form_csv(part: FormPart, language: str) -> bytes:
    """Return the same form as CSV with commas, in UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    with force_locale(language):
        writer.writerows([neutral(cell) for cell in cells] for cells in _form_cells(part))
    return text.getvalue().encode("utf-8-sig")


def list_xlsx(rows: Sequence[TableRow], *, is_training: bool) -> bytes:
    """Return a list of recommendations with the last claim and the last check of each, in the reader's language.

    No check for release has read it: it is marked as internal on its first line and on every page of its print.
    """
    mark = gettext("Internal: not checked for release. Do not pass it on.")
    book, sheet = _workbook(gettext("Recommendations"), LIST_WIDTHS, headings=2, is_training=is_training)
    sheet.cell(1, 1, mark).font = BOLD
    sheet.oddFooter.center.text = mark
    _write(sheet, list_cells(rows), LIST_WIDTHS[:PRINTED], headings=2)
    sheet.print_area = f"A1:{get_column_letter(PRINTED)}{len(rows) + 2}"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(LIST_WIDTHS))}{len(rows) + 2}"
    return _saved(book)


def neutral(cell: Cell) -> str:
    """Return a cell of a CSV, with an apostrophe before what a spreadsheet would take for a formula."""
    text = cell.isoformat() if isinstance(cell, date) else cell or ""
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _form_cells(part: FormPart) -> Iterator[list[Cell]]:
    yield [str(HEADINGS[column]) for column in WIDTHS]
    for row in part.rows:
        yield [row.reference, row.text, row.addressee, row.reply_due_on]
    if part.of > 1:
        said = gettext(
            "Form %(number)s of %(of)s: the others hold further recommendations.", number=part.number, of=part.of
        )
        yield ["", said]


def list_cells(rows: Iterable[TableRow]) -> Iterator[list[Cell]]:
    """Yield the headings of a list and what stands below them, in the reader's language; what is printed first."""
    yield [
        gettext("No."), gettext("Recommendation"), gettext("Place"), gettext("Addressee"), gettext("Priority"),
        gettext("To be done by"), gettext("Position of the authority"), gettext("State"), gettext("Next step"),
        gettext("Day of the next step"),
        gettext("To be answered by"), gettext("Date of the answer"), gettext("What the authority says"),
        gettext("Carried out, it says"), gettext("Day"), gettext("How this was found out"),
        gettext("What was seen or read"),
    ]  # fmt: skip
    for row in rows:
        yield [
            row.reference, row.text, row.place, row.addressee, str(SHORT_PRIORITIES[row.priority]), row.due_on,
            str(POSITIONS[row.position]), str(IMPLEMENTATIONS[row.implementation]), row.next_step, row.next_step_on,
            row.reply_due_on, row.replied_on, row.reply_text,
            str(YES_OR_NO[row.claims_done]) if row.replied_on else "",
            row.assessed_on, str(EVIDENCE[row.evidence]) if row.evidence else "", row.note,
        ]  # fmt: skip


def _workbook(title: str, widths: Sequence[int], *, headings: int = 1, is_training: bool) -> tuple[Workbook, Worksheet]:
    """Return a workbook with one sheet; the lines down to `headings` stay in sight and are repeated in print.

    One of the training mechanism says so on its tab and on every page.
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = gettext("Training data") if is_training else title
    sheet.oddHeader.center.text = sheet.title if is_training else None
    sheet.freeze_panes = f"B{headings + 1}"
    sheet.sheet_view.rightToLeft = (locale := get_locale()) is not None and locale.text_direction == "rtl"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.gridLines = True
    sheet.oddFooter.right.text = "&P / &N"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{headings}"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    return book, sheet


def _write(
    sheet: Worksheet, rows: Iterable[Sequence[Cell]], widths: Sequence[int], *, headings: int = 1, least: int = 1
) -> None:
    """Write rows, the first of them the headings: days as days, and every text as a text, whatever it begins with.

    `widths`: of the first columns, whose texts run over as many lines as they need: rows are as high as these ask, for
    not every spreadsheet finds that out by itself.
    `headings`: the line that they stand on.
    `least`: lines of every other row.
    """
    for line, cells in enumerate(rows, start=headings):
        lines = max(1 if line == headings else least, *map(_lines, cells, widths))
        sheet.row_dimensions[line].height = LINE_POINTS * min(lines, MOST_LINES)
        for number, value in enumerate(cells, start=1):
            cell: Any = sheet.cell(line, number)
            if line == headings:
                cell.font = BOLD
            cell.alignment = WRAPPED if number <= len(widths) else TOP
            if isinstance(value, date):
                cell.value, cell.number_format = value, DAY_FORMAT
            elif value:
                cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(FORMULA_BEGINS)


def _lines(cell: Cell, width: int) -> int:
    """Return how many lines a text needs in a column of so many characters."""
    texts = cell.splitlines() if isinstance(cell, str) else ()
    return sum(1 if len(text) <= width - SPARE else len(wrap(text, width - SPARE)) for text in texts)


def _offer(sheet: Worksheet, column: Column, words: Sequence[str], last: int) -> None:
    """Let the cells of a column be chosen from a list, as far as a spreadsheet takes it."""
    listed = ",".join(words)
    if last == 1 or len(listed) > LONGEST_LIST or any("," in word or '"' in word for word in words):
        return
    letter = get_column_letter(list(WIDTHS).index(column) + 1)
    validation = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    validation.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(validation)


def _saved(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
