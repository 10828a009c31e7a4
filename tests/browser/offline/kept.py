"""What lay on a device that a released version filled, and the office's rows beside it: how they are kept and laid out.

`python -m tests.browser.offline.kept NAME` fills a device by the version at hand and writes
tests/data/devices/stores/NAME.json; a file that was written once is never changed. In it:

    revision   the revision of the database
    tables     table -> rows, of all that a device can depend on; signing in is left to the version that reads it
    stores     object store of IndexedDB -> rows; bytes are {"as": what held them, "base64": text}
    reader     the key that opens what was sealed: {id, private}
    visit      its id
    said       what the device holds: item -> comment, and the texts of finding, talk, protected, begun
"""

import json
import sys
import tempfile
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import select, text

from monitor.accounts.models import User, UserKey
from monitor.audit.operations import record_event
from monitor.db import Base, db
from monitor.sealing.key_pairs import fingerprint
from monitor.tenancy import across_mechanisms
from monitor.vault.keyring import Keyring
from monitor.vault.models import CompartmentKey
from tests.browser.conftest import CHROMIUM, QUIET, enter, serving, set_up_codes
from tests.browser.offline.conftest import CLEANING, FEAR, SHOWER
from tests.browser.pages.device_page import DevicePage
from tests.conftest import NOW
from tests.drills.installation import installed
from tests.factories import accounts, keys, places, visits

STORES: Final = Path(__file__).parents[2] / "data" / "devices" / "stores"
OF_SIGNING_IN: Final = {"audit_event", "known_browser", "one_time_codes", "passkey", "password_try", "recovery_code",
                        "user_session"}  # fmt: skip
"""Tables whose rows need the key files of the instance, or say who came when."""
READ: Final = """async () => {
  const asking = indexedDB.open("monitor");
  const database = await new Promise((go) => { asking.onsuccess = () => go(asking.result); });
  const plain = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = Array.from(new Uint8Array(value.buffer ?? value), (byte) => String.fromCharCode(byte));
      return { as: value.constructor.name, base64: btoa(bytes.join("")) };
    }
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  };
  const found = {};
  for (const name of database.objectStoreNames) {
    const asked = database.transaction(name).objectStore(name).getAll();
    found[name] = plain(await new Promise((go) => { asked.onsuccess = () => go({ ...asked.result }); }));
  }
  database.close();
  return Object.fromEntries(Object.entries(found).map(([name, rows]) => [name, Object.values(rows)]));
}"""
WRITE: Final = """async (stores) => {
  const asking = indexedDB.open("monitor", 1);
  asking.onupgradeneeded = () => {
    for (const name of Object.keys(stores)) asking.result.createObjectStore(name, { keyPath: "id" });
  };
  const database = await new Promise((go) => { asking.onsuccess = () => go(asking.result); });
  const whole = (value) => {
    if (value === null || typeof value !== "object") return value;
    if ("base64" in value) {
      const bytes = Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
      return value.as === "ArrayBuffer" ? bytes.buffer : bytes;
    }
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, whole(each)]));
  };
  const change = database.transaction(Object.keys(stores), "readwrite");
  for (const [name, rows] of Object.entries(stores)) for (const row of rows) change.objectStore(name).put(whole(row));
  await new Promise((go, stop) => { change.oncomplete = go; change.onabort = stop; });
  database.close();
}"""


def lay_out_rows(tables: dict[str, list[dict[str, Any]]]) -> None:
    """Put kept rows into a database of their revision, which holds nothing."""
    with across_mechanisms(), db.engine.connect() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = 1"))  # tables come in any order
        for table, rows in tables.items():
            for row in rows:
                names, places_ = ", ".join(row), ", ".join(f":{name}" for name in row)
                values = {name: _whole(value) for name, value in row.items()}
                connection.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({places_})'), values)  # noqa: S608
        connection.commit()


def lay_out_stores(page: Page, stores: dict[str, Any]) -> None:
    """Put the kept content of a device into a browser that has none; the page is one of the site's."""
    page.evaluate(WRITE, stores)


def _whole(value: Any) -> Any:
    return b64decode(value["base64"]) if isinstance(value, dict) else value


def _plain(value: Any) -> Any:
    return {"as": "bytes", "base64": b64encode(value).decode()} if isinstance(value, bytes) else value


def note_keys() -> None:
    """Note the keys that were laid out in the log: it is not kept, for each installation seals its own."""
    for key in db.session.scalars(select(CompartmentKey)).all():
        _note("compartment-key:made", key, key.id)
    for own in db.session.scalars(select(UserKey)).all():
        _note("user:key-made", own, own.user_id)
    db.session.commit()


def _note(tag: str, key: CompartmentKey | UserKey, subject_id: UUID) -> None:
    said = {"key": str(key.id), "fingerprint": fingerprint(key.public)}
    record_event(tag, mechanism_id=key.mechanism_id, subject_id=subject_id, by=None, at=NOW, **said)


def _tables() -> dict[str, list[dict[str, Any]]]:
    found = {}
    with across_mechanisms(), db.engine.connect() as connection:
        for name in Base.metadata.tables.keys() - OF_SIGNING_IN:
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()  # noqa: S608
            found[name] = [{key: _plain(value) for key, value in row.items()} for row in rows]
    return {name: rows for name, rows in sorted(found.items()) if rows}


SAID: Final = {
    "answers": {SHOWER.id: "Cold water only.", CLEANING.id: "عفن على الجدران"},
    "protected": "They looked at the door.",
    "finding": "Mould in both wings.",
    "talk": "Would like to see a doctor.",
    "begun": "Repair the show",
}


def fill(device: DevicePage) -> None:
    """Write one of everything without a network; half of a recommendation stays in its field."""
    device.page.context.set_offline(True)
    for item in (SHOWER, CLEANING):
        device.open_at(item)
        device.comment(item).fill(SAID["answers"][item.id])
        device.is_saved()
    picture = BytesIO()
    Image.new("RGB", (64, 48), "grey").save(picture, "JPEG")
    field = device.question(CLEANING).locator("[data-photo]")
    field.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    expect(device.question(CLEANING).locator("[data-photos] li")).to_have_count(1)
    finding = device.page.locator(f'[data-finding="{CLEANING.topic_id}"]')
    finding.locator("summary").click()
    finding.get_by_label("What we found").fill(SAID["finding"])
    device.open_at(FEAR)
    device.comment(FEAR).fill(SAID["protected"])
    device.is_saved()
    device.go(f"visit/{device.visit_id}/talks")
    device.page.locator("#note").fill(SAID["talk"])
    device.page.get_by_role("button", name="Add the talk").click()
    expect(device.page.locator("[data-talks] li")).to_have_count(1)
    device.go(f"visit/{device.visit_id}/recommendations")
    device.page.locator("#rec-text").press_sequentially(SAID["begun"])
    device.visits()
    expect(device.list).to_contain_text("not finished: 1")


def make(app: Flask, leader: User, keyring: Keyring, visit_id: UUID) -> dict[str, Any]:
    """Fill a device by the version at hand; returns what is to be kept."""
    email = leader.email
    set_up_codes(leader)
    with serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_context(base_url=address).new_page()
        enter(page, email)
        device = DevicePage(page, visit_id)
        device.take_along()
        fill(device)
        stores = page.evaluate(READ)
        browser.close()
    db.session.rollback()
    with across_mechanisms(), db.engine.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    reader = {"id": str(keyring.user_key_id), "private": b64encode(keyring.private).decode()}
    return {
        "revision": revision, "visit": str(visit_id), "reader": reader, "said": SAID, "stores": stores,
        "tables": _tables(),
    }  # fmt: skip


def main(name: str) -> None:
    """Write a file of what a device holds now."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation, installation.acting():
        body = installation.body
        leader = accounts.monitor(body, name="Amina Diallo")
        reader, keyring = keys.own_key(accounts.coordinator(body))
        keys.compartments(body, reader)
        visit = visits.under_way(places.place(body.mechanism), lead=leader, form="full")
        kept = make(installation.app, leader, keyring, visit.id)
    with (STORES / f"{name}.json").open("x", encoding="utf-8") as file:
        json.dump(kept, file, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
