"""Orders of steps by which two devices and the office write to a few questions of a visit."""

from collections.abc import Callable
from enum import StrEnum
from random import Random
from typing import Any, Final

from tests.sync.model import VALUES


class Fate(StrEnum):
    """What becomes of a request, or of its answer; in_hand.js knows these words."""

    ANSWERED = "answered"
    LOST = "lost"
    UNANSWERED = "unanswered"
    """It arrives, and nothing comes back."""
    BROKEN = "broken"
    """It arrives, and its answer breaks off."""


def order(chance: Random, length: int) -> list[Any]:
    """Return as many steps as this, of which writing and synchronising are the most."""
    kinds = chance.choices(list(WAYS), [often for often, _ in WAYS.values()], k=length)
    return [(kind, *WAYS[kind][1](chance)) for kind in kinds]


def _item(chance: Random) -> str:
    return chance.choice([*VALUES, "san-shower"])  # one of them more often than the others


def _saying(chance: Random) -> tuple[int, str, bool]:
    return chance.randrange(3), chance.choice(["own", "own", "own", "own", "Cold.", ""]), chance.random() < 0.3


def _meanwhile(chance: Random) -> Any:
    """Return what is typed between a step's arrival and its answer, and whether the disk has it before the answer."""
    return (_item(chance), _saying(chance), chance.random() < 0.5) if chance.random() < 0.3 else None


def _which(chance: Random) -> int:
    return chance.randrange(2)


WAYS: Final[dict[str, tuple[int, Callable[[Random], tuple[Any, ...]]]]] = {
    "type": (6, lambda chance: (_which(chance), _item(chance), _saying(chance))),
    "office": (3, lambda chance: (_item(chance), _saying(chance), chance.choice([0, 0, 1, 2]))),
    "synchronise": (
        6,
        lambda chance: (
            _which(chance), chance.choice(["/hand-in", "/hand-in", "/receipt"]), chance.choice([*Fate, Fate.ANSWERED]),
            chance.random() < 0.3, _meanwhile(chance),
        ),
    ),
    "deliver": (1, lambda chance: (_which(chance), chance.randrange(10))),
    "settle": (2, lambda chance: (_which(chance), _item(chance), chance.random() < 0.5)),
    "go": (1, lambda chance: (_which(chance), chance.choice(["leave", "take again", "start"]))),
}  # fmt: skip
"""Kind of step -> how often it comes, and what is drawn for it."""
