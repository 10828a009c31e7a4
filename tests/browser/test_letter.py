"""An urgent letter, from the visit to the PDF: what was said in confidence has to leave the text before it leaves."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from monitor.accounts.models import Body
from monitor.authorities.models import AuthorityKind
from monitor.authorities.operations import Entry, add_authority
from monitor.db import db
from tests.browser.conftest import DESKTOP
from tests.browser.pages.desk import Desk
from tests.conftest import NOW
from tests.factories import confided_visits as confided
from tests.factories.accounts import AT
from tests.factories.confidences import confidence
from tests.interviews.conftest import open_by_password

PERSON = confidence(0)
FACTS = "The fire exits of the east side are chained."


@pytest.fixture
def desk(open_window: Callable[..., Page], body: Body) -> Desk:
    """The window of a coordinator whose key opens the one talk of the visit at hand."""
    people = confided.readers(body)
    visit = confided.visit(people)
    confided.talk(visit, people.leader, PERSON, NOW, keyring=open_by_password(people.leader))
    entry = Entry("Prison service", AuthorityKind.MINISTRY, language="en", address="1 Hill Road\nPort Velur")
    add_authority(body.mechanism_id, entry, by=None, at=AT)
    db.session.commit()
    desk = Desk(open_window(people.coordinator, viewport=DESKTOP))
    desk.page.goto(f"/visits/{visit.id}/letters")
    return desk


def test_an_urgent_letter_is_written_checked_made_and_read(desk: Desk, worker: None) -> None:
    page = desk.page
    page.get_by_role("radio", name="Urgent letter").check()
    desk.press("Begin the letter")
    page.get_by_label("Addressee").select_option("Prison service")
    page.get_by_label("The facts").fill(f"{FACTS} We heard: {PERSON.words}.")
    desk.press("Save the letter")
    desk.follow("Check before it leaves")
    expect(page.locator("mark")).to_have_text(PERSON.words)
    desk.press("Keep my check")
    desk.reads("Nothing was kept yet: 1 hit is not settled")
    desk.follow("Back to the letter")
    expect(page.get_by_role("button", name="Make the PDF")).to_have_count(0)

    desk.follow("Change the letter")
    page.get_by_label("The facts").fill(FACTS)
    desk.press("Save the letter")
    desk.follow("Check before it leaves")
    expect(page.locator("mark")).to_have_count(0)
    desk.press("Keep my check")
    printed = " ".join(desk.make_document("Make the PDF"))
    for said in ("Urgent letter: action is needed at once", "Prison service", "Port Velur", FACTS):
        assert said in printed
    assert PERSON.words not in printed
    desk.press("Record that it was sent")
    desk.reads("It is kept as it was sent")
