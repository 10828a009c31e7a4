"""Nothing that a person typed, read or came from is in the log: a whole walk with canaries in every field."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

import pytest
from flask import Flask

from monitor.access.guard import public
from monitor.db import db
from monitor.jobs.queue import Job, Queue
from monitor.web.logging import write_log_to
from tests.guards.entering import signed_in
from tests.guards.tour import walk
from tests.guards.world import Say, World

CANARY: Final = "zebrafinch"
ADDRESS: Final = "203.0.113.77"
FORWARDED: Final = "198.51.100.23"


def canaries() -> Say:
    """Return what numbers its canaries, so that one found in a log can be traced."""
    number = 0

    def say(kind: str) -> str:
        nonlocal number
        number += 1
        return f"{CANARY}-{number}-{kind}"

    return say


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger of the process writes, down to its debug lines, as the log of production has it."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, handlers = root.level, list(root.handlers)
    write_log_to(stream, logging.DEBUG)
    yield stream
    root.setLevel(before)
    root.handlers[:] = handlers


def betrayed(text: str, *secrets: str) -> list[str]:
    """Return the lines that hold one of these, in any case."""
    return [line[:300] for line in text.splitlines() if any(secret.lower() in line.lower() for secret in secrets)]


def from_afar(app: Flask) -> None:
    """Let every request come from an address that would show."""
    inner = app.wsgi_app

    def come(environ: dict[str, object], start_response: object) -> object:
        environ |= {"REMOTE_ADDR": ADDRESS, "HTTP_X_FORWARDED_FOR": FORWARDED, "HTTP_USER_AGENT": CANARY}
        return inner(environ, start_response)

    app.wsgi_app = come  # type: ignore[method-assign, assignment]


def test_a_whole_walk_leaves_no_canary_in_the_log(
    settle: Callable[[Say], tuple[Flask, World]], log: io.StringIO
) -> None:
    say = canaries()
    app, world = settle(say)
    write_log_to(log, logging.DEBUG)  # the application has set its own
    from_afar(app)
    shown = sum(CANARY in seen.text for seen in walk(app, world, say))
    assert shown > 100, "pages that show a canary"
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert any(line["message"] == "answered with an error" for line in lines)
    assert betrayed(log.getvalue(), CANARY, ADDRESS, FORWARDED) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 413, 429])
def test_every_kind_of_refusal_is_logged_once_and_without_content(
    status: int, walked: Flask, world: World, log: io.StringIO
) -> None:
    write_log_to(log, logging.DEBUG)
    from_afar(walked)
    client = walked.test_client() if status in (401, 429) else signed_in(walked, world.people["leader"])
    token = client.get("/session/state").get_json()["csrf_token"]
    sent = {"csrf_token": token, "email": f"{CANARY}@x.example", "password": CANARY, "summary": CANARY}
    visit = f"/visits/{next(iter(world.visits.values()))}"
    for _ in range(30 if status == 429 else 1):
        log.truncate(0)
        answer = {
            400: lambda: client.post(f"/visits/import?x={CANARY}", data={"body": CANARY}),
            401: lambda: client.post(f"{visit}/texts", data=sent),
            403: lambda: client.get(f"/visits/import?x={CANARY}"),
            404: lambda: client.get(f"/visits/{CANARY}"),
            405: lambda: client.post(f"{visit}?x={CANARY}", data=sent),
            410: lambda: client.get(f"/link/{CANARY}"),
            413: lambda: client.post(f"{visit}/figures", data={"x": CANARY * 30_000}),
            429: lambda: client.post("/sign-in", data=sent),
        }[status]()
        if answer.status_code == status:
            break
    assert answer.status_code == status
    assert betrayed(log.getvalue(), CANARY, ADDRESS, FORWARDED) == []
    written = [json.loads(line) for line in log.getvalue().replace("\0", "").splitlines()]
    assert [line["status"] for line in written if line["message"] == "answered with an error"] == [status]


def test_a_fault_is_logged_by_its_kind_and_place_alone(walked: Flask, world: World, log: io.StringIO) -> None:
    def fail(**_arguments: object) -> str:
        secret = CANARY
        raise ValueError(secret) from KeyError(secret)

    write_log_to(log, logging.DEBUG)
    walked.view_functions["visits.index"] = public(fail)
    walked.config["PROPAGATE_EXCEPTIONS"] = False
    assert walked.test_client().get(f"/visits/?q={CANARY}").status_code == 500
    assert betrayed(log.getvalue(), CANARY) == []
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [each["type"] for each in line["exceptions"]] == ["builtins.ValueError", "builtins.KeyError"]


def test_a_database_error_tells_neither_statement_nor_values(walked: Flask, world: World, log: io.StringIO) -> None:
    def fail(**_arguments: object) -> str:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SELECT ? FROM no_such_table", (CANARY,))
        return ""

    write_log_to(log, logging.DEBUG)
    walked.view_functions["visits.index"] = public(fail)
    walked.config["PROPAGATE_EXCEPTIONS"] = False
    assert walked.test_client().get("/visits/").status_code == 500
    assert betrayed(log.getvalue(), CANARY, "no_such_table") == []


def test_a_job_that_fails_is_logged_without_content(walked: Flask, log: io.StringIO) -> None:
    write_log_to(log, logging.DEBUG)
    queue: Queue = walked.extensions["jobs"]

    def fail(_row_id: UUID) -> None:
        raise ValueError(CANARY)

    queue.jobs["failing"] = Job("failing", fail, lambda _at: (), lambda: None)
    queue.run("failing", "01890a5d-ac96-774b-bcce-b302099a8057")
    assert "failed" in log.getvalue()
    assert betrayed(log.getvalue(), CANARY) == []


# the guard of this guard


@pytest.mark.parametrize(
    "write",
    [
        lambda: logging.getLogger("monitor").info("typed", extra={"fields": {"typed": CANARY}}),
        lambda: logging.getLogger("anything").warning(f"typed {CANARY.upper()}"),  # noqa: G004
    ],
    ids=["as a field", "within a message"],
)
def test_a_canary_in_the_log_is_noticed(write: Callable[[], None], walked: Flask, log: io.StringIO) -> None:
    write_log_to(log, logging.DEBUG)
    write()
    assert len(betrayed(log.getvalue(), CANARY)) == 1
