"""An approved visit with one talk, and what its coordinator does with its report."""

import pytest

from monitor.accounts.models import Body
from monitor.db import db
from monitor.reports import operations, releases
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version, content_hash
from monitor.reports.models import Paper
from monitor.reports.passages import passages
from monitor.reports.releases import NotReleased, Refusal
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence
from tests.interviews.conftest import KeyringOf, open_by_password

PERSON = confidence(0)


@pytest.fixture
def people(body: Body) -> confided.Readers:
    """The people of a body with keys, as each reads."""
    return confided.readers(body)


@pytest.fixture
def keyring_of(app: object) -> KeyringOf:
    """Gives what a person's own key opens."""
    return open_by_password


@pytest.fixture
def visit(people, keyring_of):
    """An approved visit with one talk; all of it opens for the coordinator."""
    made = confided.visit(people)
    confided.talk(made, people.leader, PERSON, NOW, keyring=keyring_of(people.leader))
    confided.approve(made, people, NOW)
    return made


@pytest.fixture
def check(visit, people, keyring_of):
    """Check a version as the coordinator."""

    def compare(version=Version.PUBLIC, settlements=None):
        return confided.check(visit, keyring_of(people.coordinator), people.coordinator, NOW, version, settlements)

    return compare


@pytest.fixture
def ask(visit, people):
    """Ask for a version as the coordinator."""

    def request(version=Version.PUBLIC, **changes):
        chosen = {"language": None, "paper": Paper.A4, "by": people.coordinator, "at": NOW} | changes
        made = operations.request_visit_report(visit, version=version, **chosen)
        db.session.commit()
        return made

    return request


@pytest.fixture
def write(visit, people):
    """Write the finding anew."""

    def say(text):
        confided.say(visit, text, people, NOW)
        db.session.commit()

    return say


@pytest.fixture
def hits(visit, people, keyring_of):
    """What the coordinator is shown."""

    def compared(version=Version.PUBLIC):
        material = confided.material(visit, keyring_of(people.coordinator))
        return releases.hits_in(passages(collect_visit_report(visit, None, version)), visit, material), material

    return compared


def refused(ask, version=Version.PUBLIC, **changes) -> Refusal:
    """Ask for a version, and return why it is not given."""
    with pytest.raises(NotReleased) as caught:
        ask(version, **changes)
    db.session.rollback()
    return caught.value.refusal


def refusal_of(visit, version=Version.PUBLIC):
    """Return what speaks against a version as it stands now."""
    report = collect_visit_report(visit, None, version)
    return releases.refusal_of(visit, version, report.language, content_hash(report))


def the_talk(visit):
    """Return the one talk of a visit."""
    return releases.interviews.of_visit(visit)[0]
