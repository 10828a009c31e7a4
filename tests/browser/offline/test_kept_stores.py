"""A device as a released version left it: every later version opens it, and hands in all that lies there."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.db import begin_as_reader, db
from monitor.evidence.models import StoredFile
from monitor.interviews.models import Talk
from monitor.recommendations import queries as recommendations
from monitor.sync.models import Device, TakenAlong
from monitor.tenancy import across_mechanisms, acting_for
from monitor.vault.keyring import Keyring, open_records
from monitor.visits import queries as visit_queries
from monitor.visits.models import Visit
from tests.browser.conftest import enter, serving, set_up_codes
from tests.browser.offline.conftest import CLEANING, FEAR
from tests.browser.offline.kept import STORES, lay_out_rows, lay_out_stores, note_keys
from tests.browser.pages.device_page import DevicePage
from tests.conftest import make_app

Kept = dict[str, Any]


@pytest.fixture(params=sorted(STORES.glob("*.json")), ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest) -> Kept:
    """What lay on a device, and what the office knew of it."""
    found: Kept = json.loads(request.param.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def office(kept: Kept, tmp_path: Path) -> Iterator[Flask]:
    """The office of that time, brought up to this version; the test acts for its mechanism."""
    app = make_app(tmp_path / "instance")
    with app.app_context():
        upgrade(revision=kept["revision"])
        lay_out_rows(kept["tables"])
        upgrade()
        with across_mechanisms():
            mechanism_id = db.session.get_one(Visit, UUID(kept["visit"])).mechanism_id
            note_keys()
        with acting_for(mechanism_id):
            yield app
        begin_as_reader(False)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def page(office: Flask, chromium: Browser) -> Iterator[Page]:
    """A browser of the person who set the device up, signed in, on a profile that has nothing."""
    owner = db.session.scalars(select(User).join(Device, Device.user_id == User.id)).one()
    set_up_codes(owner)
    begin_as_reader(True)
    with serving(office) as address:
        context = chromium.new_context(base_url=address)
        found = context.new_page()
        enter(found, owner.email)
        yield found
        context.close()


def test_there_is_a_store_of_the_first_format() -> None:
    assert "format-1.json" in {path.name for path in STORES.iterdir()}


def test_what_a_released_version_left_on_a_device_arrives_whole(kept: Kept, page: Page) -> None:
    said = kept["said"]
    page.goto("/static/icon.svg")
    lay_out_stores(page, kept["stores"])
    device = DevicePage(page, kept["visit"])
    device.page.route("**/hand-in", lambda route: route.abort())
    device.start()
    expect(device.list).to_contain_text("not finished: 1")
    device.open_at(CLEANING)
    expect(device.comment(CLEANING)).to_have_value(said["answers"][CLEANING.id])
    device.go(f"visit/{kept['visit']}/recommendations")
    expect(device.page.locator("#rec-text")).to_have_value(said["begun"])
    device.page.get_by_role("button", name="Keep this draft").click()
    expect(device.page.locator("[data-drafts] li")).to_have_count(1)
    device.page.unroute("**/hand-in")
    device.hand_in()
    expect(device.done).to_contain_text("removed")
    _compare(kept)


def _compare(kept: Kept) -> None:
    db.session.rollback()
    visit, said = db.session.get_one(Visit, UUID(kept["visit"])), kept["said"]
    assert db.session.scalars(select(TakenAlong)).one().handed_in_at
    heads = {head.item_id: head for head in answers.heads(visit.sheet)}
    assert {item: heads[item].comment for item in said["answers"]} == said["answers"]
    assert visit_queries.findings(visit)[CLEANING.topic_id].found == said["finding"]
    assert [row.text for row in recommendations.of_visit(visit)] == [said["begun"]]
    keyring = Keyring(UUID(kept["reader"]["id"]), b64decode(kept["reader"]["private"]))
    (talk,), (photo,) = db.session.scalars(select(Talk)).all(), db.session.scalars(select(StoredFile)).all()
    change = db.session.scalars(select(AnswerChange).where(AnswerChange.item_id == FEAR.id)).one()
    records = {change.sealed_id: change.owner, talk.records[0].record_id: talk.records[0].owner}
    opened = open_records({id_: owner for id_, owner in records.items() if id_}, keyring)
    texts = [found.get("comment") or found["note"] for found in opened.values() if isinstance(found, dict)]
    assert sorted(texts) == sorted([said["protected"], said["talk"]])
    assert photo.item_id == CLEANING.id
    (picture,) = open_records({photo.record_id: photo.owner}, keyring).values()
    assert isinstance(picture, dict)
    assert b64decode(picture["data"]).startswith(b"\xff\xd8")
