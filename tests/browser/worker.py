"""The background worker as it runs in earnest: a process of its own on the test's instance folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from monitor.config import ROOT

END_SECONDS = 15


@contextmanager
def background_worker(app: Flask) -> Iterator[None]:
    """Run `flask jobs work` beside the application while the block lasts; it must still run at the end."""
    settings = app.extensions["settings"]
    environment = {
        **os.environ, "MONITOR_INSTANCE": str(settings.instance), "MONITOR_ENVIRONMENT": settings.environment,
        "MONITOR_PASSWORD_WORK": settings.password_work,
    }  # fmt: skip
    command = (sys.executable, "-m", "flask", "--app", "wsgi:app", "jobs", "work")
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield
        assert process.poll() is None, "the worker ended by itself"
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
