"""Work is queued when its row is committed, done once, and brought back when the queue is lost."""

import logging
import signal
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from monitor.db import db, new_id, reading
from monitor.jobs.queue import WITHOUT_NAMESPACES, Job, Queue, WorkerEnds, get_queue, put_after_commit
from monitor.places import operations as places
from monitor.places.models import PlaceImport
from monitor.tenancy import across_mechanisms, act_for
from tests.factories import accounts

SECRET = "what a person said"


class Ledger:
    """A job that notes what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.waiting: list[UUID] = []
        self.prepared = 0

    def run(self, row_id: UUID) -> None:
        self.done.append(row_id)

    def lost(self, at: datetime) -> list[UUID]:
        return self.waiting

    def prepare(self) -> None:
        self.prepared += 1

    def job(self) -> Job:
        return Job("ledger", self.run, self.lost, self.prepare)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def queue(app, tmp_path, ledger, monkeypatch):
    made = Queue(app, tmp_path / "queue.db", [ledger.job()])
    monkeypatch.setitem(app.extensions, "jobs", made)
    return made


def test_work_is_done_once_after_the_commit(queue, ledger):
    row_id = new_id()
    put_after_commit("ledger", row_id)
    assert queue.work_off() == 0
    db.session.commit()
    assert queue.work_off() == 1
    assert queue.work_off() == 0
    assert ledger.done == [row_id]


def test_work_is_forgotten_when_the_request_failed(queue, ledger):
    db.session.connection()  # as after any reading or writing
    put_after_commit("ledger", new_id())
    db.session.rollback()
    db.session.connection()
    db.session.commit()
    assert queue.work_off() == 0


def test_a_commit_stands_when_the_queue_cannot_be_written(queue, ledger, monkeypatch, caplog):
    def fail(name: str, row_id: UUID) -> None:
        raise OSError(SECRET)

    monkeypatch.setattr(queue, "put", fail)
    put_after_commit("ledger", new_id())
    with caplog.at_level(logging.WARNING):
        db.session.commit()
    assert "OSError" in caplog.text
    assert SECRET not in caplog.text


def test_a_lost_queue_is_filled_again_from_the_rows(queue, ledger, app, tmp_path):
    put_after_commit("ledger", new_id())
    db.session.commit()
    fresh = Queue(app, tmp_path / "other.db", [ledger.job()])
    assert fresh.work_off() == 0
    ledger.waiting = [new_id()]
    fresh.bring_back()
    assert fresh.work_off() == 1
    assert ledger.done == ledger.waiting


def test_one_failing_job_leaves_the_others_and_says_only_its_type(queue, ledger, monkeypatch, caplog):
    bad, good = new_id(), new_id()

    def run(row_id: UUID) -> None:
        if row_id == bad:
            raise LookupError(SECRET)
        ledger.done.append(row_id)

    queue.jobs["ledger"] = Job("ledger", run, ledger.lost, ledger.prepare)
    for row_id in (bad, good):
        queue.put("ledger", row_id)
    with caplog.at_level(logging.DEBUG):
        assert queue.work_off() == 2
    assert ledger.done == [good]
    assert "LookupError" in caplog.text
    assert SECRET not in caplog.text


def test_a_worker_prepares_looks_for_lost_rows_and_ends_when_told(queue, ledger, monkeypatch):
    ledger.waiting = [new_id()]

    def pause(_seconds: float) -> None:
        raise WorkerEnds

    monkeypatch.setattr("monitor.jobs.queue.time.sleep", pause)
    monkeypatch.setattr("monitor.jobs.queue.signal.signal", lambda *_: None)
    act_for(None)
    queue.work()
    assert ledger.prepared == 1
    assert ledger.done == ledger.waiting


@pytest.mark.parametrize("can_leave", [True, False])
def test_a_worker_that_cannot_leave_the_network_says_so_when_it_starts(queue, monkeypatch, caplog, can_leave):
    def pause(_seconds: float) -> None:
        raise WorkerEnds

    monkeypatch.setattr("monitor.jobs.queue.time.sleep", pause)
    monkeypatch.setattr("monitor.jobs.queue.signal.signal", lambda *_: None)
    monkeypatch.setattr("monitor.jobs.queue.leaves_the_network", lambda: can_leave)
    act_for(None)
    queue.work()
    assert (WITHOUT_NAMESPACES in caplog.messages) is not can_leave


def test_the_queue_file_is_never_in_wal_mode(queue, tmp_path):
    queue.put("ledger", new_id())
    assert queue.huey.storage.sql("pragma journal_mode", results=True) == [("truncate",)]
    assert queue.huey.storage.sql("pragma synchronous", results=True) == [(2,)]
    assert not (tmp_path / "queue.db-wal").exists()


def test_upkeep_is_done_piece_by_piece_whatever_fails(app, tmp_path, caplog):
    done = []

    def breaks(at: datetime) -> None:
        raise ValueError(SECRET)

    Queue(app, tmp_path / "upkeep.db", [], [breaks, done.append]).keep_up()
    assert [at.tzinfo for at in done] == [UTC]
    assert "upkeep breaks failed: ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_worker_does_the_upkeep_before_it_waits_for_work(app, tmp_path, monkeypatch):
    done = []

    def end(_seconds: float) -> None:
        raise WorkerEnds

    monkeypatch.setattr(time, "sleep", end)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    Queue(app, tmp_path / "upkeep.db", [], [done.append]).work()
    assert len(done) == 1


def test_the_application_keeps_its_files_and_figures_up(app, coordinator, body):
    places.keep_upload(coordinator, "old.csv", b"old", at=datetime.now(UTC) - timedelta(hours=25))
    places.keep_upload(accounts.coordinator(body), "new.csv", b"new", at=datetime.now(UTC) - timedelta(hours=23))
    db.session.commit()
    get_queue().keep_up()
    with across_mechanisms():
        assert list(db.session.scalars(select(PlaceImport.file_name))) == ["new.csv"]
    with reading(), db.engine.connect() as connection:
        counted = set(connection.exec_driver_sql("SELECT tbl FROM sqlite_stat1").scalars())
    assert {"audit_event", "place_import"} & counted
