"""The models are what the migrations make, and the migrations are one numbered line."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Integer, MetaData, String, Table

from monitor.config import ROOT
from monitor.db import db
from monitor.search.models import WORD_INDEX

FOLDER = ROOT / "monitor" / "migrations"
FILE_NAME = re.compile(r"(\d{3})_[a-z0-9]+(_[a-z0-9]+)*\.py")


def is_compared(name: str | None, kind: str) -> bool:
    """Leave Alembic's own table out, and SQLite's full text, which tests/migrations/test_002.py is about."""
    return kind != "table" or name is None or not name.startswith(("alembic_version", WORD_INDEX.name))


def differences(app: Flask, metadata: MetaData) -> list[object]:
    """Return what a new migration would have to change, so that the database becomes what the models say."""
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, _parents: is_compared(name, kind)}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.fixture
def models(app: Flask) -> MetaData:
    """A copy of the tables of the models, to be changed by a test."""
    copy = MetaData(naming_convention=db.metadata.naming_convention)
    for table in db.metadata.sorted_tables:
        table.to_metadata(copy)
    return copy


def test_the_migrations_make_what_the_models_say(app: Flask) -> None:
    assert differences(app, db.metadata) == []


def test_the_migrations_are_one_numbered_line() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    line = [(script.revision, script.down_revision) for script in reversed(list(scripts.walk_revisions()))]
    numbers = [f"{number:03}" for number in range(1, len(line) + 1)]
    assert line == list(zip(numbers, [None, *numbers], strict=False))
    files = sorted(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert [FILE_NAME.fullmatch(name)[1] for name in files if FILE_NAME.fullmatch(name)] == numbers
    assert len(files) == len(numbers)


def test_every_migration_has_a_test_that_carries_rows_through_it() -> None:
    numbers = {path.name[:3] for path in (FOLDER / "versions").glob("*.py")}
    assert {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "migrations").glob("test_*.py")} >= numbers


# the guard of this guard


def test_a_table_without_a_migration_is_noticed(app: Flask, models: MetaData) -> None:
    Table("weather", models, Column("id", Integer, primary_key=True))
    assert [difference[0] for difference in differences(app, models)] == ["add_table"]


def test_a_column_without_a_migration_is_noticed(app: Flask, models: MetaData) -> None:
    models.tables["visit"].append_column(Column("weather", String(20)))
    assert [difference[0] for difference in differences(app, models)] == ["add_column"]


def test_a_migration_without_a_model_is_noticed(app: Flask, models: MetaData) -> None:
    models.remove(models.tables["review_comment"])
    assert "remove_table" in [difference[0] for difference in differences(app, models)]


def test_a_column_that_became_wider_is_noticed(app: Flask, models: MetaData) -> None:
    models.tables["visit"].c.reference.type = String(500)
    ((change, *_rest),) = (each[0] for each in differences(app, models))
    assert change == "modify_type"
