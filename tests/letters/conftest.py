"""A visit with something urgent, an office to write to, and checks that stand."""

from datetime import date

import pytest
from flask import Flask

from monitor.accounts.models import Mechanism, User
from monitor.answers.operations import Change
from monitor.authorities.models import Authority, AuthorityKind
from monitor.authorities.operations import Entry, add_authority
from monitor.db import db, new_id
from monitor.letters import operations
from monitor.letters.assembly import content_of_letter
from monitor.letters.models import Letter, LetterKind
from monitor.recommendations.models import Priority
from monitor.reports import releases
from monitor.reports.models import Document, Paper, ReleaseCheck
from monitor.reports.tasks import render_document
from monitor.tenancy import across_mechanisms
from monitor.visits import operations as visit_operations
from monitor.visits.models import Visit
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation

TODAY = date(2026, 3, 14)


@pytest.fixture
def office(mechanism: Mechanism) -> Authority:
    """A ministry that is written to in French."""
    entry = Entry("Prison service", AuthorityKind.MINISTRY, language="fr", address="1 Hill Road\nPort Velur")
    made = add_authority(mechanism.id, entry, by=None, at=AT)
    db.session.commit()
    return made


@pytest.fixture
def visit(mechanism: Mechanism, monitor: User, coordinator: User, office: Authority) -> Visit:
    """A visit under way: one urgent observation, one urgent finding, one thing to be done at once."""
    made = visits.under_way(places.place(mechanism), lead=monitor)
    changes = [
        Change("final-urgent", "The fire exits of the east side are chained.", "A note for us alone", id=new_id()),
        Change("water-access", "does_not_meet", "Another note for us", [], True, id=new_id()),
    ]
    visit_operations.record_answers(made, changes, by=monitor, at=AT)
    recommendation(made, by=coordinator, text="Take the chains off today.", priority=Priority.IMMEDIATE)
    recommendation(made, by=coordinator, text="Train the staff.", priority=Priority.LONG)
    db.session.commit()
    return made


@pytest.fixture
def letter(visit: Visit, office: Authority, coordinator: User) -> Letter:
    """An urgent letter, just begun."""
    made = operations.begin_letter(visit, LetterKind.URGENT, office, today=TODAY, by=coordinator, at=AT)
    db.session.commit()
    return made


def let_go(letter: Letter, by: User) -> None:
    """Say that somebody compared the letter with everything confidential of its visit."""
    content = content_of_letter(letter)
    db.session.add(
        ReleaseCheck(
            id=new_id(), mechanism_id=letter.mechanism_id, visit_id=letter.visit_id, outgoing=content.outgoing,
            language=content.language, content_hash=content.fingerprint,
            compared=sorted(map(str, releases.confidential_of(letter.visit))), hits=0, checked_by_id=by.id,
            checked_at=AT,
        )
    )  # fmt: skip
    db.session.commit()


def made(letter: Letter, by: User) -> Document:
    """Have the PDF of a letter made, as the worker does."""
    document = operations.request_letter(letter, paper=Paper.A4, by=by, at=AT)
    db.session.commit()
    with across_mechanisms():
        render_document(document.id)
        db.session.commit()
    return document


@pytest.fixture
def rendering(app: Flask) -> Flask:
    """The application, in whose context documents are drawn."""
    return app
