"""The database: base class of all models, the session, safe SQLite settings, UTC moments."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, Uuid, event
from sqlalchemy.orm import DeclarativeBase
from uuid6 import uuid7

try:
    import pysqlite3
except ImportError:  # no wheel for this machine: the older library of Python, without WAL
    sqlite_module: ModuleType = sqlite3
else:
    sqlite_module = pysqlite3

WAL_IS_SAFE_FROM = (3, 51, 3)  # older versions can lose committed pages when two connections checkpoint at once
OPTIMIZE_EVERY_TABLE = 0x10002  # and not only those that this connection has asked
SQLITE_SETTINGS = {
    "synchronous": 2,  # FULL: an acknowledged commit survives a power cut
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "busy_timeout": 10_000,
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and always UTC; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store an aware moment as UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a stored moment back as UTC."""
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """Parent of every model."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        UUID: Uuid,
        dict[str, Any]: JSON,
        list[str]: JSON,
        StrEnum: Enum(
            StrEnum, native_enum=False, length=40, values_callable=lambda enum: [member.value for member in enum]
        ),
    }


db = SQLAlchemy(metadata=Base.metadata)


def new_id() -> UUID:
    """Return a new UUIDv7: unique without asking the database, and in order of time."""
    return UUID(int=uuid7().int)


_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock; anything that writes must stay outside."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take the write lock at once, so that nothing read in them can be stale."""
    token = _read_only.set(False)
    try:
        yield
    finally:
        _read_only.reset(token)


def begin_as_reader(value: bool) -> None:
    """Say for the rest of this request whether its transactions only read."""
    _read_only.set(value)


def engine_options(url: str) -> dict[str, Any]:
    """Return the SQLAlchemy engine options for this database address."""
    options: dict[str, Any] = {"hide_parameters": True}  # an error message must never hold what somebody wrote
    if not url.startswith("sqlite"):
        return options | {"pool_pre_ping": True}
    return options | {"module": sqlite_module, "connect_args": {"timeout": SQLITE_SETTINGS["busy_timeout"] / 1000}}


def sqlite_journal_mode() -> str:
    """Return `wal` where the SQLite library is known to be safe with it, else `truncate`."""
    return "wal" if sqlite_module.sqlite_version_info >= WAL_IS_SAFE_FROM else "truncate"


class UnsafeDatabase(Exception):
    """The database did not take a setting that the safety of the records rests on."""


def prepare_sqlite(engine: Engine) -> None:
    """Give every connection of `engine` the safe settings, and begin transactions by hand.

    Python's driver begins transactions late, which loses updates between processes: BEGIN IMMEDIATE does not.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode = {sqlite_journal_mode()}")
        for name, value in SQLITE_SETTINGS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _read_only.get() else "BEGIN IMMEDIATE")


def verify_sqlite(connection: Connection) -> dict[str, object]:
    """Return the settings this connection really has. Raises UnsafeDatabase when one differs from what is asked."""
    wanted: dict[str, object] = {"journal_mode": sqlite_journal_mode(), **SQLITE_SETTINGS}
    found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    wrong = [f"{name} is {found[name]}, needed {value}" for name, value in wanted.items() if found[name] != value]
    if wrong:
        raise UnsafeDatabase("the database refused a setting: " + "; ".join(wrong))
    return found


def optimize(_at: datetime) -> None:
    """Let SQLite count again what its choice of indexes rests on; other databases do that by themselves."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA optimize = {OPTIMIZE_EVERY_TABLE}")


def sqlite_file(url: str) -> Path | None:
    """Return the file behind a SQLite address, None for other databases."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
