"""Serves Monitor on this machine: database up, training mechanism into an empty one, web and worker until Ctrl-C.

MONITOR_PORT is the port (8000 if unset). Data that is there is never overwritten.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
WEB_PROCESSES = 2
THREADS_EACH = 4
START_SECONDS = 60
"""How long the web server may take until it answers."""
END_SECONDS = 15
"""How long a process may take to end before it is killed."""
LONGEST_PAUSE = 30
"""Seconds between two starts of a worker that keeps dying."""
ANY_FILE = "/static/vendor/bootstrap.min.css"
"""What is asked for to see that the web server answers."""
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi:app")


class CannotServe(Exception):
    """Serving cannot start or go on; the text says why and what to do."""


@dataclass
class Worker:
    """The background worker: started again when it dies, after a pause that doubles while it keeps dying at once."""

    command: tuple[str, ...]
    pause: float = 1
    process: subprocess.Popen[bytes] | None = None
    start_at: float = field(default_factory=time.monotonic)

    def keep_alive(self) -> None:
        """Start the process when it is due, and plan its next start when it has died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.process, self.start_at = start(self.command), now
        elif self.process.poll() is not None:
            has_lived = now - self.start_at > LONGEST_PAUSE
            self.pause = 1 if has_lived else min(2 * self.pause, LONGEST_PAUSE)
            print(f"The worker ended (exit {self.process.returncode}); it starts again.", file=sys.stderr, flush=True)
            self.process, self.start_at = None, now + self.pause


def start(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a process outside the terminal's group, so that Ctrl-C reaches it once, through this script."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask these processes to end, wait for them, and kill those that do not."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for process in processes:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def watch(web: subprocess.Popen[bytes], worker: Worker, stop: threading.Event) -> None:
    """Keep the worker alive until `stop`, then end both. Raises CannotServe when the web server ends by itself."""
    try:
        while not stop.is_set():
            if web.poll() is not None:
                raise CannotServe(f"The web server ended (exit {web.returncode}); its reason stands above.")
            worker.keep_alive()
            stop.wait(0.2)
    finally:
        end([process for process in (web, worker.process) if process])


def read_port(text: str) -> int:
    """Return the port that MONITOR_PORT names. Raises CannotServe."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        raise CannotServe(f"MONITOR_PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def refuse_taken(port: int) -> None:
    """Raise CannotServe when another program listens on this port or this account may not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} cannot be used: {error.strerror}. Take another: MONITOR_PORT={port + 1} make run"
            ) from error


def flask(*arguments: str) -> None:
    """Run a flask command. Raises CannotServe when it fails; it has then said why."""
    if subprocess.run([*FLASK, *arguments], cwd=ROOT, check=False).returncode:
        raise CannotServe(f"`flask {' '.join(arguments)}` failed; its reason stands above.")


def start_web(port: int) -> subprocess.Popen[bytes]:
    """Start the web server on the loopback address."""
    gunicorn = (sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{HOST}:{port}", "--worker-class", "gthread")
    sizes = ("--workers", str(WEB_PROCESSES), "--threads", str(THREADS_EACH))
    return start((*gunicorn, *sizes, "--log-level", "warning", "--no-control-socket"))


def wait_until_it_answers(web: subprocess.Popen[bytes], port: int, stop: threading.Event) -> None:
    """Return when the web server answers a request, or at once on `stop`. Raises CannotServe when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while not stop.wait(0.1):
        if web.poll() is not None:
            raise CannotServe(f"The web server did not start (exit {web.returncode}); its reason stands above.")
        if time.monotonic() > deadline:
            raise CannotServe(f"The web server did not answer within {START_SECONDS} seconds.")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", ANY_FILE)
            connection.getresponse()
        except OSError:
            continue
        else:
            return
        finally:
            connection.close()


def serve() -> None:
    """Bring the data up and serve until somebody ends it. Raises CannotServe."""
    port = read_port(os.environ.get("MONITOR_PORT", str(DEFAULT_PORT)))
    refuse_taken(port)
    stop = threading.Event()
    flask("db", "upgrade")
    flask("demo", "load", "--if-empty")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    web = start_web(port)
    try:
        wait_until_it_answers(web, port, stop)
        if not stop.is_set():
            print(f"\nMonitor is at http://localhost:{port} (Ctrl-C ends it).\n", flush=True)
            subprocess.run([*FLASK, "demo", "sign-ins"], cwd=ROOT, check=False)
    except BaseException:
        end([web])
        raise
    watch(web, Worker((*FLASK, "jobs", "work")), stop)


def main() -> int:
    """Serve and return the exit code."""
    try:
        serve()
    except CannotServe as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
