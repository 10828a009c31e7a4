"""What is read from reply forms, in whatever way they come back."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from monitor.recommendations.models import Position
from monitor.recommendations.reply_columns import (
    ANSWERS,
    HEADINGS,
    Column,
    Entry,
    NoHeadings,
    Words,
    day_of,
    entries_of_file,
    entries_of_text,
    months_come_first,
    number_of,
)
from monitor.recommendations.sheets import (
    LARGEST_FILE,
    LARGEST_UNPACKED,
    MOST_ROWS,
    Cell,
    Sheet,
    SheetProblem,
    UnreadableSheet,
    read_file,
    read_pasted,
    read_xlsx,
)
from monitor.web.locale import available_languages
from tests.recommendations import workbooks
from tests.recommendations.workbooks import saved, swollen, workbook

ROW = ("NP-2026-01", "Accepted", "2026-03-20", "All is mended.", "yes")
WHOLE = Entry(2, "NP-2026-01", "Accepted", "2026-03-20", "All is mended.", "yes")
DAY = date(2026, 3, 20)


@pytest.fixture
def words(app: Flask) -> Words:
    """The words of all languages."""
    return Words.of_all_languages()


def entries(content: bytes, words: Words, name: str = "form.xlsx") -> list[Entry]:
    return entries_of_file(read_file(name, content), words)[1]


def test_a_form_comes_back_as_it_was_filled(words: Words) -> None:
    assert entries(workbook([workbooks.HEADINGS, ROW]), words) == [WHOLE]


def test_columns_go_by_their_headings_below_a_title(words: Words) -> None:
    def title(sheet: Worksheet) -> None:
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Reply of the prison service"
        sheet.merge_cells("A1:H2")

    content = workbook(
        [("Answer", "No", " NUMBER:", "Position of the authority", "Recommendation"),
         ("Mended.", None, "NP-2026-01", "Rejected", "Give everybody light.")],
        title,
    )  # fmt: skip
    assert entries(content, words) == [Entry(5, "NP-2026-01", "Rejected", "", "Mended.")]


def test_empty_rows_between_and_below_are_nothing(words: Words) -> None:
    rows = [workbooks.HEADINGS, (), ("", None, " "), ROW, (), ("NP-2026-02",), (None,) * 5]
    found = entries(workbook(rows, lambda sheet: sheet.cell(1_048_576, 1, " ") and None), words)
    assert [(entry.line, entry.is_filled) for entry in found] == [(4, True), (6, False)]


def test_a_sheet_of_its_own_may_stand_before_the_form(words: Words) -> None:
    book = Workbook()
    book.active.append(["Dear colleagues,"])
    form = book.create_sheet("Form")
    form.append(workbooks.HEADINGS)
    form.append(ROW)
    assert entries(saved(book), words) == [WHOLE]


def test_cells_merged_over_rows_hold_for_each_of_them(words: Words) -> None:
    rows = [workbooks.HEADINGS, ROW, ("NP-2026-02", None, None, None, "no"), ("NP-2026-03", "Rejected", DAY, "No.")]
    content = workbook(rows, lambda sheet: [sheet.merge_cells(f"{column}2:{column}3") for column in "BCD"] and None)
    assert entries(content, words)[:2] == [
        WHOLE, Entry(3, "NP-2026-02", "Accepted", "2026-03-20", "All is mended.", "no"),
    ]  # fmt: skip


def test_a_text_under_a_merged_number_goes_on(words: Words) -> None:
    rows = [workbooks.HEADINGS, ROW, (None, None, None, "And painted.")]
    found = entries(workbook(rows, lambda sheet: sheet.merge_cells("A2:A3")), words)
    assert found == [WHOLE._replace(text="All is mended.\nAnd painted.")]


def test_a_row_merged_as_a_whole_is_one(words: Words) -> None:
    rows = [workbooks.HEADINGS, ROW, (), ("NP-2026-02",)]
    content = workbook(rows, lambda sheet: [sheet.merge_cells(f"{column}2:{column}3") for column in "ABCDE"] and None)
    assert [entry.number for entry in entries(content, words)] == ["NP-2026-01", "NP-2026-02"]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(",", "utf-8"), (";", "windows-1252"), ("\t", "utf-16"), (";", "utf-8-sig")]
)
def test_csv_of_any_spreadsheet_is_read(words: Words, separator: str, encoding: str) -> None:
    text = "\r\n".join(separator.join(row) for row in (workbooks.HEADINGS, (*ROW[:3], "Été, enfin."[:3], "yes")))
    assert entries(text.encode(encoding), words, "form.csv") == [WHOLE._replace(text="Été")]


def test_a_file_without_headings_is_not_guessed_at(words: Words) -> None:
    with pytest.raises(NoHeadings):
        entries(workbook([ROW]), words)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_form_speaks_every_language(words: Words, language: str) -> None:
    assert language in available_languages()
    with force_locale(language):
        heads = [str(HEADINGS[column]) for column in (Column.DONE, Column.TEXT, Column.POSITION, Column.NUMBER)]
        said = [str(word) for word in ANSWERS.values()]
    found = entries(workbook([heads, *(("", "x", word, f"NP-2026-{n:02}") for n, word in enumerate(said))]), words)
    assert [words.position(entry.position) for entry in found] == list(ANSWERS)


def test_codes_and_small_letters_are_understood(words: Words) -> None:
    assert words.position("accepted_in_part") is Position.ACCEPTED_IN_PART
    assert words.position(" ACCEPTED  in part. ") is Position.ACCEPTED_IN_PART
    assert words.position("awaiting") is None
    assert [words.done(word) for word in ("Yes", "no", "X", "1", "perhaps")] == [True, False, True, True, None]


@pytest.mark.parametrize(
    "cell",
    [DAY, "2026-03-20", "20.03.2026", "20/03/2026", "20.3.2026", "20-03-2026", "2026-03-20 00:00:00", "46101", 46101,
     "٢٠/٠٣/٢٠٢٦", "\u200f20/03/2026", "20.03.26", "20/03/26", "20/03/2026 14:30:00"],
    ids=["day", "iso", "dots", "slashes", "short", "dashes", "moment", "number as text", "number", "Arabic", "marked",
         "two digits", "two digits with slashes", "moment with slashes"],
)  # fmt: skip
def test_days_are_read(cell: Cell) -> None:
    assert day_of(cell, Sheet(())) == DAY


@pytest.mark.parametrize("cell", ["soon", "31.02.2026", "03/20/2026", "20.03.126", "3/2026", 7, "9" * 400, "", "2026"])
def test_what_is_no_day_is_none(cell: Cell) -> None:
    assert day_of(cell, Sheet(())) is None


@pytest.mark.parametrize(
    ("days", "months_first"),
    [
        (["03/20/2026", "03/04/2026"], True),
        (["03/20/26 14:30:00"], True),
        (["20/03/2026", "03/04/2026"], False),
        (["03/04/2026"], False),
        (["03/20/2026", "20/03/2026"], False),
        (["03.20.2026"], False),
        ([DAY, 46101, "", "soon"], False),
    ],
    ids=["American", "two digits", "others", "either", "both", "dots", "no slashes"],
)
def test_one_day_that_can_be_read_in_one_way_alone_tells_of_all(days: list[Cell], months_first: bool) -> None:
    assert months_come_first(days) is months_first


def test_days_of_an_american_spreadsheet_are_read(words: Words) -> None:
    american = Sheet((), months_first=True)
    read = [day_of(cell, american) for cell in ("03/20/2026", "3/4/26", "20.03.2026", "2026-03-20")]
    assert read == [DAY, date(2026, 3, 4), DAY, DAY]


def test_a_workbook_that_counts_from_1904_says_the_same_day(words: Words) -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001  # as the library names it
    book.active.append(workbooks.HEADINGS)
    book.active.append(("NP-2026-01", "Accepted", 46101 - 1462, "x"))
    sheet, (entry,) = entries_of_file(read_xlsx(saved(book)), words)
    assert day_of(entry.day, sheet) == DAY


def test_dates_of_cells_are_days(words: Words) -> None:
    rows = [workbooks.HEADINGS, ("A-2026-01", "", datetime(2026, 3, 20, 12)), ("A-2026-02", "", DAY)]  # noqa: DTZ001
    assert [entry.day for entry in entries(workbook(rows), words)] == [DAY, DAY]


def test_numbers_are_told_by_any_dash() -> None:
    assert number_of(" NP\u20132026\u201101\u200f ") == "NP-2026-01"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NP-2026-01: Mended.\nAnd painted.\n\nNP-2026-02 : No; never.",
         [Entry(1, "NP-2026-01", text="Mended.\nAnd painted."), Entry(4, "NP-2026-02", text="No; never.")]),
        ("NP-2026-01;accepted;20.03.2026;Mended; painted",
         [Entry(1, "NP-2026-01", "accepted", "20.03.2026", "Mended; painted")]),
        ("NP-2026-01\tMended: all", [Entry(1, "NP-2026-01", text="Mended: all")]),
        ("NP-2026-01;rejected;No.", [Entry(1, "NP-2026-01", "rejected", "", "No.")]),
        ('Answer\tNumber\n"Two\nlines"\tNP-2026-01\nOne\tNP-2026-02',
         [Entry(2, "NP-2026-01", text="Two\nlines"), Entry(4, "NP-2026-02", text="One")]),
        ('NP-2026-01\t"All\nNP-2026-02\tNone',
         [Entry(1, "NP-2026-01", text='"All'), Entry(2, "NP-2026-02", text="None")]),
        ("Dear all,\nNP-2026-01: Mended.", [Entry(1, text="Dear all,"), Entry(2, "NP-2026-01", text="Mended.")]),
    ],
    ids=["lines", "semicolons", "tabs", "three cells", "headings", "open quote", "greeting"],
)  # fmt: skip
def test_pasted_text_is_read(words: Words, text: str, found: list[Entry]) -> None:
    assert entries_of_text(read_pasted(text), words) == found


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("form.ods", b"PK\x03\x04", SheetProblem.OTHER_KIND),
        ("form.csv", b"PK\x03\x04", SheetProblem.OTHER_KIND),
        ("form.xlsx", b"Number;Answer", SheetProblem.OTHER_KIND),
        ("form.xlsx", b"PK\x03\x04 and nothing", SheetProblem.DAMAGED),
        ("form.xlsx", workbook([ROW])[:-200], SheetProblem.DAMAGED),
        ("form.csv", b"x" * (LARGEST_FILE + 1), SheetProblem.TOO_LARGE),
        ("form.csv", b"\n\n", SheetProblem.EMPTY),
        ("form.xlsx", workbook([]), SheetProblem.EMPTY),
        ("form.xlsx", workbook([ROW] * (MOST_ROWS + 1)), SheetProblem.TOO_MANY_ROWS),
        ("form.xlsx", swollen(workbook([ROW]), LARGEST_UNPACKED), SheetProblem.TOO_LARGE),
    ],
    ids=["ods", "zip as csv", "text as xlsx", "no zip", "cut off", "large", "empty csv", "empty", "rows", "bomb"],
)
def test_unreadable_files_say_why(name: str, content: bytes, problem: SheetProblem) -> None:
    with pytest.raises(UnreadableSheet) as told:
        read_file(name, content)
    assert told.value.problem is problem
