"""A day without a network: nothing typed is lost, nothing comes twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from playwright.sync_api import Route, expect

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.db import db
from monitor.interviews.models import Talk
from monitor.recommendations.models import Priority, Recommendation
from monitor.sync.models import Arrival, TakenAlong
from monitor.vault.keyring import Keyring, open_records
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.browser.offline.conftest import (
    CLEANING,
    FEAR,
    SHOWER,
    SINGLE,
    at_the_office,
    changes,
    eventually,
    offline,
    rows,
    said,
    write_offline,
)
from tests.browser.pages.device_page import DevicePage


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
    write_offline(device, "Cold water only.")
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
    device.page.unroute_all(behavior="wait")
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
    sealing_device: DevicePage, keyring: Keyring, visit: Visit
) -> None:
    device = sealing_device
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


def test_an_answer_of_the_office_is_shown_where_the_rest_was_not_examined_here(
    device: DevicePage, visit: Visit, leader: User
) -> None:
    offline(device)
    device.open_at(SHOWER)
    rest_not_examined(device)
    with at_the_office():
        operations.record_answers(visit, [Change(SHOWER.id, 3, "Three a week.")], by=leader, at=datetime.now(UTC))
    offline(device, False)
    expect(device.comment(SHOWER)).to_have_value("Three a week.", timeout=30_000)
    assert said(visit)[SHOWER.id] == (3, "Three a week.")


def test_what_is_typed_on_where_the_rest_was_not_examined_clashes(
    device: DevicePage, visit: Visit, leader: User
) -> None:
    offline(device)
    device.open_at(SHOWER)
    rest_not_examined(device)
    with at_the_office():
        operations.record_answers(visit, [Change(SHOWER.id, 3, "Three a week.")], by=leader, at=datetime.now(UTC))
    device.page.route("**/hand-in", type_on(device))
    offline(device, False)
    expect(device.question(SHOWER).locator("[data-clash]")).to_contain_text("Three a week.", timeout=30_000)
    assert said(visit)[SHOWER.id] == (3, "Three a week.")


def rest_not_examined(device: DevicePage) -> None:
    topic = device.page.locator(".form-topic").filter(has=device.question(SHOWER))
    topic.locator("button[name=rest]").click()
    device.is_saved()


def type_on(device: DevicePage) -> Callable[[Route], None]:
    """Type between the sending of the first step and its answer."""
    steps = count()

    def answer(route: Route) -> None:
        given = route.fetch()
        if next(steps) == 0:
            device.comment(SHOWER).evaluate(
                """(field) => {
                     field.value = "No time for it.";
                     field.dispatchEvent(new Event("input", { bubbles: true })); }"""
            )
        route.fulfill(response=given)

    return answer


def test_who_corrects_an_own_protected_answer_again_and_again_clashes_with_nobody(
    sealing_device: DevicePage, visit: Visit
) -> None:
    device = sealing_device
    device.visits()
    device.keep_here(True)
    for said_now in ("They looked at the door.", "They looked away.", "They spoke of a guard."):
        device.open_at(FEAR)
        device.comment(FEAR).fill(said_now)
        device.is_saved()
        device.hand_in()
    device.take_again()
    device.open_at(FEAR)
    device.comment(FEAR).fill("They named nobody.")
    device.is_saved()
    device.hand_in()
    db.session.rollback()
    assert not answers.clashes(visit.sheet)
    assert [head.revision for head in answers.heads(visit.sheet) if head.item_id == FEAR.id] == [4]


def test_the_next_talk_is_typed_while_the_one_before_is_sealed(sealing_device: DevicePage, visit: Visit) -> None:
    device = sealing_device
    offline(device)
    device.go(f"visit/{visit.id}/talks")
    page = device.page
    page.evaluate(
        """() => { const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
             crypto.subtle.encrypt = async (...given) => {
               await new Promise((go) => setTimeout(go, 700));
               return encrypt(...given); }; }"""
    )
    page.locator("#note").fill("Slapped on arrival.")
    page.get_by_role("button", name="Add the talk").click()
    page.locator("#note").press_sequentially("Next one")
    expect(page.locator("[data-talks] li")).to_have_count(1, timeout=30_000)
    expect(page.locator("#note")).to_have_value("Next one")
    expect(page.locator("[data-unsent]")).to_contain_text("2")
    device.start()
    device.go(f"visit/{visit.id}/talks")
    expect(page.locator("[data-talks] li")).to_have_count(1)
    expect(page.locator("#note")).to_have_value("Next one")


def test_what_is_begun_beside_the_form_stays_until_it_is_finished(device: DevicePage, visit: Visit) -> None:
    offline(device)
    device.go(f"visit/{visit.id}/recommendations")
    device.page.locator("#rec-text").press_sequentially("Repair the show")
    device.page.locator("[data-recommend] input[value=immediate]").check()
    expect(device.page.locator("[data-unsent]")).to_contain_text("1")
    device.start()
    expect(device.list).to_contain_text("Begun beside the form and not finished: 1")
    device.go(f"visit/{visit.id}/recommendations")
    expect(device.page.locator("#rec-text")).to_have_value("Repair the show")
    device.page.locator("#rec-text").press_sequentially("ers")
    device.page.get_by_role("button", name="Keep this draft").click()
    expect(device.page.locator("#rec-text")).to_have_value("")
    offline(device, False)
    device.hand_in()
    expect(device.done).to_contain_text("removed")
    db.session.rollback()
    (recommendation,) = db.session.query(Recommendation).all()
    assert (recommendation.text, recommendation.priority) == ("Repair the showers", Priority.IMMEDIATE)


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
