"""Nothing that may write does so for a page of another site: no token, no row."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.db import db
from monitor.visits.models import VisitState
from tests.guards.addresses import Address, every_address
from tests.guards.database import Watch
from tests.guards.entering import signed_in
from tests.guards.world import World

SAFE = ("GET", "HEAD", "OPTIONS")
OPENED_ANEW = ("accounts.sign_in", "accounts.link", "accounts.recovery_key", "accounts.factor")
"""Their own old page is opened again instead of refused; a form of another site is refused here too."""


@pytest.fixture
def client(walked: Flask, world: World) -> FlaskClient:
    """The browser of somebody with every role."""
    return signed_in(walked, world.people["everything"])


@pytest.fixture
def watch(walked: Flask, client: FlaskClient) -> Iterator[Watch]:
    """Sees what is committed after the sign-in."""
    watch = Watch(walked)
    yield watch
    watch.close()


def unsafe(app: Flask, world: World) -> list[Address]:
    """Return every address that may write, of one visit."""
    return [
        address
        for address in every_address(app, world)
        if address.method not in SAFE and address.state in (None, VisitState.UNDER_WAY)
    ]


def accepted(app: Flask, world: World, client: FlaskClient, watch: Watch, **headers: str) -> list[str]:
    """Send a form without a token to every such address; return those that did anything but refuse it."""
    found = []
    for address in unsafe(app, world):
        response = client.open(address.path, method=address.method, data={"name": "value"}, headers=headers)
        is_refused = response.status_code == 400 or (
            address.rule.endpoint in OPENED_ANEW and response.headers.get("Location") == address.path and bool(headers)
        )
        if not is_refused or watch.has_changed():
            found.append(f"{address}: {response.status_code}")
    return found


def test_there_are_addresses_to_walk(walked: Flask, world: World) -> None:
    assert len(unsafe(walked, world)) > 40
    assert "POST /visits/<uuid:visit_id>/approve [under_way]" in map(str, unsafe(walked, world))


def test_a_form_without_token_is_refused_everywhere(
    walked: Flask, world: World, client: FlaskClient, watch: Watch
) -> None:
    assert accepted(walked, world, client, watch) == []


def test_an_old_page_of_our_own_is_kept_but_writes_nothing(
    walked: Flask, world: World, client: FlaskClient, watch: Watch
) -> None:
    assert accepted(walked, world, client, watch, **{"Sec-Fetch-Site": "same-origin"}) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_began_is_refused_though_its_token_is_right(
    site: str, walked: Flask, world: World, client: FlaskClient, watch: Watch
) -> None:
    token = client.get("/session/state").get_json()["csrf_token"]
    visit = f"/visits/{world.visits[VisitState.REVIEW]}"
    sent = {"csrf_token": token}
    assert client.post(f"{visit}/approve", data=sent, headers={"Sec-Fetch-Site": site}).status_code == 400
    assert not watch.has_changed()
    assert client.post(f"{visit}/approve", data=sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert watch.has_changed()


def test_a_token_of_another_session_is_refused(walked: Flask, world: World, client: FlaskClient, watch: Watch) -> None:
    stolen = signed_in(walked, world.people["leader"]).get("/session/state").get_json()["csrf_token"]
    watch.has_changed()
    visit = f"/visits/{world.visits[VisitState.REVIEW]}"
    assert client.post(f"{visit}/approve", data={"csrf_token": stolen}).status_code == 400
    assert not watch.has_changed()


# the guard of this guard


def test_a_view_that_asks_for_no_token_is_noticed(
    walked: Flask, world: World, client: FlaskClient, watch: Watch
) -> None:
    walked.extensions["csrf"].exempt(walked.view_functions["visits.start"])
    assert accepted(walked, world, client, watch) == ["POST /visits/<uuid:visit_id>/start [under_way]: 302"]


def test_a_write_in_spite_of_a_refusal_is_noticed(
    walked: Flask, world: World, client: FlaskClient, watch: Watch
) -> None:
    @walked.before_request
    def write() -> None:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE visit SET report_version = report_version + 1")

    walked.before_request_funcs[None].insert(0, walked.before_request_funcs[None].pop())
    assert len(accepted(walked, world, client, watch)) == len(unsafe(walked, world))
