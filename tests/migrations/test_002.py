"""Migration 002: SQLite's full text, which holds what was there before and follows what is written later."""

import pytest
from flask import Flask
from sqlalchemy import text

from monitor.db import db
from tests.migrations.conftest import fill, upgrade_to

HOLDING = text("SELECT rowid FROM search_index WHERE search_index MATCH :words")


def holding(words: str) -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.execute(HOLDING, {"words": words}).scalars())


def write(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.fixture
def filled(empty_app: Flask) -> None:
    """A database of the first release with an entry, brought to the second."""
    upgrade_to("001")
    with db.engine.connect() as connection:
        fill(connection)
    write("UPDATE search_entry SET id = 7, realm = 'here', words = ' broken showers'")
    upgrade_to("002")


def test_entries_that_were_there_are_found(filled: None) -> None:
    assert holding('"here" AND "show"*') == [7]


def test_the_full_text_follows_what_is_written(filled: None) -> None:
    write("UPDATE search_entry SET words = ' mended windows'")
    assert (holding('"showers"'), holding('"windows"')) == ([], [7])
    write("DELETE FROM search_entry")
    assert holding('"windows"') == []


def test_words_that_were_removed_do_not_stay_in_the_file(filled: None) -> None:
    write("DELETE FROM search_entry")
    with db.engine.connect() as connection:
        blocks = connection.execute(text("SELECT block FROM search_index_data")).scalars()
        assert not [block for block in blocks if b"showers" in block or b"hower" in block]
