"""What stops a person in the middle of writing: the session ends, the records are busy, the disk is full."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, expect

from monitor.accounts.models import Body, Mechanism, User
from monitor.db import SQLITE_SETTINGS
from monitor.guide.loading import get_guide
from monitor.guide.problems import TEXT_CAP
from monitor.visits.models import Visit
from tests.browser.conftest import give_password, pass_factor
from tests.browser.pages.form_page import FormPage
from tests.conftest import app_on_copy
from tests.factories import accounts, places, visits
from tests.troubles import SHORT_PATIENCE, busy, full

Opener = Callable[..., Page]
Trouble = Callable[[Flask], AbstractContextManager[None]]
CLEANING = get_guide().items["san-cleaning"]
TEXT = "Mould on the walls of every shower. " * (TEXT_CAP // 40)
"""More than the pages of the database have room for."""
BUSY, FULL = "The records are busy", "The disk is full"
BUSY_IN_PLACE = "Somebody else is writing a lot just now. Nothing was saved yet."
FULL_IN_PLACE = "Your administrator has to make room. What you typed is still on this page"


@pytest.fixture
def app(empty_instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that does not wait long for a busy database."""
    monkeypatch.setitem(SQLITE_SETTINGS, "busy_timeout", SHORT_PATIENCE)
    yield from app_on_copy(empty_instance, tmp_path)


@pytest.fixture
def leader(body: Body) -> User:
    return accounts.monitor(body)


@pytest.fixture
def visit(mechanism: Mechanism, leader: User) -> Visit:
    return visits.under_way(places.place(mechanism), lead=leader, form="full")


def end_other_sessions(elsewhere: Page) -> None:
    """From another window of the same person, end every session but its own."""
    elsewhere.goto("/account/security")
    elsewhere.get_by_role("button", name="End all but this one").click()
    expect(elsewhere.get_by_role("status").first).to_be_visible()


def form_without_script(open_window: Opener, leader: User, visit: Visit) -> FormPage:
    """The form at the question, in a window without scripts."""
    form = FormPage(open_window(leader, java_script_enabled=False), visit.id)
    form.page.goto(f"{form.address}/item/{CLEANING.id}")
    return form


def test_page_is_covered_when_the_session_ends_and_goes_on_after_signing_in(
    open_window: Opener, leader: User, visit: Visit
) -> None:
    form = FormPage(open_window(leader), visit.id)
    form.open_at(CLEANING)
    end_other_sessions(open_window(leader))
    form.comment(CLEANING).press_sequentially("Mould on the walls.")
    cover = form.page.get_by_role("dialog", name="Your session has ended")
    expect(cover).to_be_visible()
    with form.page.expect_popup() as opened:
        cover.get_by_role("link", name="Sign in in a new tab").click()
    give_password(opened.value, leader.email)
    pass_factor(opened.value, leader.email)
    opened.value.close()
    form.page.evaluate("window.dispatchEvent(new Event('focus'))")  # headless windows never lose the focus
    expect(cover).to_be_hidden()
    form.is_saved()
    form.page.reload()
    expect(form.comment(CLEANING)).to_have_value("Mould on the walls.")


def test_page_carries_the_fields_when_the_session_ends_and_there_is_no_script(
    open_window: Opener, leader: User, visit: Visit
) -> None:
    form = form_without_script(open_window, leader, visit)
    form.comment(CLEANING).fill("Mould on the walls.")
    end_other_sessions(open_window(leader))
    page = form.page
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
    give_password(page, leader.email)
    pass_factor(page, leader.email)
    page.get_by_role("button", name="Send it now").click()
    page.goto(f"{form.address}/item/{CLEANING.id}")
    expect(form.comment(CLEANING)).to_have_value("Mould on the walls.")


@pytest.mark.parametrize(("trouble", "sentence"), [(busy, BUSY_IN_PLACE), (full, FULL_IN_PLACE)], ids=["busy", "full"])
def test_form_keeps_what_was_typed_and_saves_it_when_the_trouble_is_over(
    app: Flask, open_window: Opener, leader: User, visit: Visit, trouble: Trouble, sentence: str
) -> None:
    form = FormPage(open_window(leader), visit.id)
    form.open_at(CLEANING)
    with trouble(app):
        form.comment(CLEANING).fill(TEXT)
        expect(form.status).to_contain_text(sentence)
        expect(form.question(CLEANING).get_by_text("not saved")).to_be_visible()
    form.is_saved()
    form.page.reload()
    expect(form.comment(CLEANING)).to_have_value(TEXT.strip())


@pytest.mark.parametrize(("trouble", "sentence"), [(busy, BUSY_IN_PLACE), (full, FULL_IN_PLACE)], ids=["busy", "full"])
def test_finding_stays_on_its_page_and_is_saved_by_the_second_try(
    app: Flask, open_window: Opener, leader: User, visit: Visit, trouble: Trouble, sentence: str
) -> None:
    page = open_window(leader)
    page.goto(f"/visits/{visit.id}/findings/{CLEANING.topic_id}")
    found = page.get_by_label("What we found")
    found.fill(TEXT)
    with trouble(app):
        page.get_by_role("button", name="Save the finding").click()
        expect(page.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
        expect(found).to_have_value(TEXT)
    page.get_by_role("button", name="Save the finding").click()
    expect(page.get_by_text("The finding is saved.")).to_be_visible()
    expect(found).to_have_value(TEXT.strip())


def test_browser_asks_before_a_finding_half_typed_is_left(open_window: Opener, leader: User, visit: Visit) -> None:
    page = open_window(leader)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"/visits/{visit.id}/findings/{CLEANING.topic_id}")
    found = page.get_by_label("What we found")
    found.press_sequentially("They clean")
    leave = page.get_by_role("banner").get_by_role("link", name="Visits")
    leave.click()
    expect(found).to_have_value("They clean")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Save the finding").click()
    expect(page.get_by_text("The finding is saved.")).to_be_visible()
    leave.click()
    expect(page).to_have_url(re.compile("/visits/$"))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(("trouble", "title"), [(busy, BUSY), (full, FULL)], ids=["busy", "full"])
def test_form_without_scripts_is_sent_again_by_reloading(
    app: Flask, open_window: Opener, leader: User, visit: Visit, trouble: Trouble, title: str
) -> None:
    form = form_without_script(open_window, leader, visit)
    form.comment(CLEANING).fill(TEXT)
    with trouble(app):
        form.page.get_by_role("button", name="Save", exact=True).click()
        expect(form.page.get_by_role("heading", name=title)).to_be_visible()
        expect(form.page.get_by_text("reload this page")).to_be_visible()
    form.page.reload()
    expect(form.page.get_by_role("heading", level=1)).to_contain_text("Form of the visit")
    form.page.goto(f"{form.address}/item/{CLEANING.id}")
    expect(form.comment(CLEANING)).to_have_value(TEXT.strip())
