"""Findings on a device: kept while they are typed; both texts are shown where somebody wrote meanwhile."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Route, expect

from monitor.accounts.models import User
from monitor.db import db
from monitor.visits import operations
from monitor.visits import queries as visit_queries
from monitor.visits.models import Visit
from tests.browser.offline.conftest import CLEANING, at_the_office, offline
from tests.browser.pages.device_page import DevicePage


def begin_finding(device: DevicePage) -> tuple[Locator, Locator]:
    """Begin to write what was found, without a network; returns the part of the topic, and the field."""
    offline(device)
    device.open_at(CLEANING)
    finding = device.page.locator(f'[data-finding="{CLEANING.topic_id}"]')
    finding.locator("summary").click()
    found = finding.get_by_label("What we found")
    found.press_sequentially("Mould")
    return finding, found


def written(visit: Visit, topic: str) -> str:
    """Return what the office has of a finding."""
    db.session.rollback()
    return visit_queries.findings(visit)[topic].found


def test_findings_go_both_ways(device: DevicePage, visit: Visit, leader: User) -> None:
    topic = CLEANING.topic_id
    finding, found = begin_finding(device)
    expect(device.page.locator("[data-unsent]")).to_contain_text("1")  # kept while the cursor is still in the field
    offline(device, False)
    expect(device.page.locator("[data-unsent]")).to_be_hidden(timeout=30_000)
    found.press_sequentially(" on the walls")  # typed on after the office took the first words
    device.hand_in()
    assert written(visit, topic) == "Mould on the walls"
    device.take_again()
    offline(device)
    device.open_at(CLEANING)
    found.fill("Mould on every wall")
    device.visits()
    with at_the_office():
        operations.save_finding(visit, topic, found="Damp", why="", base_version=2, by=leader, at=datetime.now(UTC))
    offline(device, False)
    refused = device.page.locator("[data-refused-part]")
    expect(refused).to_contain_text("Mould on every wall", timeout=30_000)
    refused.get_by_role("link", name="Open it to mend it").click()
    expect(finding).to_contain_text("At the office it stands like this")
    expect(finding).to_contain_text("Damp")
    expect(finding.locator("[data-there-by]")).to_contain_text(leader.name)
    expect(finding.locator("[data-there-by]")).to_contain_text(":")  # the time of day
    found.fill("Damp, and mould on every wall")
    device.visits()
    device.page.get_by_role("button", name="Hand in now").click()
    expect(refused).to_contain_text("Damp, and mould", timeout=30_000)  # typing alone writes over nobody
    refused.get_by_role("link", name="Open it to mend it").click()
    finding.get_by_role("button", name="Take what is in the fields").click()
    expect(finding.locator("[data-there]")).to_be_hidden()
    device.hand_in()
    assert written(visit, topic) == "Damp, and mould on every wall"


@pytest.mark.parametrize("at_once", [False, True], ids=["once it is shown", "before the office answers"])
def test_who_types_on_over_a_finding_of_the_office_is_shown_it_and_writes_over_nothing(
    device: DevicePage, visit: Visit, leader: User, at_once: bool
) -> None:
    topic = CLEANING.topic_id
    finding, found = begin_finding(device)
    expect(device.page.locator("[data-unsent]")).to_contain_text("1")
    with at_the_office():
        operations.save_finding(visit, topic, found="Damp", why="", base_version=0, by=leader, at=datetime.now(UTC))
    offline(device, False)
    if not at_once:
        expect(finding.locator("[data-there]")).to_be_visible(timeout=30_000)
    found.press_sequentially(" on the walls")  # the cursor never left the field
    expect(finding.locator("[data-there]")).to_be_visible()
    device.visits()
    refused = device.page.locator("[data-refused-part]")
    device.page.get_by_role("button", name="Hand in now").click()
    expect(refused).to_contain_text("Mould on the walls", timeout=30_000)
    assert written(visit, topic) == "Damp"


def test_a_finding_whose_answer_was_lost_can_be_typed_on(device: DevicePage, visit: Visit) -> None:
    """Sent again, it is not taken for somebody else's: the office has what was sent."""

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    _, found = begin_finding(device)
    device.visits()
    device.page.route("**/hand-in", lose_the_answer, times=1)
    with device.page.expect_event("requestfailed", lambda request: request.url.endswith("/hand-in")):
        offline(device, False)
    offline(device)
    assert written(visit, CLEANING.topic_id) == "Mould"
    device.open_at(CLEANING)
    found.fill("Mould on the walls")
    device.visits()
    offline(device, False)
    device.hand_in()
    assert written(visit, CLEANING.topic_id) == "Mould on the walls"
