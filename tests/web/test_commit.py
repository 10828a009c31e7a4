"""A successful write is committed once; nothing else leaves a trace."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from monitor.db import db
from monitor.web.commit import WroteWhileReading
from tests.web.conftest import Maker


def notes(app: Flask) -> int:
    return int(app.test_client().get("/notes/count").text)


@pytest.mark.parametrize(("then", "kept"), [(302, 1), (200, 1), (400, 0), (409, 0), (500, 0)])
def test_the_status_decides_whether_a_write_is_kept(sample: Flask, client: FlaskClient, then: int, kept: int) -> None:
    client.post(f"/notes?then={then}", data={"text": "one"})
    assert notes(sample) == kept


def test_an_exception_drops_what_was_written_before_it(sample: Flask, client: FlaskClient) -> None:
    @sample.post("/write-and-fail")
    def write_and_fail() -> str:
        client.application.view_functions["sample.write_note"]()
        db.session.flush()
        raise ValueError

    assert client.post("/write-and-fail", data={"text": "one"}).status_code == 500
    assert notes(sample) == 0


@pytest.mark.parametrize("how", ["", "?flush"])
def test_a_reading_request_that_writes_fails_in_tests(make_sample: Maker, how: str) -> None:
    app = make_sample(TESTING=True)
    with pytest.raises(WroteWhileReading):
        app.test_client().get(f"/notes/by-reading{how}")
    assert notes(app) == 0


@pytest.mark.parametrize("how", ["", "?flush"])
def test_a_reading_request_keeps_nothing_in_production(sample: Flask, client: FlaskClient, how: str) -> None:
    assert client.get(f"/notes/by-reading{how}").status_code == 200
    assert notes(sample) == 0


def test_a_reading_request_that_only_reads_passes_in_tests(make_sample: Maker) -> None:
    app = make_sample(TESTING=True)
    app.test_client().post("/notes", data={"text": "one"})
    assert notes(app) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("commit", {}, Exception("database is locked")), 503),
        (OperationalError("commit", {}, Exception("database or disk is full")), 503),
        (IntegrityError("commit", {}, Exception("constraint")), 500),
    ],
)
def test_a_failing_commit_is_told_and_its_flash_is_not(
    sample: Flask, client: FlaskClient, error: Exception, status: int
) -> None:
    def fail(_session: Session) -> None:
        raise error

    event.listen(db.session, "before_commit", fail)
    try:
        assert client.post("/notes", data={"text": "one"}).status_code == status
    finally:
        event.remove(db.session, "before_commit", fail)
    assert "The note was saved." not in client.get("/").text
    assert notes(sample) == 0


def test_a_kept_form_answered_by_a_page_writes_nothing_because_it_is_sent_again(
    sample: Flask, client: FlaskClient
) -> None:
    client.post("/notes?then=200", data={"text": "one"}, headers={"X-Kept-Form": "1"})
    assert notes(sample) == 0


def test_a_kept_form_is_told_where_its_redirect_leads(sample: Flask, client: FlaskClient) -> None:
    response = client.post("/notes", data={"text": "one"}, headers={"X-Kept-Form": "1"})
    assert (response.status_code, response.get_json()) == (200, {"location": "/"})
    assert notes(sample) == 1
