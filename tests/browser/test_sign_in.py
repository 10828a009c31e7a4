"""The second step in Chromium: a passkey on a device that the browser pretends to have, an authenticator's square."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import select, update

from monitor.accounts import one_time_codes
from monitor.accounts.models import Passkey, User, UserSession
from monitor.db import begin_as_reader, db
from tests.browser.conftest import DESKTOP, PATIENCE, give_password, serving

TURN_DOWN = """() => {
  navigator.credentials.create = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(app: Flask, chromium: Chromium) -> Iterator[Page]:
    """A window of a machine that can keep passkeys, at an address that browsers take for secure."""
    with serving(app) as address:
        context = chromium.new_context(base_url=address.replace("127.0.0.1", "localhost"), viewport=DESKTOP)
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()


@pytest.fixture
def device(page: Page) -> CDPSession:
    """The pretended device."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def start(page: Page, person: User) -> None:
    db.session.commit()
    begin_as_reader(True)
    page.goto("/sign-in?next=/account/security")
    give_password(page, person.email)


@pytest.fixture(autouse=True)
def reader_again() -> Iterator[None]:
    yield
    begin_as_reader(False)


def test_coordinator_makes_a_passkey_and_signs_in_with_it(page: Page, device: CDPSession, coordinator: User) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    start(page, coordinator)
    page.get_by_label("Name of the passkey").fill("Office computer")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="Make ten recovery codes").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("cell", name="Office computer", exact=True)).to_be_visible()
    page.locator(".bar-person").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    give_password(page, coordinator.email)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto("/account/security")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="has a passkey of yours already")).to_be_visible()
    assert faults == []
    db.session.rollback()  # what was read before the passkey was made
    assert [row.name for row in db.session.scalars(select(Passkey))] == ["Office computer"]


def test_coordinator_shows_with_the_passkey_that_it_is_still_them(
    page: Page, device: CDPSession, coordinator: User
) -> None:
    start(page, coordinator)
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="Make ten recovery codes").click()
    db.session.rollback()
    begin_as_reader(False)
    db.session.execute(update(UserSession).values(stepped_up_at=None))
    db.session.commit()
    begin_as_reader(True)
    page.goto("/account/security/recovery-codes")
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url("**/account/security/recovery-codes")
    expect(page.get_by_role("button", name="Make ten recovery codes")).to_be_visible()


def test_person_who_turns_the_browser_down_is_told_and_stays_outside(
    page: Page, device: CDPSession, coordinator: User
) -> None:
    start(page, coordinator)
    page.evaluate(TURN_DOWN)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was chosen")).to_be_visible()
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in/factor"))


def test_page_without_scripts_says_that_there_are_no_passkeys(
    app: Flask, chromium: Chromium, coordinator: User
) -> None:
    db.session.commit()
    with serving(app) as address:
        context = chromium.new_context(
            base_url=address.replace("127.0.0.1", "localhost"), viewport=DESKTOP, java_script_enabled=False
        )
        page = context.new_page()
        start(page, coordinator)
        expect(page.get_by_text("This browser offers no passkeys here, or scripts are switched off.")).to_be_visible()
        context.close()


def test_square_is_drawn_and_a_code_of_its_secret_is_taken(page: Page, monitor: User) -> None:
    start(page, monitor)
    page.get_by_role("button", name="Set up one-time codes").click()
    box = page.locator("svg.qr").bounding_box()
    assert box is not None
    assert box["width"] > 200
    secret = page.locator("code").inner_text().replace(" ", "")
    page.locator("#code").fill(one_time_codes.code_at(secret, one_time_codes.step_at(datetime.now(UTC))))
    page.get_by_role("button", name="Use these codes").click()
    page.wait_for_url("**/recovery-codes**")
