"""The page of the release check: hits in their sentences, gaps with names, and no way around it."""

import pytest

from monitor.accounts.models import Body
from monitor.db import db
from monitor.interviews.models import ConsentStep, Kind
from monitor.interviews.queries import of_visit
from monitor.jobs.queue import get_queue
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentState, ReleaseCheck
from monitor.vault.models import SealedRecord
from monitor.visits.operations import reopen
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence
from tests.interviews.conftest import open_by_password
from tests.reports.reading import ReadPdf

PERSON = confidence(0)


@pytest.fixture
def people(body: Body):
    return confided.readers(body)


@pytest.fixture
def visit(people):
    made = confided.visit(people)
    confided.talk(
        made, people.leader, PERSON, NOW, medical="Burns on both arms", keyring=open_by_password(people.leader)
    )
    return made


@pytest.fixture
def enter(app, people):
    """Open a browser of a person."""

    def signed_in(user):
        browser = Browser(app)
        browser.sign_in(user)
        return browser

    return signed_in


def chosen(browser) -> dict[str, str]:
    """How each hit of the page is settled, by the name of its radio buttons."""
    return {way["name"]: way["value"] for way in browser.page.select("main input[name^=hit-][type=radio][checked]")}


def test_two_readers_check_and_the_version_is_made(visit, people, enter, app):
    confided.approve(visit, people, NOW)
    first, second = enter(people.coordinator), enter(people.doctor)
    first.get(f"/visits/{visit.id}/documents")
    page = first.submit("request", {"version": "public", "paper": "letter"})
    assert "Release check" in page.title.get_text()
    assert "could not be opened by you" in first.main
    assert "Dora Doctor" in first.main
    first.submit("check")
    assert "not everything was compared" in first.main
    assert db.session.query(Document).count() == 0
    address = f"/visits/{visit.id}/release/public?paper=letter"
    second.get(address)
    second.submit("check")
    assert "everything confidential of the visit was compared" in second.main
    first.get(address)
    first.submit("release")
    assert get_queue().work_off() == 1
    db.session.expire_all()
    document = db.session.query(Document).one()
    assert (document.state, document.paper.value) == (DocumentState.DONE, "letter")
    first.get(f"/documents/{document.id}/file")
    assert "PUBLIC VERSION" in ReadPdf(first.response.data).text
    listed = first.get(f"/visits/{visit.id}/documents")
    assert "Cora Coordinator" in listed.find("caption", string="Released").find_parent("table").get_text()
    # a further record voids it: nothing is handed over any more, and the page says why
    talk = of_visit(visit)[0]
    confided.consent(talk, Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    first.get(f"/documents/{document.id}/file")
    assert first.response.mimetype == "text/html"
    assert "This version is not handed over at present." in first.main
    assert "no longer stands" in first.get(f"/visits/{visit.id}/documents").get_text()


def test_hits_stand_in_their_sentence_and_must_be_settled(visit, people, enter):
    text = f"Food is warm. We heard {PERSON.words} about it. In cell 14 it is cold."
    confided.say(visit, text, people, NOW)
    confided.approve(visit, people, NOW)
    browser = enter(people.coordinator)
    page = browser.get(f"/visits/{visit.id}/release/authority")
    quotes = [quote.get_text() for quote in page.find_all("blockquote")]
    assert quotes == [f"We heard {PERSON.words} about it.", "In cell 14 it is cold."]
    assert [mark.get_text() for mark in page.find_all("mark")] == [PERSON.words, "cell 14"]
    assert page.find("a", href=f"/visits/{visit.id}/findings/{confided.TOPIC}")
    (choice,) = chosen(browser)
    assert "no consent to publish stands" in browser.main
    browser.submit("check", {choice: "many"})
    assert "Nothing was kept yet: 1 hit is not settled" in browser.main
    assert chosen(browser) == {choice: "many"}
    assert db.session.query(ReleaseCheck).count() == 0
    confided.consent(of_visit(visit)[0], Kind.PUBLISH, ConsentStep.GIVEN, people.coordinator, NOW)
    browser.get(f"/visits/{visit.id}/release/authority")
    assert "My words about the night" in browser.main
    said, cell = chosen(browser)
    browser.submit("check", {said: "consent", cell: "not_a_person"})
    assert "Your check is kept" in browser.main
    browser.get(f"/visits/{visit.id}/release/authority")
    assert chosen(browser) == {said: "consent", cell: "not_a_person"}
    confided.say(visit, "Food is warm.", people, NOW)
    browser.get(f"/visits/{visit.id}/release/authority")
    assert "That check is void." in browser.main


@pytest.mark.parametrize("value", ["", "nonsense", "consent"])
def test_a_made_up_settlement_is_none(visit, people, enter, value):
    confided.say(visit, "In cell 14 it is cold.", people, NOW)
    browser = enter(people.coordinator)
    confided.approve(visit, people, NOW)
    browser.get(f"/visits/{visit.id}/release/public")
    (choice,) = chosen(browser)
    browser.submit("check", {choice: value})
    assert "is not settled" in browser.main
    assert chosen(browser) == {choice: ""}


def test_the_second_address_refuses_without_a_check(visit, people, enter):
    confided.approve(visit, people, NOW)
    browser = enter(people.coordinator)
    browser.get(f"/visits/{visit.id}/release/public")
    browser.post(f"/visits/{visit.id}/release/public/document", {"language": "en", "paper": "a4"})
    assert "Nobody has checked this content yet" in browser.main
    assert db.session.query(Document).count() == 0


def test_what_nobody_offers_is_refused(visit, people, enter):
    confided.approve(visit, people, NOW)
    browser = enter(people.coordinator)
    browser.get(f"/visits/{visit.id}/release/internal", status=404)
    for query in ("language=xx", "paper=a5"):
        browser.get(f"/visits/{visit.id}/release/public?{query}", status=400)


def test_the_team_is_offered_the_internal_version_alone(visit, people, enter):
    confided.approve(visit, people, NOW)
    browser = enter(people.leader)
    page = browser.get(f"/visits/{visit.id}/documents")
    assert [option["value"] for option in page.find_all("input", attrs={"name": "version"})] == ["internal"]
    browser.submit("request", {"version": "public"}, status=400)
    browser.get(f"/visits/{visit.id}/release/public", status=403)


def test_a_damaged_record_is_said(visit, people, enter):
    confided.approve(visit, people, NOW)
    row = next(row for row in of_visit(visit)[0].records if row.kind is Kind.NAME)
    sealed = db.session.get_one(SealedRecord, row.record_id)
    sealed.content = sealed.content[:-1] + bytes([sealed.content[-1] ^ 1])
    db.session.commit()
    browser = enter(people.coordinator)
    browser.get(f"/visits/{visit.id}/release/public")
    assert "1 record is damaged and opens for nobody." in browser.main


def test_who_opens_nothing_keeps_no_check(visit, people, enter, body):
    confided.approve(visit, people, NOW)
    browser = enter(confided.accounts.coordinator(body, name="New Coordinator"))
    browser.get(f"/visits/{visit.id}/release/public")
    browser.submit("check")
    assert "so nothing was compared" in browser.main
    assert db.session.query(ReleaseCheck).count() == 0


def test_the_text_for_drafting_goes_by_the_same_check(visit, people, enter):
    confided.approve(visit, people, NOW)
    browser = enter(people.coordinator)

    def take(version: str) -> bool:
        """Ask for the text, and say whether it came."""
        browser.get(f"/visits/{visit.id}/documents")
        browser.post(f"/visits/{visit.id}/documents/text", {"language": "en", "paper": "a4", "version": version})
        return browser.response.data.startswith(b"PK")

    assert take("internal")
    assert not take("authority")
    assert "Release check" in browser.main
    confided.check(visit, open_by_password(people.coordinator), people.coordinator, NOW, Version.AUTHORITY)
    assert not take("authority")  # medical notes were not compared
    confided.check(visit, open_by_password(people.doctor), people.doctor, NOW, Version.AUTHORITY)
    assert take("authority")
    reopen(visit, reason="A wrong figure.", by=people.coordinator, at=NOW)
    assert not take("authority")  # of a visit that is not approved, as with the PDF
    assert take("internal")
