"""`flask places import`."""

import json

import pytest
from sqlalchemy import func, select

from monitor.config import ROOT
from monitor.db import db
from monitor.places.csv_files import LARGEST_FILE
from monitor.places.models import Place

DATA = ROOT / "tests" / "data" / "places"
MAPS = ("--map", "name=Name", "--map", "type=Type")


@pytest.fixture
def invoke(app):
    """Run `flask places import` with these arguments, after letting go of the test's own transaction."""

    def run_command(*arguments):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["places", "import", *map(str, arguments)])

    return run_command


@pytest.fixture
def run(invoke, mechanism, tmp_path):
    """Run the command on a file with this content; return its result and the number of places afterwards."""
    own_code = mechanism.code

    def run_command(content, *arguments, code=own_code):
        path = tmp_path / "register.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = invoke(path, "--mechanism", code, *arguments)
        return result, db.session.scalar(select(func.count()).select_from(Place))

    return run_command


def test_a_real_register_is_imported(invoke, mechanism):
    result = invoke(
        DATA / "us-facilities.csv", "--mechanism", mechanism.code, "--country", "us",
        "--map", "name=Name", "--map", "type=Description", "--map", "region=State", "--map", "city=City",
        "--map", "authority=Jurisdiction", "--map", "capacity=Capacity", "--map", "latitude=Latitude",
        "--map", "longitude=Longitude", "--types", DATA / "us-facilities-types.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert result.stdout == "2147 imported, 149 skipped, 0 refused\n"
    assert "possible duplicate, not merged: “DELTA CORRECTIONAL FACILITY” on lines 123, 566\n" in result.stderr
    place = db.session.scalars(select(Place).where(Place.name == "BIBB CORRECTIONAL FACILITY")).one()
    assert (place.region, place.city, place.authority, place.capacity, place.country) == (
        "Alabama", "BRENT", "state", 1914, "US"
    )  # fmt: skip


def test_nothing_is_written_when_a_row_is_refused(run):
    result, count = run("Name,Type\nNorthgate,prison\n,prison\nKeep,castle\n", *MAPS)
    assert (result.exit_code, count) == (1, 0)
    assert result.stdout == "0 imported, 0 skipped, 2 refused\n"
    assert "line 3: Name: this is needed.\nline 4: “castle” is not mapped to a type of place.\n" in result.stderr
    assert "nothing was imported" in result.stderr


def test_the_good_rows_are_imported_when_asked(run):
    result, count = run("Name,Type\nNorthgate,prison\n,prison\n", *MAPS, "--partial")
    assert (result.exit_code, count) == (0, 1)
    assert result.stdout == "1 imported, 0 skipped, 1 refused\n"


def test_the_country_is_the_mechanisms_where_nobody_names_one(run, mechanism):
    country = mechanism.country
    run("Name,Type,Land\nNorthgate,prison,\nSouthgate,prison,fr\n", *MAPS, "--map", "country=Land")
    countries = dict(db.session.execute(select(Place.name, Place.country)).all())
    assert countries == {"Northgate": country, "Southgate": "FR"}


def test_a_guessed_encoding_is_said_and_can_be_chosen(run):
    result, _ = run("Name,Type\nVélac,prison\n".encode("latin-1"), *MAPS)
    assert "read as windows-1252, which is a guess" in result.stderr
    result, count = run("Name,Type\nسجن,prison\n".encode("windows-1256"), *MAPS, "--encoding", "windows-1256")
    assert (result.exit_code, count) == (0, 2)
    assert set(db.session.scalars(select(Place.name))) == {"Vélac", "سجن"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Name,Type\n", "The file has a heading, but no rows."),
        (b"PK\x03\x04", "This is a workbook of a spreadsheet program."),
        (b'Name,Type\n"Northgate,prison\n', "Line 2: a quotation mark is opened there and never closed."),
        (b"Nom,Type\nNorthgate,prison\n", "The file has no column “Name”; it has: “Nom”, “Type”."),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than 20 MB. Split it."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(run, content, sentence):
    result, count = run(content, *MAPS)
    assert (result.exit_code, count, result.stdout) == (1, 0, "")
    assert f"register.csv: {sentence}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--map", "Name"), "--map Name: write FACT=COLUMN"),
        (("--map", "colour=Name"), "--map colour=Name: write FACT=COLUMN"),
        (("--map", "name=Name", "--map", "name=Type"), "name has a column already"),
        (("--map", "name=Name"), "Say which column holds this: Main type."),
        ((*MAPS, "--country", "France"), "“France” is not a country code of two letters"),
        ((*MAPS, "--type", "castle"), "'castle' is no place type of the guide; it has "),
        ((*MAPS, "--types", "/nowhere/types.json"), "/nowhere/types.json: No such file or directory"),
    ],
)
def test_wrong_arguments_are_refused_in_one_sentence(run, arguments, sentence):
    result, count = run("Name,Type\nNorthgate,prison\n", *arguments)
    assert (result.exit_code, count) == (1, 0)
    assert sentence in result.stderr


def test_a_file_or_mechanism_that_does_not_exist_is_named(invoke, run, mechanism):
    code = mechanism.code
    result, _ = run("Name,Type\nNorthgate,prison\n", *MAPS, code="NOBODY")
    assert (result.exit_code, "no mechanism with the code NOBODY" in result.stderr) == (1, True)
    result = invoke("/nowhere.csv", "--mechanism", code, *MAPS)
    assert (result.exit_code, "/nowhere.csv: No such file or directory" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("types", "sentence"),
    [
        ("{", "line 1:"),
        ("[]", "write an object"),
        (json.dumps({"A": "castle"}), "“A”: 'castle' is no place type"),
        (json.dumps({"A": 7}), "“A”: 7 is no place type"),
    ],
)
def test_a_wrong_file_of_types_is_refused(run, tmp_path, types, sentence):
    path = tmp_path / "types.json"
    path.write_text(types)
    result, count = run("Name,Type\nNorthgate,prison\n", *MAPS, "--types", str(path))
    assert (result.exit_code, count) == (1, 0)
    assert f"types.json: {sentence}" in result.stderr
