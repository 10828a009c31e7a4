"""Whoever writes to a visit, at the office or with a device in their hand, and what they had before their eyes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from monitor.accounts.models import User
from tests.browser.pages.device_page import DevicePage
from tests.sync.model import NOTHING, VALUES, Said

IN_HAND: Final = Path(__file__).with_name("in_hand.js")
"""The script that types and chooses on the page of a device, and is its bad network."""


@dataclass
class Writer:
    """Somebody who writes, and what they knew as they did."""

    user: User
    knew: dict[tuple[str, Said], frozenset[Said]] = field(default_factory=dict)
    """Question and what was said there -> what the writer had seen there before."""
    wrote: Counter[tuple[str, Said]] = field(default_factory=Counter)
    chose: Counter[tuple[str, Said]] = field(default_factory=Counter)
    """What they settled clashes by."""

    def write(self, item: str, said: Said, seen: Iterable[Said]) -> None:
        """Note that this was said by somebody who had seen that."""
        self.knew[item, said] = frozenset(seen)
        self.wrote[item, said] += 1

    def choose(self, item: str, said: Said, seen: Iterable[Said]) -> None:
        """Note that a clash was settled by this, after they had seen that."""
        self.knew[item, said] = frozenset(seen)
        self.chose[item, said] += 1


@dataclass
class Device(Writer):
    """A device in somebody's hand."""

    page: DevicePage = field(kw_only=True)
    seen: dict[str, set[Said]] = field(default_factory=lambda: {item: {NOTHING} for item in VALUES})
    """Question -> what stood in its fields, or was typed there."""
    typed: dict[str, Said] = field(default_factory=dict)
    """Question -> what was typed last and not given up since."""
    owed: set[tuple[str, Said]] = field(default_factory=set)
    """What gave way to something else that its writer did not type."""
    sent: list[list[str]] = field(default_factory=list)
    """Every step that ever left, for one that arrives late or again."""

    def call(self, name: str, *given: Any) -> Any:
        """Call a function of in_hand.js."""
        return self.page.page.evaluate("([name, given]) => window.inHand[name](...given)", [name, list(given)])

    def open_at(self, item: str) -> None:
        """Open the form at a question."""
        self.call("open", str(self.page.visit_id), item)

    def type(self, item: str, said: Said) -> None:
        """Type into a question, until the page has kept it."""
        self.open_at(item)
        self.note_typed(item, said, self.call("type", item, said, True))

    def note_typed(self, item: str, said: Said, before: Any) -> None:
        """Note what was typed, and what stood there before."""
        stood = Said(*before["said"])
        self.seen[item].add(stood)
        if item in self.typed and self.typed[item] != stood:
            self.owed.add((item, self.typed[item]))
        self.typed[item] = said
        self.write(item, said, self.seen[item])
        self.seen[item].add(said)

    def settle(self, item: str, *, is_theirs: bool) -> None:
        """Settle a clash on this device, if its page shows one."""
        before = self.call("settle", item, is_theirs)
        if before is None:
            return
        own, other = Said(*before["said"]), Said(*before["other"])
        self.seen[item] |= {own, other}
        self.choose(item, other if is_theirs else own, self.seen[item])
        if is_theirs and self.typed.get(item) == own:
            del self.typed[item]  # given up by a button that says so

    def look(self) -> dict[str, tuple[Said, Said | None]]:
        """Return what the fields of each question on the screen hold, and the other text of a clash."""
        found = {
            item: (Said(*each["said"]), Said(*each["other"]) if each["other"] else None)
            for item, each in self.call("look", list(VALUES)).items()
            if each
        }
        for item, (said, _other) in found.items():
            self.seen[item].add(said)
        return found
