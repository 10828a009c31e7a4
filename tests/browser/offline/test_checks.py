"""A follow-up visit without a network: what was seen of an open recommendation, also by two people."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from monitor.accounts.models import Body, User
from monitor.db import db
from monitor.recommendations import following_up, queries
from monitor.recommendations.models import Implementation, Recommendation
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.browser.offline.conftest import Opener, at_the_office, offline
from tests.browser.pages.device_page import DevicePage
from tests.factories import accounts, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation


@pytest.fixture
def advised(visit: Visit, leader: User, body: Body) -> Recommendation:
    """An open recommendation of an earlier visit to the place."""
    coordinator = accounts.coordinator(body)
    before = visits.in_review(visit.place, lead=leader)
    row = recommendation(before, by=coordinator, text="Mend the showers.")
    operations.approve(before, by=coordinator, at=AT)
    db.session.commit()
    return row


@pytest.fixture
def device(advised: Recommendation, open_window: Opener, leader: User, visit: Visit) -> DevicePage:
    """A device that took the follow-up visit along."""
    found = DevicePage(open_window(leader), visit.id)
    found.take_along()
    return found


def form_of(device: DevicePage) -> Locator:
    """Open the place, and find the form of its one recommendation."""
    device.go(f"visit/{device.visit_id}/place")
    return device.page.locator("[data-check]").and_(device.page.locator(":visible"))


def seen(row: Recommendation) -> list[tuple[str, str]]:
    db.session.rollback()
    return [(one.implementation.value, one.note) for one in queries.assessments(row)]


def test_what_was_seen_is_kept_while_it_is_typed_and_handed_in(device: DevicePage, advised: Recommendation) -> None:
    offline(device)
    form = form_of(device)
    expect(device.page.locator("[data-open-recommendations]")).to_contain_text("Mend the showers.")
    form.get_by_label("What was seen").select_option("in_progress")
    form.get_by_label("Note").press_sequentially("Two of six")
    device.visits()
    device.start()
    expect(device.list).to_contain_text("not finished: 1")
    form = form_of(device)
    expect(form.get_by_label("What was seen")).to_have_value("in_progress")
    expect(form.get_by_label("Note")).to_have_value("Two of six")
    form.get_by_label("Note").fill("Two of six work.")
    form.get_by_role("button", name="Keep this check").click()
    expect(form.locator("[data-kept]")).to_have_text("Kept on this device: In progress")
    device.start()
    expect(device.list).to_contain_text("Not yet handed in: 1")
    expect(form_of(device).get_by_label("Note")).to_have_value("Two of six work.")
    offline(device, False)
    device.hand_in()
    assert seen(advised) == [("in_progress", "Two of six work.")]


def test_two_checks_stand_side_by_side_until_somebody_decides(
    device: DevicePage, advised: Recommendation, visit: Visit, leader: User
) -> None:
    offline(device)
    form = form_of(device)
    form.get_by_label("What was seen").select_option("in_progress")
    form.get_by_label("Note").fill("Two of six work.")
    form.get_by_role("button", name="Keep this check").click()
    expect(form.locator("[data-kept]")).to_contain_text("Kept on this device")
    device.visits()
    now = datetime.now(UTC)
    with at_the_office():
        by_a_colleague = {advised: (Implementation.NOT_STARTED, "Nothing was done.")}
        following_up.check_on_site(visit, by_a_colleague, today=now.date(), by=leader, at=now)
    offline(device, False)
    refused = device.page.locator("[data-refused-part]")
    expect(refused).to_contain_text("Somebody checked this recommendation meanwhile", timeout=30_000)
    expect(refused).to_contain_text("Two of six work.")
    expect(refused).to_contain_text(f"Check of {advised.reference}")
    refused.get_by_role("link", name="Open it to mend it").click()
    form = device.page.locator("[data-check]").and_(device.page.locator(":visible"))
    expect(form.locator("[data-there]")).to_contain_text("Not started")
    expect(form.locator("[data-there]")).to_contain_text("Nothing was done.")
    expect(form.locator("[data-there-by]")).to_contain_text(leader.name)
    expect(form.get_by_label("Note")).to_have_value("Two of six work.")
    form.get_by_label("Note").fill("Two of six work, since yesterday.")
    form.get_by_role("button", name="Keep this check").click()
    expect(form.locator("[data-there]")).to_be_hidden()
    device.hand_in()
    assert seen(advised) == [("not_started", "Nothing was done."), ("in_progress", "Two of six work, since yesterday.")]
