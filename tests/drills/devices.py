"""Fills a visit without a network while browser and server are killed, hands it in, searches the browser's files."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as BrowserGone

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.db import db
from monitor.guide.catalogue import Item
from monitor.interviews.models import Talk
from monitor.visits.models import Visit
from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET, enter, set_up_codes
from tests.browser.pages.device_page import SHELL, DevicePage
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.phrases import Phrases
from tests.factories import accounts, keys, places, visits
from tests.serving import HOST, Served, served

KILLS = 50
LONGEST_TYPING = 3.0
"""Seconds from the first letter until the browser is killed, at most."""


@dataclass
class Found:
    """What became of a day on a device."""

    confirmed: int = 0
    lost: int = 0
    """Answers that the page called kept, and that did not reach the server."""
    doubled: int = 0
    """Answers or talks of which the server holds more than were written."""
    killed_browsers: int = 0
    killed_servers: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    """State of the device -> phrases found in the browser's files."""


class Killable:
    """A browser with a profile on the disk, which can be killed and started again."""

    def __init__(self, playwright: Playwright, profile: Path, address: str) -> None:
        self.playwright, self.profile, self.address = playwright, profile, address
        self.context: BrowserContext | None = None

    def start(self, *, is_offline: bool) -> Page:
        """Start it on its profile."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=list(QUIET), base_url=self.address
        )
        self.context.set_default_timeout(4 * PATIENCE)
        self.context.set_offline(is_offline)
        return self.context.new_page()

    def kill(self) -> None:
        """End its processes as a lost battery would."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while self._processes():
            time.sleep(0.05)
        if self.context is not None:
            with suppress(BrowserGone):
                self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def stop(self) -> None:
        """Close it as a person does."""
        if self.context is not None:
            self.context.close()

    def _processes(self) -> list[int]:
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                with suppress(OSError):
                    if os.fsencode(f"--user-data-dir={self.profile}") in (folder / "cmdline").read_bytes():
                        found.append(int(folder.name))
        return found


def run(playwright: Playwright, installation: Installation, kills: int, asked: int, seed: int = 1) -> Found:
    """Fill `asked` questions, killing the browser and then the server `kills` times each."""
    found, chance, phrases = Found(), random.Random(seed), Phrases(seed)  # noqa: S311  # made up, not secret
    with installation.acting():
        leader, visit = _at_work(installation)
        set_up_codes(leader)
        db.session.commit()
        visit_id, email = visit.id, leader.email
        items = [item for item in answers.guide_and_items(visit.sheet)[1].values() if not item.is_protected][:asked]
    with served("wsgi:app", installation.instance) as server:
        browser = Killable(playwright, installation.folder / "profile", f"http://{HOST}:{server.port}")
        device = DevicePage(browser.start(is_offline=False), visit_id)
        with installation.acting():
            enter(device.page, email)
        device.take_along()
        browser.stop()
        sign_in = partial(_sign_in, installation, email)
        said = _fill(browser, visit_id, items, phrases, chance, kills, found)
        _search(browser, phrases, found)
        _sign_out(browser, phrases, found, sign_in)
        _hand_in(browser, server, visit_id, chance, kills, found, sign_in)
        browser.stop()
        found.seen["handed in"] = len(_phrases_in(browser.profile, phrases))
        _wipe(browser, phrases, found)
    with installation.acting():
        _compare(db.session.get_one(Visit, visit_id), said, found)
    return found


def _at_work(installation: Installation) -> tuple[User, Visit]:
    body = installation.body
    reader, _keyring = keys.own_key(accounts.coordinator(body))
    keys.compartments(body, reader)
    leader = accounts.monitor(body)
    return leader, visits.under_way(places.place(body.mechanism), lead=leader, form="full")


def _sign_in(installation: Installation, email: str, page: Page) -> None:
    page.context.clear_cookies()
    with installation.acting():
        enter(page, email)


def _fill(
    browser: Killable, visit_id: UUID, items: list[Item], phrases: Phrases, chance: random.Random, kills: int,
    found: Found,
) -> dict[str, str]:  # fmt: skip
    """Type a comment to each question, killing the browser now and then; returns what the page called kept."""
    said: dict[str, str] = {}
    fatal = set(chance.sample(range(len(items)), kills))
    device = _opened(browser, visit_id)
    for place, item in enumerate(items):
        device.open_at(item)
        phrase = phrases.say(item.id)
        if place in fatal:
            end = time.monotonic() + chance.random() * LONGEST_TYPING
            device.comment(item).focus()
            for letter in phrase:
                device.page.keyboard.type(letter)
                if time.monotonic() > end:
                    break
                time.sleep(0.05)
            browser.kill()
            found.killed_browsers += 1
            device = _opened(browser, visit_id)
        else:
            device.comment(item).fill(phrase)
            device.is_saved()
            expect(device.question(item).get_by_text("kept on this device")).to_have_count(1)
            said[item.id] = phrase
    device.go(f"visit/{visit_id}/talks")
    device.page.locator("#note").fill(phrases.say("talk"))
    device.page.get_by_role("button", name="Add the talk").click()
    expect(device.page.locator("[data-talks] li")).to_have_count(1)
    return said


def _opened(browser: Killable, visit_id: UUID) -> DevicePage:
    device = DevicePage(browser.start(is_offline=True), visit_id)
    device.start()
    return device


def _search(browser: Killable, phrases: Phrases, found: Found) -> None:
    """Look for what was typed in the browser's files: while it runs, when it is locked, and when it is closed."""
    found.seen["filling"] = len(_phrases_in(browser.profile, phrases))
    assert browser.context is not None
    page = browser.context.pages[-1]
    page.get_by_role("button", name="Lock").click()
    page.locator("#passphrase").wait_for()
    found.seen["locked"] = len(_phrases_in(browser.profile, phrases))
    browser.stop()
    found.seen["closed"] = len(_phrases_in(browser.profile, phrases))


def _sign_out(browser: Killable, phrases: Phrases, found: Found, sign_in: Callable[[Page], None]) -> None:
    """Sign in at the office and out again with everything still on the device, and look again."""
    page = browser.start(is_offline=False)
    sign_in(page)
    page.locator(".bar-person").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").wait_for()
    browser.stop()
    found.seen["signed out"] = len(_phrases_in(browser.profile, phrases))


def _wipe(browser: Killable, phrases: Phrases, found: Found) -> None:
    """Wipe the device by hand, and look a last time."""
    page = browser.start(is_offline=True)
    page.goto(SHELL)
    form = page.locator("[data-wipe]")
    form.locator("xpath=ancestor::details").click()
    form.locator("input").fill("WIPE")
    form.get_by_role("button").click()
    expect(page.locator("[data-trouble]")).to_contain_text("wiped")
    browser.stop()
    found.seen["wiped"] = len(_phrases_in(browser.profile, phrases))


def _phrases_in(folder: Path, phrases: Phrases) -> set[str]:
    seen: set[str] = set()
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                seen |= phrases.found_in(path.read_bytes())
    return seen


def _hand_in(
    browser: Killable, server: Served, visit_id: UUID, chance: random.Random, kills: int, found: Found,
    sign_in: Callable[[Page], None],
) -> None:  # fmt: skip
    """Hand in by the button, again and again, while the server's workers are killed."""
    page = browser.start(is_offline=False)
    sign_in(page)
    device = DevicePage(page, visit_id)
    device.start()
    for _ in range(kills):
        page.get_by_role("button", name="Hand in now").click()
        time.sleep(chance.random() * 0.8)
        for process in server.processes()[1:]:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        found.killed_servers += 1
        if device.done.is_visible():
            break
    device.page.wait_for_timeout(3000)
    if not device.done.is_visible():
        device.hand_in()


def _compare(visit: Visit, said: dict[str, str], found: Found) -> None:
    stored = {head.item_id: head.comment for head in answers.heads(visit.sheet)}
    found.confirmed = len(said)
    found.lost = sum(stored.get(item) != text for item, text in said.items())
    written = [change.comment for change in db.session.query(AnswerChange).filter_by(sheet_id=visit.sheet_id)]
    found.doubled = sum(written.count(text) > 1 for text in said.values()) + (db.session.query(Talk).count() != 1)


@contextmanager
def _folder() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield installation


def figures(found: Found, kills: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("browsers killed while a visit was filled", found.killed_browsers, kills)
    yield Row(f"of {found.confirmed} confirmed answers, missing at the office", found.lost, 0)
    yield Row(f"written twice, with workers killed {found.killed_servers} times", found.doubled, 0)
    for state, count in found.seen.items():
        yield Row(f"phrases in the browser's files, {state}", count, 0)


def drill() -> Iterator[Row]:
    """Run it with 200 questions."""
    with _folder() as installation, sync_playwright() as playwright:
        yield from figures(run(playwright, installation, KILLS, 200), KILLS)
