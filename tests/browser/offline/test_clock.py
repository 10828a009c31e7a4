"""A device whose clock is wrong, by a day or by years, says so and loses nothing; the office's clock counts."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.db import db
from monitor.interviews.models import Talk
from monitor.recommendations.models import Recommendation
from monitor.sync.models import TakenAlong
from monitor.vault.keyring import Keyring
from monitor.visits.models import Visit
from tests.browser.offline.conftest import SHOWER, Opener, offline, said, wrong_clock
from tests.browser.pages.device_page import DevicePage


@pytest.mark.parametrize("days", [-1, 1, -6 * 365, 10 * 365])
def test_a_wrong_clock_is_told_and_changes_nothing(
    open_window: Opener, leader: User, visit: Visit, keyring: Keyring, days: int
) -> None:
    page = open_window(leader)
    page.add_init_script(wrong_clock(timedelta(days=days)))
    device = DevicePage(page, visit.id)
    began = datetime.now(UTC)
    device.take_along()
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.go(f"visit/{visit.id}/talks")
    page.locator("#note").fill("Would like to see a doctor.")
    page.get_by_role("button", name="Add the talk").click()
    expect(page.locator("[data-talks] li")).to_have_count(1)
    device.start()
    device.go(f"visit/{visit.id}/recommendations")
    page.locator("#rec-text").fill("Repair the showers.")
    page.get_by_role("button", name="Keep this draft").click()
    expect(page.locator("[data-drafts] li")).to_have_count(1)
    offline(device, False)
    clock = page.locator("[data-clock]")
    expect(clock).to_contain_text("The clock of this device is wrong")
    expect(clock).to_contain_text(f"at the office {began.day} {began:%b %Y}")
    expect(clock).to_contain_text(f"here it is {(began + timedelta(days=days)):%-d %b %Y}")
    device.hand_in()
    assert said(visit)[SHOWER.id][1] == "Cold."
    (head,) = [head for head in answers.heads(visit.sheet) if head.item_id == SHOWER.id]
    (change,) = db.session.query(AnswerChange).filter_by(item_id=SHOWER.id)
    (talk,), (recommendation,) = db.session.query(Talk).all(), db.session.query(Recommendation).all()
    taken = db.session.query(TakenAlong).one()
    moments = [
        head.changed_at,
        change.at,
        talk.created_at,
        recommendation.created_at,
        taken.taken_at,
        taken.handed_in_at,
    ]
    assert all(began <= moment <= datetime.now(UTC) for moment in moments if moment)
    assert None not in moments


def test_a_right_clock_is_not_mentioned(device: DevicePage) -> None:
    device.start()
    with device.page.expect_response("**/device/state"):
        device.start()
    expect(device.page.locator("[data-clock]")).to_be_hidden()
