"""The count of tries holds across processes."""

import subprocess
import sys
from datetime import UTC, datetime

from monitor.accounts import tries
from monitor.accounts.tries import forget_tries, note_try
from monitor.config import ROOT
from monitor.db import db

PROCESSES, TRIES_EACH = 3, 8
TRY = """
import sys
from datetime import UTC, datetime
from monitor import create_app
from monitor.accounts.tries import note_try
with create_app().app_context():
    print(sum(note_try(b"a" * 32, at=datetime.now(UTC)) for _ in range(int(sys.argv[1]))))
"""


def test_exactly_the_limit_passes_when_several_processes_try_at_once(app):
    environment = {"MONITOR_INSTANCE": str(app.extensions["settings"].instance)}
    command = [sys.executable, "-c", TRY, str(TRIES_EACH)]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    passed = sum(int(process.communicate()[0]) for process in running)
    assert passed == tries.MOST_OF_ADDRESS < PROCESSES * TRIES_EACH


def test_addresses_are_counted_apart_and_forgotten_apart(app):
    now = datetime.now(UTC)
    for address in (b"a" * 32, b"b" * 32):
        assert [note_try(address, at=now) for _ in range(11)] == [True] * 10 + [False]
    forget_tries(b"a" * 32)
    db.session.commit()
    assert note_try(b"a" * 32, at=now)
    assert not note_try(b"b" * 32, at=now)
