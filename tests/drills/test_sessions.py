"""The drill of copied cookies in small; and that it tells a session which did not end."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.drills import sessions
from tests.drills.installation import settled
from tests.guards.world import World

EVERY = 60


@pytest.fixture
def settlement(tmp_path: Path) -> Iterator[tuple[Flask, World]]:
    with settled(tmp_path) as made:
        yield made


def test_no_copy_is_accepted_after_the_end(settlement: tuple[Flask, World]) -> None:
    found = sessions.run(*settlement, every=EVERY)
    assert [str(row) for row in sessions.figures(found, len(sessions.ENDS)) if not row.is_met] == []
    assert found.sent >= 5 * len(sessions.ENDS)


def test_a_copy_that_goes_on_working_is_told(settlement: tuple[Flask, World]) -> None:
    def go_on(app: Flask, client: FlaskClient, id_: UUID) -> None:
        client.get("/account")

    found = sessions.run(*settlement, ends=(go_on,), every=EVERY)
    assert found.accepted
