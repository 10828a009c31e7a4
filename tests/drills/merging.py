"""Two devices in Chromium with wrong clocks and the office write to the same visits, through the real scripts."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from playwright.sync_api import Playwright, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, PATIENCE, QUIET, serving, windows
from tests.browser.offline.merging import Stage, Tally
from tests.browser.offline.orders import order
from tests.drills.figures import Row
from tests.drills.installation import Installation, installed
from tests.factories import places

ORDERS, STEPS = 60, 25


def run(playwright: Playwright, installation: Installation, orders: int, steps: int) -> Tally:
    """Carry out this many generated orders, each on a visit of its own; the same ones at each run."""
    tally = Tally()
    expect.set_options(timeout=PATIENCE)
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    app = installation.app
    with installation.acting(), serving(app) as address, windows(app, chromium, address) as open_window:
        stage = Stage(places.place(installation.body.mechanism), installation.body, open_window)
        for seed in range(orders):
            stage.play(order(Random(seed), steps), tally)  # noqa: S311  # made up, not secret
    chromium.close()
    return tally


def figures(found: Tally, orders: int) -> Iterator[Row]:
    """Give the figures beside their goals."""
    yield Row("generated orders of two devices in Chromium and the office", found.orders, orders)
    yield Row(f"of {found.texts} texts, missing", len(found.lost), 0)
    yield Row("doubled", len(found.doubled), 0)
    yield Row("overwritten by somebody who had not seen them", len(found.overwritten), 0)
    yield Row(f"of {found.clashes} clashes, with what the writer had seen", len(found.needless), 0)
    yield Row("differences between devices and office in the end", len(found.apart), 0)


def drill() -> Iterator[Row]:
    """Carry out sixty orders."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation, sync_playwright() as made:
        yield from figures(run(made, installation, ORDERS, STEPS), ORDERS)
