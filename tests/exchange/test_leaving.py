"""A visit document leaves after its release check; a command gives what needs no check."""

import json
from uuid import UUID

import pytest
from flask.testing import FlaskCliRunner

from monitor.accounts.models import Body
from monitor.answers.operations import Change
from monitor.answers.queries import guide_and_items, heads
from monitor.audit.queries import events_about
from monitor.db import db
from monitor.exchange.leaving import checked_document, document_without_keys
from monitor.guide.loading import get_guide
from monitor.reports import releases
from monitor.reports.models import Outgoing
from monitor.reports.releases import NotSettled, Refusal
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.factories import confided_visits as confided
from tests.factories.confided_visits import Readers
from tests.factories.confidences import confidence
from tests.interviews.conftest import open_by_password

PERSON = confidence(3)
COMMENT = "The bread is stale on most days."


@pytest.fixture
def people(body: Body) -> Readers:
    """A body with its readers."""
    return confided.readers(body)


@pytest.fixture
def visit(people: Readers) -> Visit:
    """An approved visit with a talk, an answer without and one with a comment, and a protected answer."""
    made = confided.visit(people, seed=3)
    items = [item for item in guide_and_items(made.sheet)[1].values() if item.answer == "yes_no"]
    open_ones = [item for item in items if not item.is_protected]
    (head,) = heads(made.sheet, ["ill-investigation"])
    again = Change(head.item_id, head.value, COMMENT, head.sources, base=head.revision)
    changes = [Change(open_ones[0].id, "yes", ""), again]
    visits.operations.record_answers(made, changes, by=people.leader, at=NOW)
    confided.talk(made, people.leader, PERSON, NOW, keyring=open_by_password(people.leader))
    confided.approve(made, people, NOW)
    return made


def say(visit: Visit, text: str) -> None:
    """Put a text into the summary, whatever state the visit is in."""
    visit.summary = text
    db.session.commit()


def check(visit: Visit, people: Readers) -> None:
    """Check the visit document as the coordinator, settling nothing."""
    content = releases.makers[Outgoing.EXPORT](visit, None)
    material = confided.material(visit, open_by_password(people.coordinator))
    releases.check(content, material, {}, by=people.coordinator, at=NOW)
    db.session.commit()


def protected() -> set[str]:
    return {item.id for item in get_guide().items.values() if item.is_protected}


def test_without_a_check_nothing_leaves_and_a_command_leaves_texts_out(visit: Visit) -> None:
    text, refusal = checked_document(visit)
    assert refusal is Refusal.NOT_CHECKED
    assert COMMENT in text
    leaving = document_without_keys(visit)
    document = json.loads(leaving.text)
    assert COMMENT not in leaving.text
    assert {answer["comment"] for answer in document["answers"]} == {""}
    assert leaving.answers == 1
    assert document["answers"]
    assert (document["visit"]["purpose"], document["visit"]["summary"]) == ("", "")


def test_a_checked_document_leaves_and_a_command_gives_it_whole(visit: Visit, people: Readers) -> None:
    check(visit, people)
    text, refusal = checked_document(visit)
    assert refusal is None
    assert document_without_keys(visit).text == text
    assert not {answer["item"] for answer in json.loads(text)["answers"]} & protected()


@pytest.mark.parametrize("words", [PERSON.name, PERSON.contact, PERSON.words], ids=["name", "contact", "words"])
def test_what_was_said_in_confidence_stops_an_export(words: str, visit: Visit, people: Readers) -> None:
    say(visit, f"We heard it from {words} there.")
    with pytest.raises(NotSettled):
        check(visit, people)
    assert words not in document_without_keys(visit).text


def test_a_check_of_an_export_holds_for_one_content(visit: Visit, people: Readers) -> None:
    check(visit, people)
    say(visit, "Changed since.")
    assert checked_document(visit)[1] is Refusal.NOT_CHECKED


def test_a_check_of_a_report_is_none_of_an_export(visit: Visit, people: Readers) -> None:
    confided.check(visit, open_by_password(people.coordinator), people.coordinator, NOW)
    assert checked_document(visit)[1] is Refusal.NOT_CHECKED


def test_before_a_body_has_keys_a_browser_gets_no_protected_answer_and_a_command_does(body: Body) -> None:
    made = visits.under_way(places.place(body.mechanism), lead=accounts.monitor(body), form="full")
    item = next(item for item in guide_and_items(made.sheet)[1].values() if item.is_protected and item.answer == "text")
    visits.operations.record_answers(made, [Change(item.id, "A protected text", "")], by=None, at=NOW)
    assert "A protected text" not in checked_document(made)[0]
    assert "A protected text" in document_without_keys(made).text


def test_a_download_leads_to_the_check_and_goes_out_after_it(web: Browser, visit: Visit, people: Readers) -> None:
    web.sign_in(people.coordinator)
    web.get(f"/visits/{visit.id}/document")
    assert "Release check: Visit document" in web.page.h1.get_text()
    assert events_about(visit.id, "visit:exported", by=people.coordinator.id, since=NOW) == []
    web.post(f"/visits/{visit.id}/release/export", {"language": "en", "paper": "a4"})
    assert "Your check is kept." in web.main
    response = web._send("GET", web.page.find("a", string="Download the visit document")["href"])
    assert COMMENT in {answer["comment"] for answer in response.get_json()["answers"]}
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert len(events_about(visit.id, "visit:exported", by=people.coordinator.id, since=NOW)) == 1


def test_who_cannot_check_is_told_who_does(web: Browser, visit: Visit, people: Readers) -> None:
    web.sign_in(people.leader)
    web.get(f"/visits/{visit.id}/document")
    assert "which a coordinator makes" in web.main


def test_the_command_says_how_much_it_leaves_out(cli: FlaskCliRunner, visit: Visit) -> None:
    id_: UUID = visit.id
    db.session.rollback()
    with across_mechanisms():
        result = cli.invoke(args=["visits", "export", str(id_)])
    assert result.exit_code == 0
    assert "1 answers with texts" in result.stderr
    assert COMMENT not in result.stdout
