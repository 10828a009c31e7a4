"""Static files are kept for ever under the address of their content, and asked about under any other."""

import re

from flask import Flask
from flask.testing import FlaskClient

from monitor.web.assets import static_url

FOR_EVER = "public, max-age=31536000, immutable"


def test_the_address_holds_the_hash_of_the_content(sample: Flask) -> None:
    with sample.test_request_context():
        assert re.fullmatch(r"/static/css/monitor\.css\?v=[0-9a-f]{16}", static_url("css/monitor.css"))
        assert static_url("css/monitor.css") != static_url("css/components.css").replace("components", "monitor")


def test_the_address_has_no_version_while_the_file_is_missing(sample: Flask) -> None:
    with sample.test_request_context():
        assert static_url("css/missing.css") == "/static/css/missing.css"
        assert "v=" not in static_url("../pyproject.toml")


def test_only_the_current_version_is_kept_for_ever(sample: Flask, client: FlaskClient) -> None:
    with sample.test_request_context():
        current = static_url("css/monitor.css")
    for path, cache in [
        (current, FOR_EVER),
        ("/static/css/monitor.css", "no-cache"),
        ("/static/css/monitor.css?v=0123456789abcdef", "no-cache"),
    ]:
        with client.get(path) as response:
            assert (response.status_code, response.headers["Cache-Control"]) == (200, cache)


def test_every_static_file_a_page_names_exists(client: FlaskClient) -> None:
    page = client.get("/").text
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(named) >= 4
    for path in named:
        if "/vendor/" not in path:
            with client.get(path) as response:
                assert response.status_code == 200, path
