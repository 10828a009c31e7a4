"""An installation of its own for one drill."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask_migrate import upgrade

from monitor.accounts.models import Body
from monitor.db import db
from monitor.tenancy import across_mechanisms, acting_for
from tests.conftest import NOW, make_app
from tests.factories import accounts
from tests.guards.world import Say, World, build, plain


@dataclass
class Installation:
    """One mechanism with one body; `folder` holds all that the machine has of it."""

    app: Flask
    folder: Path
    mechanism_id: UUID
    body_id: UUID

    @property
    def instance(self) -> Path:
        """The folder of database and keys."""
        return self.folder / "instance"

    @property
    def body(self) -> Body:
        """The body of the mechanism; inside `acting` alone."""
        return db.session.get_one(Body, self.body_id)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Act for the mechanism, in a context of the application; nothing stays open behind it."""
        with self.app.app_context(), acting_for(self.mechanism_id):
            yield
            db.session.remove()


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Make an empty database with one mechanism in this folder."""
    app = make_app(folder / "instance")
    with app.app_context():
        upgrade()
        with across_mechanisms():
            mechanism = accounts.mechanism(at=NOW)
            db.session.commit()
            made = Installation(app, folder, mechanism.id, accounts.only_body(mechanism).id)
        db.session.remove()
    yield made
    with app.app_context():
        db.engine.dispose()


@contextmanager
def settled(folder: Path, say: Say = plain) -> Iterator[tuple[Flask, World]]:
    """Make a database with the world of the guards, in which everybody says what `say` gives."""
    app = make_app(folder / "instance")
    with app.app_context():
        upgrade()
        world = build(say)
        db.session.remove()
    yield app, world
    with app.app_context():
        db.engine.dispose()
