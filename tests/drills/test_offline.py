"""The drill of two devices and the office in small; and that it tells what is missing."""

from pathlib import Path

from tests.drills import offline
from tests.drills.installation import installed
from tests.sync.model import Tally

ORDERS = 6


def test_nothing_is_lost_doubled_or_overwritten(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        found = offline.run(installation, ORDERS)
    assert [str(row) for row in offline.figures(found, ORDERS) if not row.is_met] == []
    assert found.texts > ORDERS
    assert found.clashes > 0


def test_what_is_missing_or_not_shown_misses_the_goal() -> None:
    found = Tally(orders=1, texts=2, clashes=0, clashes_of_model=1, lost=["a text"], doubled=[], astray=["a clash"])
    assert [row.is_met for row in offline.figures(found, 1)] == [True, False, True, False, False]
