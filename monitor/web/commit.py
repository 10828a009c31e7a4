"""One commit for each successful request that may write, none for any other."""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, current_app, request, session
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from monitor.db import db
from monitor.web.kept_forms import will_be_sent_again

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
HAS_WRITTEN: Final = "has_written"


class WroteWhileReading(RuntimeError):
    """A request that must only read changed rows; nothing of it was kept."""


def init_commit(app: Flask) -> None:
    """Commit or roll back after every request. Call it after `init_headers` and `init_logging`, to run before them."""
    app.after_request(commit_or_roll_back)


def will_be_committed(response: Response) -> bool:
    """Say whether what this request wrote is kept once it is answered like this."""
    is_taken = response.status_code < HTTPStatus.BAD_REQUEST and not will_be_sent_again(response)
    return request.method not in READING_METHODS and is_taken


def commit_or_roll_back(response: Response) -> Response:
    """Keep what a successful write did, drop everything else; answer with an error page when the commit fails."""
    if not db.session.registry.has():
        return response
    if request.method in READING_METHODS:
        _refuse_writes(db.session())
    elif will_be_committed(response):
        return _commit(response)
    else:
        db.session.rollback()
    return response


def _commit(response: Response) -> Response:
    try:
        db.session.commit()
    except SQLAlchemyError as error:
        db.session.rollback()
        session.pop("_flashes", None)  # they would tell of something that did not happen
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _refuse_writes(reading: Session) -> None:
    unsaved = bool(reading.new or reading.deleted) or any(reading.is_modified(row) for row in reading.dirty)
    if not unsaved and not reading.info.get(HAS_WRITTEN):
        return
    reading.rollback()
    if current_app.debug or current_app.testing:
        raise WroteWhileReading(f"{request.method} {request.endpoint} changed rows")


@event.listens_for(db.session, "after_flush")
def _note_flush(flushed: Session, _context: UOWTransaction) -> None:
    flushed.info[HAS_WRITTEN] = True


@event.listens_for(db.session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[HAS_WRITTEN] = True


@event.listens_for(db.session, "after_commit")
@event.listens_for(db.session, "after_rollback")
def _forget(ended: Session) -> None:
    ended.info.pop(HAS_WRITTEN, None)
