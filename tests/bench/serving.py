"""A real server on this machine, and people who ask it for pages."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.bench.world import PASSWORD

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


class Visitor:
    """One person with one connection and a cookie."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.cookie = cookie

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask for a page; returns status and body as it travels (compressed where the server does)."""
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "br, gzip"})
        response = self.connection.getresponse()
        self._keep(response)
        return response.status, response.read()

    def sign_in(self, email: str) -> None:
        """Sign in; the cookie stays with this visitor."""
        self.connection.request("GET", "/sign-in", headers={"Cookie": self.cookie})
        response = self.connection.getresponse()
        self._keep(response)
        found = re.search(rb'name="csrf-token" content="([^"]+)"', response.read())
        if found is None:
            raise RuntimeError("the sign-in page has no token")
        fields = {"csrf_token": found[1].decode(), "email": email, "password": PASSWORD}
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/sign-in", urlencode(fields), headers)
        response = self.connection.getresponse()
        self._keep(response)
        response.read()

    def _keep(self, response: http.client.HTTPResponse) -> None:
        given = response.getheader("Set-Cookie")
        if given:
            self.cookie = given.split(";", maxsplit=1)[0]


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
