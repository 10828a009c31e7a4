"""What every test may ask for: an application on a database of its own, and people with roles."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from monitor import create_app
from monitor.accounts.models import Body, Mechanism, User
from monitor.config import load_settings
from monitor.db import db
from monitor.demo.loading import load
from monitor.jobs import limited
from monitor.tenancy import across_mechanisms, act_for, acting_for
from monitor.web import locale
from tests.client import Browser
from tests.factories import accounts

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests in Chromium run in a session of their own: its driver's threads keep other tests from forking."""
    parser.addoption("--browser-tests", action="store_true", help="run the tests in Chromium, and only those")


def pytest_configure() -> None:
    """Let a worker of pytest-xdist fork: its second thread only waits for orders, and holds no lock while it does."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        limited.is_single_threaded = lambda: len(list(limited.THREADS.iterdir())) == 2  # type: ignore[assignment]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that ask for Chromium's driver or, with --browser-tests, all others."""
    asked_for = config.getoption("--browser-tests")
    in_chromium = [isinstance(item, pytest.Function) and "playwright" in item.fixturenames for item in items]
    config.hook.pytest_deselected(
        items=[item for item, is_one in zip(items, in_chromium, strict=True) if is_one != asked_for]
    )
    items[:] = [item for item, is_one in zip(items, in_chromium, strict=True) if is_one == asked_for]


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays for the whole run: it took a fifth of the time to look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Statements(dict[tuple[Any, ...], Any]):
    """Compiled SQL, shared by the many applications of a test run: each engine would compile everything again.

    SQLAlchemy's key begins with the engine's dialect, which is another object of the same kind in each.
    """

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled under this key by any engine."""
        return super().get(key[1:], default)


STATEMENTS = Statements()
TEMPLATES = FileSystemBytecodeCache()
"""Compiled templates, shared for the same reason."""
SHELLS: dict[tuple[str, str], str] = {}
"""The pages of devices by language and version of the guide: the same for every application, and long."""
locale._is_machine_made = cache(locale._is_machine_made)
"""It reads a whole catalogue for one line of its header, at each start of an application."""


class SharedRule(Rule):
    """An address taken apart once for all applications; its converters keep nothing of the one they were made for."""

    first: ClassVar[dict[tuple[Any, ...], Rule]] = {}

    def compile(self) -> None:
        """Take over what the first rule of this address found out, or find it out."""
        known = self.first.setdefault((self.rule, self.subdomain, str(self.defaults), self.merge_slashes), self)
        if known is self:
            super().compile()
            return
        self._parts, self._trace, self._converters = known._parts, known._trace, known._converters
        self._build, self._build_unknown = known._build, known._build_unknown
        self.arguments = known.arguments


Flask.url_rule_class = SharedRule


def make_app(instance: Path) -> Flask:
    """Make an application in test mode on this instance folder."""
    app = create_app(load_settings(instance=instance, environment="testing", password_work="light"))
    app.jinja_env.bytecode_cache = TEMPLATES
    app.extensions["shells"] = SHELLS
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
    return app


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose database has all tables and no row, made once by the migrations."""
    instance = tmp_path_factory.mktemp("empty")
    app = make_app(instance)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return instance


def app_on_copy(made: Path, folder: Path) -> Iterator[Flask]:
    """Yield an application on a copy of this instance folder, inside its application context."""
    instance = folder / "instance"
    shutil.copytree(made, instance)
    application = make_app(instance)
    with application.app_context():
        act_for(None)
        yield application
        act_for(None)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def training_instance(empty_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the training mechanism, loaded once; copy it before writing."""
    instance = tmp_path_factory.mktemp("training") / "instance"
    shutil.copytree(empty_instance, instance)
    app = make_app(instance)
    with app.app_context(), across_mechanisms():
        load(now=NOW)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return instance


@pytest.fixture
def training_app(training_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of the training mechanism, inside its application context, acting for nobody yet."""
    yield from app_on_copy(training_instance, tmp_path)


@pytest.fixture
def app(empty_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh copy of the empty database, inside its application context, acting for nobody yet."""
    yield from app_on_copy(empty_instance, tmp_path)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return NOW


@pytest.fixture
def mechanism(app: Flask) -> Iterator[Mechanism]:
    """A mechanism with one body; the test acts for it."""
    with across_mechanisms():
        made = accounts.mechanism(at=NOW)
        db.session.commit()
    with acting_for(made.id):
        yield made


@pytest.fixture
def body(mechanism: Mechanism) -> Body:
    """The mechanism's body."""
    return accounts.only_body(mechanism)


@pytest.fixture
def monitor(body: Body) -> User:
    """A monitor of the body."""
    return accounts.monitor(body)


@pytest.fixture
def coordinator(body: Body) -> User:
    """A coordinator of the body."""
    return accounts.coordinator(body)


@pytest.fixture
def administrator(body: Body) -> User:
    """An administrator of the mechanism."""
    return accounts.administrator(body)


@pytest.fixture
def web(app: Flask) -> Browser:
    """A strict browser without JavaScript, not signed in."""
    return Browser(app)


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    """Runs `flask ...` commands."""
    return app.test_cli_runner()
