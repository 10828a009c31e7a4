"""The device itself: its lock, its passphrase, photos, transfer files, updates, and what leaves it."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import abort
from PIL import Image
from playwright.sync_api import Route, expect

from monitor.accounts.models import User
from monitor.db import db
from monitor.evidence.models import StoredFile
from monitor.sync.models import Device, TakenAlong
from monitor.sync.views import shell
from monitor.vault.keyring import Keyring, open_records
from monitor.visits.models import Visit, VisitState
from tests.browser.offline.conftest import (
    CLEANING,
    FEAR,
    SHOWER,
    Opener,
    at_the_office,
    changes,
    eventually,
    offline,
    said,
    write_offline,
)
from tests.browser.pages.device_page import HANDED_IN_WITHIN, PASSPHRASE, SHELL, DevicePage

FULL = """() => {
  window.put ??= IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function () {
    this.transaction.abort();
    throw new DOMException("full", "QuotaExceededError");
  };
}"""
"""Lets the device have no room left."""


DAMAGE = """async () => {
  const asked = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
  const database = await asked(indexedDB.open("monitor"));
  const records = database.transaction("records", "readwrite").objectStore("records");
  const rows = await asked(records.getAll());
  const row = rows.sort((one, other) => one.data.byteLength - other.data.byteLength)[0];
  new Uint8Array(row.data)[0] ^= 1;
  await asked(records.put(row));
  database.close();
}"""
"""Turns one bit in the shortest record: the answer; the visit is longer."""


def test_a_damaged_record_keeps_nobody_from_the_others(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.page.evaluate(DAMAGE)
    device.start()
    expect(device.problem).to_contain_text("1 records on this device are damaged")
    expect(device.list.locator("li")).to_have_count(1)
    device.open_at(CLEANING)
    device.comment(CLEANING).fill("Clean.")
    device.is_saved()
    offline(device, False)
    device.hand_in()
    assert said(visit)[CLEANING.id][1] == "Clean."


def test_a_visit_is_taken_along_again_without_the_page_being_loaded_anew(device: DevicePage, visit: Visit) -> None:
    """A page may make its policy for the service worker once only."""
    device.visits()
    device.go(f"take/{visit.id}")
    expect(device.done).to_contain_text("It works without a network", timeout=HANDED_IN_WITHIN)
    expect(device.problem).to_be_empty()


def test_a_wrong_passphrase_has_to_wait_longer_each_time(device: DevicePage) -> None:
    device.page.goto("about:blank")
    device.page.goto(f"{SHELL}#visits")
    for _ in range(3):
        device.unlock("not the passphrase")
        expect(device.problem).to_contain_text("not the passphrase")
        expect(device.page.locator("[data-unlock] button")).to_be_enabled()
    expect(device.page.locator("[data-unlock] [role=status]")).to_contain_text("Wait")
    device.unlock()
    expect(device.problem).to_contain_text("not the passphrase")  # the right one, too early
    expect(device.page.locator("[data-unlock] [role=status]")).to_have_text("", timeout=15_000)
    device.unlock()
    expect(device.list).to_be_visible()


def test_the_device_locks_by_one_click_and_by_itself(device: DevicePage, visit: Visit) -> None:
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.page.get_by_role("button", name="Lock").click()
    expect(device.page.get_by_label("Passphrase of this device").and_(device.page.locator(":visible"))).to_be_visible()
    assert "Cold." not in device.page.content()
    device.unlock()
    expect(device.page.locator("fieldset[data-item]").first).to_be_visible()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("Cold.")


def test_a_withdrawn_device_wipes_itself_without_anybody_signed_in(device: DevicePage, leader: User) -> None:
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    with at_the_office():
        db.session.query(Device).one().withdrawn_at = datetime.now(UTC)
    device.page.context.clear_cookies()
    device.page.goto("about:blank")
    device.page.goto(f"{SHELL}#visits")
    expect(device.problem).to_contain_text("withdrawn")
    assert device.page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_a_transfer_file_takes_work_to_another_machine(
    device: DevicePage, open_window: Opener, leader: User, visit: Visit, tmp_path: Path
) -> None:
    write_offline(device)
    file = saved_file(device, tmp_path)
    assert b"Cold" not in file.read_bytes()
    other = DevicePage(open_window(leader), visit.id)
    other.take_along()
    altered = tmp_path / "altered.monitor"
    altered.write_text(file.read_text()[:-40], encoding="utf-8")
    one_letter = tmp_path / "one_letter.monitor"
    kept = json.loads(file.read_text())
    swapped = "B" if kept["data"][100] == "A" else "A"
    one_letter.write_text(json.dumps(kept | {"data": kept["data"][:100] + swapped + kept["data"][101:]}))
    for path, passphrase, words in (
        (altered, PASSPHRASE, "no transfer file"), (file, "another passphrase", "does not open"),
        (one_letter, PASSPHRASE, "does not open"),
    ):  # fmt: skip
        open_file(other, path, passphrase)
        expect(other.problem).to_contain_text(words)
    open_file(other, file, PASSPHRASE)
    expect(other.done).to_contain_text("1 records")
    other.hand_in()
    assert said(visit)[SHOWER.id][1] == "Cold."
    offline(device, False)
    device.hand_in()  # the same record from the first device: it is there already
    assert changes() == 1


def test_a_transfer_file_of_another_mechanism_is_refused_as_a_whole(
    device: DevicePage, open_window: Opener, leader: User, visit: Visit, tmp_path: Path
) -> None:
    def elsewhere(route: Route) -> None:
        answer = route.fetch()
        pack = answer.json()
        route.fulfill(response=answer, json=pack | {"visit": pack["visit"] | {"mechanism": str(uuid4())}})

    other = DevicePage(open_window(leader), visit.id)
    other.page.route("**/take-along", elsewhere)
    other.take_along()
    write_offline(device)
    file = saved_file(device, tmp_path)
    open_file(other, file, PASSPHRASE)
    expect(other.problem).to_contain_text("another mechanism")
    expect(other.page.locator("[data-unsent]")).to_be_hidden()


def saved_file(device: DevicePage, folder: Path) -> Path:
    device.page.locator("[data-export]").get_by_label("Passphrase of this device").fill(PASSPHRASE)
    with device.page.expect_download() as download:
        device.page.get_by_role("button", name="Save a transfer file").click()
    file = folder / "transfer.monitor"
    download.value.save_as(file)
    return file


def open_file(device: DevicePage, path: Path, passphrase: str) -> None:
    device.page.get_by_label("Open a transfer file of another device").set_input_files(path)
    device.page.get_by_label("Passphrase of that device").fill(passphrase)
    device.page.locator("[data-import]").get_by_role("button", name="Open", exact=True).click()


def test_a_protected_question_takes_no_photo_on_a_device(device: DevicePage) -> None:
    """The device could not seal it as it seals what is said there."""
    device.open_at(FEAR)
    expect(device.question(FEAR).locator("[data-photo]")).to_have_count(0)
    expect(device.question(FEAR)).to_contain_text("Photos of this question are added at the office")


def test_a_photo_that_is_still_being_unpacked_is_waited_for(device: DevicePage, tmp_path: Path) -> None:
    offline(device)
    device.open_at(CLEANING)
    device.page.evaluate(
        """() => { const unpack = window.createImageBitmap.bind(window);
             window.createImageBitmap = async (...given) => {
               await new Promise((go) => setTimeout(go, 1500));
               return unpack(...given); }; }"""
    )
    photo = tmp_path / "room.png"
    photo.write_bytes(picture("PNG", (40, 30)))
    device.question(CLEANING).locator("[data-photo]").set_input_files(photo)
    device.page.get_by_role("button", name="Lock").click()
    expect(device.page.locator("#passphrase")).to_be_visible()
    device.unlock()
    expect(device.page.locator("[data-unsent]")).to_contain_text("1")


def test_photos_are_made_anew_and_what_is_no_photo_is_refused(
    sealing_device: DevicePage, keyring: Keyring, tmp_path: Path
) -> None:
    device = sealing_device
    offline(device)
    device.open_at(CLEANING)
    photos = device.question(CLEANING).locator(".offline-photos")
    field = device.question(CLEANING).locator("[data-photo]")
    for unfit, words in (
        (picture("PNG", (9000, 9000), mode="1"), "too large"),  # 81 million points in ten kilobytes
        (b"no picture", "no picture that the browser can read"),
        (b"\xff\xd8" + bytes(50 * 1024 * 1024), "too large"),
    ):
        (tmp_path / "photo.png").write_bytes(unfit)
        field.set_input_files(tmp_path / "photo.png")
        expect(device.problem).to_contain_text(words)
        expect(photos.locator("li")).to_have_count(0)
    exif = Image.Exif()
    exif[0x013B] = "Amina Diallo"
    taken = picture("JPEG", (2400, 1200), exif=exif)
    assert b"Amina" in taken
    field.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": taken})
    expect(photos.locator("li")).to_have_count(1)
    offline(device, False)
    device.hand_in()
    db.session.rollback()
    (file,) = db.session.query(StoredFile).all()
    assert file.item_id == CLEANING.id
    (content,) = open_records({file.record_id: file.owner}, keyring).values()
    arrived = Image.open(BytesIO(b64decode(content["data"])))
    assert (arrived.size, dict(arrived.getexif())) == ((1600, 800), {})


def picture(kind: str, size: tuple[int, int], *, mode: str = "RGB", **saved: Any) -> bytes:
    made = BytesIO()
    Image.new(mode, size).save(made, kind, **saved)
    return made.getvalue()


def test_an_update_comes_while_a_draft_is_open(device: DevicePage, monkeypatch: pytest.MonkeyPatch) -> None:
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    before = device.page.evaluate("caches.keys()")
    monkeypatch.setattr(shell, "shell_html", lambda language, version: "a page of the next release")
    device.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    # not before: while the next release still fills its cache, a second one would be ignored
    assert eventually(lambda: len(now := device.page.evaluate("caches.keys()")) == 1 and now != before)
    device.comment(SHOWER).fill("Cold, in both wings.")
    device.is_saved()
    monkeypatch.undo()
    device.page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    assert eventually(lambda: device.page.evaluate("caches.keys()") == before)
    offline(device)
    device.start()
    device.open_at(SHOWER)
    expect(device.comment(SHOWER)).to_have_value("Cold, in both wings.")


def test_an_update_that_fails_half_way_leaves_the_page_that_works(
    device: DevicePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = device.page.evaluate("caches.keys()")
    active = "navigator.serviceWorker.ready.then((registration) => registration.active.state)"
    failed = """async () => {
      const registration = await navigator.serviceWorker.ready;
      const update = await registration.update();
      const next = update.installing;
      if (next) await new Promise((done) => (next.onstatechange = () => next.state !== "installed" && done()));
      return next?.state; }"""
    monkeypatch.setattr(shell, "_shells", lambda: ["the next release"])
    monkeypatch.setattr(shell, "shell_html", lambda language, version: abort(503))
    assert device.page.evaluate(failed) == "redundant"
    assert device.page.evaluate(active) == "activated"
    assert before[0] in device.page.evaluate("caches.keys()")
    offline(device)
    device.start()
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()


def test_the_last_tick_counts_also_while_the_disk_still_writes_the_first(device: DevicePage) -> None:
    device.visits()
    device.box_to_keep.evaluate("(box) => [box.click(), box.click(), box.click(), box.click()]")
    expect(device.box_to_keep).not_to_have_attribute("aria-busy", "true")
    expect(device.box_to_keep).not_to_be_checked()
    device.start()
    expect(device.box_to_keep).not_to_be_checked()


def test_a_visit_that_is_over_at_the_office_leaves_the_device(device: DevicePage, visit: Visit) -> None:
    device.visits()
    device.keep_here(True)
    with at_the_office():
        visit.state = VisitState.REVIEW
    device.start()
    expect(device.list.locator("li")).to_have_count(1)  # kept on purpose
    device.page.route("**/device/state", lambda route: route.abort())
    device.start()
    device.keep_here(False)  # while the office says nothing: it would leave at once
    device.page.unroute("**/device/state")
    device.start()
    expect(device.done).to_contain_text("It was removed from this device")
    expect(device.list.locator("li")).to_have_count(0)
    db.session.rollback()
    assert db.session.query(TakenAlong).one().removed_at


def test_a_visit_that_is_over_stays_while_work_on_it_waits(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    with at_the_office():
        visit.state = VisitState.REVIEW
    offline(device, False)
    device.start()
    expect(device.page.locator("[data-refused-part]")).to_contain_text("Cold.", timeout=30_000)
    expect(device.list.locator("li")).to_have_count(1)


def test_what_a_full_device_cannot_keep_beside_the_questions_stays_on_the_page(
    device: DevicePage, visit: Visit
) -> None:
    offline(device)
    device.open_at(CLEANING)
    device.page.evaluate(FULL)
    finding = device.page.locator(f'[data-finding="{CLEANING.topic_id}"]')
    finding.locator("summary").click()
    finding.get_by_label("What we found").fill("Mould")
    expect(device.problem).to_contain_text("no room left")
    device.go("visits")
    expect(finding.get_by_label("What we found")).to_have_value("Mould")
    expect(device.list).to_be_hidden()
    device.page.evaluate("() => { IDBObjectStore.prototype.put = window.put; }")
    finding.get_by_label("What we found").fill("Mould on the walls")
    device.go(f"visit/{visit.id}/recommendations")
    device.page.evaluate(FULL)
    device.page.locator("#rec-text").fill("Repair the showers")
    expect(device.problem).to_contain_text("no room left")
    device.go(f"visit/{visit.id}/place")
    device.go(f"visit/{visit.id}/recommendations")
    expect(device.page.locator("#rec-text")).to_have_value("Repair the showers")
