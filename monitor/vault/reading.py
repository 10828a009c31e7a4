"""Reading a confidential record leaves an event in the audit chain; nothing leaves the server without it.

Pages open records through `read` and `read_one`. The event is written when the page is ready: with what the request
writes or, where that is nothing or is dropped, in a transaction of its own. With the session's last use, this is the
only write that a GET request causes. Where it cannot be written, the page does not go out. The same person reading the
same records of one subject again within five minutes is one reading.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, current_app, g
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from monitor.audit import queries
from monitor.audit.operations import record_event
from monitor.db import db, writing
from monitor.vault.keyring import Closed, Owner, open_records
from monitor.vault.session import own_keyring
from monitor.web.commit import will_be_committed

ONE_READING_WITHIN: Final = timedelta(minutes=5)
READ: Final = "record:read"


def init_readings(app: Flask) -> None:
    """Write the readings of a request after it. Call it after `init_web`, to run before its commit."""
    app.after_request(write_readings)


def read(records: Mapping[UUID, Owner], *, subject_id: UUID) -> dict[UUID, dict[str, Any] | Closed]:
    """Open records for the person signed in, as `open_records` does, and note which of them opened.

    `subject_id` is what the event is filed under: the visit or the talk they belong to.
    """
    found = open_records(records, own_keyring())
    opened = sorted(str(id_) for id_, content in found.items() if not isinstance(content, Closed))
    if opened:
        noted: dict[UUID, set[str]] = g.setdefault("readings", {})
        noted.setdefault(subject_id, set()).update(opened)
    return found


def read_one(record_id: UUID, owner: Owner, *, subject_id: UUID) -> dict[str, Any] | Closed:
    """Open one record; see `read`."""
    return read({record_id: owner}, subject_id=subject_id)[record_id]


def note_departure(tag: str, *, subject_id: UUID, **detail: Any) -> None:
    """Note that something leaves the server as a file with this response; written into the chain as readings are."""
    departures: list[tuple[str, UUID, dict[str, Any]]] = g.setdefault("departures", [])
    departures.append((tag, subject_id, detail))


def write_readings(response: Response) -> Response:
    """Write what was read in this request into the chain; answer with an error page when that fails."""
    readings: dict[UUID, set[str]] = g.pop("readings", {})
    departures: list[tuple[str, UUID, dict[str, Any]]] = g.pop("departures", [])
    if not readings and not departures:
        return response
    goes_with_the_request = will_be_committed(response)
    try:
        if not goes_with_the_request:
            db.session.rollback()  # it only read, or what it wrote is dropped; what was shown was shown all the same
        with writing():
            for subject_id, records in readings.items():
                _write(subject_id, records)
            for tag, subject_id, detail in departures:
                _record(tag, subject_id, **detail)
            if not goes_with_the_request:
                db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _write(subject_id: UUID, records: set[str]) -> None:
    since = g.now - ONE_READING_WITHIN
    for event in queries.events_about(subject_id, READ, by=current_user.id, since=since):
        records = records - set(event.detail["records"])
    if records:
        _record(READ, subject_id, records=sorted(records))


def _record(tag: str, subject_id: UUID, **detail: Any) -> None:
    record_event(
        tag, mechanism_id=current_user.mechanism_id, subject_id=subject_id, by=current_user.id, at=g.now, **detail
    )
