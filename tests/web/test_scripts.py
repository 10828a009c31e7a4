"""The base scripts in a real browser: the lock and its cover, kept forms, menus; nothing breaks the policy."""

import re
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.conftest import CHROMIUM, QUIET
from tests.web.conftest import Maker
from tests.web.sample import Clock, Person

MINUTE = 60


@pytest.fixture(scope="module")
def chromium(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    browser = launch_browser(executable_path=CHROMIUM, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture
def sample(make_sample: Maker) -> Flask:
    return make_sample(WTF_CSRF_ENABLED=True)


@pytest.fixture
def clock(sample: Flask) -> Clock:
    found: Clock = sample.extensions["clock"]
    return found


@pytest.fixture
def address(sample: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, sample, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page whose clock stands still until the test turns it, and that forgives no complaint of the browser."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Security" in line.text or "Trusted" in line.text else None,
    )
    page.clock.install()
    yield page
    context.close()
    assert complaints == []


def open_form(page: Page, text: str = "typed text") -> None:
    page.goto("/form")
    page.get_by_label("Purpose").fill(text)


def pass_time(page: Page, clock: Clock, seconds: int) -> None:
    """Let time pass in the browser, and on the server as far as the lock is concerned."""
    clock.locks_in = max(0, clock.locks_in - seconds)
    if clock.locks_in == 0 and clock.state == "open":
        clock.state = "locked"
    page.clock.fast_forward(seconds * 1000)


def test_the_page_warns_and_is_then_covered_and_unlocked_in_place(page: Page, clock: Clock) -> None:
    open_form(page)
    strip = page.get_by_text("This page locks in less than two minutes.")
    expect(strip).to_be_hidden()
    pass_time(page, clock, 13 * MINUTE + 1)
    expect(strip).to_be_visible()
    pass_time(page, clock, 2 * MINUTE)
    cover = page.get_by_role("dialog", name="Locked")
    expect(cover).to_be_visible()
    expect(page.get_by_role("heading", name="Plan a visit")).to_be_hidden()
    expect(page).to_have_title("Locked")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    cover.get_by_label("Your password").fill("wrong")
    cover.get_by_role("button", name="Unlock").click()
    expect(cover.get_by_text("This is not your password.")).to_be_visible()
    cover.get_by_label("Your password").fill("right password")
    page.keyboard.press("Enter")
    expect(cover).to_be_hidden()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")
    expect(page).to_have_title("Plan a visit – Monitor")


def test_asking_for_the_state_never_counts_as_use(page: Page, clock: Clock) -> None:
    page.goto("/")
    pass_time(page, clock, 14 * MINUTE)
    expect(page.get_by_text("This page locks in less than two minutes.")).to_be_visible()
    assert clock.asked >= 1
    assert clock.used == 0


def test_typing_counts_as_use_once_a_minute(page: Page, clock: Clock) -> None:
    open_form(page)
    pass_time(page, clock, 14 * MINUTE)
    with page.expect_response("**/session/use"):
        page.get_by_label("Purpose").press_sequentially("abcdef")
    expect(page.get_by_text("This page locks in less than two minutes.")).to_be_hidden()
    page.get_by_label("Purpose").press_sequentially("ghi")
    assert clock.used == 1
    pass_time(page, clock, 2 * MINUTE)
    assert clock.state == "open"


def test_the_button_of_the_warning_keeps_the_page_open(page: Page, clock: Clock) -> None:
    page.goto("/")
    pass_time(page, clock, 14 * MINUTE)
    page.get_by_role("button", name="Keep it open").click()
    expect(page.get_by_text("This page locks in less than two minutes.")).to_be_hidden()
    assert clock.used == 1


def test_use_in_another_tab_keeps_this_one_open(page: Page, clock: Clock) -> None:
    page.goto("/")
    pass_time(page, clock, 12 * MINUTE)
    clock.locks_in = 900
    page.clock.fast_forward(4 * MINUTE * 1000)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_text("This page locks in less than two minutes.")).to_be_hidden()


def test_locking_by_hand_covers_every_tab_without_leaving_the_page(page: Page) -> None:
    open_form(page)
    other = page.context.new_page()
    other.goto("/")
    page.get_by_role("button", name="Amina Diallo").click()
    page.get_by_role("button", name="Lock", exact=True).click()
    for tab in (page, other):
        expect(tab.get_by_role("dialog", name="Locked")).to_be_visible()
    page.get_by_label("Your password").fill("right password")
    page.keyboard.press("Enter")
    for tab in (page, other):
        expect(tab.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")


def test_an_ended_session_asks_for_sign_in_and_goes_on_with_the_same_person(page: Page, clock: Clock) -> None:
    open_form(page)
    clock.state, clock.person = "ended", None
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("button", name="Amina Diallo").evaluate("button => button.focus()")
    page.evaluate("document.dispatchEvent(new Event('monitor:ended'))")
    cover = page.get_by_role("dialog", name="Your session has ended")
    expect(cover).to_be_visible()
    clock.state, clock.person = "open", Person(id="person-2", name="Somebody Else")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(cover.get_by_text("Another person is signed in now.")).to_be_visible()
    clock.person = Person()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(cover).to_be_hidden()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")


def test_a_refused_form_keeps_the_page_and_says_why(page: Page) -> None:
    open_form(page)
    page.route("**/form", lambda route: route.continue_(url=f"{page.url.removesuffix('/form')}/busy"))
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("Nothing was saved yet. What you typed is still on this page.")).to_be_visible()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")


def test_a_form_too_large_keeps_the_page_and_names_the_limit(page: Page) -> None:
    open_form(page, "x" * 300_000)
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("The limit here is 256 KB.")).to_be_visible()
    assert len(page.get_by_label("Purpose").input_value()) == 300_000


def test_a_form_that_cannot_be_sent_keeps_the_page(page: Page) -> None:
    open_form(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("The server cannot be reached.").first).to_be_visible()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")


def test_a_form_with_mistakes_comes_back_with_the_summary_in_focus(page: Page) -> None:
    open_form(page)
    page.get_by_role("button", name="Save the plan").click()
    summary = page.get_by_role("alert").filter(has_text="things to mend")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Purpose")).to_have_value("typed text")


def test_a_form_sent_well_leads_on(page: Page) -> None:
    open_form(page)
    page.get_by_label("Place", exact=True).select_option("1")
    page.get_by_label("First day").fill("2023-03-14")
    page.get_by_label("Thematic").check()
    page.get_by_role("button", name="Save the plan").click()
    expect(page).to_have_url(re.compile(r"/places\?page=2#top$"))
    expect(page.get_by_text("The plan was saved.")).to_be_visible()


def test_a_form_goes_to_its_own_address_or_to_its_buttons(page: Page) -> None:
    page.goto("/form")
    page.get_by_label("Note", exact=True).fill("a note")
    page.get_by_role("button", name="Save it elsewhere").click()
    expect(page.get_by_text("Nothing was saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note was saved.")).to_be_visible()


def test_a_token_that_is_too_old_is_renewed_by_itself(page: Page) -> None:
    open_form(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("alert").filter(has_text="things to mend")).to_be_visible()


def test_menus_close_by_escape_and_by_a_click_elsewhere(page: Page) -> None:
    page.goto("/")
    menu, inside = page.get_by_text("More", exact=True), page.get_by_role("link", name="Print the form")
    menu.click()
    expect(inside).to_be_visible()
    page.keyboard.press("Escape")
    expect(inside).to_be_hidden()
    menu.click()
    page.get_by_role("heading", level=1).click()
    expect(inside).to_be_hidden()


def test_a_destructive_step_can_be_given_up(page: Page) -> None:
    page.goto("/form")
    page.get_by_text("Delete this plan").click()
    expect(page.get_by_role("button", name="Delete the plan")).to_be_visible()
    page.get_by_role("button", name="Keep everything as it is").click()
    expect(page.get_by_role("button", name="Delete the plan")).to_be_hidden()


@pytest.mark.parametrize("path", ["/?page=3&sort=-capacity", "/form", "/status/404"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_pages_fit_and_axe_finds_nothing(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_script_cannot_write_html(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/")
    refused = page.evaluate(
        "() => { try { document.body.innerHTML = 'x'; return '' } catch (error) { return error.name } }"
    )
    context.close()
    assert refused == "TypeError"


def test_the_main_menu_opens_on_a_telephone_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto("/")
    link = page.get_by_role("link", name="Recommendations")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    context.close()
