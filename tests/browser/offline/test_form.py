"""The form without a network is that of the office: its questions, its figures, open to everybody."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from monitor.accounts.models import Body, Mechanism, User
from monitor.answers import queries as answers
from monitor.answers.operations import Change
from monitor.guide.hints import hints
from monitor.guide.loading import get_guide
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.offline.conftest import ITEMS, Opener
from tests.browser.pages.device_page import SHELL, DevicePage
from tests.browser.pages.form_page import FormPage
from tests.factories import accounts, places, visits

FROM_THE_SERVER = (".item-help", ".last-time", ".item-files", ".hints", ".offline-photos")
"""Parts of a question that speak of one visit, or lead to the office's pages."""


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


def test_figures_of_the_last_visit_stand_beside_their_question(
    open_window: Opener, mechanism: Mechanism, body: Body, leader: User
) -> None:
    place = places.place(mechanism)
    held = Change("talk-population", {"men": {"suspect": 36}}, "Morning count.")
    visits.approved(place, lead=leader, by=accounts.coordinator(body), answers=(held,))
    device = DevicePage(open_window(leader), visits.under_way(place, lead=leader).id)
    device.take_along()
    device.open_at(ITEMS["talk-population"])
    last = device.question(ITEMS["talk-population"]).locator(".last-time")
    last.locator("summary").click()
    expect(last.get_by_role("listitem")).to_have_text("Men, Under investigation or on remand: 36")


NUMBERS = st.one_of(st.integers(0, 400).map(str), st.decimals(0, 60, places=1).map(str), st.just(""), st.just("x"))
POPULATION = ITEMS["talk-population"].table
ROOMS = [row.id for row in ITEMS["tour-cell-sample"].table.rows] if ITEMS["tour-cell-sample"].table else []

HELD = [f"{row.id}.{column.id}" for row in POPULATION.rows for column in POPULATION.columns] if POPULATION else []


@st.composite
def typed(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    """What somebody typed into the items that figures of standards look at."""
    room = draw(st.sampled_from(ROOMS))
    cells = {f"value.{room}.area": [draw(NUMBERS)], f"value.{room}.people": [draw(st.integers(0, 9).map(str))]}
    return {
        "space-single": {"value": [draw(NUMBERS)]},
        "tour-cell-sample": cells,
        "talk-capacity": {"value": [draw(st.integers(0, 900).map(str))]},
        "talk-population": {f"value.{HELD[0]}": [draw(st.integers(0, 900).map(str))]},
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
