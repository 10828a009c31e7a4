"""Monitor behind a real web server on this machine, for measurements and drills."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from monitor.config import ROOT

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 120
END_SECONDS: Final = 45
"""Longer than the server waits for people who have not hung up."""


class Served(NamedTuple):
    """Where a server answers, and its first process."""

    port: int
    pid: int

    def processes(self) -> list[int]:
        """Return all processes of the server."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [self.pid, *map(int, children.split())]


@contextmanager
def served(
    application: str,
    instance: Path,
    *,
    workers: int = 2,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    port: int | None = None,
) -> Iterator[Served]:
    """Serve an application as `make run` does (two processes, four threads each) while the block lasts.

    With `log` the server says all it has to say into that file, every request too. Without `port` it takes a free one.
    """
    port = port or _free_port()
    words = ("--log-level", "debug", "--access-logfile", "-") if log else ("--log-level", "critical")
    command = (
        sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--workers", str(workers), "--worker-class",
        "gthread", "--threads", "4", "--keep-alive", "30", *words, "--no-control-socket", application,
    )  # fmt: skip
    settings = os.environ | {"MONITOR_INSTANCE": str(instance)} | dict(environment or {})
    with (log or Path(os.devnull)).open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=said, stderr=said)
        try:
            _wait(port)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(END_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    """Return when the server answers: its first process listens before the others can work."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        connection = http.client.HTTPConnection(HOST, port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise TimeoutError(f"no server on port {port}")
