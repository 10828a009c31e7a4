"""Error answers say what happened, what was kept and what to do, and nothing of the content."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from monitor.web.failures import BY_STATUS
from tests.page_rules import check_page
from tests.web.sample import CANARY


@pytest.mark.parametrize(("status", "code"), [(status, failure.code) for status, failure in BY_STATUS.items()])
def test_each_status_has_its_page_and_its_json(client: FlaskClient, status: int, code: str) -> None:
    page = client.get(f"/status/{status}")
    assert page.status_code == status
    assert str(BY_STATUS[status].title) in page.text
    check_page(page.text, BeautifulSoup(page.text, "html.parser"))
    answer = client.get(f"/status/{status}", headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert set(answer.get_json()) == {"error", "message"}
    assert answer.get_json()["error"] == code


@pytest.mark.parametrize(("status", "code"), [(418, "not_understood"), (422, "not_understood"), (501, "fault")])
def test_a_status_without_words_of_its_own_gets_general_ones(client: FlaskClient, status: int, code: str) -> None:
    answer = client.get(f"/status/{status}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]) == (status, code)


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("/busy", 503, "busy", "Nothing was saved yet"),
        ("/full", 503, "disk_full", "Nothing was saved"),
        ("/full-disk-file", 503, "disk_full", "Nothing was saved"),
        ("/broken-table", 500, "fault", "Nothing of this step was saved"),
        ("/fault", 500, "fault", "Nothing of this step was saved"),
        ("/stale", 409, "changed_meanwhile", "yours was not saved"),
    ],
)
def test_a_failure_says_what_was_kept_and_nothing_of_the_content(
    client: FlaskClient, path: str, status: int, code: str, words: str
) -> None:
    page = client.post(path)
    answer = client.post(path, headers={"Accept": "application/json"})
    assert page.status_code == answer.status_code == status
    assert answer.get_json()["error"] == code
    for text in (page.text, answer.get_json()["message"]):
        assert words in text
        assert CANARY not in text
    assert "What you typed is still on this page" in answer.get_json()["message"]


def test_a_passing_failure_says_when_to_come_back(client: FlaskClient) -> None:
    assert client.post("/busy").headers["Retry-After"] == "5"


def test_a_fault_has_a_reference_that_differs_each_time(client: FlaskClient) -> None:
    texts = {client.get("/fault", headers={"Accept": "application/json"}).get_json()["message"] for _ in range(3)}
    assert len(texts) == 3


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.delete("/form")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_json_body_is_answered_in_json(client: FlaskClient) -> None:
    assert client.post("/fault", json={}).get_json()["error"] == "fault"


def test_a_browser_gets_a_page(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/nowhere", headers={"Accept": accept}).mimetype == "text/html"
    assert client.get("/nowhere", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_the_bare_words_remain_when_templates_fail_too(sample: Flask) -> None:
    del sample.jinja_env.globals["page_language"]
    response = sample.test_client().get("/fault")
    assert (response.status_code, response.mimetype) == (500, "text/plain")
    assert "Something went wrong on our side" in response.text


def test_a_redirect_to_the_address_with_a_slash_stays_one(sample: Flask) -> None:
    sample.get("/folder/")(lambda: "folder")
    assert sample.test_client().get("/folder").status_code == 308
