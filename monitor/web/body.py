"""How large a request may be, view by view, checked before any of it is read into memory."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

View = TypeVar("View", bound=Callable[..., Any])

KILOBYTE: Final = 1024
MEGABYTE: Final = 1024 * KILOBYTE
DEFAULT_BODY: Final = 256 * KILOBYTE
TOPIC_FORM_BODY: Final = 8 * MEGABYTE
"""A page of answers: 20,000 Arabic characters are 120 kB in a form, and a page holds a dozen comments and more."""
REGISTER_BODY: Final = 20 * MEGABYTE
DOCUMENT_BODY: Final = 5 * MEGABYTE
MOST_FIELDS: Final = 10_000
"""Far above the largest page of answers, far below what would keep the parser busy."""
DRAINED_AT_MOST: Final = 128 * MEGABYTE
"""A refused body is read and dropped up to here: a browser that cannot finish sending shows no answer at all."""


def body_limit(size: int) -> Callable[[View], View]:
    """Mark a view as taking bodies of up to `size` bytes instead of DEFAULT_BODY."""

    def note(view: View) -> View:
        view.__dict__["body_limit"] = size
        return view

    return note


def limit_body(app: Flask) -> None:
    """Check every request's size. Call it before anything that reads forms, such as the CSRF check."""
    app.config["MAX_CONTENT_LENGTH"] = DEFAULT_BODY
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS
    app.before_request(refuse_oversized_body)


def refuse_oversized_body() -> None:
    """Set this request's limits. Raises RequestEntityTooLarge when its length says that it is over them."""
    view = current_app.view_functions.get(request.endpoint or "")
    limit: int = getattr(view, "body_limit", DEFAULT_BODY)
    request.max_content_length = limit
    request.max_form_memory_size = limit
    if request.content_length is not None and request.content_length > limit:
        _drain(request.content_length)
        raise RequestEntityTooLarge


def _drain(length: int) -> None:
    """Read what the browser is still sending, without keeping it."""
    left = min(length, DRAINED_AT_MOST)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, 64 * KILOBYTE))):
        left -= len(chunk)
