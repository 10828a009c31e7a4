"""The log holds kinds and places, never what people typed, read or came from."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor.config import ROOT
from monitor.web.logging import JsonLine, write_log_to
from tests.web.sample import CANARY


@pytest.fixture
def log(client: FlaskClient) -> Iterator[StringIO]:
    assert client.application.name == "monitor"  # its own log was installed first
    root = logging.getLogger()
    level = root.level
    written = StringIO()
    write_log_to(written)
    yield written
    for handler in [handler for handler in root.handlers if isinstance(handler.formatter, JsonLine)]:
        root.removeHandler(handler)
    root.setLevel(level)


def lines(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 423, 429, 500, 503])
def test_each_refusal_and_error_is_one_line(client: FlaskClient, log: StringIO, status: int) -> None:
    client.get(f"/status/{status}")
    (line,) = lines(log)
    assert (line["status"], line["endpoint"], line["method"]) == (status, "sample.status", "GET")
    assert line["level"] == ("error" if status >= 500 else "warning")


@pytest.mark.parametrize("path", ["/fault", "/busy", "/full", "/broken-table", "/stale", "/full-disk-file"])
def test_an_exception_is_one_line_with_type_and_places(client: FlaskClient, log: StringIO, path: str) -> None:
    client.post(path)
    (line,) = lines(log)
    assert any(place.startswith("sample.py:") for place in line["exceptions"][0]["places"])
    assert str(ROOT) not in log.getvalue()


def test_a_success_is_no_line(client: FlaskClient, log: StringIO) -> None:
    client.get("/")
    assert log.getvalue() == ""


def test_nothing_typed_read_or_come_from_is_written(client: FlaskClient, log: StringIO) -> None:
    sent = {"text": CANARY, "field": CANARY}
    headers = {"User-Agent": CANARY, "X-Forwarded-For": "203.0.113.7", "Cookie": f"other={CANARY}", "Referer": CANARY}
    for path in (
        "/fault",
        "/busy",
        "/full",
        "/broken-table",
        "/stale",
        "/full-disk-file",
        "/status/400",
        "/notes?then=409",
    ):
        address = f"{path}{'&' if '?' in path else '?'}search={CANARY}"
        client.post(address, data=sent, headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    client.get(f"/{CANARY}?search={CANARY}", headers=headers)
    logging.getLogger("elsewhere").warning("could not read %s", CANARY)
    logging.getLogger("elsewhere").error(ValueError(CANARY))
    assert len(lines(log)) == 11
    assert CANARY not in log.getvalue()
    assert "203.0.113.7" not in log.getvalue()


def test_ids_are_written_when_passed_as_fields(log: StringIO) -> None:
    logging.getLogger("monitor.reports").info("a report was made", extra={"fields": {"pages": 30}})
    (line,) = lines(log)
    assert (line["message"], line["pages"]) == ("a report was made", 30)


def test_moments_are_utc(client: FlaskClient, log: StringIO) -> None:
    client.get("/nowhere")
    moment = datetime.fromisoformat(lines(log)[0]["time"])
    assert moment.utcoffset() is not None
    assert not moment.utcoffset()


def test_the_reference_on_the_page_is_the_one_in_the_log(client: FlaskClient, log: StringIO) -> None:
    page = client.get("/fault").text
    assert lines(log)[0]["request"] in page


def test_the_servers_own_access_lines_are_off(log: StringIO) -> None:
    logging.getLogger("werkzeug").info('203.0.113.7 - - "GET /visits?search=name" 200 -')
    assert log.getvalue() == ""
