"""What keeps a database from being written: somebody else writes, the disk is full."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from monitor.db import db, sqlite_module

SHORT_PATIENCE = 300
"""Milliseconds that a write waits for another one in these tests."""
MOST_PAGES = 2**30


@contextmanager
def busy(app: Flask) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    other = sqlite_module.connect(str(app.extensions["settings"].instance / "monitor.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(_app: Flask) -> Iterator[None]:
    """The database cannot grow by a single page."""
    most_pages = {"now": 1}  # SQLite takes the present size where that is more

    def limit(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most_pages['now']}").close()

    event.listen(db.engine, "checkout", limit)
    try:
        yield
    finally:
        most_pages["now"] = MOST_PAGES
