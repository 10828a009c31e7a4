"""The drill of releases in small: what was planted is shown before, and found nowhere after."""

from monitor.accounts.models import Body
from monitor.reports import operations, tasks
from monitor.reports.models import Paper
from tests.conftest import NOW
from tests.drills import release
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence

VISITS = 12


def test_nothing_planted_is_found_in_released_documents(body: Body) -> None:
    found = release.run(body, VISITS, NOW)
    assert (found.released, found.planted) == (VISITS, VISITS * release.PLANTED_PER_VISIT)
    assert (found.noticed, found.leaked) == (found.planted, 0)


def test_what_an_internal_document_says_is_found_in_it(body: Body) -> None:
    people = confided.readers(body)
    visit = confided.visit(people)
    document = operations.request_visit_report(visit, language=None, paper=Paper.A4, by=people.leader, at=NOW)
    tasks.render_document(document.id)
    assert release.leaks(document, [confidence(0), confidence(1)]) == 1
