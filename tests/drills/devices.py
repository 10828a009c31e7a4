"""Fills a visit without a network while browser and server are killed, hands it in, searches the browser's files."""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Locator, Page, Playwright, expect, sync_playwright

from monitor.accounts.models import User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.answers.operations import Change
from monitor.db import db, reading
from monitor.evidence.models import StoredFile
from monitor.guide.catalogue import Item
from monitor.guide.loading import get_guide
from monitor.interviews.models import Talk
from monitor.recommendations import queries as recommendations
from monitor.sync.models import Arrival
from monitor.vault.keyring import Keyring, open_records
from monitor.visits import queries as visit_queries
from monitor.visits.models import Visit
from tests.browser.conftest import enter, set_up_codes
from tests.browser.pages.device_page import SHELL, DevicePage
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.drills.killable import KillableBrowser, KillableServer
from tests.drills.photos import photograph, planted_in
from tests.drills.phrases import LATIN, Phrases
from tests.factories import accounts, keys, places, visits
from tests.serving import HOST

KILLS = 50
LONGEST_TYPING = 3.0
"""Seconds from the first letter until the browser is killed, at most."""
WORD_ENDS = 0.1
"""Seconds after its last letter that a word still counts as being typed: keeping it takes a while too."""
ABOUT_TO_BE_KEPT = 0.5
"""Seconds from a letter until no kill may take it, at most."""
LONGEST_HANDING_IN = 0.6
"""Seconds from the button until the server is killed, at most."""
ROUNDS = 6
"""Times of handing in for each kill of the server, at most: some are over before it comes."""
NEW_ANSWERS = 3
"""Written after each handing in that was completed."""
SHOWER, FEAR = (get_guide().items[id_] for id_ in ("san-shower", "int-fear"))
"""A question that the last visit answered, and a protected one."""


@dataclass
class Found:
    """What became of a day on a device."""

    confirmed: int = 0
    lost: int = 0
    """Texts that the page called kept, and that did not reach the server."""
    doubled: int = 0
    """Texts of which the server holds more than were written."""
    killed_browsers: int = 0
    words_lost: int = 0
    """Words missing after a kill of the browser, or different, but for the one that was being typed or just ended."""
    oldest_lost: float = 0.0
    """Seconds before its kill that the oldest letter was typed which a kill took."""
    killed_servers: int = 0
    """While something was being handed in, which the page said had failed."""
    killed_late: int = 0
    """Of these, after the server had taken something in."""
    seen: dict[str, int] = field(default_factory=dict)
    """State of the device -> phrases found in the browser's files."""


@dataclass
class Day:
    """What a day on a device goes on with."""

    installation: Installation
    browser: KillableBrowser
    server: KillableServer
    visit_id: UUID
    email: str
    items: list[Item]
    kills: int
    chance: random.Random
    phrases: Phrases
    found: Found = field(default_factory=Found)
    said: list[tuple[str, str]] = field(default_factory=list)
    """Item id and comment of each answer that the page called kept, in their order."""
    beside: list[str] = field(default_factory=list)
    """What else was said and kept: a finding, a draft, a protected comment, a talk."""
    pictures: list[bytes] = field(default_factory=list)
    """A photo as it was chosen, and as the device made it anew."""

    def opened(self, *, is_offline: bool) -> DevicePage:
        """Start the browser on what it left, and unlock the device."""
        device = DevicePage(self.browser.start(is_offline=is_offline), self.visit_id)
        if not is_offline:
            self.sign_in(device.page)
        device.start()
        return device

    def sign_in(self, page: Page) -> None:
        """Sign in at the office."""
        page.context.clear_cookies()
        with self.installation.acting():
            enter(page, self.email)

    def write(self, device: DevicePage, item: Item) -> None:
        """Write a comment to a question, until the page calls it kept."""
        phrase = self.phrases.say(item.id)
        device.open_at(item)
        device.comment(item).fill(phrase)
        device.is_saved()
        expect(device.question(item).get_by_text("kept on this device")).to_have_count(1)
        self.said.append((item.id, phrase))

    def say_beside(self, field_: Locator, what: str) -> None:
        """Write something that is no open answer into a field."""
        phrase = self.phrases.say(what)
        field_.fill(phrase)
        self.beside.append(phrase)

    def search(self, state: str) -> None:
        """Look for what was said in the browser's files."""
        self.found.seen[state] = len(planted_in(self.browser.profile, self.phrases, self.pictures))


def run(playwright: Playwright, installation: Installation, kills: int, asked: int, seed: int = 1) -> Found:
    """Fill `asked` questions, killing the browser and then the server `kills` times each."""
    phrases = Phrases(seed)
    last_said = phrases.say("the last visit")
    with installation.acting():
        leader, visit, keyring = _at_work(installation, last_said)
        set_up_codes(leader)
        db.session.commit()
        visit_id, email = visit.id, leader.email
        items = [item for item in answers.guide_and_items(visit.sheet)[1].values() if not item.is_protected][:asked]
    with closing(KillableServer(installation.instance)) as server:
        browser = KillableBrowser(playwright, installation.folder / "profile", f"http://{HOST}:{server.port}")
        chance = random.Random(seed)  # noqa: S311  # made up, not secret
        day = Day(installation, browser, server, visit_id, email, items, kills, chance, phrases)
        _take_along(day)
        _fill(day, last_said)
        _search(day)
        _sign_out(day)
        _hand_in(day)
        _wipe(day)
    with installation.acting():
        _compare(db.session.get_one(Visit, visit_id), day, keyring)
    return day.found


def _at_work(installation: Installation, last_said: str) -> tuple[User, Visit, Keyring]:
    """Make a visit under way at a place of which the last visit said something; returns what its coordinator opens."""
    body = installation.body
    leader, coordinator = accounts.monitor(body), accounts.coordinator(body)
    prison = places.place(body.mechanism)
    visits.approved(prison, lead=leader, by=coordinator, answers=(Change(SHOWER.id, 2, last_said),), form="full")
    reader, keyring = keys.own_key(coordinator)
    keys.compartments(body, reader)
    return leader, visits.under_way(prison, lead=leader, form="full"), keyring


def _take_along(day: Day) -> None:
    device = DevicePage(day.browser.start(is_offline=False), day.visit_id)
    day.sign_in(device.page)
    device.take_along()
    day.browser.stop()


def _fill(day: Day, last_said: str) -> None:
    """Type a comment to each question, killing the browser now and then."""
    fatal = set(day.chance.sample(range(len(day.items)), day.kills))
    device = day.opened(is_offline=True)
    for place, item in enumerate(day.items):
        if place in fatal:
            device = _type_until_killed(day, device, item)
        else:
            day.write(device, item)
    device.open_at(SHOWER)
    expect(device.question(SHOWER)).to_contain_text(last_said)
    finding = device.page.locator(f'[data-finding="{SHOWER.topic_id}"]')
    finding.locator("summary").click()
    day.say_beside(finding.get_by_label("What we found"), "a finding")
    day.pictures += photograph(device, SHOWER, day.phrases)
    device.open_at(FEAR)
    day.say_beside(device.comment(FEAR), "a protected comment")
    device.is_saved()
    device.go(f"visit/{day.visit_id}/recommendations")
    day.say_beside(device.page.locator("#rec-text"), "a draft")
    device.page.get_by_role("button", name="Keep this draft").click()
    expect(device.page.locator("[data-drafts] li")).to_have_count(1)
    device.go(f"visit/{day.visit_id}/talks")
    day.say_beside(device.page.locator("#note"), "a talk")
    device.page.get_by_role("button", name="Add the talk").click()
    expect(device.page.locator("[data-talks] li")).to_have_count(1)


def _type_until_killed(day: Day, device: DevicePage, item: Item) -> DevicePage:
    """Type words until the browser is killed, and compare what it knows of them when it was started again."""
    device.open_at(item)
    end = time.monotonic() + day.chance.random() * LONGEST_TYPING
    device.comment(item).focus()
    typed = []
    for letter in _sentence(day, item):
        device.page.keyboard.type(letter)
        typed.append((letter, time.monotonic()))
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    killed_at = day.browser.kill()
    day.found.killed_browsers += 1
    device = day.opened(is_offline=True)
    device.open_at(item)
    kept = device.comment(item).input_value()
    ended = "".join(letter for letter, at in typed if at < killed_at - WORD_ENDS)
    day.found.words_lost += words_lost(ended, "".join(letter for letter, _ in typed), kept)
    day.found.oldest_lost = max(
        day.found.oldest_lost, killed_at - (*(at for _, at in typed), killed_at)[min(len(kept), len(typed))]
    )
    if kept:
        day.said.append((item.id, kept.strip()))
    return device


def _sentence(day: Day, item: Item) -> str:
    """Return more words than can be typed before the kill: a phrase, which is searched for, and short ones."""
    short = ("".join(day.chance.choices(LATIN, k=day.chance.randint(2, 9))) for _ in range(40))
    return " ".join((day.phrases.say(item.id), *short))


def words_lost(ended: str, typed: str, kept: str) -> int:
    """Count the words that are missing or differ, but for the one being typed: what follows the last space of `ended`.

    `ended` is how far `typed` had come shortly before the kill.
    """
    whole, there = ended.split(" ")[:-1], kept.split(" ")
    lost = sum(there[place : place + 1] != [word] for place, word in enumerate(whole))
    return lost or int(not typed.startswith(kept))


def _search(day: Day) -> None:
    """Look for what was typed while the browser runs, when it is locked, and when it is closed."""
    day.search("filling")
    page = day.browser.page
    page.get_by_role("button", name="Lock").click()
    page.locator("#passphrase").wait_for()
    day.search("locked")
    day.browser.stop()
    day.search("closed")


def _sign_out(day: Day) -> None:
    """Sign in at the office and out again with everything still on the device, and look again."""
    page = day.browser.start(is_offline=False)
    day.sign_in(page)
    page.locator(".bar-person").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail").wait_for()
    day.browser.stop()
    day.search("signed out")


def _hand_in(day: Day) -> None:
    """Hand in by the button and write more, again and again, while the server is killed and started."""
    device = day.opened(is_offline=False)
    kept_after = device.list.locator("[data-keep]")
    kept_after.check()
    items = cycle(day.items)
    for _ in range(ROUNDS * day.kills):
        if _is_handed_in(day, device):
            for item in islice(items, min(NEW_ANSWERS, len(day.items))):
                day.write(device, item)
            device.visits()
        if day.found.killed_servers == day.kills:
            break
    day.search("handing in")
    kept_after.uncheck()
    device.hand_in()
    day.browser.stop()
    day.search("handed in")


def _is_handed_in(day: Day, device: DevicePage) -> bool:
    """Hand in, killing the server at some moment of it; says whether it was over before."""
    before = _arrived(day)
    device.page.get_by_role("button", name="Hand in now").click()
    time.sleep(day.chance.random() * LONGEST_HANDING_IN)
    if device.done.is_visible():
        return True
    day.server.kill()
    device.done.or_(device.problem).filter(visible=True).wait_for()
    is_interrupted = device.problem.is_visible()
    if is_interrupted:
        expect(device.problem).to_contain_text("cannot be reached")
        day.found.killed_servers += 1
        day.found.killed_late += _arrived(day) > before
    day.server.start()
    return not is_interrupted


def _arrived(day: Day) -> int:
    with day.installation.acting(), reading():
        return db.session.query(Arrival).count()


def _wipe(day: Day) -> None:
    """Wipe the device by hand, and look a last time."""
    page = day.browser.start(is_offline=True)
    page.goto(SHELL)
    form = page.locator("[data-wipe]")
    form.locator("xpath=ancestor::details").click()
    form.locator("input").fill("WIPE")
    form.get_by_role("button").click()
    expect(page.locator("[data-trouble]")).to_contain_text("wiped")
    day.browser.stop()
    day.search("wiped")


def _compare(visit: Visit, day: Day, keyring: Keyring) -> None:
    """Compare what stands at the office, and every change that led there, with what the page called kept."""
    stored = {head.item_id: head.comment for head in answers.heads(visit.sheet)}
    changes = db.session.query(AnswerChange).filter_by(sheet_id=visit.sheet_id).all()
    written = Counter((change.item_id, change.comment.strip()) for change in changes)
    beside = Counter(_beside(visit, changes, keyring))
    photos = db.session.query(StoredFile).count()
    day.found.confirmed = len(day.said) + len(day.beside) + 1
    day.found.lost = sum(written[said] == 0 for said in day.said) + sum(beside[text] == 0 for text in day.beside)
    day.found.lost += sum(stored.get(item, "").strip() != text for item, text in dict(day.said).items())
    day.found.doubled = sum(written[said] > 1 for said in day.said) + sum(beside[text] > 1 for text in day.beside)
    day.found.lost += photos == 0
    day.found.doubled += photos > 1


def _beside(visit: Visit, changes: list[AnswerChange], keyring: Keyring) -> Iterator[str]:
    """Yield the findings and drafts of a visit, and what its sealed records say."""
    yield from (finding.found for finding in visit_queries.findings(visit).values())
    yield from (draft.text for draft in recommendations.of_visit(visit))
    sealed = {change.sealed_id: change.owner for change in changes if change.sealed_id}
    talks = [record for talk in db.session.query(Talk) for record in talk.records]
    for content in open_records(sealed | {record.record_id: record.owner for record in talks}, keyring).values():
        assert isinstance(content, dict)
        yield content.get("comment") or content.get("note", "")


@contextmanager
def _folder() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation:
        yield installation


def figures(found: Found, kills: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("browsers killed while a visit was filled", found.killed_browsers, kills)
    yield Row("words lost beyond the one being typed", found.words_lost, 0)
    yield Row(
        "seconds before a kill that the oldest lost letter was typed", found.oldest_lost, ABOUT_TO_BE_KEPT, at_most=True
    )
    late = f"servers killed in a handing in, {found.killed_late} after a part of it"
    yield Row(late, found.killed_servers, kills)
    yield Row(f"of {found.confirmed} confirmed texts, missing at the office", found.lost, 0)
    yield Row("written twice", found.doubled, 0)
    for state, count in found.seen.items():
        yield Row(f"phrases and pieces of a photo in the browser's files, {state}", count, 0)


def drill() -> Iterator[Row]:
    """Run it with 200 questions."""
    with _folder() as installation, sync_playwright() as playwright:
        yield from figures(run(playwright, installation, KILLS, 200), KILLS)
