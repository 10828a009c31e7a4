"""What the lines of a visit count, without opening one of them, and what that offers to the form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from monitor.interviews.models import AgeGroup, Partner, Sex, Talk

HELD_ITEM: Final = "int-count"
STAFF_ITEM: Final = "staff-int-count"
ALONE, GROUP, NUMBER = "individual", "group", "number"
"""Columns of the two items."""

Table = dict[str, dict[str, int]]
"""Value of an item with a table of numbers: row -> column -> number."""


@dataclass(frozen=True)
class TalkCounts:
    """How many talks there were, and with how many people."""

    talks: int
    """Talks in which somebody spoke."""
    people: int
    refusals: int
    """Lines of people who did not want to talk."""
    tables: Mapping[str, Table]
    """Item -> what it would say, as the form asks for it; an item without any talk is left out."""


def count(talks: Iterable[Talk]) -> TalkCounts:
    """Count lines; somebody who did not want to talk is counted apart."""
    lines = list(talks)
    heard = [talk for talk in lines if talk.people]
    tables: dict[str, Table] = {}
    for talk in heard:
        item, row, column = _cell(talk)
        cells = tables.setdefault(item, {}).setdefault(row, {})
        cells[column] = cells.get(column, 0) + talk.people
    return TalkCounts(len(heard), sum(talk.people for talk in heard), len(lines) - len(heard), tables)


def _cell(talk: Talk) -> tuple[str, str, str]:
    """Return where the form counts the people of a talk: item, row and column."""
    if talk.partner is not Partner.HELD:
        return STAFF_ITEM, talk.partner.value, NUMBER
    return HELD_ITEM, _row(talk), ALONE if talk.people == 1 else GROUP


def _row(talk: Talk) -> str:
    """Return the row of item int-count: adults by sex, under 18 by sex, and everybody else."""
    is_child = talk.age is AgeGroup.CHILD
    match talk.sex:
        case Sex.MAN:
            return "boys" if is_child else "men"
        case Sex.WOMAN:
            return "girls" if is_child else "women"
        case _:
            return "other"
