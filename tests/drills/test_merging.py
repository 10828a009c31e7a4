"""The drill of two devices in Chromium in small; and that it tells what is wrong."""

from pathlib import Path

from playwright.sync_api import Playwright

from tests.browser.offline.merging import Tally
from tests.drills import merging
from tests.drills.installation import installed

ORDERS, STEPS = 1, 10


def test_nothing_is_lost_doubled_or_overwritten(tmp_path: Path, playwright: Playwright) -> None:
    with installed(tmp_path) as installation:
        found = merging.run(playwright, installation, ORDERS, STEPS)
    assert [str(row) for row in merging.figures(found, ORDERS) if not row.is_met] == []
    assert found.texts > 0


def test_what_is_wrong_misses_the_goal() -> None:
    wrong = Tally(1, 2, lost=["a"], doubled=["b"], overwritten=["c"], needless=["d"], apart=["e"])
    assert [row.is_met for row in merging.figures(wrong, 1)] == [True, False, False, False, False, False]
