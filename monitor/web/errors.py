"""Error answers: a calm page for people, a short JSON object for scripts, nothing of the content in either."""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from monitor.db import begin_as_reader, db
from monitor.web.failures import CHANGED_MEANWHILE, PAGE_TOO_OLD, Failure, failure_of, passing_failure_of
from monitor.web.filters import byte_size
from monitor.web.logging import request_reference

RETRY_AFTER: Final = 5  # seconds


def init_errors(app: Flask) -> None:
    """Answer every HTTP error, a busy database, a full disk and anything unforeseen with our own pages."""
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(CSRFError, answer_old_page)
    app.register_error_handler(StaleDataError, answer_stale_data)
    app.register_error_handler(OperationalError, answer_passing_failure)
    app.register_error_handler(OSError, answer_passing_failure)


def wants_json() -> bool:
    """Say whether this request comes from a script that reads JSON and not from a browser that shows pages."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return request.is_json or best == "application/json"


def answer_http_error(error: HTTPException) -> BaseResponse | HTTPException:
    """Answer a refusal; redirects and answers that a view made itself pass unchanged."""
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if isinstance(error, InternalServerError):
        g.failure = error.original_exception
    response = error_answer(failure_of(error.code), error.code)
    own = Headers(error.get_headers(request.environ))
    own.remove("Content-Type")
    response.headers.extend(own)
    return response


def answer_old_page(_error: CSRFError) -> Response:
    """Answer a form whose token is not of this session."""
    return error_answer(PAGE_TOO_OLD, 400)


def answer_stale_data(error: StaleDataError) -> Response:
    """Answer a write based on a version of a row that somebody else changed in between."""
    g.failure = error
    return error_answer(CHANGED_MEANWHILE, 409)


def answer_passing_failure(error: OperationalError | OSError) -> Response:
    """Answer a locked database or a full disk with 503; raise anything else again, for the 500 page."""
    failure = passing_failure_of(error)
    if failure is None:
        raise error
    g.failure = error
    if db.session.registry.has():
        db.session.rollback()
    begin_as_reader(True)  # the page asks who is signed in, and must not wait for the same lock again
    response = error_answer(failure, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def error_answer(failure: Failure, status: int) -> Response:
    """Return the page or the JSON object that says this, and note its name for the log."""
    g.error_code = failure.code
    values = {"limit": byte_size(request.max_content_length or 0), "reference": request_reference()}
    what = str(failure.what) % values
    if wants_json():
        message = f"{what} {failure.in_place}" if failure.in_place else what
        return make_response(jsonify(error=failure.code, message=message), status)
    return make_response(_page(failure, what, status), status)


def _page(failure: Failure, what: str, status: int) -> str | Response:
    """Return the page; when what failed keeps templates from working too, the bare words."""
    try:
        return render_template("errors/error.html", failure=failure, what=what)
    except Exception:
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        words = f"{what} {failure.on_page}" if failure.on_page else what
        return Response(f"{failure.title}\n\n{words}\n", mimetype="text/plain")
