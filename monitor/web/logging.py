"""The log: one JSON object a line, in UTC, with nothing in it that a person typed, read or came from.

Of a message only its template is written, never its arguments; of an exception its type and the places in the code,
never its text. Code that wants a value in the log (an id, a count) passes it as `extra={"fields": {...}}`.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from http import HTTPStatus
from secrets import choice
from traceback import extract_tb
from typing import Any, Final, TextIO
from uuid import UUID

from flask import Flask, Response, g, has_request_context, request
from flask.logging import default_handler

logger = logging.getLogger(__name__)

READABLE: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and figures that nobody confuses when reading a reference out on the telephone."""
MOST_PLACES: Final = 12
MOST_CAUSES: Final = 4
QUIET: Final = ("werkzeug", "gunicorn.access", "alembic", "fontTools", "huey")
"""The first two hold addresses of people and of pages in their lines; the others tell of every small step."""


def init_logging(app: Flask) -> None:
    """Write the log to standard error, and one line for every answer from 400 up. Call it before `init_commit`."""
    write_log_to(sys.stderr)
    app.logger.removeHandler(default_handler)
    app.logger.addFilter(_is_not_told_otherwise)
    app.after_request(log_failure)


def write_log_to(stream: TextIO, level: int = logging.INFO) -> None:
    """Let every logger of the process write JSON lines to `stream`, and no longer to an earlier one."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, JsonLine)]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def request_reference() -> str:
    """Return this request's short name, such as `4F7K-2QXM`: shown on the error page, written in the log."""
    if "request_reference" not in g:
        letters = [choice(READABLE) for _ in range(8)]
        g.request_reference = "".join([*letters[:4], "-", *letters[4:]])
    reference: str = g.request_reference
    return reference


def log_failure(response: Response) -> Response:
    """Write one line for an answer that is a refusal or an error."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        failure: BaseException | None = g.pop("failure", None)
        fields = {"status": response.status_code, "error": g.pop("error_code", None)}
        level = logging.ERROR if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.WARNING
        logger.log(level, "answered with an error", extra={"fields": fields}, exc_info=failure)
    return response


class JsonLine(logging.Formatter):
    """Turns a log record into one line of JSON without arguments, values or texts of exceptions."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        if has_request_context():
            line |= {"method": request.method, "endpoint": request.endpoint, "request": request_reference()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["exceptions"] = _chain(record.exc_info[1])
        return json.dumps(line, default=_as_text)


def _as_text(value: object) -> str:
    """Write ids; of anything else that JSON does not know only the kind."""
    return str(value) if isinstance(value, UUID) else type(value).__name__


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while error is not None and len(found) < MOST_CAUSES:
        kind = type(error)
        frames = extract_tb(error.__traceback__)[-MOST_PLACES:]
        places = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        found.append({"type": f"{kind.__module__}.{kind.__qualname__}", "places": places})
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _short(filename: str) -> str:
    """Return the end of a path that says which code it is, not where this installation keeps it."""
    for start in ("site-packages/", "monitor/", "templates/"):
        _, found, rest = filename.rpartition(f"/{start}")
        if found:
            return rest if start == "site-packages/" else start + rest
    return filename.rpartition("/")[2]


def _is_not_told_otherwise(record: logging.LogRecord) -> bool:
    """Drop Flask's own line about an exception in a view: `log_failure` tells it, without the address."""
    return not (record.exc_info and str(record.msg).startswith("Exception on "))
