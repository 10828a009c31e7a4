"""The main journey in a real browser: plan, fill, send, return, correct, approve, and the report read back."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from monitor.accounts.models import Body, Mechanism
from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages.desk import Desk
from tests.browser.pages.form_page import WORDS, FormPage
from tests.factories import accounts, places

Opener = Callable[..., Page]
ITEMS = get_guide().items
ACCESS, CAPACITY, OBJECTS = ITEMS["talk-obstruction"], ITEMS["talk-capacity"], ITEMS["tour-objects"]
REGISTERS, FEAR = ITEMS["docs-consistency"], ITEMS["int-fear"]
PLACE = "Northgate prison"
LEADER, COORDINATOR = "Maria Lenz", "Amina Diallo"
SAW = "Two registers give different dates for the same three transfers."
CORRECTED = "Both registers were compared once more: the dates of three transfers differ."
IN_CONFIDENCE = "A man of unit C was told not to talk to us."
CLEARER = "Please name the registers."
FINDING = "The registers of transfers contradict each other, so nobody can say where a person was on a given day."
ADVICE = "Keep one register of transfers, countersigned every day."


@pytest.fixture
def desks(open_window: Opener, body: Body, mechanism: Mechanism) -> Callable[..., tuple[Desk, Desk]]:
    """Opens two windows on a mechanism with one prison: the coordinator's and the monitor's."""
    coordinator, leader = accounts.coordinator(body, name=COORDINATOR), accounts.monitor(body, name=LEADER)
    places.place(mechanism, name=PLACE)

    def open_both(**wishes: object) -> tuple[Desk, Desk]:
        return Desk(open_window(coordinator, **wishes)), Desk(open_window(leader, **wishes))

    return open_both


def plan_with_team(coordinator: Desk) -> None:
    coordinator.plan(PLACE, kind="In-depth visit", first=date(2026, 11, 2), last=date(2026, 11, 4))
    coordinator.choose_team(
        leader=LEADER, outside=("Interpreter for Tamil", "Interpreter"), looks_after="Initial talk", nobody=COORDINATOR
    )


def walk_to(form: FormPage, item: Item) -> None:
    """Go down the page by key until the focus is in a question; Escape leaves the text fields on the way."""
    here = form.question(item).locator(":focus")
    for _ in get_guide().items:
        if here.count():
            return
        form.page.keyboard.press("Escape")
        form.page.keyboard.press("j")
    pytest.fail(f"the keys never came to {item.number}")


def fill_by_keyboard(desk: Desk) -> None:
    """Answer five questions by keys alone; the rating that needs a comment is left without one."""
    form, keys = FormPage(desk.page, desk.visit_id), desk.page.keyboard
    expect(form.page.locator("#answers.has-keys")).to_be_attached()  # the script listens
    keys.press("n")
    expect(form.question(ACCESS).get_by_role("radio").first).to_be_focused()
    keys.press("1")
    keys.press("n")
    expect(form.question(CAPACITY).get_by_role("textbox").first).to_be_focused()
    keys.type("420")
    walk_to(form, OBJECTS)
    keys.press("2")
    keys.press("n")
    keys.press("3")
    expect(form.question(REGISTERS).get_by_role("radio", name="Does not meet standards")).to_be_checked()
    walk_to(form, FEAR)
    keys.press("1")
    keys.press("c")
    keys.type(IN_CONFIDENCE)
    form.is_saved()


def send_once_the_gap_is_closed(desk: Desk) -> None:
    """The list of gaps leads to the question; with its comment there, the visit can go."""
    page, form = desk.page, FormPage(desk.page, desk.visit_id)
    page.get_by_role("link", name="Send for review").click()
    desk.reads("1 point must be closed first")
    expect(page.get_by_role("button", name="Send for review")).to_have_count(0)
    page.get_by_role("listitem").filter(has_text="The rating needs a comment").get_by_role("link").click()
    expect(form.question(REGISTERS)).to_be_in_viewport()
    form.comment(REGISTERS).press_sequentially(SAW)
    form.is_saved()
    page.get_by_role("link", name="Send for review").click()
    desk.reads("items of the core form are not answered")
    desk.send_for_review()


def return_with_comment(coordinator: Desk) -> None:
    """Return the visit with a comment on one topic."""
    coordinator.go_to("Start")
    coordinator.page.get_by_role("region", name="To review").get_by_role("link", name=PLACE).click()
    coordinator.follow("Return to the team")
    coordinator.page.get_by_text(WORDS.section_name(REGISTERS.section_id)).first.click()
    coordinator.page.get_by_role("textbox", name=WORDS.topic_name(REGISTERS.topic_id)).fill(CLEARER)
    coordinator.press("Return to the team")
    coordinator.reads("The visit is with its team again.")


def open_what_was_returned(leader: Desk) -> None:
    leader.go_to("Start")
    leader.page.get_by_role("region", name="Returned to you with comments").get_by_role("link", name=PLACE).click()
    expect(leader.page.get_by_role("region", name="Comments from the review")).to_contain_text(CLEARER)
    leader.tab("Form")
    expect(leader.page.get_by_text(CLEARER)).to_be_visible()


def review_and_report(coordinator: Desk) -> list[str]:
    """Write a finding and a recommendation, approve, and take the report away."""
    coordinator.go_to("Start")
    coordinator.page.get_by_role("region", name="To review").get_by_role("link", name=PLACE).click()
    coordinator.tab("Findings")
    coordinator.write_finding(WORDS.topic_name(REGISTERS.topic_id), FINDING)
    coordinator.write_recommendation(
        ADVICE, addressee="Prison service", priority="Short-term", question=WORDS.question(REGISTERS)
    )
    coordinator.tab("Overview")
    coordinator.press("Approve")
    coordinator.reads("The visit is approved.")
    coordinator.tab("Documents")
    return coordinator.make_report()


def assert_report_holds_what_was_written(pages: list[str]) -> None:
    whole = " ".join(pages)
    for expected in (PLACE, FINDING, ADVICE, "Prison service", LEADER):
        assert expected in whole
    for number, page in enumerate(pages[1:], 2):  # the cover has no running head
        assert re.search(rf"[Pp]age {number} of {len(pages)}\b", page), page
    assert IN_CONFIDENCE not in whole
    assert WORDS.question(FEAR) not in whole


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_visit_goes_from_plan_to_report(
    desks: Callable[..., tuple[Desk, Desk]], worker: None, viewport: ViewportSize
) -> None:
    coordinator, leader = desks(viewport=viewport)
    plan_with_team(coordinator)
    leader.go_to("Start")
    leader.page.get_by_role("region", name="Planned").get_by_role("link", name=PLACE).click()
    leader.press("Start the visit")
    leader.reads("The visit is under way.")
    leader.tab("Form")
    fill_by_keyboard(leader)
    send_once_the_gap_is_closed(leader)
    return_with_comment(coordinator)
    open_what_was_returned(leader)
    form = FormPage(leader.page, leader.visit_id)
    leader.page.wait_for_load_state()  # what is typed before the script listens is saved by the page's button only
    form.comment(REGISTERS).fill(CORRECTED)
    form.is_saved()
    leader.page.get_by_role("link", name="Send for review").click()
    leader.send_for_review()
    pages = review_and_report(coordinator)
    assert_report_holds_what_was_written(pages)


def test_visit_goes_from_plan_to_report_without_scripts(desks: Callable[..., tuple[Desk, Desk]], worker: None) -> None:
    coordinator, leader = desks(viewport=PHONE, java_script_enabled=False)
    plan_with_team(coordinator)
    leader.go_to("Start")
    leader.page.get_by_role("region", name="Planned").get_by_role("link", name=PLACE).click()
    leader.press("Start the visit")
    leader.reads("The visit is under way.")
    leader.tab("Form")
    form = FormPage(leader.page, leader.visit_id)
    form.question(REGISTERS).get_by_role("radio", name="Does not meet standards").check()
    form.comment(REGISTERS).fill(SAW)
    form.question(FEAR).get_by_role("radio", name="Yes").check()
    form.comment(FEAR).fill(IN_CONFIDENCE)
    leader.press("Save")
    expect(form.comment(REGISTERS)).to_have_value(SAW)
    leader.page.get_by_role("link", name="Send for review").click()
    leader.send_for_review()
    return_with_comment(coordinator)
    open_what_was_returned(leader)
    leader.page.get_by_role("link", name="Send for review").click()
    leader.send_for_review()
    assert_report_holds_what_was_written(review_and_report(coordinator))
