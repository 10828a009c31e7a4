"""The server of these tests, where the browser hangs up while the server still reads."""

import gc
import socket
import struct
import threading
import time
import warnings
from http.client import HTTPResponse

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler

from tests.browser import conftest

REQUEST = b"GET /static/js/ui.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
MORE = bytes(200_000)
"""Sent behind the request: the server reads on after its answer, until the browser hangs up."""


def files_left_open(app: Flask) -> list[str]:
    """Ask for a file a few times, hang up without a good-bye, and return what Python says of the files."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with conftest.serving(app) as address:
            port = int(address.rpartition(":")[2])
            threads = threading.active_count()
            for _ in range(3):
                with socket.create_connection(("127.0.0.1", port)) as browser:
                    browser.sendall(REQUEST + MORE)
                    answer = HTTPResponse(browser)
                    answer.begin()
                    answer.read()
                    browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    answer.close()
            while threading.active_count() > threads:
                time.sleep(0.01)
        gc.collect()
    return [str(one.message) for one in said if "ui.js" in str(one.message)]


def test_a_file_is_closed_when_the_browser_hangs_up(app: Flask) -> None:
    assert not files_left_open(app)


def test_werkzeugs_own_handler_leaves_it_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "Handler", WSGIRequestHandler)
    assert files_left_open(app)
