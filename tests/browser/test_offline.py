"""A visit on a device, in a real browser whose network goes and comes: nothing typed is lost, nothing comes twice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, writing
from monitor.guide.hints import hints
from monitor.guide.loading import get_guide
from monitor.interviews.models import Talk
from monitor.sync.models import Arrival, Device, TakenAlong
from monitor.sync.views import shell
from monitor.vault.keyring import open_records
from monitor.visits import operations
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages.device_page import PASSPHRASE, SHELL, DevicePage
from tests.browser.pages.form_page import FormPage
from tests.factories import accounts, keys, places, visits

Opener = Callable[..., Page]
ITEMS = get_guide().items
CLEANING, SHOWER, SINGLE, FEAR = (ITEMS[id_] for id_ in ("san-cleaning", "san-shower", "space-single", "int-fear"))
FROM_THE_SERVER = (".item-help", ".last-time", ".item-files", ".hints", ".offline-photos")
"""Parts of a question that speak of one visit, or lead to the office's pages."""


@pytest.fixture
def leader(body: Body) -> User:
    return accounts.monitor(body, name="Amina Diallo")


@pytest.fixture
def visit(mechanism: Mechanism, leader: User) -> Visit:
    return visits.under_way(places.place(mechanism), lead=leader, form="full")


@pytest.fixture
def device(open_window: Opener, leader: User, visit: Visit) -> DevicePage:
    """A device that took the visit along."""
    found = DevicePage(open_window(leader), visit.id)
    found.take_along()
    return found


def said(visit: Visit) -> dict[str, Any]:
    db.session.rollback()
    heads = answers.heads(visit.sheet)
    return {head.item_id: (head.value, head.comment) for head in heads if head.item_id != "prep-visit-type"}


def rows(model: Any) -> int:
    db.session.rollback()
    return db.session.query(model).count()


@contextmanager
def at_the_office() -> Iterator[None]:
    """Write to the database beside the server; a transaction that began as a reader cannot."""
    db.session.rollback()
    with writing():
        yield
        db.session.commit()


def changes() -> int:
    """Count what was written to the question about showers."""
    db.session.rollback()
    return db.session.query(AnswerChange).filter_by(item_id=SHOWER.id).count()


def offline(device: DevicePage, is_offline: bool = True) -> None:
    device.page.context.set_offline(is_offline)


def test_a_day_without_a_network_arrives_whole(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(CLEANING)
    device.type_answer(
        CLEANING,
        {"value": "does_not_meet", "comment": "Mould on the walls.", "sources": ["observation"], "urgent": True},
    )
    device.open_at(SHOWER)
    device.type_answer(SHOWER, {"value": 2, "comment": "", "sources": [], "urgent": False})
    device.is_saved()
    device.start()  # without a network: the page itself comes from the device
    device.open_at(CLEANING)
    expect(device.comment(CLEANING)).to_have_value("Mould on the walls.")
    device.visits()
    expect(device.list).to_contain_text("Not yet handed in: 2")
    device.page.get_by_role("button", name="Hand in now").click()
    expect(device.problem).to_contain_text("cannot be reached")
    assert said(visit) == {}
    offline(device, False)
    device.hand_in()
    expect(device.done).to_contain_text("2 records")
    expect(device.done).to_contain_text("removed")
    assert said(visit) == {CLEANING.id: ("does_not_meet", "Mould on the walls."), SHOWER.id: (2, "")}
    (taken,) = db.session.query(TakenAlong).all()
    assert taken.handed_in_at
    assert taken.removed_at


def test_it_hands_in_by_itself_when_the_network_is_back(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold water only.")
    device.is_saved()
    expect(device.page.locator("[data-unsent]")).to_contain_text("1")
    offline(device, False)
    expect(device.page.locator("[data-unsent]")).to_be_hidden(timeout=30_000)
    assert said(visit)[SHOWER.id] == (None, "Cold water only.")
    device.comment(SHOWER).fill("Cold water only, in both wings.")  # the page was open all the while
    device.is_saved()
    device.hand_in()
    assert said(visit)[SHOWER.id] == (None, "Cold water only, in both wings.")
    assert not answers.clashes(visit.sheet)


def test_answers_lost_on_the_way_back_are_sent_again_and_change_nothing(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold water only.")
    device.is_saved()
    device.visits()
    offline(device, False)
    lost = []

    def swallow(route: Any) -> None:
        lost.append(route.fetch())  # the server takes it, and its answer never comes back
        route.abort()

    device.page.route("**/hand-in", swallow)
    device.page.get_by_role("button", name="Hand in now").click()
    expect(device.problem).to_contain_text("cannot be reached")
    assert lost
    assert said(visit)[SHOWER.id][1] == "Cold water only."
    device.page.unroute("**/hand-in")
    device.hand_in()
    assert (changes(), rows(Arrival)) == (1, 1)


def test_two_texts_for_one_question_are_settled_on_the_device(device: DevicePage, visit: Visit, leader: User) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("From the wing.")
    device.is_saved()
    with at_the_office():
        operations.record_answers(visit, [Change(SHOWER.id, 3, "From the office.")], by=leader, at=datetime.now(UTC))
    offline(device, False)
    device.visits()
    device.page.get_by_role("button", name="Hand in now").click()
    expect(device.list).to_contain_text("Two texts for one question")
    (clash,) = answers.clashes(visit.sheet)
    assert clash.comment == "From the wing."
    device.open_at(SHOWER)
    panel = device.question(SHOWER).locator("[data-clash]")
    expect(panel).to_contain_text("From the office.")
    device.comment(SHOWER).fill("From both.")
    panel.get_by_role("button", name="Take what is in the fields").click()
    device.is_saved()
    device.hand_in()
    assert said(visit)[SHOWER.id][1] == "From both."
    assert not answers.clashes(visit.sheet)


def test_a_refused_record_holds_up_no_other_and_can_be_mended(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SINGLE)
    device.question(SINGLE).locator(".number-field input").fill("many")
    device.comment(SINGLE).fill("Wing B.")
    device.is_saved()
    offline(device, False)
    device.visits()
    device.page.get_by_role("button", name="Hand in now").click()
    refused = device.page.locator("[data-refused-part]")
    expect(refused).to_contain_text("many")
    assert said(visit)[SINGLE.id] == (None, "Wing B.")
    refused.get_by_role("link", name="Open it to mend it").click()
    expect(device.question(SINGLE)).to_contain_text("not a number")
    device.question(SINGLE).locator(".number-field input").fill("5.2")
    device.is_saved()
    device.hand_in()
    assert said(visit)[SINGLE.id] == (5.2, "Wing B.")


def test_talks_and_protected_answers_open_for_readers_and_never_again_on_the_device(
    open_window: Opener, leader: User, visit: Visit, body: Body
) -> None:
    reader, keyring = keys.own_key(accounts.coordinator(body))
    keys.compartments(body, reader)
    device = DevicePage(open_window(leader), visit.id)
    device.take_along()
    offline(device)
    device.open_at(FEAR)
    device.comment(FEAR).fill("They looked at the door.")
    device.is_saved()
    device.go(f"visit/{visit.id}/talks")
    device.page.get_by_label("Note", exact=True).and_(device.page.locator("#note")).fill("Slapped on arrival.")
    device.page.get_by_role("button", name="Add the talk").click()
    expect(device.page.locator("[data-talks]")).to_contain_text("sealed")
    device.open_at(FEAR)
    expect(device.question(FEAR)).to_contain_text("Sealed on this device")
    expect(device.comment(FEAR)).to_have_value("")
    kept = device.page.evaluate(
        "async () => JSON.stringify([...document.querySelectorAll('*')].map((e) => e.value ?? ''))"
    )
    assert "looked at the door" not in kept
    offline(device, False)
    device.hand_in()
    db.session.rollback()
    (talk,) = db.session.query(Talk).all()
    (head,) = [head for head in answers.heads(visit.sheet) if head.item_id == FEAR.id]
    assert head.is_closed
    opened = open_records({head.sealed_id: head.owner, talk.records[0].record_id: talk.records[0].owner}, keyring)
    assert [found["comment"] for found in opened.values() if "comment" in found] == ["They looked at the door."]
    assert [found["note"] for found in opened.values() if "note" in found] == ["Slapped on arrival."]


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
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.visits()
    device.page.on("dialog", lambda dialog: dialog.accept(PASSPHRASE))
    with device.page.expect_download() as download:
        device.page.get_by_role("button", name="Save a transfer file").click()
    file = tmp_path / "transfer.monitor"
    download.value.save_as(file)
    assert b"Cold" not in file.read_bytes()
    other = DevicePage(open_window(leader), visit.id)
    other.take_along()
    altered = tmp_path / "altered.monitor"
    altered.write_text(file.read_text()[:-40], encoding="utf-8")
    for path, passphrase, words in (
        (altered, PASSPHRASE, "no transfer file"), (file, "another passphrase", "not the passphrase"),
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


def open_file(device: DevicePage, path: Path, passphrase: str) -> None:
    device.page.get_by_label("Open a transfer file of another device").set_input_files(path)
    device.page.get_by_label("Passphrase of that device").fill(passphrase)
    device.page.locator("[data-import]").get_by_role("button", name="Open", exact=True).click()


def test_a_full_device_says_so_and_loses_nothing(device: DevicePage) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.page.evaluate(
        """() => { IDBObjectStore.prototype.put = function () {
             this.transaction.abort(); throw new DOMException("full", "QuotaExceededError"); }; }"""
    )
    device.comment(SHOWER).fill("Cold.")
    expect(device.status).to_contain_text("no room left")
    expect(device.comment(SHOWER)).to_have_value("Cold.")


def test_questions_are_those_of_the_form_control_by_control(
    device: DevicePage, open_window: Opener, leader: User, visit: Visit
) -> None:
    page = FormPage(open_window(leader), visit.id)
    compared: set[str] = set()
    for each in read_form(visit).pages:
        page.open(each.number)
        device.open(each.number)
        here = questions(device.page)
        there = questions(page.page)
        assert [here[item] for item in here] == [there[item] for item in here]
        compared |= here.keys()
    assert compared == set(answers.guide_and_items(visit.sheet)[1])


def questions(page: Page) -> dict[str, str]:
    """Return the questions of a page as HTML, but for what is the server's alone."""
    found: dict[str, str] = page.evaluate(
        """(left) => Object.fromEntries([...document.querySelectorAll("#answers [data-item]")].map((question) => {
             const copy = question.cloneNode(true);
             for (const selector of left) for (const part of copy.querySelectorAll(selector)) part.remove();
             copy.querySelector("[data-mark]").replaceChildren();
             copy.querySelector("[data-mark]").dataset.mark = "";
             for (const box of copy.querySelectorAll("input")) box.toggleAttribute("checked", box.checked);
             for (const field of copy.querySelectorAll('input:not([type="radio"], [type="checkbox"])'))
               field.setAttribute("value", field.value);
             for (const text of copy.querySelectorAll("textarea")) text.textContent = text.value;
             return [question.dataset.item, copy.outerHTML.replace(/\\s+/g, " ")];
           }))""",
        list(FROM_THE_SERVER),
    )
    return found


NUMBERS = st.one_of(st.integers(0, 400).map(str), st.decimals(0, 60, places=1).map(str), st.just(""), st.just("x"))
ROOMS = [row.id for row in ITEMS["tour-cell-sample"].table.rows] if ITEMS["tour-cell-sample"].table else []


@st.composite
def typed(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    """What somebody typed into the items that figures of standards look at."""
    room = draw(st.sampled_from(ROOMS))
    cells = {f"value.{room}.area": [draw(NUMBERS)], f"value.{room}.people": [draw(st.integers(0, 9).map(str))]}
    row = ITEMS["talk-population"].table.rows[0].id  # type: ignore[union-attr]
    column = ITEMS["talk-population"].table.columns[0].id  # type: ignore[union-attr]
    return {
        "space-single": {"value": [draw(NUMBERS)]},
        "tour-cell-sample": cells,
        "talk-capacity": {"value": [draw(st.integers(0, 900).map(str))]},
        "talk-population": {f"value.{row}.{column}": [draw(st.integers(0, 900).map(str))]},
    }


def test_figures_of_standards_are_those_of_the_server(device: DevicePage) -> None:
    cases: list[dict[str, Any]] = []

    @settings(max_examples=150, database=None)
    @given(case=typed())
    def collect(case: dict[str, Any]) -> None:
        cases.append(case)

    collect()
    told = device.page.evaluate(
        """async (cases) => {
             const { hintsOf } = await import("/static/js/offline/hints.js");
             const rules = JSON.parse(document.getElementById("device-texts").dataset.rules);
             const items = Object.keys(cases[0]);
             return cases.map((fields) => Object.fromEntries(Object.entries(
               hintsOf(rules, items, ["prison"], (item) => fields[item] ?? {}, "en")).map(([item, found]) =>
               [item, found.map((hint) => hint.is_met)])));
           }""",
        cases,
    )
    assert any(told)
    for case, found in zip(cases, told, strict=True):
        values = {item: value_of(fields) for item, fields in case.items()}
        expected = hints(get_guide(), [ITEMS[item] for item in case], values, ["prison"])
        assert found == {item: [hint.is_met for hint in each] for item, each in expected.items()}, case


def value_of(fields: dict[str, list[str]]) -> Any:
    """Return what the server makes of the fields."""
    if "value" in fields:
        return number(fields["value"][0])
    rows: dict[str, dict[str, Any]] = {}
    for name, (text,) in fields.items():
        _, row, column = name.split(".")
        if (figure := number(text)) is not None:
            rows.setdefault(row, {})[column] = figure
    return rows or None


def number(text: str) -> float | None:
    return float(text) if text and text != "x" else None


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_on_the_pages_is_closed_to_anybody(
    open_window: Opener, leader: User, visit: Visit, viewport: Any
) -> None:
    page = open_window(leader, viewport=viewport)
    page.goto(f"{SHELL}#take/{visit.id}")
    check(page)
    device = DevicePage(page, visit.id)
    device.take_along()
    check(page)
    for part in ("form/2", "recommendations", "place"):
        device.go(f"visit/{visit.id}/{part}")
        check(page)
    page.get_by_role("button", name="Lock").click()
    page.locator("#passphrase").wait_for()
    check(page)


def check(page: Page) -> None:
    """Find nothing with axe, and nothing wider than the page."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


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


def eventually(is_so: Callable[[], bool]) -> bool:
    """Say whether something comes true within half a minute."""
    end = time.monotonic() + 30
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


def test_the_office_tells_what_waits_on_the_device(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.page.route("**/hand-in", lambda route: route.abort())
    offline(device, False)
    device.page.goto("/visits/")
    expect(device.page.get_by_role("link", name="On this device and not yet at the office: 1")).to_be_visible()


def test_what_is_typed_while_the_office_answers_is_not_lost(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.open_at(SHOWER)
    device.comment(SHOWER).fill("Cold.")
    device.is_saved()
    device.page.evaluate(
        """() => { const digest = crypto.subtle.digest.bind(crypto.subtle);
             crypto.subtle.digest = async (...given) => {
               window.isSettling = true;
               await new Promise((go) => setTimeout(go, 3000));
               return digest(...given); }; }"""
    )
    offline(device, False)
    assert eventually(lambda: device.page.evaluate("window.isSettling === true"))
    device.comment(SHOWER).fill("Cold, in both wings.")
    device.page.wait_for_timeout(6000)
    device.is_saved()
    device.start()
    device.hand_in()
    assert said(visit)[SHOWER.id][1] == "Cold, in both wings."
    assert not answers.clashes(visit.sheet)
