"""The sample application of this folder, fresh for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.db import db
from tests.web.sample import make_sample_app

Maker = Callable[..., Flask]


@pytest.fixture
def make_sample(tmp_path: Path) -> Iterator[Maker]:
    """Makes sample applications with the settings the test gives, and lets go of their databases afterwards."""
    made: list[Flask] = []

    def make(**config: Any) -> Flask:
        made.append(make_sample_app(tmp_path, **{"TESTING": False, "WTF_CSRF_ENABLED": False, **config}))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def sample(make_sample: Maker) -> Flask:
    """The sample application as in production, without CSRF tokens."""
    return make_sample()


@pytest.fixture
def client(sample: Flask) -> FlaskClient:
    """A client of the sample application."""
    return sample.test_client()
