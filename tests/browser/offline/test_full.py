"""A device whose disk is full says so, loses nothing, and goes on once there is room again."""

import pytest
from playwright.sync_api import expect

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.db import db
from monitor.recommendations.models import Recommendation
from monitor.visits.models import Visit
from tests.browser.offline.conftest import SHOWER, Opener, changes, offline, said, write_offline
from tests.browser.pages.device_page import SHELL, DevicePage

QUOTA = 5 * 1024 * 1024
"""Bytes that the browser gives the site: the page's own files and some more."""
FILL = """async () => {
  const asking = indexedDB.open("filler", 1);
  asking.onupgradeneeded = () => asking.result.createObjectStore("rest", { autoIncrement: true });
  const database = await new Promise((go) => { asking.onsuccess = () => go(asking.result); });
  const put = (length) => new Promise((go) => {
    const change = database.transaction("rest", "readwrite", { durability: "strict" });
    change.objectStore("rest").put(crypto.getRandomValues(new Uint8Array(length)));
    change.oncomplete = () => go(true);
    change.onabort = () => go(false);
  });
  for (const length of [1 << 16, 1 << 12, 1 << 8, 1 << 5]) while (await put(length));
  database.close();
}"""
"""Something else takes all the room that is left."""
EMPTY = """() => new Promise((go, stop) => {
  const asking = indexedDB.deleteDatabase("filler");
  Object.assign(asking, { onsuccess: () => go(), onerror: stop, onblocked: stop });
})"""


@pytest.fixture
def device(open_window: Opener, leader: User, visit: Visit) -> DevicePage:
    """A device with little room that took the visit along."""
    page = open_window(leader)
    page.goto("/")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin"), "quotaSize": QUOTA})
    found = DevicePage(page, visit.id)
    found.take_along()
    return found


def test_what_does_not_fit_stays_on_the_page_and_is_kept_once_there_is_room(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.page.evaluate(FILL)
    device.comment(SHOWER).fill("Cold water only.")
    expect(device.status).to_contain_text("no room left")
    device.go("visits")
    expect(device.status).to_contain_text("no room left")
    expect(device.list).to_be_hidden()  # nobody leaves a text behind unasked
    expect(device.comment(SHOWER)).to_have_value("Cold water only.")
    device.page.evaluate(EMPTY)
    device.comment(SHOWER).press_sequentially("!")
    device.is_saved()
    device.start()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("Cold water only.!")
    offline(device, False)
    device.hand_in()
    assert said(visit)[SHOWER.id][1] == "Cold water only.!"


def test_what_stood_before_still_stands_on_a_device_without_room(device: DevicePage) -> None:
    write_offline(device)
    device.page.evaluate(FILL)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold water only.")
    expect(device.status).to_contain_text("no room left")
    device.page.on("dialog", lambda dialog: dialog.accept())
    device.page.goto("about:blank")
    device.page.goto(f"{SHELL}#visits")
    device.unlock("not the passphrase")
    expect(device.problem).to_contain_text("not the passphrase")
    device.unlock()
    expect(device.list).to_be_visible()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("Cold.")


def test_a_device_without_room_hands_in_and_has_room_then(device: DevicePage, visit: Visit) -> None:
    write_offline(device)
    device.go(f"visit/{visit.id}/recommendations")
    device.page.locator("#rec-text").fill("Repair the showers")
    device.page.get_by_role("button", name="Keep this draft").click()
    expect(device.page.locator("[data-drafts] li")).to_have_count(1)
    device.visits()
    device.page.evaluate(FILL)
    device.page.route("**/receipt", lambda route: route.abort())
    offline(device, False)
    expect(device.list).to_contain_text("Everything is at the office", timeout=30_000)
    device.start()  # nothing of that was written down
    device.page.unroute("**/receipt")
    device.hand_in()
    expect(device.done).to_contain_text("removed")
    db.session.rollback()
    assert (changes(), db.session.query(Recommendation).count(), len(answers.clashes(visit.sheet))) == (1, 1, 0)
    device.start()
    expect(device.list.locator("li")).to_have_count(0)
