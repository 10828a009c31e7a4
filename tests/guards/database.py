"""Seeing from outside whether a request wrote."""

from typing import Any

from flask import Flask

from monitor.config import Settings
from monitor.db import sqlite_file, sqlite_module

Snapshot = dict[str, list[tuple[Any, ...]]]


class Watch:
    """A connection of its own on the application's database."""

    def __init__(self, app: Flask) -> None:
        settings: Settings = app.extensions["settings"]
        self._connection = sqlite_module.connect(str(sqlite_file(settings.sqlalchemy_url)))
        self._seen = self._version()

    def _version(self) -> int:
        """Return a number that moves with every commit of any other connection."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def has_changed(self) -> bool:
        """Say whether anything was committed since this was last asked."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def snapshot(self) -> Snapshot:
        """Return every row of every table."""
        tables = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            table: self._connection.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608  # its own names
            for (table,) in tables.fetchall()
        }

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def changed_tables(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """Return table -> number of rows that are not as they were."""
    return {table: len(set(before[table]) ^ set(after[table])) for table in before if before[table] != after[table]}
