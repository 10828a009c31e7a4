"""From rows to places: what is ready, skipped, refused and repeated."""

import json

import pytest

from monitor.config import ROOT
from monitor.places.csv_files import read_csv
from monitor.places.guesses import TooManyTypes, guess_columns, guess_type, types_in
from monitor.places.importing import Plan, RowProblem, UnfitPlan, preview_import
from monitor.places.type_names import type_names
from monitor.places.words import refusal_sentence

REGISTER = ROOT / "tests" / "data" / "places" / "us-facilities.csv"
TYPES = ROOT / "tests" / "data" / "places" / "us-facilities-types.json"
COLUMNS = {
    "name": "Name",
    "type": "Type",
    "code": "Code",
    "capacity": "Capacity",
    "latitude": "Lat",
    "longitude": "Lon",
}


def preview(rows, *, heading="Name,Type,Code,Capacity,Lat,Lon", codes_taken=(), names_known=(), **plan):
    plan = {"columns": COLUMNS, "country": "XA"} | plan
    return preview_import(
        read_csv(f"{heading}\n{rows}".encode("utf-8", "surrogatepass")),
        Plan(**plan),
        type_names=type_names("en"),
        codes_taken=codes_taken,
        names_known=names_known,
    )


def reasons(found):
    return [(refusal.line, refusal_sentence(refusal)) for refusal in found.refusals]


@pytest.fixture(scope="module")
def register():
    columns = {
        "name": "Name", "type": "Description", "region": "State", "city": "City", "authority": "Jurisdiction",
        "address": "Address", "latitude": "Latitude", "longitude": "Longitude", "capacity": "Capacity",
    }  # fmt: skip
    return preview_import(
        read_csv(REGISTER.read_bytes()),
        Plan(columns, "US", json.loads(TYPES.read_text())),
        type_names=type_names("en"),
        codes_taken=(),
        names_known=(),
    )


def test_the_whole_of_a_real_register_is_understood(register):
    assert (len(register.ready), register.skipped, register.refused) == (2147, 149, 0)


def test_not_available_means_unknown(register):
    first = next(place for place in register.ready if place.values["name"] == "ALEX CITY COMMUNITY BASED FACILITY")
    assert first.values["capacity"] == 346
    assert all("NA" not in place.values.values() for place in register.ready)
    assert any(place.values["capacity"] is None for place in register.ready)
    assert any(place.values["authority"] is None or place.values["city"] == "" for place in register.ready)


def test_repeated_names_are_told_with_their_lines_and_not_merged(register):
    repeated = {each.name: each for each in register.repeated}
    assert repeated["DELTA CORRECTIONAL FACILITY"].lines == (123, 566)
    assert sum(place.values["name"] == "DELTA CORRECTIONAL FACILITY" for place in register.ready) == 2


def test_a_name_of_the_register_is_a_possible_duplicate_whatever_its_accents():
    found = preview("Prison de Vélac,prison,,,,\nAnother,prison,,,,", names_known={"prison de velac"})
    assert [(each.name, each.lines, each.is_in_register) for each in found.repeated] == [
        ("Prison de Vélac", (2,), True)
    ]
    assert len(found.ready) == 2


def test_types_are_taken_from_the_mapping_then_from_ids_and_names_of_the_guide():
    types = {"Jail": "remand-centre", "Office": None, "NA": "other-place"}
    found = preview("A,Jail,,,,\nB,Office,,,,\nC,NA,,,,\nD,,,,,\nE,prison,,,,\nF,PRISON,,,,\nG,Castle,,,,", types=types)
    assert [place.values["type"] for place in found.ready] == [
        "remand-centre", "other-place", "other-place", "prison", "prison"
    ]  # fmt: skip
    assert found.skipped == 1
    assert reasons(found) == [(8, "“Castle” is not mapped to a type of place.")]


def test_an_empty_type_is_refused_where_nobody_said_what_it_means():
    found = preview("A,,,,,")
    assert [(refusal.line, refusal.reason) for refusal in found.refusals] == [(2, RowProblem.TYPE_MISSING)]


def test_every_place_of_a_file_can_have_one_type():
    found = preview("A\nB\n", heading="Name", columns={"name": "Name"}, one_type="police-station")
    assert [place.values["type"] for place in found.ready] == ["police-station", "police-station"]


def test_a_row_is_refused_with_every_reason_and_its_line():
    found = preview('A,prison,,many,95,0\n"two\nlines",prison,,,,\n,prison,two words,,1,\n')
    assert reasons(found) == [
        (2, "Latitude: 95 does not lie between -90 and 90 degrees."),
        (2, "Capacity: “many” is not a number."),
        (5, "Name: this is needed."),
        (5, "Code: “two words” holds more than letters, digits, dots, slashes, hyphens and underscores."),
        (5, "Longitude: latitude and longitude go together; give both or neither."),
    ]
    assert found.refused == 2
    assert [place.values["name"] for place in found.ready] == ["two lines"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A\x00B,prison,,,,", "Name: holds a control character, which cannot be printed."),
        ("A\ud800B,prison,,,,", "Name: holds a character that cannot be read."),
        ("x" * 301 + ",prison,,,,", "Name: longer than 300 characters."),
        ("A,prison,,,,,7", "The row has more cells than there are columns, or a quotation mark inside a cell."),
        ('"A" B,prison,,,,', "The row has more cells than there are columns, or a quotation mark inside a cell."),
        ('A,prison,,"1,834",,', ("Capacity: “1,834” can be read in two ways. "
         "Write thousands without a comma, decimals with a point.")),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_in_a_sentence(row, sentence):
    found = preview(f"{row}\nGood,prison,,,,\né,prison,,,,")
    assert reasons(found) == [(2, sentence)]
    assert len(found.ready) == 2


def test_codes_must_be_free_in_register_and_file():
    found = preview("A,prison,ONE,,,\nB,prison,TWO,,,\nC,prison,TWO,,,", codes_taken={"ONE"})
    assert reasons(found) == [
        (2, "Another place of the register has the code ONE."),
        (4, "An earlier row has the code TWO."),
    ]


def test_columns_that_are_missing_are_named():
    with pytest.raises(UnfitPlan) as refused:
        preview("A,prison,,,,", columns={"name": "Nom", "type": "Type"})
    assert refused.value.missing == ("Nom",)
    with pytest.raises(UnfitPlan) as refused:
        preview("A,prison,,,,", columns={"name": "Name"})
    assert refused.value.facts == ("type",)


def test_columns_are_guessed_from_their_names():
    guessed = guess_columns(read_csv(REGISTER.read_bytes()).columns)
    assert guessed == {
        "name": "Name", "type": "Description", "authority": "Jurisdiction", "address": "Address", "city": "City",
        "region": "State", "latitude": "Latitude", "longitude": "Longitude", "capacity": "Capacity",
    }  # fmt: skip
    assert guess_columns(["NOM", "Catégorie", "Ville"]) == {"name": "NOM", "type": "Catégorie", "city": "Ville"}


def test_types_are_counted_and_guessed():
    table = read_csv(REGISTER.read_bytes())
    assert list(types_in(table, "Description").items())[:2] == [("NA", 941), ("Prison", 815)]
    assert (guess_type("Prison", type_names("en")), guess_type("Jail", type_names("en"))) == ("prison", "")
    with pytest.raises(TooManyTypes):
        types_in(table, "Name")
