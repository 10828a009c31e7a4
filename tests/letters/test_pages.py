"""A letter in its pages: one button on the visit, the form, the check, the PDF, sent and kept."""

from io import BytesIO

import docx
import pytest
from flask import Flask

from monitor.accounts.models import Body, User
from monitor.db import db
from monitor.jobs.queue import get_queue
from monitor.letters.models import Letter, LetterState
from monitor.reports.models import Document, DocumentState
from monitor.visits.models import Visit
from tests.client import Browser
from tests.factories import confided_visits as confided
from tests.factories.confidences import confidence
from tests.interviews.conftest import open_by_password
from tests.letters.conftest import let_go
from tests.reports.reading import ReadPdf


@pytest.fixture
def desk(web: Browser, visit: Visit, coordinator: User) -> Browser:
    """The coordinator's browser."""
    web.sign_in(coordinator)
    return web


def begin(desk: Browser, visit: Visit) -> Letter:
    """Press the button on the visit."""
    page = desk.get(f"/visits/{visit.id}")
    form = page.find("form", action=f"/visits/{visit.id}/letters")
    desk.post(form["action"], {"kind": form.find("button")["value"]})
    return db.session.query(Letter).one()


def test_from_the_visit_to_the_pdf_and_sent(desk: Browser, visit: Visit, app: Flask) -> None:
    letter = begin(desk, visit)
    assert "The fire exits of the east side are chained." in desk.page.find("textarea", id="block-facts").text
    desk.submit("letter", {"block-facts": "The exits are chained.", "dated": "2026-03-14", "reply_by": "2026-03-16"})
    assert "The exits are chained." in desk.main
    desk.get(f"/letters/{letter.id}/release")
    desk.submit("check")
    assert "The letter is checked" in desk.main
    desk.submit("make")
    assert "The PDF is being made." in desk.main
    assert get_queue().work_off() == 1
    db.session.expire_all()
    document = db.session.query(Document).one()
    assert document.state is DocumentState.DONE
    desk.get(f"/documents/{document.id}/file")
    assert "The exits are chained." in ReadPdf(desk.response.data).text
    desk.get(f"/letters/{letter.id}")
    desk.submit("send", {"sent_on": "2099-01-01"})
    assert "Give a day from the date of the letter to today." in desk.main
    desk.submit("send", {"sent_on": "2026-03-14"})
    assert "It is kept as it was sent" in desk.main
    db.session.expire_all()
    assert letter.state is LetterState.SENT
    desk.get(f"/letters/{letter.id}/edit")
    assert desk.page.find("form", id="letter") is None
    assert "Letters about this visit" in desk.get(f"/visits/{visit.id}/letters").get_text()


def test_who_was_slower_sees_both_texts_in_the_form(desk: Browser, visit: Visit, coordinator: User, app: Flask) -> None:
    letter = begin(desk, visit)
    other = Browser(app)
    other.sign_in(coordinator)
    other.get(f"/letters/{letter.id}/edit")
    other.submit("letter", {"block-facts": "Theirs", "dated": "2026-03-14", "reply_by": "2026-03-21"})
    desk.submit("letter", {"block-facts": "Mine", "dated": "2026-03-14", "reply_by": "2026-03-21"})
    assert "Somebody else saved this while you were writing." in desk.main
    assert "Theirs" in desk.main
    assert desk.page.find("textarea", id="block-facts").text.strip() == "Mine"
    desk.submit("letter", {"block-facts": "Both"})
    db.session.expire_all()
    assert letter.blocks["facts"] == "Both"


def test_a_letter_of_a_wrong_day_keeps_what_was_typed(desk: Browser, visit: Visit) -> None:
    begin(desk, visit)
    desk.submit("letter", {"block-facts": "Mine", "dated": "2026-03-14", "reply_by": "2026-03-01"})
    assert "This day is before the date of the letter." in desk.main
    assert desk.page.find("textarea", id="block-facts").text.strip() == "Mine"


def test_a_draft_can_be_removed_and_begun_again(desk: Browser, visit: Visit) -> None:
    letter = begin(desk, visit)
    desk.post(f"/letters/{letter.id}/again", {})
    assert db.session.query(Letter).count() == 2
    desk.post(f"/letters/{letter.id}/remove", {})
    assert "The letter is removed." in desk.main
    assert db.session.query(Letter).count() == 1


def test_only_letters_that_may_be_begun_are_offered(desk: Browser, visit: Visit) -> None:
    desk.post(f"/visits/{visit.id}/letters", {"kind": "transmission_of_report"})
    assert db.session.query(Letter).count() == 0


def test_confided_words_in_a_letter_are_hits_until_they_are_changed(body: Body, app: Flask, now) -> None:
    person, people = confidence(0), confided.readers(body)
    visit = confided.visit(people)
    confided.talk(visit, people.leader, person, now, keyring=open_by_password(people.leader))
    browser = Browser(app)
    browser.sign_in(people.coordinator)
    letter = begin(browser, visit)
    days = {"dated": "2026-03-14", "reply_by": "2026-03-21"}
    browser.submit("letter", {"block-facts": f"We heard {person.words}.", **days})
    page = browser.get(f"/letters/{letter.id}/release")
    assert [mark.get_text() for mark in page.find_all("mark")] == [person.words]
    assert page.find("a", href=f"/letters/{letter.id}/edit")
    browser.submit("check")
    assert "Nothing was kept yet: 1 hit is not settled" in browser.main
    browser.post(f"/letters/{letter.id}/document", {"paper": "a4"})
    assert db.session.query(Document).count() == 0
    browser.get(f"/letters/{letter.id}/edit")
    browser.submit("letter", {"block-facts": "The exits are chained.", **days})
    browser.get(f"/letters/{letter.id}/release")
    browser.submit("check")
    assert "The letter is checked" in browser.main


def test_the_text_is_a_draft_until_the_check_stands(desk: Browser, visit: Visit, coordinator: User) -> None:
    letter = begin(desk, visit)

    def taken() -> docx.document.Document:
        desk.get(f"/letters/{letter.id}/text")
        return docx.Document(BytesIO(desk.response.data))

    assert "Brouillon à usage interne" in taken().sections[0].header.paragraphs[0].text
    assert "The fire exits of the east side are chained." in [one.text for one in taken().paragraphs]
    let_go(letter, coordinator)
    assert taken().sections[0].header.paragraphs[0].text == letter.reference
