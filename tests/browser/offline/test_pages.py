"""The pages of a device: a visit opens by that of its own guide, and on wish by that in its own language."""

import pytest
from flask import Flask
from playwright.sync_api import Route, expect

from monitor.accounts.models import User
from monitor.guide.loading import get_guide
from monitor.sync.views import shell
from monitor.visits.models import Visit
from tests.browser.offline.conftest import CLEANING, Opener, at_the_office, offline
from tests.browser.pages.device_page import PASSPHRASE, DevicePage

NEWEST = get_guide().version
EARLIER = "0.0.1"


def test_a_visit_opens_in_its_own_language_without_a_network(open_window: Opener, leader: User, visit: Visit) -> None:
    with at_the_office():
        visit.language = "fr"
    device = DevicePage(open_window(leader), visit.id)
    device.take_along()
    offline(device)
    device.open_at(CLEANING)
    device.comment(CLEANING).fill("Propre.")
    device.page.get_by_role("button", name="français").click()
    device.page.wait_for_url(f"**/offline/fr/{NEWEST}#visit/**")
    expect(device.page.locator("html")).to_have_attribute("lang", "fr")
    expect(device.done).to_contain_text("La page dans l’autre langue")
    device.page.locator("[data-unlock] [name=passphrase]").fill(PASSPHRASE)
    device.page.locator("[data-unlock] button").click()
    expect(device.page.locator(f'[name="{CLEANING.id}.comment"]')).to_have_value("Propre.")
    expect(device.page.locator("[data-own-language]")).to_be_hidden()


def test_a_visit_in_the_language_of_the_page_or_in_one_without_a_page_offers_no_other(
    open_window: Opener, leader: User, visit: Visit
) -> None:
    device = DevicePage(open_window(leader), visit.id)
    device.take_along()
    device.open()
    expect(device.page.locator("[data-own-language]")).to_be_hidden()
    with at_the_office():
        visit.language = "mn"
    device.take_again()
    device.open()
    expect(device.page.locator("[data-own-language]")).to_be_hidden()


def planned_with_the_earlier(route: Route) -> None:
    """Give a visit along as if its form had been made by the earlier guide."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"guide": EARLIER})


@pytest.fixture
def earlier_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has the page of an earlier guide too."""
    monkeypatch.setattr(shell, "available_versions", lambda: (EARLIER, NEWEST))
    with app.test_request_context():
        made = shell.shell_html("en", NEWEST).replace(f'data-version="{NEWEST}"', f'data-version="{EARLIER}"')
    app.extensions["shells"]["en", EARLIER] = made


@pytest.mark.usefixtures("earlier_page")
def test_a_visit_opens_by_the_page_of_its_own_guide(open_window: Opener, leader: User, visit: Visit) -> None:
    device = DevicePage(open_window(leader), visit.id)
    device.page.route("**/take-along", planned_with_the_earlier)
    device.take_along()
    offline(device)
    device.go(f"visit/{visit.id}/form/1")
    device.page.wait_for_url(f"**/offline/en/{EARLIER}#visit/**")
    expect(device.done).to_contain_text("another version of the guide")
    device.unlock()
    expect(device.page.locator("fieldset[data-item]").first).to_be_visible()
    device.visits()
    device.open()
    assert EARLIER in device.page.url


def test_a_visit_whose_page_is_gone_stays_on_the_page_at_hand(open_window: Opener, leader: User, visit: Visit) -> None:
    device = DevicePage(open_window(leader), visit.id)
    device.take_along()
    device.page.route("**/take-along", planned_with_the_earlier)
    device.visits()
    device.go(f"take/{visit.id}")
    expect(device.problem).not_to_be_empty()  # the office has no page of that version
    device.open()
    assert NEWEST in device.page.url
