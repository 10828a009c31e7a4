"""The queue of background work: ids only, in a file of its own; losing it loses nothing, the rows say what waits."""

import logging
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from flask import Flask, current_app
from huey import SqliteHuey
from sqlalchemy import event
from sqlalchemy.orm import Session

from monitor.db import db, reading
from monitor.jobs.limited import leaves_the_network
from monitor.tenancy import across_mechanisms

log = logging.getLogger(__name__)
WITHOUT_NAMESPACES = (
    "This system does not let documents be drawn in processes without a network (user namespaces are off). What "
    "remains: the document asks for nothing but its own pictures, and every other address is refused."
)
WAITING = "jobs_after_commit"
PAUSE = 0.3  # seconds between two looks into an empty queue
BETWEEN_LOOKS = 60  # seconds between two looks for rows that fell out of the queue
DAY = 24 * 60 * 60  # seconds between two rounds of upkeep
Upkeep = Callable[[datetime], None]
"""What the worker does when it begins and once a day; it is told the moment."""


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of background work on one row.

    `run` does it (in a transaction across mechanisms, committed after it) and puts the row back when the worker ends
    meanwhile; `lost` finds rows that wait and may have fallen out of the queue; `prepare` runs once in a worker.
    """

    name: str
    run: Callable[[UUID], None]
    lost: Callable[[datetime], Iterable[UUID]]
    prepare: Callable[[], None]


class WorkerEnds(BaseException):
    """The worker was told to end; a job it was doing is left and brought back."""


class Queue:
    """The queue of one application."""

    def __init__(self, app: Flask, path: Path, jobs: Sequence[Job], upkeep: Sequence[Upkeep] = ()) -> None:
        self.app, self.jobs, self.upkeep = app, {job.name: job for job in jobs}, upkeep
        # huey uses Python's own SQLite, whose older versions must not use WAL
        self.huey = SqliteHuey("jobs", filename=str(path), journal_mode="truncate", fsync=True, results=False)
        self.run_task = self.huey.task(name="run")(self.run)

    def put(self, name: str, row_id: UUID) -> None:
        """Have a job done on a row; it must be committed as waiting before."""
        self.run_task(name, str(row_id))

    def run(self, name: str, row_id: str) -> None:
        """Do one job; an error is logged by its type and leaves the queue working."""
        self._do(f"job {name} on {row_id}", lambda: self.jobs[name].run(UUID(row_id)))

    def keep_up(self) -> None:
        """Do the upkeep, each piece by itself; an error is logged by its type."""
        for task in self.upkeep:
            self._do(f"upkeep {task.__name__}", partial(task, datetime.now(UTC)))

    def _do(self, what: str, work: Callable[[], None]) -> None:
        with self.app.app_context():
            try:
                with across_mechanisms():
                    work()
                    db.session.commit()
            except Exception as error:  # noqa: BLE001  # one bad row must not end the worker
                log.error("%s failed: %s", what, type(error).__name__)  # noqa: TRY400  # no content
            finally:
                db.session.remove()

    def bring_back(self) -> None:
        """Queue again what waits in the database; a job that is queued twice finds its row done and does nothing."""
        with self.app.app_context():
            try:
                with reading(), across_mechanisms():
                    found = [(job.name, row_id) for job in self.jobs.values() for row_id in job.lost(datetime.now(UTC))]
            finally:
                db.session.remove()
        for name, row_id in found:
            self.put(name, row_id)

    def work(self) -> None:
        """Serve the queue in this process, which has one thread so that jobs can fork, until it is told to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _end_worker)
        if not leaves_the_network():
            log.warning(WITHOUT_NAMESPACES)
        with self.app.app_context():
            for job in self.jobs.values():
                job.prepare()
        next_look = next_upkeep = 0.0
        try:
            while True:
                if time.monotonic() >= next_upkeep:
                    self.keep_up()
                    next_upkeep = time.monotonic() + DAY
                if time.monotonic() >= next_look:
                    self.bring_back()
                    next_look = time.monotonic() + BETWEEN_LOOKS
                if not self.work_off():
                    time.sleep(PAUSE)
        except WorkerEnds:
            log.info("the worker ends")

    def work_off(self) -> int:
        """Do everything that waits in the queue, here and now; return how many jobs there were."""
        done = 0
        while (task := self.huey.dequeue()) is not None:
            self.huey.execute(task)
            done += 1
        return done


def _end_worker(*_: object) -> NoReturn:
    raise WorkerEnds


def init_jobs(app: Flask, path: Path, jobs: Sequence[Job], upkeep: Sequence[Upkeep]) -> None:
    """Give the application its queue, kept in the file `path`."""
    app.extensions["jobs"] = Queue(app, path, jobs, upkeep)


def get_queue() -> Queue:
    """Return the queue of the present application."""
    queue: Queue = current_app.extensions["jobs"]
    return queue


def put_after_commit(name: str, row_id: UUID) -> None:
    """Have a job done on a row once the present transaction is committed."""
    db.session.info.setdefault(WAITING, []).append((name, row_id))


@event.listens_for(db.session, "after_commit")
def _put_waiting(session: Session) -> None:
    """Fill the queue; where that fails the rows still say what waits, and `bring_back` finds them."""
    for name, row_id in session.info.pop(WAITING, ()):
        try:
            get_queue().put(name, row_id)
        except Exception as error:  # noqa: BLE001  # the commit stands, whatever happens to the queue
            log.warning("job %s on %s waits for the next look: %s", name, row_id, type(error).__name__)


@event.listens_for(db.session, "after_rollback")
def _forget_waiting(session: Session) -> None:
    session.info.pop(WAITING, None)
