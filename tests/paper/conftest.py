"""A visit, its printed form, and an application to draw in."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from monitor.accounts.models import Body, Mechanism, User
from monitor.accounts.queries import current_key
from monitor.db import db
from monitor.paper import operations, queries
from monitor.paper.models import WHOLE, PrintedForm
from monitor.reports.models import Paper
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.conftest import make_app
from tests.factories import keys, places, visits

PER_PAGE = 12


@pytest.fixture(scope="module")
def drawing(empty_instance: Path) -> Iterator[Flask]:
    """An application whose context forms are drawn in; it needs no row of the database."""
    application = make_app(empty_instance)
    with application.app_context():
        yield application
        db.engine.dispose()


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User) -> Visit:
    """A visit under way, with the core form."""
    return visits.under_way(places.place(mechanism, name="Westgate", city="Harbour"), lead=monitor)


@pytest.fixture
def printed_as(monitor: User, now: datetime) -> Callable[..., PrintedForm]:
    """Have the form of a visit printed without drawing it: twelve items on each page, and a page of notes."""

    def make(visit: Visit, part: str = WHOLE, *, by: User = monitor, per_page: int = PER_PAGE) -> PrintedForm:
        document = operations.request_print(visit, part, language="en", paper=Paper.A4, by=by, at=now)
        printed = queries.of_document(document)
        items = list(read_form(visit).items)
        printed.pages = [*(items[first : first + per_page] for first in range(0, len(items), per_page)), []]
        db.session.commit()
        return printed

    return make


@pytest.fixture
def printed(visit: Visit, printed_as: Callable[..., PrintedForm]) -> PrintedForm:
    """The form of the visit on paper."""
    return printed_as(visit)


@pytest.fixture
def readers(body: Body, monitor: User, coordinator: User) -> None:
    """The keys of the body; the coordinator reads."""
    key = current_key(coordinator)
    assert key is not None
    keys.compartments(body, key)
    db.session.commit()
