"""Types scripts into every field of every form, and looks at every page with all of them on it, in Chromium too."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET, serving
from tests.drills.figures import Row
from tests.drills.installation import settled
from tests.guards.hostile import MARK, PAYLOADS, escapes, hostile
from tests.guards.tour import Tour, walk
from tests.guards.world import Say, World, signed_in

READERS = ("everything", "coordinator")
"""Who looks at every page when everything is typed."""
TRAP = f"window.{MARK} = window.alert = number => window.ran.push(number); window.ran = [];"
"""What a payload would call."""


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
            client = signed_in(app, world.people[person])
            cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            context = chromium.new_context(base_url=address)
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            watch(page, address, found)
            for path in list(html_pages(app, world, person))[::every]:
                page.goto(path)
                note_what_ran(page, path, found)
            context.close()


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
    with tempfile.TemporaryDirectory() as folder, settled(Path(folder), say) as (app, world):
        found = walk_everywhere(app, world, say)
        with sync_playwright() as playwright:
            look(playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET)), app, world, found)
    yield from figures(found)
