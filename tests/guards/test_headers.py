"""Every address carries the whole set of headers, whatever the method, the person and the answer."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.access.guard import public
from monitor.visits.models import VisitState
from tests.guards.addresses import every_address
from tests.guards.entering import signed_in
from tests.guards.world import World
from tests.web.test_headers import wrong_headers

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "TRACE")
STATUSES = (200, 302, 400, 401, 403, 404, 405, 409, 413, 423, 429, 500, 503)


def every_answer(app: Flask, world: World, client: FlaskClient) -> Iterator[TestResponse]:
    """Yield the answer of every address to every method, and to a body that is too large."""
    for address in every_address(app, world):
        if address.state not in (None, VisitState.UNDER_WAY):
            continue
        for method in METHODS if address.method == "GET" else ("POST",):
            with client.open(address.path, method=method) as response:
                yield response
        with client.post(address.path, environ_overrides={"CONTENT_LENGTH": str(2**40)}) as response:
            yield response


@pytest.mark.parametrize("person", ["everything", "nobody"])
def test_every_answer_has_the_whole_set(person: str, walked: Flask, world: World) -> None:
    client = signed_in(walked, world.people[person]) if person in world.people else walked.test_client()
    statuses: Counter[int] = Counter()
    wrong = []
    for response in every_answer(walked, world, client):
        statuses[response.status_code] += 1
        if missing := wrong_headers(response):
            wrong.append((response.request.method, response.request.path, response.status_code, missing))
    assert wrong == []
    assert {200, 302, 400, 405, 413} <= set(statuses)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_the_whole_set(status: int, walked: Flask, world: World) -> None:
    def answer(**_arguments: object) -> str:
        if status >= 400:
            abort(status)
        return ""

    walked.view_functions["visits.show"] = public(answer)
    walked.config["PROPAGATE_EXCEPTIONS"] = False
    client = signed_in(walked, world.people["everything"])
    path = "/sign-in" if status == 302 else f"/visits/{world.visits[VisitState.PLANNED]}"
    with client.get(path, headers={"Accept": "application/json" if status == 401 else "text/html"}) as response:
        assert response.status_code == status
        assert wrong_headers(response) == {}


def test_a_fault_nobody_foresaw_has_the_whole_set_and_says_nothing_of_itself(walked: Flask, world: World) -> None:
    def fail(**_arguments: object) -> str:
        raise ValueError("what nobody shall read")

    walked.view_functions["visits.show"] = public(fail)
    walked.config["PROPAGATE_EXCEPTIONS"] = False
    client = signed_in(walked, world.people["everything"])
    response = client.get(f"/visits/{world.visits[VisitState.PLANNED]}")
    assert response.status_code == 500
    assert wrong_headers(response) == {}
    assert "nobody shall read" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", ["Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"])
def test_an_answer_without_a_header_is_noticed(name: str, walked: Flask, world: World) -> None:
    @walked.after_request
    def drop(response: TestResponse) -> TestResponse:
        del response.headers[name]
        return response

    walked.after_request_funcs[None].insert(0, walked.after_request_funcs[None].pop())
    response = signed_in(walked, world.people["everything"]).get("/visits/")
    assert set(wrong_headers(response)) == {name}
