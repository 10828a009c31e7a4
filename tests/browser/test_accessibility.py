"""Every main page as people with other means meet it: axe, narrow screens, right to left, dark, keys alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from monitor.db import begin_as_reader
from monitor.demo.loading import sign_ins
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, enter, serving
from tests.browser.training import ADMINISTRATOR, COORDINATOR, MONITOR, UNKNOWN, Training, prepare
from tests.conftest import app_on_copy

NARROW = {"width": 320, "height": 640}
SIGHTS = {"light": ("en", "light"), "dark, right to left": ("ar", "dark")}
PASSWORDS = {email: password for email, password, _roles in sign_ins()}
REGISTER = b"Name,Kind,Capacity\nNorthgate,Prison,420\nSaltmere,Jail,many\nHead office,Office,\n"
STOPS = 25
"""How often the tab key is pressed on a page."""
FOCUS = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  const onTop = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    what: element.outerHTML.slice(0, 120),
    isBody: element === document.body,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    isButtonOfBrowser: element.matches("[type=date]") && !element.matches(":focus-visible"),
    isOnTop: element.contains(onTop) || Boolean(onTop?.contains(element)),
  };
}"""
"""What has the focus, how thick its ring is, and whether it lies open to the eye. Inside a field for a date the
browser has a button of its own, with a ring of its own."""
AXE = Axe()
CHECKS = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
"""What axe looks for: in the dark, only what the dark changes."""


@pytest.fixture(scope="module")
def app(training_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The training mechanism, for all tests of this module."""
    yield from app_on_copy(training_instance, tmp_path_factory.mktemp("training"))


@pytest.fixture(scope="module")
def training(app: Flask) -> Iterator[Training]:
    """Where the pages are."""
    found = prepare()
    begin_as_reader(True)
    yield found
    begin_as_reader(False)


@pytest.fixture(scope="module")
def address(app: Flask, training: Training) -> Iterator[str]:
    """The address of the one server."""
    with serving(app) as served:
        yield served


@pytest.fixture(scope="module", params=SIGHTS.values(), ids=SIGHTS)
def sight(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A language and a colour scheme."""
    return request.param


@pytest.fixture(scope="module")
def windows(chromium: Chromium, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the window of a person in a language and a colour scheme, the same one whenever it is asked for."""
    opened: dict[tuple[str, ...], Page] = {}

    def window(email: str, language: str = "en", scheme: str = "light") -> Page:
        if (email, language, scheme) not in opened:
            context = chromium.new_context(base_url=address, viewport=DESKTOP, color_scheme=scheme)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            if email:
                enter(page, email, PASSWORDS[email])
                page.locator(".bar-person").click()
            else:
                page.goto("/sign-in")
            page.locator(f'button[name="language"][value="{language}"]').click()
            expect(page.locator("html")).to_have_attribute("lang", language)
            opened[email, language, scheme] = page
        return opened[email, language, scheme]

    yield window
    for page in opened.values():
        page.context.close()


def assert_is_for_everybody(page: Page, what: str) -> None:
    """Axe finds nothing, and nothing sticks out of the narrowest screen."""
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    found = AXE.run(page, options=CHECKS[scheme])
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"
    page.set_viewport_size(NARROW)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESKTOP)
    assert wide <= NARROW["width"], f"{what}: {wide} pixels wide"


def look_at(page: Page, pages: dict[str, str], subtests: pytest.Subtests) -> None:
    """Look at each page; every one that fails is told."""
    for name, path in pages.items():
        with subtests.test(name):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200
            assert_is_for_everybody(page, name)


def test_pages_of_a_coordinator(
    windows: Callable[..., Page], training: Training, sight: tuple[str, str], subtests: pytest.Subtests
) -> None:
    look_at(windows(COORDINATOR, *sight), training.for_coordinator, subtests)


def test_pages_of_an_administrator(
    windows: Callable[..., Page], training: Training, sight: tuple[str, str], subtests: pytest.Subtests
) -> None:
    look_at(windows(ADMINISTRATOR, *sight), training.for_administrator, subtests)


def test_pages_that_refuse(windows: Callable[..., Page], training: Training, sight: tuple[str, str]) -> None:
    page = windows(MONITOR, *sight)
    for path, status in ((training.for_administrator["people"], 403), (UNKNOWN, 404)):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        assert_is_for_everybody(page, str(status))


def test_sign_in(windows: Callable[..., Page], sight: tuple[str, str]) -> None:
    page = windows("", *sight)
    page.goto("/sign-in")
    assert_is_for_everybody(page, "sign-in")
    page.locator("#email").fill("nobody@npm.example")
    page.locator("#password").fill("not the password")
    page.locator("#sign-in button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_is_for_everybody(page, "sign-in refused")


def test_steps_of_an_import(windows: Callable[..., Page], sight: tuple[str, str]) -> None:
    page = windows(COORDINATOR, *sight)
    page.goto("/places/import")
    assert_is_for_everybody(page, "file")
    page.locator("input[type=file]").set_input_files(
        [{"name": "register.csv", "mimeType": "text/csv", "buffer": REGISTER}]
    )
    for form, step in (("upload", "columns"), ("columns", "types"), ("types", "preview")):
        page.locator(f"form#{form} button[type=submit]").click()
        page.wait_for_url(f"**/{step}")
        assert_is_for_everybody(page, step)
        for choice in page.locator("form#types select").all():
            choice.select_option("prison")


def test_cover_and_page_of_a_locked_session(windows: Callable[..., Page], sight: tuple[str, str]) -> None:
    page = windows("nour@training.example", *sight)
    page.goto("/")
    page.locator(".bar-person").click()
    page.locator("[data-lock-form] button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_is_for_everybody(page, "cover")
    page.goto("/")
    expect(page.locator("form#unlock")).to_be_visible()
    assert_is_for_everybody(page, "locked")


def test_lists_with_mistakes_to_mend(windows: Callable[..., Page], training: Training, sight: tuple[str, str]) -> None:
    page = windows(COORDINATOR, *sight)
    for name in ("recommendation, new", "place, add"):
        page.goto(training.for_coordinator[name])
        page.locator("main form[method=post] .form-end button[type=submit]").click()
        expect(page.locator(".error-summary")).to_be_focused()
        assert_is_for_everybody(page, f"{name}: to mend")


def test_skip_link_is_the_first_stop_and_leads_to_the_content(windows: Callable[..., Page], training: Training) -> None:
    page = windows(COORDINATOR)
    page.goto(training.for_coordinator["visit, in review"])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("name", ["start", "visits", "visit, in review", "form", "finding", "team"])
def test_every_stop_of_the_tab_key_can_be_seen(windows: Callable[..., Page], training: Training, name: str) -> None:
    page = windows(COORDINATOR)
    page.goto(training.for_coordinator[name])
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUS)
        if seen["isBody"]:  # the end of the page: the browser's own bar comes next
            break
        assert seen["outline"] >= 2 or seen["isButtonOfBrowser"], seen["what"]
        assert seen["isOnTop"], seen["what"]


def test_menus_open_and_close_by_keyboard(windows: Callable[..., Page], training: Training) -> None:
    page = windows(COORDINATOR)
    page.goto(training.for_coordinator["visit, in review"])
    person = page.get_by_role("button", name="Amara Vellisant")
    person.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(person).to_be_focused()
    more = page.locator("summary", has_text="More")
    more.press("Enter")
    expect(page.get_by_role("link", name="Reports and printed forms")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Reports and printed forms")).to_be_hidden()
    expect(more).to_be_focused()


def test_main_menu_opens_and_closes_by_keyboard_on_a_telephone(
    windows: Callable[..., Page], training: Training
) -> None:
    page = windows(COORDINATOR)
    page.set_viewport_size(PHONE)
    page.goto("/")
    button, menu = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="Main menu")
    button.press("Enter")
    expect(menu.get_by_role("link", name="Places")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Places")).to_be_hidden()
    expect(button).to_be_focused()
    page.set_viewport_size(DESKTOP)


@pytest.mark.parametrize("name", ["visits", "places"])
def test_filters_stand_behind_one_line_on_a_telephone_alone(
    windows: Callable[..., Page], training: Training, name: str
) -> None:
    page = windows(COORDINATOR)
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        page.goto(training.for_coordinator[name])
        fold, choice = page.locator("summary", has_text="Filters"), page.locator(".fold-fields select").first
        expect(fold).to_be_visible(visible=viewport is PHONE)
        expect(choice).to_be_visible(visible=viewport is DESKTOP)
        if viewport is PHONE:
            fold.press("Enter")
            expect(choice).to_be_visible()
