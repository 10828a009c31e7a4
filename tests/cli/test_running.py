"""What every command says when the database cannot be written, and that nothing of it is kept."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from monitor.accounts.models import Mechanism
from monitor.cli import running
from monitor.db import SQLITE_SETTINGS, db
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit
from tests.conftest import app_on_copy
from tests.exchange.documents import FILES
from tests.troubles import SHORT_PATIENCE, busy, full

Trouble = Callable[[Flask], AbstractContextManager[None]]


@pytest.fixture
def app(empty_instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that does not wait long for a busy database."""
    monkeypatch.setitem(SQLITE_SETTINGS, "busy_timeout", SHORT_PATIENCE)
    yield from app_on_copy(empty_instance, tmp_path)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [(busy, "Error: The records are busy. "), (full, "Error: The disk is full. Nothing was saved")],
    ids=["busy", "full"],
)
def test_a_command_that_cannot_write_says_so_in_a_sentence(
    trouble: Trouble, sentence: str, app: Flask, cli: FlaskCliRunner, mechanism: Mechanism
) -> None:
    code = mechanism.code
    db.session.rollback()
    with trouble(app):
        result = cli.invoke(args=["visits", "import", *map(str, FILES), "--mechanism", code])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    assert result.stderr.startswith(sentence)
    with across_mechanisms():
        assert db.session.scalar(select(func.count()).select_from(Visit)) == 0


@pytest.mark.parametrize(
    "fault",
    [OperationalError("select 1", {}, Exception("no such table: visit")), FileNotFoundError("a file of ours")],
    ids=["database", "system"],
)
def test_a_fault_of_our_own_is_not_made_a_sentence(
    fault: Exception, cli: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise fault

    monkeypatch.setattr(running, "bring_up", fail)
    assert cli.invoke(args=["audit", "verify"]).exception is fault
