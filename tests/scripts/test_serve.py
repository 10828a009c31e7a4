import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import serve

FOREVER = (sys.executable, "-c", "import time; time.sleep(60)")


def dies_at_first(mark: Path) -> tuple[str, ...]:
    """A command that fails once and then lives."""
    source = (
        "import pathlib, sys, time; mark = pathlib.Path(sys.argv[1]); lives = mark.exists(); "
        "mark.touch(); time.sleep(60) if lives else sys.exit(3)"
    )
    return (sys.executable, "-c", source, str(mark))


def watch_in_background(web: object, worker: serve.Worker) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=serve.watch, args=(web, worker, stop))
    thread.start()
    return thread, stop


def wait_for(condition: object) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 20 seconds"
        time.sleep(0.05)


def test_both_end_when_somebody_stops_it() -> None:
    web, worker = serve.start(FOREVER), serve.Worker(FOREVER)
    thread, stop = watch_in_background(web, worker)
    wait_for(lambda: worker.process is not None)
    stop.set()
    thread.join(20)
    assert web.poll() is not None
    assert worker.process.poll() is not None


def test_the_worker_starts_again_when_it_dies(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    web, worker = serve.start(FOREVER), serve.Worker(dies_at_first(tmp_path / "mark"), pause=0.05)
    thread, stop = watch_in_background(web, worker)
    wait_for(lambda: worker.pause > 0.05 and worker.process is not None)
    lives = worker.process.poll() is None
    stop.set()
    thread.join(20)
    assert lives
    assert "The worker ended (exit 3); it starts again." in capfd.readouterr().err


def test_the_worker_ends_too_when_the_web_server_dies() -> None:
    web = serve.start((sys.executable, "-c", "import time; time.sleep(1); raise SystemExit(4)"))
    worker = serve.Worker(FOREVER)
    with pytest.raises(serve.CannotServe, match=r"exit 4"):
        serve.watch(web, worker, threading.Event())
    assert worker.process.poll() is not None


def test_a_process_is_killed_when_it_will_not_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = "import pathlib, signal, sys, time; signal.signal(15, signal.SIG_IGN); "
    source += "pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    stubborn = serve.start((sys.executable, "-c", source, str(tmp_path / "ready")))
    wait_for((tmp_path / "ready").exists)
    monkeypatch.setattr(serve, "END_SECONDS", 0.2)
    serve.end([stubborn])
    assert stubborn.returncode == -9


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80a", "٨٠٠٠"])
def test_a_port_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(serve.CannotServe, match="MONITOR_PORT must be a number"):
        serve.read_port(text)


def test_another_port_is_offered_when_this_one_is_taken() -> None:
    with socket.create_server((serve.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(serve.CannotServe, match=f"MONITOR_PORT={port + 1} make run"):
            serve.refuse_taken(port)
    serve.refuse_taken(port)
