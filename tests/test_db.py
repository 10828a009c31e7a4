"""The database: settings really on, old libraries refused, no update lost between processes, moments in UTC."""

import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, event, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from monitor import create_app
from monitor.accounts.models import Body, Mechanism
from monitor.config import ROOT
from monitor.db import (
    SQLITE_SETTINGS,
    UnsafeDatabase,
    UtcDateTime,
    begin_as_reader,
    db,
    engine_options,
    new_id,
    prepare_sqlite,
    reading,
    sqlite_file,
    sqlite_journal_mode,
    sqlite_module,
    verify_sqlite,
    writing,
)
from monitor.tenancy import across_mechanisms
from tests.factories import accounts

db_module = import_module("monitor.db")  # `monitor.db` as an attribute is the extension of the same name
PROCESSES, TIMES = 3, 20
COUNT_UP = """
import sys
from sqlalchemy import create_engine
from monitor.db import engine_options, prepare_sqlite
engine = create_engine(sys.argv[1], **engine_options(sys.argv[1]))
if sys.argv[3] == "prepared":
    prepare_sqlite(engine)
lost = 0
for _ in range(int(sys.argv[2])):
    with engine.begin() as connection:
        count = connection.exec_driver_sql("SELECT count FROM counter").scalar()
        connection.exec_driver_sql(f"UPDATE counter SET count = {count + 1}")
"""


def engine_of(path: Path, *, prepared: bool = True):
    url = f"sqlite:///{path}"
    engine = create_engine(url, **engine_options(url))
    if prepared:
        prepare_sqlite(engine)
    return engine


@pytest.fixture
def engine(tmp_path):
    made = engine_of(tmp_path / "test.db")
    yield made
    made.dispose()


def test_every_connection_of_the_application_has_the_safe_settings(app):
    with reading(), db.engine.connect() as first, db.engine.connect() as second:
        for connection in (first, second):
            found = verify_sqlite(connection)
            assert found["synchronous"] == 2
            assert found["foreign_keys"] == 1
            assert found["secure_delete"] == 1
            assert found["trusted_schema"] == 0
            assert found["journal_mode"] == sqlite_journal_mode()


def test_application_starts_while_somebody_else_writes(app):
    """It only reads; waiting for the write lock would end with an error."""
    settings = app.extensions["settings"]
    writer = sqlite_module.connect(sqlite_file(settings.sqlalchemy_url), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        assert create_app(settings).name == "monitor"
    finally:
        writer.execute("ROLLBACK")
        writer.close()


def test_connection_of_a_command_has_them_too(app):
    code = "from monitor import create_app; from monitor.db import db, verify_sqlite\n"
    code += "with create_app().app_context():\n    print(verify_sqlite(db.engine.connect())['synchronous'])"
    instance = app.extensions["settings"].instance
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"MONITOR_INSTANCE": str(instance)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "2\n"


@pytest.mark.parametrize("name", sorted(SQLITE_SETTINGS))
def test_setting_that_is_not_on_stops_the_start(engine, name):
    with engine.connect() as connection:
        connection.rollback()
        verify_sqlite(connection)
        connection.rollback()  # some settings cannot change inside a transaction
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA {name} = {1 if SQLITE_SETTINGS[name] != 1 else 0}")
        with pytest.raises(UnsafeDatabase, match=name):
            verify_sqlite(connection)


def test_bare_engine_is_not_taken_for_a_safe_one(tmp_path):
    """The twin: without prepare_sqlite the check refuses."""
    engine = engine_of(tmp_path / "bare.db", prepared=False)
    with engine.connect() as connection, pytest.raises(UnsafeDatabase, match="foreign_keys is 0, needed 1"):
        verify_sqlite(connection)
    engine.dispose()


@pytest.mark.parametrize(
    ("version", "mode"),
    [((3, 40, 1), "truncate"), ((3, 51, 2), "truncate"), ((3, 51, 3), "wal"), ((3, 53, 4), "wal"), ((4, 0, 0), "wal")],
)
def test_write_ahead_log_is_used_with_a_fixed_library_only(monkeypatch, version, mode):
    monkeypatch.setattr(db_module, "sqlite_module", SimpleNamespace(sqlite_version_info=version))
    assert sqlite_journal_mode() == mode


def test_database_in_wal_mode_is_refused_by_an_old_library(tmp_path, monkeypatch):
    engine = engine_of(tmp_path / "wal.db")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        monkeypatch.setattr(db_module, "sqlite_journal_mode", lambda: "truncate")
        with pytest.raises(UnsafeDatabase, match="journal_mode is wal, needed truncate"):
            verify_sqlite(connection)
    engine.dispose()


def test_old_library_of_python_works_without_wal(tmp_path, monkeypatch):
    monkeypatch.setattr(db_module, "sqlite_module", sqlite3)
    if sqlite3.sqlite_version_info >= db_module.WAL_IS_SAFE_FROM:
        monkeypatch.setattr(db_module, "sqlite_journal_mode", lambda: "truncate")
    engine = engine_of(tmp_path / "old.db")
    with engine.connect() as connection:
        assert verify_sqlite(connection)["journal_mode"] == "truncate"
    engine.dispose()


def count_up(path: Path, mode: str) -> tuple[int, int]:
    """Let processes count up together; return the count that came out and how many of them failed."""
    engine = engine_of(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (count INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    command = [sys.executable, "-c", COUNT_UP, f"sqlite:///{path}", str(TIMES), mode]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(PROCESSES)]
    failed = [process.wait() for process in running].count(1)
    with engine.connect() as connection:
        count = connection.exec_driver_sql("SELECT count FROM counter").scalar()
    engine.dispose()
    return count, failed


def test_no_update_is_lost_between_processes(tmp_path):
    assert count_up(tmp_path / "counter.db", "prepared") == (PROCESSES * TIMES, 0)


def test_updates_read_before_somebody_else_wrote_are_lost_without_our_transactions(tmp_path):
    """The twin, step by step and without chance: the driver's own way of beginning loses one of two updates."""
    path = tmp_path / "counter.db"
    engine_of(path).dispose()
    engine = engine_of(path, prepared=False)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counter (count INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    with engine.connect() as first, engine.connect() as second:
        counts = [connection.exec_driver_sql("SELECT count FROM counter").scalar() for connection in (first, second)]
        for connection, count in zip((first, second), counts, strict=True):
            connection.exec_driver_sql("UPDATE counter SET count = ?", (count + 1,))
            connection.commit()
        assert first.exec_driver_sql("SELECT count FROM counter").scalar() == 1
    engine.dispose()


def begun(engine) -> list[str]:
    found: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("BEGIN"):
            found.append(statement)

    return found


def test_transactions_take_the_write_lock_at_once_unless_they_only_read(engine):
    found = begun(engine)
    with engine.begin():
        pass
    with reading():
        with engine.begin():
            pass
        with writing(), engine.begin():
            pass
        with engine.begin():
            pass
    begin_as_reader(True)
    with engine.begin():
        pass
    begin_as_reader(False)
    with engine.begin():
        pass
    assert found == ["BEGIN IMMEDIATE", "BEGIN", "BEGIN IMMEDIATE", "BEGIN", "BEGIN", "BEGIN IMMEDIATE"]


def test_readers_do_not_wait_for_a_writer_and_a_second_writer_does(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (text)")
    with engine.begin() as writer:
        writer.exec_driver_sql("INSERT INTO note VALUES ('x')")
        with reading(), engine.begin() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM note").scalar() == 0
        with engine.connect() as second:
            second.connection.cursor().execute("PRAGMA busy_timeout = 0")
            with pytest.raises(OperationalError, match="locked"):
                second.exec_driver_sql("SELECT 1")


def test_lost_update_of_a_row_with_a_version_is_refused(app):
    with across_mechanisms():
        mechanism = accounts.mechanism()
        db.session.commit()
        assert mechanism.version == 1
        mechanism.address = "14 Lantern Square"
        db.session.commit()
        assert mechanism.version == 2


def test_foreign_keys_are_enforced(app):
    with across_mechanisms():
        db.session.add(Body(id=new_id(), mechanism_id=new_id(), name="of nobody", created_at=accounts.AT))
        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            db.session.flush()
        db.session.rollback()


def test_deleted_text_is_not_left_in_the_file(engine, tmp_path):
    canary = "canary-7Q2-" + "x" * 50
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (text)")
        connection.exec_driver_sql("INSERT INTO note VALUES (?)", (canary,))
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM note")
    with engine.connect() as connection:
        connection.rollback()
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert all(canary.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_moments_are_stored_and_read_in_utc_and_naive_ones_refused(app):
    oslo = timezone(timedelta(hours=2))
    with across_mechanisms():
        made = accounts.mechanism(at=datetime(2026, 7, 1, 10, 0, tzinfo=oslo))
        db.session.commit()
        read = db.session.scalars(select(Mechanism.created_at).where(Mechanism.id == made.id)).one()
        assert read == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
        assert read.tzinfo is UTC
        with pytest.raises(StatementError, match="time zone"):
            accounts.mechanism(at=datetime(2026, 7, 1, 10, 0))  # noqa: DTZ001 - on purpose
        db.session.rollback()
    assert UtcDateTime().process_result_value(None, db.engine.dialect) is None


def test_ids_are_unique_and_in_order_of_time():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}
    assert date.fromtimestamp((ids[0].int >> 80) / 1000) >= date(2026, 1, 1)  # noqa: DTZ012 - its first 48 bits
