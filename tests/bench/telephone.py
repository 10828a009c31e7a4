"""How soon a form can be used on a middling telephone: a slow processor, a slow network, in Chromium.

The profile is a processor four times slower than this machine's, 1.6 Mbit/s and 150 ms to the server. The visit has
the full form of a prison, some two hundred questions.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Flask
from playwright.sync_api import Page, sync_playwright

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.db import db
from monitor.tenancy import acting_for
from tests.bench.measure import Row
from tests.bench.serving import Visitor, milliseconds, signed_in
from tests.bench.world import World
from tests.browser.conftest import CHROMIUM, PHONE, QUIET
from tests.browser.pages.device_page import PASSPHRASE, SHELL
from tests.factories import places, visits
from tests.serving import HOST, served

SLOWER: Final = 4
BYTES_A_SECOND: Final = 1_600_000 // 8
LATENCY: Final = 150  # milliseconds
OWN_SCRIPTS: Final = 60  # kilobytes
WARM, COLD = 1.0, 3.0  # seconds
USABLE: Final = "[data-item]:not(:disabled) input:not([type=hidden])"
LISTED: Final = "[data-list] a"
WATCH: Final = """(usable) => new Promise((seen) => {
  const look = () => {
    const isPainted = performance.getEntriesByName("first-contentful-paint").length > 0;
    const isThere = isPainted && [...document.querySelectorAll(usable)].some((field) => field.checkVisibility());
    requestAnimationFrame(isThere ? () => seen(Date.now()) : look);
  };
  look();
})"""
"""Watches from within the page, by a frame: asking from outside would cost the slow processor a tenth of a second."""


def rows(app: Flask, world: World, instance: Path) -> Iterator[Row]:
    """Open the office's form and the form on a device, with an empty and with a warm cache."""
    visit_id, asked = _full_visit(app, world)
    cookie = signed_in(app, world)
    name, _, value = cookie.partition("=")
    with (
        served("wsgi:app", instance) as server,
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
    ):
        form = f"/visits/{visit_id}/form"
        for path in (form, SHELL):
            milliseconds(server.port, path, people=4, each=3, cookie=cookie)  # every worker has made its templates
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=list(QUIET), base_url=f"http://{HOST}:{server.port}", viewport=PHONE
        )
        context.add_cookies([{"name": name, "value": value, "domain": HOST, "path": "/"}])
        page = context.new_page()
        _slow_down(page)
        office = f"form of the office, {asked} questions, on a telephone"
        yield Row(f"{office}, empty cache, against 3 s", _seconds(page, form), COLD, "s", "1 or less")
        yield Row(f"{office}, after a click, warm cache, against 1 s", _followed(page, form), WARM, "s", "1 or less")
        asks = _seconds(page, f"{SHELL}#take/{visit_id}", "#device-name")
        yield Row("page without network, empty cache, until it asks for a passphrase, against 3 s", asks, COLD, "s",
                  "1 or less")  # fmt: skip
        yield Row(f"then set up, {asked} questions taken along, beside 3 s", _take_along(page), COLD, "s", "none set")
        device = f"form on the device, {asked} questions, after a click, against 1 s"
        yield Row(device, _click(page), WARM, "s", "1 or less")
        context.close()
        visitor = Visitor(server.port)
        kept = _own_scripts(app)
        size = sum(len(visitor.get(path)[1]) for path in kept) / 1000
        yield Row(
            "own scripts of the page without network, compressed, against 60 kB", size, OWN_SCRIPTS, "kB", "1 or less"
        )


def _full_visit(app: Flask, world: World) -> tuple[UUID, int]:
    """Make a visit with the full form, under way and led by the coordinator; returns its id and how much it asks."""
    with app.app_context(), acting_for(world.mechanism_id):
        coordinator = db.session.get_one(User, world.coordinator_id)
        visit = visits.under_way(places.place(coordinator.mechanism), lead=coordinator, form="full")
        found = visit.id, len(answers.guide_and_items(visit.sheet)[1])
        db.session.remove()
        db.engine.dispose()
    return found


def _slow_down(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False, "latency": LATENCY, "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )  # fmt: skip


def _seconds(page: Page, address: str, usable: str = USABLE) -> float:
    """Return how long it takes, with an empty cache, from asking for a page until its first field can be used."""
    page.goto("about:blank")
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    begin = page.evaluate("Date.now()")
    page.goto(address, wait_until="commit")
    return _until(page, usable, begin)


def _followed(page: Page, address: str) -> float:
    """Return how long it takes from following a link on another page of the office until a field can be used."""
    page.goto(address.removesuffix("/form"))
    begin = page.evaluate("Date.now()")
    with page.expect_navigation(wait_until="commit"):
        page.evaluate("(address) => location.assign(address)", address)
    return _until(page, USABLE, begin)


def _until(page: Page, usable: str, begin: float) -> float:
    return float(page.evaluate(WATCH, usable) - begin) / 1000


def _take_along(page: Page) -> float:
    """Return how long it takes from the button until the visit stands in the list and opens without a network."""
    page.fill("#device-name", "Telephone")
    page.fill("#new-passphrase", PASSPHRASE)
    page.fill("#again-passphrase", PASSPHRASE)
    begin = page.evaluate("Date.now()")
    page.locator("[data-set-up] button").click()
    return _until(page, LISTED, begin)


def _click(page: Page) -> float:
    begin = page.evaluate("Date.now()")
    page.locator(LISTED).click()
    return _until(page, USABLE, begin)


def _own_scripts(app: Flask) -> list[str]:
    static = Path(app.static_folder or "")
    own = [
        *static.glob("js/offline/*.js"),
        *static.glob("js/form/*.js"),
        static / "js/requests.js",
        static / "js/ui.js",
    ]
    return [f"/static/{path.relative_to(static)}" for path in own]
