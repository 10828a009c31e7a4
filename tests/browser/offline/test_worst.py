"""What must not happen: a text that stops the lock, a key that stays, a visit removed too early, two tabs at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from monitor.db import db
from monitor.recommendations.models import Recommendation
from monitor.sync import operations as sync
from monitor.sync.models import Device, TakenAlong
from monitor.visits.models import Visit, VisitState
from tests.browser.offline.conftest import FEAR, SHOWER, at_the_office, offline, said, write_offline
from tests.browser.pages.device_page import SHELL, DevicePage

UNFIT = "They beat him.\x0b"
BREAKS_OFF = """(address) => {
  window.answering = window.fetch;
  window.fetch = async (url, options) => {
    const answer = await window.answering(url, options);
    if (!String(url).includes(address)) return answer;
    const broken = new ReadableStream({ start: (stream) => stream.error(new TypeError("network error")) });
    return new Response(broken, { status: answer.status, headers: answer.headers });
  };
}"""
"""The server is killed, or the network goes, between the head of its answer and the end."""


def type_in(device: DevicePage, text: str) -> None:
    """Put a text into the protected comment as a paste does: letters that no key types come along."""
    device.comment(FEAR).evaluate(
        "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }", text
    )


def test_a_text_that_cannot_be_sealed_holds_up_nothing(sealing_device: DevicePage, visit: Visit) -> None:
    device = sealing_device
    offline(device)
    device.open_at(FEAR)
    type_in(device, UNFIT)
    device.is_saved()
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.visits()
    expect(device.page.locator("[data-refused-part]")).to_contain_text("They beat him.")
    offline(device, False)
    expect(device.list).to_contain_text("Not yet handed in: 1", timeout=30_000)
    assert said(visit)[SHOWER.id][1] == "Cold."
    device.page.get_by_role("button", name="Lock").click()
    expect(device.page.locator("#passphrase")).to_be_visible()
    device.unlock()
    device.open_at(FEAR)
    type_in(device, "They beat him.")
    device.is_saved()
    device.hand_in()


def test_the_lock_closes_over_what_could_not_be_kept(device: DevicePage) -> None:
    device.page.on("dialog", lambda dialog: dialog.dismiss())  # whoever is asked says: stay
    offline(device)
    device.open_at(SHOWER)
    device.page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'DataError'); }; }")
    device.comment(SHOWER).fill("Cold.")
    expect(device.status).to_contain_text("could not be kept")
    device.page.get_by_role("button", name="Lock").click()
    expect(device.page.locator("#passphrase")).to_be_visible(timeout=20_000)
    assert "Cold." not in device.page.content()


def test_it_locks_by_itself_whatever_the_clock_says(device: DevicePage) -> None:
    device.open_at(SHOWER)
    device.page.evaluate(
        """() => { const began = performance.now.bind(performance);
             Date.now = () => 0; performance.now = () => began() + 121_000; }"""
    )
    expect(device.page.locator("#passphrase")).to_be_visible(timeout=20_000)


def test_a_clock_that_was_years_ahead_shuts_nobody_out(device: DevicePage) -> None:
    device.start()
    device.page.goto("about:blank")
    device.page.goto(f"{SHELL}#visits")
    device.page.evaluate("() => { const now = Date.now.bind(Date); Date.now = () => now() + 10 * 365 * 86_400_000; }")
    for _ in range(3):
        device.unlock("not the passphrase")
        expect(device.page.locator("[data-unlock] button")).to_be_enabled()
    device.page.goto("about:blank")
    device.page.goto(f"{SHELL}#visits")
    expect(device.page.locator("[data-unlock] [role=status]")).to_contain_text("Wait")
    expect(device.page.locator("[data-unlock] [role=status]")).to_have_text("", timeout=15_000)
    device.unlock()
    expect(device.list).to_be_visible()


def test_a_device_is_open_in_one_tab_at_a_time(device: DevicePage) -> None:
    device.visits()
    other = DevicePage(device.page.context.new_page(), device.visit_id)
    other.page.goto(f"{SHELL}#visits")
    other.unlock()
    expect(other.problem).to_contain_text("another tab")
    device.page.close()
    other.unlock()
    expect(other.list).to_be_visible()


def test_a_device_can_be_set_up_again_after_it_was_withdrawn(device: DevicePage, visit: Visit) -> None:
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.page.get_by_role("button", name="Lock").click()
    expect(device.page.locator("#passphrase")).to_be_visible()
    with at_the_office():
        db.session.query(Device).one().withdrawn_at = datetime.now(UTC)
    device.unlock()
    expect(device.problem).to_contain_text("withdrawn")
    device.page.goto("about:blank")
    device.take_along()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("")
    device.comment(SHOWER).fill("Cold water.")
    device.is_saved()
    device.start()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("Cold water.")


@pytest.mark.parametrize("address", ["/hand-in", "/receipt", "/session"])
def test_an_office_that_breaks_off_in_the_midst_of_its_answer_was_not_reached(
    device: DevicePage, visit: Visit, address: str
) -> None:
    write_offline(device)
    device.page.evaluate(BREAKS_OFF, address)
    offline(device, False)
    device.visits()
    device.page.get_by_role("button", name="Hand in now").click()
    expect(device.problem).to_contain_text("cannot be reached")
    device.page.evaluate("() => { window.fetch = window.answering; }")
    device.hand_in()
    assert said(visit)[SHOWER.id][1] == "Cold."


def hand_in_without_receipt(device: DevicePage) -> None:
    write_offline(device)
    device.page.route("**/receipt", lambda route: route.abort())
    offline(device, False)
    expect(device.list).to_contain_text("Everything is at the office", timeout=30_000)


def test_a_visit_stays_until_a_receipt_confirms_it(device: DevicePage, visit: Visit) -> None:
    hand_in_without_receipt(device)
    assert said(visit)[SHOWER.id][1] == "Cold."
    with at_the_office():
        visit.state = VisitState.REVIEW
    device.start()
    device.page.wait_for_timeout(3000)
    expect(device.list.locator("li")).to_have_count(1)
    device.page.unroute("**/receipt")
    device.start()
    expect(device.list.locator("li")).to_have_count(0, timeout=30_000)
    db.session.rollback()
    assert db.session.query(TakenAlong).one().handed_in_at


def test_what_the_office_no_longer_has_and_now_refuses_is_work_again(
    device: DevicePage, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in_without_receipt(device)
    monkeypatch.setattr(sync, "receipt", missing_all)
    with at_the_office():  # as if it had been restored from a backup, and the visit had gone on
        visit.state = VisitState.REVIEW
    device.page.unroute("**/receipt")
    device.start()
    expect(device.page.locator("[data-refused-part]")).to_contain_text("Cold.", timeout=30_000)
    expect(device.list.locator("li")).to_have_count(1)


def missing_all(_visit: Visit, _device: Device, digests: Any, **_given: Any) -> list[Any]:
    return list(digests)


def test_trying_again_twice_writes_once(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.go(f"visit/{visit.id}/recommendations")
    device.page.locator("#rec-text").fill("Repair the showers.")
    device.page.get_by_role("button", name="Keep this draft").dblclick()
    expect(device.page.locator("[data-drafts] li")).to_have_count(1)
    device.visits()
    offline(device, False)
    device.page.get_by_role("button", name="Hand in now").dblclick()
    expect(device.done).to_contain_text("Everything arrived", timeout=30_000)
    db.session.rollback()
    assert db.session.query(Recommendation).count() == 1
