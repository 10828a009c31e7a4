"""Two devices in Chromium and the office write to a few questions of a visit, in any order.

The devices are the real page with its real scripts (in_hand.js types and chooses on it, and is the bad network). What
must come of it is told from what each of them had before their eyes: nothing that its writer had not seen gives way,
whoever has seen what stands clashes with nobody, nothing typed is lost or written twice, and in the end all say the
same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange, Outcome
from monitor.answers.operations import Change
from monitor.db import db
from monitor.places.models import Place
from monitor.visits import operations
from monitor.visits.models import Visit
from tests.browser.offline.conftest import at_the_office, wrong_clock
from tests.browser.offline.hands import IN_HAND, Device, Writer
from tests.browser.offline.orders import Fate
from tests.browser.pages.device_page import HANDED_IN_WITHIN, DevicePage
from tests.factories import accounts, visits
from tests.sync.model import CLOCKS, NOTHING, VALUES, Said, as_said, content_of

PROTECTED: Final = {"int-fear"}
"""What no device gets to read."""
MOST_ROUNDS: Final = 8
"""Of handing in and settling in turn, until nothing is left to settle."""


@dataclass
class Tally:
    """What came of all that was done."""

    orders: int = 0
    """Of steps, each on a visit of its own."""
    texts: int = 0
    """Said by anybody."""
    merged: int = 0
    """Questions to which several wrote, and which never clashed."""
    clashes: int = 0
    met: Counter[str] = field(default_factory=Counter)
    """What became of steps that were sent, beside the plain: Fate, twice, typed meanwhile, late."""
    lost: list[str] = field(default_factory=list)
    """Typed, and nowhere at the end."""
    doubled: list[str] = field(default_factory=list)
    """At the office more often than it was said, or not said by who is named there."""
    overwritten: list[str] = field(default_factory=list)
    """What gave way to something whose writer had not seen it."""
    needless: list[str] = field(default_factory=list)
    """Clashes with what the writer had seen."""
    apart: list[str] = field(default_factory=list)
    """Where devices and office do not say the same in the end, or do not come to rest."""

    @property
    def wrong(self) -> list[str]:
        """Everything that should not be."""
        return [*self.lost, *self.doubled, *self.overwritten, *self.needless, *self.apart]


class Play:
    """One visit on which steps are carried out, with devices that are set up; `office` who writes at the office."""

    def __init__(self, visit: Visit, office: User, devices: Sequence[tuple[User, DevicePage]], tally: Tally) -> None:
        self.visit, self.tally = visit, tally
        self.office = Writer(office)
        self.devices = [Device(user, page=page) for user, page in devices]
        self.writers: dict[UUID | None, Writer] = {each.user.id: each for each in (self.office, *self.devices)}
        self.judged: set[UUID] = set()
        """Ids of the changes at the office that were looked at."""
        self.clashed: set[str] = set()
        """Questions that clashed."""
        self.decisions = count()

    def run(self, steps: Iterable[Any]) -> None:
        """Carry the steps out, let everything arrive and be settled, and compare what stands."""
        self.tally.orders += 1
        for device in self.devices:
            device.page.visit_id = self.visit.id
            device.call("forget")
            self._take(device)
        for number, step in enumerate(steps):
            self._step(step, number)
            self._judge()
        self._come_to_rest()
        self._compare()

    def _take(self, device: Device) -> None:
        device.call("setDown", False)
        device.page.go(f"take/{self.visit.id}")
        expect(device.page.done).to_contain_text("It works without a network", timeout=HANDED_IN_WITHIN)
        device.call("setDown", True)

    def _step(self, step: Any, number: int) -> None:
        match step:
            case ("type", which, item, saying):
                self.devices[which].type(item, as_said(item, saying, number))
            case ("office", item, saying, age):
                self._write_at_the_office(item, as_said(item, saying, number), age)
            case ("synchronise", which, at, fate, is_twice, meanwhile):
                self._synchronise(self.devices[which], number, at, fate, is_twice=is_twice, meanwhile=meanwhile)
            case ("deliver", which, place) if self.devices[which].sent:
                sent = self.devices[which].sent
                self.tally.met["late or again"] += 1
                self.devices[which].call("deliver", str(self.visit.id), sent[place % len(sent)])
            case ("settle", which, item, is_theirs):
                self.devices[which].settle(item, is_theirs=is_theirs)
            case ("go", which, "leave"):
                self.devices[which].call("close")
            case ("go", which, "take again"):
                self._take(self.devices[which])
            case ("go", which, "start"):
                self.devices[which].page.start()

    def _synchronise(
        self, device: Device, number: int, at: str = "", fate: Fate = Fate.ANSWERED, *, is_twice: bool = False,
        meanwhile: Any = None,
    ) -> None:  # fmt: skip
        item, saying, is_kept = meanwhile or ("", (0, "", False), False)
        said = as_said(item, saying, number) if meanwhile else NOTHING
        typing = {"item": item, "said": said, "isKept": is_kept} if meanwhile else None
        found = device.call("synchronise", {"at": at, "fate": fate, "isTwice": is_twice, "meanwhile": typing})
        device.sent += found["sent"]
        self.tally.met[fate] += bool(found["sent"])
        self.tally.met["twice"] += is_twice and bool(found["sent"])
        if found["shown"]:
            self.tally.met["typed meanwhile"] += 1
            device.note_typed(item, said, found["shown"])

    def _write_at_the_office(self, item: str, said: Said, age: int) -> None:
        """Write by a page of the office that was opened so many revisions ago."""
        revisions = self._revisions().get(item, [NOTHING])
        base = max(0, len(revisions) - 1 - age)
        self.office.write(item, said, revisions[: base + 1])
        change = Change(item, VALUES[item][said.typed], said.comment, urgent=said.urgent, base=base)
        with at_the_office():
            operations.record_answers(self.visit, [change], by=self.office.user, at=datetime.now(UTC))

    def _changes(self) -> Sequence[AnswerChange]:
        db.session.rollback()
        query = select(AnswerChange).where(
            AnswerChange.sheet_id == self.visit.sheet_id, AnswerChange.item_id.in_(VALUES)
        )
        return db.session.scalars(query).all()

    def _revisions(self) -> dict[str, list[Said]]:
        """Return what each question said, from revision 0 until now."""
        applied = sorted((row for row in self._changes() if row.revision), key=lambda row: row.revision or 0)
        found: dict[str, list[Said]] = {}
        for row in applied:
            found.setdefault(row.item_id, [NOTHING]).append(content_of(row))
        return found

    def _judge(self) -> None:
        """Look at what is new at the office and on the screens."""
        for device in self.devices:
            for item, (_said, other) in device.look().items():
                if other and _is_own(other) and device.wrote[item, other]:
                    self.tally.needless.append(f"{item}: {other} shown as somebody else's")
        revisions = self._revisions()
        for row in self._changes():
            if row.id not in self.judged:
                self.judged.add(row.id)
                self._judge_change(row, revisions.get(row.item_id, [NOTHING]))

    def _judge_change(self, row: AnswerChange, revisions: Sequence[Said]) -> None:
        said, writer = content_of(row), self.writers[row.by]
        knew = writer.knew.get((row.item_id, said))
        if knew is None:
            self.tally.doubled.append(f"{row.item_id}: {said} was not said by {writer.user.name}")
        elif row.revision:
            before = revisions[row.revision - 1]
            if before not in knew:
                self.tally.overwritten.append(f"{row.item_id}: {before} by {said}")
        else:
            self.clashed.add(row.item_id)
            self.tally.clashes += 1
            present = revisions[-1]
            if present in knew and (_is_own(present) or len(revisions) == 1):
                self.tally.needless.append(f"{row.item_id}: {said} with {present}")

    def _come_to_rest(self) -> None:
        """Let everything arrive, and settle on devices, then at the office, until nothing waits."""
        for _ in range(MOST_ROUNDS):
            for device in self.devices:
                self._synchronise(device, -1)
                self._judge()
                for item in device.call("clashes", str(self.visit.id)):
                    device.open_at(item)
                    device.settle(item, is_theirs=next(self.decisions) % 2 == 0)
            if not any(self._waiting(device) for device in self.devices):
                break
        by_devices = {device.user.id for device in self.devices}
        for row in answers.clashes(self.visit.sheet):
            if row.by in by_devices and row.item_id not in PROTECTED:
                self.tally.apart.append(f"{row.item_id}: {content_of(row)} clashed, and its device shows no clash")
        self._settle_at_the_office()
        self._judge()
        for device in self.devices:
            if waiting := self._waiting(device):
                self.tally.apart.append(f"on a device to the end: {waiting}")

    def _waiting(self, device: Device) -> list[Any]:
        """Return what a device still holds: unsent or unconfirmed, refused, to settle."""
        left = [*device.call("waiting", str(self.visit.id)), *device.call("clashes", str(self.visit.id))]
        return left if any(left) else []

    def _settle_at_the_office(self) -> None:
        for clash in self._changes():
            if clash.outcome is not Outcome.CLASH:
                continue
            revisions = self._revisions().get(clash.item_id, [NOTHING])
            chosen = content_of(clash) if next(self.decisions) % 2 else revisions[-1]
            self.office.choose(clash.item_id, chosen, [*revisions, chosen])
            change = Change(
                clash.item_id, VALUES[clash.item_id][chosen.typed], chosen.comment, urgent=chosen.urgent,
                base=len(revisions) - 1,
            )  # fmt: skip
            with at_the_office():
                operations.settle_clash(self.visit, change, by=self.office.user, at=datetime.now(UTC))

    def _compare(self) -> None:
        """Nothing is lost, nothing stands twice, and both devices show what the office has."""
        changes, heads = self._changes(), {item: found[-1] for item, found in self._revisions().items()}
        stored = {(row.item_id, content_of(row)) for row in changes} | {(item, NOTHING) for item in VALUES}
        self.tally.texts += sum(len(writer.wrote) for writer in self.writers.values())
        for device in self.devices:
            owed = device.owed | set(device.typed.items())
            self.tally.lost += [f"{item}: {said}" for item, said in sorted(owed - stored)]
        written = Counter((row.by, row.item_id, content_of(row)) for row in changes)
        for (by, item, said), often in written.items():
            if often > self.writers[by].wrote[item, said] + self.writers[by].chose[item, said]:
                self.tally.doubled.append(f"{item}: {said}, {often} times")
        self.tally.apart += [f"{row.item_id}: still to settle" for row in answers.clashes(self.visit.sheet)]
        for item in VALUES:
            self._compare_item(item, heads.get(item, NOTHING))
        for device in self.devices if not self.tally.wrong else ():
            self._compare_device(device, heads)

    def _compare_item(self, item: str, head: Said) -> None:
        """Where one alone wrote, their last word stands; where several did and nobody clashed, it was merged."""
        wrote = [writer for writer in self.writers.values() if any(each == item for each, _said in writer.wrote)]
        self.tally.merged += len(wrote) > 1 and item not in self.clashed
        for device in self.devices:
            if wrote == [device] and head != device.typed.get(item):
                self.tally.lost.append(f"{item}: {device.typed.get(item)}, but {head} stands")

    def _compare_device(self, device: Device, heads: dict[str, Said]) -> None:
        """Take the visit along anew and look; then hand in by the button, after which it leaves the device."""
        self._take(device)
        for item in VALUES:
            device.open_at(item)
            expected = NOTHING if item in PROTECTED else heads.get(item, NOTHING)
            if (found := device.look()[item]) != (expected, None):
                self.tally.apart.append(f"{item}: {found} on a device, {expected} at the office")
        device.call("close")
        device.call("setDown", False)
        device.page.hand_in()
        expect(device.page.list.locator("li")).to_have_count(0)


class Stage:
    """A place whose visits are filled on two devices that were set up, and at the office."""

    def __init__(self, at_place: Place, body: Body, open_window: Callable[[User], Page]) -> None:
        self.place = at_place
        self.leader, self.colleague, self.office = (accounts.monitor(body) for _ in range(3))
        self.devices = [
            (user, self._device(open_window(user), clock))
            for user, clock in zip((self.leader, self.colleague), CLOCKS, strict=True)
        ]

    def _device(self, page: Page, clock: timedelta) -> DevicePage:
        page.add_init_script(wrong_clock(clock))
        page.add_init_script(path=IN_HAND)
        found = DevicePage(page, None)
        found.set_up()
        return found

    def play(self, steps: Iterable[Any], tally: Tally) -> None:
        """Carry an order out on a visit of its own."""
        with at_the_office():
            visit = visits.under_way(self.place, lead=self.leader, team=(self.colleague, self.office), form="full")
        Play(visit, self.office, self.devices, tally).run(steps)


def _is_own(said: Said) -> bool:
    """Whether nobody says this but once."""
    return said.comment.startswith("text ")
