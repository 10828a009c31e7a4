"""The drill of altered records in small; and that it tells a record which opens."""

from random import Random

from monitor.accounts.models import Body
from tests.drills import swapped

EACH_WAY_TWICE = 2 * len(swapped.Alterations([], [], Random(1)).ways)  # noqa: S311 - it has to be the same each time


def test_whatever_was_altered_is_damaged_and_the_others_stay(body: Body) -> None:
    found = swapped.run(body, EACH_WAY_TWICE)
    assert [str(row) for row in swapped.figures(found, EACH_WAY_TWICE) if not row.is_met] == []


def test_a_record_that_opens_although_it_was_touched_is_told(body: Body) -> None:
    keyring = swapped.plant(body)
    said = swapped.what_opens(keyring)
    found = swapped.Altered()
    one, other, *_rest = said
    swapped.judge(said, {one}, keyring, found)
    assert (found.accepted, found.shown_as_damaged, found.others_stayed) == (1, 0, 1)
    swapped.judge(said | {other: {"said": "Something else."}}, {one}, keyring, found)
    assert (found.accepted, found.others_stayed) == (2, 1)
