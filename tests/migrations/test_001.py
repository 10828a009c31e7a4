"""Migration 001: every table of the first release, and rows that reach the newest schema unharmed.

The pattern for the next one, `test_002.py`: `upgrade_to("001")`, `fill` a row into every table as it was, or insert the
rows that the migration is about; `upgrade_to("002")`; say what must stand there now.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from monitor.db import db
from tests.migrations.conftest import fill, kept, upgrade_to

TABLES = {
    "account_notice", "answer", "answer_change", "assessment", "audit_event", "authority", "body", "compartment_key",
    "correction", "document", "finding", "grant", "incident", "known_browser", "letter", "mechanism", "one_time_codes",
    "one_time_link", "paper_key", "passkey", "password_try", "place", "place_import", "place_unit",
    "protection_measure", "recommendation", "record_key_wrap", "recovery_code", "release_check", "reply",
    "reply_letter", "review_comment", "sealed_record", "settled_hit", "sheet", "stored_file", "talk", "talk_record",
    "team_member", "user", "user_key", "user_role", "user_session", "visit", "visit_protection", "visit_step",
}  # fmt: skip

REBUILD = """
with op.batch_alter_table("visit", recreate="always") as batch:
    batch.alter_column("reference", existing_type=sa.String(200), type_=sa.String(300), existing_nullable=True)
with op.batch_alter_table("mechanism", recreate="always") as batch:
    batch.add_column(sa.Column("motto", sa.String(80), nullable=False, server_default=""))
"""
"""What a later migration does to a table that others point at: SQLite has it made anew, and the old one dropped."""
FAILING = f"{REBUILD}\nop.drop_table('nowhere')"
LOSING = """
op.execute("UPDATE visit SET purpose = 'changed'")
op.execute("DELETE FROM place")
"""


def test_the_tables_of_the_first_release_are_there(empty_app: Flask) -> None:
    upgrade_to("001")
    assert set(inspect(db.engine).get_table_names()) - {"alembic_version"} == TABLES


def test_rows_of_the_first_release_reach_the_newest_schema(empty_app: Flask) -> None:
    upgrade_to("001")
    with db.engine.connect() as connection:
        before = fill(connection)
    upgrade_to("head")
    with db.engine.connect() as connection:
        after = kept(connection)
    for table, row in before.items():
        still_there = {name: value for name, value in row.items() if name in after[table]}
        assert still_there.items() <= after[table].items(), table
        assert "id" in still_there


def test_an_upgrade_that_was_done_changes_nothing(empty_app: Flask) -> None:
    upgrade_to("head")
    with db.engine.connect() as connection:
        before = fill(connection)
    upgrade_to("head")
    with db.engine.connect() as connection:
        assert kept(connection) == before


def test_children_survive_when_their_parent_is_rebuilt(empty_app: Flask, migrations_with: Callable[[str], str]) -> None:
    upgrade_to("head")
    with db.engine.connect() as connection:
        before = fill(connection)
    upgrade_to("999", migrations_with(REBUILD))
    with db.engine.connect() as connection:
        after = kept(connection)
    assert after.pop("mechanism") == before.pop("mechanism") | {"motto": ""}
    assert after == before


def test_references_are_checked_again_after_a_migration(
    empty_app: Flask, migrations_with: Callable[[str], str]
) -> None:
    upgrade_to("999", migrations_with(REBUILD))
    with db.engine.connect() as connection:
        fill(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        with pytest.raises(IntegrityError):
            connection.execute(text("DELETE FROM mechanism"))


def test_a_migration_that_leaves_rows_without_parents_is_undone(
    empty_app: Flask, migrations_with: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    upgrade_to("head")
    with db.engine.connect() as connection:
        before = fill(connection)
    with pytest.raises(SystemExit):
        upgrade_to("999", migrations_with(LOSING))
    assert "3 rows point at rows that are gone" in caplog.text
    with db.engine.connect() as connection:
        assert kept(connection) == before
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "001"


def test_a_migration_that_fails_half_way_is_undone(empty_app: Flask, migrations_with: Callable[[str], str]) -> None:
    upgrade_to("head")
    with db.engine.connect() as connection:
        before = fill(connection)
    with pytest.raises(Exception, match="no such table: nowhere"):
        upgrade_to("999", migrations_with(FAILING))
    with db.engine.connect() as connection:
        assert kept(connection) == before
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
