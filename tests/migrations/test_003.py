"""Migration 003: forms on paper; no mechanism begins to destroy scans by itself."""

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from monitor.db import db
from tests.migrations.conftest import fill, kept, upgrade_to


@pytest.fixture
def filled(empty_app: Flask) -> dict[str, dict[str, object]]:
    """A database of revision 002 with a row in every table, brought to 003."""
    upgrade_to("002")
    with db.engine.connect() as connection:
        before = fill(connection)
    upgrade_to("003")
    return before


def test_what_was_there_stays_and_scans_are_kept(filled: dict[str, dict[str, object]]) -> None:
    with db.engine.connect() as connection:
        after = kept(connection)
    assert after["mechanism"].pop("destroys_scans") is False
    assert {table: after[table] for table in filled} == filled


def test_the_three_tables_of_paper_are_there(filled: dict[str, dict[str, object]]) -> None:
    assert set(inspect(db.engine).get_table_names()) >= {"printed_form", "page_mark", "page_scan"}


def test_a_scan_goes_with_its_file_and_a_printing_stays_with_its_pages(empty_app: Flask) -> None:
    upgrade_to("003")
    with db.engine.begin() as connection:
        fill(connection)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM stored_file"))
        assert connection.execute(text("SELECT count(*) FROM page_scan")).scalar() == 0
        with pytest.raises(IntegrityError):
            connection.execute(text("DELETE FROM printed_form"))
