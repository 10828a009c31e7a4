"""Databases at any revision, with a row in every table."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    select,
)

from monitor.config import ROOT
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.conftest import make_app

MIGRATIONS = ROOT / "monitor" / "migrations"
Rows = dict[str, dict[str, Any]]
EXAMPLES: dict[type[Any], Any] = {
    Boolean: True,
    Date: datetime(2026, 3, 14, tzinfo=UTC).date(),
    DateTime: datetime(2026, 3, 14, 9, 30, tzinfo=UTC).replace(tzinfo=None),
    Float: 12.5,
    Integer: 3,
    JSON: {"en": ["kept", 1, None]},
    LargeBinary: b"\x00kept\xff",
}
EMPTY = {("record_key_wrap", "user_key_id"), ("stored_file", "place_id")}
"""Columns that a rule of their table wants empty in the row that is put there."""


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without any table, inside its context."""
    app = make_app(tmp_path / "instance")
    with app.app_context(), across_mechanisms():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrations_with(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that gives a copy of the migrations with one more, whose upgrade() has the given body."""

    def add(body: str) -> str:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder)
        newest = max(path.name[:3] for path in (folder / "versions").glob("[0-9]*.py"))
        lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
        (folder / "versions" / "999_next.py").write_text(
            f'"""next"""\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = "999"\n'
            f'down_revision = "{newest}"\n\n\ndef upgrade():\n{lines}\n',
            encoding="utf-8",
        )
        return str(folder)

    return add


def upgrade_to(revision: str, directory: str = str(MIGRATIONS)) -> None:
    """Bring the database of the present application to a revision."""
    upgrade(directory=directory, revision=revision)


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables as the database has them, parents first; never those of the models, which are of today."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(connection: Connection) -> Rows:
    """Put a row into every table and return what was put there, by table."""
    put: Rows = {}
    for table in tables_of(connection):
        put[table.name] = {column.name: _value(table, column) for column in table.columns}
        connection.execute(table.insert(), put[table.name])
    connection.commit()
    return put


def _value(table: Table, column: Column[Any]) -> Any:
    if (table.name, column.name) in EMPTY:
        return None
    for reference in column.foreign_keys:
        return _id(reference.column.table.name)
    if column.primary_key:
        return _id(table.name)
    example = next((value for kind, value in EXAMPLES.items() if isinstance(column.type, kind)), None)
    return f"{table.name}.{column.name}"[: getattr(column.type, "length", None)] if example is None else example


def _id(table: str) -> str:
    return uuid5(NAMESPACE_URL, table).hex


def kept(connection: Connection) -> Rows:
    """Return the row of every table, by table; an empty row where it is gone."""
    found: Rows = {}
    for table in tables_of(connection):
        row = connection.execute(select(table)).mappings().first()
        found[table.name] = dict(row) if row else {}
    return found
