"""Migration 005: devices; what was there stays, and a record arrives once."""

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from monitor.db import db
from tests.migrations.conftest import fill, kept, upgrade_to

TABLES = {"arrival", "device", "taken_along"}


def test_what_was_there_stays(empty_app: Flask) -> None:
    upgrade_to("004")
    with db.engine.connect() as connection:
        before = fill(connection)
    upgrade_to("005")
    with db.engine.connect() as connection:
        after = kept(connection)
    assert {table: after[table] for table in before} == before
    assert set(inspect(db.engine).get_table_names()) >= TABLES


def test_a_record_arrives_once_and_a_visit_lies_on_a_device_once(empty_app: Flask) -> None:
    upgrade_to("005")
    with db.engine.connect() as connection:
        fill(connection)
    for table in sorted(TABLES):
        with db.engine.begin() as connection, pytest.raises(IntegrityError):
            connection.execute(text(f"INSERT INTO {table} SELECT * FROM {table}"))  # noqa: S608  (names of our own)
