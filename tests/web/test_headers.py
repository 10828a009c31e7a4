"""Every answer carries the whole set of headers, whatever its kind and status."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
        "worker-src 'self'; require-trusted-types-for 'script'; trusted-types monitor-worker"
    ),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


FOR_FILES = EXPECTED | {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""What is handed over as a file runs nowhere."""
OF_PAPER = re.compile(r"/paper|/visits/[^/]+/paper(/.*)?")
"""The addresses whose pages may ask for the camera."""


def wrong_headers(response: TestResponse) -> dict[str, str | None]:
    """Return the headers of an answer that are missing or differ from the expected set."""
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    expected = FOR_FILES if is_file else EXPECTED
    given = {name: response.headers.get(name) for name in expected}
    if OF_PAPER.fullmatch(response.request.path):
        given["Permissions-Policy"] = (given["Permissions-Policy"] or "").replace("camera=(self)", "camera=()")
    wrong = {name: value for name, value in given.items() if value != expected[name]}
    if response.request.path.startswith("/static/") and response.status_code < 400:
        return wrong
    if response.headers.get("Cache-Control") != "no-store":
        wrong["Cache-Control"] = response.headers.get("Cache-Control")
    if "Cookie" not in response.vary:
        wrong["Vary"] = response.headers.get("Vary")
    return wrong


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 405, 409, 413, 423, 429, 500, 503])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_set_is_whole_on_every_status(client: FlaskClient, status: int, accept: str) -> None:
    response = client.get(f"/status/{status}", headers={"Accept": accept})
    assert response.status_code == status
    assert wrong_headers(response) == {}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/fault"),
        ("POST", "/busy"),
        ("POST", "/stale"),
        ("DELETE", "/form"),
        ("GET", "/static/css/monitor.css"),
        ("GET", "/static/css/missing.css"),
        ("GET", "/"),
    ],
)
def test_the_set_is_whole_on_every_path_to_an_answer(client: FlaskClient, method: str, path: str) -> None:
    with client.open(path, method=method) as response:
        assert wrong_headers(response) == {}


def test_the_set_is_whole_when_the_body_is_too_large(client: FlaskClient) -> None:
    response = client.post("/notes", data={"text": "x" * 300_000})
    assert response.status_code == 413
    assert wrong_headers(response) == {}


def test_the_check_fails_when_a_view_is_answered_without_the_headers() -> None:
    bare = Flask("bare")
    bare.get("/")(lambda: "bare")
    assert {*wrong_headers(bare.test_client().get("/"))} == {*EXPECTED, "Cache-Control", "Vary"}


def test_https_alone_brings_strict_transport_security(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    secure = client.get("/", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_view_cannot_weaken_the_set(sample: Flask) -> None:
    sample.get("/loose")(lambda: ("loose", {"Content-Security-Policy": "default-src *", "Cache-Control": "public"}))
    assert wrong_headers(sample.test_client().get("/loose")) == {}
