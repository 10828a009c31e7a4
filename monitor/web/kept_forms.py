"""Forms that a script sends so that the page stays when sending fails (static/js/keep.js): the server's half."""

from http import HTTPStatus

from flask import Flask, Response, jsonify, request


def init_kept_forms(app: Flask) -> None:
    """Answer redirects of kept forms as JSON. Call it after `init_logging`, before sign-in and guard."""
    app.after_request(tell_location)


def is_kept_form() -> bool:
    """Say whether a script sends this form and keeps its page until the answer is known."""
    return "X-Kept-Form" in request.headers


def will_be_sent_again(response: Response) -> bool:
    """Say whether the browser sends this form once more by itself, because the answer is a page to be shown."""
    return is_kept_form() and HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES


def tell_location(response: Response) -> Response:
    """Turn a redirect into `{"location": address}`: a script cannot read where it leads without following it."""
    location = response.headers.get("Location")
    if is_kept_form() and location is not None and _is_redirect(response):
        response.status_code = 200
        response.set_data(jsonify(location=location).data)
        response.content_type = "application/json"
        del response.headers["Location"]
    return response


def _is_redirect(response: Response) -> bool:
    return HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
