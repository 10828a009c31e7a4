"""The chain as one story: found, recommended, sent, answered "done", seen not to be done, asked again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from monitor.accounts.models import Body, Mechanism
from monitor.guide.loading import get_guide
from tests.browser.conftest import DESKTOP
from tests.browser.pages.desk import Desk
from tests.browser.pages.form_page import WORDS
from tests.factories import accounts, places, visits
from tests.reports.reading import ReadPdf

REGISTERS = get_guide().items["docs-consistency"]
FINDING = "The registers of transfers contradict each other."
ADVICE = "Keep one register of transfers, countersigned every day."
CLAIM = "One register is kept since the first of the month."
SEEN = "Two registers lay on the desk, with different dates."
AGAIN = "Close the second register of transfers."


@pytest.fixture
def desk(open_window: Callable[..., Page], body: Body, mechanism: Mechanism) -> Desk:
    """The coordinator's window, open on a visit in review."""
    coordinator = accounts.coordinator(body)
    visit = visits.in_review(places.place(mechanism, code="HILL"), lead=coordinator)
    desk = Desk(open_window(coordinator, viewport=DESKTOP))
    desk.page.goto(f"/visits/{visit.id}")
    return desk


def test_claim_and_check_are_told_apart_to_the_end(desk: Desk, worker: None) -> None:
    page, first_visit = desk.page, desk.page.url
    desk.tab("Findings")
    desk.write_finding(WORDS.topic_name(REGISTERS.topic_id), FINDING)
    desk.write_recommendation(
        ADVICE, addressee="Prison service", priority="Short-term", question=WORDS.question(REGISTERS)
    )
    desk.tab("Overview")
    desk.press("Approve")
    desk.record_as_sent_on_paper()
    desk.reads("The final report was sent")

    desk.tab("Recommendations")
    desk.follow("Open HILL-2026-01")
    desk.follow("Record a reply")
    page.get_by_label("Received on").fill("2026-06-01")
    page.get_by_role("radio", name="Accepted", exact=True).check()
    page.get_by_label("The authority says that it is carried out").check()
    page.get_by_label("Answer in its words, or a summary").fill(CLAIM)
    desk.press("Record the reply")
    desk.reads("Reported as implemented, not checked")

    page.get_by_role("definition").get_by_role("link").filter(has_text="Northgate").first.click()
    desk.choose_more("Plan a follow-up visit")
    page.get_by_label("First day").fill("2026-09-01")
    desk.press("Plan the visit")
    desk.press("Save the team")
    desk.tab("Overview")
    desk.press("Start the visit")
    desk.tab("Recommendations")
    desk.follow("One recommendation of an earlier visit to check on site")
    desk.reads(ADVICE)
    page.get_by_label("What was seen").select_option("Not implemented")
    page.get_by_label("Note").fill(SEEN)
    desk.press("Record what was seen")
    expect(page.get_by_role("definition").filter(has_text=SEEN)).to_be_visible()

    desk.tab("Recommendations")
    desk.follow("Write a recommendation")
    page.get_by_role("textbox", name="Recommendation", exact=True).fill(AGAIN)
    page.get_by_label("Immediate").check()
    page.get_by_text("Cause, reach, earlier ones, who follows it up").click()
    page.get_by_label("Repeats").select_option(label=f"HILL-2026-01 {ADVICE}")
    desk.press("Save the recommendation")
    desk.reads("The recommendation is saved.")
    desk.follow("Open Recommendation 1")
    desk.reads("The same was asked once before.")
    desk.follow("HILL-2026-01")
    for said in (CLAIM, SEEN, "Not implemented", "Asked again:"):
        desk.reads(said)

    page.get_by_role("definition").get_by_role("link").filter(has_text="Northgate").first.click()
    page.get_by_role("definition").get_by_role("link").filter(has_text="Northgate").first.click()
    desk.choose_more("Follow-up table")
    printed = " ".join(desk.make_document("Make the PDF"))
    for said in ("HILL-2026-01", ADVICE, CLAIM, SEEN, "Not implemented"):
        assert said in printed

    assert SEEN in follow_up_in_zip(desk, first_visit)


def follow_up_in_zip(desk: Desk, visit: str) -> str:
    """Take everything about a visit in one zip; return what the follow-up table in it says."""
    desk.page.goto(visit)
    desk.tab("Documents")
    files = desk.make_zip()
    assert {"contents.txt", "internal/report-en.pdf", "internal/follow-up-en.pdf"} <= files.keys()
    return ReadPdf(files["internal/follow-up-en.pdf"]).text


def test_what_is_chosen_shows_its_standards_at_once(desk: Desk) -> None:
    page, visit = desk.page, desk.page.url
    topic = WORDS.topic_name(REGISTERS.topic_id)
    desk.tab("Findings")
    desk.write_finding(topic, FINDING)
    page.goto(f"{visit}/recommendations")
    desk.follow("Write a recommendation")
    standards = page.get_by_role("group", name="Standards").get_by_role("checkbox")
    expect(page.get_by_text("Nothing is chosen yet.")).to_be_visible()
    expect(standards).to_have_count(0)
    page.get_by_role("group", name="Based on these").get_by_text(topic, exact=True).click()
    finding = page.get_by_role("checkbox", name=FINDING)
    finding.check()
    expect(page.get_by_role("list", name="Topics of the recommendation").get_by_text(topic)).to_be_visible()
    expect(standards).not_to_have_count(0)
    question = page.get_by_role("checkbox", name=WORDS.question(REGISTERS))
    expect(question).to_be_checked()
    standards.first.check()
    finding.uncheck()
    expect(question).not_to_be_checked()
    expect(standards).to_have_count(1)
    standards.first.uncheck()
    question.check()
    expect(finding).to_be_checked()
