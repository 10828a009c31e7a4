"""Reading files of any origin."""

import pytest

from monitor.places.csv_files import LARGEST_FILE, MOST_ROWS, FileProblem, UnreadableFile, read_csv

TEXT = "Nom,Type\nMaison d'arrêt de Rouvière,prison\nCommissariat de Vélac,police\n"
NAMES = ["Maison d'arrêt de Rouvière", "Commissariat de Vélac"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("latin-1"), "windows-1252"),
        (TEXT.replace("'", "\u2019").encode("windows-1252"), "windows-1252"),
    ],
)
def test_letters_are_right_in_every_usual_encoding(data, encoding):
    table = read_csv(data)
    assert [name.replace("\u2019", "'") for name in table.values("Nom")] == NAMES
    assert table.encoding == encoding


def test_only_an_encoding_that_nothing_names_is_called_a_guess():
    assert read_csv(TEXT.encode("latin-1")).is_guess
    assert read_csv(TEXT.encode("utf-16-le")).is_guess
    assert not read_csv(TEXT.encode()).is_guess
    assert not read_csv(TEXT.encode("utf-16")).is_guess


def test_a_chosen_encoding_prevails_over_the_guess():
    data = "الاسم,النوع\nسجن الوادي,prison\n".encode("windows-1256")
    assert "سجن الوادي" not in list(read_csv(data).values(read_csv(data).columns[0]))
    assert list(read_csv(data, "windows-1256").values("الاسم")) == ["سجن الوادي"]


def test_one_bad_byte_in_utf_8_costs_its_row_and_not_the_file():
    table = read_csv(TEXT.encode() + b"Prison de Kl\xe9,prison\n")
    names = list(table.values("Nom"))
    assert names[:2] == NAMES
    assert names[2] == "Prison de Kl\udce9"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator):
    table = read_csv(TEXT.replace(",", separator).encode())
    assert (table.separator, table.columns, len(table.rows)) == (separator, ("Nom", "Type"), 2)


def test_a_comma_inside_a_quoted_cell_does_not_hide_semicolons():
    table = read_csv(b'Name;Type\n"Northgate, East, old";prison\n')
    assert list(table.values("Name")) == ["Northgate, East, old"]


def test_a_line_that_names_the_separator_is_no_heading():
    table = read_csv(b"sep=;\r\nName;Type\r\nNorthgate;prison\r\n")
    assert (table.columns, table.rows[0].line) == (("Name", "Type"), 3)


def test_rows_know_the_line_they_begin_on_when_cells_hold_line_breaks():
    table = read_csv(b'Name,Address\r\nNorthgate,"2 Road\r\nVelmorra"\r\n\r\nSaltmere,Lane\r\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("Northgate", "2 Road\r\nVelmorra")),
        (5, ("Saltmere", "Lane")),
    ]


def test_short_rows_are_filled_and_long_ones_are_broken():
    table = read_csv(b"a,b,c\n1\n1,2,3,,\n1,2,3,4\n")
    assert [(row.cells, row.is_broken) for row in table.rows] == [
        (("1", "", ""), False),
        (("1", "2", "3"), False),
        (("", "", ""), True),
    ]


def test_a_stray_quote_breaks_its_row_alone():
    table = read_csv(b'a,b\n"x" y,2\n3,4\n')
    assert [(row.line, row.is_broken) for row in table.rows] == [(2, True), (3, False)]


def test_columns_without_name_and_repeated_ones_can_still_be_told_apart():
    assert read_csv(b"Name,Name,,  Long\n name\n1,2,3,4\n").columns == ("Name", "Name (2)", "3", "Long")
    assert read_csv(b'Name,"Type\nof place"\n1,2\n').columns == ("Name", "Type of place")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"\xef\xbb\xbf", FileProblem.EMPTY),
        (b"\xff\xfe", FileProblem.EMPTY),
        (b" \r\n\r\n", FileProblem.EMPTY),
        (b"Name,Type\n", FileProblem.NO_ROWS),
        (b"PK\x03\x04 and more", FileProblem.WORKBOOK),
        (b"\xd0\xcf\x11\xe0 and more", FileProblem.WORKBOOK),
        (b"\xff\xfeN\x00a", FileProblem.UNDECODABLE),
        (b",".join([b"a"] * 501) + b"\n1\n", FileProblem.TOO_MANY_COLUMNS),
        (b"x" * (LARGEST_FILE + 1), FileProblem.TOO_LARGE),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), FileProblem.TOO_MANY_ROWS),
        (b'"a,b\n1,2\n', FileProblem.OPEN_QUOTE),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, problem):
    with pytest.raises(UnreadableFile) as refused:
        read_csv(data)
    assert refused.value.problem is problem


def test_a_quote_that_is_never_closed_names_its_line():
    with pytest.raises(UnreadableFile) as refused:
        read_csv(b'a,b\n1,2\n3,"4\n5,6\n')
    assert (refused.value.problem, refused.value.line) == (FileProblem.OPEN_QUOTE, 3)


def test_a_cell_that_swallows_too_much_counts_as_an_open_quote():
    with pytest.raises(UnreadableFile) as refused:
        read_csv(b'a,b\n1,"' + b"x" * 200_000 + b'"\n')
    assert (refused.value.problem, refused.value.line) == (FileProblem.OPEN_QUOTE, 2)
