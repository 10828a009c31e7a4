"""A talk is typed as one line by keyboard alone, one after the other."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from monitor.accounts.models import Body, Mechanism
from tests.factories import accounts, places, visits
from tests.interviews.conftest import set_up

PRESSES_FOR_A_LINE = 60
"""So many presses take about 15 seconds at a calm four a second."""


def test_lines_are_typed_by_keyboard_alone(open_window: Callable[..., Page], body: Body, mechanism: Mechanism) -> None:
    coordinator, author = accounts.coordinator(body), accounts.monitor(body)
    set_up(body, coordinator)
    visit = visits.under_way(places.place(mechanism), lead=author)
    address = f"/visits/{visit.id}/interviews"
    page = open_window(author)
    page.goto(address)
    for number in (1, 2):
        expect(page.locator("#partner")).to_be_focused()
        keys = [
            "Tab",
            "w",
            "Tab",
            "1",
            "Tab",
            "Tab",
            *"Yard",
            "Tab",
            "Tab",
            "Tab",
            *"Cold at night, no blanket",
            "Enter",
        ]
        assert len(keys) <= PRESSES_FOR_A_LINE
        for key in keys:
            page.keyboard.press("Space" if key == " " else key)
        expect(page.get_by_text(f"T-0{number} is written and sealed.")).to_be_visible()
        line = page.get_by_role("row", name=f"T-0{number}")
        for said in ("Woman, 18 to 24", "alone", "Yard", "Cold at night, no blanket"):
            expect(line).to_contain_text(said)
    expect(page.locator("#partner")).to_be_focused()
