"""No write without the token of the session, none begun by another site."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import Maker


@pytest.fixture
def sample(make_sample: Maker) -> Flask:
    return make_sample(WTF_CSRF_ENABLED=True)


def token_of(client: FlaskClient, **options: str) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', client.get("/form", **options).text)
    assert found
    return found[1]


def test_a_write_without_a_token_is_refused_and_nothing_is_kept(client: FlaskClient) -> None:
    response = client.post("/notes", data={"text": "forged"})
    assert response.status_code == 400
    assert "This page was open for a long time" in response.text
    assert client.get("/notes/count").text == "0"


def test_a_script_learns_that_the_page_is_too_old(client: FlaskClient) -> None:
    response = client.post("/notes", data={"text": "forged"}, headers={"Accept": "application/json"})
    assert (response.status_code, response.get_json()["error"]) == (400, "page_too_old")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_write_with_the_token_passes_without_a_referer(client: FlaskClient, scheme: str) -> None:
    address = f"{scheme}://localhost"
    data = {"text": "own", "csrf_token": token_of(client, base_url=address)}
    assert client.post("/notes", data=data, base_url=address).status_code == 302


def test_a_token_in_the_header_passes(client: FlaskClient) -> None:
    assert client.post("/session/use", json={}, headers={"X-CSRFToken": token_of(client)}).status_code == 200


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 302), ("none", 302)]
)
def test_the_browsers_word_about_the_site_counts_beside_the_token(client: FlaskClient, site: str, status: int) -> None:
    data = {"text": "own", "csrf_token": token_of(client)}
    assert client.post("/notes", data=data, headers={"Sec-Fetch-Site": site}).status_code == status


def test_a_link_from_another_site_may_be_followed(client: FlaskClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
