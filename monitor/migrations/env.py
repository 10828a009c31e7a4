"""Runs migrations on the application's database, with foreign keys off so that a rebuilt table deletes no children."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from monitor.db import UtcDateTime, db
from monitor.search.models import WORD_INDEX


class BrokenReferences(RuntimeError):
    """A migration left rows that point at nothing; it was rolled back."""


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenReferences(f"{len(broken)} rows point at rows that are gone, first: {tuple(broken[0])}")


def _render(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our own column type as the plain one it stores, so that a migration never changes with our code."""
    return "sa.DateTime()" if kind == "type" and isinstance(thing, UtcDateTime) else False


def _is_of_models(name: str | None, kind: str, _parents: object) -> bool:
    """Leave SQLite's full text out, which is no table of the models: migrations write it by hand."""
    return kind != "table" or name is None or not name.startswith(WORD_INDEX.name)


def run_migrations() -> None:
    """Run all in one transaction, which SQLite knows for tables too; its foreign keys can only be switched outside."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=_render,
            include_name=_is_of_models,
            transactional_ddl=True,  # Alembic would commit after each migration, before the references are checked
            **current_app.extensions["migrate"].configure_args,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if is_sqlite:
                    _check_references(connection)
        finally:
            if is_sqlite:
                connection.rollback()
                connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


run_migrations()
