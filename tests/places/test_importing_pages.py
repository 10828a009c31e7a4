"""Importing a register in the browser: upload, columns, types, preview, confirm."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from monitor.config import ROOT
from monitor.db import db
from monitor.places.models import Place, PlaceImport
from tests.client import Browser
from tests.factories import accounts, places

REGISTER = ROOT / "tests" / "data" / "places" / "us-facilities.csv"
SMALL = "Name,Kind,Town\nNorthgate,Prison,Velmorra\nSaltmere,Jail,Quellmouth\nHead office,Office,Velmorra\n"


def count(model=Place):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def upload(web, content, name="register.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    web.get("/places/import")
    return web.submit("upload", {"file": (BytesIO(data), name)})


def heading(web):
    return web.page.h1.get_text(strip=True)


def value_field(web, label):
    found = next(tag for tag in web.page.find_all("label") if tag.get_text().startswith(label))
    return found["for"]


@pytest.fixture
def desk(web, coordinator) -> Browser:
    """The browser of a coordinator."""
    web.sign_in(coordinator)
    return web


def test_a_register_is_imported_step_by_step(desk):
    upload(desk, SMALL)
    assert "register.csv has 3 rows." in desk.main
    desk.submit("columns")
    assert heading(desk) == "Import a register: types"
    desk.submit("types", {value_field(desk, "Jail"): "remand-centre", value_field(desk, "Office"): "no-place"})
    assert "Places to import 2 Rows left out as no place 1" in desk.main
    assert (count(), count(PlaceImport)) == (0, 1)
    desk.submit("confirm")
    assert "2 places were imported." in desk.main
    assert (count(), count(PlaceImport)) == (2, 0)
    found = db.session.execute(select(Place.name, Place.type, Place.city).order_by(Place.name)).all()
    assert [tuple(row) for row in found] == [
        ("Northgate", "prison", "Velmorra"), ("Saltmere", "remand-centre", "Quellmouth")
    ]  # fmt: skip


def test_a_real_register_is_previewed_with_its_repeated_names(desk):
    upload(desk, REGISTER.read_bytes())
    desk.submit("columns")
    chosen = {"Jail": "remand-centre", "Hybrid": "prison", "NA": "other-place", "Geographic": "no-place"}
    for label in ("Reception", "Transitional", "Prison Unit", "Work Camp", "Aged"):
        chosen[label] = "prison"
    chosen |= {"Administrative": "no-place", "Medical": "hospital-ward", "Detention": "immigration-centre"}
    desk.submit("types", {value_field(desk, label): type_ for label, type_ in chosen.items()})
    sums = [tag.get_text(strip=True) for tag in desk.page.find_all("dd")]
    assert sums[:3] == ["2,147", "149", "0"]
    assert "DELTA CORRECTIONAL FACILITY" in desk.main
    desk.submit("confirm")
    assert count() == 2147


def test_rows_with_a_problem_are_listed_and_left_out_only_when_asked(desk):
    upload(desk, "Name,Type,Capacity\n" + "Northgate,prison,many\n" * 60 + "Saltmere,prison,7\n")
    desk.submit("columns")
    desk.submit("types")
    assert "Line 2 Capacity: “many” is not a number." in desk.main
    assert "1 to 50 of 60" in desk.main
    desk.get(desk.response.request.path + "?page=2")
    assert "Line 61 Capacity" in desk.main
    assert "Import 1 place and leave out the rows with a problem" in desk.main
    desk.submit("confirm")
    assert [place.name for place in db.session.scalars(select(Place))] == ["Saltmere"]


def test_an_agreement_to_another_preview_writes_nothing(desk, mechanism):
    upload(desk, "Name,Type,Code\nNorthgate,prison,NG\nSaltmere,prison,SM\n")
    desk.submit("columns")
    desk.submit("types")
    places.place(mechanism, code="NG")
    desk.submit("confirm")
    assert "Nothing was imported; look at it again." in desk.main
    assert "Another place of the register has the code NG." in desk.main
    assert count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Name,Type\n", "The file has a heading, but no rows."),
        (b"PK\x03\x04 and more", "This is a workbook of a spreadsheet program."),
        (b'Name,Type\n"Northgate,prison\n', "Line 2: a quotation mark is opened there and never closed."),
        (b"\xff\xfeN\x00a", "The characters of the file cannot be read."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(desk, content, sentence):
    upload(desk, content)
    assert sentence in desk.page.find(id="file-error").get_text()
    assert count(PlaceImport) == 0


def test_a_missing_file_is_asked_for(desk):
    desk.get("/places/import")
    desk.submit("upload")
    assert "Choose a file." in desk.page.find(id="file-error").get_text()


def test_a_file_of_100_megabytes_is_refused_with_the_limit(desk):
    size = 100 * 1024 * 1024
    answer = desk.client.post(
        "/places/import",
        input_stream=BytesIO(b"x" * size),
        content_length=size,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "The limit here is 20 MB." in answer.text
    assert count(PlaceImport) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_letters_are_right_in_the_preview(desk, encoding):
    upload(desk, "Nom;Type\nMaison d'arrêt de Rouvière;prison\n".encode(encoding))
    assert "Maison d'arrêt de Rouvière" in desk.main
    assert ("windows-1252" in desk.main.split("Which column")[0]) == (encoding == "latin-1")


def test_a_wrong_guess_of_the_encoding_is_mended(desk):
    upload(desk, "الاسم,النوع\nسجن الوادي,prison\n".encode("windows-1256"))
    assert "سجن الوادي" not in desk.main
    desk.submit("columns", {"encoding": "windows-1256"})
    assert "The file was read again." in desk.main
    assert "سجن الوادي" in desk.main
    desk.submit("columns")
    desk.submit("types")
    desk.submit("confirm")
    assert db.session.scalars(select(Place.name)).one() == "سجن الوادي"


def test_an_encoding_that_cannot_be_is_refused(desk):
    upload(desk, "Name,Type\nNorthgate,prison\n")
    desk.submit("columns", {"encoding": "utf-16"})
    assert "cannot be read" in desk.main
    assert db.session.scalars(select(PlaceImport)).one().encoding is None


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"column-name": ""}, "Say which column holds this: Name."),
        ({"column-type": ""}, "Say which column holds this: Main type."),
        ({"one_type": "prison"}, "Choose either a column for the type or one type for every place."),
        ({"column-name": "Nowhere"}, "Not a valid choice."),
    ],
)
def test_columns_that_do_not_fit_are_told(desk, chosen, sentence):
    upload(desk, "Name,Type\nNorthgate,prison\n")
    desk.submit("columns", chosen)
    assert sentence in desk.main
    assert heading(desk) == "Import a register: columns"


def test_a_column_of_names_is_no_column_of_types(desk):
    upload(desk, "Name,Type\n" + "".join(f"N{n},T{n}\n" for n in range(201)))
    desk.submit("columns")
    assert "The column “Type” holds more than 200 different values" in desk.main


def test_every_place_of_a_file_can_be_of_one_type(desk):
    upload(desk, "Name\nNorthgate\n")
    desk.submit("columns", {"one_type": "police-station"})
    assert heading(desk) == "Import a register: preview"
    desk.submit("confirm")
    assert db.session.scalars(select(Place.type)).one() == "police-station"


def test_steps_that_come_too_early_lead_back_to_the_columns(desk):
    upload(desk, "Name,Type\nNorthgate,prison\n")
    base = desk.response.request.path.removesuffix("/columns")
    for step in ("types", "preview"):
        desk.get(f"{base}/{step}")
        assert heading(desk) == "Import a register: columns"
    desk.post(f"{base}/confirm")
    assert heading(desk) == "Import a register: columns"
    assert count() == 0


def test_the_file_can_be_removed_without_importing(desk):
    upload(desk, SMALL)
    base = desk.response.request.path.removesuffix("/columns")
    desk.post(f"{base}/discard")
    assert "The file was removed. Nothing was imported." in desk.main
    assert (count(), count(PlaceImport)) == (0, 0)
    desk.get(f"{base}/columns", status=404)


def test_a_waiting_file_is_its_owners_alone(desk, app, body):
    upload(desk, SMALL)
    path = desk.response.request.path
    other = Browser(app)
    other.sign_in(accounts.coordinator(body))
    other.get(path, status=404)


def test_what_a_cell_holds_is_never_markup(desk):
    upload(desk, 'Name,Type\n"<script>alert(1)</script>",<b>prison</b>\n')
    desk.submit("columns")
    desk.submit("types")
    assert "“<b>prison</b>” is not mapped to a type of place." in desk.main
    assert desk.page.main.find("b") is None
