"""The application of the guards: one world, made once and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from monitor.db import db
from tests.conftest import make_app
from tests.guards.world import Say, World, build


@pytest.fixture(scope="session")
def built(empty_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An instance folder with the world in it, and the ids of its rows."""
    instance = tmp_path_factory.mktemp("world") / "instance"
    shutil.copytree(empty_instance, instance)
    app = make_app(instance)
    with app.app_context():
        world = build()
        db.session.remove()
        db.engine.dispose()
    return instance, world


@pytest.fixture
def settle(empty_instance: Path, tmp_path: Path) -> Iterator[Callable[[Say], tuple[Flask, World]]]:
    """Make an application with a world in which everybody says what the given function says."""
    made: list[Flask] = []

    def make(say: Say) -> tuple[Flask, World]:
        instance = tmp_path / f"instance{len(made)}"
        shutil.copytree(empty_instance, instance)
        made.append(make_app(instance))
        with made[-1].app_context():
            world = build(say)
            db.session.remove()
        return made[-1], world

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def world(built: tuple[Path, World]) -> World:
    """Ids of the rows of the world."""
    return built[1]


@pytest.fixture
def walked(built: tuple[Path, World], tmp_path: Path) -> Iterator[Flask]:
    """An application on a copy of the world; without a context, so that every request has one of its own."""
    instance = tmp_path / "instance"
    shutil.copytree(built[0], instance)
    app = make_app(instance)
    yield app
    with app.app_context():
        db.engine.dispose()
