"""Texts travel compressed, files and short answers as they are."""

import gzip
from pathlib import Path

import brotli
from flask import Flask, send_file
from flask.typing import ResponseReturnValue

from monitor.web.compression import SMALLEST
from monitor.web.install import init_web


def sample() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY="x", TESTING=True)
    init_web(app)
    app.add_url_rule("/long", view_func=lambda: "<p>long</p>" * SMALLEST)
    app.add_url_rule("/short", "short", lambda: "<p>short</p>")
    app.add_url_rule("/pdf", "pdf", lambda: (b"%PDF" * SMALLEST, {"Content-Type": "application/pdf"}))
    return app


def test_long_page_travels_compressed_and_comes_back_whole() -> None:
    response = sample().test_client().get("/long", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < SMALLEST
    assert gzip.decompress(response.data) == b"<p>long</p>" * SMALLEST


def test_browser_that_takes_nothing_compressed_gets_plain_text() -> None:
    response = sample().test_client().get("/long")
    assert "Content-Encoding" not in response.headers
    assert "Content-Security-Policy" in response.headers


def test_short_answer_and_pdf_stay_as_they_are() -> None:
    client = sample().test_client()
    for path in ("/short", "/pdf"):
        response = client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in response.headers, path


def test_file_is_closed_once_it_was_sent_compressed(tmp_path: Path) -> None:
    app, sent = sample(), []
    style = tmp_path / "style.css"
    style.write_text("body {}\n" * SMALLEST)

    def send() -> ResponseReturnValue:
        response = send_file(style)
        sent.append(response.response)
        return response

    app.add_url_rule("/style", "style", send)
    response = app.test_client().get("/style", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(response.data) == style.read_bytes()
    response.close()
    assert sent[0].file.closed
