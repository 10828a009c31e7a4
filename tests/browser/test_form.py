"""The form in a real browser: typed by keyboard, saved by itself, two people at once, a lock in the middle."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from monitor.accounts.models import User
from monitor.answers import queries as answer_queries
from monitor.answers.models import Answer
from monitor.answers.operations import Change
from monitor.db import db
from monitor.exchange.operations import export_visit
from monitor.guide.loading import get_guide
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages.form_page import FormPage
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.factories.accounts import PASSWORD

DOCUMENTS = Path(__file__).parents[1] / "data" / "visits"
ITEMS = get_guide().items
CLEANING = ITEMS["san-cleaning"]
Opener = Callable[..., Page]


@dataclass
class Team:
    """Two people on one visit."""

    first: User
    second: User
    visit: Visit


@pytest.fixture
def team(body: Any, mechanism: Any) -> Team:
    """Two monitors on a prison visit under way, with the full form."""
    first, second = accounts.monitor(body, name="Amina Diallo"), accounts.monitor(body, name="Bruno Kessler")
    visit = visits.under_way(places.place(mechanism), lead=first, team=(second,), form="full")
    return Team(first, second, visit)


def head(visit: Visit, item: str) -> Answer | None:
    """Return the answer that the database holds now."""
    db.session.rollback()
    db.session.expire_all()
    found = answer_queries.heads(visit.sheet, [item])
    return found[0] if found else None


@pytest.mark.parametrize("name", ["gb-cookham-wood-2023", "mr-dar-naim-2025"])
def test_answers_typed_by_keyboard_come_out_as_the_document_has_them(
    open_window: Opener, body: Any, mechanism: Any, name: str
) -> None:
    document = json.loads((DOCUMENTS / f"{name}.json").read_text("utf-8"))
    leader = accounts.monitor(body)
    place = places.place(mechanism, type=document["place"]["type"])
    visit = visits.under_way(place, lead=leader, form="full", kind=None)
    form = FormPage(open_window(leader), visit.id)
    at = 0
    for answer in document["answers"]:
        item = ITEMS[answer["item"]]
        number = read_form(visit).page_number(item.id)
        if number != at:
            at = number
            form.open(at)
        form.type_answer(item, answer)
        form.is_saved()
    db.session.rollback()
    db.session.expire_all()
    exported = {answer["item"]: answer for answer in export_visit(visit)["answers"]}
    assert exported == {answer["item"]: answer for answer in document["answers"]}


def test_answers_save_by_themselves_and_the_page_says_so(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    form.comment(CLEANING).press_sequentially("Mould on the walls.")
    expect(form.status).to_have_text("Saving")
    form.is_saved()
    expect(form.question(CLEANING).get_by_text("saved", exact=True)).to_be_attached()
    found = head(team.visit, "san-cleaning")
    assert found is not None
    assert found.comment == "Mould on the walls."
    form.page.reload()
    expect(form.comment(CLEANING)).to_have_value("Mould on the walls.")


def test_what_is_typed_before_the_script_is_there_is_saved(open_window: Opener, team: Team) -> None:
    shower = ITEMS["san-shower"]
    operations.record_answers(team.visit, [Change("san-shower", "not_examined", "Locked.")], by=team.second, at=NOW)
    form = FormPage(open_window(team.first), team.visit.id)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    form.page.route("**/js/form/form.js*", hold)
    form.page.goto(f"{form.address}/item/{CLEANING.id}", wait_until="commit")
    form.comment(CLEANING).fill("Mould on the walls.")
    form.question(CLEANING).get_by_role("radio").nth(1).check()
    form.comment(shower).fill("")
    (script,) = held
    script.continue_()
    form.is_saved()
    cleaning, emptied = head(team.visit, "san-cleaning"), head(team.visit, "san-shower")
    assert cleaning is not None
    assert emptied is not None
    assert (cleaning.value, cleaning.comment) == ("partly", "Mould on the walls.")
    assert (emptied.value, emptied.comment, emptied.revision) == ("not_examined", "", 2)


def test_progress_and_hints_follow_what_is_typed_and_set_no_rating(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    single = ITEMS["space-single"]
    form.open_at(single)
    form.page.keyboard.type("5.2")
    expect(form.question(single)).to_contain_text("does not keep to it")
    expect(form.page.locator('[data-progress="material"]')).to_have_text("1/24")
    db.session.rollback()
    answered = [ITEMS[found.item_id].answer for found in answer_queries.heads(team.visit.sheet)]
    assert "number" in answered
    assert "rating" not in answered


def test_n_leads_to_the_next_unanswered_question_across_pages(open_window: Opener, team: Team) -> None:
    pages = read_form(team.visit).pages
    first, second = pages[5].items[0], pages[5].items[1]
    operations.record_answers(
        team.visit, [Change(item.id, "not_examined") for item in pages[5].items[1:] if item.answer != "text"],
        by=team.second, at=NOW,
    )  # fmt: skip
    form = FormPage(open_window(team.first), team.visit.id)
    form.open(6)
    form.page.keyboard.press("n")
    expect(form.page.locator(f"#item-{first.id} :focus")).to_have_count(1)
    form.page.keyboard.press("x" if first.answer != "text" else "Tab")
    form.page.keyboard.press("Escape")
    form.page.keyboard.press("n")
    form.page.wait_for_url("**/form/7#item-*")
    assert head(team.visit, second.id) is not None


def test_keys_do_nothing_inside_a_text_field_and_can_be_turned_off(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    form.comment(CLEANING).press_sequentially("n2?x")
    expect(form.comment(CLEANING)).to_have_value("n2?x")
    expect(form.page.get_by_role("dialog")).to_have_count(0)
    form.page.keyboard.press("Escape")
    form.page.keyboard.press("?")
    keys = form.page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    keys.get_by_role("checkbox").uncheck()
    keys.get_by_role("button", name="Close").click()
    form.question(CLEANING).get_by_role("radio").first.focus()
    form.page.keyboard.press("2")
    form.is_saved()
    found = head(team.visit, "san-cleaning")
    assert found is not None
    assert (found.value, found.comment) == (None, "n2?x")


def test_bad_number_stays_with_its_reason_while_its_comment_is_saved(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    single = ITEMS["space-single"]
    form.open_at(single)
    form.page.keyboard.type("about six")
    form.comment(single).press_sequentially("Measured twice.")
    expect(form.question(single)).to_contain_text("“about six” is not a number.")
    expect(form.question(single)).to_contain_text("not saved")
    found = head(team.visit, "space-single")
    assert found is not None
    assert (found.value, found.comment) == (None, "Measured twice.")
    form.question(single).get_by_role("textbox").first.fill("6")
    form.is_saved()
    assert head(team.visit, "space-single").value == 6  # type: ignore[union-attr]


def test_on_a_phone_the_words_not_saved_do_not_lie_upon_the_question(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first, viewport=PHONE), team.visit.id)
    single = ITEMS["space-single"]
    form.open_at(single)
    form.page.keyboard.type("about six")
    form.comment(single).focus()
    mark = form.question(single).get_by_text("not saved")
    expect(mark).to_be_visible()
    overlaps = """(mark) => {
      const words = document.createRange();
      words.selectNodeContents(mark.closest("fieldset").querySelector("h3"));
      const one = mark.getBoundingClientRect();
      return [...words.getClientRects()].some((line) => line.left < one.right && one.left < line.right
        && line.top < one.bottom && one.top < line.bottom);
    }"""
    assert not mark.evaluate(overlaps)


def test_rest_of_a_topic_is_not_examined_in_one_step(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    form.page.keyboard.press("1")
    form.page.locator(f"#topic-{CLEANING.topic_id}").get_by_role("button", name="Rest of this topic").click()
    form.is_saved()
    db.session.rollback()
    found = {each.item_id: each.value for each in answer_queries.heads(team.visit.sheet)}
    topic = [item for item in read_form(team.visit).items.values() if item.topic_id == CLEANING.topic_id]
    assert found["san-cleaning"] == "meets"
    assert {found[item.id] for item in topic if item.id != "san-cleaning"} == {"not_examined"}


@pytest.mark.parametrize(
    ("button", "expected"), [("Take this text", "Clean."), ("Take what is in the fields", "Dirty.")]
)
def test_second_writer_sees_both_texts_and_settles_on_the_page(
    open_window: Opener, team: Team, button: str, expected: str
) -> None:
    one, other = (FormPage(open_window(user), team.visit.id) for user in (team.first, team.second))
    for form in (one, other):
        form.open_at(CLEANING)
    one.comment(CLEANING).fill("Clean.")
    one.is_saved()
    other.comment(CLEANING).fill("Dirty.")
    question = other.question(CLEANING)
    expect(question).to_contain_text("Amina Diallo")
    expect(question.locator("[data-clash]")).to_contain_text("Clean.")
    expect(other.comment(CLEANING)).to_have_value("Dirty.")
    assert [change.comment for change in open_clashes(team.visit)] == ["Dirty."]
    question.get_by_role("button", name=button).click()
    expect(question.locator("[data-clash]")).to_have_count(0)
    other.is_saved()
    assert head(team.visit, "san-cleaning").comment == expected  # type: ignore[union-attr]
    assert open_clashes(team.visit) == []
    other.comment(CLEANING).press_sequentially(" More.")
    other.is_saved()
    assert open_clashes(team.visit) == []


def open_clashes(visit: Visit) -> list[Any]:
    db.session.rollback()
    return list(answer_queries.clashes(visit.sheet))


def test_two_people_see_each_others_names_and_different_questions_never_clash(open_window: Opener, team: Team) -> None:
    one, other = (FormPage(open_window(user), team.visit.id) for user in (team.first, team.second))
    shower = ITEMS["san-shower"]
    for form in (one, other):
        form.open_at(CLEANING)
    one.comment(CLEANING).fill("Clean.")
    one.is_saved()
    other.comment(shower).fill("Twice a week.")
    other.is_saved()
    expect(other.page.get_by_text("Also writing here: Amina Diallo")).to_be_visible()
    assert open_clashes(team.visit) == []


def test_text_typed_while_the_session_locks_is_sent_after_unlocking(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    other_tab = form.page.context.new_page()
    other_tab.goto("/")
    form.comment(CLEANING).press_sequentially("Before the lock")
    lock = "document.querySelector('[data-lock-form]').requestSubmit()"
    other_tab.evaluate(lock)
    expect(form.page.get_by_role("dialog", name="Locked")).to_be_visible()
    form.page.get_by_label("Your password").fill(PASSWORD)
    form.page.get_by_role("button", name="Unlock").click()
    expect(form.page.get_by_role("dialog", name="Locked")).to_be_hidden()
    form.is_saved()
    assert head(team.visit, "san-cleaning").comment == "Before the lock"  # type: ignore[union-attr]


def test_nothing_is_lost_while_the_server_cannot_be_reached(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    form.page.route("**/answers", lambda route: route.abort())
    form.comment(CLEANING).fill("Typed in the tunnel.")
    expect(form.status).to_contain_text("The server does not answer")
    form.comment(CLEANING).fill("Typed in the tunnel, and on.")
    form.page.unroute("**/answers")
    form.is_saved()
    assert head(team.visit, "san-cleaning").comment == "Typed in the tunnel, and on."  # type: ignore[union-attr]


def test_what_is_saved_is_read_out_once_and_again_after_trouble(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    form.comment(CLEANING).fill("Mould.")
    expect(form.status).to_have_attribute("aria-live", "polite")
    form.is_saved()
    form.comment(CLEANING).press_sequentially(" On the walls.")
    expect(form.status).to_have_attribute("aria-live", "off")
    form.page.route("**/answers", lambda route: route.abort())
    form.comment(CLEANING).fill("Typed in the tunnel.")
    expect(form.status).to_contain_text("The server does not answer")
    expect(form.status).to_have_attribute("aria-live", "polite")


def test_answer_that_was_lost_on_the_way_back_is_not_written_twice(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first), team.visit.id)
    form.open_at(CLEANING)
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    form.page.route("**/answers", lose_first)
    form.comment(CLEANING).fill("Once.")
    expect(form.status).to_contain_text("The server does not answer")
    form.comment(CLEANING).fill("Once, and more.")
    form.is_saved()
    assert lost == [200]
    db.session.rollback()
    history = answer_queries.item_history(team.visit.sheet, "san-cleaning")
    assert [change.comment for change in history] == ["Once.", "Once, and more."]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("number", [1, 4, 12])
def test_axe_finds_nothing(open_window: Opener, team: Team, viewport: Any, number: int) -> None:
    form = FormPage(open_window(team.first, viewport=viewport), team.visit.id)
    form.open(number)
    for summary in form.page.locator(".item-help summary").all()[:2]:
        summary.click()
    found = Axe().run(form.page)
    assert found.violations_count == 0, found.generate_report()
    assert form.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_sections_stand_behind_a_button_on_a_phone(open_window: Opener, team: Team) -> None:
    form = FormPage(open_window(team.first, viewport=PHONE), team.visit.id)
    form.open(1)
    sections = form.page.get_by_role("navigation", name="Sections of the form")
    expect(sections).to_be_hidden()
    form.page.get_by_role("button", name="Sections").click()
    sections.get_by_role("link", name="Material conditions").click()
    form.page.wait_for_url("**#topic-*")
    expect(form.page.get_by_text("Material conditions", exact=True).last).to_be_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_no_column_of_a_table_is_out_of_sight_on_a_phone(open_window: Opener, team: Team, width: int) -> None:
    form = FormPage(open_window(team.first, viewport={"width": width, "height": 780}), team.visit.id)
    form.page.goto(f"/visits/{team.visit.id}/form/item/talk-population")
    wide = form.page.locator(".count-frame:has(.count-table-wide)")
    expect(wide).not_to_have_count(0)
    assert wide.evaluate_all("frames => frames.every((frame) => frame.scrollWidth <= frame.clientWidth)")
    assert form.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_pages_of_a_visit_stand_behind_one_line_on_a_phone_alone(open_window: Opener, team: Team) -> None:
    for viewport in (PHONE, DESKTOP):
        page = open_window(team.first, viewport=viewport)
        page.goto(f"/visits/{team.visit.id}/form")
        pages = page.get_by_role("navigation", name="Pages of this visit")
        fold, findings = pages.locator("summary", has_text="Form"), pages.locator("a", has_text="Findings")
        expect(fold).to_be_visible(visible=viewport is PHONE)
        expect(findings).to_be_visible(visible=viewport is DESKTOP)
        if viewport is PHONE:
            fold.press("Enter")
        findings.click()
        expect(page.locator("h1")).to_contain_text("Findings")
