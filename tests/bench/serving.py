"""People who ask a real server for pages."""

import http.client
import statistics
import threading
import time
from datetime import UTC, datetime

from flask import Flask

from monitor.accounts import operations, queries
from monitor.accounts.models import User
from monitor.db import db
from monitor.tenancy import acting_for
from tests.bench.world import World
from tests.serving import HOST


def signed_in(app: Flask, world: World) -> str:
    """Return the cookie of a session that the coordinator has just opened, by password and second factor."""
    now = datetime.now(UTC)
    with app.app_context(), acting_for(world.mechanism_id):
        user = db.session.get_one(User, world.coordinator_id)
        half_open = operations.open_session(user, private_key=None, at=now)
        session = queries.get_session(half_open)
        assert session is not None
        secret = operations.pass_factor(session, half_open, at=now)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept is not None
    return f"{name}={kept.value}"


class Visitor:
    """One person with one connection and a cookie."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.cookie = cookie

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask for a page; returns status and body as it travels (compressed where the server does)."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "br, gzip"})
        response = self.connection.getresponse()
        return response.status, response.read()


def milliseconds(port: int, path: str, *, people: int, each: int, cookie: str = "") -> tuple[float, float]:
    """Return median and 95th percentile of `people` asking `each` times at once. Raises when a page is not 200."""
    times: list[float] = []
    faults: list[int] = []

    def ask() -> None:
        visitor = Visitor(port, cookie)
        for _ in range(each):
            begin = time.perf_counter()
            status, _body = visitor.get(path)
            times.append((time.perf_counter() - begin) * 1000)
            if status != http.HTTPStatus.OK:
                faults.append(status)

    threads = [threading.Thread(target=ask) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{path} answered {sorted(set(faults))}")
    return statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1]
