"""Types scripts into every field of every form, and looks at every page with all of them on it, in Chromium too."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from monitor.db import db
from monitor.tenancy import across_mechanisms
from monitor.visits.form_pages import read_form
from monitor.visits.models import Visit, VisitState
from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET, serving
from tests.browser.pages.device_page import HANDED_IN_WITHIN, DevicePage
from tests.drills.figures import Row
from tests.drills.installation import settled
from tests.guards.entering import signed_in
from tests.guards.hostile import MARK, PAYLOADS, escapes, hostile
from tests.guards.tour import Tour, walk
from tests.guards.world import Say, World

READERS = ("everything", "coordinator")
"""Who looks at every page when everything is typed."""
TRAP = f"window.{MARK} = window.alert = number => window.ran.push(number); window.ran = [];"
"""What a payload would call."""
OPEN_ALL = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
TEXTS = "main textarea:visible, main input[type='text']:visible"
"""Fields of a device that take any text."""


@dataclass
class Smuggled:
    """What became of the payloads."""

    pages: int = 0
    """Answers looked at while everything was typed, sent and read."""
    showing: int = 0
    """Of these, that show a payload as text."""
    escaped: list[str] = field(default_factory=list)
    """What a browser would have run, loaded, or taken for more than text."""
    opened: int = 0
    """Pages opened in Chromium."""
    ran: list[str] = field(default_factory=list)
    """What ran there, was loaded from elsewhere, or was stopped by the policy alone."""


def walk_everywhere(app: Flask, world: World, say: Say) -> Smuggled:
    """Send every form with payloads in every field, then read every page."""
    found = Smuggled()
    for seen in (*walk(app, world, say), *Tour.of(app, world, say, "coordinator").pages()):
        found.pages += 1
        found.showing += MARK in seen.text
        found.escaped += escapes(seen)
    return found


def look(chromium: Browser, app: Flask, world: World, found: Smuggled, every: int = 1) -> None:
    """Open every (or every so many) page in Chromium as those who see most."""
    with serving(app) as address:
        for person in READERS:
            context = context_of(chromium, app, world, person, address)
            page = context.new_page()
            watch(page, address, found)
            for path in list(html_pages(app, world, person))[::every]:
                page.goto(path)
                note_what_ran(page, path, found)
            context.close()


def context_of(chromium: Browser, app: Flask, world: World, person: str, address: str) -> BrowserContext:
    """Return a browser in which a person of the world is signed in."""
    client = signed_in(app, world.people[person])
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    context.set_default_timeout(PATIENCE)
    return context


def look_at_a_device(chromium: Browser, app: Flask, world: World, found: Smuggled, every: int = 1) -> None:
    """Take a visit along, type payloads on every (or every so many) page without a network, hand in, read it again."""
    say = hostile()
    visit_id = world.visits[VisitState.UNDER_WAY]
    with serving(app) as address:
        context = context_of(chromium, app, world, "leader", address)
        page = context.new_page()
        watch(page, address, found)
        device = DevicePage(page, visit_id)
        device.take_along()
        note_what_ran(page, "take along", found)
        context.set_offline(True)
        for number in range(1, 1 + pages_of_form(app, visit_id), every):
            device.open(number)
            page.evaluate(OPEN_ALL)
            for text in page.locator(TEXTS).element_handles():
                if text.is_visible():  # an answer may hide what was asked below it
                    text.fill(say("line"))
            note_what_ran(page, f"page {number} of the device", found)
        device.visits()
        note_what_ran(page, "visits on the device", found)
        context.set_offline(False)
        page.get_by_role("button", name="Hand in now").click()
        expect(device.problem).to_contain_text("did not take in everything", timeout=HANDED_IN_WITHIN)
        device.start()
        note_what_ran(page, "visits on the device, opened anew", found)
        for number in range(1, 1 + pages_of_form(app, visit_id), every):
            device.open(number)
            page.evaluate(OPEN_ALL)
            note_what_ran(page, f"page {number} of the device, opened anew", found)
        context.close()


def pages_of_form(app: Flask, visit_id: UUID) -> int:
    """Count the pages of a visit's form."""
    with app.app_context(), across_mechanisms():
        return len(read_form(db.session.get_one(Visit, visit_id)).pages)


def note_what_ran(page: Page, path: str, found: Smuggled) -> None:
    """Count a page that is open, and what called our trap on it."""
    found.opened += 1
    found.ran += [f"{path}: {number}" for number in page.evaluate("window.ran")]


def html_pages(app: Flask, world: World, person: str) -> Iterator[str]:
    """Yield the addresses of pages that this person can read."""
    for seen in Tour.of(app, world, hostile(), person).pages():
        if seen.status == 200 and seen.mimetype == "text/html":
            yield seen.path


def watch(page: Page, address: str, found: Smuggled) -> None:
    """Note what runs, what is loaded from elsewhere, and what the browser says of its policy."""
    page.add_init_script(TRAP)
    page.on("request", lambda request: found.ran.append(request.url) if not request.url.startswith(address) else None)
    page.on("console", lambda said: found.ran.append(said.text) if "Security Policy" in said.text else None)


def figures(found: Smuggled) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("payloads typed into every field of every form", len(set(PAYLOADS)), 40)
    yield Row(f"of {found.pages} answers ({found.showing} show a payload), more than text", len(found.escaped), 0)
    yield Row(f"of {found.opened} pages opened in Chromium, scripts run or stopped", len(found.ran), 0)


def drill() -> Iterator[Row]:
    """Smuggle everywhere."""
    say = hostile()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        with settled(Path(folder) / "walked", say) as (app, world):
            found = walk_everywhere(app, world, say)
            look(chromium, app, world, found)
        with settled(Path(folder) / "taken along", say) as (app, world):  # the walk leaves no visit under way
            look_at_a_device(chromium, app, world, found)
    yield from figures(found)
