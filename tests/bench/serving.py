"""A real server on this machine, and people who ask it for pages."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flask import Flask

from monitor.accounts import operations, queries
from monitor.accounts.models import User
from monitor.db import db
from monitor.tenancy import acting_for
from tests.bench.world import World

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 30


@contextmanager
def served(application: str, instance: Path) -> Iterator[int]:
    """Serve an application as `make run` does (two processes, four threads each); gives the port."""
    port = _free_port()
    command = (
        sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--workers", "2", "--worker-class", "gthread",
        "--threads", "4", "--keep-alive", "30", "--log-level", "critical", "--no-control-socket", application,
    )  # fmt: skip
    environment = os.environ | {"MONITOR_INSTANCE": str(instance)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server on port {port}")


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
